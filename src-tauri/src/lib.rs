//! The shell around the desk: the command line, the window, its commands. Rules, rows and words live in the crates.

mod commands;
mod machine;
mod shell;
#[cfg(feature = "training")]
mod training;

use std::process::ExitCode;

use clap::Parser;
use tauri_specta::{Builder, collect_commands, collect_events};
use ventanilla_cli::{CommandLine, settings};

/// Reads the command line and does what it says. Exit codes: 0 done, 1 the answer is no, 2 the call was wrong.
#[must_use]
pub fn run() -> ExitCode {
    let line = CommandLine::parse();
    if line.version {
        // A reader that went away is no failure.
        let _ = machine::say(&format!("ventanilla {} tree {}", env!("CARGO_PKG_VERSION"), env!("VENTANILLA_TREE")));
        return ExitCode::SUCCESS;
    }
    tracing_subscriber::fmt()
        .with_writer(std::io::stderr)
        .with_env_filter(
            tracing_subscriber::EnvFilter::try_from_env("VENTANILLA_LOG").unwrap_or_else(|_| "warn".into()),
        )
        .init();
    let start = settings::decide(&line.place, machine::data_home());
    match line.command {
        Some(command) => ExitCode::from(machine::without_window(command, start)),
        None => match start {
            Ok(start) => machine::without_display().unwrap_or_else(|| shell::open(start)),
            Err(refusal) => machine::refuse(&refusal),
        },
    }
}

/// The window's commands and news, and the TypeScript that is generated from them.
fn ipc() -> Builder<tauri::Wry> {
    Builder::new()
        .commands(collect_commands![
            commands::session::session,
            commands::session::sign_in,
            commands::session::lock,
            commands::session::sign_out,
            commands::session::touch,
            commands::session::connection,
            commands::session::open_mailbox,
            commands::session::quit,
            commands::queue::queue,
            commands::queue::search,
            commands::queue::check_in,
            commands::queue::call_next,
            commands::queue::call,
            commands::queue::serve,
            commands::queue::walk_in,
            commands::queue::hold,
            commands::queue::resume,
            commands::queue::reopen,
            commands::queue::take_over,
            commands::dossier::open_case,
            commands::dossier::consult,
            commands::dossier::accept,
            commands::dossier::refuse,
            commands::dossier::take_back,
            commands::reset::compare_address,
            commands::reset::send_reset,
            commands::reset::resend,
            commands::reset::abandon,
            commands::reset::reissue,
            commands::reset::cancel_reset,
            commands::paper::close,
            commands::paper::print,
            commands::paper::retry_print,
            commands::paper::save_paper,
            commands::paper::print_label,
            commands::day::day,
            commands::day::history,
        ])
        .events(collect_events![shell::Changed])
        .disable_serde_phases()
        .error_handling(tauri_specta::ErrorHandlingMode::Result)
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;

    #[test]
    fn the_windows_bindings_are_those_of_the_code() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("ui/src/lib/bindings.ts");
        let fresh = std::env::temp_dir().join(format!("bindings-{}.ts", std::process::id()));
        let typescript = specta_typescript::Typescript::default()
            .header("// Generated from src-tauri by its test; VENTANILLA_BLESS=1 writes it anew.\n// @ts-nocheck\n");
        ipc().export(typescript, &fresh).unwrap();
        let generated = fs::read_to_string(&fresh).unwrap();
        fs::remove_file(&fresh).unwrap();
        if std::env::var_os("VENTANILLA_BLESS").is_some() {
            fs::write(&path, &generated).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap_or_default() == generated,
            "VENTANILLA_BLESS=1 cargo test -p ventanilla"
        );
    }

    #[test]
    fn every_command_of_the_window_stands_in_its_permission_file() {
        let allowed = include_str!("../permissions/desk.toml");
        let code = include_str!("lib.rs");
        let commands: Vec<&str> = code
            .lines()
            .filter_map(|l| l.trim().strip_prefix("commands::")?.strip_suffix(',')?.rsplit("::").next())
            .collect();
        assert!(commands.len() > 30);
        for command in &commands {
            assert!(allowed.contains(&format!("\"{command}\",")), "{command}");
        }
        assert_eq!(allowed.matches("\",\n").count(), commands.len(), "the file allows what is no command");
    }
}
