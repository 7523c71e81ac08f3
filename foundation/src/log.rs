//! 公开日志 · the log as outsiders see it: the C2SP tiled layout under `/log`, receipts, and the page that verifies one act.
//!
//! `/log/checkpoint`, `/log/tile/<L>/<N>` and `/log/tile/entries/<N>` are what every client of tiled logs expects. Ours in
//! addition: `/log/key`, the opened public bodies under `/log/openings/<N>`, and `/log/receipt/<n>`.

use crate::page::{self, Shell, filters};
use crate::record::{self, Stored};
use crate::sequencer::{fetch_tiles, latest_checkpoint};
use crate::{House, Stop, wants_json, witnesses};
use askama::Template;
use axum::Router;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{DateTime, Duration, Utc};
use ledger::{Disclosure, LedgerError, LogPath, Opening, Receipt, TileId};
use sqlx::PgConnection;

pub fn routes() -> Router<House> {
    Router::new()
        .route("/log", get(about))
        .route("/log/checkpoint", get(checkpoint))
        .route("/log/key", get(key))
        .route("/log/key/sm2", get(second_key))
        .route("/log/tile/{*path}", get(tile))
        .route("/log/openings/{bundle}", get(openings))
        .route("/log/receipt/{n}", get(receipt))
        .route("/verify/{n}", get(verify))
}

const FOREVER: &str = "public, max-age=31536000, immutable";

async fn checkpoint(State(house): State<House>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (size, note) = latest_checkpoint(&mut conn).await?.ok_or(Stop::NotFound("检查点"))?;
    let note = witnesses::cosigned(&mut conn, size, note).await?;
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")], note).into_response())
}

async fn key(State(house): State<House>) -> Result<String, Stop> {
    Ok(house.log_key().verifier()? + "\n")
}

/// The key of the second signature, at an address of its own: at `/log/key` stands one line, as auditors expect.
async fn second_key(State(house): State<House>) -> String {
    format!("{}\n", house.log_key().second())
}

async fn tile(State(house): State<House>, Path(path): Path<String>) -> Result<Response, Stop> {
    let path: LogPath = format!("tile/{path}").parse().map_err(|_| Stop::NotFound("日志瓦片"))?;
    let mut conn = house.pool().acquire().await?;
    let size = latest_checkpoint(&mut conn).await?.map_or(0, |(size, _)| size);
    let body = match path {
        LogPath::Tile(id) => {
            let there = TileId::in_log(size, id.level, id.index).ok_or(Stop::NotFound("日志瓦片"))?;
            if id.width > there.width {
                return Err(Stop::NotFound("日志瓦片"));
            }
            let tiles = fetch_tiles(&mut conn, &[id]).await?;
            let bytes = tiles.into_values().next().ok_or(Stop::NotFound("日志瓦片"))?;
            bytes[..usize::from(id.width) * 32].to_vec()
        }
        LogPath::Entries(id) => {
            let there = ledger::BundleId::in_log(size, id.index).ok_or(Stop::NotFound("日志条目"))?;
            if id.width > there.width {
                return Err(Stop::NotFound("日志条目"));
            }
            let first = id.first() as i64;
            let acts = record::entries(&mut conn, first, first + i64::from(id.width)).await?;
            let entries = acts.iter().map(|a| Ok(a.leaf()?.encode())).collect::<Result<Vec<_>, Stop>>()?;
            ledger::encode_entries(&entries)
        }
        LogPath::Checkpoint => return Err(Stop::NotFound("日志瓦片")),
    };
    Ok(([(header::CONTENT_TYPE, path.content_type()), (header::CACHE_CONTROL, FOREVER)], body).into_response())
}

/// The public bodies of a bundle of 256 entries with their salts, one JSON object a line: what the commitments open to.
async fn openings(State(house): State<House>, Path(bundle): Path<i64>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let first = bundle.checked_mul(256).filter(|n| *n >= 0).ok_or(Stop::NotFound("日志条目"))?;
    let acts = record::entries(&mut conn, first, first + 256).await?;
    let mut out = String::new();
    for act in acts {
        let line = serde_json::json!({ "n": act.n, "salt": hex::encode(&act.public_salt), "body": act.public_body });
        out.push_str(&line.to_string());
        out.push('\n');
    }
    Ok(([(header::CONTENT_TYPE, "application/jsonl; charset=utf-8")], out).into_response())
}

/// One entry of the log. One that is gone from below the signed head is astray, not unknown.
pub async fn entry(conn: &mut PgConnection, n: i64) -> Result<Stored, Stop> {
    match record::entries(conn, n, n.saturating_add(1)).await?.into_iter().next() {
        Some(act) => Ok(act),
        None if (0..latest_checkpoint(conn).await?.map_or(0, |(size, _)| size as i64)).contains(&n) => Err(Stop::Astray(n)),
        None => Err(Stop::NotFound("日志条目")),
    }
}

/// The entry of the act that issued the document of this number (文号).
pub async fn entry_of_document(conn: &mut PgConnection, document_no: &str) -> Result<Option<i64>, Stop> {
    let n = sqlx::query_scalar(
        r#"select e.n
             from acts a
             join log_entries e on e.position = a.position
            where a.public_body like '%"document_no":%'
              and substring(a.public_body from '"document_no":"([^"]*)"') = $1
            order by e.n
            limit 1"#,
    );
    Ok(n.bind(document_no).fetch_optional(conn).await?)
}

/// When the record took entry `n` in: the first head over it was signed then. What an act says of its own time is its claim.
async fn recorded(conn: &mut PgConnection, n: i64) -> Result<Option<DateTime<Utc>>, Stop> {
    let signed = sqlx::query_scalar("select signed_at from log_checkpoints where size > $1 order by size limit 1");
    Ok(signed.bind(n).fetch_optional(conn).await?)
}

/// The receipt of entry `n` against the newest head that is witnessed, or the newest where none is.
pub async fn issue(house: &House, n: i64) -> Result<Receipt, Stop> {
    let mut conn = house.pool().acquire().await?;
    let act = entry(&mut conn, n).await?;
    let head = witnesses::head_over(&mut conn, n as u64).await?;
    prove(house, &mut conn, head, &act, n).await?.map_err(|_| Stop::Astray(n))
}

/// Whether the act stands in the log just as it is stored: its bodies are those committed to, and its leaf is under the signed head.
pub async fn holds(house: &House, act: &Stored) -> Result<bool, Stop> {
    Ok(act.n.is_some() && astray(house, [act]).await?.is_none())
}

/// The first of these acts that does not stand in the log as it is stored. What has no number yet waits for it.
pub async fn astray(house: &House, acts: impl IntoIterator<Item = &Stored>) -> Result<Option<i64>, Stop> {
    let acts: Vec<(i64, &Stored)> = acts.into_iter().filter_map(|act| Some((act.n?, act))).collect();
    let verifier = house.log_key().signing()?.verifier();
    let mut conn = house.pool().acquire().await?;
    let (size, note) = latest_checkpoint(&mut conn).await?.ok_or(Stop::NotFound("检查点"))?;
    let mut needed: Vec<TileId> = acts.iter().flat_map(|(n, _)| ledger::tiles_needed_for_inclusion(size, *n as u64)).collect();
    needed.sort_unstable();
    needed.dedup();
    let tiles = fetch_tiles(&mut conn, &needed).await?;
    drop(conn);
    let holds = |n: i64, act: &Stored| {
        let leaf = act.leaf().ok().filter(|_| act.opens().unwrap_or(false));
        leaf.is_some_and(|leaf| Receipt::issue(&tiles, &note, &verifier, n as u64, &leaf.encode()).is_ok())
    };
    Ok(acts.iter().find(|(n, act)| !holds(*n, act)).map(|(n, _)| *n))
}

async fn prove(
    house: &House,
    conn: &mut PgConnection,
    (size, note): (u64, String),
    act: &Stored,
    n: i64,
) -> Result<Result<Receipt, LedgerError>, Stop> {
    let tiles = fetch_tiles(conn, &ledger::tiles_needed_for_inclusion(size, n as u64)).await?;
    let Ok(leaf) = act.leaf() else { return Err(Stop::Astray(n)) };
    Ok(Receipt::issue(&tiles, &note, &house.log_key().signing()?.verifier(), n as u64, &leaf.encode()))
}

/// Why an act cannot be proven just yet.
pub const BEING_WRITTEN: &str = "最新的一步正在写入公开日志，请过几秒再下载";

/// Each act with its words, all proven against one head; the private ones of those marked, unless they were erased. `None` while one
/// of them is not in the log yet.
pub async fn disclose(house: &House, acts: &[(&Stored, bool)]) -> Result<Option<Vec<Disclosure>>, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (size, note) = latest_checkpoint(&mut conn).await?.ok_or(Stop::NotFound("检查点"))?;
    let numbers: Option<Vec<u64>> = acts.iter().map(|(act, _)| act.n.map(|n| n as u64).filter(|n| *n < size)).collect();
    let Some(numbers) = numbers else { return Ok(None) };
    let (size, note) = match numbers.iter().max() {
        Some(last) => witnesses::head_over(&mut conn, *last).await?,
        None => (size, note),
    };
    let mut needed: Vec<TileId> = numbers.iter().flat_map(|n| ledger::tiles_needed_for_inclusion(size, *n)).collect();
    needed.sort_unstable();
    needed.dedup();
    let tiles = fetch_tiles(&mut conn, &needed).await?;
    drop(conn);
    let key = house.log_key().signing()?.verifier();
    let opening = |salt: &[u8], body: &str| Opening { salt: salt.try_into().unwrap_or([0; 32]), body: body.into() };
    let disclosed = acts.iter().zip(numbers).map(|((act, private), n)| {
        let private = act.private_body.as_deref().zip(act.private_salt.as_deref()).filter(|_| *private);
        let astray = |_| Stop::Astray(n as i64);
        let disclosure = Disclosure {
            receipt: Receipt::issue(&tiles, &note, &key, n, &act.leaf()?.encode()).map_err(astray)?,
            public: opening(&act.public_salt, &act.public_body),
            private: private.map(|(body, salt)| opening(salt, body)),
        };
        disclosure.verify(&key).map_err(astray)?;
        Ok(disclosure)
    });
    disclosed.collect::<Result<_, Stop>>().map(Some)
}

async fn receipt(State(house): State<House>, Path(n): Path<i64>) -> Result<Response, Stop> {
    let text = issue(&house, n).await?.encode();
    let name = format!("attachment; filename=\"sunlit-{n}.tlog-proof\"");
    Ok(([(header::CONTENT_TYPE, "text/plain; charset=utf-8".to_owned()), (header::CONTENT_DISPOSITION, name)], text)
        .into_response())
}

#[derive(Template)]
#[template(path = "log_verify.html")]
struct VerifyPage {
    shell: Shell,
    n: i64,
    act: Stored,
    name: &'static str,
    /// When the record took it in.
    recorded: Option<DateTime<Utc>>,
    proven: bool,
    opened: bool,
    erased: bool,
    size: u64,
    root: String,
    leaf: String,
    qr: String,
    pretty: String,
    case_no: Option<String>,
}

impl VerifyPage {
    /// Whether what the act says of its time and when it was recorded are more than a day apart.
    fn is_apart(&self) -> bool {
        self.recorded.is_some_and(|recorded| (recorded - self.act.at).abs() > Duration::days(1))
    }

    fn astray(&self) -> String {
        Stop::Astray(self.n).to_string()
    }
}

async fn verify(State(house): State<House>, shell: Shell, headers: HeaderMap, Path(n): Path<i64>) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let act = entry(&mut conn, n).await?;
    let recorded = recorded(&mut conn, n).await?;
    drop(conn);
    // An entry that was tampered with has no receipt: that is what the page must say, not fail at.
    let receipt = match issue(&house, n).await {
        Ok(receipt) => Some(receipt),
        Err(Stop::Astray(_)) => None,
        Err(stop) => return Err(stop),
    };
    let verifier = house.log_key().signing()?.verifier();
    let verified = receipt.as_ref().and_then(|receipt| receipt.verify(&verifier).ok());
    let leaf = act.leaf().map_err(|_| Stop::Astray(n))?;
    let salt: [u8; 32] = act.public_salt.as_slice().try_into().unwrap_or([0; 32]);
    let opened = leaf.opens_public(&salt, act.public_body.as_bytes());
    let (size, root) = verified.as_ref().map(|v| (v.checkpoint.size, v.checkpoint.root.to_string())).unwrap_or_default();
    let public = serde_json::from_str::<serde_json::Value>(&act.public_body).ok();
    if wants_json(&headers) {
        return Ok(axum::Json(serde_json::json!({
            "n": n,
            "kind": act.kind,
            "at": act.at,
            "recorded_at": recorded,
            "leaf": leaf.hash().to_string(),
            "proven": verified.is_some(),
            "opened": opened,
            "public": public.unwrap_or_else(|| act.public_body.clone().into()),
            "salt": hex::encode(&act.public_salt),
            "receipt": receipt.map(|receipt| receipt.encode()),
        }))
        .into_response());
    }
    let pretty = public.map_or_else(|| Ok(act.public_body.clone()), |public| serde_json::to_string_pretty(&public))?;
    let page = VerifyPage {
        n,
        name: act_name(&act.kind),
        recorded,
        proven: verified.is_some(),
        opened,
        erased: act.private_body.is_none(),
        size,
        root,
        leaf: leaf.hash().to_string(),
        qr: page::qr(&format!("{}/verify/{n}", house.site().origin)),
        pretty,
        case_no: ["case", "card"].contains(&act.subject_kind.as_str()).then(|| act.subject.clone()),
        act,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

#[derive(Template)]
#[template(path = "log_about.html")]
struct AboutPage {
    shell: Shell,
    size: u64,
    note: String,
    key: String,
    second: String,
    /// How many witness it.
    witnessed: usize,
    /// Each with the time at which the record took it in.
    recent: Vec<(Stored, Option<DateTime<Utc>>)>,
}

async fn about(State(house): State<House>, shell: Shell) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let (size, note) = latest_checkpoint(&mut conn).await?.ok_or(Stop::NotFound("检查点"))?;
    let note = witnesses::cosigned(&mut conn, size, note).await?;
    let witnessed = witnesses::all(&mut conn).await?.iter().filter(|one| one.until.is_none()).count();
    let first = (size as i64 - 20).max(0);
    let recent = record::entries(&mut conn, first, size as i64).await?;
    // The heads that took them in: at most one for each.
    let heads: Vec<(i64, DateTime<Utc>)> =
        sqlx::query_as("select size, signed_at from log_checkpoints where size > $1 order by size limit 20")
            .bind(first)
            .fetch_all(&mut *conn)
            .await?;
    drop(conn);
    let taken_in = |act: &Stored| heads.iter().find(|(size, _)| Some(*size) > act.n).map(|(_, at)| *at);
    let beside = |act: Stored| {
        let at = taken_in(&act);
        (act, at)
    };
    let recent = recent.into_iter().rev().map(beside).collect();
    let page = AboutPage {
        size,
        note,
        key: house.log_key().verifier()?,
        second: house.log_key().second().to_string(),
        witnessed,
        recent,
        shell,
    };
    page::render(&page.shell.clone(), &page)
}

/// What an act is called on pages.
pub fn act_name(kind: &str) -> &'static str {
    match kind {
        "case.submitted" => "提交申请",
        "case.correction_requested" => "一次性告知补正",
        "case.partly_supplemented" => "收到一部分补正",
        "case.supplemented" => "补齐材料",
        "case.amended" => "更正申请",
        "case.joined" => "共同申请人表态",
        "case.accepted" => "受理",
        "case.deemed_accepted" => "逾期未告知，视为受理",
        "case.acceptance_refused" => "不予受理",
        "case.not_required" => "告知不需要许可",
        "case.surveyed" => "现场核查",
        "case.certificate_checked" => "核查证照",
        "case.examined" => "审查",
        "case.countersigned" => "会签",
        "case.discussed" => "集体讨论",
        "case.hearing_offered" => "告知听证权利",
        "case.hearing_answered" => "答复要不要听证",
        "case.clock_paused" => "特别程序开始，计时暂停",
        "case.clock_resumed" => "特别程序结束，恢复计时",
        "case.extended" => "延长期限",
        "case.limits_recomputed" => "按新的放假安排重算期限",
        "case.granted" => "准予",
        "case.denied" => "不予许可",
        "case.seal_used" => "使用审批专用章",
        "case.billed" => "开具缴费单",
        "case.paid" => "缴费",
        "case.payment_returned" => "退还多缴的费用",
        "case.payment_reversed" => "撤销收费",
        "case.delivery_chosen" => "选择怎样领取",
        "case.mailed" => "交邮",
        "case.mail_returned" => "邮件退回",
        "case.deemed_renewed" => "逾期未决定，视为准予延续",
        "case.delivered" => "送达",
        "case.rated" => "评价",
        "case.intermediary_engaged" => "委托中介服务",
        "case.intermediary_finished" => "中介服务结束",
        "case.intermediary_rated" => "评价中介机构",
        "case.remedy_sought" => "申请复议或者起诉",
        "case.remedy_ended" => "复议、诉讼有了结果",
        "case.withdrawn" => "撤回申请",
        "case.attempt_refused" => "一次操作被拒绝",
        "case.private_erased" => "删除个人信息",
        "certificate.expired" => "证照到期",
        "certificate.annulled" => "撤销证照",
        "certificate.withdrawn" => "撤回证照",
        "certificate.revoked" => "吊销证照",
        "certificate.cancelled" => "注销证照",
        "certificate.seal_used" => "使用审批专用章",
        "querying_body.proposed" => "送审联网核查单位",
        "querying_body.published" => "公布联网核查单位",
        "querying_body.returned" => "退回联网核查单位的登记",
        "querying_body.suspended" => "暂停联网核查",
        "querying_body.resumed" => "恢复联网核查",
        "querying_body.ended" => "终止联网核查",
        "query.answered" => "答复联网核查",
        "query.refused" => "拒绝联网核查",
        "definition.loaded" => "启用一项定义",
        "discretion_standard.published" => "公布裁量基准",
        "discretion_standard.ended" => "裁量基准停止执行",
        "discretion.proposed" => "裁量报批",
        "discretion.returned" => "退回裁量报批",
        "discretion.withdrawn" => "撤回裁量报批",
        "discretion.applied" => "照裁量基准作决定",
        "search_words.led" => "说明搜索的词",
        "search_words.released" => "收回搜索的词",
        "search_words.told" => "说明搜索的词去哪里办",
        "search_words.untold" => "收回去哪里办的说明",
        "centre.established" => "登记政务服务中心",
        "centre.changed" => "变更政务服务中心的登记",
        "centre.closed" => "撤销政务服务中心",
        "centre.closing_proposed" => "报请撤销政务服务中心",
        "centre.closing_reviewed" => "管理机构审核撤销中心",
        "centre.closing_declined" => "本级政府不批准撤销中心",
        "letter_change.proposed" => "送审文书模板",
        "letter_change.published" => "公布文书模板",
        "letter_change.returned" => "退回文书模板",
        "letter_change.withdrawn" => "撤回文书模板的修改",
        "bulletin.published" => "发布信息",
        "bulletin.withdrawn" => "撤下信息",
        "outside_matter.asked" => "报请不进中心",
        "outside_matter.found" => "登记在中心外办理",
        "outside_matter.reviewed" => "管理机构审核",
        "outside_matter.approved" => "本级政府批准",
        "outside_matter.returned" => "进驻中心",
        "intermediary.entered" => "中介服务机构入册",
        "intermediary.changed" => "变更中介服务机构的登记",
        "intermediary.ended" => "中介服务机构出册",
        "arrangement.loaded" => "登记放假安排",
        "asked.first_asked" => "首问登记",
        "asked.handover_offered" => "请别的单位接手",
        "asked.handover_accepted" => "接手",
        "asked.handover_refused" => "不接手",
        "asked.answered" => "答复提问",
        "asked.became_case" => "提问转为办件",
        "asked.overdue" => "提问逾期没有答复",
        "complaint.filed" => "提出诉求",
        "complaint.accepted" => "受理诉求",
        "complaint.transferred" => "转办诉求",
        "complaint.returned" => "退回诉求",
        "complaint.extended" => "诉求延期",
        "complaint.answered" => "答复诉求",
        "complaint.directed" => "告知另一条路",
        "complaint.reopened" => "要求重办",
        "complaint.rated" => "评价答复",
        "complaint.rating_reviewed" => "复核差评",
        "complaint.seal_opened" => "启封诉求人",
        "complaint.overdue" => "诉求逾期",
        "rating.given" => "评价窗口",
        "rating.words_shown" => "公布评价的话",
        "rating.words_kept" => "不公布评价的话",
        "rating_order.opened" => "差评立单",
        "rating_order.called_back" => "回访评价人",
        "rating_order.planned" => "定下改好的日子",
        "rating_order.corrected" => "差评改正",
        "rating_order.explained" => "差评解释",
        "rating_order.set_aside_asked" => "提出差评不计入",
        "rating_order.set_aside_decided" => "决定差评计入不计入",
        "rating_order.stated" => "被评价人陈述",
        "rating_order.satisfied" => "评价人说满意不满意",
        "rating_order.reviewed" => "复核差评的办理",
        "rating_order.overdue" => "差评工单逾期",
        "request.requested" => "提出信息公开申请",
        "request.receipt_confirmed" => "双方确认收到申请",
        "request.correction_asked" => "一次性告知补正申请",
        "request.corrected" => "补正了申请",
        "request.abandoned" => "逾期没有补正，视为放弃申请",
        "request.opinion_asked" => "征求意见",
        "request.opinion_given" => "意见有了结果",
        "request.extended" => "延长答复期限",
        "request.answered" => "答复申请",
        "request.withdrawn" => "撤回信息公开申请",
        "request.overdue" => "信息公开申请逾期没有答复",
        "request.limit_recomputed" => "按新的放假安排重算答复期限",
        "delegation.given" => "首席代表委托",
        "delegation.revoked" => "收回委托",
        "person.relative_declared" => "申报近亲属",
        "person.relative_ended" => "近亲属申报不再有效",
        "agent_point.opened" => "设代办点",
        "agent_point.described" => "变更代办点的信息",
        "agent_point.handed_over" => "代办点交给别的乡镇管",
        "agent_point.agent_named" => "定代办员",
        "agent_point.agent_ended" => "代办员不再代办",
        "consent.given" => "委托代办",
        "consent.revoked" => "撤回委托",
        "consent.complained" => "投诉代办",
        "consent.complaint_answered" => "答复对代办的投诉",
        "agent_subsidy.month_closed" => "代办补贴关账",
        "agent_subsidy.not_counted" => "一件不计代办补贴",
        "person.entered" => "登记人员和岗位",
        "directive.issued" => "印发任务分解通知",
        "directive.withdrawn" => "撤回任务分解通知",
        "leadership.appointed" => "领导责任：明确负责人",
        "leadership.vacated" => "领导责任：记空缺",
        "leadership.amended" => "领导责任：更正",
        "leadership.heard" => "领导责任：常务会议听取汇报",
        "leadership.hearing_missed" => "领导责任：全年没有听取汇报",
        "leadership.provided" => "领导责任：落实保障",
        "leadership.weighed" => "领导责任：定考核权重",
        "assignment.planned" => "分解任务",
        "assignment.reached" => "做到任务的一步",
        "assignment.proposed" => "商请参加任务",
        "assignment.answered" => "答复商请",
        "assignment.objection_decided" => "定不参加的异议",
        "assignment.reminded" => "提醒任务期限",
        "assignment.inspected" => "检查任务",
        "assignment.finding_answered" => "报整改",
        "assignment.finding_returned" => "退回整改",
        "assignment.finding_closed" => "检查发现的问题销号",
        "assignment.reported" => "报任务进展",
        "assignment.chased" => "催办任务报告",
        "assignment.closed" => "核实办结任务",
        "assignment.reopened" => "重新督办任务",
        "assignment.members_named" => "明确统称所指的单位",
        "assignment.unit_replaced" => "撤下或换任务的单位",
        "assignment.day_set" => "重定任务期限",
        "assignment.reporting_added" => "补定按期的报告",
        "assignment.withdrawn" => "任务随通知撤回",
        "person.password_set" => "设置新密码",
        "person.roles_changed" => "变更岗位",
        "person.deactivated" => "停用账户",
        "person.activated" => "重新启用账户",
        "person.factor_set" => "重发动态口令密钥",
        "person.identity_verified" => "核实身份",
        "person.mandated" => "登记委托",
        "card.issued" => "亮牌",
        "integrity.warned" => "廉政风险预警",
        "integrity.joined" => "又一件归到这条预警",
        "integrity.stated" => "本人说明预警",
        "integrity.seconded" => "第二个人看过，同意办下去",
        "integrity.closed" => "办结廉政风险预警",
        "card.explained" => "对亮牌作出说明",
        "card.reviewed" => "复核亮牌",
        "card.unanswered" => "到期没有说明",
        "card.withdrawal_proposed" => "提议撤销亮牌",
        "card.withdrawal_confirmed" => "确认撤销亮牌",
        "card.withdrawal_refused" => "不同意撤销亮牌",
        "card.appealed" => "对亮牌申诉",
        "card.appeal_decided" => "对申诉作出决定",
        "card.rectified" => "报整改结果",
        "card.accepted" => "验收整改，亮牌办结",
        "card.sent_back" => "退回整改",
        "card.escalated" => "亮牌升级",
        "card.held_to_account" => "亮牌转入问责",
        "card.talked" => "诫勉谈话",
        "card.transferred" => "移送问责机关",
        "card.transfer_answered" => "问责机关答复移送",
        "rule.drafted" => "起草监察规则",
        "rule.published" => "公布监察规则",
        "rule.ended" => "停用监察规则",
        "rule.end_asked" => "提出停用监察规则",
        "rule.end_dropped" => "不停用监察规则",
        "rule.withdrawn" => "撤回监察规则的草稿",
        _ => "行政行为",
    }
}
