//! 负载 · requests over kept-alive HTTP/1.1 connections, by a client so plain that it takes little from what is measured.

use crate::failure::Failure;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A request as it goes over the wire, and the status that counts as yes.
#[derive(Clone)]
pub struct Ask {
    bytes: Vec<u8>,
    yes: u16,
}

impl Ask {
    pub fn get(path: &str) -> Ask {
        Ask { bytes: format!("GET {path} HTTP/1.1\r\nHost: localhost\r\n\r\n").into_bytes(), yes: 200 }
    }

    /// A page opened by somebody signed in.
    pub fn get_as(path: &str, session: &str) -> Ask {
        let cookie = foundation::sessions::COOKIE;
        let bytes = format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}={session}\r\n\r\n");
        Ask { bytes: bytes.into_bytes(), yes: 200 }
    }

    /// A form sent by somebody signed in.
    pub fn post(path: &str, form: &str, session: &str) -> Ask {
        let cookie = foundation::sessions::COOKIE;
        let bytes = format!(
            "POST {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}={session}\r\n\
             Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        Ask { bytes: bytes.into_bytes(), yes: 303 }
    }
}

/// How many were answered with yes in how long.
pub struct Rate {
    pub done: usize,
    pub took: Duration,
}

impl Rate {
    pub fn per_second(&self) -> f64 {
        self.done as f64 / self.took.as_secs_f64()
    }
}

/// Sends each request once, until the time is over or none is left.
pub async fn run(address: SocketAddr, clients: usize, length: Duration, asks: Vec<Ask>) -> Result<Rate, Failure> {
    let (asks, next) = (Arc::new(asks), Arc::new(AtomicUsize::new(0)));
    at_once(address, clients, length, move || {
        let (asks, next) = (asks.clone(), next.clone());
        move || asks.get(next.fetch_add(1, Ordering::Relaxed)).cloned()
    })
    .await
}

/// Sends one request over and over until the time is over.
pub async fn repeat(address: SocketAddr, clients: usize, length: Duration, ask: &Ask) -> Result<Rate, Failure> {
    let ask = ask.clone();
    at_once(address, clients, length, move || {
        let ask = ask.clone();
        move || Some(ask.clone())
    })
    .await
}

/// What one request is answered with.
pub async fn body(address: SocketAddr, ask: &Ask) -> Result<Vec<u8>, Failure> {
    let mut line = Line::open(address).await?;
    line.exchange(ask).await?;
    Ok(std::mem::take(&mut line.body))
}

async fn at_once<N: FnMut() -> Option<Ask> + Send + 'static>(
    address: SocketAddr,
    clients: usize,
    length: Duration,
    next: impl Fn() -> N,
) -> Result<Rate, Failure> {
    let mut lines = Vec::with_capacity(clients);
    for _ in 0..clients {
        lines.push(Line::open(address).await?);
    }
    let began = Instant::now();
    let tasks: Vec<_> = lines
        .into_iter()
        .map(|mut line| {
            let mut next = next();
            tokio::spawn(async move {
                let mut done = 0;
                while began.elapsed() < length
                    && let Some(ask) = next()
                {
                    line.exchange(&ask).await?;
                    done += 1;
                }
                Ok::<usize, Failure>(done)
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.map_err(|e| Failure::new(e.to_string()))??;
    }
    Ok(Rate { done, took: began.elapsed() })
}

/// One connection.
struct Line {
    stream: TcpStream,
    head: Vec<u8>,
    body: Vec<u8>,
}

impl Line {
    async fn open(address: SocketAddr) -> Result<Line, Failure> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Line { stream, head: Vec::with_capacity(4096), body: Vec::new() })
    }

    /// Sends a request and reads the whole answer.
    async fn exchange(&mut self, ask: &Ask) -> Result<(), Failure> {
        self.stream.write_all(&ask.bytes).await?;
        self.head.clear();
        let end = loop {
            if self.stream.read_buf(&mut self.head).await? == 0 {
                return Err(Failure::new("测速时连接断了"));
            }
            if let Some(at) = self.head.windows(4).position(|w| w == b"\r\n\r\n") {
                break at + 4;
            }
        };
        let head = String::from_utf8_lossy(&self.head[..end]).to_ascii_lowercase();
        let status: u16 = head.split(' ').nth(1).and_then(|s| s.parse().ok()).unwrap_or_default();
        let length = head.split("content-length: ").nth(1).and_then(|rest| rest.split("\r\n").next()?.parse::<usize>().ok());
        let length = length.ok_or_else(|| Failure::new(format!("测速时得到读不懂的回答：{head}")))?;
        self.body.clear();
        self.body.extend_from_slice(&self.head[end..]);
        self.body.reserve(length);
        while self.body.len() < length {
            if self.stream.read_buf(&mut self.body).await? == 0 {
                return Err(Failure::new("测速时连接断了"));
            }
        }
        if status != ask.yes {
            return Err(Failure::new(format!("测速时有一次没有答应：{status}\n{}", String::from_utf8_lossy(&self.body))));
        }
        Ok(())
    }
}
