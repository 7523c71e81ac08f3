//! 核验 · somebody holds a receipt, a certificate, or a number, and wants to know in plain words whether it is in the record (F147, F150).
//! Public, without an account; the file is read in memory, bounded, never run and never kept.

use acts::Subject;
use askama::Template;
use axum::Router;
use axum::extract::{DefaultBodyLimit, FromRequest, Multipart, Query, Request, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::log::{self, entry};
use foundation::page::{self, Shell, filters};
use foundation::record::{self, Stored};
use foundation::sequencer::{fetch_tiles, latest_checkpoint};
use foundation::{House, Stop, wants_json, witnesses};
use ledger::{Disclosure, LedgerError, Receipt, VerifierKey, edge_tiles, peek_checkpoint, root, verify_cosignature};
use serde::Deserialize;
use services::cases::case;
use services::certificates::{Worth, draw, letters, worth};
use sqlx::PgConnection;
use std::sync::atomic::{AtomicUsize, Ordering};

pub fn routes() -> Router<House> {
    Router::new().route("/verify", get(find).post(look).layer(DefaultBodyLimit::max(LARGEST + 64 * 1024)))
}

/// No receipt and no letter of ours is larger.
const LARGEST: usize = 8 * 1024 * 1024;
/// So many letters are drawn anew at once, to be compared.
const MOST_DRAWN: usize = 2;
static DRAWN: AtomicUsize = AtomicUsize::new(0);

/// What the answer is, from best to worst.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Verdict {
    /// In the record, as it was.
    There,
    /// What was dropped is no file of ours.
    Unreadable,
    /// Nothing of that number.
    Nothing,
    /// A letter that cannot be drawn again: what it said of people is erased, or it is not of a case.
    Incomparable,
    /// It is of another site's log.
    Elsewhere,
    /// One part is not what it was.
    Altered(Part),
    /// It is good, and our log of today does not contain it.
    Lost,
    /// What we store under this number is not what our log says was written.
    Astray,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Part {
    Signature,
    Proof,
    Entry,
    Public,
    Private,
    Letter,
}

impl Verdict {
    fn key(self) -> &'static str {
        match self {
            Verdict::There => "there",
            Verdict::Unreadable => "unreadable",
            Verdict::Nothing => "nothing",
            Verdict::Incomparable => "incomparable",
            Verdict::Elsewhere => "elsewhere",
            Verdict::Altered(Part::Signature) => "altered_signature",
            Verdict::Altered(Part::Proof) => "altered_proof",
            Verdict::Altered(Part::Entry) => "altered_entry",
            Verdict::Altered(Part::Public) => "altered_public",
            Verdict::Altered(Part::Private) => "altered_private",
            Verdict::Altered(Part::Letter) => "altered_letter",
            Verdict::Lost => "lost",
            Verdict::Astray => "astray",
        }
    }

    fn zh(self) -> &'static str {
        match self {
            Verdict::There => "在记录里，没有改过",
            Verdict::Unreadable => "这个文件读不懂",
            Verdict::Nothing => "记录里没有",
            Verdict::Incomparable => "这份文书不能再比对",
            Verdict::Elsewhere => "这是别的站点的凭证",
            Verdict::Altered(Part::Letter) => "和记录里的不一样",
            Verdict::Altered(_) => "这个文件被改过",
            Verdict::Lost => "凭证是真的，我们今天的日志却对不上它",
            Verdict::Astray => "这一条和公开日志对不上",
        }
    }

    /// What it means and what to do.
    fn advice(self) -> &'static str {
        match self {
            Verdict::There => "这项行为写进了公开日志，从那时起没有改过。",
            Verdict::Unreadable => {
                "能看的有三种：行为凭证（.tlog-proof）、签名数据（.json）、本站出的文书和证照（PDF）。请选原来下载的那个文件，或者填上面印的编号。"
            }
            Verdict::Nothing => "请核对编号有没有抄错。没有抄错的，这份东西不是本站出的，请告诉出示它的人和监督机构。",
            Verdict::Incomparable => {
                "本站不能再出一份一样的：里面的个人信息已经依法删除，或者它不是办件的文书。记录还在，请照下面的链接看，以记录为准。"
            }
            Verdict::Elsewhere => "本站不能替别的站点作证。请到下面写的那个站点核验。",
            Verdict::Altered(Part::Signature) => "改过的是签名，或者签名的日志头：它不是本站签的。请向出示的人要原件。",
            Verdict::Altered(Part::Proof) => "改过的是证明（散列）：内容和记录一致，但这个文件证明不了。请重新下载凭证。",
            Verdict::Altered(Part::Entry) => "改过的是条目：记录里这一条不是这个内容。请向出示的人要原件。",
            Verdict::Altered(Part::Public) => "改过的是公开内容：当初写下的不是这些字。请向出示的人要原件。",
            Verdict::Altered(Part::Private) => "改过的是非公开内容：当初写下的不是这些字。请向出示的人要原件。",
            Verdict::Altered(Part::Letter) => {
                "文件里写的编号在记录里有，但这个文件和本站出的那一份不是逐字节相同：可能被改过，也可能被别的软件重新存过。请照下面的链接比对内容，以记录为准。"
            }
            Verdict::Astray => "本站库里现在存的不是当初写下的：有人在记录之外改过。请保存本页，告诉监督机构和见证人。",
            Verdict::Lost => "请保存这份凭证，它是证据，并告诉监督机构和见证人：日志可能被截短、改写，或者退回了旧备份。",
        }
    }
}

/// Who signed the head that contains the entry.
struct Cosigned {
    name: String,
    at: DateTime<Utc>,
}

#[derive(Template)]
#[template(path = "verify_found.html")]
struct Found {
    shell: Shell,
    verdict: Verdict,
    /// In particular, in Chinese and in English.
    why: Option<(String, String)>,
    /// The log it is of, where that is another one.
    elsewhere: Option<String>,
    n: Option<i64>,
    act: Option<Stored>,
    /// Entries under the head that proves it.
    size: Option<u64>,
    cosigned: Vec<Cosigned>,
    case_no: Option<String>,
    worth: Option<Worth>,
}

impl Found {
    fn new(shell: &Shell, verdict: Verdict) -> Found {
        Found {
            shell: shell.clone(),
            verdict,
            why: None,
            elsewhere: None,
            n: None,
            act: None,
            size: None,
            cosigned: Vec::new(),
            case_no: None,
            worth: None,
        }
    }

    fn because(self, error: &LedgerError) -> Found {
        Found { why: Some(error.both()), ..self }
    }
}

#[derive(Template)]
#[template(path = "verify_find.html")]
struct FindPage {
    shell: Shell,
    n: String,
}

#[derive(Deserialize)]
struct Wanted {
    n: Option<String>,
}

/// GET /verify: the form; with `n`, what somebody typed.
async fn find(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    headers: HeaderMap,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    let typed = wanted.n.unwrap_or_default();
    match Number::read(&typed, &house.site().origin) {
        None => page::render(&shell.clone(), &FindPage { n: typed, shell }),
        Some(number) => number.answer(&house, &catalogue, &shell, &headers).await,
    }
}

/// A number that stands on a paper.
#[derive(Debug, PartialEq, Eq)]
enum Number {
    Entry(i64),
    /// Of a case, or of what it brought about.
    Case(String),
    /// 文号 · of a document, as “金市监许准〔2026〕1号”.
    Document(String),
    /// The address of another site.
    Elsewhere(String),
}

impl Number {
    /// Reads what people type or paste: the number of an entry, a case, a certificate or a letter, the identifier of an electronic licence,
    /// or the address behind a QR code.
    fn read(typed: &str, origin: &str) -> Option<Number> {
        let typed = forms::text::fold_digits(typed).replace([',', ' ', '，', '\t'], "");
        if let Some(host) = host_of(&typed).filter(|host| Some(*host) != host_of(origin)) {
            return Some(Number::Elsewhere(host.chars().take(100).collect()));
        }
        if let Some(number) = services::numbers::read(&typed) {
            return Some(Number::Document(number));
        }
        // As pages and letters write it: 第 3258 条, No. 3258 in the log.
        let lower = typed.to_ascii_lowercase();
        let bare = ["日志第", "第", "no.", "entry", "#"].iter().find_map(|before| lower.strip_prefix(before)).unwrap_or(&lower);
        let bare = ["条", "inthelog", "ofthelog"].iter().find_map(|after| bare.strip_suffix(after)).unwrap_or(bare);
        if bare != lower && bare.len() <= 12 {
            return bare.parse().ok().map(Number::Entry);
        }
        let after = |path: &str| typed.split_once(path).map(|(_, rest)| rest);
        if let Some(rest) = after("/verify/") {
            return rest.split(['/', '?', '#']).next()?.parse().ok().map(Number::Entry);
        }
        let at_page = after("/certificates/").or_else(|| after("/cases/"));
        let number = at_page.and_then(|rest| rest.split(['/', '?', '#']).next()).unwrap_or(&typed);
        // GB/T 36904: the serial of an electronic licence is the number of the certificate.
        let number = match number.strip_prefix("1.2.156.3005.2.") {
            Some(rest) => rest.split('.').nth(2)?,
            None => number,
        };
        let plain = number.len() <= 64 && !number.is_empty() && number.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
        match number.parse() {
            Ok(n) if number.len() <= 12 => Some(Number::Entry(n)),
            _ => plain.then(|| Number::Case(number.to_uppercase())),
        }
    }

    async fn answer(self, house: &House, catalogue: &Catalogue, shell: &Shell, headers: &HeaderMap) -> Result<Response, Stop> {
        let no = match self {
            Number::Entry(n) if !wants_json(headers) => return Ok(Redirect::to(&format!("/verify/{n}")).into_response()),
            Number::Entry(n) => return told(of_entry(house, catalogue, shell, n).await?, headers),
            Number::Case(no) => no,
            Number::Document(no) => {
                let n = log::entry_of_document(&mut *house.pool().acquire().await?, &no).await?;
                let found = match n {
                    Some(n) => of_entry(house, catalogue, shell, n).await?,
                    None => Found::new(shell, Verdict::Nothing),
                };
                return told(found, headers);
            }
            Number::Elsewhere(host) => {
                return told(Found { elsewhere: Some(host), ..Found::new(shell, Verdict::Elsewhere) }, headers);
            }
        };
        told(of_number(house, catalogue, shell, &no).await?, headers)
    }
}

/// The host in an address, where it names one.
fn host_of(address: &str) -> Option<&str> {
    let rest = match address.split_once("://") {
        Some((_, rest)) => rest,
        None => address
            .split_once('/')
            .filter(|(host, _)| host.contains('.') && host.contains(char::is_alphanumeric))
            .map(|_| address)?,
    };
    rest.split(['/', '?', '#']).next().filter(|host| !host.is_empty())
}

/// POST /verify: a file, or what somebody typed.
async fn look(
    State(house): State<House>,
    catalogue: Catalogue,
    shell: Shell,
    headers: HeaderMap,
    request: Request,
) -> Result<Response, Stop> {
    let (file, typed) = received(&house, request).await?;
    if file.is_empty() {
        return match Number::read(&typed, &house.site().origin) {
            Some(number) => number.answer(&house, &catalogue, &shell, &headers).await,
            None => {
                Ok((StatusCode::UNPROCESSABLE_ENTITY, page::render(&shell.clone(), &FindPage { n: typed, shell })?)
                    .into_response())
            }
        };
    }
    let found = if file.starts_with(b"%PDF-") {
        of_letter(&house, &catalogue, &shell, &file).await?
    } else {
        of_text(&house, &catalogue, &shell, &file).await?
    };
    told(found, &headers)
}

async fn received(house: &House, request: Request) -> Result<(Vec<u8>, String), Stop> {
    let unreadable = || Stop::Unreadable("文件没有传完，或者太大（最多 8 MB）。请重新选一次。".into());
    let mut form = Multipart::from_request(request, house).await.map_err(|_| unreadable())?;
    let (mut file, mut typed) = (Vec::new(), String::new());
    while let Some(mut field) = form.next_field().await.map_err(|_| unreadable())? {
        let named = field.name().unwrap_or_default().to_owned();
        let mut bytes = Vec::new();
        while let Some(part) = field.chunk().await.map_err(|_| unreadable())? {
            if bytes.len() + part.len() > LARGEST {
                return Err(unreadable());
            }
            bytes.extend_from_slice(&part);
        }
        match named.as_str() {
            "file" => file = bytes,
            "n" => typed = String::from_utf8_lossy(&bytes).chars().take(400).collect(),
            _ => {}
        }
    }
    Ok((file, typed))
}

fn told(found: Found, headers: &HeaderMap) -> Result<Response, Stop> {
    let status = match found.verdict {
        Verdict::Unreadable => StatusCode::UNPROCESSABLE_ENTITY,
        Verdict::Nothing => StatusCode::NOT_FOUND,
        _ => StatusCode::OK,
    };
    if wants_json(headers) {
        let said = serde_json::json!({
            "ok": found.verdict == Verdict::There,
            "verdict": found.verdict.key(),
            "said": found.verdict.zh(),
            "why": found.why.as_ref().map(|(zh, _)| zh),
            "why_en": found.why.as_ref().map(|(_, en)| en),
            "log": found.elsewhere,
            "n": found.n,
            "kind": found.act.as_ref().map(|act| &act.kind),
            "at": found.act.as_ref().map(|act| act.at),
            "case": found.case_no,
            "size": found.size,
            "witnesses": found.cosigned.iter().map(|one| serde_json::json!({ "name": one.name, "at": one.at })).collect::<Vec<_>>(),
            "worth": found.worth.as_ref().map(|worth| serde_json::json!({ "name": worth.name, "valid": worth.valid, "state": worth.state })),
        });
        return Ok((status, axum::Json(said)).into_response());
    }
    page::render_status(&found.shell.clone(), status, &found)
}

/// A receipt, or an act with its words.
async fn of_text(house: &House, catalogue: &Catalogue, shell: &Shell, bytes: &[u8]) -> Result<Found, Stop> {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    // Mail and Notepad write other ends of lines; a receipt is none but of lines.
    let text = text.strip_prefix('\u{FEFF}').unwrap_or(text).replace("\r\n", "\n");
    let text = text.as_str();
    if text.is_empty() || text.contains('\0') {
        return Ok(Found::new(shell, Verdict::Unreadable));
    }
    let read = match text.trim_start().starts_with('{') {
        true => Disclosure::parse(text).map(|act| (act.receipt.clone(), Some(act))),
        false => Receipt::parse(text).map(|receipt| (receipt, None)),
    };
    match read {
        Ok((receipt, words)) => of_receipt(house, catalogue, shell, &receipt, words.as_ref()).await,
        Err(error) => Ok(Found::new(shell, Verdict::Unreadable).because(&error)),
    }
}

async fn of_receipt(
    house: &House,
    catalogue: &Catalogue,
    shell: &Shell,
    receipt: &Receipt,
    words: Option<&Disclosure>,
) -> Result<Found, Stop> {
    let key = house.log_key().signing()?.verifier();
    let head = peek_checkpoint(&receipt.checkpoint)?;
    if head.origin != key.name() {
        return Ok(Found { elsewhere: Some(head.origin), ..Found::new(shell, Verdict::Elsewhere) });
    }
    let mut conn = house.pool().acquire().await?;
    let ours = match i64::try_from(receipt.index) {
        Ok(n) => entry(&mut conn, n).await.ok(),
        Err(_) => None,
    };
    let recorded = ours.as_ref().map(|act| act.leaf().map(|leaf| leaf.encode())).transpose()?;
    // A receipt may leave the entry out: then it is for the one that stands there.
    let held = match receipt.extra.is_empty() {
        true => recorded.clone().unwrap_or_default(),
        false => receipt.extra.clone(),
    };
    let verified = receipt.verify_entry(&key, &held).and_then(|checkpoint| match words {
        Some(words) => words.verify(&key).map(|_| checkpoint),
        None => Ok(checkpoint),
    });
    let checkpoint = match verified {
        Ok(checkpoint) => checkpoint,
        Err(error) => {
            let part = part_of(&error, recorded.as_ref() == Some(&held));
            return Ok(Found::new(shell, Verdict::Altered(part)).because(&error));
        }
    };
    let lost = Found { n: i64::try_from(receipt.index).ok(), size: Some(checkpoint.size), ..Found::new(shell, Verdict::Lost) };
    if recorded != Some(held) || !continues(&mut conn, checkpoint.size, checkpoint.root).await? {
        return Ok(lost);
    }
    let cosigned = signers(&mut conn, &receipt.checkpoint).await?;
    drop(conn);
    let n = receipt.index as i64;
    let found = of_entry(house, catalogue, shell, n).await?;
    Ok(match cosigned.is_empty() {
        true => found,
        false => Found { size: Some(checkpoint.size), cosigned, ..found },
    })
}

/// Which part of the file is not what it was.
fn part_of(error: &LedgerError, as_recorded: bool) -> Part {
    match error {
        LedgerError::NotSigned(_) | LedgerError::BadSignature(_) | LedgerError::BadNote(_) | LedgerError::BadCheckpoint(_) => {
            Part::Signature
        }
        // It says itself which of the two bodies: 非公开内容, or 公开内容.
        LedgerError::OtherWords { body, .. } if body.starts_with('非') => Part::Private,
        LedgerError::OtherWords { .. } => Part::Public,
        _ if as_recorded => Part::Proof,
        _ => Part::Entry,
    }
}

/// Whether our log of today has this root over its first entries.
async fn continues(conn: &mut PgConnection, size: u64, expected: ledger::Hash) -> Result<bool, Stop> {
    let now = latest_checkpoint(conn).await?.map_or(0, |(size, _)| size);
    if size > now {
        return Ok(false);
    }
    let tiles = fetch_tiles(conn, &edge_tiles(size)).await?;
    Ok(root(&tiles, size).is_ok_and(|root| root == expected))
}

/// Who of those we know signed this head.
async fn signers(conn: &mut PgConnection, note: &str) -> Result<Vec<Cosigned>, Stop> {
    let known = witnesses::all(conn).await?;
    let signed = known.iter().filter_map(|witness| {
        let key: VerifierKey = witness.key.parse().ok()?;
        let (_, cosignature) = verify_cosignature(note, &key).ok()?;
        Some(Cosigned { name: witness.name.clone(), at: DateTime::from_timestamp(i64::try_from(cosignature.time).ok()?, 0)? })
    });
    Ok(signed.collect())
}

/// What stands in the log under this number.
async fn of_entry(house: &House, catalogue: &Catalogue, shell: &Shell, n: i64) -> Result<Found, Stop> {
    let mut conn = house.pool().acquire().await?;
    let act = match entry(&mut conn, n).await {
        Ok(act) => act,
        Err(Stop::NotFound(_)) => return Ok(Found::new(shell, Verdict::Nothing)),
        Err(Stop::Astray(n)) => return Ok(Found { n: Some(n), ..Found::new(shell, Verdict::Astray) }),
        Err(stop) => return Err(stop),
    };
    let (size, note) = witnesses::head_over(&mut conn, n as u64).await?;
    let cosigned = signers(&mut conn, &note).await?;
    drop(conn);
    let holds = log::holds(house, &act).await?;
    let case_no = ["case", "card"].contains(&act.subject_kind.as_str()).then(|| act.subject.clone());
    let granted = matches!(act.kind.as_str(), "case.granted" | "case.deemed_renewed") || act.subject_kind == "certificate";
    let worth = match granted && holds {
        true => worth(house, catalogue, shell, &act.subject).await?,
        false => None,
    };
    let verdict = if holds { Verdict::There } else { Verdict::Astray };
    Ok(Found { n: Some(n), act: Some(act), size: Some(size), cosigned, case_no, worth, ..Found::new(shell, verdict) })
}

/// The acts on a case, all of which must hold before one of them is spoken of: a later one says nothing of an earlier one that was
/// changed.
async fn of_acts(house: &House, shell: &Shell, no: &str) -> Result<Result<Vec<Stored>, Found>, Stop> {
    let acts = record::acts_of(&mut *house.pool().acquire().await?, &Subject::case(no)).await?;
    Ok(match log::astray(house, &acts).await? {
        Some(n) => Err(Found { n: Some(n), case_no: Some(no.to_owned()), ..Found::new(shell, Verdict::Astray) }),
        None => Ok(acts),
    })
}

/// What is known of a case, or of what it brought about.
async fn of_number(house: &House, catalogue: &Catalogue, shell: &Shell, no: &str) -> Result<Found, Stop> {
    let acts = match of_acts(house, shell, no).await? {
        Ok(acts) => acts,
        Err(astray) => return Ok(astray),
    };
    if let Some(found) = worth(house, catalogue, shell, no).await? {
        let entry = of_entry(house, catalogue, shell, found.n).await?;
        return Ok(Found { worth: Some(found), case_no: Some(no.to_owned()), ..entry });
    }
    match acts.iter().rev().find_map(|stored| stored.n) {
        Some(n) => of_entry(house, catalogue, shell, n).await,
        None => Ok(Found::new(shell, Verdict::Nothing)),
    }
}

/// A letter or certificate that we drew: the same acts give the same bytes, so it is drawn anew and compared.
async fn of_letter(house: &House, catalogue: &Catalogue, shell: &Shell, pdf: &[u8]) -> Result<Found, Stop> {
    let Some((name, no)) = title(pdf) else { return Ok(Found::new(shell, Verdict::Unreadable)) };
    if let Err(astray) = of_acts(house, shell, &no).await? {
        return Ok(astray);
    }
    let mut conn = house.pool().acquire().await?;
    let history = case::history(&mut conn, &no).await?;
    let Ok(case) = case::find(&mut conn, &no).await else { return Ok(Found::new(shell, Verdict::Nothing)) };
    drop(conn);
    let item = catalogue.item_version(house.pool(), &case.item, &case.versions.item).await?;
    let _turn = Turn::take()?;
    let named: Vec<_> = letters(&item, &history).into_iter().filter(|letter| letter.name == name).collect();
    let verdict = if named.is_empty() { Verdict::Incomparable } else { Verdict::Altered(Part::Letter) };
    for letter in named {
        let Some(n) = history[letter.at].0.n else { continue };
        if draw(house, catalogue, &item, &history, &letter).await? == pdf {
            return of_entry(house, catalogue, shell, n).await;
        }
    }
    let known = of_number(house, catalogue, shell, &no).await?;
    Ok(Found { verdict, case_no: Some(no), ..known })
}

/// Drawing costs: a few at a time.
struct Turn;

impl Turn {
    fn take() -> Result<Turn, Stop> {
        if DRAWN.fetch_add(1, Ordering::SeqCst) < MOST_DRAWN {
            return Ok(Turn);
        }
        DRAWN.fetch_sub(1, Ordering::SeqCst);
        Err(Stop::Rejected("现在核验文书的人多，请过几秒再试。".into()))
    }
}

impl Drop for Turn {
    fn drop(&mut self) {
        DRAWN.fetch_sub(1, Ordering::SeqCst);
    }
}

/// The title that our letters bear in their metadata: what it is called, and the number of its case.
fn title(pdf: &[u8]) -> Option<(String, String)> {
    let find = |bytes: &[u8], what: &[u8]| bytes.windows(what.len()).position(|window| window == what);
    let at = find(pdf, b"<dc:title>")?;
    let rest = &pdf[at..pdf.len().min(at + 2000)];
    let text = String::from_utf8_lossy(&rest[..find(rest, b"</dc:title>")?]).into_owned();
    let inner = text.split("<rdf:li").nth(1)?.split_once('>')?.1.split_once('<')?.0.to_owned();
    let (name, no) = inner.rsplit_once(' ')?;
    let plain = !no.is_empty() && no.len() <= 64 && no.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    plain.then(|| (name.to_owned(), no.to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f147_what_people_type_or_paste_is_read() {
        let case = |no: &str| Some(Number::Case(no.into()));
        for (typed, number) in [
            ("128", Some(Number::Entry(128))),
            ("１，２８０", Some(Number::Entry(1280))),
            ("https://zw.example.gov.cn/verify/77?x", Some(Number::Entry(77))),
            ("3415 2420 2611 2800 01", case("341524202611280001")),
            ("https://zw.example.gov.cn/certificates/341524202611280001", case("341524202611280001")),
            ("https://zw.example.gov.cn/cases/341524202611280001/papers/receipt", case("341524202611280001")),
            ("1.2.156.3005.2.113415240000000000001.11341524000000000.341524202611280001.002.X", case("341524202611280001")),
            ("第 3258 条", Some(Number::Entry(3258))),
            ("日志第３２５８条", Some(Number::Entry(3258))),
            ("No. 3258 in the log", Some(Number::Entry(3258))),
            ("3258条", Some(Number::Entry(3258))),
            ("金自然资规服准〔2026〕8号", Some(Number::Document("金自然资规服准〔2026〕8号".into()))),
            ("http://evil.example/verify/77", Some(Number::Elsewhere("evil.example".into()))),
            ("evil.example/certificates/341524202611280001", Some(Number::Elsewhere("evil.example".into()))),
            (
                "https://zw.example.gov.cn@evil.example/verify/77",
                Some(Number::Elsewhere("zw.example.gov.cn@evil.example".into())),
            ),
            ("", None),
            ("<script>", None),
            ("1.2.156.3005.2.", None),
            ("../../etc/passwd", None),
        ] {
            assert_eq!(Number::read(typed, "https://zw.example.gov.cn"), number, "{typed}");
        }
    }

    #[test]
    fn hostile_titles_are_no_titles() {
        let pdf = |inner: &str| {
            format!("%PDF-1.7 <dc:title><rdf:Alt><rdf:li xml:lang=\"x-default\">{inner}</rdf:li></rdf:Alt></dc:title>")
        };
        assert_eq!(title(pdf("食品生产许可证 34152401").as_bytes()), Some(("食品生产许可证".into(), "34152401".into())));
        for wrong in ["", "no number", "x ../../y", "x \u{0}1", "x "] {
            let read = title(pdf(wrong).as_bytes());
            assert!(read.is_none() || wrong == "no number", "{wrong}: {read:?}");
        }
        assert_eq!(title(b"%PDF-"), None);
        assert_eq!(title(b"%PDF- <dc:title>"), None);
    }
}
