//! `ventanilla enroll`: makes this computer the workstation of a counter. The one-time code comes from the backend's
//! administrator; the first clerk signs in at once, so that the store and its key exist before the counter opens (M35).

use ventanilla_client::Client;
use ventanilla_desk::{Desk, DeskError};

/// Why a workstation was not enrolled.
#[derive(Debug, thiserror::Error)]
pub enum EnrollError {
    /// Standard input.
    #[error(transparent)]
    Input(#[from] std::io::Error),
    /// The backend refused the code or was not reached.
    #[error(transparent)]
    Backend(#[from] ventanilla_client::ClientError),
    /// The desk.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

/// What is asked for, in this order on standard input.
pub struct Answers<'a> {
    /// One-time code.
    pub code: &'a str,
    /// The machine's passphrase; ignored where the machine keeps a secret of its own.
    pub passphrase: &'a str,
    /// First clerk.
    pub username: &'a str,
    /// Their PIN.
    pub pin: &'a str,
}

/// Enrols, and signs the first clerk in and out again.
///
/// # Errors
/// [`EnrollError`]. A code that was used is spent; the administrator issues another.
pub async fn run(desk: &Desk, client: &Client, answers: &Answers<'_>) -> Result<(), EnrollError> {
    // The passphrase first: a wrong one must not cost the code.
    desk.give_passphrase(Some(answers.passphrase))?;
    let device = client.enroll(answers.code).await?;
    desk.keep_device(&device)?;
    desk.sign_in(answers.username.to_owned(), answers.pin.to_owned(), None).await?;
    desk.sign_out().await?;
    Ok(())
}
