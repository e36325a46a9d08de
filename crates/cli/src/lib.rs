//! The commands without the window.
