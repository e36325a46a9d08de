//! Acknowledged means synced (M25). A recorder (strace) watches a program that puts ticks into the store. At each
//! acknowledgement the files are rebuilt with only what had been synced by then, as after a power cut that loses
//! everything else, and must hold the tick. A kill alone proves nothing: the system still has the unsynced bytes. The
//! same recorder must find fault when SQLite is told not to sync.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use ventanilla_desk::store::audit;
use ventanilla_tests::{program, store};

const TICKS: u32 = 40;

/// A file as the program wrote it, and as it would be after the power was cut.
#[derive(Default, Clone)]
struct File {
    written: Vec<u8>,
    synced: Vec<u8>,
}

#[derive(Default)]
struct Disk(HashMap<String, File>);

impl Disk {
    /// Takes one line of the trace. Gives the text where it is a write to standard output.
    fn hear(&mut self, line: &str) -> Option<String> {
        let (call, rest) = line.split_once('(')?;
        let failed = rest.rsplit_once(" = ").is_none_or(|(_, answer)| answer.starts_with('-'));
        if failed {
            return None;
        }
        let (fd, rest) = rest.split_once('<')?;
        let (path, rest) = rest.split_once('>')?;
        let path = unhex(path).map_or_else(|| path.to_owned(), |p| String::from_utf8_lossy(&p).into_owned());
        match call {
            "write" if fd == "1" => {
                let text = unhex(rest.split('"').nth(1)?)?;
                return Some(String::from_utf8_lossy(&text).into_owned());
            }
            "pwrite64" => {
                let bytes = unhex(rest.split('"').nth(1)?)?;
                let numbers = rest.rsplit_once('"')?.1;
                let mut numbers = numbers.split(&[',', ')'][..]).map(str::trim).filter(|n| !n.is_empty());
                let length: usize = numbers.next()?.parse().ok()?;
                let offset: usize = numbers.next()?.parse().ok()?;
                assert_eq!(bytes.len(), length, "the recorder cut a write short");
                let file = &mut self.0.entry(path).or_default().written;
                if file.len() < offset + length {
                    file.resize(offset + length, 0);
                }
                file[offset..offset + length].copy_from_slice(&bytes);
            }
            "ftruncate" => {
                let length: usize = rest.trim_start_matches(", ").split(')').next()?.trim().parse().ok()?;
                self.0.entry(path).or_default().written.resize(length, 0);
            }
            "fsync" | "fdatasync" => {
                let file = self.0.entry(path).or_default();
                file.synced = file.written.clone();
            }
            other => panic!("the recorder does not know what {other} does to a file: {line}"),
        }
        None
    }
}

/// `\x41\x42` as bytes.
fn unhex(text: &str) -> Option<Vec<u8>> {
    text.split("\\x")
        .skip(1)
        .map(|pair| u8::from_str_radix(pair, 16).ok())
        .collect::<Option<Vec<u8>>>()
        .filter(|b| !b.is_empty())
}

/// Ticks that the file holds after a cut at each acknowledgement, as (acknowledged, held).
fn record(word: &str) -> Vec<(u32, u32)> {
    let folder = tempfile::tempdir().unwrap();
    let (file, trace) = (folder.path().join("queue.db"), folder.path().join("trace"));
    let done = Command::new("strace")
        .args(["-y", "-xx", "-s", "1048576", "-e", "signal=none"])
        .args([
            "-e",
            "trace=write,pwrite64,pwritev,pwritev2,writev,fsync,fdatasync,ftruncate,fallocate,sync_file_range",
        ])
        .arg("-o")
        .arg(&trace)
        .arg(program::built().join("ticks"))
        .arg(&file)
        .arg(TICKS.to_string())
        .arg(word)
        .output()
        .expect("strace starts (run scripts/setup)");
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    let mut disk = Disk::default();
    let mut found = Vec::new();
    for line in fs::read_to_string(&trace).unwrap().lines() {
        let Some(said) = disk.hear(line) else { continue };
        if let Some(tick) = said.trim().strip_prefix("ack ").and_then(|n| n.parse().ok()) {
            found.push((tick, held(&disk, &file, &folder.path().join(format!("cut-{tick}")))));
        }
    }
    assert_eq!(found.len() as u32, TICKS, "every tick was acknowledged");
    found
}

/// How many ticks the store holds after the cut; a store that cannot be read holds none.
fn held(disk: &Disk, file: &Path, cut: &Path) -> u32 {
    fs::create_dir(cut).unwrap();
    let name = file.to_string_lossy().into_owned();
    for suffix in ["", "-wal"] {
        if let Some(was) = disk.0.get(&format!("{name}{suffix}")) {
            fs::write(cut.join(format!("queue.db{suffix}")), &was.synced).unwrap();
        }
    }
    let Ok(db) = store::open(&cut.join("queue.db")) else { return 0 };
    let count = db.read(|c| {
        audit::verify(c, &[])?;
        Ok(c.query_row("SELECT count(*) FROM events", [], |row| row.get::<_, u32>(0))?)
    });
    count.unwrap_or(0)
}

#[test]
fn what_was_acknowledged_is_on_disk_when_the_power_goes() {
    for (acknowledged, held) in record("") {
        assert_eq!(held, acknowledged, "acknowledged and held");
    }
}

#[test]
fn the_recorder_finds_fault_when_sqlite_does_not_sync() {
    assert!(record("synchronous=OFF").iter().any(|(acknowledged, held)| held < acknowledged));
}
