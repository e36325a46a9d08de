//! The fictional day: employers, registries, turnos and staff of training mode.
