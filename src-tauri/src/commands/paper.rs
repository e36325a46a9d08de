//! Closing and its paper (M19).

use tauri::State;
use ventanilla_contract::event::Outcome;
use ventanilla_desk::view::{CaseView, UiError};

use crate::shell::Shell;

/// Closes the case: committed first, printed second.
#[tauri::command]
#[specta::specta]
pub async fn close(shell: State<'_, Shell>, case_id: String, outcome: Outcome) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.close(case_id, outcome)).await
}

/// Prints its paper; a second time it says DUPLICATA.
#[tauri::command]
#[specta::specta]
pub async fn print(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.print(case_id)).await
}

/// Tries a failed print job again.
#[tauri::command]
#[specta::specta]
pub async fn retry_print(shell: State<'_, Shell>, job_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.retry_print(job_id)).await
}

/// Saves the PDF to a file; logged.
#[tauri::command]
#[specta::specta]
pub async fn save_paper(shell: State<'_, Shell>, job_id: String, path: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.save_paper(job_id, path)).await
}

/// Prints the archive label of the request letter (M4).
#[tauri::command]
#[specta::specta]
pub async fn print_label(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.print_label(case_id)).await
}
