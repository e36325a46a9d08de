//! The window: what it holds, what it tells the web view, and the training mailbox beside it.

use std::process::ExitCode;

use serde::{Deserialize, Serialize};
use specta::Type;
use tauri::{AppHandle, Manager, WebviewUrl, WebviewWindowBuilder};
use tauri_specta::Event;
use ventanilla_cli::settings::Start;
use ventanilla_desk::view::{Change, UiError, UiSeverity};
use ventanilla_desk::{Desk, DeskError};

use crate::machine;

/// Something changed; the web view asks again for what it shows.
#[derive(Debug, Clone, Serialize, Deserialize, Type, Event)]
pub struct Changed(pub Change);

/// What the commands work on: the desk, or why there is none.
pub struct Shell {
    desk: Result<Desk, UiError>,
    /// Keeps the embedded backend of training alive.
    _backend: Option<Box<dyn std::any::Any + Send + Sync>>,
}

impl Shell {
    /// An act at this workstation. It writes to the disk: off the threads that answer the web view.
    ///
    /// # Errors
    /// Why there is no desk (newer or corrupt store, no room on the disk), or what the desk says.
    pub async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&Desk) -> Result<T, DeskError> + Send + 'static,
    ) -> Result<T, UiError> {
        let desk = self.desk.clone()?;
        let done = tauri::async_runtime::spawn_blocking(move || act(&desk).map_err(|error| desk.told(error)));
        done.await.unwrap_or_else(|error| Err(DeskError::defect(error).into()))
    }

    /// An act that waits for the backend.
    ///
    /// # Errors
    /// See [`Shell::act`].
    pub async fn ask<T, F>(&self, act: impl FnOnce(Desk) -> F) -> Result<T, UiError>
    where
        F: Future<Output = Result<T, DeskError>>,
    {
        let desk = self.desk.clone()?;
        act(desk.clone()).await.map_err(|error| desk.told(error))
    }
}

/// Opens the window and stays until it is closed.
pub fn open(start: Start) -> ExitCode {
    let ipc = crate::ipc();
    let handler = ipc.invoke_handler();
    let built = tauri::Builder::default()
        .invoke_handler(handler)
        .setup(move |app| {
            ipc.mount_events(app);
            let opened = tauri::async_runtime::block_on(machine::open_desk(start));
            let (desk, backend) = match opened {
                Ok((desk, backend)) => (Ok(desk), backend),
                Err(error) => {
                    tracing::error!(code = error.code, "the desk does not open");
                    (Err(error), None)
                }
            };
            if let Ok(desk) = &desk {
                tell(app.handle().clone(), desk);
            }
            app.manage(Shell { desk, _backend: backend });
            Ok(())
        })
        .build(tauri::generate_context!());
    match built {
        Ok(app) => {
            app.run(|_, _| {});
            ExitCode::SUCCESS
        }
        Err(error) => {
            machine::complain(&error.to_string());
            ExitCode::FAILURE
        }
    }
}

/// Passes the desk's news on to the web view.
fn tell(app: AppHandle, desk: &Desk) {
    let mut changes = desk.changes();
    tauri::async_runtime::spawn(async move {
        use tokio::sync::broadcast::error::RecvError;
        loop {
            let change = match changes.recv().await {
                Ok(change) => change,
                // The web view asks for whole views, so one word about the queue makes up for those missed.
                Err(RecvError::Lagged(_)) => Change::Queue,
                Err(RecvError::Closed) => return,
            };
            if let Err(error) = Changed(change).emit(&app) {
                tracing::warn!(%error, "the window did not take the news");
            }
        }
    });
}

/// Opens the training mailbox in its own window. No capability names that window, so its page can call nothing.
///
/// # Errors
/// `mailbox_unavailable` where the window cannot be made.
pub fn open_mailbox(app: &AppHandle, url: &str) -> Result<(), UiError> {
    const LABEL: &str = "mailbox";
    let failed = |_| machine::worded("mailbox_unavailable", UiSeverity::Breakdown);
    if let Some(window) = app.get_webview_window(LABEL) {
        return window.set_focus().map_err(failed);
    }
    let url = url.parse().map_err(|_| machine::worded("mailbox_unavailable", UiSeverity::Breakdown))?;
    WebviewWindowBuilder::new(app, LABEL, WebviewUrl::External(url))
        .title("Buzón de capacitación")
        .inner_size(480.0, 760.0)
        .build()
        .map(|_| ())
        .map_err(failed)
}
