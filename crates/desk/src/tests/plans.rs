use std::time::Instant;

use super::*;
use crate::queue;
use crate::store::{cases, documents, events, print_jobs, resets, search, tallies};

#[test]
fn no_hot_query_reads_a_whole_table() {
    let rig = Rig::open();
    let hot = [
        queue::PREFERENTIAL,
        queue::DUE,
        queue::WALK_INS,
        queue::EARLY,
        queue::UPCOMING,
        queue::SERVING,
        queue::WORKED,
        queue::WAITED,
        tallies::GET,
        search::HITS,
        search::HAS,
        documents::OF_CASE,
        events::UNSENT,
        events::UNSENT_COUNT,
        events::OF_CASE,
        resets::LATEST,
        resets::OPEN,
        print_jobs::OPEN,
        "SELECT 1 FROM cases WHERE id = ?1",
        "SELECT 1 FROM cases WHERE turno_id = ?1",
        "SELECT 1 FROM visits WHERE registered = 0 ORDER BY turno_id LIMIT 100",
        "SELECT 1 FROM papers WHERE case_id = ?1 ORDER BY n DESC LIMIT 50",
        "SELECT 1 FROM print_jobs WHERE paper_id = ?1 ORDER BY n DESC LIMIT 50",
        "SELECT 1 FROM reissues WHERE settled = 0 AND case_id = ?1 LIMIT 1",
        "SELECT 1 FROM periods WHERE case_id = ?1 AND ended_at IS NULL",
    ];
    for sql in hot {
        let plan: Vec<String> = rig
            .db()
            .read(|c| {
                let mut s = c.prepare(&format!("EXPLAIN QUERY PLAN {sql}"))?;
                let nulls = vec![rusqlite::types::Null; s.parameter_count()];
                let plan = s.query_map(rusqlite::params_from_iter(nulls), |r| r.get(3))?;
                Ok(plan.collect::<Result<_, _>>()?)
            })
            .unwrap();
        assert!(!plan.is_empty(), "{sql}");
        assert!(plan.iter().all(|step| !step.contains("SCAN")), "{sql}\n{plan:#?}");
        let sorts = plan.iter().any(|step| step.contains("USE TEMP B-TREE FOR ORDER BY"));
        assert!(!sorts || sql == print_jobs::OPEN, "sorts what an index should order: {sql}\n{plan:#?}");
    }
}

/// A whole year of a busy counter. Not part of the ordinary run: filling takes a minute in a debug build.
#[test]
#[ignore = "a measurement; run with --ignored --nocapture"]
#[allow(clippy::print_stdout)]
fn queue_and_search_stay_under_five_milliseconds_at_100_000_cases() {
    let rig = Rig::open();
    let names = ["María", "José", "Luis", "Ana", "Rosa", "Ñusta", "Andrés", "Inés"];
    let families = ["Quishpe", "Núñez", "Pérez", "Mero", "Chávez", "Zambrano", "Guamán"];
    for chunk in 0..100_u32 {
        rig.db()
            .mirror(|act| {
                for n in 0..1_000_u32 {
                    let i = usize::try_from(chunk * 1_000 + n).unwrap();
                    let person = format!("{} {} {}", names[i % 8], families[i % 7], families[(i / 7) % 7]);
                    let t = Turno {
                        ticket: format!("A-{i:05}"),
                        // 40,000 of today: upcoming, waiting and closed; the others are history.
                        day: if chunk < 40 {
                            "2026-11-24".into()
                        } else {
                            format!("2026-{:02}-{:02}", i % 10 + 1, i % 27 + 1)
                        },
                        appointed_at: (i % 3 > 0)
                            .then_some(TEN + i64::try_from(i % 600).unwrap() * 60_000 - 18_000_000),
                        walk_in: i.is_multiple_of(3),
                        number: format!("{:013}", 1_790_000_000_000_u64 + u64::try_from(i).unwrap()),
                        person_name: person,
                        ..turno(act.new_id()?, "", None)
                    };
                    let id = visits::upsert_turno(act, &t)?;
                    let mut case = cases::need(act, id)?;
                    let since = Millis(TEN - 10_000_000 + i64::try_from(i).unwrap());
                    if chunk >= 40 || i % 4 == 0 {
                        case.state = ventanilla_domain::case::CaseState::Closed(ventanilla_domain::case::Outcome::Left);
                        case.worked_day = Some(case.day);
                        case.waited_ms = Some(i64::try_from(i % 3_000_000).unwrap());
                        case.closed_at = Some(since);
                    } else if i % 4 < 3 {
                        case.state = ventanilla_domain::case::CaseState::Waiting;
                        case.waiting_since = Some(since);
                        case.preferential = i.is_multiple_of(50);
                    }
                    cases::put(act, &case)?;
                }
                Ok(())
            })
            .unwrap();
    }
    let measure = |what: &str, f: &dyn Fn()| {
        f();
        let mut times: Vec<_> = (0..300)
            .map(|_| {
                let start = Instant::now();
                f();
                start.elapsed()
            })
            .collect();
        times.sort();
        println!("{what}: best {:?}, median {:?}, p99 {:?}, worst {:?}", times[0], times[150], times[297], times[299]);
    };
    measure("queue page", &|| {
        let queue = rig.desk.queue().unwrap();
        assert_eq!((queue.waiting.len(), queue.upcoming.len()), (100, 100));
    });
    measure("day page", &|| drop(rig.desk.day().unwrap()));
    for text in ["A-00123", "quishpe", "maría quishpe", "m", "179000005", "ñusta zambrano a-01", "zzz"] {
        measure(text, &|| drop(rig.desk.search(text.into()).unwrap()));
    }
}
