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
    shell.desk()?.open_case(case_id).map_err(UiError::from)
}

/// Asks the registries (R1, R2).
#[tauri::command]
#[specta::specta]
pub async fn consult(shell: State<'_, Shell>, case_id: String) -> Result<CaseView, UiError> {
    shell.desk()?.consult(case_id).await.map_err(UiError::from)
}

/// A document conforms; on disk before this answers.
#[tauri::command]
#[specta::specta]
pub async fn accept(shell: State<'_, Shell>, case_id: String, form: AcceptForm) -> Result<CaseView, UiError> {
    shell.desk()?.accept(case_id, form).map_err(UiError::from)
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
    shell.desk()?.refuse(case_id, document, reason).map_err(UiError::from)
}

/// Takes a word about a document back.
#[tauri::command]
#[specta::specta]
pub async fn take_back(shell: State<'_, Shell>, case_id: String, document: Document) -> Result<CaseView, UiError> {
    shell.desk()?.take_back(case_id, document).map_err(UiError::from)
}
