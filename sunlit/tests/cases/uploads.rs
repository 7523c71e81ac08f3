//! 上传 · a file on its way in: it goes on where it stopped, whoever stopped it, and nobody else touches it.

use crate::desk::{Client, Desk};
use crate::house::{Dir, Site, database};
use axum::body::{Body, HttpBody};
use sha2::{Digest, Sha256};
use std::path::Path;
use std::time::Duration;
use testing::Page;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

const FORM: &str = "/matters/elderly-card/apply/materials/files";

/// A PDF by its first bytes, and no two pieces alike.
fn scan(size: usize) -> Vec<u8> {
    let mut bytes = b"%PDF-1.4 ".to_vec();
    bytes.extend((0..(size - bytes.len()) as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8));
    bytes
}

fn sha256(bytes: &[u8]) -> String {
    hex::encode(Sha256::digest(bytes))
}

async fn drafting(desk: &Desk, name: &str) -> Client {
    let citizen = desk.citizen(name).await;
    citizen.post("/matters/elderly-card/apply", &[("for", "me")]).await.is(303);
    citizen
}

async fn begin(client: &Client, form: &str, size: u64) -> Page {
    let named = "form-data; name=\"photo\"; filename*=UTF-8''%E7%85%A7%E7%89%87.pdf";
    let headers = [("upload-complete", "?0"), ("upload-length", &size.to_string()), ("content-disposition", named)];
    client.ask("POST", form, &headers, Body::empty()).await
}

async fn add(client: &Client, at: &str, offset: usize, ends: bool, bytes: impl Into<Body>) -> Page {
    let body = bytes.into();
    let length = HttpBody::size_hint(&body).exact().map(|n| n.to_string());
    let offset = offset.to_string();
    let mut headers = vec![
        ("content-type", "application/partial-upload"),
        ("upload-complete", if ends { "?1" } else { "?0" }),
        ("upload-offset", offset.as_str()),
    ];
    headers.extend(length.as_deref().map(|n| ("content-length", n)));
    client.ask("PATCH", at, &headers, body).await
}

/// How far an upload says it is, and whether it is done.
fn far(page: &Page) -> (String, String) {
    let said = |name: &str| page.headers.get(name).map_or("", |v| v.to_str().unwrap()).to_owned();
    (said("upload-offset"), said("upload-complete"))
}

fn is(offset: usize, complete: &str) -> (String, String) {
    (offset.to_string(), complete.to_owned())
}

async fn files_of(desk: &Desk) -> Vec<(String, String)> {
    sqlx::query_as("select owner, sha256 from files order by created_at").fetch_all(desk.pool()).await.unwrap()
}

#[tokio::test]
async fn f072_a_file_in_pieces_a_wrong_offset_and_a_lost_answer_make_one_file() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "王敏").await;
    let bytes = scan(300_000);
    let begun = begin(&citizen, FORM, bytes.len() as u64).await.is(201);
    let at = begun.location();
    assert!(at.starts_with(FORM) && begun.headers["upload-limit"].to_str().unwrap().contains("max-size="));
    assert_eq!(far(&begun), is(0, "?0"));
    let page = add(&citizen, &at, 0, false, bytes[..100_000].to_vec()).await.is(204);
    assert_eq!(far(&page), is(100_000, "?0"));
    // From elsewhere than it stopped: told where that was, and nothing is added.
    for wrong in [0, 99_999, 100_001] {
        let page = add(&citizen, &at, wrong, false, bytes[..10].to_vec()).await.is(409);
        assert_eq!(far(&page), is(100_000, "?0"));
        let problem = page.json();
        assert_eq!(
            (problem["expected-offset"].as_u64(), problem["provided-offset"].as_u64()),
            (Some(100_000), Some(wrong as u64))
        );
        assert!(problem["type"].as_str().unwrap().ends_with("#mismatching-upload-offset"));
    }
    // More than was declared, or an end before the end.
    let page = add(&citizen, &at, 100_000, false, vec![0; 200_001]).await.is(400);
    assert!(page.json()["type"].as_str().unwrap().ends_with("#inconsistent-upload-length"));
    let streamed = futures::stream::iter([Ok::<_, std::io::Error>(vec![0u8; 200_001])]);
    add(&citizen, &at, 100_000, false, Body::from_stream(streamed)).await.is(400);
    add(&citizen, &at, 100_000, true, bytes[100_000..200_000].to_vec()).await.is(400);
    assert_eq!(far(&citizen.ask("HEAD", &at, &[], Body::empty()).await.is(204)), is(100_000, "?0"));
    assert!(files_of(&desk).await.is_empty());
    let page = add(&citizen, &at, 100_000, true, bytes[100_000..].to_vec()).await.is(204);
    assert_eq!(far(&page), is(300_000, "?1"));
    // The answer was lost: asked again, and sent again, it is done, and there is one file.
    assert_eq!(far(&citizen.ask("HEAD", &at, &[], Body::empty()).await.is(204)), is(300_000, "?1"));
    assert_eq!(far(&add(&citizen, &at, 100_000, true, bytes[100_000..].to_vec()).await.is(409)), is(300_000, "?1"));
    assert_eq!(far(&add(&citizen, &at, 300_000, true, Body::empty()).await.is(204)), is(300_000, "?1"));
    citizen.ask("DELETE", &at, &[("accept", "application/json")], Body::empty()).await.is(409);
    let files = files_of(&desk).await;
    assert_eq!(files.len(), 1);
    assert!(files[0].0.starts_with("draft:") && files[0].0.ends_with(":photo"), "{}", files[0].0);
    assert_eq!(files[0].1, sha256(&bytes));
    let left: i64 = sqlx::query_scalar("select count(*) from uploads").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(left, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f072_two_at_once_do_not_mix_and_finishing_twice_makes_one_file() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "李勇").await;
    let bytes = scan(400_000);
    let at = begin(&citizen, FORM, bytes.len() as u64).await.is(201).location();
    // One sender is in the middle of its piece; the other is told to wait.
    let (send, sent) = futures::channel::mpsc::unbounded::<Result<Vec<u8>, std::io::Error>>();
    send.unbounded_send(Ok(bytes[..50_000].to_vec())).unwrap();
    let first = add(&citizen, &at, 0, false, Body::from_stream(sent));
    let second = async {
        tokio::time::sleep(Duration::from_millis(300)).await;
        let page = add(&citizen, &at, 0, false, bytes.clone()).await.is(423);
        assert_eq!(page.json()["status"], 423);
        send.unbounded_send(Ok(bytes[50_000..100_000].to_vec())).unwrap();
        send.close_channel();
    };
    let (first, ()) = tokio::join!(first, second);
    assert_eq!(far(&first.is(204)), is(100_000, "?0"));
    // Both send the end.
    let end = || add(&citizen, &at, 100_000, true, bytes[100_000..].to_vec());
    let (a, b, c) = tokio::join!(end(), end(), end());
    let mut statuses = [a.status, b.status, c.status];
    statuses.sort();
    assert_eq!(statuses[0], 204);
    assert!(statuses[1..].iter().all(|s| [409, 423].contains(s)), "{statuses:?}");
    assert_eq!(files_of(&desk).await.into_iter().map(|(_, sha)| sha).collect::<Vec<_>>(), [sha256(&bytes)]);
}

#[tokio::test]
async fn f072_somebody_elses_upload_is_not_there() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "赵婷").await;
    let other = drafting(&desk, "孙磊").await;
    let without = desk.citizen("周洋").await;
    let officer = desk.sign_in("officer").await;
    let bytes = scan(1000);
    let at = begin(&citizen, FORM, 1000).await.is(201).location();
    for who in [&other, &without, &officer] {
        for method in ["HEAD", "DELETE"] {
            who.ask(method, &at, &[], Body::empty()).await.is(404);
        }
        add(who, &at, 0, true, bytes.clone()).await.is(404);
    }
    let nobody = add(&desk.nobody(), &at, 0, true, bytes.clone()).await.is(401);
    assert_eq!(nobody.headers["content-type"], "application/problem+json");
    add(&citizen, &at, 0, true, bytes).await.is(204);
    other.ask("HEAD", &at, &[], Body::empty()).await.is(404);
    // One may begin only where one may upload: a case that waits for nothing, or is not one's own, takes nothing.
    let no = desk.applies(&citizen, "elderly-card", &[]).await;
    begin(&citizen, &format!("/cases/{no}/supplement/files"), 1000).await.is(409);
    begin(&other, &format!("/cases/{no}/supplement/files"), 1000).await.is(403);
    // What is cancelled is gone.
    let citizen = drafting(&desk, "吴强").await;
    let at = begin(&citizen, FORM, 1000).await.is(201).location();
    citizen.ask("DELETE", &at, &[], Body::empty()).await.is(204);
    citizen.ask("HEAD", &at, &[], Body::empty()).await.is(404);
}

#[tokio::test]
async fn h18_the_limit_is_on_the_page_and_what_is_over_it_is_refused_before_any_byte() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "郑霞").await;
    let limit = foundation::files::LARGEST_TEXT;
    citizen.get("/matters/elderly-card/apply/materials").await.is(200).has(limit).has("data-sent");
    let page = begin(&citizen, FORM, foundation::files::LARGEST + 1).await.is(413);
    assert_eq!(page.headers["content-type"], "application/problem+json");
    assert!(page.json()["detail"].as_str().unwrap().contains(limit));
    begin(&citizen, FORM, foundation::files::LARGEST).await.is(201);
    begin(&citizen, FORM, 0).await.is(422).has("空文件");
    // A kind nobody takes is told after its first bytes, and its upload is gone.
    let at = begin(&citizen, FORM, 10_000_000).await.is(201).location();
    add(&citizen, &at, 0, false, vec![b'<'; 100_000]).await.is(422).has("不是可以收的文件");
    citizen.ask("HEAD", &at, &[], Body::empty()).await.is(404);
    citizen.upload(FORM, "photo", "页面.html", b"<html></html>").await.is(422).has("不是可以收的文件");
    assert!(files_of(&desk).await.is_empty());
}

#[tokio::test]
async fn f072_what_nobody_finishes_is_gone_after_a_week() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "冯玲").await;
    let at = begin(&citizen, FORM, 1000).await.is(201).location();
    add(&citizen, &at, 0, false, scan(500)).await.is(204);
    let uploads = async || -> i64 { sqlx::query_scalar("select count(*) from uploads").fetch_one(desk.pool()).await.unwrap() };
    desk.later(chrono::Duration::days(6)).await;
    assert_eq!(uploads().await, 1);
    desk.later(chrono::Duration::days(3)).await;
    assert_eq!(uploads().await, 0);
    let failing: i64 = sqlx::query_scalar("select count(*) from jobs where attempts > 0").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(failing, 0);
}

#[tokio::test]
async fn f070_a_file_taken_back_is_gone_after_a_day_and_takes_up_room_until_then() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "冯玲").await;
    citizen.upload(FORM, "photo", "一.pdf", &scan(500)).await.is(303);
    // As if it had been large.
    sqlx::query("update files set size = 2147483640").execute(desk.pool()).await.unwrap();
    citizen.post("/matters/elderly-card/apply", &[("for", "me"), ("again", "yes")]).await.is(303);
    begin(&citizen, FORM, 1000).await.is(413).has("2 GB");
    begin(&drafting(&desk, "吴强").await, FORM, 1000).await.is(201);
    let sha256 = files_of(&desk).await[0].1.clone();
    assert!(desk.house().files().read(&sha256).await.is_ok());
    desk.later(chrono::Duration::hours(60)).await;
    assert!(files_of(&desk).await.is_empty());
    assert!(desk.house().files().read(&sha256).await.is_err());
    let login: String = sqlx::query_scalar("select p.login from people p join drafts d on d.person = p.id where p.name = '冯玲'")
        .fetch_one(desk.pool())
        .await
        .unwrap();
    begin(&desk.sign_in(&login).await, FORM, 1000).await.is(201);
}

#[tokio::test]
async fn f070_what_an_act_names_stays_whoever_takes_it_back() {
    let desk = Desk::open().await;
    let no = desk.applies(&desk.citizen("王敏").await, "elderly-card", &[]).await;
    let file = desk.case(&no).await.materials[0].clone();
    let charged: i64 =
        sqlx::query_scalar("select count(*) from files where person is not null").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(charged, 0, "what was handed in takes up nobody's room");
    let draft: uuid::Uuid =
        sqlx::query_scalar("select id from drafts where case_no = $1").bind(&no).fetch_one(desk.pool()).await.unwrap();
    let now = desk.house().now().at;
    foundation::files::take_back(desk.pool(), &format!("draft:{draft}"), Some(file.file), now).await.unwrap();
    desk.later(chrono::Duration::hours(60)).await;
    assert!(foundation::files::find(desk.pool(), file.file).await.unwrap().is_some());
    assert!(desk.house().files().read(&file.sha256).await.is_ok());
}

#[tokio::test]
async fn f070_a_draft_nobody_saves_for_ninety_days_goes_with_its_files_and_so_does_what_else_is_over() {
    let desk = Desk::open().await;
    let citizen = drafting(&desk, "冯玲").await;
    citizen.upload(FORM, "photo", "一.pdf", &scan(500)).await.is(303);
    sqlx::query(
        "insert into answered_forms (once, person, location, answered_at) select gen_random_uuid(), id, '/', $1 from people",
    )
    .bind(desk.house().now().at)
    .execute(desk.pool())
    .await
    .unwrap();
    sqlx::query(
        "insert into held_forms (token_hash, person, path, body, held_at) select sha256(login::bytea), id, '/', '{}', $1 from people",
    )
    .bind(desk.house().now().at)
    .execute(desk.pool())
    .await
    .unwrap();
    let left = async || -> (bool, bool, bool, bool, bool) {
        sqlx::query_as(
            "select exists (select from drafts), exists (select from files), exists (select from answered_forms),
                    exists (select from held_forms), exists (select from sessions)",
        )
        .fetch_one(desk.pool())
        .await
        .unwrap()
    };
    assert_eq!(left().await, (true, true, true, true, true));
    desk.later(chrono::Duration::days(3)).await;
    assert_eq!(left().await, (true, true, true, false, true));
    desk.later(chrono::Duration::days(86)).await;
    assert_eq!(left().await, (true, true, true, false, false));
    desk.later(chrono::Duration::days(3)).await;
    assert_eq!(left().await, (false, false, false, false, false));
}
/// A citizen with a draft, on the program itself.
struct Outsider<'a> {
    site: &'a Site,
    cookie: String,
}

impl Outsider<'_> {
    async fn signs_up(site: &Site) -> Outsider<'_> {
        let body = "name=%E7%8E%8B%E6%95%8F&resident_id=341524199003070003&mobile=13900000001&password=a+long+enough+sentence";
        let answer = site.post("/sign-up", body).await;
        let cookie = answer.headers()["set-cookie"].to_str().unwrap().split(';').next().unwrap().to_owned();
        assert_eq!(site.post_as("/matters/elderly-card/apply", "for=me", &cookie).await.status(), 303);
        Outsider { site, cookie }
    }

    async fn begins(&self, size: usize) -> String {
        let answer = self
            .site
            .http
            .post(self.site.url(FORM))
            .header("cookie", &self.cookie)
            .header("upload-complete", "?0")
            .header("upload-length", size)
            .header("content-disposition", "form-data; name=\"photo\"; filename*=UTF-8''scan.pdf")
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 201);
        answer.headers()["location"].to_str().unwrap().to_owned()
    }

    /// How far it is, once what had come is written.
    async fn far(&self, at: &str) -> usize {
        let answer = self.site.http.head(self.site.url(at)).header("cookie", &self.cookie).send().await.unwrap();
        assert_eq!(answer.status(), 204);
        answer.headers()["upload-offset"].to_str().unwrap().parse().unwrap()
    }

    /// A request on a line of its own, with so long a body announced.
    async fn line(&self, head: &str, length: usize) -> TcpStream {
        let host = self.site.address.trim_start_matches("http://");
        let mut line = TcpStream::connect(host).await.unwrap();
        let head = format!(
            "{head} HTTP/1.1\r\nhost: {host}\r\ncookie: {}\r\ncontent-length: {length}\r\nconnection: close",
            self.cookie
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line
    }

    async fn patch(&self, at: &str, offset: usize, length: usize, ends: bool) -> TcpStream {
        let mut line = self.line(&format!("PATCH {at}"), length).await;
        let complete = if ends { "?1" } else { "?0" };
        let head = format!(
            "\r\ncontent-type: application/partial-upload\r\nupload-complete: {complete}\r\nupload-offset: {offset}\r\n\r\n"
        );
        line.write_all(head.as_bytes()).await.unwrap();
        line
    }

    async fn waits_for(&self, at: &str, offset: usize) -> usize {
        for _ in 0..100 {
            let far = self.far(at).await;
            if far >= offset {
                return far;
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        panic!("{} of {offset} arrived: {}", self.far(at).await, self.site.told());
    }
}

async fn answer(mut line: TcpStream) -> String {
    let mut said = String::new();
    line.read_to_string(&mut said).await.unwrap();
    said
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h18_f072_cut_at_half_and_the_program_killed_it_continues_and_the_hash_is_right() {
    let dir = Dir::new("upload-cut");
    let bytes = scan(24 << 20);
    let half = bytes.len() / 2;
    let (at, cookie, before);
    {
        let site = Site::serve(&dir.data());
        let citizen = Outsider::signs_up(&site).await;
        at = citizen.begins(bytes.len()).await;
        // The line drops at half.
        let mut line = citizen.patch(&at, 0, bytes.len(), true).await;
        line.write_all(&bytes[..half]).await.unwrap();
        line.flush().await.unwrap();
        assert_eq!(citizen.waits_for(&at, half).await, half);
        drop(line);
        // It goes on, and the program is killed in the middle of it.
        let mut line = loop {
            let mut line = citizen.patch(&at, half, bytes.len() - half, true).await;
            // Told to wait while the server has not noticed the drop.
            let _ = line.write_all(&bytes[half..half + (2 << 20)]).await;
            tokio::time::sleep(Duration::from_millis(100)).await;
            if citizen.far(&at).await > half {
                break line;
            }
        };
        before = citizen.far(&at).await;
        let _ = line.write_all(&bytes[half + (2 << 20)..half + (3 << 20)]).await;
        cookie = citizen.cookie.clone();
        site.kill();
    }
    let site = Site::serve(&dir.data());
    let citizen = Outsider { site: &site, cookie };
    let offset = citizen.far(&at).await;
    assert!((before..=half + (3 << 20)).contains(&offset), "{before} was told, {offset} is there");
    let mut line = citizen.patch(&at, offset, bytes.len() - offset, true).await;
    line.write_all(&bytes[offset..]).await.unwrap();
    let said = answer(line).await;
    assert!(said.starts_with("HTTP/1.1 204") && said.contains("upload-complete: ?1"), "{said}");
    let pool = database(&dir.data()).await;
    let (size, sha): (i64, String) = sqlx::query_as("select size, sha256 from files").fetch_one(&pool).await.unwrap();
    pool.close().await;
    assert_eq!((size as usize, sha.as_str()), (bytes.len(), sha256(&bytes).as_str()));
    let kept = dir.data().join("files").join(&sha[..2]).join(&sha[2..4]).join(&sha);
    assert_eq!(sha256(&std::fs::read(kept).unwrap()), sha);
    assert_eq!(std::fs::read_dir(dir.data().join("files/arriving")).unwrap().count(), 0);
    assert_eq!(site.end(), 0);
}

/// The memory of a process that is its own, in MB.
fn own_memory(pid: i32) -> u64 {
    let status = std::fs::read_to_string(Path::new("/proc").join(pid.to_string()).join("status")).unwrap();
    let line = status.lines().find(|l| l.starts_with("RssAnon:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap() / 1024
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn h18_the_memory_of_the_program_stays_flat_while_large_files_come_and_go() {
    let dir = Dir::new("upload-memory");
    let site = Site::serve(&dir.data());
    let citizen = Outsider::signs_up(&site).await;
    let piece = scan(1 << 20);
    let before = own_memory(site.pid());
    let mut most = 0;
    // 192 MB by the protocol, then by the form of a page without scripts.
    let at = citizen.begins(192 << 20).await;
    let mut line = citizen.patch(&at, 0, 192 << 20, true).await;
    for _ in 0..192 {
        line.write_all(&piece).await.unwrap();
        most = most.max(own_memory(site.pid()));
    }
    let said = answer(line).await;
    assert!(said.contains("upload-complete: ?1"), "{said}");
    most = most.max(own_memory(site.pid()));
    let head = "--x\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"scan.pdf\"\r\n\r\n";
    let tail = "\r\n--x--\r\n";
    let mut line = citizen.line(&format!("POST {FORM}"), head.len() + (192 << 20) + tail.len()).await;
    line.write_all(b"\r\ncontent-type: multipart/form-data; boundary=x\r\n\r\n").await.unwrap();
    line.write_all(head.as_bytes()).await.unwrap();
    for _ in 0..192 {
        line.write_all(&piece).await.unwrap();
        most = most.max(own_memory(site.pid()));
    }
    line.write_all(tail.as_bytes()).await.unwrap();
    let said = answer(line).await;
    assert!(said.starts_with("HTTP/1.1 303"), "{said}");
    most = most.max(own_memory(site.pid()));
    assert!(most < before + 48, "from {before} MB to {most} MB");
    let pool = database(&dir.data()).await;
    let files: i64 =
        sqlx::query_scalar("select count(*) from files where size = 192 * 1024 * 1024").fetch_one(&pool).await.unwrap();
    pool.close().await;
    assert_eq!(files, 2);
    assert_eq!(site.end(), 0);
}
