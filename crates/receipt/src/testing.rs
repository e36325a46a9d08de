//! For tests and benchmarks only: sample documents, and Debian's `ippeveprinter` as the real printer. Needs the packages
//! `cups-ipp-utils` and `dbus` (apt); says so when they are missing. Nothing of this is in a shipped program.
#![allow(clippy::expect_used, clippy::panic)] // a harness that cannot start its printer must fail loudly

mod drawing;
mod printer;
mod samples;

pub use drawing::{Drawing, Shape, Typeface, drawings, typefaces};
pub use printer::TestPrinter;
pub use samples::{gallery, sample};
