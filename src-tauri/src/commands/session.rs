//! Sign-in, lock, and what the title bar shows.

use tauri::State;
use ventanilla_desk::Desk;
use ventanilla_desk::view::{Connection, SessionView, UiError};

use crate::shell::Shell;

/// Where the session stands.
#[tauri::command]
#[specta::specta]
pub async fn session(shell: State<'_, Shell>) -> Result<SessionView, UiError> {
    shell.act(Desk::session).await
}

/// Signs a named clerk in (M23).
#[tauri::command]
#[specta::specta]
pub async fn sign_in(
    shell: State<'_, Shell>,
    username: String,
    pin: String,
    passphrase: Option<String>,
) -> Result<SessionView, UiError> {
    shell.ask(|desk| async move { desk.sign_in(username, pin, passphrase).await }).await
}

/// Locks the screen; the token is dropped.
#[tauri::command]
#[specta::specta]
pub async fn lock(shell: State<'_, Shell>) -> Result<SessionView, UiError> {
    shell.act(Desk::lock).await
}

/// Ends the session.
#[tauri::command]
#[specta::specta]
pub async fn sign_out(shell: State<'_, Shell>) -> Result<SessionView, UiError> {
    shell.ask(|desk| async move { desk.sign_out().await }).await
}

/// A key was pressed: the idle time begins again.
#[tauri::command]
#[specta::specta]
pub async fn touch(shell: State<'_, Shell>) -> Result<(), UiError> {
    shell.act(Desk::touch).await
}

/// The line to the backend.
#[tauri::command]
#[specta::specta]
pub async fn connection(shell: State<'_, Shell>) -> Result<Connection, UiError> {
    shell.act(Desk::connection).await
}

/// Opens the training mailbox in a window of its own, which has no command at all.
#[tauri::command]
#[specta::specta]
pub async fn open_mailbox(app: tauri::AppHandle, shell: State<'_, Shell>) -> Result<(), UiError> {
    let session = shell.act(Desk::session).await?;
    if let Some(url) = session.mailbox_url {
        crate::shell::open_mailbox(&app, &url)?;
    }
    Ok(())
}

/// Ends the program; nothing is lost, the case reopens where it was.
#[tauri::command]
#[specta::specta]
pub async fn quit(app: tauri::AppHandle) -> Result<(), UiError> {
    app.exit(0);
    Ok(())
}
