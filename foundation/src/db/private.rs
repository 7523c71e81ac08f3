//! 自带的数据库 · a private PostgreSQL, started from installed binaries as our child on a unix socket in the data directory.
//!
//! What bites, and what is done about it:
//! - it refuses root: run by root, the child becomes the `postgres` account;
//! - its life is tied to ours by `PR_SET_PDEATHSIG`, which is per *thread*: one thread spawns it and lives as long as we do;
//! - a start right after a kill may meet `postmaster.pid`: we attach when the socket answers, else try again, and never delete it;
//! - the data directory's major version chooses the binaries; nothing falls back silently.

use sqlx::Connection;
use sqlx::postgres::{PgConnectOptions, PgConnection};
use std::ffi::CString;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI32, Ordering};
use std::sync::{Arc, mpsc};
use std::time::{Duration, Instant};

/// Why the private database cannot start, and what to do.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    #[error(
        "没有找到 PostgreSQL 程序（initdb、postgres）。请安装：\n    {install}\n已经装在别处的，用 SUNLIT_PG_BIN 指出它的 bin 目录。"
    )]
    NoBinaries { install: String },
    #[error(
        "{dir} 里的数据是 PostgreSQL {have} 的，这台机器上只有 {found}。请安装同一大版本：\n    apt-get install -y postgresql-{have}"
    )]
    WrongVersion { dir: PathBuf, have: String, found: String },
    #[error("SUNLIT_PG_BIN={0} 里没有 initdb 和 postgres。请改成 PostgreSQL 的 bin 目录，例如 /usr/lib/postgresql/15/bin。")]
    BadPgBin(PathBuf),
    #[error("以 root 运行时，数据库要换成 postgres 账户，但 /etc/passwd 里没有它。请安装：\n    apt-get install -y postgresql")]
    NoAccount,
    #[error(
        "postgres 账户进不去 {0}（上级目录不允许其他账户经过）。请把数据放在别处，例如 --data /var/lib/sunlit，或执行：\n    chmod o+x {0}"
    )]
    CannotTraverse(PathBuf),
    #[error(
        "当前用户在这台机器上没有名字（/etc/passwd 里没有它），PostgreSQL 不肯运行。容器里给它加一行：\n    echo \"sunlit:x:$(id -u):$(id -g)::/:/usr/sbin/nologin\" >> /etc/passwd\n或者换一个有名字的用户。"
    )]
    Nameless,
    #[error("套接字路径太长（{0} 字节，最多 100）：{1}。请把数据放在更短的路径下。")]
    SocketPathTooLong(usize, PathBuf),
    #[error("建立数据目录 {dir} 失败：{output}")]
    Initdb { dir: PathBuf, output: String },
    #[error("数据库在 {seconds} 秒内没有启动。它最后说的是：\n{said}\n完整日志在 {log}。")]
    NotReady { seconds: u64, said: String, log: PathBuf },
    #[error("{what}：{error}")]
    Io { what: String, error: std::io::Error },
}

impl Trouble {
    /// The same in English.
    pub fn english(&self) -> String {
        match self {
            Trouble::NoBinaries { install } => {
                format!(
                    "no PostgreSQL was found (initdb, postgres); install it: {install}; one that is elsewhere is named by SUNLIT_PG_BIN"
                )
            }
            Trouble::WrongVersion { dir, have, found } => {
                let dir = dir.display();
                format!(
                    "the data in {dir} are PostgreSQL {have}'s, this machine has {found} only; install the same major version"
                )
            }
            Trouble::BadPgBin(dir) => format!("SUNLIT_PG_BIN={} holds no initdb and postgres", dir.display()),
            Trouble::NoAccount => {
                "as root the database runs as postgres, and /etc/passwd has no such account; install postgresql".into()
            }
            Trouble::CannotTraverse(dir) => {
                format!(
                    "postgres cannot enter {}; keep the data elsewhere, like --data /var/lib/sunlit, or chmod o+x",
                    dir.display()
                )
            }
            Trouble::Nameless => {
                "the user who runs this has no name on this machine, and PostgreSQL refuses; give it a line in /etc/passwd".into()
            }
            Trouble::SocketPathTooLong(bytes, path) => {
                format!("the socket's path is too long ({bytes} bytes, at most 100): {}; use a shorter one", path.display())
            }
            Trouble::Initdb { dir, output } => format!("the data directory {} could not be made: {output}", dir.display()),
            Trouble::NotReady { seconds, said, log } => {
                format!("the database did not start within {seconds} seconds; it said last: {said}; its log is {}", log.display())
            }
            Trouble::Io { error, .. } => format!("the private database: {error}"),
        }
    }
}

fn io(what: impl Into<String>) -> impl FnOnce(std::io::Error) -> Trouble {
    let what = what.into();
    move |error| Trouble::Io { what, error }
}

/// The command that installs PostgreSQL on this kind of system.
pub fn install_command() -> String {
    if Path::new("/usr/bin/apt-get").exists() {
        "apt-get update && apt-get install -y postgresql".into()
    } else if Path::new("/usr/bin/dnf").exists() {
        "dnf install -y postgresql-server".into()
    } else {
        "安装 PostgreSQL 15 或更新版本（initdb 和 postgres 两个程序）".into()
    }
}

/// Directories that hold both `initdb` and `postgres`, in the order we prefer them.
pub fn candidates() -> Result<Vec<PathBuf>, Trouble> {
    let whole = |dir: &Path| dir.join("initdb").exists() && dir.join("postgres").exists();
    if let Some(dir) = std::env::var_os("SUNLIT_PG_BIN") {
        let dir = PathBuf::from(dir);
        return if whole(&dir) { Ok(vec![dir]) } else { Err(Trouble::BadPgBin(dir)) };
    }
    let mut found: Vec<PathBuf> =
        std::env::var_os("PATH").map(|path| std::env::split_paths(&path).filter(|dir| whole(dir)).collect()).unwrap_or_default();
    // A symlink farm such as /usr/local/bin confuses PostgreSQL's search for its own files: use where it points.
    for dir in &mut found {
        if let Ok(real) = fs::canonicalize(dir.join("postgres"))
            && let Some(parent) = real.parent()
            && whole(parent)
        {
            *dir = parent.to_path_buf();
        }
    }
    let mut versions: Vec<(u32, PathBuf)> = fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .filter_map(|e| Some((e.file_name().to_str()?.parse().ok()?, e.path().join("bin"))))
        .filter(|(_, dir)| whole(dir))
        .collect();
    versions.sort_by_key(|(version, _)| std::cmp::Reverse(*version));
    found.extend(versions.into_iter().map(|(_, dir)| dir));
    found.dedup();
    Ok(found)
}

/// `15` for `postgres (PostgreSQL) 15.20 (Debian …)`.
pub fn major_version(bin: &Path) -> Option<String> {
    let out = Command::new(bin.join("postgres")).arg("--version").output().ok()?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let number = text.split_whitespace().find(|w| w.starts_with(|c: char| c.is_ascii_digit()))?;
    Some(number.split('.').next()?.to_owned())
}

/// Chooses the binaries for a data directory: its own major version, or the best for a new one.
pub fn binaries_for(cluster: &Path) -> Result<PathBuf, Trouble> {
    let found = candidates()?;
    if found.is_empty() {
        return Err(Trouble::NoBinaries { install: install_command() });
    }
    let Ok(have) = fs::read_to_string(cluster.join("PG_VERSION")) else {
        return Ok(found[0].clone());
    };
    let have = have.trim().to_owned();
    let versions: Vec<(String, PathBuf)> = found.into_iter().filter_map(|dir| Some((major_version(&dir)?, dir))).collect();
    match versions.iter().find(|(version, _)| *version == have) {
        Some((_, dir)) => Ok(dir.clone()),
        None => Err(Trouble::WrongVersion {
            dir: cluster.to_path_buf(),
            have,
            found: versions.iter().map(|(v, _)| v.as_str()).collect::<Vec<_>>().join("、"),
        }),
    }
}

#[derive(Clone, Copy)]
struct Account {
    uid: u32,
    gid: u32,
}

/// The account the child runs as: `None` when we are not root.
fn account() -> Result<Option<Account>, Trouble> {
    // SAFETY: geteuid and getpwnam have no preconditions; the record is read before any other passwd call.
    unsafe {
        if libc::geteuid() != 0 {
            return Ok(None);
        }
        let name = CString::new("postgres").unwrap_or_default();
        let record = libc::getpwnam(name.as_ptr());
        if record.is_null() {
            return Err(Trouble::NoAccount);
        }
        Ok(Some(Account { uid: (*record).pw_uid, gid: (*record).pw_gid }))
    }
}

fn hand_over(path: &Path, account: Option<Account>, mode: u32) -> Result<(), Trouble> {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).map_err(io(format!("设置 {} 的权限", path.display())))?;
    if let Some(account) = account {
        std::os::unix::fs::chown(path, Some(account.uid), Some(account.gid))
            .map_err(io(format!("把 {} 交给 postgres 账户", path.display())))?;
    }
    Ok(())
}

/// Every parent must let the account pass.
fn check_traversable(dir: &Path, account: Option<Account>) -> Result<(), Trouble> {
    let Some(account) = account else { return Ok(()) };
    for parent in dir.ancestors().skip(1) {
        let Ok(meta) = fs::metadata(parent) else { continue };
        let mode = meta.permissions().mode();
        let passes = mode & 0o001 != 0
            || (meta.uid() == account.uid && mode & 0o100 != 0)
            || (meta.gid() == account.gid && mode & 0o010 != 0);
        if !passes {
            return Err(Trouble::CannotTraverse(parent.to_path_buf()));
        }
    }
    Ok(())
}

/// Makes the child die with us, in a process group of its own so that a Ctrl-C on our terminal reaches us first.
fn tie(command: &mut Command, account: Option<Account>) {
    if let Some(account) = account {
        command.gid(account.gid).uid(account.uid);
    }
    let parent = std::process::id();
    // SAFETY: only async-signal-safe calls. std changes uid before this hook, and changing uid would clear PDEATHSIG.
    unsafe {
        command.pre_exec(move || {
            libc::setpgid(0, 0);
            if libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGINT) != 0 {
                return Err(std::io::Error::last_os_error());
            }
            // We may have died between fork and prctl.
            if libc::getppid() as u32 != parent {
                return Err(std::io::Error::other("parent is gone"));
            }
            Ok(())
        });
    }
}

/// A running private PostgreSQL. Dropping it stops the server, unless another program started it.
pub struct Private {
    options: PgConnectOptions,
    stopping: Arc<AtomicBool>,
    pid: Arc<AtomicI32>,
    keeper: Option<std::thread::JoinHandle<()>>,
    pub bin: PathBuf,
}

impl Private {
    /// Starts, or attaches to, the database under `data` (`data/pg`, socket in `data/run`). Blocks until it answers.
    pub fn start(data: &Path) -> Result<Private, Trouble> {
        fs::create_dir_all(data).map_err(io(format!("建立目录 {}", data.display())))?;
        let data = fs::canonicalize(data).map_err(io(format!("找到目录 {}", data.display())))?;
        let account = account()?;
        if let (Some(account), Ok(meta)) = (account, fs::metadata(&data)) {
            // The account needs to pass through the data directory itself, not to read it; others need neither.
            let mode = meta.permissions().mode();
            if meta.uid() != account.uid && mode & 0o001 == 0 {
                let _ = std::os::unix::fs::chown(&data, None, Some(account.gid));
                let _ = fs::set_permissions(&data, fs::Permissions::from_mode(mode | 0o010));
            }
        }
        check_traversable(&data.join("pg"), account)?;
        let cluster = data.join("pg");
        let socket = data.join("run");
        let longest = socket.join(".s.PGSQL.5432");
        if longest.as_os_str().len() > 100 {
            return Err(Trouble::SocketPathTooLong(longest.as_os_str().len(), longest));
        }
        let bin = binaries_for(&cluster)?;
        fs::create_dir_all(&socket).map_err(io("建立套接字目录"))?;
        hand_over(&socket, account, 0o700)?;
        if !cluster.join("PG_VERSION").exists() {
            initialise(&bin, &cluster, account)?;
        }
        let options = PgConnectOptions::new_without_pgpass().socket(&socket).port(5432).username("sunlit").database("postgres");
        let stopping = Arc::new(AtomicBool::new(false));
        let pid = Arc::new(AtomicI32::new(0));
        let (tell, told) = mpsc::channel();
        let keeper = Keeper {
            bin: bin.clone(),
            cluster,
            socket,
            log: data.join("postgres.log"),
            account,
            stopping: stopping.clone(),
            pid: pid.clone(),
        };
        let keeper = std::thread::Builder::new()
            .name("postgres keeper".into())
            .spawn(move || keeper.keep(tell))
            .map_err(io("启动看护线程"))?;
        let private = Private { options, stopping, pid, keeper: Some(keeper), bin };
        match told.recv() {
            Ok(Ok(())) => Ok(private),
            Ok(Err(trouble)) => Err(trouble),
            Err(_) => Err(Trouble::Io { what: "看护线程".into(), error: std::io::Error::other("ended") }),
        }
    }

    /// How to connect to `database`, creating it when it is not there yet.
    pub async fn database(&self, name: &str) -> Result<PgConnectOptions, sqlx::Error> {
        let mut conn = PgConnection::connect_with(&self.options).await?;
        let there: bool = sqlx::query_scalar("select exists (select from pg_database where datname = $1)")
            .bind(name)
            .fetch_one(&mut conn)
            .await?;
        if !there {
            // The name is ours, never a person's: letters, digits and underscores only.
            debug_assert!(name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_'));
            let made = sqlx::query(sqlx::AssertSqlSafe(format!("create database {name}"))).execute(&mut conn).await;
            // Another instance may have been faster.
            if let Err(error) = made
                && !matches!(&error, sqlx::Error::Database(e) if e.code().as_deref() == Some("42P04") || e.code().as_deref() == Some("23505"))
            {
                return Err(error);
            }
        }
        conn.close().await?;
        Ok(self.options.clone().database(name))
    }

    /// The server's own connection options, for administration.
    pub fn admin(&self) -> &PgConnectOptions {
        &self.options
    }

    /// The server's process, when we are the one who started it.
    pub fn server_pid(&self) -> Option<i32> {
        match self.pid.load(Ordering::SeqCst) {
            0 => None,
            pid => Some(pid),
        }
    }
}

impl Drop for Private {
    fn drop(&mut self) {
        self.stopping.store(true, Ordering::SeqCst);
        if let Some(keeper) = self.keeper.take() {
            let _ = keeper.join();
        }
    }
}

/// Makes the cluster beside its place and moves it there when it is whole: a power cut in between leaves nothing that looks like one.
fn initialise(bin: &Path, cluster: &Path, account: Option<Account>) -> Result<(), Trouble> {
    let fresh = cluster.with_extension("new");
    if fresh.exists() {
        fs::remove_dir_all(&fresh).map_err(io(format!("清理没有建完的 {}", fresh.display())))?;
    }
    fs::create_dir_all(&fresh).map_err(io("建立数据目录"))?;
    hand_over(&fresh, account, 0o700)?;
    let mut command = Command::new(bin.join("initdb"));
    command
        .args(["-E", "UTF8", "--locale=C.UTF-8", "--data-checksums", "--auth-local=trust", "--auth-host=reject"])
        .args(["-U", "sunlit", "-D"])
        .arg(&fresh)
        .current_dir("/")
        .stdin(Stdio::null());
    tie(&mut command, account);
    let out = command.output().map_err(io("运行 initdb"))?;
    if !out.status.success() {
        let output = format!("{}{}", String::from_utf8_lossy(&out.stdout), String::from_utf8_lossy(&out.stderr));
        if output.contains("could not look up effective user ID") {
            return Err(Trouble::Nameless);
        }
        return Err(Trouble::Initdb { dir: fresh, output: output.trim().to_owned() });
    }
    fs::rename(&fresh, cluster).map_err(io(format!("把建好的数据库移到 {}", cluster.display())))?;
    // The name is on the disk before anything is written under it.
    let parent = cluster.parent().unwrap_or(cluster);
    fs::File::open(parent).and_then(|dir| dir.sync_all()).map_err(io(format!("写入 {}", parent.display())))
}

/// Lives on the one thread that may spawn the server; brings it back when it is killed.
struct Keeper {
    bin: PathBuf,
    cluster: PathBuf,
    socket: PathBuf,
    log: PathBuf,
    account: Option<Account>,
    stopping: Arc<AtomicBool>,
    pid: Arc<AtomicI32>,
}

/// After a kill the old server may need a minute to let go of its memory and its files.
const PATIENCE: Duration = Duration::from_secs(60);

impl Keeper {
    fn keep(self, tell: mpsc::Sender<Result<(), Trouble>>) {
        let mut tell = Some(tell);
        while !self.stopping.load(Ordering::SeqCst) {
            match self.up() {
                Ok(child) => {
                    if let Some(tell) = tell.take() {
                        let _ = tell.send(Ok(()));
                    }
                    match child {
                        Some(child) => self.watch(child),
                        None => self.watch_other(),
                    }
                }
                Err(trouble) => match tell.take() {
                    Some(tell) => {
                        let _ = tell.send(Err(trouble));
                        return;
                    }
                    None => {
                        tracing::error!(%trouble, "the private database did not come back; trying again");
                        std::thread::sleep(Duration::from_secs(1));
                    }
                },
            }
        }
    }

    /// Attaches to a server that answers, or starts one; `None` means it is somebody else's child.
    fn up(&self) -> Result<Option<Child>, Trouble> {
        let began = Instant::now();
        let mut said = String::new();
        while began.elapsed() < PATIENCE && !self.stopping.load(Ordering::SeqCst) {
            if answers(&self.socket) {
                return Ok(None);
            }
            let mut child = self.spawn()?;
            loop {
                if answers(&self.socket) {
                    // The one that answers may be another instance's, which won the race for the lock file.
                    std::thread::sleep(Duration::from_millis(20));
                    if matches!(child.try_wait(), Ok(None)) {
                        self.pid.store(child.id() as i32, Ordering::SeqCst);
                        return Ok(Some(child));
                    }
                    return Ok(None);
                }
                if let Ok(Some(_)) = child.try_wait() {
                    said = self.last_words();
                    break;
                }
                if began.elapsed() > PATIENCE || self.stopping.load(Ordering::SeqCst) {
                    self.stop(child);
                    return Err(self.not_ready(self.last_words()));
                }
                std::thread::sleep(Duration::from_millis(25));
            }
            // Not a lock file left by a kill: waiting does not mend it.
            if !said.contains("postmaster.pid") && !said.contains("shared memory") && !said.contains("already running") {
                return Err(self.not_ready(said));
            }
            std::thread::sleep(Duration::from_millis(200));
        }
        Err(self.not_ready(said))
    }

    fn not_ready(&self, said: String) -> Trouble {
        Trouble::NotReady { seconds: PATIENCE.as_secs(), said, log: self.log.clone() }
    }

    fn spawn(&self) -> Result<Child, Trouble> {
        let mut command = Command::new(self.bin.join("postgres"));
        command.arg("-D").arg(&self.cluster);
        for (name, value) in [
            ("listen_addresses", ""),
            ("unix_socket_directories", &*self.socket.to_string_lossy()),
            ("unix_socket_permissions", "0700"),
            ("port", "5432"),
            ("max_connections", "100"),
            ("shared_buffers", "128MB"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),
            ("lc_messages", "C"),
        ] {
            command.arg("-c").arg(format!("{name}={value}"));
        }
        command.current_dir("/").stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        tie(&mut command, self.account);
        let mut child = command.spawn().map_err(io("启动 postgres"))?;
        // The log is ours to write: the account may not reach our directory. A full disk loses log lines, nothing else.
        if let Some(stderr) = child.stderr.take() {
            let log = self.log.clone();
            let _ = std::thread::Builder::new().name("postgres log".into()).spawn(move || {
                let mut file = fs::OpenOptions::new().create(true).append(true).mode(0o600).open(log).ok();
                if let Some(file) = &file {
                    let _ = file.set_permissions(fs::Permissions::from_mode(0o600));
                }
                for line in BufReader::new(stderr).lines().map_while(Result::ok) {
                    if let Some(file) = &mut file {
                        let _ = writeln!(file, "{line}");
                    }
                }
            });
        }
        Ok(child)
    }

    fn last_words(&self) -> String {
        std::thread::sleep(Duration::from_millis(50));
        let text = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = text.lines().collect();
        lines[lines.len().saturating_sub(6)..].join("\n")
    }

    fn watch(&self, mut child: Child) {
        loop {
            if self.stopping.load(Ordering::SeqCst) {
                self.stop(child);
                return;
            }
            match child.try_wait() {
                Ok(None) => std::thread::sleep(Duration::from_millis(50)),
                Ok(Some(status)) => {
                    self.pid.store(0, Ordering::SeqCst);
                    tracing::error!(%status, "the private database ended; starting it again");
                    return;
                }
                Err(error) => {
                    tracing::error!(%error, "cannot watch the private database");
                    return;
                }
            }
        }
    }

    /// Another program started the server; when it goes, it is our turn.
    fn watch_other(&self) {
        while !self.stopping.load(Ordering::SeqCst) {
            std::thread::sleep(Duration::from_millis(200));
            if !answers(&self.socket) {
                return;
            }
        }
    }

    /// Fast shutdown, then waiting as long as it takes within our patience.
    fn stop(&self, mut child: Child) {
        // SAFETY: the child has not been waited for, so the number is still its own.
        unsafe { libc::kill(child.id() as i32, libc::SIGINT) };
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if !matches!(child.try_wait(), Ok(None)) {
                break;
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        self.pid.store(0, Ordering::SeqCst);
    }
}

/// One short probe without the pool: does a server accept a session on this socket?
fn answers(socket: &Path) -> bool {
    use std::io::Read;
    let Ok(mut stream) = std::os::unix::net::UnixStream::connect(socket.join(".s.PGSQL.5432")) else {
        return false;
    };
    let _ = stream.set_read_timeout(Some(Duration::from_millis(800)));
    let _ = stream.set_write_timeout(Some(Duration::from_millis(800)));
    // A startup message for our own user; `R` is the server asking or granting authentication, `E` an error such as “starting up”.
    let parameters = b"user\0sunlit\0database\0postgres\0\0";
    let mut message = Vec::new();
    message.extend_from_slice(&((8 + parameters.len()) as u32).to_be_bytes());
    message.extend_from_slice(&196_608u32.to_be_bytes());
    message.extend_from_slice(parameters);
    let mut first = [0u8; 1];
    stream.write_all(&message).is_ok() && stream.read_exact(&mut first).is_ok() && first[0] == b'R'
}
