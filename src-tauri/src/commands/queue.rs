//! The queue (M6, M7).

use tauri::State;
use ventanilla_desk::Desk;
use ventanilla_desk::view::{CaseView, QueueView, Row, UiError, WalkInForm};

use crate::shell::Shell;

/// The queue of the day.
#[tauri::command]
#[specta::specta]
pub async fn queue(shell: State<'_, Shell>) -> Result<QueueView, UiError> {
    shell.act(Desk::queue).await
}

/// By ticket, number or name.
#[tauri::command]
#[specta::specta]
pub async fn search(shell: State<'_, Shell>, text: String) -> Result<Vec<Row>, UiError> {
    shell.act(move |desk| desk.search(text)).await
}

/// The person of a turno is here.
#[tauri::command]
#[specta::specta]
pub async fn check_in(shell: State<'_, Shell>, case_id: String, preferential: bool) -> Result<QueueView, UiError> {
    shell.act(move |desk| desk.check_in(case_id, preferential)).await
}

/// Calls whose turn it is.
#[tauri::command]
#[specta::specta]
pub async fn call_next(shell: State<'_, Shell>) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.call_next().await }).await
}

/// Calls somebody out of turn.
#[tauri::command]
#[specta::specta]
pub async fn call(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.call(case_id).await }).await
}

/// The person stands at the counter.
#[tauri::command]
#[specta::specta]
pub async fn serve(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.serve(case_id).await }).await
}

/// Issues a turno at the desk.
#[tauri::command]
#[specta::specta]
pub async fn walk_in(shell: State<'_, Shell>, form: WalkInForm) -> Result<Row, UiError> {
    shell.ask(|desk| async move { desk.walk_in(form).await }).await
}

/// The case rests.
#[tauri::command]
#[specta::specta]
pub async fn hold(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.hold(case_id)).await
}

/// It is taken up again.
#[tauri::command]
#[specta::specta]
pub async fn resume(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.resume(case_id).await }).await
}

/// A returned case is taken up again.
#[tauri::command]
#[specta::specta]
pub async fn reopen(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.reopen(case_id)).await
}

/// A case that a colleague left at this counter passes to the present clerk.
#[tauri::command]
#[specta::specta]
pub async fn take_over(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.take_over(case_id).await }).await
}
