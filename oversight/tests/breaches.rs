//! 二十五种违规 · five weeks of ordinary cases with 25 different breaches among them (C3.3): each is found in its second, with its rule, its grade
//! and the acts that prove it, and nothing else is.

use acts::*;
use calendar::{Clock, Limit, NaiveDate};
use chrono::{DateTime, Utc};
use foundation::{record, work};
use std::collections::{BTreeMap, BTreeSet};
use testing::{AGENCY, Client, ITEM, OK, Town, at, waits};
use uuid::Uuid;

const CHEQUE: &str = "qingyang-civil-affairs";

/// What happens at a moment.
enum Told {
    Case(String, Box<CaseAct>),
    /// As the agency.
    Decided(String, DiscretionAct),
    Asked(String, RequestAct),
    /// Somebody complains, by the form; the text tells it from the others.
    Complains(&'static str),
    /// The desk answers that complaint.
    Answers(&'static str),
}

/// March of 2026, by day and hour; nothing in it is a holiday, and the first Monday is the 2nd.
fn on(day: u32, hour: &str) -> String {
    format!("2026-03-{day:02} {hour}")
}

fn date(day: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 3, day).unwrap()
}

#[derive(Default)]
struct Year {
    told: BTreeMap<(DateTime<Utc>, usize), Told>,
}

impl Year {
    fn tell(&mut self, when: &str, told: Told) {
        self.told.insert((at(when), self.told.len()), told);
    }
    fn case(&mut self, no: &str, when: &str, act: CaseAct) {
        self.tell(when, Told::Case(no.into(), Box::new(act)));
    }
    /// An application received on that day.
    fn received(&mut self, no: &str, when: &str, received: NaiveDate) {
        let act = CaseAct::Submitted {
            item: ITEM.into(),
            agency: AGENCY.into(),
            region: "341524".into(),
            channel: Channel::Online,
            versions: testing::catalogue().item(ITEM).unwrap().versions(),
            acceptance: Clock::start(received, Limit::working_days(5)),
            moved: waits("check_acceptance", 1),
            queued: None,
            about: None,
            private: None,
        };
        self.case(no, when, act);
    }
    fn submitted(&mut self, no: &str, day: u32) {
        self.received(no, &on(day, "09:00"), date(day));
    }
    /// Promised 8 and by law 10 working days.
    fn accepted(&mut self, no: &str, day: u32) {
        self.submitted(no, day);
        self.case(no, &on(day, "10:00"), accepts(day, 8, 10));
    }
    fn surveyed(&mut self, no: &str, day: u32) {
        let act = CaseAct::Surveyed { staff: 2, passed: None, moved: waits("examine", 3), private: None };
        self.case(no, &on(day, "11:00"), act);
    }
    fn examined(&mut self, no: &str, day: u32) {
        let act = CaseAct::Examined { outcome: "proposed".into(), moved: waits("decide", 4), private: None };
        self.case(no, &on(day, "15:00"), act);
    }
    fn granted(&mut self, no: &str, day: u32, decided: NaiveDate) {
        let act = CaseAct::Granted {
            on: decided,
            certificate_no: None,
            valid_from: None,
            valid_to: None,
            went_back: Some(false),
            asks: None,
            moved: waits("deliver", 5),
            private: None,
        };
        self.case(no, &on(day, "16:00"), act);
    }
    fn delivered(&mut self, no: &str, day: u32) {
        let act = CaseAct::Delivered { way: "account".into(), on: None, moved: waits("", 6), private: None };
        self.case(no, &on(day, "17:00"), act);
    }
    /// Surveyed, examined, granted and delivered, on two days.
    fn ends(&mut self, no: &str, day: u32) {
        self.surveyed(no, day);
        self.examined(no, day);
        self.granted(no, day, date(day));
        self.delivered(no, day);
    }
    fn paused(&mut self, no: &str, (day, hour): (u32, &str), ground: &str, told_days: u32, from: NaiveDate) {
        let act = CaseAct::ClockPaused {
            ground: ground.into(),
            basis: "《行政许可法》第四十五条".into(),
            told_days,
            from,
            pauses_promise: true,
            hearing: None,
            moved: waits("", 7),
        };
        self.case(no, &on(day, hour), act);
    }
    fn resumed(&mut self, no: &str, (day, hour): (u32, &str), ground: &str, to: NaiveDate) {
        let act = CaseAct::ClockResumed { ground: ground.into(), to, done: true, moved: waits("survey", 8), private: None };
        self.case(no, &on(day, hour), act);
    }
    fn decided(&mut self, no: &str, day: u32, decided_on: u32, amount: &str, way: Option<DeviationWay>) {
        let inside = ("50000"..="65000").contains(&amount);
        let ruling = Ruling {
            standard: "food".into(),
            version: 1,
            table: "hash".into(),
            document: no.into(),
            facts: Default::default(),
            tier: "一般".into(),
            least: Some("50000".into()),
            most: Some("65000".into()),
            amount: Some(amount.into()),
            unit: "元".into(),
            violation_ended: date(1),
            found_on: date(1),
            harm: false,
            unpunished: None,
            mitigated: None,
            way,
            reason: way.map(|_| "集体讨论".into()).unwrap_or_default(),
        };
        let act = DiscretionAct::Applied { ruling, decided_on: date(decided_on), inside, paper: None, private: None };
        self.tell(&on(day, "14:00"), Told::Decided(no.into(), act));
    }
    fn asked(&mut self, no: &str, when: &str, act: RequestAct) {
        self.tell(when, Told::Asked(no.into(), act));
    }
    fn requested(&mut self, no: &str, day: u32) {
        let act = RequestAct::Requested {
            way: RequestWay::InPerson,
            agency: AGENCY.into(),
            received: Some(date(day)),
            centre: None,
            private: None,
        };
        self.asked(no, &on(day, "09:30"), act);
    }
}

fn accepts(day: u32, promised: u32, statutory: u32) -> CaseAct {
    let on = date(day);
    CaseAct::Accepted {
        received: on,
        promised: Clock::start(on, Limit::working_days(promised)),
        statutory: Clock::start(on, Limit::working_days(statutory)),
        moved: waits("survey", 2),
    }
}

/// Lawful work, every way of it close to what a rule looks for.
fn ordinary(year: &mut Year) {
    for nth in 0..40 {
        let (no, day) = (format!("ordinary-{nth:02}"), 2 + 7 * (nth % 3) + nth % 2);
        year.accepted(&no, day);
        match nth % 8 {
            // One notice of correction, a pause as told, an extension in time, a warning's day before.
            0 => {
                year.paused(&no, (day + 1, "10:00"), "检验", 3, date(day + 1));
                year.resumed(&no, (day + 3, "10:00"), "检验", date(day + 3));
                year.ends(&no, day + 3);
            }
            1 => {
                let act = CaseAct::Extended {
                    added: Limit::working_days(5),
                    on: date(day + 1),
                    approver: "局长".into(),
                    reason: String::new(),
                    private: None,
                };
                year.case(&no, &on(day + 1, "10:00"), act);
                year.ends(&no, day + 2);
            }
            2 => {
                year.ends(&no, day + 2);
                year.case(&no, &on(day + 3, "10:00"), rated(2, false));
            }
            _ => year.ends(&no, day + 2),
        }
    }
    year.decided("金市监罚〔2026〕1号", 4, 3, "60000", None);
    year.decided("金市监罚〔2026〕2号", 5, 3, "20000", Some(DeviationWay::Collective));
    year.requested("request-ordinary", 2);
    let answer =
        RequestAct::Answered { outcome: RequestOutcome::Disclosed, public_interest: None, grounds: Vec::new(), private: None };
    year.asked("request-ordinary", &on(20, "10:00"), answer);
    year.tell(&on(3, "09:10"), Told::Complains("照片传不上去"));
    year.tell(&on(5, "09:10"), Told::Answers("照片传不上去"));
}

fn rated(grade: u8, named: bool) -> CaseAct {
    CaseAct::Rated { grade, channel: RatingChannel::Account, named, private: None }
}

/// A card as it is expected: what it is about, rule, grade, its instant, and the kinds of the acts that prove it.
type Card = (String, String, String, DateTime<Utc>, Vec<String>);

struct Seeds {
    year: Year,
    cards: Vec<Card>,
    breaches: BTreeSet<usize>,
}

impl Seeds {
    /// Breach `nth` of the 25.
    fn breach(&mut self, nth: usize, no: &str, rule: &str, grade: &str, when: &str, evidence: &[&str]) {
        assert!(self.breaches.insert(nth), "{nth} is there");
        self.follows(no, rule, grade, when, evidence);
    }
    /// What the law makes of the same facts beside it: a warning before a late case, a step that was late in it.
    fn follows(&mut self, no: &str, rule: &str, grade: &str, when: &str, evidence: &[&str]) {
        let evidence = evidence.iter().map(|kind| (*kind).to_owned()).collect();
        self.cards.push((no.into(), rule.into(), grade.into(), at(when), evidence));
    }
}

fn seeds(year: Year) -> Seeds {
    let mut s = Seeds { year, cards: Vec::new(), breaches: BTreeSet::new() };
    let (submitted, accepted, surveyed) = ("case.submitted", "case.accepted", "case.surveyed");

    // 1 · five working days without a word; the step of one day was late before.
    s.year.submitted("b01", 2);
    s.year.case("b01", &on(10, "10:00"), CaseAct::Withdrawn { moved: waits("", 9) });
    s.follows("b01", "C3.3-02", "warning", &on(4, "00:00"), &[submitted]);
    s.breach(1, "b01", "C3.3-04", "yellow", &on(10, "00:00"), &[submitted]);

    // 2 · a second notice of correction.
    let correction = || CaseAct::CorrectionRequested { count: 1, until: None, moved: waits("", 9), private: None };
    s.year.submitted("b02", 2);
    s.year.case("b02", &on(2, "10:00"), correction());
    let acceptance = Clock::start(date(4), Limit::working_days(5));
    let supplemented = CaseAct::Supplemented { acceptance, moved: waits("check_acceptance", 10), private: None };
    s.year.case("b02", &on(4, "10:00"), supplemented);
    s.year.case("b02", &on(4, "15:00"), correction());
    s.breach(2, "b02", "C3.3-04", "yellow", &on(4, "15:00"), &["case.correction_requested", "case.correction_requested"]);

    // 3 · not accepted, and no article named.
    s.year.submitted("b03", 3);
    let refused = CaseAct::AcceptanceRefused { basis: String::new(), competent_agency: None, moved: waits("", 9), private: None };
    s.year.case("b03", &on(3, "11:00"), refused);
    s.breach(3, "b03", "C3.3-04", "yellow", &on(3, "11:00"), &["case.acceptance_refused"]);

    // 4 · refused, and no article named.
    s.year.accepted("b04", 3);
    s.year.surveyed("b04", 4);
    s.year.examined("b04", 4);
    let denied =
        CaseAct::Denied { on: date(5), basis: String::new(), went_back: Some(false), moved: waits("deliver", 5), private: None };
    s.year.case("b04", &on(5, "10:00"), denied);
    s.year.delivered("b04", 5);
    s.breach(4, "b04", "C3.3-04", "yellow", &on(5, "10:00"), &["case.denied"]);

    // 5, 6 · a step beyond its limit while the whole holds, and a second one.
    s.year.accepted("b05", 2);
    s.year.surveyed("b05", 6);
    s.year.examined("b05", 11);
    s.year.granted("b05", 11, date(11));
    s.year.delivered("b05", 11);
    s.follows("b05", "C3.3-01", "warning", &on(11, "00:00"), &[accepted]);
    s.breach(5, "b05", "C3.3-02", "warning", &on(6, "00:00"), &[accepted]);
    s.breach(6, "b05", "C3.3-02-2", "yellow", &on(11, "00:00"), &[surveyed]);

    // 7, 8 · beyond the promise, and beyond the law; the warning comes a day before, the step was late.
    s.year.accepted("b07", 2);
    s.year.surveyed("b07", 4);
    s.year.examined("b07", 5);
    s.year.granted("b07", 17, date(17));
    s.year.delivered("b07", 17);
    s.follows("b07", "C3.3-02", "warning", &on(10, "00:00"), &["case.examined"]);
    s.follows("b07", "C3.3-01", "warning", &on(11, "00:00"), &[accepted]);
    s.breach(7, "b07", "C3.3-03", "yellow", &on(13, "00:00"), &[accepted]);
    s.breach(8, "b07", "C3.3-05", "red", &on(17, "00:00"), &[accepted]);

    // 9 · paused on a ground that the law does not have.
    s.year.accepted("b09", 2);
    s.year.paused("b09", (3, "10:00"), "公示", 3, date(3));
    s.year.resumed("b09", (5, "10:00"), "公示", date(5));
    s.year.ends("b09", 6);
    s.breach(9, "b09", "C3.3-06", "yellow", &on(3, "10:00"), &["case.clock_paused"]);

    // 10, 11 · paused longer than told, and again for the same.
    s.year.accepted("b10", 2);
    s.year.paused("b10", (3, "10:00"), "检测", 2, date(3));
    s.year.resumed("b10", (9, "10:00"), "检测", date(9));
    s.year.paused("b10", (10, "10:00"), "检测", 3, date(10));
    s.year.resumed("b10", (12, "10:00"), "检测", date(12));
    s.year.ends("b10", 12);
    s.breach(10, "b10", "C3.3-06", "yellow", &on(6, "00:00"), &["case.clock_paused"]);
    s.breach(11, "b10", "C3.3-12", "warning", &on(10, "10:00"), &["case.clock_paused", "case.clock_paused"]);

    // 12 · a renewal that was not decided before the certificate ended.
    s.year.accepted("b12", 2);
    s.year.surveyed("b12", 4);
    s.year.examined("b12", 5);
    let renewed = CaseAct::DeemedRenewed {
        on: date(7),
        certificate_no: "1".into(),
        valid_from: date(7),
        valid_to: None,
        moved: waits("", 9),
        private: None,
    };
    s.year.case("b12", &on(7, "00:00"), renewed);
    s.breach(12, "b12", "C3.3-13", "yellow", &on(7, "00:00"), &[submitted, "case.deemed_renewed"]);

    // 13 · extended when the limit of the law was over.
    s.year.accepted("b13", 2);
    s.year.surveyed("b13", 4);
    s.year.examined("b13", 5);
    let extended = CaseAct::Extended {
        added: Limit::working_days(10),
        on: date(17),
        approver: "局长".into(),
        reason: String::new(),
        private: None,
    };
    s.year.case("b13", &on(17, "10:00"), extended);
    s.year.granted("b13", 18, date(18));
    s.year.delivered("b13", 18);
    s.follows("b13", "C3.3-02", "warning", &on(10, "00:00"), &["case.examined"]);
    s.follows("b13", "C3.3-01", "warning", &on(11, "00:00"), &[accepted]);
    s.follows("b13", "C3.3-03", "yellow", &on(13, "00:00"), &[accepted]);
    s.follows("b13", "C3.3-05", "red", &on(17, "00:00"), &[accepted]);
    s.breach(13, "b13", "C3.3-14", "yellow", &on(17, "10:00"), &["case.extended"]);

    // 14, 15 · written down three working days afterwards, and once more in the same case.
    s.year.accepted("b14", 2);
    s.year.surveyed("b14", 4);
    s.year.paused("b14", (6, "10:00"), "鉴定", 10, date(3));
    s.year.resumed("b14", (13, "10:00"), "鉴定", date(10));
    s.year.ends("b14", 16);
    s.breach(14, "b14", "C3.3-15", "warning", &on(6, "10:00"), &["case.clock_paused"]);
    s.breach(15, "b14", "C3.3-15-2", "yellow", &on(13, "10:00"), &["case.clock_resumed"]);

    // 16 · granted, and never handed over.
    s.year.accepted("b16", 2);
    s.year.surveyed("b16", 3);
    s.year.examined("b16", 3);
    s.year.granted("b16", 4, date(4));
    s.follows("b16", "C3.3-02", "warning", &on(12, "00:00"), &["case.granted"]);
    s.breach(16, "b16", "C3.3-16", "yellow", &on(19, "00:00"), &["case.granted"]);

    // 17 · a penalty above its tier, approved by nobody.
    s.year.decided("金市监罚〔2026〕9号", 4, 4, "80000", None);
    s.breach(17, "金市监罚〔2026〕9号", "C3.3-25", "yellow", &on(4, "14:00"), &["discretion.applied"]);

    // 18 · a penalty that nobody could read for eight working days.
    s.year.decided("金市监罚〔2026〕10号", 13, 3, "60000", None);
    s.breach(18, "金市监罚〔2026〕10号", "C3.3-32", "yellow", &on(13, "14:00"), &["discretion.applied"]);

    // 19 · a complaint without an answer on its tenth working day.
    s.year.tell(&on(2, "09:20"), Told::Complains("跑了三趟没人管"));
    s.breach(19, "跑了三趟没人管", "C3.3-26", "yellow", &on(17, "00:00"), &["complaint.filed", "complaint.overdue"]);

    // 20 · a bad rating, named: nobody called back, and nothing was mended.
    s.year.accepted("b20", 2);
    s.year.ends("b20", 4);
    s.year.case("b20", &on(5, "10:00"), rated(5, true));
    s.breach(20, "order", "C3.3-27", "yellow", &on(7, "00:00"), &["rating_order.opened", "rating_order.overdue"]);
    s.follows("order", "C3.3-27-2", "yellow", &on(13, "00:00"), &["rating_order.opened", "rating_order.overdue"]);

    // 21 · a request for information without an answer on its twentieth working day.
    s.year.requested("request-late", 2);
    s.year.asked("request-late", &on(31, "00:00"), RequestAct::Overdue { due: date(30) });
    s.breach(21, "request-late", "C3.3-28", "yellow", &on(31, "00:00"), &["request.requested", "request.overdue"]);

    // 22 · granted without an examination.
    s.year.accepted("b22", 2);
    s.year.surveyed("b22", 3);
    s.year.granted("b22", 4, date(4));
    s.year.delivered("b22", 4);
    s.breach(22, "b22", "C3.3-29", "red", &on(4, "16:00"), &["case.granted"]);

    // 23 · a charge where the matter has none, and it was paid as billed.
    s.year.accepted("b23", 2);
    s.year.ends("b23", 4);
    let line = BillLine {
        name: "资料费".into(), standard: "每件 20 元".into(), basis: "内部规定".into(), amount: Money(2000)
    };
    s.year.case("b23", &on(4, "16:30"), CaseAct::Billed { bill: Bill { lines: vec![line], total: Money(2000) } });
    let paid = |amount| CaseAct::Paid { amount, way: PaidWay::Cash, surplus: false, private: None };
    s.year.case("b23", &on(4, "16:40"), paid(Money(2000)));
    s.breach(23, "b23", "C3.3-30", "red", &on(4, "16:30"), &["case.billed"]);

    // 24 · handled outside: received the day before it was registered.
    s.year.received("b24", &on(12, "09:00"), date(11));
    s.year.case("b24", &on(12, "10:00"), accepts(12, 8, 10));
    s.year.ends("b24", 13);
    s.breach(24, "b24", "C3.3-31", "red", &on(12, "09:00"), &[submitted]);

    // 25 · the township's first review went up late; so was the step.
    let item = "subsistence-allowance";
    let moved = CaseAct::Submitted {
        item: item.into(),
        agency: CHEQUE.into(),
        region: "341723".into(),
        channel: Channel::Counter,
        versions: testing::catalogue().item(item).unwrap().versions(),
        acceptance: Clock::start(date(2), Limit::working_days(5)),
        moved: waits("check_acceptance", 1),
        queued: None,
        about: None,
        private: None,
    };
    s.year.case("b25", &on(2, "09:00"), moved);
    s.year.case("b25", &on(2, "10:00"), accepts(2, 30, 40));
    s.year.surveyed("b25", 23);
    s.year.ends_up("b25", 24);
    s.follows("b25", "C3.3-02", "warning", &on(21, "00:00"), &[accepted]);
    s.breach(25, "b25", "C3.3-33", "yellow", &on(21, "00:00"), &[accepted]);
    s
}

impl Year {
    fn ends_up(&mut self, no: &str, day: u32) {
        self.examined(no, day);
        self.granted(no, day, date(day));
        self.delivered(no, day);
    }
}

async fn town() -> Town {
    let town = Town::of(&on(1, "09:00"), oversight::routes(), |catalogue, parts| {
        parts.consumers = oversight::consumers(catalogue);
        parts.workers = oversight::workers(catalogue);
    })
    .await;
    town.employ("sun", "孙某", "supervisor", None).await;
    town.employ("market", "田野", "liaison", Some(AGENCY)).await;
    town.employ("chief", "周正", "chief_representative", Some(AGENCY)).await;
    town.employ("other", "吴某", "chief_representative", Some("hefei-hrss")).await;
    town
}

async fn posts(client: &Client, path: &str, fields: &[(&str, &str)]) -> testing::Page {
    let once = Uuid::now_v7().to_string();
    client.post(path, &[fields, &[("once", once.as_str())]].concat()).await
}

async fn records<A: ActBody>(town: &Town, no: &str, when: DateTime<Utc>, by: Actor, act: A) {
    let mut tx = town.pool().begin().await.unwrap();
    let entry = record::entry(Subject { kind: A::SUBJECT.into(), no: no.into() }, when, by, None, act);
    record::record(&mut tx, &[entry]).await.unwrap();
    tx.commit().await.unwrap();
}

/// Tells all of it in its order; whatever falls due between two moments happens in its second. The numbers of complaints, by their text.
async fn happens(town: &Town, year: Year, until: &str) -> BTreeMap<String, &'static str> {
    let mut complaints = BTreeMap::new();
    let mut last = at(&on(1, "09:00"));
    let desk = Actor { role: "officer".into(), agency: Some(AGENCY.into()), post: None };
    for ((when, _), told) in year.told {
        work::relive(town.house(), last, when).await.unwrap();
        last = when;
        let local = when.with_timezone(&calendar::SHANGHAI).format("%Y-%m-%d %H:%M").to_string();
        match told {
            Told::Case(no, act) => records(town, &no, when, Actor::system(), *act).await,
            Told::Decided(no, act) => records(town, &no, when, desk.clone(), act).await,
            Told::Asked(no, act) => records(town, &no, when, Actor::system(), act).await,
            Told::Complains(text) => {
                town.becomes(&local).await;
                let fields =
                    [("kind", "help"), ("agency", AGENCY), ("text", text), ("name", "李小四"), ("contact", "13800138000")];
                let page = posts(&town.nobody(), "/complaints/new", &fields).await.is(303).location();
                complaints.insert(page.split('/').nth(2).unwrap().to_owned(), text);
            }
            Told::Answers(text) => {
                town.becomes(&local).await;
                let no = complaints.iter().find(|(_, said)| **said == text).unwrap().0.clone();
                let answer = [
                    ("outcome", "done"),
                    ("answer", "已经办好，见短信。"),
                    ("public_asked", "照片传不上去怎么办？"),
                    ("public_answered", "已改为可传大照片。"),
                ];
                let market = town.sign_in("market").await;
                posts(&market, &format!("/complaints/desk/{no}/answer"), &answer).await.is(303);
            }
        }
        work::relive(town.house(), when, when).await.unwrap();
    }
    work::relive(town.house(), last, at(until)).await.unwrap();
    complaints
}

/// The same as it is stored, with the kind of what it is about before it.
type Row = (String, String, String, String, DateTime<Utc>, Vec<String>);

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_twenty_five_breaches_are_each_found_in_their_second_and_nothing_else_is() {
    let town = town().await;
    let mut year = Year::default();
    ordinary(&mut year);
    let Seeds { year, cards: mut expected, breaches } = seeds(year);
    assert_eq!(breaches, (1..=25).collect());
    let complaints = happens(&town, year, &on(31, "12:00")).await;

    let rows: Vec<Row> = sqlx::query_as(
        "select c.kind, c.case_no, c.rule, a.public_body::jsonb ->> 'colour', c.issued_at,
                (select array_agg(p.kind order by e.n)
                   from jsonb_array_elements_text(c.evidence) as n
                   join log_entries e on e.n = n.value::bigint
                   join acts p on p.position = e.position)
           from cards c
           join acts a on a.position = c.position",
    )
    .fetch_all(town.pool())
    .await
    .unwrap();
    let called = |kind: &str, no: String| match kind {
        "complaint" => complaints[&no].to_owned(),
        "rating_order" => "order".to_owned(),
        _ => no,
    };
    let mut found: Vec<Card> =
        rows.into_iter().map(|(kind, no, rule, grade, when, e)| (called(&kind, no), rule, grade, when, e)).collect();
    found.sort();
    expected.sort();
    let told = |cards: &[Card]| cards.iter().map(|card| format!("{card:?}")).collect::<Vec<_>>().join("\n");
    assert_eq!(told(&found), told(&expected));
    // Every rule that the house brings has found something.
    let rules: BTreeSet<&str> = found.iter().map(|(_, rule, ..)| &rule[..7]).collect();
    assert_eq!(rules.len(), oversight::supervision::rules::SHIPPED.len());
}

#[tokio::test(flavor = "multi_thread")]
async fn c3_3_26_a_card_about_a_complaint_names_its_number_and_runs_its_course() {
    let town = town().await;
    let mut year = Year::default();
    year.tell(&on(2, "09:20"), Told::Complains("跑了三趟没人管"));
    let complaints = happens(&town, year, &on(17, "08:00")).await;
    let no = complaints.keys().next().unwrap();
    town.becomes(&on(17, "09:00")).await;
    let page = format!("/supervision/cases/{no}");
    let supervisor = town.sign_in("sun").await;
    supervisor.get("/supervision/cards").await.is(OK).has("诉求逾期没有办").has(&page).has_not("李小四");
    supervisor.get(&page).await.is(OK).has("诉求2026年3月2日收到").has(&format!("/complaints/{no}")).has_not("李小四");
    town.nobody().get(&page).await.is(303);
    town.sign_in("other").await.get(&page).await.is(403);
    // Counted anew from the first act, it gets no second card.
    let cards = async || -> i64 { sqlx::query_scalar("select count(*) from cards").fetch_one(town.pool()).await.unwrap() };
    assert_eq!(cards().await, 1);
    let consumer = &oversight::consumers(testing::catalogue())[0];
    foundation::feed::rebuild(town.pool(), consumer.as_ref(), town.house().time()).await.unwrap();
    town.settle().await;
    assert_eq!(cards().await, 1);

    let chief = town.sign_in("chief").await;
    let card = format!("{page}/cards/C3.3-26");
    chief.get(&page).await.is(OK).has("情况说明");
    let said = [("explanation-C3.3-26", "经办人外出培训，未及时交接。")];
    posts(&town.sign_in("other").await, &format!("{card}/explain"), &said).await.is(403);
    posts(&chief, &format!("{card}/explain"), &said).await.is(303);
    supervisor.get(&page).await.is(OK).has("经办人外出培训").has("作出复核结论");
}
