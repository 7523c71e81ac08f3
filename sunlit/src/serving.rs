//! 接待 · listening, and ending well: no new requests, those under way finish, then the background, then the database.

use crate::app::App;
use crate::failure::Failure;
use crate::witnessing;
use axum::Router;
use axum::extract::ConnectInfo;
use catalogue::Catalogue;
use foundation::House;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{mpsc, watch};
use tower::ServiceExt;

/// The head of a request, and the next request on a connection, are here within so long.
const HEADERS: Duration = Duration::from_secs(10);

/// Requests under way when we are told to end get so long.
const PATIENCE: Duration = Duration::from_secs(10);

/// How often somebody asked us to end: Ctrl-C, SIGTERM, a closed terminal.
#[derive(Clone)]
pub struct Ending(watch::Receiver<u32>);

impl Ending {
    pub fn watch() -> Result<Ending, Failure> {
        let (tell, told) = watch::channel(0);
        let mut kinds = vec![SignalKind::interrupt(), SignalKind::terminate()];
        // Under nohup a closed terminal is to be ignored, and stays so.
        if !hangup_ignored() {
            kinds.push(SignalKind::hangup());
        }
        for kind in kinds {
            let mut signals = signal(kind)?;
            let tell = tell.clone();
            tokio::spawn(async move {
                while signals.recv().await.is_some() {
                    tell.send_modify(|times| *times += 1);
                }
            });
        }
        Ok(Ending(told))
    }

    /// Waits until we were asked so many times.
    pub async fn asked(&self, times: u32) {
        let mut told = self.0.clone();
        if told.wait_for(|asked| *asked >= times).await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

fn hangup_ignored() -> bool {
    // SAFETY: with a null new action the call only fills in the old one, which is zeroed memory of the right type.
    unsafe {
        let mut now: libc::sigaction = std::mem::zeroed();
        libc::sigaction(libc::SIGHUP, std::ptr::null(), &mut now) == 0 && now.sa_sigaction == libc::SIG_IGN
    }
}

/// Takes the address, or says why not.
pub async fn listen(address: SocketAddr) -> Result<TcpListener, Failure> {
    TcpListener::bind(address).await.map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => Failure::new(format!("{address} 已经有程序在用")).mend(format!(
            "换一个端口：--listen {}:{}；要看是谁在用：ss -ltnp 'sport = :{}'",
            address.ip(),
            address.port().wrapping_add(1).max(1024),
            address.port()
        )),
        std::io::ErrorKind::PermissionDenied => Failure::new(format!("当前账户不能监听 {address}"))
            .mend("1024 以下的端口要 root；请用 8080 之类的端口，前面放反向代理"),
        std::io::ErrorKind::AddrNotAvailable => {
            Failure::new(format!("这台机器没有地址 {}", address.ip())).mend("用 127.0.0.1（只给本机）或 0.0.0.0（给所有网卡）")
        }
        _ => Failure::new(format!("不能监听 {address}：{error}")),
    })
}

/// The address a browser on this machine can open.
pub fn reachable(address: SocketAddr) -> String {
    let host = match address.ip() {
        ip if ip.is_unspecified() => "127.0.0.1".to_owned(),
        std::net::IpAddr::V6(ip) => format!("[{ip}]"),
        ip => ip.to_string(),
    };
    format!("http://{host}:{}", address.port())
}

/// Answers requests and does the background work until we are asked to end.
pub async fn until_asked(listener: TcpListener, app: App, ending: &Ending) -> Result<(), Failure> {
    let background = tokio::spawn(foundation::work::run(app.house.clone()));
    let looking = tokio::spawn(foundation::scan::keep_looking(app.house.clone()));
    let witnessed = tokio::spawn(witnessing::keep_asking(app.house.clone()));
    let current = tokio::spawn(stay_current(app.house, app.catalogue));
    answering(listener, app.router, ending).await;
    // What it had begun is rolled back, and done again by the next to run.
    background.abort();
    current.abort();
    looking.abort();
    witnessed.abort();
    let _ = background.await;
    Ok(())
}

/// Answers requests until we are asked to end.
pub async fn answering(listener: TcpListener, router: Router, ending: &Ending) {
    tokio::select! {
        () = answer_all(listener, router, ending) => {}
        () = too_long(ending) => tracing::warn!("some requests did not finish in time and are cut off"),
    }
}

/// How often an instance looks whether another has published a version of a matter or recorded a notice of holidays, or a day has begun.
const PULSE: Duration = Duration::from_secs(2);

async fn stay_current(house: House, catalogue: Catalogue) {
    loop {
        tokio::time::sleep(PULSE).await;
        if let Err(stop) = house.time().keep_up(house.pool()).await {
            tracing::warn!(%stop, "the arrangements of holidays could not be read");
        }
        if let Err(stop) = catalogue.keep_up(house.pool(), house.now().date()).await {
            tracing::warn!(%stop, "the versions in force could not be read");
        }
    }
}

/// Takes connections until we are asked to end, then waits for those that are there.
async fn answer_all(listener: TcpListener, router: Router, ending: &Ending) {
    // Every connection holds a sender: when the last is over, the receiver learns.
    let (under_way, mut over) = mpsc::channel::<()>(1);
    loop {
        let taken = tokio::select! {
            taken = listener.accept() => taken,
            () = ending.asked(1) => break,
        };
        match taken {
            Ok((stream, peer)) => {
                tokio::spawn(answer(stream, peer, router.clone(), ending.clone(), under_way.clone()));
            }
            // Too many open files, most likely: those that are open will close.
            Err(error) => {
                tracing::warn!(%error, "a connection could not be taken");
                tokio::time::sleep(Duration::from_secs(1)).await;
            }
        }
    }
    drop((listener, under_way));
    over.recv().await;
}

/// Answers what comes on one connection.
async fn answer(stream: TcpStream, peer: SocketAddr, router: Router, ending: Ending, _under_way: mpsc::Sender<()>) {
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        request.extensions_mut().insert(ConnectInfo(peer));
        router.clone().oneshot(request)
    });
    let mut server = http1::Builder::new();
    let served = server.timer(TokioTimer::new()).header_read_timeout(HEADERS).serve_connection(TokioIo::new(stream), service);
    let mut served = std::pin::pin!(served);
    tokio::select! {
        _ = served.as_mut() => return,
        () = ending.asked(1) => served.as_mut().graceful_shutdown(),
    }
    let _ = served.await;
}

async fn too_long(ending: &Ending) {
    ending.asked(1).await;
    tracing::info!("ending: finishing the requests under way");
    tokio::select! {
        () = tokio::time::sleep(PATIENCE) => {}
        () = ending.asked(2) => {}
    }
}
