//! Generates the window's context and permissions.
fn main() {
    tauri_build::build();
}
