//! A PostgreSQL cluster of one's own, for tests: made in a temporary directory, reachable by its socket only, ended and
//! removed on drop. Needs Debian's `postgresql` package (the binaries, not the service).

use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};

/// A running cluster.
#[derive(Debug)]
pub struct Cluster {
    dir: PathBuf,
    bin: PathBuf,
    /// PostgreSQL refuses root: then everything runs as this user and group.
    user: Option<(u32, u32)>,
    databases: AtomicU32,
}

static CLUSTERS: AtomicU32 = AtomicU32::new(0);

impl Cluster {
    /// Makes and starts a cluster.
    ///
    /// # Errors
    /// When PostgreSQL is not installed or does not start; the text says what it printed.
    pub fn start() -> io::Result<Self> {
        let bin = binaries()?;
        let name = format!("ventanilla-pg-{}-{}", std::process::id(), CLUSTERS.fetch_add(1, Ordering::SeqCst));
        let dir = std::env::temp_dir().join(name);
        std::fs::create_dir(&dir)?;
        let user = if id(&["-u"])? == 0 { Some((id(&["-u", "postgres"])?, id(&["-g", "postgres"])?)) } else { None };
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(&dir, Some(uid), Some(gid))?;
        }
        let cluster = Self { dir, bin, user, databases: AtomicU32::new(0) };
        let data = cluster.dir.join("data");
        cluster.run("initdb", &["-D", &text(&data), "-U", "ventanilla", "-A", "trust", "-E", "UTF8", "--no-sync"])?;
        let options = format!("-k {} -c listen_addresses= -c max_connections=60", cluster.dir.display());
        let log = text(&cluster.dir.join("log"));
        cluster.run("pg_ctl", &["-D", &text(&data), "-w", "-l", &log, "-o", &options, "start"])?;
        Ok(cluster)
    }

    /// A new, empty database.
    ///
    /// # Errors
    /// When the cluster does not make one.
    pub fn database(&self) -> io::Result<tokio_postgres::Config> {
        let name = format!("t{}", self.databases.fetch_add(1, Ordering::SeqCst));
        self.run("createdb", &["-h", &text(&self.dir), "-U", "ventanilla", &name])?;
        let mut config = tokio_postgres::Config::new();
        config.host_path(&self.dir).user("ventanilla").dbname(&name);
        Ok(config)
    }

    /// Everything that a dump of the database holds, as SQL.
    ///
    /// # Errors
    /// When there is no such database.
    pub fn dump(&self, database: &str) -> io::Result<String> {
        self.run("pg_dump", &["-h", &text(&self.dir), "-U", "ventanilla", database])
    }

    fn run(&self, program: &str, args: &[&str]) -> io::Result<String> {
        use std::os::unix::process::CommandExt;
        let mut command = Command::new(self.bin.join(program));
        command.args(args).current_dir(&self.dir).stdin(Stdio::null()).env("LC_ALL", "C.UTF-8");
        if let Some((uid, gid)) = self.user {
            command.uid(uid).gid(gid);
        }
        // Not a pipe: the server that pg_ctl leaves behind would hold it open for ever.
        let out = self.dir.join(format!("{program}.out"));
        let file = std::fs::File::create(&out)?;
        command.stdout(file.try_clone()?).stderr(file);
        let status = command.status()?;
        let said = std::fs::read_to_string(&out).unwrap_or_default();
        if status.success() { Ok(said) } else { Err(io::Error::other(format!("{program}: {said}"))) }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // Nothing useful can be done about a failure in here.
        drop(self.run("pg_ctl", &["-D", &text(&self.dir.join("data")), "-m", "immediate", "-w", "stop"]));
        drop(std::fs::remove_dir_all(&self.dir));
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn id(args: &[&str]) -> io::Result<u32> {
    let out = Command::new("id").args(args).output()?;
    String::from_utf8_lossy(&out.stdout).trim().parse().map_err(|_| io::Error::other("no user `postgres`"))
}

fn binaries() -> io::Result<PathBuf> {
    let debian = Path::new("/usr/lib/postgresql");
    let versions = std::fs::read_dir(debian)
        .map_err(|_| io::Error::other("PostgreSQL is not installed: apt install postgresql"))?;
    let mut found: Vec<PathBuf> =
        versions.filter_map(Result::ok).map(|v| v.path().join("bin")).filter(|b| b.join("initdb").exists()).collect();
    found.sort();
    found.pop().ok_or_else(|| io::Error::other("no initdb under /usr/lib/postgresql"))
}
