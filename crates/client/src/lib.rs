//! The typed HTTP client of the contract.
