//! The institute's own account system behind one trait (M32). The embedded one lives in the store's own tables.

use ventanilla_domain::employer::Facts;

/// What an account system can do. Where `lookup_by_key` is missing an unknown result goes to the supervisor, never to a
/// second reset.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Capabilities {
    /// The same operation twice has one effect.
    pub idempotency: bool,
    /// The fate of an operation can be asked for by its key.
    pub lookup_by_key: bool,
    /// It knows what became of a mail.
    pub delivery_state: bool,
}

/// What an account system says about one employer.
#[derive(Debug, Clone)]
pub struct Account {
    /// The registries' word, for the rules.
    pub facts: Facts,
    /// The registered address; leaves the backend only masked.
    pub email: Option<ventanilla_domain::email::Email>,
}
