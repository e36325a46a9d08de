//! The reset (R10, R24, R25, M8–M15).

use tauri::State;
use ventanilla_desk::view::{CaseView, UiError};

use crate::shell::Shell;

/// Compares the address that the person named.
#[tauri::command]
#[specta::specta]
pub async fn compare_address(shell: State<'_, Shell>, case_id: String, stated: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.compare_address(case_id, stated).await }).await
}

/// Asks the backend for the link.
#[tauri::command]
#[specta::specta]
pub async fn send_reset(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.send_reset(case_id).await }).await
}

/// The same request again, by the clerk's hand.
#[tauri::command]
#[specta::specta]
pub async fn resend(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.resend(case_id).await }).await
}

/// Gives up a request whose fate is unknown.
#[tauri::command]
#[specta::specta]
pub async fn abandon(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.abandon(case_id).await }).await
}

/// Another link (M15).
#[tauri::command]
#[specta::specta]
pub async fn reissue(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.reissue(case_id).await }).await
}

/// The person cannot finish: cancels the link and closes the case.
#[tauri::command]
#[specta::specta]
pub async fn cancel_reset(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.cancel_reset(case_id).await }).await
}
