//! The keys that never lie in the database: one HMAC key per `kid` for link tokens and return paths, and the key that
//! signs staff tokens. Made at the first start, readable by the service's own user alone.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;
use uuid::Uuid;
use zeroize::Zeroizing;

type Key = Zeroizing<[u8; 32]>;

const LINK: &str = "link-";
const SUFFIX: &str = ".key";
const STAFF: &str = "staff-token.key";

/// Bytes of the tag in a return path: 80 bits, more than anybody tries against a mail server.
const TAG: usize = 10;

/// The keys of a backend. `Debug` shows none.
pub struct Secrets {
    link: BTreeMap<String, Key>,
    current: String,
    staff: Key,
}

/// The keys cannot be read or made.
#[derive(Debug, thiserror::Error)]
pub enum SecretsError {
    /// A file or folder.
    #[error("{}: {source}", path.display())]
    Io {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// A file that holds no key.
    #[error("{} does not hold 32 bytes in hex; restore it from the backup, or remove it so that a new one is made", path.display())]
    NotAKey {
        /// Which.
        path: PathBuf,
    },
    /// Others may read a key.
    #[error("{} can be read by others; chmod 600 it", path.display())]
    Open {
        /// Which.
        path: PathBuf,
    },
    /// The machine gives no random bytes.
    #[error("the machine gives no random bytes")]
    Random,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Secrets").field("current", &self.current).finish_non_exhaustive()
    }
}

impl Secrets {
    /// Reads the keys of a folder; makes what is missing.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn open(folder: &Path) -> Result<Self, SecretsError> {
        make_folder(folder)?;
        let mut link = BTreeMap::new();
        let io = |source| SecretsError::Io { path: folder.to_owned(), source };
        for entry in fs::read_dir(folder).map_err(io)? {
            let name = entry.map_err(io)?.file_name().to_string_lossy().into_owned();
            if let Some(kid) = name.strip_prefix(LINK).and_then(|n| n.strip_suffix(SUFFIX)) {
                link.insert(kid.to_owned(), read_key(&folder.join(&name))?);
            }
        }
        let current = match link.keys().next_back() {
            Some(kid) => kid.clone(),
            None => add_link_key(folder, &mut link)?,
        };
        let path = folder.join(STAFF);
        let staff = if path.exists() { read_key(&path)? } else { make_key(&path)? };
        Ok(Self { link, current, staff })
    }

    /// Adds a link key, which signs from the next start on. Older ones stay: their links may still run.
    ///
    /// # Errors
    /// [`SecretsError`].
    pub fn rotate(folder: &Path) -> Result<String, SecretsError> {
        let mut link = Self::open(folder)?.link;
        add_link_key(folder, &mut link)
    }

    /// Which key signs new links.
    #[must_use]
    pub fn current(&self) -> &str {
        &self.current
    }

    /// The token of a link as it stands in its address; `None` for an unknown `kid`.
    #[must_use]
    pub fn link_token(&self, kid: &str, link: Uuid) -> Option<Zeroizing<String>> {
        Some(Zeroizing::new(URL_SAFE_NO_PAD.encode(self.mac(kid, "link", link)?)))
    }

    /// A local part for the return path of a mail, at most 64 characters. Holds without letter case.
    #[must_use]
    pub fn return_path(&self, about: Uuid) -> String {
        let tag = self.mac(&self.current, "return-path", about).unwrap_or_default();
        let tag = tag.get(..TAG).unwrap_or_default();
        format!("bounce+{}{}", about.simple(), hex(tag))
    }

    /// Whose mail a return path of ours belongs to; `None` for one that we never made.
    #[must_use]
    pub fn read_return_path(&self, local: &str) -> Option<Uuid> {
        let local = local.to_ascii_lowercase();
        let opaque = local.strip_prefix("bounce+")?;
        let (id, tag) = opaque.split_at_checked(32)?;
        let about = Uuid::try_parse(id).ok()?;
        let known = self.link.keys().any(|kid| {
            self.mac(kid, "return-path", about)
                .is_some_and(|mac| hex(mac.get(..TAG).unwrap_or_default()).as_bytes().ct_eq(tag.as_bytes()).into())
        });
        known.then_some(about)
    }

    /// The key that signs staff tokens.
    #[must_use]
    pub fn staff_key(&self) -> &[u8; 32] {
        &self.staff
    }

    fn mac(&self, kid: &str, purpose: &str, id: Uuid) -> Option<[u8; 32]> {
        let key = self.link.get(kid)?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.as_slice()).ok()?;
        mac.update(purpose.as_bytes());
        mac.update(&[0]);
        mac.update(id.as_bytes());
        Some(mac.finalize().into_bytes().into())
    }
}

/// What the store keeps of a token or credential.
#[must_use]
pub fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

/// Fresh random bytes.
///
/// # Errors
/// [`SecretsError::Random`].
pub fn random<const N: usize>() -> Result<[u8; N], SecretsError> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|_| SecretsError::Random)?;
    Ok(bytes)
}

/// A fresh secret of 256 bits as text, without `.`.
///
/// # Errors
/// [`SecretsError::Random`].
pub fn random_text() -> Result<String, SecretsError> {
    Ok(URL_SAFE_NO_PAD.encode(random::<32>()?))
}

/// A fresh one-time code that a person can read out: 60 bits in three groups, without letters that look alike.
///
/// # Errors
/// [`SecretsError::Random`].
pub fn random_code() -> Result<String, SecretsError> {
    const LETTERS: &[u8; 32] = b"23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
    let mut code = String::with_capacity(14);
    for (place, byte) in random::<12>()?.into_iter().enumerate() {
        if place > 0 && place % 4 == 0 {
            code.push('-');
        }
        code.push(char::from(LETTERS.get(usize::from(byte % 32)).copied().unwrap_or(b'2')));
    }
    Ok(code)
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|b| format!("{b:02x}")).collect()
}

fn add_link_key(folder: &Path, link: &mut BTreeMap<String, Key>) -> Result<String, SecretsError> {
    let number = |kid: &String| kid.split('-').next().and_then(|n| n.parse::<u32>().ok());
    let newest = link.keys().filter_map(number).max().unwrap_or(0);
    // Two nodes that each make their own key give it two names.
    let kid = format!("{:04}-{}", newest.saturating_add(1), hex(&random::<4>()?));
    let key = make_key(&folder.join(format!("{LINK}{kid}{SUFFIX}")))?;
    link.insert(kid.clone(), key);
    Ok(kid)
}

fn make_folder(folder: &Path) -> Result<(), SecretsError> {
    let mut builder = fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder).map_err(|source| SecretsError::Io { path: folder.to_owned(), source })
}

fn make_key(path: &Path) -> Result<Key, SecretsError> {
    let key = Zeroizing::new(random::<32>()?);
    let io = |source| SecretsError::Io { path: path.to_owned(), source };
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).map_err(io)?;
    file.write_all(Zeroizing::new(hex(key.as_slice())).as_bytes()).map_err(io)?;
    file.sync_all().map_err(io)?;
    Ok(key)
}

fn read_key(path: &Path) -> Result<Key, SecretsError> {
    let io = |source| SecretsError::Io { path: path.to_owned(), source };
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        if fs::metadata(path).map_err(io)?.permissions().mode() & 0o077 != 0 {
            return Err(SecretsError::Open { path: path.to_owned() });
        }
    }
    let text = Zeroizing::new(fs::read_to_string(path).map_err(io)?);
    unhex(text.trim()).ok_or_else(|| SecretsError::NotAKey { path: path.to_owned() })
}

fn unhex(text: &str) -> Option<Key> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut key = Zeroizing::new([0_u8; 32]);
    for (place, byte) in key.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * place..2 * place + 2)?, 16).ok()?;
    }
    Some(key)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder(name: &str) -> PathBuf {
        let unique = format!("ventanilla-secrets-{name}-{}", hex(&random::<8>().unwrap()));
        std::env::temp_dir().join(unique)
    }

    #[test]
    fn keys_are_made_once_and_readable_by_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = folder("once");
        let link = Uuid::from_u128(7);
        let first = Secrets::open(&folder).unwrap();
        let token = first.link_token(first.current(), link).unwrap();
        let second = Secrets::open(&folder).unwrap();
        assert_eq!(second.link_token(first.current(), link).unwrap(), token);
        assert_eq!(second.staff_key(), first.staff_key());
        let path = folder.join(STAFF);
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Secrets::open(&folder), Err(SecretsError::Open { .. })));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn a_rotated_key_signs_new_links_and_the_old_one_still_reads_old_ones() {
        let folder = folder("rotate");
        let old = Secrets::open(&folder).unwrap();
        let path = old.return_path(Uuid::from_u128(9));
        let token = old.link_token(old.current(), Uuid::from_u128(9)).unwrap();
        let rotated = Secrets::rotate(&folder).unwrap();
        assert!(rotated.starts_with("0002-"), "{rotated}");
        let new = Secrets::open(&folder).unwrap();
        assert_eq!(new.current(), rotated);
        assert_eq!(new.link_token(old.current(), Uuid::from_u128(9)).unwrap(), token);
        assert_ne!(new.link_token(&rotated, Uuid::from_u128(9)).unwrap(), token);
        assert_eq!(new.read_return_path(&path), Some(Uuid::from_u128(9)));
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn the_first_keys_of_two_nodes_have_two_names() {
        let (here, there) = (folder("here"), folder("there"));
        let (a, b) = (Secrets::open(&here).unwrap(), Secrets::open(&there).unwrap());
        assert_ne!(a.current(), b.current());
        assert!(a.link_token(b.current(), Uuid::from_u128(9)).is_none(), "a key of another node is no key of ours");
        fs::remove_dir_all(&here).unwrap();
        fs::remove_dir_all(&there).unwrap();
    }

    #[test]
    fn a_return_path_cannot_be_forged() {
        let folder = folder("forge");
        let secrets = Secrets::open(&folder).unwrap();
        let path = secrets.return_path(Uuid::from_u128(9));
        assert!(path.len() <= 64, "{}", path.len());
        assert_eq!(
            secrets.read_return_path(&path.to_uppercase().replace("BOUNCE", "bounce")),
            Some(Uuid::from_u128(9))
        );
        let other = path.replacen('9', "8", 1);
        for forged in [other.as_str(), "bounce+", "bounce+ñ", "x", path.strip_suffix(|_: char| true).unwrap()] {
            assert_eq!(secrets.read_return_path(forged), None, "{forged}");
        }
        fs::remove_dir_all(&folder).unwrap();
    }

    #[test]
    fn nothing_secret_shows_in_debug() {
        let folder = folder("debug");
        let secrets = Secrets::open(&folder).unwrap();
        assert_eq!(format!("{secrets:?}"), format!("Secrets {{ current: {:?}, .. }}", secrets.current()));
        fs::remove_dir_all(&folder).unwrap();
    }
}
