//! `ventanilla doctor`: whether this workstation can work, and what to do where it cannot. Reads no case data.

use std::io::Write;
use std::path::Path;

use serde::Serialize;
use ventanilla_client::{Client, ClientConfig};
use ventanilla_desk::keys::device;
use ventanilla_desk::store::newest_set_aside;
use ventanilla_receipt::{IppPrinter, Printer as _, PrinterState};
use ventanilla_words::{Key, Words};

use crate::ExitCode;
use crate::settings::{Settings, StartRefusal};

/// One thing that was looked at.
#[derive(Debug, Serialize)]
pub struct Finding {
    /// Stable name.
    pub check: &'static str,
    /// Whether it is in order.
    pub ok: bool,
    /// What was found, or what to do.
    pub detail: String,
    #[serde(skip)]
    title: Key,
}

impl Finding {
    fn new(check: &'static str, title: Key, answer: Result<String, String>) -> Self {
        let ok = answer.is_ok();
        Self { check, ok, detail: answer.unwrap_or_else(|advice| advice), title }
    }
}

/// Looks at everything, in the order in which IT staff would mend it.
pub async fn look(
    settings: Result<(&Settings, &Path), &StartRefusal>,
    has_display: bool,
    words: &Words,
) -> Vec<Finding> {
    let display =
        Finding::new("display", Key::CliDoctorDisplay, say(has_display, || words.get(Key::CliDoctorDoDisplay)));
    let (settings, data) = match settings {
        Ok(found) => found,
        Err(refusal) => {
            let told = Finding::new("settings", Key::CliDoctorSettings, Err(refused(refusal, words)));
            return vec![told, display];
        }
    };
    let data_shown = data.display().to_string();
    let writable = tempfile_in(data);
    vec![
        Finding::new("settings", Key::CliDoctorSettings, Ok(String::new())),
        Finding::new(
            "data",
            Key::CliDoctorData,
            if writable {
                Ok(data_shown.clone())
            } else {
                Err(words.with(Key::CliDoctorDoData, &[("path", &data_shown)]))
            },
        ),
        Finding::new(
            "enrolled",
            Key::CliDoctorEnrolled,
            say(device::exists(data), || words.get(Key::CliDoctorDoEnrolled)),
        ),
        Finding::new("store", Key::CliDoctorStore, store(data, words)),
        Finding::new("backend", Key::CliDoctorBackend, backend(settings, words).await),
        Finding::new("printer", Key::CliDoctorPrinter, printer(settings, words)),
        display,
    ]
}

/// What a refusal to start says to IT staff.
#[must_use]
pub fn refused(refusal: &StartRefusal, words: &Words) -> String {
    match refusal {
        StartRefusal::Missing(path) => words.with(Key::CliSettingsMissing, &[("path", &path.display().to_string())]),
        StartRefusal::Unreadable { path, reason } => {
            words.with(Key::CliSettingsUnreadable, &[("path", &path.display().to_string()), ("reason", reason)])
        }
        StartRefusal::NoHome => words.get(Key::CliNoHome),
    }
}

/// Writes the findings; the answer is no where one is not in order.
///
/// # Errors
/// Writing fails.
pub fn tell(findings: &[Finding], json: bool, words: &Words, mut out: impl Write) -> std::io::Result<ExitCode> {
    for finding in findings {
        if json {
            serde_json::to_writer(&mut out, finding)?;
            writeln!(out)?;
        } else {
            let state = words.get(if finding.ok { Key::CliDoctorOk } else { Key::CliDoctorFault });
            writeln!(out, "{state:<6} {:<20} {}", words.get(finding.title), finding.detail)?;
        }
    }
    Ok(ExitCode::from(findings.iter().any(|f| !f.ok)))
}

fn say(ok: bool, advice: impl FnOnce() -> String) -> Result<String, String> {
    if ok { Ok(String::new()) } else { Err(advice()) }
}

fn tempfile_in(dir: &Path) -> bool {
    let probe = dir.join(".ventanilla-doctor");
    let written = std::fs::write(&probe, b"x").is_ok();
    written && std::fs::remove_file(&probe).is_ok()
}

async fn backend(settings: &Settings, words: &Words) -> Result<String, String> {
    let url = &settings.backend.url;
    let failed =
        |reason: String| words.with(Key::CliDoctorDoBackend, &[("url", url.as_str()), ("reason", reason.as_str())]);
    let config = ClientConfig { ca_file: settings.backend.ca_file.clone(), ..ClientConfig::new(url.clone()) };
    let client = Client::new(&config).map_err(|e| failed(e.to_string()))?;
    client.health().await.map(|()| url.clone()).map_err(|e| failed(e.to_string()))
}

fn printer(settings: &Settings, words: &Words) -> Result<String, String> {
    let Some(printer) = &settings.printer else { return Ok(words.get(Key::CliDoctorNoPrinter)) };
    let failed = |reason: String| {
        words.with(Key::CliDoctorDoPrinter, &[("uri", printer.uri.as_str()), ("reason", reason.as_str())])
    };
    let ipp = IppPrinter::new(&printer.uri, "ventanilla").map_err(|e| failed(e.to_string()))?;
    let info = ipp.describe().map_err(|e| failed(e.to_string()))?;
    state(info.state, info.name, words).map_err(failed)
}

/// A printer that prints something else is in order; one that waits for somebody is not.
fn state(state: PrinterState, name: String, words: &Words) -> Result<String, String> {
    match state {
        PrinterState::Ready => Ok(name),
        PrinterState::Busy => Ok(words.with(Key::CliDoctorPrinterBusy, &[("name", &name)])),
        PrinterState::OutOfPaper => Err(words.get(Key::CliDoctorPrinterOutOfPaper)),
        PrinterState::Stopped(trouble) => {
            let id = format!("print-reason-{}", trouble.code().replace('_', "-"));
            let reason = words.find(&id).unwrap_or_else(|| trouble.code().to_owned());
            Err(words.with(Key::CliDoctorPrinterStopped, &[("reason", &reason)]))
        }
    }
}

/// A store that was set aside, while the workstation is not enrolled anew. Whether the one in use is whole can be told only
/// with a clerk's PIN: `ventanilla audit verify` does.
fn store(data: &Path, words: &Words) -> Result<String, String> {
    match newest_set_aside(data).filter(|_| !device::exists(data)) {
        Some(path) => Err(words.with(Key::CliDoctorSetAside, &[("path", &path.display().to_string())])),
        None => Ok(String::new()),
    }
}

/// What the doctor says where there are no settings, and the program trains.
#[must_use]
pub fn training(has_display: bool, words: &Words) -> Vec<Finding> {
    vec![
        Finding::new("settings", Key::CliDoctorSettings, Ok(words.get(Key::CliTraining))),
        Finding::new("display", Key::CliDoctorDisplay, say(has_display, || words.get(Key::CliDoctorDoDisplay))),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use ventanilla_receipt::Trouble;
    use ventanilla_words::es;

    #[test]
    fn a_printer_that_prints_something_else_is_in_order_and_one_that_waits_for_somebody_is_not() {
        let told = |s| state(s, "Epson".to_owned(), es());
        assert!(told(PrinterState::Ready).is_ok());
        assert!(told(PrinterState::Busy).unwrap().contains("ocupada"));
        assert!(told(PrinterState::OutOfPaper).is_err());
        assert!(told(PrinterState::Stopped(Trouble::Jam)).unwrap_err().contains("atascado"));
    }

    #[test]
    fn json_is_json_also_where_there_are_no_settings() {
        for findings in [training(false, es()), training(true, es())] {
            let mut out = Vec::new();
            tell(&findings, true, es(), &mut out).unwrap();
            let lines = String::from_utf8(out).unwrap();
            assert!(lines.lines().all(|line| serde_json::from_str::<serde_json::Value>(line).is_ok()), "{lines}");
        }
    }
}
