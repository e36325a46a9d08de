//! Who acts, and from which workstation: the staff token and the device credential. Both stand behind a trait, because
//! the institute's OIDC provider and client certificates answer the same two questions later.

use std::sync::Arc;
use std::time::Duration;

use axum::http::{HeaderMap, header};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use ventanilla_contract::staff::{Role, Staff};

use crate::clock::Clock;
use crate::secrets;

/// How long a staff token is valid, seconds.
pub const TOKEN_S: u32 = 900;
/// How long a sign-in can be renewed, seconds: a shift.
pub const SHIFT_S: i64 = 12 * 3600;
const ISSUER: &str = "ventanilla-backend";
const AUDIENCE: &str = "ventanilla-desk";

/// What a staff token says.
#[derive(Clone, Serialize, Deserialize)]
pub struct Claims {
    iss: String,
    aud: String,
    /// User name.
    pub sub: String,
    /// As it stands on paper.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Centre.
    pub center: String,
    /// The workstation for which it was issued; worth nothing at another one.
    pub device: String,
    /// When the PIN was entered, seconds since 1970 UTC.
    pub auth_time: i64,
    /// The session; ends with sign-out.
    pub jti: Uuid,
    iat: i64,
    /// First second at which it is no longer valid.
    pub exp: i64,
}

/// The token is absent, forged, expired or not for us.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("no valid staff token")]
pub struct NotStaff;

/// Answers "who signed this token?".
pub trait StaffVerifier: Send + Sync {
    /// The claims of a valid token.
    ///
    /// # Errors
    /// [`NotStaff`], whatever is wrong with it.
    fn who(&self, token: &str) -> Result<Claims, NotStaff>;
}

/// A workstation's claim to be itself; the store knows whether it is true.
#[derive(Clone, PartialEq, Eq)]
pub struct DeviceClaim {
    /// Its id.
    pub device_id: String,
    /// SHA-256 of its secret.
    pub secret_hash: [u8; 32],
}

/// Answers "which workstation does this call come from?".
pub trait DeviceVerifier: Send + Sync {
    /// The claim that a call carries.
    fn which(&self, headers: &HeaderMap) -> Option<DeviceClaim>;
}

/// `X-Device: <device-id>.<secret>`.
#[derive(Debug, Clone, Copy, Default)]
pub struct DeviceHeader;

impl DeviceVerifier for DeviceHeader {
    fn which(&self, headers: &HeaderMap) -> Option<DeviceClaim> {
        let (device_id, secret) = headers.get("x-device")?.to_str().ok()?.split_once('.')?;
        Some(DeviceClaim { device_id: device_id.to_owned(), secret_hash: secrets::hash(secret) })
    }
}

/// The bearer token of a call.
#[must_use]
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(header::AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}

/// Staff tokens of this backend: JWT, HS256.
pub struct Tokens {
    encoding: EncodingKey,
    decoding: DecodingKey,
    clock: Arc<dyn Clock>,
}

impl Tokens {
    /// Tokens signed with `key`.
    #[must_use]
    pub fn new(key: &[u8; 32], clock: Arc<dyn Clock>) -> Self {
        Self { encoding: EncodingKey::from_secret(key), decoding: DecodingKey::from_secret(key), clock }
    }

    fn seconds(&self) -> i64 {
        self.clock.now().0.div_euclid(1000)
    }

    /// A token for who just entered their PIN.
    ///
    /// # Errors
    /// [`NotStaff`] if it cannot be signed.
    pub fn issue(&self, staff: &Staff, device: &str, session: Uuid) -> Result<String, NotStaff> {
        let now = self.seconds();
        self.sign(&Claims {
            iss: ISSUER.to_owned(),
            aud: AUDIENCE.to_owned(),
            sub: staff.username.clone(),
            name: staff.name.clone(),
            role: staff.role,
            center: staff.center.clone(),
            device: device.to_owned(),
            auth_time: now,
            jti: session,
            iat: now,
            exp: now + i64::from(TOKEN_S),
        })
    }

    /// A fresh token of the same session.
    ///
    /// # Errors
    /// [`NotStaff`] when the shift is over: the PIN is due again.
    pub fn renew(&self, claims: &Claims) -> Result<String, NotStaff> {
        let now = self.seconds();
        if now - claims.auth_time >= SHIFT_S {
            return Err(NotStaff);
        }
        self.sign(&Claims { iat: now, exp: now + i64::from(TOKEN_S), ..claims.clone() })
    }

    /// How long a token still counts.
    #[must_use]
    pub fn left(&self, claims: &Claims) -> Duration {
        let until = claims.exp.min(claims.auth_time.saturating_add(SHIFT_S)).saturating_mul(1000);
        Duration::from_millis(u64::try_from(until.saturating_sub(self.clock.now().0)).unwrap_or(0))
    }

    fn sign(&self, claims: &Claims) -> Result<String, NotStaff> {
        encode(&Header::new(Algorithm::HS256), claims, &self.encoding).map_err(|_| NotStaff)
    }
}

impl StaffVerifier for Tokens {
    fn who(&self, token: &str) -> Result<Claims, NotStaff> {
        let mut rules = Validation::new(Algorithm::HS256);
        rules.set_issuer(&[ISSUER]);
        rules.set_audience(&[AUDIENCE]);
        rules.set_required_spec_claims(&["iss", "aud", "sub", "exp"]);
        // The time is compared below, with the backend's own clock.
        rules.validate_exp = false;
        let claims = decode::<Claims>(token, &self.decoding, &rules).map_err(|_| NotStaff)?.claims;
        let now = self.seconds();
        if now >= claims.exp || now - claims.auth_time >= SHIFT_S { Err(NotStaff) } else { Ok(claims) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::ManualClock;
    use ventanilla_domain::time::Millis;

    fn tokens(key: u8) -> (Tokens, Arc<ManualClock>) {
        let clock = Arc::new(ManualClock::at(Millis(1_795_500_000_000)));
        (Tokens::new(&[key; 32], clock.clone()), clock)
    }

    fn clerk() -> Staff {
        Staff { username: "landrade".into(), name: "Lucía Andrade".into(), role: Role::Clerk, center: "QS".into() }
    }

    #[test]
    fn a_token_lives_fifteen_minutes_and_a_renewed_one_no_longer_than_the_shift() {
        let (tokens, clock) = tokens(1);
        let token = tokens.issue(&clerk(), "QS-3", Uuid::from_u128(1)).unwrap();
        clock.advance(899_999);
        let claims = tokens.who(&token).unwrap();
        assert_eq!(tokens.left(&claims), Duration::from_millis(1));
        assert_eq!((claims.sub.as_str(), claims.device.as_str()), ("landrade", "QS-3"));
        let renewed = tokens.renew(&claims).unwrap();
        clock.advance(1);
        assert!(tokens.who(&token).is_err());
        assert!(tokens.who(&renewed).is_ok());
        clock.advance(SHIFT_S * 1000);
        assert!(tokens.renew(&claims).is_err());
    }

    #[test]
    fn a_forged_token_says_nothing() {
        let (tokens_a, _) = tokens(1);
        let (tokens_b, _) = tokens(2);
        let token = tokens_b.issue(&clerk(), "QS-3", Uuid::from_u128(1)).unwrap();
        assert!(tokens_a.who(&token).is_err());
        let none = "eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.eyJzdWIiOiJsYW5kcmFkZSJ9.";
        for forged in ["", "a.b.c", none] {
            assert!(tokens_a.who(forged).is_err(), "{forged}");
        }
    }
}
