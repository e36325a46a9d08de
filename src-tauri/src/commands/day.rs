//! The day of this workstation.

use tauri::State;
use ventanilla_desk::Desk;
use ventanilla_desk::view::{DayView, HistoryEntry, UiError};

use crate::shell::Shell;

/// Every case of the day.
#[tauri::command]
#[specta::specta]
pub async fn day(shell: State<'_, Shell>) -> Result<DayView, UiError> {
    shell.act(Desk::day).await
}

/// What happened to a case.
#[tauri::command]
#[specta::specta]
pub async fn history(shell: State<'_, Shell>, case_id: String) -> Result<Vec<HistoryEntry>, UiError> {
    shell.act(move |desk| desk.history(case_id)).await
}
