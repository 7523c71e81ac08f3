//! 图片和查毒 · what a file is told to be it is; a picture has a copy for the eye and stays what it was; the operator's scanner looks first.

use crate::desk::{Client, Desk};
use foundation::files::Files;
use foundation::scan;
use image::{ImageFormat, RgbImage};
use std::io::Cursor;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

const MATTER: &str = "/matters/elderly-card/apply";
const FORM: &str = "/matters/elderly-card/apply/materials/files";

/// A slope of colours, as a photograph of a telephone is: HEIC, made by the encoder of its own library.
fn photograph(wide: u32, high: u32) -> Vec<u8> {
    let room = std::env::temp_dir().join(format!("sunlit-photograph-{}", uuid::Uuid::new_v4().simple()));
    std::fs::create_dir(&room).unwrap();
    let (from, to) = (room.join("slope.png"), room.join("slope.heic"));
    slope(wide, high).save(&from).unwrap();
    let made = Command::new("heif-enc").args(["-q", "30"]).arg(&from).arg("-o").arg(&to).output().expect("heif-enc is installed");
    assert!(made.status.success(), "{}", String::from_utf8_lossy(&made.stderr));
    let bytes = std::fs::read(&to).unwrap();
    std::fs::remove_dir_all(&room).unwrap();
    bytes
}

fn slope(wide: u32, high: u32) -> RgbImage {
    RgbImage::from_fn(wide, high, |x, y| image::Rgb([(x * 255 / wide) as u8, (y * 255 / high) as u8, 128]))
}

fn scanned_page(wide: u32, high: u32) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    slope(wide, high).write_to(&mut bytes, ImageFormat::Jpeg).unwrap();
    bytes.into_inner()
}

/// Hands in an application with this photograph; the case, and where its file is.
async fn hands_in(desk: &Desk, citizen: &Client, name: &str, bytes: &[u8]) -> (String, String) {
    let named = desk.fills(citizen, "elderly-card", &["photo"]).await;
    citizen.upload(&format!("{FORM}{named}"), "photo", name, bytes).await.is(303);
    let page = citizen.post(&format!("{MATTER}/check{named}"), &[("anyway", "yes")]).await.is(303);
    let no = page.location().trim_start_matches("/cases/").split('?').next().unwrap().to_owned();
    let case = desk.case(&no).await;
    let file = case.materials.iter().find(|handed| handed.material == "photo").unwrap().file;
    (no.clone(), format!("/cases/{no}/files/{file}"))
}

fn size_of(jpeg: &[u8]) -> (u32, u32) {
    let picture = image::load_from_memory_with_format(jpeg, ImageFormat::Jpeg).unwrap();
    (picture.width(), picture.height())
}

#[tokio::test]
async fn f072_a_heic_is_shown_as_a_jpeg_and_stays_byte_for_byte_what_was_handed_in() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let bytes = photograph(120, 90);
    let (no, at) = hands_in(&desk, &citizen, "照片.heic", &bytes).await;
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(200).has(&format!("{at}?as=picture")).has("看图");
    for _ in 0..2 {
        let shown = officer.get(&format!("{at}?as=picture")).await.is(200);
        assert_eq!(shown.headers["content-type"], "image/jpeg");
        assert!(shown.headers["content-disposition"].to_str().unwrap().starts_with("inline"));
        assert_eq!(size_of(&shown.body), (120, 90));
    }
    let kept = officer.get(&at).await.is(200);
    assert_eq!((&kept.body[..], kept.headers["content-type"].to_str().unwrap()), (&bytes[..], "image/heif"));
    // Who may not have the file does not see it either.
    desk.citizen("孙磊").await.get(&format!("{at}?as=picture")).await.is(403);
}

#[tokio::test]
async fn f072_where_no_program_decodes_heic_it_is_taken_and_the_page_says_what_to_do() {
    let desk = Desk::keeping(testing::catalogue().apart(), |files| files.converted_by(None)).await;
    let citizen = desk.citizen("王敏").await;
    let bytes = photograph(64, 48);
    let (no, at) = hands_in(&desk, &citizen, "照片.heic", &bytes).await;
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(200).has("请下载原件").has_not("看图");
    officer.get(&format!("{at}?as=picture")).await.is(409).has("请下载原件");
    assert_eq!(officer.get(&at).await.is(200).body, bytes);
}

#[tokio::test]
async fn f072_a_large_scan_is_shown_reduced_and_goes_with_its_original() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    let bytes = scanned_page(6000, 300);
    let (no, at) = hands_in(&desk, &citizen, "扫描.jpg", &bytes).await;
    let officer = desk.sign_in("officer-youhua").await;
    let shown = officer.get(&format!("{at}?as=picture")).await.is(200);
    assert_eq!(size_of(&shown.body), (4096, 205));
    assert_eq!(officer.get(&at).await.is(200).body, bytes);
    let sha256 = desk.case(&no).await.materials.iter().find(|handed| handed.material == "photo").unwrap().sha256.clone();
    sqlx::query("delete from files where sha256 = $1").bind(&sha256).execute(desk.pool()).await.unwrap();
    let mut conn = desk.pool().acquire().await.unwrap();
    foundation::jobs::set(&mut conn, "erased_file", &sha256, &serde_json::json!({}), desk.house().now().at).await.unwrap();
    drop(conn);
    desk.settle().await;
    assert!(!desk.house().files().has_copy(&sha256));
}

#[tokio::test]
async fn f072_what_only_begins_like_a_picture_or_a_document_is_not_taken() {
    let desk = Desk::open().await;
    let citizen = desk.citizen("王敏").await;
    citizen.post(MATTER, &[("for", "me")]).await.is(303);
    let noise: Vec<u8> = (0..4096u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8).collect();
    let whole = scanned_page(80, 60);
    for (name, bytes) in [
        ("照片.heic", [&b"\0\0\0\x18ftypheic\0\0\0\0mif1heic"[..], &noise].concat()),
        ("材料.docx", [&b"PK\x03\x04"[..], &noise[..500]].concat()),
        ("照片.png", [&b"\x89PNG\r\n\x1a\n"[..], &noise].concat()),
        ("照片.jpg", [&whole[..20], &noise].concat()),
    ] {
        citizen.upload(FORM, "photo", name, &bytes).await.is(422).has("打不开");
    }
    citizen.upload(FORM, "photo", "照片.jpg", &whole).await.is(303);
}

/// A scanner that answers by what stands in the file: `VIRUS` is refused; while `away` exists it cannot look.
struct Scanner {
    room: PathBuf,
}

impl Scanner {
    fn new() -> Scanner {
        let room = std::env::temp_dir().join(format!("sunlit-scanner-{}", uuid::Uuid::new_v4().simple()));
        std::fs::create_dir(&room).unwrap();
        let script = format!("#!/bin/sh\n[ -e {0}/away ] && exit 2\ngrep -q VIRUS \"$1\" && exit 1\nexit 0\n", room.display());
        std::fs::write(room.join("scan"), script).unwrap();
        std::fs::set_permissions(room.join("scan"), std::fs::Permissions::from_mode(0o755)).unwrap();
        Scanner { room }
    }
    fn program(&self) -> PathBuf {
        self.room.join("scan")
    }
    fn is_away(&self, away: bool) {
        match away {
            true => std::fs::write(self.room.join("away"), "").unwrap(),
            false => std::fs::remove_file(self.room.join("away")).unwrap(),
        }
    }
}

impl Drop for Scanner {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.room);
    }
}

async fn scanned_by(program: &Path) -> Desk {
    Desk::keeping(testing::catalogue().apart(), |files: Files| files.scanned_by(Some(program))).await
}

fn paper(words: &str) -> Vec<u8> {
    format!("%PDF-1.4 {words}").into_bytes()
}

#[tokio::test]
async fn h18_what_the_scanner_refuses_is_neither_kept_nor_shown_and_the_person_is_told() {
    let scanner = Scanner::new();
    let desk = scanned_by(&scanner.program()).await;
    let citizen = desk.citizen("王敏").await;
    citizen.post(MATTER, &[("for", "me")]).await.is(303);
    citizen.upload(FORM, "photo", "一.pdf", &paper("VIRUS")).await.is(422).has("没有通过安全检查").has("没有留存");
    let kept: i64 = sqlx::query_scalar("select count(*) from files").fetch_one(desk.pool()).await.unwrap();
    assert_eq!(kept, 0);
    let (_, at) = hands_in(&desk, &citizen, "二.pdf", &paper("clean")).await;
    desk.sign_in("officer-youhua").await.get(&at).await.is(200);
}

#[tokio::test]
async fn h18_what_could_not_be_scanned_waits_opens_for_nobody_and_is_looked_at_again() {
    let scanner = Scanner::new();
    scanner.is_away(true);
    let desk = scanned_by(&scanner.program()).await;
    let citizen = desk.citizen("王敏").await;
    let (no, clean) = hands_in(&desk, &citizen, "好.pdf", &paper("clean")).await;
    let other = desk.citizen("孙磊").await;
    let (bad_no, bad) = hands_in(&desk, &other, "坏.pdf", &paper("VIRUS")).await;
    let third = desk.citizen("周洋").await;
    third.post(MATTER, &[("for", "me")]).await.is(303);
    third.upload(FORM, "photo", "坏.pdf", &paper("VIRUS in a draft")).await.is(303);
    let officer = desk.sign_in("officer-youhua").await;
    officer.get(&format!("/counter/cases/{no}")).await.is(200).has("还没有查毒");
    officer.get(&clean).await.is(409).has("还没有查过病毒");
    assert_eq!(scan::again(desk.house()).await.unwrap(), 0, "it is still away");
    officer.get(&clean).await.is(409);
    scanner.is_away(false);
    while scan::again(desk.house()).await.unwrap() > 0 {}
    desk.settle().await;
    officer.get(&clean).await.is(200);
    officer.get(&format!("/counter/cases/{no}")).await.is(200).has_not("还没有查毒");
    officer.get(&bad).await.is(409).has("没有通过安全检查");
    officer.get(&format!("/counter/cases/{bad_no}")).await.is(200).has("没有通过安全检查，已删除");
    let sha256: String =
        sqlx::query_scalar("select sha256 from files where scan = 'refused' limit 1").fetch_one(desk.pool()).await.unwrap();
    assert!(desk.house().files().read(&sha256).await.is_err(), "its bytes are gone");
    // In a draft it counts as not handed in, and the person is told until they say that they know.
    let page = third.get(&format!("{MATTER}/materials")).await.is(200).has("可能带有病毒，已经删除");
    let at = page.text();
    let at = at.split("action=\"").filter(|part| part.starts_with(FORM)).find(|part| part.contains("/remove"));
    let at = at.unwrap().split('"').next().unwrap().to_owned();
    third.post(&at, &[]).await.is(303);
    third.get(&format!("{MATTER}/materials")).await.is(200).has_not("可能带有病毒");
}
