//! The cryptography of a wrap: argon2id, HKDF with HMAC-SHA-256, XChaCha20-Poly1305.

use argon2::{Algorithm, Argon2, Params, Version};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::edge::{Random, bytes};
use crate::error::DeskError;

/// What a guess at a PIN costs. Stored beside each wrap, so that it may be raised later.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct KdfParams {
    /// Memory, KiB.
    pub m_kib: u32,
    /// Passes.
    pub t: u32,
    /// Lanes.
    pub p: u32,
}

impl Default for KdfParams {
    /// 19 MiB, two passes, one lane.
    fn default() -> Self {
        Self { m_kib: 19 * 1024, t: 2, p: 1 }
    }
}

/// Something sealed, as it lies on disk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sealed {
    #[serde(with = "hexed")]
    pub(super) nonce: Vec<u8>,
    #[serde(with = "hexed")]
    pub(super) sealed: Vec<u8>,
}

/// A 256-bit key from a short secret.
pub(super) fn stretch(secret: &[u8], salt: &[u8], kdf: KdfParams) -> Result<Zeroizing<[u8; 32]>, DeskError> {
    let params = Params::new(kdf.m_kib, kdf.t, kdf.p, Some(32)).map_err(DeskError::defect)?;
    let mut out = Zeroizing::new([0u8; 32]);
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(secret, salt, out.as_mut())
        .map_err(DeskError::defect)?;
    Ok(out)
}

/// One key out of two (HKDF, RFC 5869, one block): whoever lacks either has nothing.
pub(super) fn combine(machine: &[u8; 32], other: &[u8], purpose: &str) -> Result<Zeroizing<[u8; 32]>, DeskError> {
    let extracted = mac(machine, &[other])?;
    mac(&extracted, &[purpose.as_bytes(), &[1]])
}

/// HMAC-SHA-256.
pub(super) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> Result<Zeroizing<[u8; 32]>, DeskError> {
    let mut mac = <Hmac<Sha256> as Mac>::new_from_slice(key).map_err(DeskError::defect)?;
    for part in parts {
        mac.update(part);
    }
    Ok(Zeroizing::new(mac.finalize().into_bytes().into()))
}

/// Seals `plain`; `bound` is authenticated with it, so that a seal cannot be moved to another place.
pub(super) fn seal(key: &[u8; 32], bound: &str, plain: &[u8], random: &dyn Random) -> Result<Sealed, DeskError> {
    let nonce = bytes::<24>(random)?;
    let sealed = XChaCha20Poly1305::new(key.into())
        .encrypt(XNonce::from_slice(&nonce), Payload { msg: plain, aad: bound.as_bytes() })
        .map_err(|_| DeskError::defect("sealing failed"))?;
    Ok(Sealed { nonce: nonce.to_vec(), sealed })
}

/// Opens a seal; `None` where key or place do not fit.
pub(super) fn open(key: &[u8; 32], bound: &str, sealed: &Sealed) -> Option<Zeroizing<Vec<u8>>> {
    let nonce: [u8; 24] = sealed.nonce.as_slice().try_into().ok()?;
    let payload = Payload { msg: &sealed.sealed, aad: bound.as_bytes() };
    XChaCha20Poly1305::new(key.into()).decrypt(XNonce::from_slice(&nonce), payload).ok().map(Zeroizing::new)
}

/// Bytes as hex text in JSON.
pub(super) mod hexed {
    use serde::{Deserialize as _, Deserializer, Serializer, de::Error as _};

    pub(crate) fn serialize<S: Serializer>(bytes: &[u8], s: S) -> Result<S::Ok, S::Error> {
        s.serialize_str(&crate::store::audit::hex(bytes))
    }

    pub(crate) fn deserialize<'de, D: Deserializer<'de>>(d: D) -> Result<Vec<u8>, D::Error> {
        let text = String::deserialize(d)?;
        let digits: Option<Vec<u8>> = text.chars().map(|c| c.to_digit(16).and_then(|d| u8::try_from(d).ok())).collect();
        let digits = digits.filter(|d| d.len().is_multiple_of(2)).ok_or_else(|| D::Error::custom("not hex"))?;
        Ok(digits.chunks(2).map(|pair| pair.iter().fold(0, |byte, digit| (byte << 4) | digit)).collect())
    }
}
