//! The day of this workstation.

use tauri::State;
use ventanilla_desk::view::{DayView, HistoryEntry, UiError};

use crate::shell::Shell;

/// Every case of the day.
#[tauri::command]
#[specta::specta]
pub async fn day(shell: State<'_, Shell>) -> Result<DayView, UiError> {
    shell.desk()?.day().map_err(UiError::from)
}

/// What happened to a case.
#[tauri::command]
#[specta::specta]
pub async fn history(shell: State<'_, Shell>, case_id: String) -> Result<Vec<HistoryEntry>, UiError> {
    shell.desk()?.history(case_id).map_err(UiError::from)
}
