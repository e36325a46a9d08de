//! The commands without the window. They are parsed before GTK starts, so they run where there is no display. What reads
//! case data asks for a staff sign-in and leaves an entry in the audit chain (M29).

pub mod ask;
pub mod check;
pub mod doctor;
pub mod enroll;
pub mod records;
pub mod settings;
pub mod workstation;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};

/// Exit codes: 0 done, 1 the answer is no, 2 the call was wrong.
pub type ExitCode = u8;

/// The command line.
#[derive(Debug, Parser)]
#[command(name = "ventanilla", about = "Mostrador de la clave de empleador", disable_version_flag = true)]
pub struct CommandLine {
    /// What to do; the window where nothing is said.
    #[command(subcommand)]
    pub command: Option<Command>,
    /// Where settings and data are.
    #[command(flatten)]
    pub place: Place,
    /// Print the version and the tree that it was built from.
    #[arg(long)]
    pub version: bool,
}

/// Which settings and which data.
#[derive(Debug, Clone, Default, Args)]
pub struct Place {
    /// Training mode: fictional employers, data and receipt numbers of its own (M30).
    #[arg(long, global = true)]
    pub training: bool,
    /// Settings file [default: /etc/ventanilla/settings.toml]
    #[arg(long, global = true, value_name = "FILE")]
    pub settings: Option<PathBuf>,
    /// Folder of the workstation's data.
    #[arg(long, global = true, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// IPP address of the receipt printer; outweighs the settings.
    #[arg(long, global = true, value_name = "URI")]
    pub printer: Option<String>,
}

/// A command without the window.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says what the digits of numbers tell (M5); reads standard input where no number is given.
    Check {
        /// RUC or cédula.
        what: check::What,
        /// The numbers.
        numbers: Vec<String>,
        /// One JSON object per line.
        #[arg(long)]
        json: bool,
    },
    /// Looks whether this workstation can work, and says what to do where it cannot.
    Doctor {
        /// As JSON.
        #[arg(long)]
        json: bool,
    },
    /// The audit chain.
    Audit {
        /// What to do with it.
        #[command(subcommand)]
        what: Audit,
    },
    /// Writes a case's document to a file, after a staff sign-in; the act is logged.
    Receipt {
        /// Case id, ticket or document number.
        case: String,
        /// Where to.
        #[arg(long, value_name = "FILE.pdf")]
        out: PathBuf,
    },
    /// Enrols this workstation: reads the one-time code, the passphrase, a user name and a PIN from standard input.
    Enroll,
}

/// What can be done with the audit chain.
#[derive(Debug, Subcommand)]
pub enum Audit {
    /// Walks the whole chain.
    Verify,
}
