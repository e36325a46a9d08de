//! `ventanilla-backend`: serves, brings extracts in, lets workstations and people in and out. The only place of the backend that reads
//! arguments and starts a log.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::{Args, Parser, Subcommand};
use tracing_subscriber::EnvFilter;
use ventanilla_backend::clock::{Clock, SystemClock};
use ventanilla_backend::config::Config;
use ventanilla_backend::import::DayFile;
use ventanilla_backend::secrets::{self, Secrets};
use ventanilla_backend::store::{Hold, Store, device_id};
use ventanilla_backend::{Ask, api, import, open_store, start_as};

type Failed = Box<dyn std::error::Error + Send + Sync>;

/// How long an enrolment code is good, milliseconds.
const CODE_MS: i64 = 24 * 3_600_000;

/// The reference backend of Ventanilla.
#[derive(Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Serves until SIGTERM or Ctrl-C. Prints one JSON line when ready; the log goes to stderr.
    Serve {
        /// TOML settings.
        #[arg(long)]
        config: PathBuf,
        /// Begins with an empty store where a damaged one was set aside: keys, tombstones, resets and enrolments of the
        /// old one are gone. Restore the backup instead, if there is one.
        #[arg(long)]
        new_store: bool,
    },
    /// Brings a day's extract in; sent again it changes nothing.
    Import {
        /// TOML settings.
        #[arg(long)]
        config: PathBuf,
        /// The extract (JSON). It holds PINs in clear: delete it afterwards.
        dayfile: PathBuf,
    },
    /// Prints a one-time code, good for 24 hours, with which a workstation enrols.
    EnrollmentCode(Workstation),
    /// Lets the events of a workstation in again that contradicted what it had sent before. Look into why first: an
    /// enrolment with a new code begins a new epoch instead.
    LiftQuarantine(Workstation),
    /// Ends the credential of a workstation, and with it every session there. A new enrolment brings it back.
    RevokeDevice(Workstation),
    /// Ends a person's account and all their sessions; a later extract does not bring it back.
    RevokeStaff {
        /// TOML settings.
        #[arg(long)]
        config: PathBuf,
        /// User name.
        #[arg(long)]
        username: String,
    },
    /// Adds a key for link tokens; it signs from the next start on.
    RotateLinkKey {
        /// TOML settings.
        #[arg(long)]
        config: PathBuf,
    },
    /// Prints the OpenAPI document.
    Openapi,
}

/// A workstation of a backend's centre.
#[derive(Args)]
struct Workstation {
    /// TOML settings.
    #[arg(long)]
    config: PathBuf,
    /// Centre id.
    #[arg(long)]
    center: String,
    /// Counter.
    #[arg(long)]
    counter: String,
}

#[tokio::main]
async fn main() -> ExitCode {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new("info"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).with_ansi(false).init();
    match run(Cli::parse().what).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(what: What) -> Result<(), Failed> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    match what {
        What::Serve { config, new_store } => {
            let running = start_as(Config::read(&config)?, clock, Ask { new_store, ..Ask::default() }).await?;
            let ready = serde_json::json!({
                "url": running.url,
                "bounces": running.bounces.map(|a| a.to_string()),
                "mailbox": running.mailbox_url,
            });
            say(&ready.to_string())?;
            asked_to_end().await?;
            tracing::info!("ending");
            running.stop().await;
            Ok(())
        }
        What::Import { config, dayfile } => {
            // Never its text: it holds PINs.
            let day: DayFile = serde_json::from_slice(&read(&dayfile)?).map_err(|e| {
                format!("{}: no extract of this form at line {}, column {}", dayfile.display(), e.line(), e.column())
            })?;
            // Bytes for every salt before the first is used: a machine without them changes nothing.
            let mut salts = Vec::with_capacity(day.staff.len());
            for _ in &day.staff {
                salts.push(secrets::random::<16>()?);
            }
            let (store, _hold) = open(&config, clock).await?;
            import::import(&*store, day, &mut || salts.pop().unwrap_or_default()).await?;
            Ok(())
        }
        What::EnrollmentCode(Workstation { config, center, counter }) => {
            let (store, _hold) = open(&config, clock).await?;
            let code = secrets::random_code()?;
            store.put_enrollment_code(secrets::hash(&code), &center, &counter, CODE_MS).await?;
            say(&code)
        }
        What::LiftQuarantine(Workstation { config, center, counter }) => {
            let (store, _hold) = open(&config, clock).await?;
            Ok(store.lift_quarantine(&device_id(&center, &counter)).await?)
        }
        What::RevokeDevice(Workstation { config, center, counter }) => {
            let (store, _hold) = open(&config, clock).await?;
            Ok(store.revoke_device(&device_id(&center, &counter)).await?)
        }
        What::RevokeStaff { config, username } => {
            let (store, _hold) = open(&config, clock).await?;
            Ok(store.revoke_staff(&username).await?)
        }
        What::RotateLinkKey { config } => say(&Secrets::rotate(&Config::read(&config)?.secrets_dir)?),
        What::Openapi => say(api::openapi().trim_end()),
    }
}

async fn open(config: &Path, clock: Arc<dyn Clock>) -> Result<(Arc<dyn Store>, Option<Hold>), Failed> {
    let config = Config::read(config)?;
    config.check()?;
    Ok(open_store(&config, clock).await?)
}

fn read(path: &Path) -> Result<Vec<u8>, Failed> {
    std::fs::read(path).map_err(|error| format!("{}: {error}", path.display()).into())
}

fn say(line: &str) -> Result<(), Failed> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{line}")?;
    out.flush()?;
    Ok(())
}

async fn asked_to_end() -> std::io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut term = signal(SignalKind::terminate())?;
        tokio::select! {
            _ = term.recv() => Ok(()),
            ended = tokio::signal::ctrl_c() => ended,
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
