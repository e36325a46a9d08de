//! A desk from its settings: what the window and the commands without it both open.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ventanilla_client::{Client, ClientConfig, SetupError};
use ventanilla_desk::edge::{SystemClock, SystemRandom};
use ventanilla_desk::keys::{CredentialFile, MachineSecret, Passphrase};
use ventanilla_desk::paper::PaperConfig;
use ventanilla_desk::{Deps, Desk, DeskConfig, DeskError};
use ventanilla_receipt::{IppPrinter, PrintError};

use crate::settings::{self, Printer, Settings};

/// Why a desk cannot be made of its settings.
#[derive(Debug, thiserror::Error)]
pub enum WorkstationError {
    /// The backend's address or authorities.
    #[error(transparent)]
    Backend(#[from] SetupError),
    /// The printer's address.
    #[error(transparent)]
    Printer(#[from] PrintError),
    /// The folder.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// The client of these settings.
///
/// # Errors
/// [`SetupError`].
pub fn client(settings: &Settings) -> Result<Client, SetupError> {
    let backend = &settings.backend;
    Client::new(&ClientConfig { ca_file: backend.ca_file.clone(), ..ClientConfig::new(backend.url.clone()) })
}

/// The desk of these settings. `credentials` is the folder in which the service manager delivers the machine's secret;
/// without one the passphrase is asked for (M35).
///
/// # Errors
/// [`WorkstationError`].
pub fn desk(settings: &Settings, data_dir: &Path, credentials: Option<PathBuf>) -> Result<Desk, WorkstationError> {
    let random = Arc::new(SystemRandom);
    let mut config = DeskConfig::new(data_dir.to_owned());
    config.idle_lock_s = settings.session.idle_lock_s;
    config.policy = settings.policy.policy();
    if let Some(format) = &settings.archive_format {
        config.archive_format.clone_from(format);
    }
    config.net.client = Some(client(settings)?);
    config.paper = paper(settings.printer.as_ref())?;
    let secret: Arc<dyn MachineSecret> = match credentials {
        Some(folder) => Arc::new(CredentialFile::new(&folder)),
        None => Arc::new(Passphrase::new(data_dir, config.kdf, random.clone())),
    };
    Ok(Desk::new(config, Deps { clock: Arc::new(SystemClock::default()), random, secret })?)
}

/// Where paper goes.
///
/// # Errors
/// The address is none.
pub fn paper(printer: Option<&Printer>) -> Result<PaperConfig, PrintError> {
    let Some(printer) = printer else { return Ok(PaperConfig::default()) };
    Ok(PaperConfig {
        printer: Some(Arc::new(IppPrinter::new(&printer.uri, "ventanilla")?)),
        paper: match printer.paper {
            settings::Paper::Roll80 => ventanilla_receipt::Paper::Roll80,
            settings::Paper::A5 => ventanilla_receipt::Paper::A5,
        },
        ..PaperConfig::default()
    })
}
