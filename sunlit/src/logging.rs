//! 运行日志 · lines for whoever operates the site, on standard error: text on a terminal, JSON for a collector.
//! Every line of a request carries the request's number, the one its page shows.

use clap::ValueEnum;
use std::io::IsTerminal;
use tracing_subscriber::EnvFilter;

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    Text,
    Json,
}

/// What is told unless `SUNLIT_LOG` says otherwise: one line a request, and whatever an operator should know.
const USUAL: &str = "info,foundation::page::front=debug,sqlx=warn";

/// Starts telling. Called once, by the commands that keep running.
pub fn start(format: Option<Format>) {
    let terminal = std::io::stderr().is_terminal();
    let format = format.unwrap_or(if terminal { Format::Text } else { Format::Json });
    let filter = EnvFilter::try_from_env("SUNLIT_LOG").unwrap_or_else(|_| EnvFilter::new(USUAL));
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr);
    // A second call, as in tests, changes nothing.
    let _ = match format {
        Format::Text => builder.with_ansi(terminal).try_init(),
        Format::Json => builder.json().flatten_event(true).with_current_span(true).with_span_list(false).try_init(),
    };
}

/// Before a command prints its answer: a reader that has seen enough (`| head`) ends us quietly, as it does other tools.
/// Never while serving, where a connection closed by a browser must end nothing.
pub fn about_to_tell() {
    // SAFETY: restores the system's own handling of one signal.
    unsafe { libc::signal(libc::SIGPIPE, libc::SIG_DFL) };
}

/// For commands that end: only what is wrong, by our own words.
pub fn start_quiet() {
    let filter = EnvFilter::try_from_env("SUNLIT_LOG").unwrap_or_else(|_| EnvFilter::new("error,lopdf=off"));
    let _ = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal())
        .try_init();
}
