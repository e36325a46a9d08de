//! The queue (M6, M7).

use tauri::State;
use ventanilla_desk::view::{CaseView, QueueView, Row, UiError, WalkInForm};

use crate::shell::Shell;

/// The queue of the day.
#[tauri::command]
#[specta::specta]
pub async fn queue(shell: State<'_, Shell>) -> Result<QueueView, UiError> {
    shell.desk()?.queue().map_err(UiError::from)
}

/// By ticket, number or name.
#[tauri::command]
#[specta::specta]
pub async fn search(shell: State<'_, Shell>, text: String) -> Result<Vec<Row>, UiError> {
    shell.desk()?.search(text).map_err(UiError::from)
}

/// The person of a turno is here.
#[tauri::command]
#[specta::specta]
pub async fn check_in(shell: State<'_, Shell>, case_id: String, preferential: bool) -> Result<QueueView, UiError> {
    shell.desk()?.check_in(case_id, preferential).map_err(UiError::from)
}

/// Calls whose turn it is.
#[tauri::command]
#[specta::specta]
pub async fn call_next(shell: State<'_, Shell>) -> Result<CaseView, UiError> {
    shell.desk()?.call_next().await.map_err(UiError::from)
}

/// Calls somebody out of turn.
#[tauri::command]
#[specta::specta]
pub async fn call(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.call(case_id).await.map_err(UiError::from)
}

/// The person stands at the counter.
#[tauri::command]
#[specta::specta]
pub async fn serve(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.serve(case_id).await.map_err(UiError::from)
}

/// Issues a turno at the desk.
#[tauri::command]
#[specta::specta]
pub async fn walk_in(shell: State<'_, Shell>, form: WalkInForm) -> Result<Row, UiError> {
    shell.desk()?.walk_in(form).await.map_err(UiError::from)
}

/// Called and not there.
#[tauri::command]
#[specta::specta]
pub async fn no_show(shell: State<'_, Shell>, case_id: String) -> Result<QueueView, UiError> {
    shell.desk()?.no_show(case_id).map_err(UiError::from)
}

/// Went away.
#[tauri::command]
#[specta::specta]
pub async fn left(shell: State<'_, Shell>, case_id: String) -> Result<QueueView, UiError> {
    shell.desk()?.left(case_id).map_err(UiError::from)
}

/// The case rests.
#[tauri::command]
#[specta::specta]
pub async fn hold(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.hold(case_id).map_err(UiError::from)
}

/// It is taken up again.
#[tauri::command]
#[specta::specta]
pub async fn resume(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.resume(case_id).await.map_err(UiError::from)
}

/// A returned case is taken up again.
#[tauri::command]
#[specta::specta]
pub async fn reopen(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.reopen(case_id).map_err(UiError::from)
}
