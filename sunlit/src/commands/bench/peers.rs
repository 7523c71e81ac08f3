//! 参照 · the peers measured beside us: pgbench and nginx, as they come.

use crate::database::Opened;
use crate::failure::Failure;
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};
use tokio::process::{Child, Command};

/// pgbench on a database of its own in the private server.
pub struct Pgbench {
    program: PathBuf,
    socket: PathBuf,
}

/// Rows: ten times a hundred thousand accounts, so that clients seldom meet.
const SCALE: &str = "10";
const DATABASE: &str = "pgbench";

impl Pgbench {
    pub async fn prepare(opened: &Opened) -> Result<Pgbench, Failure> {
        let private = opened.private().ok_or_else(|| Failure::new("测速要用自带的 PostgreSQL"))?;
        let program = private.bin.join("pgbench");
        if !program.exists() {
            return Err(Failure::new(format!("这台机器上没有 {}", program.display()))
                .mend("安装 PostgreSQL 的完整程序包（Debian、Ubuntu：apt-get install -y postgresql）"));
        }
        private.database(DATABASE).await?;
        let pgbench = Pgbench { program, socket: std::fs::canonicalize(opened.data.join("run"))? };
        pgbench.call(&["--initialize", "--quiet", "--scale", SCALE]).await?;
        Ok(pgbench)
    }

    /// Simple-update transactions per second.
    pub async fn run(&self, clients: usize, length: Duration) -> Result<f64, Failure> {
        let (clients, seconds) = (clients.to_string(), length.as_secs().to_string());
        let said =
            self.call(&["--skip-some-updates", "--no-vacuum", "--jobs", "2", "--client", &clients, "--time", &seconds]).await?;
        said.lines()
            .find_map(|line| line.strip_prefix("tps = ")?.split(' ').next()?.parse().ok())
            .ok_or_else(|| Failure::new(format!("pgbench 的结果读不懂：{said}")))
    }

    async fn call(&self, args: &[&str]) -> Result<String, Failure> {
        let out = Command::new(&self.program)
            .args(args)
            .arg("--host")
            .arg(&self.socket)
            .args(["--port", "5432", "--username", "sunlit", DATABASE])
            .kill_on_drop(true)
            .output()
            .await?;
        match out.status.success() {
            true => Ok(String::from_utf8_lossy(&out.stdout).into_owned()),
            false => Err(Failure::new(format!("pgbench 没有跑成：{}", String::from_utf8_lossy(&out.stderr)))),
        }
    }
}

/// Where nginx is.
pub fn nginx_program() -> Result<PathBuf, Failure> {
    let places = std::env::var_os("PATH").unwrap_or_default();
    std::env::split_paths(&places)
        .chain(["/usr/sbin".into(), "/usr/local/sbin".into()])
        .map(|dir| dir.join("nginx"))
        .find(|program| program.exists())
        .ok_or_else(|| Failure::new("没有 nginx，不能比较").mend("Debian、Ubuntu：apt-get install -y nginx-light"))
}

/// nginx serving one page from disk.
pub struct Nginx {
    pub address: SocketAddr,
    _child: Child,
}

impl Nginx {
    pub async fn serve(program: &Path, dir: &Path, page: &[u8]) -> Result<Nginx, Failure> {
        let dir = dir.join("nginx");
        std::fs::create_dir_all(dir.join("html"))?;
        std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o755))?;
        std::fs::write(dir.join("html/guide.html"), page)?;
        let address = std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?;
        // Set as for speed: no access log, sendfile, open files kept, connections never closed.
        let settings = format!(
            "daemon off; worker_processes auto; pid {dir}/pid; error_log {dir}/error.log;
             events {{ worker_connections 1024; }}
             http {{
               access_log off; sendfile on; tcp_nopush on; keepalive_requests 1000000000; open_file_cache max=16;
               default_type text/html; client_body_temp_path {dir}/b; proxy_temp_path {dir}/p; fastcgi_temp_path {dir}/f;
               uwsgi_temp_path {dir}/u; scgi_temp_path {dir}/s;
               server {{ listen {address}; root {dir}/html; }}
             }}",
            dir = dir.display()
        );
        std::fs::write(dir.join("nginx.conf"), settings)?;
        let child = Command::new(program)
            .arg("-p")
            .arg(&dir)
            .arg("-c")
            .arg(dir.join("nginx.conf"))
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()?;
        let began = Instant::now();
        while tokio::net::TcpStream::connect(address).await.is_err() {
            if began.elapsed() > Duration::from_secs(5) {
                let told = std::fs::read_to_string(dir.join("error.log")).unwrap_or_default();
                return Err(Failure::new(format!("nginx 没有起来：{told}")));
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        Ok(Nginx { address, _child: child })
    }
}

impl Drop for Nginx {
    /// Asked to end, so that it takes its workers along; killed, it would leave them.
    fn drop(&mut self) {
        if let Some(pid) = self._child.id() {
            // SAFETY: the child has not been waited for, so the number is still its own.
            unsafe { libc::kill(pid as i32, libc::SIGTERM) };
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}
