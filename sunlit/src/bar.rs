//! 进度 · a bar on a terminal, and silence everywhere else.

use std::io::{IsTerminal, Write};
use std::time::{Duration, Instant};

pub struct Bar {
    what: &'static str,
    shown: Option<Instant>,
    terminal: bool,
}

impl Bar {
    pub fn new(what: &'static str) -> Bar {
        Bar { what, shown: None, terminal: std::io::stderr().is_terminal() }
    }

    /// Draws at most ten times a second.
    pub fn show(&mut self, done: u64, all: u64) {
        if !self.terminal || self.shown.is_some_and(|at| at.elapsed() < Duration::from_millis(100)) {
            return;
        }
        self.shown = Some(Instant::now());
        let share = if all == 0 { 1.0 } else { (done as f64 / all as f64).min(1.0) };
        let full = (share * 30.0) as usize;
        eprint!("\r{} [{}{}] {:>3.0}%  {done}/{all}", self.what, "█".repeat(full), "·".repeat(30 - full), share * 100.0);
        let _ = std::io::stderr().flush();
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        if self.shown.is_some() {
            eprint!("\r\x1b[K");
        }
    }
}
