//! The program: a command without the window, or the window. What is said here decides before GTK starts.

#![cfg_attr(all(not(debug_assertions), target_os = "windows"), windows_subsystem = "windows")]

fn main() -> std::process::ExitCode {
    ventanilla_lib::run()
}
