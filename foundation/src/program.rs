//! 外部程序 · another program that reads what somebody handed in: no shell, nothing of our environment but where programs are, so much
//! time and memory and no more.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::process::Command;

/// Finds a program by name, as a shell would.
pub fn find(name: &str) -> Option<PathBuf> {
    std::env::split_paths(&std::env::var_os("PATH")?).map(|dir| dir.join(name)).find(|path| path.is_file())
}

/// Runs the program in `dir` and returns its exit code; `None` when it could not be run, was ended by a signal or took too long:
/// then it is ended, with all that it has started. `memory` in bytes, where it is bounded.
pub async fn run(program: &Path, arguments: &[&OsStr], dir: &Path, time: Duration, memory: Option<u64>) -> Option<i32> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(dir).env_clear().kill_on_drop(true).process_group(0);
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    for kept in ["PATH", "LANG"] {
        command.envs(std::env::var_os(kept).map(|value| (kept, value)));
    }
    if let Some(bytes) = memory {
        let limit = libc::rlimit { rlim_cur: bytes, rlim_max: bytes };
        // SAFETY: between fork and exec it calls setrlimit alone, which is safe there.
        unsafe {
            command.pre_exec(move || match libc::setrlimit(libc::RLIMIT_AS, &limit) {
                0 => Ok(()),
                _ => Err(std::io::Error::last_os_error()),
            });
        }
    }
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            tracing::warn!(program = %program.display(), %error, "a program could not be started");
            return None;
        }
    };
    let group = child.id();
    if let Ok(ended) = tokio::time::timeout(time, child.wait()).await {
        return ended.ok()?.code();
    }
    tracing::warn!(program = %program.display(), seconds = time.as_secs(), "a program took too long and was ended");
    if let Some(group) = group.and_then(|group| i32::try_from(group).ok()) {
        // SAFETY: no preconditions; the group is the child's own, and the child is not waited for yet.
        unsafe { libc::kill(-group, libc::SIGKILL) };
    }
    let _ = child.wait().await;
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Instant;

    async fn shell(script: &str, time: u64, memory: Option<u64>) -> Option<i32> {
        let arguments = [OsStr::new("-c"), OsStr::new(script)];
        run(&find("sh").unwrap(), &arguments, Path::new("/"), Duration::from_millis(time), memory).await
    }

    #[tokio::test]
    async fn h18_another_program_answers_or_is_ended_with_what_it_started() {
        assert_eq!(shell("exit 7", 5000, None).await, Some(7));
        assert_eq!(shell("kill -9 $$", 5000, None).await, None);
        let began = Instant::now();
        assert_eq!(shell("sleep 30 & sleep 30", 200, None).await, None);
        assert!(began.elapsed() < Duration::from_secs(5));
        assert_eq!(run(Path::new("/nowhere/at/all"), &[], Path::new("/"), Duration::from_secs(1), None).await, None);
    }

    #[tokio::test]
    async fn h18_another_program_has_our_bounds_and_not_our_environment() {
        assert_eq!(shell("test -z \"$HOME$USER$CARGO_MANIFEST_DIR\"", 5000, None).await, Some(0));
        assert_eq!(shell("test $(ulimit -v) -le 200000", 5000, Some(200_000_000)).await, Some(0));
    }
}
