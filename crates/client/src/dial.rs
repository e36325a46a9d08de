//! Opening a line to the backend. The way is replaceable: TCP and TLS in the field, a simulated network in tests.

use std::future::Future;
use std::net::IpAddr;
use std::path::Path;
use std::pin::Pin;

use hyper::Uri;
use hyper::rt::{Read, Write};
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use tower_service::Service;

use crate::error::SetupError;

/// Whatever went wrong below HTTP; for the log.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;

/// An open line.
pub trait Line: Read + Write + Send + Unpin {}
impl<T: Read + Write + Send + Unpin> Line for T {}

/// A line being opened.
pub type Dialing = Pin<Box<dyn Future<Output = Result<Box<dyn Line>, BoxError>> + Send>>;

/// Answers "how do I get to the backend?".
pub trait Dial: Send + Sync {
    /// Opens a line to the host and port of `to`. Dropping the future gives it up.
    fn dial(&self, to: &Uri) -> Dialing;
}

/// TCP, and TLS where the address says `https`.
pub struct TlsDial {
    connector: HttpsConnector<HttpConnector>,
}

impl TlsDial {
    /// With the machine's certificate authorities and those of `ca_file`.
    ///
    /// # Errors
    /// [`SetupError::Authorities`] where `https` is asked for and no authority can be read.
    pub fn new(base: &Uri, ca_file: Option<&Path>) -> Result<Self, SetupError> {
        let mut roots = rustls::RootCertStore::empty();
        let bad = |what: String| SetupError::Authorities(what);
        if let Some(path) = ca_file {
            let name = path.display();
            for certificate in CertificateDer::pem_file_iter(path).map_err(|e| bad(format!("{name}: {e}")))? {
                let certificate = certificate.map_err(|e| bad(format!("{name}: {e}")))?;
                roots.add(certificate).map_err(|e| bad(format!("{name}: {e}")))?;
            }
        }
        if base.scheme_str() == Some("https") {
            let native = rustls_native_certs::load_native_certs();
            let (taken, ignored) = roots.add_parsable_certificates(native.certs);
            tracing::debug!(taken, ignored, "certificate authorities of the machine");
            if roots.is_empty() {
                return Err(bad("there is none".to_owned()));
            }
        }
        let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| bad(e.to_string()))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let connector = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(Self { connector })
    }
}

impl Dial for TlsDial {
    fn dial(&self, to: &Uri) -> Dialing {
        let mut connector = self.connector.clone();
        let to = to.clone();
        Box::pin(async move {
            std::future::poll_fn(|cx| connector.poll_ready(cx)).await?;
            let line = connector.call(to).await?;
            Ok(Box::new(line) as Box<dyn Line>)
        })
    }
}

/// An address without a path.
pub(crate) fn parse(url: &str) -> Result<Uri, SetupError> {
    let bad = || SetupError::Address(url.to_owned());
    let uri: Uri = url.trim().trim_end_matches('/').parse().map_err(|_| bad())?;
    let known = matches!(uri.scheme_str(), Some("http" | "https"));
    if !known || uri.host().is_none_or(str::is_empty) || uri.path().len() > 1 || uri.query().is_some() {
        return Err(bad());
    }
    Ok(uri)
}

/// An address that may carry staff tokens.
pub(crate) fn base(url: &str) -> Result<Uri, SetupError> {
    let uri = parse(url)?;
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    if uri.scheme_str() == Some("http") && !loopback {
        return Err(SetupError::Plain(url.to_owned()));
    }
    Ok(uri)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_taken_for_loopback_alone() {
        assert!(base("http://127.0.0.1:8080").is_ok());
        assert!(base("http://[::1]:8080/").is_ok());
        assert!(base("http://localhost").is_ok());
        assert!(base("https://cuentas.example").is_ok());
        assert!(matches!(base("http://cuentas.example"), Err(SetupError::Plain(_))));
        assert!(matches!(base("http://10.0.0.1"), Err(SetupError::Plain(_))));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for url in ["", "cuentas.example", "ftp://x", "https://", "https://x/path", "https://x?a=b", "no way"] {
            assert!(matches!(base(url), Err(SetupError::Address(_))), "{url:?}");
        }
    }

    #[test]
    fn authorities_that_cannot_be_read_stop_the_start() {
        let uri = base("https://cuentas.example").unwrap();
        let missing = TlsDial::new(&uri, Some(Path::new("/nowhere/ca.pem")));
        assert!(matches!(missing, Err(SetupError::Authorities(_))));
    }
}
