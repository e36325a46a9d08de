//! Tests of the line to the backend.
