//! 用完就删的目录 · made for one demonstration or benchmark, removed with it; what an earlier one left when it was killed goes too.

use crate::failure::Failure;
use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::time::Duration;

const NAME: &str = "sunlit-demo-";
const LOCK: &str = "lock";

/// The directory, and the lock that says it is in use.
pub struct ThrowAway {
    dir: PathBuf,
    _lock: File,
}

impl ThrowAway {
    pub fn make() -> Result<ThrowAway, Failure> {
        sweep();
        let mut why = String::new();
        for parent in parents() {
            let dir = parent.join(format!("{NAME}{:08x}", rand::random::<u32>()));
            // Run by root, the database is another account, which has to pass through.
            let made = DirBuilder::new().mode(if is_root() { 0o711 } else { 0o700 }).create(&dir).and_then(|()| {
                let lock = File::create(dir.join(LOCK))?;
                lock.try_lock()?;
                Ok(lock)
            });
            match made {
                Ok(lock) => return Ok(ThrowAway { dir, _lock: lock }),
                Err(error) => {
                    let _ = fs::remove_dir_all(&dir);
                    why = format!("{}：{error}", parent.display());
                }
            }
        }
        Err(Failure::new(format!("没有地方放演示数据（{why}）")).mend("腾出 /tmp 的空间，或用 TMPDIR 指一个能写的目录"))
    }

    pub fn dir(&self) -> &Path {
        &self.dir
    }
}

impl Drop for ThrowAway {
    fn drop(&mut self) {
        // The server has just ended; a straggler may still be closing its files.
        for _ in 0..20 {
            match fs::remove_dir_all(&self.dir) {
                Err(error) if error.kind() != std::io::ErrorKind::NotFound => std::thread::sleep(Duration::from_millis(50)),
                _ => return,
            }
        }
        eprintln!("演示数据没有删净，可以手工删除：rm -r {}", self.dir.display());
    }
}

fn is_root() -> bool {
    // SAFETY: no preconditions.
    unsafe { libc::geteuid() == 0 }
}

/// Where such a directory may lie: short enough for a socket, and open to the database's account when we are root.
fn parents() -> Vec<PathBuf> {
    let mut parents = vec![std::env::temp_dir(), PathBuf::from("/tmp"), PathBuf::from("/var/tmp"), PathBuf::from("/var/lib")];
    parents.dedup();
    parents.retain(|parent| {
        let Ok(parent) = fs::canonicalize(parent) else {
            return false;
        };
        let passable = |dir: &Path| fs::metadata(dir).is_ok_and(|m| m.permissions().mode() & 0o001 != 0);
        parent.as_os_str().len() <= 50 && (!is_root() || parent.ancestors().all(passable))
    });
    parents
}

/// Removes directories of demonstrations that are no longer running: their lock is free, and so is their database.
fn sweep() {
    for entry in parents().iter().filter_map(|parent| fs::read_dir(parent).ok()).flatten().flatten() {
        let dir = entry.path();
        let ours = entry.file_name().to_string_lossy().starts_with(NAME)
            // SAFETY: no preconditions.
            && entry.metadata().is_ok_and(|m| m.is_dir() && m.uid() == unsafe { libc::geteuid() });
        if ours && is_free(&dir) {
            let _ = fs::remove_dir_all(&dir);
        }
    }
}

fn is_free(dir: &Path) -> bool {
    let Ok(lock) = File::open(dir.join(LOCK)) else {
        return false;
    };
    if lock.try_lock().is_err() {
        return false;
    }
    // The server ends soon after its program; until then its files stay.
    let server =
        fs::read_to_string(dir.join("pg/postmaster.pid")).ok().and_then(|text| text.lines().next()?.trim().parse::<i32>().ok());
    !server.is_some_and(|pid| Path::new(&format!("/proc/{pid}")).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_directory_left_by_a_dead_demonstration_is_removed_and_a_living_one_is_not() {
        let living = ThrowAway::make().unwrap();
        let dead = living.dir().with_file_name(format!("{NAME}dead-{}", std::process::id()));
        fs::create_dir(&dead).unwrap();
        File::create(dead.join(LOCK)).unwrap();
        let another = ThrowAway::make().unwrap();
        assert!(living.dir().exists() && !dead.exists());
        let (one, two) = (living.dir().to_owned(), another.dir().to_owned());
        drop((living, another));
        assert!(!one.exists() && !two.exists());
    }
}
