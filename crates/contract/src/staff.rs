//! Who acts, and at which counter.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a member of staff may do. Checked at desk and backend (M23).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Serves persons at a counter.
    Clerk,
    /// Follows the day and decides what takes four eyes.
    Supervisor,
}

/// Signs a named member of staff in at an enrolled device.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// User name.
    pub username: String,
    /// PIN.
    pub pin: String,
}

/// A member of staff as the token names them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Staff {
    /// Stable id; the `sub` of the token.
    pub username: String,
    /// As it stands on paper.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Centre.
    pub center: String,
}

/// A staff token.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// Signed; goes into `Authorization: Bearer`.
    pub token: String,
    /// Seconds that it is valid, at most 900.
    pub expires_in_s: u32,
    /// Whose it is.
    pub staff: Staff,
}

/// A one-time code that IT staff gives to a workstation.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Enroll {
    /// The code.
    pub code: String,
}

/// What makes a workstation known.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Device {
    /// Id of the workstation, `ws` of its events.
    pub device_id: String,
    /// Secret; `X-Device: <device_id>.<secret>`.
    pub secret: String,
    /// Issued at enrolment and at restore: a restored backup cannot reuse sequence numbers.
    pub epoch: u32,
    /// Centre id, such as `QS`.
    pub center: String,
    /// Centre name, such as "Centro de Atención Universal Quito Sur".
    pub center_name: String,
    /// Minutes east of UTC at the centre (−300 mainland, −360 Galápagos).
    pub utc_offset_minutes: i32,
    /// Counter, such as `3`.
    pub counter: String,
}
