//! `ippeveprinter` in its own process group, with its own bus, folder and port.

use std::fs;
use std::io::{BufRead, BufReader};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::{IppPrinter, JobRef, JobState, PrintError, Printer};

/// Ends a process and everything that it started.
struct Group(Child);

impl Group {
    fn start(command: &mut Command, package: &str) -> Self {
        let program = command.get_program().to_owned();
        let child = command.process_group(0).stdin(Stdio::null()).spawn();
        Self(child.unwrap_or_else(|e| panic!("{} does not start ({e}): install {package}", program.display())))
    }

    fn signal(&self, name: &str) {
        let group = format!("-{}", self.0.id());
        let _ = Command::new("kill").args([name, "--", &group]).stderr(Stdio::null()).status();
    }

    fn end(&mut self) {
        self.signal("-KILL");
        let _ = self.0.wait();
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.end();
    }
}

/// A printer of its own: free port, own folder, own bus, ended on drop.
pub struct TestPrinter {
    printer: Group,
    _bus: Group,
    port: u16,
    folder: PathBuf,
}

/// Runs for each job. Files in the printer's folder play the paper and the defect.
const PRINT: &str = r#"#!/bin/sh
cd "$(dirname "$0")" || exit 1
if [ -e paper-out ]; then
    echo "STATE: +media-empty-error" >&2
    while [ -e paper-out ]; do sleep 0.05; done
    echo "STATE: -media-empty-error" >&2
fi
[ -e cover-open ] && { echo "STATE: +cover-open-error" >&2; while [ -e cover-open ]; do sleep 0.05; done; echo "STATE: -cover-open-error" >&2; }
[ -e defect ] && exit 1
exit 0
"#;

impl Default for TestPrinter {
    fn default() -> Self {
        Self::start()
    }
}

impl TestPrinter {
    /// A printer with the media of `ippeveprinter` itself: letter, legal, A4, envelopes.
    ///
    /// # Panics
    /// Where the printer or the bus is not installed or does not start within ten seconds.
    #[must_use]
    pub fn start() -> Self {
        Self::launch(|command, _| {
            command.args(["-f", "application/pdf"]);
        })
    }

    /// A printer that holds only the given PWG media ("oe_roll_80x200mm"), and a custom range where `range` names one
    /// as (minimum, maximum) in millimetres.
    ///
    /// # Panics
    /// As [`TestPrinter::start`].
    #[must_use]
    pub fn with_media(names: &[&str], range: Option<((u32, u32), (u32, u32))>) -> Self {
        let conf = attributes(names, range);
        Self::launch(move |command, folder| {
            let file = folder.join("printer.conf");
            fs::write(&file, conf).expect("the printer's attributes are written");
            command.arg("-a").arg(file);
        })
    }

    fn launch(configure: impl FnOnce(&mut Command, &Path)) -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let name = format!("ventanilla-printer-{}-{}", std::process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(name);
        fs::create_dir_all(folder.join("spool")).expect("the printer's folder is made");
        let script = folder.join("print.sh");
        fs::write(&script, PRINT).expect("the printer's script is written");
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).expect("the script may run");

        let mut bus = Group::start(
            Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address"])
                // In the printer's own folder, which goes with it.
                .arg(format!("--address=unix:path={}", folder.join("bus").display()))
                .stdout(Stdio::piped())
                .stderr(Stdio::null()),
            "dbus",
        );
        let mut address = String::new();
        let out = bus.0.stdout.take().expect("the bus has an output");
        BufReader::new(out).read_line(&mut address).expect("the bus says its address");

        let port = TcpListener::bind("127.0.0.1:0").and_then(|l| l.local_addr()).expect("a free port").port();
        let mut command = Command::new("ippeveprinter");
        command
            .env("DBUS_SYSTEM_BUS_ADDRESS", address.trim())
            .env("PATH", "/usr/sbin:/usr/bin:/sbin:/bin")
            .args(["-k", "-d"])
            .arg(folder.join("spool"))
            .arg("-c")
            .arg(&script)
            // Without an avahi daemon its announcement is an assertion that ends it.
            .args(["-r", "off", "-n", "localhost", "-p", &port.to_string()]);
        configure(&mut command, &folder);
        command.arg("Ventanilla test").stdout(Stdio::null()).stderr(Stdio::null());
        let printer = Group::start(&mut command, "cups-ipp-utils");
        let this = Self { printer, _bus: bus, port, folder };
        this.wait_until_it_answers();
        this
    }

    fn wait_until_it_answers(&self) {
        let begun = Instant::now();
        while begun.elapsed() < Duration::from_secs(10) {
            if TcpStream::connect(("localhost", self.port)).is_ok() && self.client().describe().is_ok() {
                return;
            }
            sleep(Duration::from_millis(30));
        }
        panic!("ippeveprinter does not answer on port {}", self.port);
    }

    /// Its address.
    #[must_use]
    pub fn uri(&self) -> String {
        format!("ipp://localhost:{}/ipp/print", self.port)
    }

    /// The desk's own client of it, with a short time limit.
    ///
    /// # Panics
    /// Never: the address is well formed.
    #[must_use]
    pub fn client(&self) -> IppPrinter {
        IppPrinter::new(&self.uri(), "ventanilla-3").expect("an address").with_limit(Duration::from_millis(1500))
    }

    fn set(&self, name: &str, on: bool) {
        let file = self.folder.join(name);
        if on {
            fs::write(file, "").expect("the printer's state is written");
        } else {
            let _ = fs::remove_file(file);
        }
    }

    /// Takes the paper out, or puts it in.
    pub fn set_paper(&self, there: bool) {
        self.set("paper-out", !there);
    }

    /// Opens the cover, or closes it.
    pub fn set_cover_open(&self, open: bool) {
        self.set("cover-open", open);
    }

    /// Lets every job fail, or not.
    pub fn set_defect(&self, defect: bool) {
        self.set("defect", defect);
    }

    /// The program hangs: it takes connections and says nothing.
    pub fn freeze(&self) {
        self.printer.signal("-STOP");
    }

    /// It goes on.
    pub fn thaw(&self) {
        self.printer.signal("-CONT");
    }

    /// Switches it off.
    pub fn switch_off(&mut self) {
        self.printer.end();
    }

    /// The bytes of every job that it got, in order.
    #[must_use]
    pub fn received(&self) -> Vec<Vec<u8>> {
        let mut files: Vec<PathBuf> = fs::read_dir(self.folder.join("spool"))
            .map(|entries| entries.filter_map(|e| Some(e.ok()?.path())).collect())
            .unwrap_or_default();
        files.sort_by_key(|p| {
            let name = p.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default();
            name.split('-').next().and_then(|n| n.parse::<u32>().ok())
        });
        files.iter().filter_map(|p| fs::read(p).ok()).collect()
    }

    /// Asks for a job until `done` likes its state, at most five seconds; the last state either way.
    ///
    /// # Errors
    /// What the printer answers instead.
    pub fn wait_for(&self, job: &JobRef, done: impl Fn(&JobState) -> bool) -> Result<JobState, PrintError> {
        let (client, begun) = (self.client(), Instant::now());
        loop {
            let state = client.job_state(job)?;
            if done(&state) || begun.elapsed() > Duration::from_secs(5) {
                return Ok(state);
            }
            sleep(Duration::from_millis(30));
        }
    }
}

impl Drop for TestPrinter {
    fn drop(&mut self) {
        self.printer.end();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// The attribute file of a printer with just these media.
fn attributes(names: &[&str], range: Option<((u32, u32), (u32, u32))>) -> String {
    let size = |name: &str| {
        let numbers = name.rsplit('_').next().and_then(|n| n.strip_suffix("mm")).and_then(|n| n.split_once('x'));
        let (w, h) = numbers.unwrap_or_else(|| panic!("{name} is no PWG name in millimetres"));
        let hundredths = |n: &str| n.parse::<u32>().expect("whole millimetres") * 100;
        format!("{{ MEMBER integer x-dimension {} MEMBER integer y-dimension {} }}", hundredths(w), hundredths(h))
    };
    let mut keywords: Vec<String> = names.iter().map(|n| (*n).to_owned()).collect();
    let mut sizes: Vec<String> = names.iter().map(|n| size(n)).collect();
    if let Some(((w1, h1), (w2, h2))) = range {
        keywords.push(format!("custom_min_{w1}x{h1}mm"));
        keywords.push(format!("custom_max_{w2}x{h2}mm"));
        sizes.push(format!(
            "{{ MEMBER rangeOfInteger x-dimension {}-{} MEMBER rangeOfInteger y-dimension {}-{} }}",
            w1 * 100,
            w2 * 100,
            h1 * 100,
            h2 * 100
        ));
    }
    let quoted = |list: &[&str]| list.iter().map(|n| format!("\"{n}\"")).collect::<Vec<_>>().join(",");
    let first = names.first().copied().unwrap_or_default();
    let all: Vec<&str> = keywords.iter().map(String::as_str).collect();
    format!(
        "ATTR mimeMediaType document-format-supported application/pdf\n\
         ATTR mimeMediaType document-format-default application/pdf\n\
         ATTR text printer-make-and-model \"Test Roll\"\n\
         ATTR keyword media-supported {}\n\
         ATTR keyword media-ready {}\n\
         ATTR keyword media-default \"{first}\"\n\
         ATTR keyword media-col-supported \"media-size\"\n\
         ATTR collection media-size-supported {}\n\
         ATTR collection media-col-default {{ MEMBER collection media-size {} }}\n\
         ATTR collection media-col-ready {{ MEMBER collection media-size {} }}\n",
        quoted(&all),
        quoted(names),
        sizes.join(","),
        size(first),
        size(first),
    )
}
