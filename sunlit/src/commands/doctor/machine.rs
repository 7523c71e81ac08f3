//! 机器 · programs, account, fonts, directory, disk, clock.

use super::{Check, broken, watch, well};
use chrono::{Datelike, Utc};
use foundation::db::private::{self, Trouble};
use std::ffi::CString;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

pub const PROGRAMS: &str = "PostgreSQL";
pub const ACCOUNT: &str = "数据库账户";
pub const DIRECTORY: &str = "数据目录";

/// The binaries of the private database, and the account they run as.
pub fn postgresql(data: &Path) -> Vec<Check> {
    let mut checks = vec![match private::binaries_for(&data.join("pg")) {
        Ok(bin) => {
            let version = private::major_version(&bin).unwrap_or_else(|| "?".into());
            well(PROGRAMS, format!("{version}，在 {}", bin.display()))
        }
        Err(Trouble::NoBinaries { install }) => broken(PROGRAMS, "没有找到 initdb 和 postgres", install),
        Err(Trouble::WrongVersion { have, found, .. }) => {
            broken(PROGRAMS, format!("数据是 {have} 的，机器上只有 {found}"), format!("apt-get install -y postgresql-{have}"))
        }
        Err(other) => broken(PROGRAMS, other.to_string(), "unset SUNLIT_PG_BIN，或让它指向 PostgreSQL 的 bin 目录"),
    }];
    // SAFETY: no preconditions; getpwnam's record is only compared with null.
    let (root, account) = unsafe {
        let name = CString::new("postgres").unwrap_or_default();
        (libc::geteuid() == 0, !libc::getpwnam(name.as_ptr()).is_null())
    };
    if root {
        checks.push(match account {
            true => well(ACCOUNT, "以 root 运行，数据库用 postgres 账户"),
            false => broken(ACCOUNT, "以 root 运行，但没有 postgres 账户", "apt-get install -y postgresql"),
        });
    }
    checks
}

/// What letters are printed with.
pub fn fonts() -> Check {
    let report = documents::fonts();
    let found: Vec<String> = report.needs.iter().filter_map(|n| n.found.as_ref().map(|f| format!("{}（{f}）", n.name))).collect();
    let missing: Vec<&str> = report.needs.iter().filter(|n| n.found.is_none()).map(|n| n.name.as_str()).collect();
    let missing = missing.join("、");
    match (report.complete_enough(), report.advice(), &report.install) {
        (false, Some(_), Some(install)) => broken("字体", format!("缺少{missing}，文书出不来"), install.clone()),
        (_, Some(_), Some(install)) => watch("字体", format!("能出文书；还缺{missing}"), install.clone()),
        _ => well("字体", found.join("、")),
    }
}

/// Photographs of telephones are shown by a program of their own.
pub fn pictures() -> Check {
    match foundation::view::converter() {
        Some(path) => well("HEIC 图片", format!("能转换（{}）", path.display())),
        None => watch("HEIC 图片", "没有转换程序：照收，页面上看不了，只能下载原件", "apt-get install libheif-examples"),
    }
}

/// The state council announces a year's holidays in the autumn before.
pub fn calendar() -> Check {
    let calendar = calendar::Calendar::china();
    let year = calendar::local_date(Utc::now()).year();
    if !calendar.has_year(year) {
        return broken("工作日历", format!("没有 {year} 年的放假安排，期限只能暂算"), "换用新版本的 sunlit，它带着当年的安排");
    }
    match calendar.has_year(year + 1) {
        true => well("工作日历", format!("{year} 年和 {} 年的放假安排都有", year + 1)),
        false => well("工作日历", format!("{year} 年的放假安排有；{} 年的通知出来以前，跨年的期限是暂定的", year + 1)),
    }
}

/// A clock that is wrong makes every deadline wrong.
pub fn clock() -> Check {
    const NAME: &str = "时钟";
    let now = Utc::now();
    let mend = "timedatectl set-ntp true";
    if now.year() < 2026 {
        return broken(NAME, format!("机器的时间是 {}，早于这个程序", now.format("%Y-%m-%d %H:%M UTC")), mend);
    }
    // SAFETY: modes is zero, so the call only reads; the record is zeroed memory of the right type.
    let synchronised = unsafe {
        let mut state: libc::timex = std::mem::zeroed();
        let answer = libc::adjtimex(&mut state);
        (answer >= 0).then_some(answer != libc::TIME_ERROR && state.status & libc::STA_UNSYNC == 0)
    };
    let local = now.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M");
    match synchronised {
        Some(true) => well(NAME, format!("北京时间 {local}，与时间服务器同步")),
        Some(false) => watch(NAME, format!("北京时间 {local}，没有与时间服务器同步"), mend),
        None => well(NAME, format!("北京时间 {local}；看不到是否同步")),
    }
}

/// The nearest directory that exists: what is not there yet will be made below it.
fn existing(dir: &Path) -> PathBuf {
    let absolute = std::path::absolute(dir).unwrap_or_else(|_| dir.to_path_buf());
    absolute.ancestors().find(|d| d.exists()).unwrap_or(Path::new("/")).to_path_buf()
}

pub fn directory(data: &Path) -> Check {
    let there = existing(data);
    let Ok(path) = CString::new(there.as_os_str().as_bytes()) else {
        return broken(DIRECTORY, "路径里有零字节", "换一个路径：--data DIR");
    };
    // SAFETY: the path is a C string that outlives the call.
    if unsafe { libc::access(path.as_ptr(), libc::W_OK | libc::X_OK) } != 0 {
        let user = std::env::var("USER").unwrap_or_else(|_| "$USER".into());
        return broken(
            DIRECTORY,
            format!("{} 写不进去", there.display()),
            format!("chown {user} {}，或换一个：--data DIR", there.display()),
        );
    }
    // SAFETY: no preconditions.
    let root = unsafe { libc::geteuid() } == 0;
    let closed = there.ancestors().skip(1).find(|d| std::fs::metadata(d).is_ok_and(|m| m.permissions().mode() & 0o011 == 0));
    if let (true, Some(closed)) = (root, closed) {
        return watch(
            DIRECTORY,
            format!("postgres 账户可能进不去 {}", closed.display()),
            format!("--data /var/lib/sunlit，或 chmod o+x {}", closed.display()),
        );
    }
    if let Some(open) = open_to_others(data) {
        return watch(
            DIRECTORY,
            format!("这台机器上的别的账户读得到 {}", open.display()),
            format!("chmod go-rw {0} && chmod -R go-rwx {0}/files {0}/postgres.log", data.display()),
        );
    }
    match data.exists() {
        true => well(DIRECTORY, format!("{} 可以写", data.display())),
        false => well(DIRECTORY, format!("{} 还没有，需要时建立", data.display())),
    }
}

/// What others can read of what people handed in: the directory, the files in it, or the database's log. To pass through the
/// directory, as the database's account does, is not to read it.
fn open_to_others(data: &Path) -> Option<PathBuf> {
    let mode = |path: &Path| std::fs::metadata(path).map_or(0, |m| m.permissions().mode());
    if mode(data) & 0o044 != 0 {
        return Some(data.to_path_buf());
    }
    ["files", "postgres.log"].iter().map(|name| data.join(name)).find(|path| mode(path) & 0o077 != 0)
}

/// Less than this and the site is about to refuse writes.
const LITTLE: u64 = 512 << 20;
const LOW: u64 = 5 << 30;

pub fn disk(data: &Path) -> Check {
    const NAME: &str = "磁盘";
    let there = existing(data);
    let Ok(path) = CString::new(there.as_os_str().as_bytes()) else {
        return watch(NAME, "看不到", "df -h");
    };
    // SAFETY: the path is a C string, the record zeroed memory of the right type.
    let (free, inodes) = unsafe {
        let mut state: libc::statvfs = std::mem::zeroed();
        if libc::statvfs(path.as_ptr(), &mut state) != 0 {
            return watch(NAME, format!("看不到 {} 的空间", there.display()), format!("df -h {}", there.display()));
        }
        (state.f_bavail as u64 * state.f_frsize as u64, state.f_files == 0 || state.f_favail > 10_000)
    };
    let said = format!("{} 还有 {:.1} GB", there.display(), free as f64 / (1u64 << 30) as f64);
    let mend = format!("du -xh {} | sort -h | tail，删掉不要的，或把数据目录移到大一些的盘", there.display());
    match free {
        _ if !inodes => watch(NAME, format!("{said}，但文件数快用完了"), format!("df -i {}", there.display())),
        ..LITTLE => broken(NAME, format!("{said}，马上写不下了"), mend),
        LITTLE..LOW => watch(NAME, said, mend),
        _ => well(NAME, said),
    }
}
