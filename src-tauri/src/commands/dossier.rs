//! The dossier (R19–R23, M1–M5).

use tauri::State;
use ventanilla_contract::event::RefusalReason;
use ventanilla_contract::reset::Document;
use ventanilla_desk::view::{AcceptForm, CaseView, UiError};

use crate::shell::Shell;

/// Shows a case.
#[tauri::command]
#[specta::specta]
pub async fn open_case(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.open_case(case_id)).await
}

/// Asks the registries (R1, R2).
#[tauri::command]
#[specta::specta]
pub async fn consult(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.ask(|desk| async move { desk.consult(case_id).await }).await
}

/// A document conforms; on disk before this answers.
#[tauri::command]
#[specta::specta]
pub async fn accept(shell: State<'_, Shell>, case_id: String, form: AcceptForm) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.accept(case_id, form)).await
}

/// A document is refused with a reason.
#[tauri::command]
#[specta::specta]
pub async fn refuse(
    shell: State<'_, Shell>,
    case_id: String,
    document: Document,
    reason: RefusalReason,
) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.refuse(case_id, document, reason)).await
}

/// Takes a word about a document back.
#[tauri::command]
#[specta::specta]
pub async fn take_back(shell: State<'_, Shell>, case_id: String, document: Document) -> Result<CaseView, UiError> {
    shell.act(move |desk| desk.take_back(case_id, document)).await
}
