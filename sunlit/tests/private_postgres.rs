//! 自带的数据库 · whatever happens to the private PostgreSQL: nothing acknowledged is lost, and it comes back.

mod house;

use house::{Dir, PROGRAM, Site, clean, database, is_root, run, server_pid, sunlit, text, uid_of};
use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

#[tokio::test]
async fn private_postgres_runs_as_root_and_as_anybody_else() {
    let dir = Dir::new("who");
    let site = Site::serve(&dir.data());
    site.well_again().await;
    let server = server_pid(&dir.data());
    if is_root() {
        assert_ne!(uid_of(server), 0, "the server must not be root");
    }
    assert_eq!(site.end(), 0);
    assert!(!std::path::Path::new(&format!("/proc/{server}")).exists(), "the server ends with the site");
    if !is_root() {
        return;
    }
    // Somebody else, who is neither root nor postgres, on a directory of their own.
    let dir = Dir::new("nobody");
    let program = dir.0.join("sunlit");
    fs::hard_link(PROGRAM, &program).or_else(|_| fs::copy(PROGRAM, &program).map(drop)).unwrap();
    fs::create_dir(dir.data()).unwrap();
    std::os::unix::fs::chown(dir.data(), Some(65534), Some(65534)).unwrap();
    let mut command = clean(Command::new("setpriv"));
    command.args(["--reuid", "65534", "--regid", "65534", "--clear-groups"]).arg(&program);
    command.args(["serve", "--json", "--listen", "127.0.0.1:0", "--data"]).arg(dir.data()).current_dir("/");
    let site = Site::start(command);
    site.well_again().await;
    assert_eq!(uid_of(server_pid(&dir.data())), 65534);

    // And somebody without a name on this machine, as in many containers: told what to do.
    let dir = Dir::new("nameless");
    let program = dir.0.join("sunlit");
    fs::hard_link(PROGRAM, &program).or_else(|_| fs::copy(PROGRAM, &program).map(drop)).unwrap();
    fs::create_dir(dir.data()).unwrap();
    std::os::unix::fs::chown(dir.data(), Some(54321), Some(54321)).unwrap();
    let mut command = clean(Command::new("setpriv"));
    command.args(["--reuid", "54321", "--regid", "54321", "--clear-groups"]).arg(&program);
    command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir.data()).current_dir("/");
    let told = command.output().unwrap();
    let said = String::from_utf8_lossy(&told.stderr).into_owned();
    assert!(!told.status.success() && said.contains("没有名字") && said.contains("/etc/passwd"), "{said}");
}

#[tokio::test]
async fn private_postgres_starts_at_once_after_the_program_was_killed() {
    let dir = Dir::new("killed");
    let mut site = Site::serve(&dir.data());
    for round in 0..3 {
        let mobile = format!("1390000000{round}");
        assert_eq!(site.sign_up(&mobile).await.unwrap(), 303);
        site.kill();
        site = Site::serve(&dir.data());
        let pool = database(&dir.data()).await;
        let kept: i64 = sqlx::query_scalar("select count(*) from people").fetch_one(&pool).await.unwrap();
        assert_eq!(kept, round + 1, "what was answered with yes is there after the kill");
        pool.close().await;
    }
}

#[tokio::test]
async fn private_postgres_comes_back_when_it_is_killed_while_serving() {
    let dir = Dir::new("pgkill");
    let site = Site::serve(&dir.data());
    assert_eq!(site.sign_up("13900000001").await.unwrap(), 303);
    let before = server_pid(&dir.data());
    // SAFETY: the number was read from the server's own file a moment ago.
    unsafe { libc::kill(before, libc::SIGKILL) };
    // While it is away a person is told so, and nothing is answered with yes that did not happen.
    let meanwhile = site.sign_up("13900000002").await.unwrap();
    assert!(meanwhile == 503 || meanwhile == 303, "{meanwhile}");
    site.well_again().await;
    assert_ne!(server_pid(&dir.data()), before);
    assert_eq!(site.sign_up("13900000003").await.unwrap(), 303);
    let pool = database(&dir.data()).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from people").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, if meanwhile == 303 { 3 } else { 2 });
}

#[test]
fn private_postgres_of_another_major_version_names_the_package() {
    let dir = Dir::new("version");
    fs::create_dir_all(dir.data().join("pg")).unwrap();
    fs::write(dir.data().join("pg/PG_VERSION"), "12\n").unwrap();
    let out = run(&["serve", "--listen", "127.0.0.1:0", "--data", dir.data().to_str().unwrap()]);
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("apt-get install -y postgresql-12"), "{said}");
    let doctor = run(&["doctor", "--json", "--data", dir.data().to_str().unwrap()]);
    assert_eq!(doctor.status.code(), Some(1));
    let report: serde_json::Value = serde_json::from_slice(&doctor.stdout).unwrap();
    let check = report["checks"].as_array().unwrap().iter().find(|c| c["name"] == "PostgreSQL").unwrap();
    assert_eq!((&check["verdict"], &check["mend"]), (&"fail".into(), &"apt-get install -y postgresql-12".into()));
}

#[test]
fn private_postgres_without_programs_names_the_command() {
    let dir = Dir::new("missing");
    let data = dir.data();
    let empty = dir.0.join("empty");
    fs::create_dir(&empty).unwrap();
    let out =
        sunlit().args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(&data).env("SUNLIT_PG_BIN", &empty).output().unwrap();
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1));
    assert!(said.contains("SUNLIT_PG_BIN") && said.contains("/usr/lib/postgresql/"), "{said}");
    // An empty PATH alone does not matter when the system's own place has them.
    let doctor = sunlit().args(["doctor", "--json", "--data"]).arg(&data).env("PATH", "").output().unwrap();
    assert!(text(&doctor.stdout).contains("/usr/lib/postgresql/"), "{}", text(&doctor.stdout));
    // With that place hidden there is nothing left, and the command to install is said.
    let hide = "mount -t tmpfs none /usr/lib/postgresql && exec env PATH= \"$0\" serve --listen 127.0.0.1:0 --data \"$1\"";
    if !is_root()
        || !Command::new("unshare").args(["-m", "mount", "-t", "tmpfs", "none", "/mnt"]).status().is_ok_and(|s| s.success())
    {
        eprintln!("skipped in part: directories can be hidden by root alone");
        return;
    }
    let out = clean(Command::new("unshare")).args(["-m", "sh", "-c", hide, PROGRAM]).arg(&data).output().unwrap();
    let said = text(&out.stderr);
    assert_eq!(out.status.code(), Some(1), "{said}");
    assert!(said.contains("apt-get update && apt-get install -y postgresql") || said.contains("安装 PostgreSQL"), "{said}");
}

#[tokio::test]
async fn private_postgres_two_starts_on_one_directory_work_together() {
    let dir = Dir::new("two");
    let data = dir.data();
    let start = |data: std::path::PathBuf| tokio::task::spawn_blocking(move || Site::serve(&data));
    let (one, two) = tokio::join!(start(data.clone()), start(data.clone()));
    let (one, two) = (one.unwrap(), two.unwrap());
    let keys = (one.get("/log/key").await.text().await.unwrap(), two.get("/log/key").await.text().await.unwrap());
    assert_eq!(keys.0, keys.1, "one log, one key");
    assert_eq!(one.sign_up("13900000001").await.unwrap(), 303);
    assert_eq!(two.sign_up("13900000002").await.unwrap(), 303);
    // Whichever had started the server takes it along; the other brings it back.
    assert_eq!(one.end(), 0);
    two.well_again().await;
    assert_eq!(two.sign_up("13900000003").await.unwrap(), 303);
    let pool = database(&data).await;
    let kept: i64 = sqlx::query_scalar("select count(*) from people").fetch_one(&pool).await.unwrap();
    assert_eq!(kept, 3);
}

/// A small file system for one test.
struct SmallDisk(std::path::PathBuf);

impl SmallDisk {
    fn mount(at: &std::path::Path) -> Option<SmallDisk> {
        fs::create_dir_all(at).unwrap();
        let done = is_root()
            && Command::new("mount")
                .args(["-t", "tmpfs", "-o", "size=128m,mode=0711", "sunlit-test"])
                .arg(at)
                .status()
                .is_ok_and(|s| s.success());
        done.then(|| SmallDisk(at.to_owned()))
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(&self.0).status();
    }
}

#[tokio::test]
async fn private_postgres_on_a_full_disk_refuses_and_loses_nothing_acknowledged() {
    let dir = Dir::new("full");
    let Some(disk) = SmallDisk::mount(&dir.0.join("disk")) else {
        eprintln!("skipped: a small disk can be mounted by root alone");
        return;
    };
    let data = disk.0.join("data");
    let site = Site::serve(&data);
    let mut acknowledged = Vec::new();
    for i in 0..3 {
        let mobile = format!("1390000{i:04}");
        assert_eq!(site.sign_up(&mobile).await.unwrap(), 303);
        acknowledged.push(mobile);
    }
    // Fill the disk to the last byte.
    let filler = disk.0.join("filler");
    {
        use std::io::Write;
        let mut file = fs::File::create(&filler).unwrap();
        for block in [1 << 20, 1 << 12, 1] {
            let zeros = vec![0u8; block];
            while file.write_all(&zeros).is_ok() {}
        }
    }
    let began = Instant::now();
    let mut refused = 0;
    for i in 3.. {
        let mobile = format!("1390000{i:04}");
        match site.sign_up(&mobile).await.unwrap() {
            303 => acknowledged.push(mobile),
            503 => refused += 1,
            other => panic!("neither yes nor 503 but {other}: {}", site.told()),
        }
        if refused >= 3 {
            break;
        }
        assert!(began.elapsed() < Duration::from_secs(120), "the full disk was not noticed after {i} people");
    }
    let page = site
        .try_post(
            "/sign-up",
            "name=%E7%8E%8B%E6%95%8F&resident_id=341524199003070003&mobile=13911119999&password=a+long+enough+sentence",
            "",
        )
        .await
        .unwrap();
    if page.status() == 503 {
        let page = page.text().await.unwrap();
        assert!(page.contains("什么也没有改动"), "{page}");
    }
    // Space again: no restart, no repair.
    fs::remove_file(&filler).unwrap();
    site.well_again().await;
    let began = Instant::now();
    while site.sign_up("13922220000").await.unwrap() != 303 {
        assert!(began.elapsed() < Duration::from_secs(90), "{}", site.told());
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
    let pool = database(&data).await;
    for mobile in &acknowledged {
        let kept: bool = sqlx::query_scalar("select exists (select from people where login = $1)")
            .bind(mobile)
            .fetch_one(&pool)
            .await
            .unwrap();
        assert!(kept, "{mobile} was acknowledged and is gone");
    }
    pool.close().await;
    assert_eq!(site.end(), 0);
}
