//! The settings of the desk, read once, here (M30). Libraries get values.

use std::fs;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use ventanilla_contract::policy::PolicyOverrides;

use crate::Place;

/// Where a workstation's settings are unless told otherwise.
pub const SETTINGS: &str = "/etc/ventanilla/settings.toml";
/// A workstation that has this file never falls into training mode.
pub const PRODUCTION_MARKER: &str = "/etc/ventanilla/production";
/// Where a workstation's data are unless told otherwise.
pub const DATA: &str = "/var/lib/ventanilla";

/// `settings.toml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The backend.
    pub backend: Backend,
    /// The receipt printer, where there is one.
    pub printer: Option<Printer>,
    /// Folder of the data.
    pub data_dir: Option<PathBuf>,
    /// Sign-in.
    #[serde(default)]
    pub session: Session,
    /// Figures that the institute set otherwise.
    #[serde(default)]
    pub policy: PolicyOverrides,
    /// Format of archive numbers (M4): `{center}`, `{counter}`, `{year}` and `{seq}` or `{seq:05}`.
    pub archive_format: Option<String>,
}

/// Where the backend is.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Backend {
    /// `https://…`; plain HTTP is taken for loopback alone.
    pub url: String,
    /// PEM file of the institution's certificate authority, where the public ones do not know it.
    pub ca_file: Option<PathBuf>,
}

/// The receipt printer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Printer {
    /// `ipp://host:631/printers/name`.
    pub uri: String,
    /// Roll or sheet.
    #[serde(default)]
    pub paper: Paper,
}

/// What the printer holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Paper {
    /// 80 mm thermal roll.
    #[default]
    Roll80,
    /// A5 sheets.
    A5,
}

/// Sign-in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Session {
    /// Seconds without a key press after which the session locks, 30…3600.
    #[serde(default = "idle_lock_s")]
    pub idle_lock_s: u32,
}

impl Default for Session {
    fn default() -> Self {
        Self { idle_lock_s: idle_lock_s() }
    }
}

const fn idle_lock_s() -> u32 {
    300
}

/// How the program starts.
#[derive(Debug, Clone)]
pub enum Start {
    /// A safe day of fictional employers.
    Training {
        /// Folder of its own.
        data_dir: PathBuf,
        /// A printer may be tried in training too.
        printer: Option<Printer>,
    },
    /// A workstation.
    Installed {
        /// Its settings.
        settings: Box<Settings>,
        /// Folder of the data.
        data_dir: PathBuf,
    },
}

/// Why the program does not start. It never falls into training where real work is done.
#[derive(Debug, thiserror::Error)]
pub enum StartRefusal {
    /// An installed workstation without settings.
    #[error("no settings at {0}")]
    Missing(PathBuf),
    /// Settings that are no TOML, lack a field or have an unknown one.
    #[error("settings at {path} are unreadable: {reason}")]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Where and what.
        reason: String,
    },
    /// Neither `--data-dir` nor a home folder.
    #[error("there is no folder for the data of training; give --data-dir")]
    NoHome,
}

/// Decides how to start (M30). `home` is the user's data folder (`$XDG_DATA_HOME`), for training only.
///
/// # Errors
/// [`StartRefusal`], with what to do in its words.
pub fn decide(place: &Place, home: Option<PathBuf>) -> Result<Start, StartRefusal> {
    decide_at(place, home, Path::new(SETTINGS), Path::new(PRODUCTION_MARKER), Path::new(DATA))
}

fn decide_at(
    place: &Place,
    home: Option<PathBuf>,
    settings: &Path,
    marker: &Path,
    data: &Path,
) -> Result<Start, StartRefusal> {
    let printer = place.printer.clone().map(|uri| Printer { uri, paper: Paper::default() });
    let path = place.settings.clone().unwrap_or_else(|| settings.to_owned());
    let installed = place.settings.is_some() || path.exists() || marker.exists() || data.join("queue.db").exists();
    if place.training || !installed {
        let data_dir =
            place.data_dir.clone().or(home.map(|h| h.join("ventanilla/training"))).ok_or(StartRefusal::NoHome)?;
        return Ok(Start::Training { data_dir, printer });
    }
    if !path.exists() {
        return Err(StartRefusal::Missing(path));
    }
    let unreadable = |reason: String| StartRefusal::Unreadable { path: path.clone(), reason };
    let text = fs::read_to_string(&path).map_err(|e| unreadable(e.to_string()))?;
    let mut settings: Settings = toml::from_str(&text).map_err(|e| unreadable(e.to_string()))?;
    if !(30..=3600).contains(&settings.session.idle_lock_s) {
        return Err(unreadable("session.idle_lock_s must be 30 to 3600 seconds".to_owned()));
    }
    // Without its sequence every letter would have the same number.
    if settings.archive_format.as_ref().is_some_and(|format| !format.contains("{seq")) {
        return Err(unreadable("archive_format must contain {seq} or {seq:05}".to_owned()));
    }
    if printer.is_some() {
        settings.printer = printer;
    }
    let data_dir = place.data_dir.clone().or_else(|| settings.data_dir.clone()).unwrap_or_else(|| data.to_owned());
    Ok(Start::Installed { settings: Box::new(settings), data_dir })
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Machine(tempfile::TempDir);

    impl Machine {
        fn new() -> Self {
            Self(tempfile::tempdir().unwrap())
        }
        fn path(&self, name: &str) -> PathBuf {
            self.0.path().join(name)
        }
        fn decide(&self, place: &Place) -> Result<Start, StartRefusal> {
            decide_at(
                place,
                Some(self.path("home")),
                &self.path("settings.toml"),
                &self.path("production"),
                &self.path("data"),
            )
        }
    }

    const GOOD: &str = "[backend]\nurl = \"https://cuentas.example\"\n";

    #[test]
    fn a_machine_without_any_trace_of_work_starts_in_training() {
        assert!(matches!(Machine::new().decide(&Place::default()), Ok(Start::Training { .. })));
    }

    #[test]
    fn an_installed_workstation_without_settings_stops_and_never_trains() {
        for trace in ["production", "data/queue.db"] {
            let machine = Machine::new();
            fs::create_dir_all(machine.path("data")).unwrap();
            fs::write(machine.path(trace), "").unwrap();
            assert!(matches!(machine.decide(&Place::default()), Err(StartRefusal::Missing(_))), "{trace}");
        }
    }

    #[test]
    fn settings_that_cannot_be_read_stop_the_start_with_the_reason() {
        for text in [
            "backend = 1",
            "[backend]\nurl = \"x\"\ncolour = 2\n",
            "\u{0}",
            "[backend]\nurl=\"x\"\n[session]\nidle_lock_s=1\n",
            "archive_format=\"CARTA\"\n[backend]\nurl=\"x\"\n",
            "[backend]\nurl=\"x\"\n[policy]\nlink_ms=1\n",
        ] {
            let machine = Machine::new();
            fs::write(machine.path("settings.toml"), text).unwrap();
            assert!(matches!(machine.decide(&Place::default()), Err(StartRefusal::Unreadable { .. })), "{text:?}");
        }
    }

    #[test]
    fn the_example_is_read_and_the_institutes_figures_reach_the_rules() {
        let example = include_str!("../../../docs/settings.example.toml");
        let settings: Settings = toml::from_str(example).unwrap();
        assert_eq!(settings.policy.policy(), ventanilla_domain::policy::Policy::default());
        let set = "archive_format = \"{year}-{seq}\"\n[backend]\nurl = \"x\"\n[policy]\nreopen_days = 3\n";
        let settings: Settings = toml::from_str(set).unwrap();
        assert_eq!(
            (settings.policy.policy().reopen_days, settings.archive_format.unwrap().as_str()),
            (3, "{year}-{seq}")
        );
    }

    #[test]
    fn settings_start_the_real_thing_and_training_must_be_asked_for() {
        let machine = Machine::new();
        fs::write(machine.path("settings.toml"), GOOD).unwrap();
        assert!(matches!(machine.decide(&Place::default()), Ok(Start::Installed { .. })));
        let training = Place { training: true, ..Place::default() };
        assert!(matches!(machine.decide(&training), Ok(Start::Training { .. })));
    }
}
