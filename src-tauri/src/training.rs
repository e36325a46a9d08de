//! Training (M30): a backend inside this process with a fictional day, a desk that is enrolled at it, and nothing shared
//! with a real workstation: own folder, keys, numbers. PINs are made at the first start and shown on the sign-in screen.

use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use ventanilla_backend::clock::Clock as _;
use ventanilla_backend::config::{Bounces, Config, PolicyOverrides};
use ventanilla_backend::import::import;
use ventanilla_cli::settings::Printer;
use ventanilla_cli::workstation;
use ventanilla_client::{Client, ClientConfig};
use ventanilla_desk::edge::{Random as _, SystemClock, SystemRandom};
use ventanilla_desk::keys::TrainingSecret;
use ventanilla_desk::view::TrainingStaff;
use ventanilla_desk::{Deps, Desk, DeskConfig};
use ventanilla_training::{STAFF, Secrets, UTC_OFFSET_MINUTES, fictional_day};

use crate::machine::Backend;

/// `training.json`: what was made at the first start. Fictional staff, so that it may lie in plain text.
#[derive(Serialize, Deserialize)]
struct Kept {
    pins: [String; 3],
}

/// Opens training in its folder.
///
/// # Errors
/// The folder cannot be written, or a part does not start.
pub async fn open(data_dir: &Path, printer: Option<&Printer>) -> Result<(Desk, Backend), Box<dyn Error + Send + Sync>> {
    fs::create_dir_all(data_dir)?;
    let kept = kept(data_dir)?;
    let random = Arc::new(SystemRandom);
    let secret = Arc::new(TrainingSecret::new(data_dir, random.clone()));

    let loopback = std::net::SocketAddr::from(([127, 0, 0, 1], 0));
    let config = Config {
        listen: loopback,
        public_url: None,
        database: data_dir.join("backend.db").display().to_string(),
        secrets_dir: data_dir.join("backend-secrets"),
        smtp: None,
        bounces: Some(Bounces { listen: loopback, domain: "rebotes.capacitacion.example".to_owned() }),
        tls: None,
        policy: PolicyOverrides::default(),
        training: true,
    };
    let clock = Arc::new(ventanilla_backend::clock::SystemClock);
    let new = !ventanilla_desk::keys::device::exists(data_dir);
    let code = new.then(|| random_hex(16)).transpose()?;
    let today = clock.now().day(UTC_OFFSET_MINUTES);
    let secrets = Secrets { pins: kept.pins.clone(), device_secret: None, enrollment_code: code.clone() };
    let day = fictional_day(today, &secrets);
    let mut salts = Vec::with_capacity(day.staff.len());
    for _ in &day.staff {
        salts.push(ventanilla_backend::secrets::random::<16>()?);
    }
    let backend = ventanilla_backend::start(config, clock).await?;
    import(&*backend.store(), day, &mut || salts.pop().unwrap_or_default()).await?;

    let client = Client::new(&ClientConfig::new(backend.url.clone()))?;
    let mut config = DeskConfig::new(data_dir.to_owned());
    config.training = true;
    config.net.client = Some(client.clone());
    config.paper = workstation::paper(printer)?;
    config.mailbox_url = backend.mailbox_url.clone();
    config.training_staff = STAFF
        .iter()
        .zip(&kept.pins)
        .map(|((username, name, _), pin)| TrainingStaff {
            username: (*username).to_owned(),
            name: (*name).to_owned(),
            pin: pin.clone(),
        })
        .collect();
    let desk = Desk::new(config, Deps { clock: Arc::new(SystemClock::default()), random, secret })?;
    if let Some(code) = code {
        desk.keep_device(&client.enroll(&code).await?)?;
        // Each of them may open the store after a restart, whoever comes first.
        for ((username, _, _), pin) in STAFF.iter().zip(&kept.pins) {
            desk.sign_in((*username).to_owned(), pin.clone(), None).await?;
            desk.sign_out().await?;
        }
    }
    Ok((desk, Some(Box::new(backend))))
}

fn kept(data_dir: &Path) -> Result<Kept, Box<dyn Error + Send + Sync>> {
    let path = data_dir.join("training.json");
    if path.exists() {
        return Ok(serde_json::from_slice(&fs::read(path)?)?);
    }
    let kept = Kept { pins: [pin()?, pin()?, pin()?] };
    fs::write(path, serde_json::to_vec_pretty(&kept)?)?;
    Ok(kept)
}

fn pin() -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut bytes = [0u8; 4];
    SystemRandom.fill(&mut bytes)?;
    Ok(format!("{:04}", u32::from_le_bytes(bytes) % 10_000))
}

fn random_hex(bytes: usize) -> Result<String, Box<dyn Error + Send + Sync>> {
    let mut out = vec![0u8; bytes];
    SystemRandom.fill(&mut out)?;
    Ok(out.iter().map(|b| format!("{b:02x}")).collect())
}
