//! The calls of `/v1`, one method each. What acts is sent once; whoever calls decides about a second time.

use hyper::Method;
use serde::Serialize;
use uuid::Uuid;
use ventanilla_contract::employer::{EmailCheck, EmailCheckResult, Employer};
use ventanilla_contract::event::{EventsAccepted, KeptHead};
use ventanilla_contract::reset::Reset;
use ventanilla_contract::staff::{Device, Enroll, Session, SignIn};
use ventanilla_contract::turno::{Call as CallTurno, ServicePeriod, Turno, WalkIn};

use crate::error::ClientError;
use crate::exchange::{Call, read, refused};
use crate::{Client, Token};

fn json<T: Serialize>(value: &T) -> Result<Vec<u8>, ClientError> {
    serde_json::to_vec(value).map_err(|e| ClientError::Unreachable(format!("not JSON: {e}")))
}

/// One segment of a path: everything but unreserved characters is percent-encoded.
fn seg(text: &str) -> String {
    text.bytes()
        .map(|b| {
            if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                char::from(b).to_string()
            } else {
                format!("%{b:02X}")
            }
        })
        .collect()
}

/// The answer to the call for a turno.
#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize)]
pub struct Called {
    /// The time in which requests for the case are taken (M11).
    pub service_period: ServicePeriod,
    /// The turno, now this counter's (M7).
    pub turno: Turno,
}

/// What became of giving a key up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GivenUp {
    /// A tombstone stands for the key: a late original gets 410.
    Tombstone,
    /// Too late: the reset exists.
    Exists(Box<Reset>),
}

/// Every method: `# Errors` are those of [`ClientError`]; refusals carry the codes that the contract names for the call.
#[allow(clippy::missing_errors_doc)]
impl Client {
    /// Makes the workstation known; the code works once.
    pub async fn enroll(&self, code: &str) -> Result<Device, ClientError> {
        let body = json(&Enroll { code: code.to_owned() })?;
        self.ask(Call::new(Method::POST, "/v1/devices/enroll".to_owned()).bytes(body)).await
    }

    /// Whether anybody is there.
    pub async fn health(&self) -> Result<(), ClientError> {
        self.tell(Call::get("/v1/health".to_owned())).await
    }

    /// Signs a member of staff in.
    pub async fn sign_in(&self, sign_in: &SignIn) -> Result<Session, ClientError> {
        self.ask(Call::new(Method::POST, "/v1/staff/sign-in".to_owned()).bytes(json(sign_in)?)).await
    }

    /// A fresh token for one that still counts.
    pub async fn renew(&self, token: &Token) -> Result<Session, ClientError> {
        self.ask(Call::new(Method::POST, "/v1/staff/renew".to_owned()).by(token)).await
    }

    /// Revokes the session.
    pub async fn sign_out(&self, token: &Token) -> Result<(), ClientError> {
        self.tell(Call::new(Method::POST, "/v1/staff/sign-out".to_owned()).by(token)).await
    }

    /// The turnos of a day (ISO 8601) at a centre.
    pub async fn turnos(&self, token: &Token, center: &str, day: &str) -> Result<Vec<Turno>, ClientError> {
        let path = format!("/v1/centers/{}/turnos?day={}", seg(center), seg(day));
        self.ask(Call::get(path).by(token)).await
    }

    /// Makes a walk-in's turno known; sent again it is the same.
    pub async fn walk_in(&self, token: &Token, id: Uuid, walk_in: &WalkIn) -> Result<Turno, ClientError> {
        self.ask(Call::new(Method::PUT, format!("/v1/turnos/{id}")).by(token).bytes(json(walk_in)?)).await
    }

    /// Claims the person of a turno for a case at this counter (M7).
    pub async fn call(&self, token: &Token, turno: Uuid, case: Uuid) -> Result<Called, ClientError> {
        let body = json(&CallTurno { case_id: case })?;
        self.ask(Call::new(Method::POST, format!("/v1/turnos/{turno}/call")).by(token).bytes(body)).await
    }

    /// A service period from now on (M11).
    pub async fn service_period(&self, token: &Token, case: Uuid, turno: Uuid) -> Result<ServicePeriod, ClientError> {
        #[derive(Serialize)]
        struct Of {
            turno_id: Uuid,
        }
        let body = json(&Of { turno_id: turno })?;
        self.ask(Call::new(Method::POST, format!("/v1/cases/{case}/service-period")).by(token).bytes(body)).await
    }

    /// What the registries and the account system say now; the look is logged.
    pub async fn employer(&self, token: &Token, number: &str, case: Uuid) -> Result<Employer, ClientError> {
        self.ask(Call::get(format!("/v1/employers/{}?case={case}", seg(number))).by(token)).await
    }

    /// Compares the stated address; counts against the case's tries (M14).
    pub async fn check_email(
        &self,
        token: &Token,
        case: Uuid,
        check: &EmailCheck,
    ) -> Result<EmailCheckResult, ClientError> {
        let path = format!("/v1/cases/{case}/email-check");
        self.ask(Call::new(Method::POST, path).by(token).bytes(json(check)?)).await
    }

    /// Asks for a reset. `body` is a `ResetRequest` as it lies on disk: the same key always carries the same bytes.
    pub async fn reset(&self, token: &Token, key: Uuid, body: Vec<u8>) -> Result<Reset, ClientError> {
        self.ask(Call::new(Method::POST, "/v1/resets".to_owned()).by(token).keyed(key).bytes(body)).await
    }

    /// What became of a key.
    pub async fn reset_by_key(&self, token: &Token, key: Uuid) -> Result<Reset, ClientError> {
        self.ask(Call::get(format!("/v1/resets/by-key/{key}")).by(token)).await
    }

    /// Gives a key up for good.
    pub async fn give_up(&self, token: &Token, key: Uuid) -> Result<GivenUp, ClientError> {
        let (status, body) =
            self.exchange(Call::new(Method::DELETE, format!("/v1/resets/by-key/{key}")).by(token)).await?;
        if !status.is_success() {
            return Err(refused(status, &body));
        }
        // A reset that was accepted before is answered as what it is.
        Ok(read::<Reset>(status, &body).map_or(GivenUp::Tombstone, |reset| GivenUp::Exists(Box::new(reset))))
    }

    /// A reset as it stands.
    pub async fn reset_now(&self, token: &Token, reset: Uuid) -> Result<Reset, ClientError> {
        self.ask(Call::get(format!("/v1/resets/{reset}")).by(token)).await
    }

    /// Issues another link of a reset (M15).
    pub async fn reissue(&self, token: &Token, reset: Uuid, key: Uuid) -> Result<Reset, ClientError> {
        self.ask(Call::new(Method::POST, format!("/v1/resets/{reset}/links")).by(token).keyed(key)).await
    }

    /// Cancels a reset; `None` where the backend answers without a body.
    pub async fn cancel(&self, token: &Token, reset: Uuid) -> Result<Option<Reset>, ClientError> {
        let (status, body) = self.exchange(Call::new(Method::DELETE, format!("/v1/resets/{reset}")).by(token)).await?;
        if !status.is_success() {
            return Err(refused(status, &body));
        }
        Ok(read(status, &body).ok())
    }

    /// Hands events over. `body` is an `EventPush` put together from the bytes as stored.
    pub async fn push(
        &self,
        token: &Token,
        ws: &str,
        epoch: u32,
        from: u32,
        body: Vec<u8>,
    ) -> Result<EventsAccepted, ClientError> {
        let path = format!("/v1/ws/{}/{epoch}/events?from={from}", seg(ws));
        self.ask(Call::new(Method::PUT, path).by(token).bytes(body)).await
    }

    /// The newest head of this workstation's audit chain that the backend has (M21).
    pub async fn kept_head(&self, token: &Token, ws: &str, epoch: u32) -> Result<KeptHead, ClientError> {
        self.ask(Call::get(format!("/v1/ws/{}/{epoch}/head", seg(ws))).by(token)).await
    }
}

#[cfg(test)]
mod tests {
    use super::seg;

    #[test]
    fn a_segment_cannot_leave_its_place_in_the_path() {
        assert_eq!(seg("QS"), "QS");
        assert_eq!(seg("../x?y=1#z ñ"), "..%2Fx%3Fy%3D1%23z%20%C3%B1");
    }
}
