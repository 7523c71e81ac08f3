//! 数据放在哪里 · the database a command works on: the server in `DATABASE_URL`, or a private one in the data directory.

use crate::failure::Failure;
use foundation::db;
use foundation::db::private::Private;
use foundation::files::Files;
use sqlx::PgPool;
use sqlx::postgres::PgConnectOptions;
use std::path::{Path, PathBuf};
use std::time::Duration;

/// Where the data lie.
#[derive(clap::Args, Clone, Debug)]
pub struct Place {
    /// 数据目录：上传的文件；没有给数据库地址时，还有自带的 PostgreSQL
    #[arg(long, env = "SUNLIT_DATA", default_value = ".data", value_name = "DIR")]
    pub data: PathBuf,
    /// 使用这个 PostgreSQL，例如 postgres://sunlit@db.example.cn/sunlit
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// 事项、流程、表单、政策、文书的目录（里面有 definitions 和 reference）；缺省用程序自带的
    #[arg(long, env = "SUNLIT_DEFINITIONS", value_name = "DIR")]
    pub definitions: Option<PathBuf>,
}

/// An open database. [`Opened::close`] it, so that the private server stops last.
pub struct Opened {
    pub pool: PgPool,
    private: Option<Private>,
    pub data: PathBuf,
}

impl Place {
    /// Opens the database, starting the private server when there is no other. The schema is left as it is.
    pub async fn open(&self) -> Result<Opened, Failure> {
        // What people hand in is nobody else's on this machine: 0700 and 0600 from here on, whatever was set before.
        // SAFETY: no preconditions.
        unsafe { libc::umask(0o077) };
        writable(&self.data)?;
        if let Some(url) = &self.database_url {
            let options: PgConnectOptions = url.parse().map_err(|_| {
                Failure::new("DATABASE_URL 读不懂")
                    .mend("写成 postgres://用户:密码@主机:5432/数据库；密码里的特殊字符要用百分号编码")
            })?;
            let at = format!("{}:{}/{}", options.get_host(), options.get_port(), options.get_database().unwrap_or_default());
            let pool = db::connect(options).await.map_err(|error| {
                Failure::new(format!("连不上 DATABASE_URL 指的数据库 {at}：{error}")).mend(
                    "看数据库是否在运行、地址账户密码是否对、数据库是否已建（createdb）；不用外部数据库的，去掉 DATABASE_URL",
                )
            })?;
            return Ok(Opened { pool, private: None, data: self.data.clone() });
        }
        let data = self.data.clone();
        let private = tokio::task::spawn_blocking(move || start(&data)).await??;
        let pool = match private.database("sunlit").await {
            Ok(options) => db::connect(options).await,
            Err(error) => Err(error),
        };
        match pool {
            Ok(pool) => Ok(Opened { pool, private: Some(private), data: self.data.clone() }),
            Err(error) => {
                let _ = tokio::task::spawn_blocking(move || drop(private)).await;
                Err(error.into())
            }
        }
    }
}

/// Starts the private server, one program at a time: two first starts on one directory must not both make the cluster.
fn start(data: &Path) -> Result<Private, Failure> {
    let turn = std::fs::File::create(data.join("start.lock"))?;
    turn.lock()?;
    // Let go of when the file is closed, also by a kill.
    Ok(Private::start(data)?)
}

impl Opened {
    /// Gives connections back, then stops the private server. The stop waits for a checkpoint, so it leaves the async threads.
    pub async fn close(self) {
        let _ = tokio::time::timeout(Duration::from_secs(5), self.pool.close()).await;
        if let Some(private) = self.private {
            let _ = tokio::task::spawn_blocking(move || drop(private)).await;
        }
    }

    /// The private server, when the database is ours.
    pub fn private(&self) -> Option<&Private> {
        self.private.as_ref()
    }

    /// How an operator asks this database, while it runs.
    pub fn psql(&self) -> String {
        let data = std::path::absolute(&self.data).unwrap_or_else(|_| self.data.clone());
        match self.private {
            Some(_) => format!("psql -h {} -U sunlit -d sunlit", data.join("run").display()),
            None => "psql \"$DATABASE_URL\"".into(),
        }
    }

    /// What people hand in, in the data directory.
    pub fn files(&self) -> Result<Files, Failure> {
        Ok(Files::local(&self.data.join("files"))?)
    }
}

/// Makes the directory and tries to write in it, so that the trouble is named before anything else happens.
pub fn writable(dir: &Path) -> Result<(), Failure> {
    let probe = dir.join(format!(".sunlit-{}", std::process::id()));
    let tried =
        std::fs::create_dir_all(dir).and_then(|()| std::fs::File::create(&probe)).and_then(|_| std::fs::remove_file(&probe));
    tried.map_err(|error| {
        Failure::new(format!("数据目录 {} 写不进去：{error}", dir.display()))
            .mend("换一个当前账户能写的目录：--data DIR；或者改这个目录的主人：chown 账户 目录")
    })
}

/// Does this database belong to a demonstration? Asked before anything is changed in it.
pub async fn is_demonstration(pool: &PgPool) -> Result<bool, sqlx::Error> {
    Ok(demonstration_offset(pool).await?.is_some())
}

/// How far a demonstration's clock is ahead; `None` when this is no demonstration.
pub async fn demonstration_offset(pool: &PgPool) -> Result<Option<i64>, sqlx::Error> {
    let there: bool = sqlx::query_scalar("select to_regclass('public.demonstration') is not null").fetch_one(pool).await?;
    if !there {
        return Ok(None);
    }
    sqlx::query_scalar("select offset_seconds from demonstration").fetch_optional(pool).await
}
