//! Puts a backend together and lets it run: in a process of its own, in a window, in a test.

use std::future::Future;
use std::net::{SocketAddr, TcpListener as StdListener};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::middleware::from_fn_with_state;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use ventanilla_contract::error::ErrorCode;

use crate::app::App;
use crate::auth::{DeviceHeader, Tokens};
use crate::clock::Clock;
use crate::config::{Config, ConfigError, Smtp, Tls};
use crate::ids::Ids;
use crate::import::{ImportError, hash_secret};
use crate::mail::Postman;
use crate::mail::report::Reports;
use crate::mail::send::{Sender, SenderError};
use crate::secrets::{self, Secrets, SecretsError};
use crate::store::{Hold, PgStore, PgTime, SqliteStore, Store, StoreError, Unopened};
use crate::{api, key_page, smtp_in};

/// How often links whose time is over are looked for.
const TICK: Duration = Duration::from_millis(250);
/// How long PostgreSQL may take for one use case.
const STORE_DEADLINE: Duration = Duration::from_secs(4);
/// How long open requests may go on after the end was asked for.
const FAREWELL: Duration = Duration::from_secs(2);
/// How long a caller may take to send the head of a request.
const HEAD: Duration = Duration::from_secs(10);

/// A backend does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// Settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// Keys.
    #[error(transparent)]
    Secrets(#[from] SecretsError),
    /// Store.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Mail.
    #[error(transparent)]
    Mail(#[from] SenderError),
    /// Hashing does not work.
    #[error(transparent)]
    Hash(#[from] ImportError),
    /// A port is taken or may not be used.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// Where.
        address: SocketAddr,
        /// Why.
        source: std::io::Error,
    },
    /// Certificate or key.
    #[error("{}: no usable certificate or key: {reason}", path.display())]
    Certificate {
        /// Which file.
        path: std::path::PathBuf,
        /// Why.
        reason: String,
    },
}

/// A backend that runs. Dropping it stops it at once; [`Running::stop`] lets open requests end.
pub struct Running {
    /// Where the API and the pages are, without a slash at the end.
    pub url: String,
    /// Where delivery reports come in.
    pub bounces: Option<SocketAddr>,
    /// Where the mail box of training is read.
    pub mailbox_url: Option<String>,
    store: Arc<dyn Store>,
    handle: Handle<SocketAddr>,
    ending: watch::Sender<bool>,
    tasks: JoinSet<()>,
    /// The SQLite file is ours until the end.
    _hold: Option<Hold>,
}

impl Running {
    /// The store, for whoever brings a day in or makes an enrolment code.
    #[must_use]
    pub fn store(&self) -> Arc<dyn Store> {
        self.store.clone()
    }

    /// Ends: streams close, open requests have two seconds, mails under way are finished.
    pub async fn stop(mut self) {
        let _ = self.ending.send(true);
        self.handle.graceful_shutdown(Some(FAREWELL));
        let _ = tokio::time::timeout(FAREWELL * 2, async { while self.tasks.join_next().await.is_some() {} }).await;
    }
}

/// What an embedder or an operator asks for beside the settings.
#[derive(Debug, Clone, Copy)]
pub struct Ask {
    /// Begins with an empty store where a damaged one was set aside.
    pub new_store: bool,
    /// The release by which desks are measured (M34).
    pub release: &'static str,
}

impl Default for Ask {
    fn default() -> Self {
        Self { new_store: false, release: env!("CARGO_PKG_VERSION") }
    }
}

/// Opens the store of the settings for an operator's command. Beside a backend that serves, a SQLite file is taken as it
/// is; without one the command owns it for as long as it keeps the hold.
///
/// # Errors
/// [`StartError::Config`], [`StartError::Store`].
pub async fn open_store(config: &Config, clock: Arc<dyn Clock>) -> Result<(Arc<dyn Store>, Option<Hold>), StartError> {
    match own_store(config, clock.clone(), false).await {
        Err(StartError::Store(StoreError::Unopened(Unopened::InUse { path }))) => {
            Ok((Arc::new(SqliteStore::open_beside(&path, clock, config.policy.policy())?), None))
        }
        other => other,
    }
}

async fn own_store(
    config: &Config,
    clock: Arc<dyn Clock>,
    anew: bool,
) -> Result<(Arc<dyn Store>, Option<Hold>), StartError> {
    let policy = config.policy.policy();
    if config.is_postgres() {
        let server = config.postgres()?;
        // The database's clock sets and compares the expiry: several backends then agree (M13).
        let store = PgStore::connect(server, policy, PgTime::Database, STORE_DEADLINE).await?;
        return Ok((Arc::new(store), None));
    }
    let hold = Hold::take(Path::new(&config.database))?;
    // A training day is made up anew at each start: nothing of it can be lost.
    let store = SqliteStore::open(&hold, anew || config.training, clock, policy)?;
    Ok((Arc::new(store), Some(hold)))
}

/// Starts a backend.
///
/// # Errors
/// [`StartError`]; nothing runs then.
pub async fn start(config: Config, clock: Arc<dyn Clock>) -> Result<Running, StartError> {
    start_as(config, clock, Ask::default()).await
}

/// Starts a backend as it is asked for.
///
/// # Errors
/// [`StartError`]; nothing runs then.
pub async fn start_as(config: Config, clock: Arc<dyn Clock>, ask: Ask) -> Result<Running, StartError> {
    config.check()?;
    let tls = config.tls.as_ref().map(rustls_config).transpose()?;
    let secrets = Arc::new(Secrets::open(&config.secrets_dir)?);
    let (store, hold) = own_store(&config, clock.clone(), ask.new_store).await?;
    if hold.is_some() {
        // No other process takes mails from this store.
        store.release_mails().await?;
    }
    let listener = bind(config.listen)?;
    let address = listener.local_addr().map_err(|source| StartError::Listen { address: config.listen, source })?;
    let url = format!("{}://{address}", if tls.is_some() { "https" } else { "http" });
    let (ending, ended) = watch::channel(false);
    let mut tasks = JoinSet::new();

    let (smtp, pages, mailbox_url) = mail_server(&config, &clock, &url, &ended, &mut tasks).await?;
    let domain = return_domain(&config, &smtp);
    let bounces = match &config.bounces {
        Some(bounces) => {
            let listener = listen(bounces.listen).await?;
            let at = listener.local_addr().ok();
            let reports = Reports { secrets: secrets.clone(), store: store.clone(), domain: domain.clone() };
            tasks.spawn(until(ended.clone(), smtp_in::serve(listener, Arc::new(reports))));
            at
        }
        None => None,
    };
    let postman = Postman {
        store: store.clone(),
        secrets: secrets.clone(),
        sender: Sender::new(&config, &smtp)?,
        public_url: config.public_url.clone().unwrap_or_else(|| url.clone()).trim_end_matches('/').to_owned(),
        domain,
        training: config.training,
    };
    tasks.spawn(postman.work(ended.clone()));
    tasks.spawn(until(ended.clone(), expire(store.clone())));

    let tokens = Arc::new(Tokens::new(secrets.staff_key(), clock.clone()));
    let app = Arc::new(App {
        store: store.clone(),
        ids: Ids::new(clock),
        secrets,
        staff: tokens.clone(),
        tokens,
        devices: Arc::new(DeviceHeader),
        hashes: App::permits(),
        nobody: hash_secret(&secrets::random::<32>()?, secrets::random()?)?,
        release: ask.release,
        training: config.training,
        tls: tls.is_some(),
        ending: ended,
    });
    let handle = Handle::new();
    serve(listener, tls, routes(app, pages), handle.clone(), &mut tasks)
        .map_err(|source| StartError::Listen { address, source })?;
    Ok(Running { url, bounces, mailbox_url, store, handle, ending, tasks, _hold: hold })
}

fn routes(app: Arc<App>, more: Router<Arc<App>>) -> Router {
    Router::new()
        .merge(api::router())
        .merge(key_page::router())
        .merge(more)
        .fallback(api::no_route)
        .method_not_allowed_fallback(api::no_method)
        .layer(from_fn_with_state(app.clone(), api::guard::guard))
        .with_state(app)
}

fn serve(
    listener: StdListener,
    tls: Option<RustlsConfig>,
    routes: Router,
    handle: Handle<SocketAddr>,
    tasks: &mut JoinSet<()>,
) -> std::io::Result<()> {
    let service = routes.into_make_service();
    // The head of a request has its time limit: callers that trickle hold no place.
    let log = |ended: std::io::Result<()>| {
        if let Err(error) = ended {
            tracing::error!(%error, "the backend stopped listening");
        }
    };
    if let Some(tls) = tls {
        let mut server = axum_server::from_tcp_rustls(listener, tls)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
        tasks.spawn(async move { log(server.serve(service).await) });
    } else {
        let mut server = axum_server::from_tcp(listener)?.handle(handle);
        server.http_builder().http1().timer(TokioTimer::new()).header_read_timeout(HEAD);
        tasks.spawn(async move { log(server.serve(service).await) });
    }
    Ok(())
}

/// The mail server of the settings; in training the one of this process, with the page that shows its box.
#[cfg_attr(not(feature = "training"), allow(unused_variables, clippy::unused_async))]
async fn mail_server(
    config: &Config,
    clock: &Arc<dyn Clock>,
    url: &str,
    ended: &watch::Receiver<bool>,
    tasks: &mut JoinSet<()>,
) -> Result<(Smtp, Router<Arc<App>>, Option<String>), StartError> {
    #[cfg(feature = "training")]
    if config.training {
        use crate::config::Security;
        use crate::mailbox::{self, Mailbox};
        let listener = listen(SocketAddr::from(([127, 0, 0, 1], 0))).await?;
        let port = listener.local_addr().map(|a| a.port()).unwrap_or_default();
        let mailbox = Arc::new(Mailbox::new(clock.clone()));
        tasks.spawn(until(ended.clone(), smtp_in::serve(listener, mailbox.clone())));
        let smtp = Smtp {
            host: "127.0.0.1".to_owned(),
            port,
            from: "IESS Capacitación <capacitacion@iess.example>".to_owned(),
            security: Security::None,
            username: None,
            ca: None,
        };
        return Ok((smtp, mailbox::router(mailbox), Some(format!("{url}{}", mailbox::PATH))));
    }
    config.smtp.clone().map(|smtp| (smtp, Router::new(), None)).ok_or_else(|| ConfigError::NoSmtp.into())
}

/// Where reports come back to: the domain of the receiver, else that of the sender.
fn return_domain(config: &Config, smtp: &Smtp) -> String {
    let of_sender = || smtp.from.trim_end_matches('>').rsplit('@').next().unwrap_or("localhost").to_owned();
    config.bounces.as_ref().map_or_else(of_sender, |b| b.domain.clone())
}

/// Notices on time that a link's time is over.
async fn expire(store: Arc<dyn Store>) {
    let mut tick = tokio::time::interval(TICK);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match store.expire_due().await {
            Ok(_) => {}
            Err(error) if error.code() == ErrorCode::StoreUnavailable => {
                tracing::warn!(%error, "expiry waits for the store");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
            Err(error) => {
                tracing::error!(%error, "expiry");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
}

async fn until(mut ended: watch::Receiver<bool>, work: impl Future<Output = ()>) {
    tokio::select! {
        () = work => {}
        _ = ended.wait_for(|ended| *ended) => {}
    }
}

fn bind(address: SocketAddr) -> Result<StdListener, StartError> {
    let failed = |source| StartError::Listen { address, source };
    let listener = StdListener::bind(address).map_err(failed)?;
    listener.set_nonblocking(true).map_err(failed)?;
    Ok(listener)
}

async fn listen(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).await.map_err(|source| StartError::Listen { address, source })
}

fn rustls_config(tls: &Tls) -> Result<RustlsConfig, StartError> {
    let bad = |path: &Path, reason: String| StartError::Certificate { path: path.to_owned(), reason };
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(&tls.cert)
        .and_then(Iterator::collect)
        .map_err(|e| bad(&tls.cert, e.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key).map_err(|e| bad(&tls.key, e.to_string()))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|e| bad(&tls.cert, e.to_string()))?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(|e| bad(&tls.cert, e.to_string()))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}
