//! 运行 · the site for real. Starts empty; its clock is the machine's; nobody signs in without a password.

use crate::database::{self, Opened, Place};
use crate::failure::{Done, Failure, why};
use crate::serving::{self, Ending, listen, reachable};
use crate::{app, logging};
use calendar::Calendar;
use catalogue::Catalogue;
use foundation::files::Files;
use foundation::view::CONVERTER;
use foundation::witnesses::Named;
use foundation::{Site, TimeSource};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;
use tokio::net::TcpListener;

#[derive(clap::Args)]
pub struct Options {
    /// 监听的地址和端口；端口写 0 由系统选
    #[arg(long, env = "SUNLIT_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDR")]
    listen: SocketAddr,
    #[command(flatten)]
    place: Place,
    /// 别人访问本站用的地址，例如 https://zw.example.gov.cn；用于二维码、跨站检查和日志的名称
    #[arg(long, env = "SUNLIT_ORIGIN", value_name = "URL")]
    origin: Option<String>,
    /// 站点名称、主办单位等，JSON 文件；缺省读数据目录里的 site.json
    #[arg(long, env = "SUNLIT_SITE", value_name = "FILE")]
    site: Option<PathBuf>,
    /// 查毒的程序：收到的每个文件先交给它，参数是文件的路径；退出码 0 没问题，1 不收，别的算没查成、过后再查
    #[arg(long, env = "SUNLIT_SCAN", value_name = "PROGRAM")]
    scan: Option<PathBuf>,
    /// 请谁见证公开日志：“公钥 地址”，照见证人给的那一行抄，两边加引号；几家就写几次（环境变量里一行一家）
    #[arg(long, env = "SUNLIT_WITNESS", value_name = "VKEY URL", value_delimiter = '\n')]
    witness: Vec<Named>,
    /// 运行日志的写法；缺省在终端上是 text，否则是 json
    #[arg(long, value_enum)]
    log: Option<logging::Format>,
}

impl Options {
    /// Nobody has said yet by which address others come.
    fn is_unnamed(&self) -> bool {
        self.origin.is_none() && self.site.is_none() && !self.place.data.join("site.json").exists()
    }
}

/// The log is named once and for good, after the site's address. An address to listen on is not one that others come by: where
/// they can come, it must be said first.
async fn may_name_the_log(opened: &Opened, listening: SocketAddr) -> Result<(), Failure> {
    let there: bool = sqlx::query_scalar("select to_regclass('public.log_key') is not null").fetch_one(&opened.pool).await?;
    let named = there && sqlx::query_scalar("select exists (select from log_key)").fetch_one(&opened.pool).await?;
    match (named, listening.ip().is_loopback()) {
        (true, _) => Ok(()),
        (false, true) => {
            tracing::warn!(
                "没有写 --origin：日志从此叫 {listening}/log，以后改不了；正式运行请换一个数据目录，写好 --origin 再启动"
            );
            Ok(())
        }
        (false, false) => Err(Failure::new("第一次启动要给日志起名，名字用本站的网址，起了就不能改，现在还不知道网址")
            .mend("写上别人访问本站用的地址：--origin https://zw.example.gov.cn（或者环境变量 SUNLIT_ORIGIN）")),
    }
}

pub async fn run(options: Options, json: bool) -> Done {
    logging::start(options.log);
    let began = Instant::now();
    let ending = Ending::watch()?;
    // The port first: what cannot be served is not started.
    let listener = listen(options.listen).await?;
    let address = reachable(listener.local_addr()?);
    let site = site(&options, &address)?;
    let catalogue = app::definitions(options.place.definitions.as_deref())?;
    let opened = options.place.open().await?;
    if options.is_unnamed() {
        may_name_the_log(&opened, listener.local_addr()?).await?;
    }
    let files = files(&opened, options.scan.as_deref())?;
    let named = (site, catalogue, options.witness);
    let served = serve(&opened, files, listener, named, &ending, || ready(&address, began, json)).await;
    opened.close().await;
    served?;
    Ok(ExitCode::SUCCESS)
}

/// What comes in is looked at by the operator's program, when there is one; what cannot be shown for want of a program is said at once.
fn files(opened: &Opened, scan: Option<&Path>) -> Result<Files, Failure> {
    let files = opened.files()?;
    if files.converter().is_none() {
        tracing::warn!("没有装 {CONVERTER}：HEIC 照片照收，页面上看不了，只能下载原件。装上：apt-get install libheif-examples");
    }
    let Some(program) = scan else { return Ok(files) };
    let runs = std::fs::metadata(program).is_ok_and(|found| found.is_file() && found.permissions().mode() & 0o111 != 0);
    match runs {
        true => Ok(files.scanned_by(Some(&std::path::absolute(program)?))),
        false => Err(Failure::new(format!("查毒的程序 {} 不在，或者不能执行", program.display()))
            .mend("写一个能执行的文件：--scan /usr/local/bin/sunlit-scan；不查毒就去掉 --scan 和 SUNLIT_SCAN")),
    }
}

async fn serve(
    opened: &Opened,
    files: Files,
    listener: TcpListener,
    (site, catalogue, witnesses): (Site, Catalogue, Vec<Named>),
    ending: &Ending,
    ready: impl Fn(),
) -> Result<(), Failure> {
    if database::is_demonstration(&opened.pool).await? {
        return Err(Failure::new("这个数据库里是演示数据，正式运行不用它，也没有改动它")
            .mend("换一个数据目录（--data DIR）或数据库（DATABASE_URL）"));
    }
    let time = TimeSource::system(Arc::new(Calendar::china()));
    let app = tokio::select! {
        app = app::build(opened.pool.clone(), time, files, site, catalogue) => app?,
        () = ending.asked(1) => return Ok(()),
    };
    foundation::witnesses::appoint(&opened.pool, &witnesses, app.house.now().at).await?;
    ready();
    serving::until_asked(listener, app, ending).await
}

/// One line on standard output: people see where to go, a program knows when to go on.
fn ready(address: &str, began: Instant, json: bool) {
    let seconds = began.elapsed().as_secs_f64();
    if json {
        println!("{}", serde_json::json!({ "ok": true, "address": address, "seconds": (seconds * 1000.0).round() / 1000.0 }));
    } else {
        println!("阳光政务已就绪：{address}（用时 {seconds:.1} 秒，按 Ctrl-C 停止）");
    }
}

fn site(options: &Options, address: &str) -> Result<Site, Failure> {
    let kept = options.place.data.join("site.json");
    let mut site = match &options.site {
        Some(file) => read_site(file)?,
        None if kept.exists() => read_site(&kept)?,
        None => usual_site(address),
    };
    if let Some(origin) = &options.origin {
        site.origin = origin.clone();
    }
    site.origin = site.origin.trim_end_matches('/').to_owned();
    Ok(site)
}

fn read_site(file: &Path) -> Result<Site, Failure> {
    let wrong = |why: String| {
        let like =
            r#"{"name":"金寨县阳光政务","tagline":"每一步都看得见","hotline":"12345","origin":"https://zw.example.gov.cn"}"#;
        Failure::new(format!("站点设置 {} 读不了：{why}", file.display())).mend_both(
            &format!("写成这样：{like}，还可以有 host_body、id_code、icp"),
            &format!("write {like}; host_body, id_code and icp may stand there too"),
        )
    };
    let text = std::fs::read_to_string(file).map_err(|error| wrong(why(&error)))?;
    serde_json::from_str(&text).map_err(|e| wrong(e.to_string()))
}

/// What the site is called until it is given a name of its own.
pub fn usual_site(address: &str) -> Site {
    Site {
        name: "阳光政务".into(),
        tagline: "每一步都看得见".into(),
        host_body: None,
        id_code: None,
        icp: None,
        hotline: "12345".into(),
        origin: address.into(),
    }
}
