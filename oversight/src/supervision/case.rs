//! 办件全貌 · one case as supervision sees it (C3.3, F136): every act with who, when and on which ground, both clocks day by
//! day, the cards. `?at=n` shows all of it as it stood right after entry n. It is the same record the public page reads, so
//! both list the same acts (F029).

use super::book;
use super::card::{self, Card};
use super::course::{Hand, Progress, Step, Turn};
use super::view::{self, Rail, address};
use super::watch::{self, Watch};
use super::{about, accept, answer, appeal, appealed, confirm, explain, report, review, talk, transfer};
use acts::{ActBody, CardAct, CaseAct, Entry, PutRight};
use askama::Template;
use authority::{Act, Circumstance, Resource};
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use calendar::Clock;
use catalogue::Catalogue;
use chrono::{DateTime, Duration, NaiveDate, NaiveTime, Utc};
use foundation::looking::{self, Ground, Opened};
use foundation::page::fields::Filled;
use foundation::page::table::{Cell, Format, Table};
use foundation::page::{self, ClockView, Lang, Shell, filters, full_date_zh};
use foundation::people::Person;
use foundation::sequencer::latest_checkpoint;
use foundation::{House, Moment, SignedIn, Stop, log};
use serde::Deserialize;
use uuid::Uuid;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct Wanted {
    /// As it stood right after this entry of the log, or at this moment.
    at: String,
    #[serde(rename = "as")]
    form: Option<String>,
}

/// The entry up to which a case is shown, of what was asked for: the number of an entry, a day to its end, or a moment (F136). The acts are
/// those of the case and its cards, each with its entry and its time; the record has so many entries.
fn through(said: &str, size: i64, acts: &[(i64, DateTime<Utc>)], now: DateTime<Utc>) -> Result<Option<i64>, String> {
    let said = forms::text::fold_digits(said.trim()).replace('T', " ");
    if said.is_empty() {
        return Ok(None);
    }
    if said.chars().all(|c| c.is_ascii_digit()) {
        let n = said.parse().unwrap_or(i64::MAX);
        return match n < size {
            true => Ok(Some(n)),
            false => Err(format!("记录到第 {} 条为止，没有更后面的", size - 1)),
        };
    }
    let (day, time) = said.split_once(' ').unwrap_or((said.as_str(), ""));
    let day = calendar::parse_date(day).ok();
    let time = match time {
        "" => Some(None),
        time => ["%H:%M", "%H:%M:%S"].iter().find_map(|form| NaiveTime::parse_from_str(time, form).ok()).map(Some),
    };
    let Some((day, time)) = day.zip(time) else {
        return Err("请写日志条目的编号，或者日子和时间，例如 2026-11-28 或 2026-11-28 15:30".into());
    };
    let begins = calendar::start_of_day(day);
    if begins > now {
        return Err("那一天还没有到".into());
    }
    let moment = match time {
        Some(time) => begins + (time - NaiveTime::MIN),
        None => calendar::end_of_day(day) - Duration::microseconds(1),
    };
    let last = acts.iter().filter(|(_, at)| *at <= moment).map(|(n, _)| *n).max();
    last.map(Some).ok_or_else(|| "那时还没有这个办件".into())
}

/// One act in the timeline.
pub struct Line {
    pub n: i64,
    pub id: Uuid,
    pub kind: String,
    pub at: DateTime<Utc>,
    pub who: String,
    pub ground: Option<String>,
    pub detail: String,
    pub flag: &'static str,
    pub class: &'static str,
}

impl Line {
    pub fn name(&self) -> &'static str {
        log::act_name(&self.kind)
    }
}

/// What the public body of an act says beside its name.
fn detail(act: &CaseAct) -> String {
    use CaseAct::*;
    let day = |day: &NaiveDate| full_date_zh(*day);
    match act {
        Submitted { channel, acceptance, .. } => format!("{}，受理时限 {}", channel.zh(), acceptance.limit),
        CorrectionRequested { count, .. } => format!("一次告知 {count} 项"),
        PartlySupplemented { came, left, .. } => format!("收到 {came} 项，还差 {left} 项"),
        Supplemented { acceptance, .. } => format!("受理时限 {} 重新起算", acceptance.limit),
        Joined { agrees: true, people, .. } => format!("{people} 人同意一起申请"),
        Joined { .. } => "有人不同意一起申请".into(),
        Amended { count, .. } => format!("改了 {count} 处"),
        Accepted { received, promised, statutory, .. } | DeemedAccepted { received, promised, statutory, .. } => {
            format!("{}收到材料，承诺 {}，法定 {}", day(received), promised.limit, statutory.limit)
        }
        AcceptanceRefused { competent_agency: Some(agency), .. } => format!("应向{agency}申请"),
        AcceptanceRefused { .. } | NotRequired { .. } | Denied { .. } | Withdrawn { .. } => String::new(),
        Surveyed { staff, .. } => format!("{staff} 人核查"),
        Examined { outcome, .. } => if outcome == "test" { "需要进入特别程序" } else { "交首席代表决定" }.into(),
        CertificateChecked { .. } => String::new(),
        Countersigned { number, of, .. } => format!("第 {number} 个人会签，一共 {of} 个"),
        Discussed { people, .. } => format!("{people} 人讨论"),
        HearingOffered { until, .. } => format!("可以要求听证，到{}为止", day(until)),
        HearingAnswered { wants, .. } => if *wants { "要求听证" } else { "不要求听证" }.into(),
        ClockPaused { ground, told_days, from, pauses_promise, .. } => {
            let promise = if *pauses_promise { "" } else { "，承诺时限不暂停" };
            format!("因“{ground}”从{}起暂停{promise}，告知需要 {told_days} 个工作日", day(from))
        }
        ClockResumed { ground, done: false, .. } => format!("“{ground}”没有举行，暂停的日子算回期限里"),
        ClockResumed { ground, to, .. } => format!("“{ground}”到{}为止，次日恢复计时", day(to)),
        Extended { added, approver, reason, .. } if reason.is_empty() => format!("延长 {added}，{approver}批准"),
        Extended { added, approver, reason, .. } => format!("延长 {added}，{approver}批准：{reason}"),
        LimitsRecomputed { .. } => act.recomputed_zh(),
        DeemedRenewed { certificate_no, .. } => format!("证照编号 {certificate_no}"),
        Granted { certificate_no, .. } => certificate_no.as_ref().map(|no| format!("证照编号 {no}")).unwrap_or_default(),
        SealUsed { seal, document } => format!("{seal}，用于{document}"),
        Billed { bill } => format!("共 {} 元", bill.total),
        Paid { amount, way, surplus: false, .. } => format!("{}，{amount} 元", way.zh()),
        Paid { amount, way, surplus: true, .. } => format!("{}，多付的 {amount} 元，将原路退回", way.zh()),
        PaymentReturned { amount, .. } => format!("{amount} 元"),
        PaymentReversed { amount, way, .. } => format!("{}，{amount} 元，登记有误，已撤销", way.zh()),
        Mailed { .. } | MailReturned { .. } => String::new(),
        DeliveryChosen { way, .. } => acts::delivery_chosen(way).into(),
        Delivered { way, .. } => acts::delivery_way(way).into(),
        Rated { grade, .. } => acts::grade_name(*grade).into(),
        IntermediaryEngaged { .. } | IntermediaryFinished { .. } | IntermediaryRated { .. } => act.outside_zh(),
        RemedySought { way, on, .. } => format!("{}，{}提出", way.zh(), day(on)),
        RemedyEnded { way, on, outcome, .. } => format!("{}：{}，{}收到", way.zh(), outcome.zh(), day(on)),
        AttemptRefused { attempt, reason } => {
            let name = attempt.parse::<Act>().map_or(attempt.as_str(), |act| act.name());
            format!("{name}：{reason}")
        }
        PrivateErased { reason, bodies } => format!("{reason}，{bodies} 条"),
    }
}

/// What the public body of an act on a card says beside its name.
fn card_detail(act: &CardAct) -> String {
    let day = |day: &NaiveDate| full_date_zh(*day);
    let rule = act.rule();
    let right = |right: &PutRight| format!("{}内整改：{}", right.within, right.what);
    let asked = |rectify: &Option<PutRight>| rectify.as_ref().map(|it| format!("；{}", right(it))).unwrap_or_default();
    let because = |reason: &Option<String>| reason.clone().unwrap_or_else(|| "到期没有报整改结果".into());
    let said = match act {
        CardAct::Issued { colour, .. } => return format!("{}，规则 {rule}", colour.zh()),
        CardAct::Explained { .. } | CardAct::Unanswered { .. } | CardAct::Appealed { .. } => return format!("规则 {rule}"),
        CardAct::Reviewed { upheld, reason, rectify, .. } => {
            format!("{}：{reason}{}", if *upheld { "维持" } else { "撤销" }, asked(rectify))
        }
        CardAct::WithdrawalProposed { reason, .. } | CardAct::WithdrawalConfirmed { reason, .. } => format!("理由：{reason}"),
        CardAct::WithdrawalRefused { reason, rectify, .. } => format!("维持：{reason}{}", asked(rectify)),
        CardAct::AppealDecided { granted, reason, .. } => {
            format!("{}：{reason}", if *granted { "申诉成立，提议撤销" } else { "申诉不成立，维持" })
        }
        CardAct::Rectified { evidence, .. } if evidence.is_empty() => return format!("规则 {rule}"),
        CardAct::Rectified { evidence, .. } => {
            let numbers: Vec<String> = evidence.iter().map(|n| format!("第 {n} 条")).collect();
            format!("作证的日志条目：{}", numbers.join("、"))
        }
        CardAct::Accepted { reason, .. } => format!("整改到位：{reason}"),
        CardAct::SentBack { reason, within, .. } => format!("{within}内再整改：{reason}"),
        CardAct::Escalated { colour, reason, .. } => format!("升为{}：{}", colour.zh(), because(reason)),
        CardAct::HeldToAccount { reason, .. } => format!("红牌没有整改：{}", because(reason)),
        CardAct::Talked { office, on, leadership, discipline, rectify, .. } => {
            let talk = format!("{}，{leadership}和{discipline}同{office}谈话", day(on));
            format!("{talk}；{}", right(rectify))
        }
        CardAct::Transferred { to, document, on, .. } => format!("{}移送{to}，文号 {document}", day(on)),
        CardAct::TransferAnswered { document, on, .. } => format!("{}答复，文号 {document}", day(on)),
    };
    format!("规则 {rule}，{said}")
}

/// Private words of an act on a card, each under its name; `None` are words that were erased. What a talk and a transfer say only
/// supervision reads.
fn private_words(act: &CardAct, reviews: bool) -> Vec<Option<String>> {
    match act {
        CardAct::Explained { private, .. } | CardAct::Appealed { private, .. } | CardAct::Rectified { private, .. } => {
            vec![private.clone()]
        }
        CardAct::Transferred { private, .. } | CardAct::TransferAnswered { private, .. } if reviews => vec![private.clone()],
        CardAct::Talked { private, .. } if reviews => match private {
            Some(talk) => vec![Some(format!("谈话对象：{}", talk.name)), Some(talk.summary.clone())],
            None => vec![None],
        },
        _ => Vec::new(),
    }
}

fn line<A: ActBody>(catalogue: &Catalogue, n: i64, entry: &Entry<A>, names: bool, detail: String) -> Line {
    let name = entry.person.as_ref().filter(|_| names).map(|person| person.name.as_str());
    Line {
        n,
        id: entry.id,
        kind: entry.bodies().kind,
        at: entry.at,
        who: view::who(catalogue, &entry.by, name),
        ground: entry.act.ground(),
        detail,
        flag: "",
        class: "",
    }
}

/// A clock with what the page says of it.
struct Dial {
    view: ClockView,
    limit: String,
    basis: &'static str,
}

fn dial(name: &'static str, clock: &Clock, basis: &'static str, moment: &Moment) -> Dial {
    Dial { view: ClockView::new(name, clock, moment), limit: clock.limit.to_string(), basis }
}

fn dials(watch: &Watch, moment: &Moment) -> Vec<Dial> {
    let acceptance = watch.acceptance.last().filter(|_| watch.promised.is_none());
    let acceptance = acceptance.map(|a| dial("受理时限", &a.clock, "《行政许可法》第三十二条", moment));
    let promised = watch.promised.as_ref().map(|clock| dial("承诺时限", clock, "本机关公开的承诺", moment));
    let statutory =
        watch.statutory.as_ref().map(|clock| dial("法定时限", clock, "《行政许可法》第四十二条或者本事项的法律", moment));
    [acceptance, promised, statutory].into_iter().flatten().collect()
}

/// One step of a card's course.
pub struct Taken {
    pub line: Line,
    pub words: Vec<Option<String>>,
}

/// One step that the reader may take now.
pub struct Offer {
    pub door: &'static str,
    pub title: &'static str,
    pub button: &'static str,
    pub fields: String,
    /// Beside what is to be done, and seldom.
    pub folded: bool,
}

/// A card with its course, what comes next, and the forms that the reader may send.
pub struct Shown {
    pub card: Card,
    pub rule_name: String,
    pub rule_id: String,
    pub course: Vec<Taken>,
    pub due: Option<NaiveDate>,
    pub late: bool,
    pub appeal_by: Option<NaiveDate>,
    pub offers: Vec<Offer>,
    pub wait: Option<String>,
}

/// What the reader may do on cards of this case: explain and report, appeal, judge; why not, where a policy forbids judging.
pub struct Reader {
    explains: bool,
    appeals: bool,
    reviews: bool,
    forbidden: Option<String>,
    hand: Hand,
}

impl Reader {
    pub fn of(house: &House, person: &Person, resource: &Resource, hand: Hand, supervises: bool) -> Reader {
        let judging = house.may(&person.principal(), Act::ReviewCard, resource, &Circumstance::default());
        Reader {
            explains: view::is_allowed(house, person, Act::ExplainCard, resource),
            appeals: view::is_allowed(house, person, Act::AppealCard, resource),
            reviews: judging.is_ok(),
            forbidden: judging.err().filter(|_| supervises).map(|stop| stop.to_string()),
            hand,
        }
    }
    /// Whether for the agency.
    pub fn answers(&self) -> bool {
        self.explains || self.appeals
    }
}

/// What cards are shown from.
pub struct Given<'a> {
    pub catalogue: &'a Catalogue,
    pub history: &'a [(Option<i64>, Entry<CardAct>)],
    pub rules: &'a book::Names,
    pub reader: &'a Reader,
    /// Whether the reader is told who did it.
    pub names: bool,
    pub kept: &'a Option<Kept>,
}

impl Given<'_> {
    /// Cards with their course, as far as entry `at` of the log where one is named.
    pub fn shown(&self, cards: Vec<Card>, at: Option<i64>, moment: &Moment, lang: Lang) -> Vec<Shown> {
        let blank = Filled::new(lang, Default::default(), Vec::new());
        let through = at.unwrap_or(i64::MAX);
        let shown = cards.into_iter().map(|card| {
            let filled = match self.kept {
                Some(kept) if kept.rule == card.rule => &kept.filled,
                _ => &blank,
            };
            let course = self
                .history
                .iter()
                .filter(|(n, entry)| entry.act.rule() == card.rule && n.is_none_or(|n| n <= through))
                .map(|(n, entry)| Taken {
                    line: line(self.catalogue, n.unwrap_or_default(), entry, self.names, card_detail(&entry.act)),
                    words: private_words(&entry.act, self.reader.reviews),
                })
                .collect();
            let (rule_id, rule_name) = self.rules.of(&card.rule);
            let (offers, wait) = if at.is_none() { offered(&card, filled, self.reader, moment) } else { Default::default() };
            let calendar = &moment.calendar;
            Shown {
                rule_name: rule_name.to_owned(),
                rule_id: rule_id.to_owned(),
                course,
                due: card.due(calendar),
                late: card.due(calendar).is_some_and(|day| moment.date() > day),
                appeal_by: card.appeal_by(calendar).filter(|_| card.may(Step::Appeal, moment).is_ok()),
                offers,
                wait,
                card,
            }
        });
        shown.collect()
    }
}

impl Shown {
    pub fn flag(&self) -> &'static str {
        card::flag(self.card.colour)
    }
    /// What it was issued as, where it has become graver.
    pub fn was(&self) -> Option<&'static str> {
        (self.card.issued_as != self.card.colour).then(|| self.card.issued_as.zh())
    }
}

#[derive(Template)]
#[template(path = "supervision/case.html")]
struct CasePage {
    shell: Shell,
    rail: Rail,
    no: String,
    watch: Watch,
    agency: String,
    item: String,
    region: String,
    dials: Vec<Dial>,
    lines: Vec<Line>,
    case_acts: usize,
    cards: Vec<Shown>,
    /// What was asked for, as it was said.
    at: String,
    as_of: Option<(i64, DateTime<Utc>)>,
    once: Uuid,
    errors: String,
    downloads: [(&'static str, String); 3],
}

/// The fields of the forms on one card; several cards stand on one page.
pub fn field(what: &str, rule: &str) -> String {
    format!("{what}-{rule}")
}

/// A form that came back with errors, or that was kept while its sender signed in again.
pub struct Kept {
    pub rule: String,
    pub filled: Filled,
    pub status: StatusCode,
}

pub async fn get(
    State(house): State<House>,
    shell: Shell,
    catalogue: Catalogue,
    person: SignedIn,
    Path(no): Path<String>,
    Query(wanted): Query<Wanted>,
) -> Result<Response, Stop> {
    draw(&house, shell, &catalogue, &person, &no, &wanted, None).await
}

/// The page, for whoever supervises or may explain a card of this case.
pub async fn draw(
    house: &House,
    shell: Shell,
    catalogue: &Catalogue,
    person: &Person,
    no: &str,
    wanted: &Wanted,
    kept: Option<Kept>,
) -> Result<Response, Stop> {
    let mut conn = house.pool().acquire().await?;
    let supervises = view::is_allowed(house, person, Act::ViewSupervision, &Resource::Site);
    let kind = card::kind(&mut conn, no).await?;
    if kind != "case" {
        drop(conn);
        return about::draw(house, shell, catalogue, person, (&kind, no), kept).await;
    }
    let resource = match view::resource(&mut conn, catalogue, no).await {
        Ok(resource) => resource,
        Err(stop) => {
            // Whether a number exists is nobody's business who may not look.
            view::may_supervise(house, person)?;
            return Err(stop);
        }
    };
    let names = view::is_allowed(house, person, Act::ViewCase, &resource);
    let history = watch::history(&mut conn, no).await?;
    let hand = answer::hand(person.id, history.iter().map(|(_, entry)| entry));
    let reader = Reader::of(house, person, &resource, hand, supervises);
    if !supervises
        && !reader.answers()
        && let Err(stop) = view::may_supervise(house, person)
    {
        drop(conn);
        looking::came_to(house, person, &resource, Opened::Supervision, "", Ground::refused(stop.to_string())).await?;
        return Err(stop);
    }
    let card_history = card::history(&mut conn, no).await?;
    let rail = view::rail(house, &mut conn, &shell).await?;
    let rules = book::names(&mut conn).await?;
    let size = latest_checkpoint(&mut conn).await?.map_or(0, |(size, _)| size as i64);
    drop(conn);
    if names {
        looking::look(house, person, &resource, Opened::Supervision, "").await?;
    }

    let acts: Vec<_> = history
        .iter()
        .map(|(n, entry)| (*n, entry.at))
        .chain(card_history.iter().filter_map(|(n, entry)| Some(((*n)?, entry.at))))
        .collect();
    let at = through(&wanted.at, size, &acts, house.now().at).map_err(Stop::Unreadable)?;
    let through = at.unwrap_or(i64::MAX);
    let watch = watch::fold(&history, through).ok_or(Stop::NotFound("办件"))?;
    let mut lines: Vec<Line> = Vec::new();
    for (n, entry) in history.iter().filter(|(n, _)| *n <= through) {
        lines.push(line(catalogue, *n, entry, names, detail(&entry.act)));
    }
    let case_acts = lines.len();
    for (n, entry) in &card_history {
        let Some(n) = n.filter(|n| *n <= through) else {
            continue;
        };
        let mut line = line(catalogue, n, entry, names, card_detail(&entry.act));
        if let CardAct::Issued { colour, .. } = &entry.act {
            line.flag = card::flag(*colour);
        }
        lines.push(line);
    }
    lines.sort_by_key(|line| std::cmp::Reverse(line.n));
    if let Some(line) = lines.first_mut() {
        line.class = "now";
    }
    let as_of = at.and_then(|at| Some((at, lines.first()?.at)));
    // A clock explained as of then is explained with the calendar of today: what the days were is not forgotten.
    let moment = match as_of {
        Some((_, at)) => Moment::new(at, shell.now.calendar.clone()),
        None => shell.now.clone(),
    };
    let here = |form: &str| address(&format!("/supervision/cases/{no}"), &[("at", &wanted.at), ("as", form)]);
    if let Some(format) = Format::of(wanted.form.as_deref()) {
        return table(no, &lines).download(format, shell.lang);
    }
    let cards = card::fold(&card_history, at);
    let given = Given { catalogue, history: &card_history, rules: &rules, reader: &reader, names, kept: &kept };
    let cards = given.shown(cards, at, &moment, shell.lang);
    let (status, errors) = match &kept {
        Some(kept) => (kept.status, kept.filled.summary()),
        None => (StatusCode::OK, String::new()),
    };
    let page = CasePage {
        rail,
        agency: view::agency_name(catalogue, &watch.agency),
        item: catalogue.item_name(&watch.item, &shell.lang),
        region: catalogue.region_name(&watch.region),
        dials: dials(&watch, &moment),
        lines,
        case_acts,
        cards,
        as_of,
        at: wanted.at.clone(),
        once: Uuid::now_v7(),
        no: no.to_owned(),
        errors,
        downloads: [("CSV", here("csv")), ("XLSX", here("xlsx")), ("JSON", here("json"))],
        watch,
        shell,
    };
    page::render_status(&page.shell, status, &page)
}

/// The steps that the reader may take on a card, and why not the one that waits for supervision.
fn offered(card: &Card, filled: &Filled, reader: &Reader, moment: &Moment) -> (Vec<Offer>, Option<String>) {
    let rule = card.rule.as_str();
    let unit = |step| card.may(step, moment);
    let desk = |step| card.may(step, moment).and_then(|()| card.may_by(step, &reader.hand));
    let sent_back = card.rectification.as_ref().is_some_and(|right| right.sent_back);
    let offer = |door, title, button, fields| Offer { door, title, button, fields, folded: false };
    let folded = |offer: Offer| Offer { folded: true, ..offer };
    let mut offers = Vec::new();
    if reader.explains && unit(Step::Explain).is_ok() {
        offers.push(offer("explain", "说明情况", "交情况说明", explain::form(filled, rule)));
    }
    if reader.explains && unit(Step::Report).is_ok() {
        offers.push(offer("report", "报整改", "报整改结果", report::form(filled, rule)));
    }
    if reader.appeals && unit(Step::Appeal).is_ok() {
        offers.push(folded(offer("appeal", "申诉", "提出申诉", appeal::form(filled, rule))));
    }
    if !reader.reviews {
        let waits = card.progress.turn() == Some(Turn::Desk);
        return (offers, reader.forbidden.clone().filter(|_| waits));
    }
    // What waits for supervision, and beside it what may be done without waiting.
    let (step, main) = match card.progress {
        Progress::Told | Progress::Issued | Progress::Unanswered | Progress::Explained => {
            (Step::Uphold, offer("review", "复核", "作出复核结论", review::form(filled, rule)))
        }
        Progress::Proposed => (Step::Confirm, offer("confirm", "确认撤销", "交对提议的意见", confirm::form(filled, rule))),
        Progress::Appealed => (Step::Decide, offer("decide-appeal", "决定申诉", "作出决定", appealed::form(filled, rule))),
        Progress::Rectified => (Step::Accept, offer("accept", "验收整改", "交验收结论", accept::form(filled, rule, sent_back))),
        Progress::Accountable => (Step::Transfer, offer("transfer", "移送", "登记移送", transfer::form(filled, rule))),
        Progress::Transferred => {
            (Step::Answer, offer("transfer-answer", "答复", "登记答复", transfer::answer_form(filled, rule)))
        }
        Progress::Rectifying => {
            (Step::Reconsider, folded(offer("review", "提议撤销", "提议撤销这张牌", review::propose_form(filled, rule))))
        }
        Progress::Upheld | Progress::Closed | Progress::Withdrawn => return (offers, None),
    };
    let may = desk(step);
    // What need not be done waits for nobody.
    let waits = card.progress == Progress::Issued || card.progress.turn() == Some(Turn::Desk);
    let wait = may.clone().err().filter(|_| waits).map(|no| no.to_string());
    if desk(Step::Talk).is_ok() {
        offers.push(folded(offer("talk", "诫勉谈话", "登记诫勉谈话", talk::form(filled, rule))));
    }
    if may.is_ok() {
        offers.push(main);
    }
    (offers, wait)
}

fn table(no: &str, lines: &[Line]) -> Table {
    let local = |at: DateTime<Utc>| {
        let at = at.with_timezone(&calendar::SHANGHAI);
        at.format("%Y-%m-%d %H:%M:%S").to_string()
    };
    Table {
        name: format!("办件-{no}"),
        columns: vec![
            ("n", "日志条目"),
            ("id", "行为标识"),
            ("kind", "行为"),
            ("name", "名称"),
            ("at", "时间"),
            ("who", "经办"),
            ("ground", "依据"),
            ("detail", "内容"),
        ],
        rows: lines
            .iter()
            .map(|line| {
                vec![
                    line.n.into(),
                    line.id.to_string().into(),
                    line.kind.clone().into(),
                    line.name().into(),
                    local(line.at).into(),
                    line.who.clone().into(),
                    Cell::from(line.ground.clone()),
                    line.detail.clone().into(),
                ]
            })
            .collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f136_a_case_is_shown_as_of_an_entry_a_day_or_a_moment_and_never_beyond_the_record() {
        let at = |text: &str| DateTime::parse_from_rfc3339(text).unwrap().to_utc();
        let acts =
            [(3, at("2026-11-02T10:00:00+08:00")), (7, at("2026-11-02T15:00:00+08:00")), (9, at("2026-11-05T09:00:00+08:00"))];
        let shown = |said: &str| through(said, 12, &acts, at("2026-11-28T12:00:00+08:00"));
        assert_eq!(shown(""), Ok(None));
        for (said, n) in [
            ("5", 5),
            ("11", 11),
            ("2026-11-02", 7),
            ("2026-11-02 14:59", 3),
            ("2026-11-02T15:00:00", 7),
            ("２０２６-11-04", 7),
            ("2026-11-28", 9),
        ] {
            assert_eq!(shown(said), Ok(Some(n)), "{said}");
        }
        for (said, why) in [
            ("12", "记录到第 11 条为止"),
            ("99999999999999999999", "记录到第 11 条为止"),
            ("2026-11-01", "那时还没有"),
            ("2026-11-29", "还没有到"),
            ("2026-02-30", "请写日志条目的编号"),
            ("2026-11-02 25:00", "请写日志条目的编号"),
            ("yesterday", "请写日志条目的编号"),
        ] {
            assert!(shown(said).unwrap_err().contains(why), "{said}: {:?}", shown(said));
        }
    }
}
