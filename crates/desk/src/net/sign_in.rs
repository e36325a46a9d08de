//! Signing in at the backend, and without it (M23).

use ventanilla_client::ClientError;
use ventanilla_contract::staff::{Session, SignIn};

use super::{failed, is_no};
use crate::desk::{Desk, held};
use crate::error::{DeskError, Own};
use crate::view::SessionView;

/// The first pause after a sign-in that the backend answered and could not carry out, milliseconds.
const LAME_MS: u64 = 60_000;

impl Desk {
    /// Signs a clerk in: at the backend, and where it cannot be reached at this workstation alone, for work on the
    /// dossier, within the set hours of the last sign-in there.
    ///
    /// # Errors
    /// The backend's refusal; [`Own::PassphraseWrong`], [`Own::MachineSecretMissing`], [`Own::KeysUnreadable`]; without
    /// the backend what [`Desk::local_open`] says, or [`Own::BackendUnreachable`] for a clerk whom the workstation does
    /// not know.
    pub async fn sign_in(
        &self,
        username: String,
        pin: String,
        passphrase: Option<String>,
    ) -> Result<SessionView, DeskError> {
        let view = self.sign_in_for_a_command(username, pin, passphrase).await?;
        self.begin()?;
        Ok(view)
    }

    /// [`Desk::sign_in`] for a single command: nothing runs by itself afterwards and nothing that is open is taken up,
    /// because a window beside it may be at work on it.
    ///
    /// # Errors
    /// See [`Desk::sign_in`].
    pub async fn sign_in_for_a_command(
        &self,
        username: String,
        pin: String,
        passphrase: Option<String>,
    ) -> Result<SessionView, DeskError> {
        let username = username.trim().to_owned();
        self.give_passphrase(passphrase.as_deref())?;
        *held(&self.inner.net.session) = None;
        // What the machine says about its own secret is no silence of the backend's, and no PIN is tried against it.
        match self.line() {
            Err(error) if !error.is(Own::BackendUnreachable) => return Err(error),
            Ok(_) | Err(_) => {}
        }
        let asked_at = self.clock().mono_ms();
        match self.ask_who(&username, &pin).await {
            Ok(session) => {
                let desk = self.clone();
                let staff = session.staff.clone();
                let view = off_thread(move || desk.admit(&staff, &pin, true)).await?;
                self.keep_token(&session, asked_at);
                *held(&self.inner.net.lame) = (0, 0);
                Ok(view)
            }
            Err(error) if is_no(&error) => Err(failed(error)),
            Err(error) => {
                self.note_lame(&error);
                let desk = self.clone();
                off_thread(move || desk.admit_offline(&username, &pin)).await
            }
        }
    }

    /// A backend that answers and cannot sign anybody in is left alone for a while: a minute, then twice as long each time.
    fn note_lame(&self, error: &ClientError) {
        let mut lame = held(&self.inner.net.lame);
        let times = if error.answered() { lame.0.saturating_add(1) } else { 0 };
        let pause_ms = if times == 0 { 0 } else { LAME_MS << (times - 1).min(4) };
        *lame = (times, self.clock().mono_ms().saturating_add(pause_ms));
    }

    async fn ask_who(&self, username: &str, pin: &str) -> Result<Session, ClientError> {
        let line = self.line().map_err(|e| ClientError::Unreachable(e.to_string()))?;
        let sign_in = SignIn { username: username.to_owned(), pin: pin.to_owned() };
        self.noted(line.sign_in(&sign_in).await)
    }

    fn admit_offline(&self, username: &str, pin: &str) -> Result<SessionView, DeskError> {
        let known = self.local_open(username, pin).map_err(|e| {
            // Whoever was never here cannot be told from a mistyped name without the backend.
            if e.is(Own::ClerkNotEnrolled) { Own::BackendUnreachable.into() } else { e }
        })?;
        self.admit(&known.staff, pin, false)
    }

    /// Ends the session here and at the backend; here even if the backend does not hear of it.
    ///
    /// # Errors
    /// The store.
    pub async fn sign_out(&self) -> Result<SessionView, DeskError> {
        let line = self.signed_line().ok();
        *held(&self.inner.net.session) = None;
        let view = self.sign_out_local()?;
        if let Some((client, token)) = line {
            // A token that was not revoked ends by itself within 15 minutes.
            let _ = self.noted(client.sign_out(&token).await);
        }
        Ok(view)
    }
}

/// PIN keys take a tenth of a second and more: off the thread that answers the window.
async fn off_thread<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, DeskError> + Send + 'static,
) -> Result<T, DeskError> {
    tokio::task::spawn_blocking(work).await.map_err(DeskError::defect)?
}
