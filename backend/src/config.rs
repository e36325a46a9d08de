//! The settings of a backend: read once by the binary, or put together by whoever embeds it. Nothing in here reads the
//! environment.

use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};

use serde::Deserialize;
pub use ventanilla_contract::policy::PolicyOverrides;

/// The settings.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where the API and the employer's pages listen; port 0 takes a free one.
    #[serde(default = "loopback")]
    pub listen: SocketAddr,
    /// Base of the mailed links, without a slash at the end; absent: where the backend listens.
    #[serde(default)]
    pub public_url: Option<String>,
    /// The SQLite file, or a `postgres://…` address.
    pub database: String,
    /// Folder of the keys that never lie in the database; made at the first start.
    pub secrets_dir: PathBuf,
    /// The mail server; may be absent in training only.
    #[serde(default)]
    pub smtp: Option<Smtp>,
    /// Where delivery reports come in; absent: none do.
    #[serde(default)]
    pub bounces: Option<Bounces>,
    /// Certificate and key; needed outside loopback.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// What the institute set otherwise than the published rules.
    #[serde(default)]
    pub policy: PolicyOverrides,
    /// Training: mails go to a box of this process that a page shows, and pages say that they are fictional (M30).
    #[serde(default)]
    pub training: bool,
}

/// The mail server that takes our mails.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Smtp {
    /// Host name.
    pub host: String,
    /// Port.
    pub port: u16,
    /// `From`, an address or `Name <address>`.
    pub from: String,
    /// How the line is protected.
    #[serde(default)]
    pub security: Security,
    /// User name; the password lies in the file `smtp-password` of `secrets_dir`.
    #[serde(default)]
    pub username: Option<String>,
    /// PEM file of the authority that signed the server's certificate, where it is the institute's own.
    #[serde(default)]
    pub ca: Option<PathBuf>,
}

/// How the line to the mail server is protected.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Security {
    /// Not at all: only to a server on this machine.
    None,
    /// Upgraded, and refused where that fails.
    Starttls,
    /// From the first byte.
    #[default]
    Tls,
}

/// Where delivery reports come in.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Bounces {
    /// Where the receiver listens.
    pub listen: SocketAddr,
    /// Domain of the return paths.
    pub domain: String,
}

/// Certificate and key.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// PEM file, the chain from the server's certificate on.
    pub cert: PathBuf,
    /// PEM file.
    pub key: PathBuf,
}

/// Settings with which a backend does not start.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The file is no TOML of this form. Its text, a password among it, is not quoted.
    #[error("{}: no settings of this form at line {line}, column {column}", path.display())]
    Parse {
        /// Which.
        path: PathBuf,
        /// Where, counted from 1.
        line: usize,
        /// Where, counted from 1.
        column: usize,
    },
    /// Tokens and keys would cross the network in clear.
    #[error(
        "{listen} is not loopback and there is no certificate: set [tls] cert and key, or listen on 127.0.0.1 behind a proxy that speaks TLS"
    )]
    NoTls {
        /// Where it would listen.
        listen: SocketAddr,
    },
    /// A mailed link would cross the network in clear.
    #[error(
        "public_url {url} is neither https to a host nor loopback: mailed links would lead nowhere or carry the key in clear; use https"
    )]
    PublicUrl {
        /// As set.
        url: String,
    },
    /// The mail server is on another machine and the line is not protected.
    #[error(
        "[smtp] {host} is not this machine and security is none: links would be readable on the way; use starttls or tls"
    )]
    OpenMail {
        /// The server.
        host: String,
    },
    /// No mail server.
    #[error("[smtp] is missing: without a mail server no link leaves")]
    NoSmtp,
    /// `[smtp] from` is no address.
    #[error("[smtp] from is no address: {0}")]
    From(String),
    /// The box of training shows every link to whoever can reach it.
    #[error("training listens on loopback only, not on {listen}: its mail box shows every link")]
    OpenTraining {
        /// Where it would listen.
        listen: SocketAddr,
    },
    /// No base for the mailed links.
    #[error(
        "public_url is missing: mailed links would begin with {listen}, which no employer can open; set public_url to the https address under which employers reach this backend"
    )]
    NoPublicUrl {
        /// Where it would listen.
        listen: SocketAddr,
    },
    /// `database` is no address of a PostgreSQL server. Its text holds a password and is not quoted.
    #[error("database is no address of a PostgreSQL server (postgres://user:password@host/name)")]
    Postgres,
    /// Employers' data and token hashes would cross the network in clear.
    #[error(
        "database is on another machine, and this release speaks to PostgreSQL without TLS: use a socket of this machine, localhost, or a tunnel that listens there"
    )]
    OpenDatabase,
    /// Training was asked of a build that does not have it.
    #[error("this program was built without training")]
    NoTraining,
}

impl Config {
    /// Reads a TOML file. Paths in it are relative to its folder.
    ///
    /// # Errors
    /// [`ConfigError::Read`], [`ConfigError::Parse`].
    pub fn read(path: &Path) -> Result<Self, ConfigError> {
        let text =
            std::fs::read_to_string(path).map_err(|source| ConfigError::Read { path: path.to_owned(), source })?;
        let mut config: Self = toml::from_str(&text).map_err(|error| {
            let before = error.span().and_then(|span| text.get(..span.start)).unwrap_or_default();
            let (line, column) =
                (before.matches('\n').count() + 1, before.rsplit('\n').next().unwrap_or_default().chars().count() + 1);
            ConfigError::Parse { path: path.to_owned(), line, column }
        })?;
        let folder = path.parent().unwrap_or(Path::new("."));
        config.secrets_dir = folder.join(&config.secrets_dir);
        if !config.is_postgres() {
            config.database = folder.join(&config.database).to_string_lossy().into_owned();
        }
        if let Some(tls) = &mut config.tls {
            tls.cert = folder.join(&tls.cert);
            tls.key = folder.join(&tls.key);
        }
        if let Some(ca) = config.smtp.as_mut().and_then(|s| s.ca.as_mut()) {
            *ca = folder.join(&*ca);
        }
        Ok(config)
    }

    /// Whether `database` names a PostgreSQL server.
    #[must_use]
    pub fn is_postgres(&self) -> bool {
        self.database.starts_with("postgres://") || self.database.starts_with("postgresql://")
    }

    /// The PostgreSQL server of `database`.
    ///
    /// # Errors
    /// [`ConfigError::Postgres`].
    pub fn postgres(&self) -> Result<tokio_postgres::Config, ConfigError> {
        self.database.parse().map_err(|_| ConfigError::Postgres)
    }

    /// Refuses what would put tokens, links or keys on a network in clear.
    ///
    /// # Errors
    /// [`ConfigError`] with advice.
    pub fn check(&self) -> Result<(), ConfigError> {
        if !self.listen.ip().is_loopback() && self.tls.is_none() {
            return Err(ConfigError::NoTls { listen: self.listen });
        }
        if let Some(url) = &self.public_url {
            let plain_ok = url.strip_prefix("http://").is_some_and(|rest| is_loopback_host(authority_host(rest)));
            let sealed = url.strip_prefix("https://").map(authority_host);
            let nowhere =
                sealed.is_some_and(|h| h.is_empty() || h.parse::<IpAddr>().is_ok_and(|ip| ip.is_unspecified()));
            if (sealed.is_none() && !plain_ok) || nowhere {
                return Err(ConfigError::PublicUrl { url: url.clone() });
            }
        }
        let reachable = self.listen.ip().is_loopback() && self.listen.port() != 0;
        if self.public_url.is_none() && !self.training && !reachable {
            return Err(ConfigError::NoPublicUrl { listen: self.listen });
        }
        if self.is_postgres() && !is_local_server(&self.postgres()?) {
            return Err(ConfigError::OpenDatabase);
        }
        if self.training && !cfg!(feature = "training") {
            return Err(ConfigError::NoTraining);
        }
        if self.training && !self.listen.ip().is_loopback() {
            return Err(ConfigError::OpenTraining { listen: self.listen });
        }
        match &self.smtp {
            Some(smtp) if smtp.security == Security::None && !is_loopback_host(&smtp.host) => {
                Err(ConfigError::OpenMail { host: smtp.host.clone() })
            }
            None if !self.training => Err(ConfigError::NoSmtp),
            Some(_) | None => Ok(()),
        }
    }
}

/// Whether no byte for the server leaves this machine.
fn is_local_server(server: &tokio_postgres::Config) -> bool {
    use tokio_postgres::config::Host;
    let named = server.get_hosts().iter().all(|host| match host {
        Host::Tcp(name) => is_loopback_host(name),
        #[cfg(unix)]
        Host::Unix(_) => true,
    });
    named && server.get_hostaddrs().iter().all(IpAddr::is_loopback)
}

/// Host of `host:port/path`, brackets of IPv6 taken off.
fn authority_host(rest: &str) -> &str {
    let authority = rest.split('/').next().unwrap_or_default();
    if let Some(v6) = authority.strip_prefix('[') {
        return v6.split(']').next().unwrap_or_default();
    }
    authority.split(':').next().unwrap_or_default()
}

fn is_loopback_host(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

const fn loopback() -> SocketAddr {
    SocketAddr::new(IpAddr::V4(std::net::Ipv4Addr::LOCALHOST), 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(text: &str) -> Config {
        let given = |name: &str| text.lines().any(|line| line.starts_with(name));
        let mut head = "secrets_dir = \"s\"\n".to_owned();
        for (name, value) in [("database", "b.db"), ("listen", "127.0.0.1:8443"), ("public_url", "https://claves.ec")] {
            if !given(name) {
                head += &format!("{name} = \"{value}\"\n");
            }
        }
        toml::from_str(&format!("{head}{text}")).unwrap()
    }

    const MAIL: &str = "[smtp]\nhost = \"127.0.0.1\"\nport = 25\nfrom = \"a@b.ec\"\nsecurity = \"none\"\n";

    #[test]
    fn outside_loopback_nothing_starts_without_tls() {
        let open = config(&format!("listen = \"0.0.0.0:8443\"\n{MAIL}"));
        assert!(matches!(open.check(), Err(ConfigError::NoTls { .. })));
        assert!(open.check().unwrap_err().to_string().contains("[tls]"), "it says what to do");
        let sealed = config(&format!("listen = \"0.0.0.0:8443\"\n{MAIL}[tls]\ncert = \"c\"\nkey = \"k\"\n"));
        assert!(sealed.check().is_ok());
        assert!(config(MAIL).check().is_ok());
    }

    #[test]
    fn links_and_mails_do_not_travel_in_clear() {
        let clear = config(&format!("public_url = \"http://claves.iess.gob.ec\"\n{MAIL}"));
        assert!(matches!(clear.check(), Err(ConfigError::PublicUrl { .. })));
        let trick = config(&format!("public_url = \"http://127.0.0.1.evil.ec\"\n{MAIL}"));
        assert!(matches!(trick.check(), Err(ConfigError::PublicUrl { .. })));
        assert!(config(&format!("public_url = \"http://[::1]:8/x\"\n{MAIL}")).check().is_ok());
        let remote = config(&MAIL.replace("127.0.0.1", "correo.iess.gob.ec"));
        assert!(matches!(remote.check(), Err(ConfigError::OpenMail { .. })));
        assert!(matches!(config("").check(), Err(ConfigError::NoSmtp)));
    }

    #[test]
    fn the_life_of_a_link_cannot_be_set() {
        let head = "database = \"b.db\"\nsecrets_dir = \"s\"\n[policy]\n";
        assert!(toml::from_str::<Config>(&format!("{head}link_ms = 600000")).is_err());
        let set: Config = toml::from_str(&format!("{head}links_per_day = 5")).unwrap();
        assert_eq!((set.policy.policy().links_per_day, set.policy.policy().link_ms), (5, 180_000));
    }

    #[test]
    fn a_mailed_link_leads_to_an_address_that_an_employer_can_open() {
        let without = |listen: &str, more: &str| {
            let mut config = config(&format!("listen = \"{listen}\"\n{MAIL}{more}"));
            config.public_url = None;
            config.check()
        };
        let tls = "[tls]\ncert = \"c\"\nkey = \"k\"\n";
        assert!(matches!(without("0.0.0.0:8443", tls), Err(ConfigError::NoPublicUrl { .. })));
        assert!(matches!(without("10.1.2.3:8443", tls), Err(ConfigError::NoPublicUrl { .. })));
        assert!(matches!(without("127.0.0.1:0", ""), Err(ConfigError::NoPublicUrl { .. })));
        assert!(without("127.0.0.1:8443", "").is_ok());
        for nowhere in ["https://0.0.0.0:8443", "https://[::]/x", "https://"] {
            let nowhere = config(&format!("public_url = \"{nowhere}\"\n{MAIL}"));
            assert!(matches!(nowhere.check(), Err(ConfigError::PublicUrl { .. })), "{:?}", nowhere.public_url);
        }
    }

    #[test]
    fn a_database_on_another_machine_is_refused_as_long_as_the_line_is_open() {
        let at = |url: &str| config(&format!("database = \"{url}\"\n{MAIL}")).check();
        for far in [
            "postgres://v:geheim@db.iess.gob.ec/v",
            "postgres://v:geheim@10.0.0.7/v",
            "postgresql://h/v?hostaddr=10.0.0.7",
        ] {
            let refused = at(far).unwrap_err();
            assert!(matches!(refused, ConfigError::OpenDatabase), "{far}");
            assert!(!refused.to_string().contains("geheim"));
        }
        for near in ["postgres://v@localhost/v", "postgres://v@127.0.0.1:5433/v", "postgres:///v?host=/run/postgresql"]
        {
            assert!(at(near).is_ok(), "{near}");
        }
        let garbled = at("postgres://v:geheim@h:port/v").unwrap_err();
        assert!(matches!(garbled, ConfigError::Postgres) && !garbled.to_string().contains("geheim"), "{garbled}");
    }

    #[test]
    fn a_file_that_cannot_be_read_is_told_by_its_place_and_not_by_its_text() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("b.toml");
        std::fs::write(&path, "secrets_dir = \"s\"\ndatabase = [\"postgres://v:geheim@h/v\"]\n").unwrap();
        let told = Config::read(&path).unwrap_err().to_string();
        assert!(told.ends_with("at line 2, column 12"), "{told}");
        std::fs::write(&path, "secrets_dir = \"s\"\npostgres_geheim = 1\n").unwrap();
        let told = Config::read(&path).unwrap_err().to_string();
        assert!(told.contains("line 2") && !told.contains("geheim"), "{told}");
    }
}
