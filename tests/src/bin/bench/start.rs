//! From the launch of the program to a window that takes a PIN, and what it weighs, beside an empty Tauri window.

use std::fs;
use std::path::Path;
use std::thread::sleep;

use ventanilla_tests::program;
use ventanilla_tests::screen::Screen;
use ventanilla_tests::window::Window;
use ventanilla_tests::world::World;

use crate::table::{Table, Target, median};
use crate::window::SETTLE;

const LAUNCHES: usize = 9;

/// Measures it.
pub fn measure(table: &mut Table) {
    let world = World::open();
    world.enroll();
    let screen = Screen::start(world.folder());
    let empty = program::built().join("empty");
    let (mut ours, mut floor) = (Figures::default(), Figures::default());
    for launch in 0..=LAUNCHES {
        let window = Window::open_program(&empty, &screen, &world.folder().join(format!("empty-{launch}")), &[]);
        let bare = look(window);
        let product = look(world.window(&screen));
        // The first launch reads the programs from the disk.
        if launch > 0 {
            floor.take(bare);
            ours.take(product);
        }
    }
    let empty = "an empty Tauri window";
    table.add(
        "launch to usable window, median",
        "ms",
        median(&mut ours.usable_ms),
        Some((empty, median(&mut floor.usable_ms))),
        Target::TimesFloor(1.5),
    );
    table.add(
        "memory of all its processes (PSS), median",
        "MiB",
        median(&mut ours.pss_mib),
        Some((empty, median(&mut floor.pss_mib))),
        Target::TimesFloor(1.3),
    );
}

#[derive(Default)]
struct Figures {
    usable_ms: Vec<f64>,
    pss_mib: Vec<f64>,
}

impl Figures {
    fn take(&mut self, (usable_ms, pss_mib): (f64, f64)) {
        self.usable_ms.push(usable_ms);
        self.pss_mib.push(pss_mib);
    }
}

fn look(window: Window) -> (f64, f64) {
    let page = &window.page;
    let marked = "const [mark] = performance.getEntriesByName('usable'); return mark ? performance.timeOrigin + mark.startTime : null";
    page.until("the window is usable", |p| p.script(marked, vec![]).is_number());
    let usable_ms = page.script(marked, vec![]).as_f64().unwrap() - window.launched_at_ms();
    sleep(SETTLE);
    let seen = (usable_ms, pss_mib(window.group()));
    window.close();
    seen
}

/// Proportional set size of a process group, its leader (the driver) left out.
fn pss_mib(group: u32) -> f64 {
    let mut kib = 0.0;
    for entry in fs::read_dir("/proc").unwrap().map(Result::unwrap) {
        let Ok(pid) = entry.file_name().to_string_lossy().parse::<u32>() else { continue };
        if pid != group && group_of(&entry.path()) == Some(group) {
            kib += pss_kib(&entry.path()).unwrap_or(0.0);
        }
    }
    assert!(kib > 0.0, "no process in group {group}");
    kib / 1024.0
}

fn group_of(process: &Path) -> Option<u32> {
    let stat = fs::read_to_string(process.join("stat")).ok()?;
    // The name, in brackets, may hold spaces; state, parent and group follow it.
    stat.rsplit_once(')')?.1.split_whitespace().nth(2)?.parse().ok()
}

fn pss_kib(process: &Path) -> Option<f64> {
    let rollup = fs::read_to_string(process.join("smaps_rollup")).ok()?;
    rollup.lines().find_map(|l| l.strip_prefix("Pss:"))?.split_whitespace().next()?.parse().ok()
}
