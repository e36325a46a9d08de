//! The machine around the desk: its folders, its display, and the commands that need no window.

use std::any::Any;
use std::io::{self, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;

use ventanilla_cli::settings::{Settings, Start, StartRefusal};
use ventanilla_cli::{Audit, Command, ask, check, doctor, enroll, records, workstation};
use ventanilla_desk::view::{UiError, UiSeverity};
use ventanilla_desk::{Desk, Own};
use ventanilla_words::{Key, es};

/// Keeps the embedded backend of training alive.
pub type Backend = Option<Box<dyn Any + Send + Sync>>;

/// The user's data folder, for training alone.
pub fn data_home() -> Option<PathBuf> {
    let set = |name: &str| std::env::var_os(name).filter(|v| !v.is_empty()).map(PathBuf::from);
    set("XDG_DATA_HOME").or_else(|| set("LOCALAPPDATA")).or_else(|| set("HOME").map(|home| home.join(".local/share")))
}

fn has_display() -> bool {
    cfg!(windows) || ["DISPLAY", "WAYLAND_DISPLAY"].iter().any(|v| std::env::var_os(v).is_some_and(|v| !v.is_empty()))
}

/// Says why the program does not start.
pub fn refuse(refusal: &StartRefusal) -> ExitCode {
    complain(&doctor::refused(refusal, es()));
    ExitCode::from(2)
}

/// An error of the shell's own, with its words.
pub fn worded(code: &str, severity: UiSeverity) -> UiError {
    let id = format!("error-{}", code.replace('_', "-"));
    UiError {
        code: code.to_owned(),
        message: es().find(&id).unwrap_or_default(),
        hint: es().find(&format!("{id}-hint")).unwrap_or_default(),
        severity,
        until: None,
    }
}

/// Opens the desk as it was decided.
///
/// # Errors
/// What the window shows instead of the sign-in.
pub async fn open_desk(start: Start) -> Result<(Desk, Backend), UiError> {
    match start {
        Start::Installed { settings, data_dir } => {
            let desk = workstation::desk(&settings, &data_dir, credentials()).map_err(|error| told(&error))?;
            Ok((desk, None))
        }
        #[cfg(feature = "training")]
        Start::Training { data_dir, printer } => {
            crate::training::open(&data_dir, printer.as_ref()).await.map_err(|error| {
                tracing::error!(%error, "training does not start");
                worded("training_unavailable", UiSeverity::Breakdown)
            })
        }
        #[cfg(not(feature = "training"))]
        Start::Training { .. } => Err(worded("training_unavailable", UiSeverity::Breakdown)),
    }
}

fn told(error: &workstation::WorkstationError) -> UiError {
    tracing::error!(%error, "the settings do not work");
    let mut shown = worded("settings_unusable", UiSeverity::Breakdown);
    shown.hint = format!("{} ({error})", shown.hint);
    shown
}

fn credentials() -> Option<PathBuf> {
    std::env::var_os("CREDENTIALS_DIRECTORY").filter(|v| !v.is_empty()).map(PathBuf::from)
}

/// Runs a command that needs no window; answers its exit code.
pub fn without_window(command: Command, start: Result<Start, StartRefusal>) -> u8 {
    let runtime = match tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => return failed(&error),
    };
    runtime.block_on(run(command, start)).unwrap_or_else(|error| failed(error.as_ref()))
}

/// Says something on standard output.
///
/// # Errors
/// Nobody reads it any more.
pub fn say(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Says something on standard error; where that is closed nobody wants to know.
pub fn complain(text: &str) {
    let _ = writeln!(io::stderr().lock(), "{text}");
}

/// Says why the window cannot open here, if it cannot.
pub fn without_display() -> Option<ExitCode> {
    (!has_display()).then(|| {
        complain(&es().get(Key::CliDoctorDoDisplay));
        ExitCode::from(2)
    })
}

async fn run(command: Command, start: Result<Start, StartRefusal>) -> Result<u8, Box<dyn std::error::Error>> {
    match command {
        Command::Check { what, numbers, json } => {
            let out = io::BufWriter::new(io::stdout().lock());
            Ok(check::run(what, &numbers, json, io::stdin().lock(), out, es())?)
        }
        Command::Doctor { json } => {
            let installed = match &start {
                Ok(Start::Installed { settings, data_dir }) => Ok((settings.as_ref(), data_dir.as_path())),
                Ok(Start::Training { .. }) => {
                    let found = doctor::training(has_display(), es());
                    return Ok(doctor::tell(&found, json, es(), io::stdout().lock())?);
                }
                Err(refusal) => Err(refusal),
            };
            let found = doctor::look(installed, has_display(), es()).await;
            Ok(doctor::tell(&found, json, es(), io::stdout().lock())?)
        }
        Command::Audit { what: Audit::Verify } => {
            let (desk, _backend) = signed_in(start).await?;
            let kept = desk.kept_head().await.ok().filter(|(len, _)| *len > 0);
            let compared = kept.is_some();
            let report = records::verify(&desk, kept).map_err(said)?;
            desk.sign_out().await?;
            if !compared {
                say(&es().get(Key::CliAuditNotCompared))?;
            }
            let head = &report.head;
            match report.fault {
                None => {
                    let (entries, purged) = (head.len.to_string(), report.purged.to_string());
                    let values = [("entries", &*entries), ("purged", &*purged), ("head", &*head.hash)];
                    say(&es().with(Key::CliAuditWhole, &values))?;
                    Ok(0)
                }
                Some(fault) => {
                    say(&es().with(Key::CliAuditBroken, &[("reason", &records::fault(fault, es()))]))?;
                    Ok(1)
                }
            }
        }
        Command::Receipt { case, out } => {
            let (desk, _backend) = signed_in(start).await?;
            let written = records::receipt(&desk, &case, &out);
            desk.sign_out().await?;
            match written {
                Ok(()) => {
                    say(&es().with(Key::CliReceiptWritten, &[("path", &out.display().to_string())]))?;
                    Ok(0)
                }
                Err(error) if error.is(Own::CaseAmbiguous) => {
                    complain(&es().with(Key::CliReceiptAmbiguous, &[("case", &case)]));
                    Ok(1)
                }
                Err(error) if error.is(Own::CaseUnknown) => {
                    complain(&es().with(Key::CliReceiptNone, &[("case", &case)]));
                    Ok(1)
                }
                Err(error) => Err(said(error).into()),
            }
        }
        Command::Enroll => {
            let Start::Installed { settings, data_dir } = start.map_err(|r| doctor::refused(&r, es()))? else {
                return Err(es().get(Key::CliTraining).into());
            };
            enroll_here(&settings, &data_dir).await
        }
    }
}

async fn enroll_here(settings: &Settings, data_dir: &std::path::Path) -> Result<u8, Box<dyn std::error::Error>> {
    let code = ask::hidden(&es().get(Key::CliAskCode))?;
    let passphrase = ask::hidden(&es().get(Key::CliAskPassphrase))?;
    let username = ask::open(&es().get(Key::CliAskUsername))?;
    let pin = ask::hidden(&es().get(Key::CliAskPin))?;
    let desk = workstation::desk(settings, data_dir, credentials())?;
    let answers = enroll::Answers { code: &code, passphrase: &passphrase, username: &username, pin: &pin };
    if let Err(error) = enroll::run(&desk, &workstation::client(settings)?, &answers).await {
        let message = match error {
            enroll::EnrollError::Desk(error) => said(error),
            other => other.to_string(),
        };
        complain(&es().with(Key::CliNotEnrolled, &[("message", &message)]));
        return Ok(1);
    }
    let device = desk.device().map_err(said)?;
    let values = [("device", &*device.device_id), ("center", &*device.center_name), ("counter", &*device.counter)];
    say(&es().with(Key::CliEnrolled, &values))?;
    Ok(0)
}

/// The desk with somebody signed in, whose act the command is.
async fn signed_in(start: Result<Start, StartRefusal>) -> Result<(Desk, Backend), Box<dyn std::error::Error>> {
    let start = start.map_err(|refusal| doctor::refused(&refusal, es()))?;
    let (desk, backend) = open_desk(start).await.map_err(|e| format!("{} {}", e.message, e.hint))?;
    let passphrase = match desk.session().map_err(said)?.passphrase_needed {
        true => Some(ask::hidden(&es().get(Key::CliAskPassphrase))?),
        false => None,
    };
    let username = ask::open(&es().get(Key::CliAskUsername))?;
    let pin = ask::hidden(&es().get(Key::CliAskPin))?;
    let signed = desk.sign_in_for_a_command(username, pin.to_string(), passphrase.map(|p| p.to_string())).await;
    signed.map_err(|error| es().with(Key::CliSignInFailed, &[("message", &said(error))]))?;
    Ok((desk, backend))
}

fn said(error: ventanilla_desk::DeskError) -> String {
    let shown = UiError::from(error);
    format!("{} {}", shown.message, shown.hint)
}

fn failed(error: &(dyn std::error::Error + 'static)) -> u8 {
    // A reader that went away (`| head`) has seen what it wanted.
    if error.downcast_ref::<io::Error>().is_some_and(|e| e.kind() == io::ErrorKind::BrokenPipe) {
        return 0;
    }
    complain(&error.to_string());
    2
}
