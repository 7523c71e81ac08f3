//! 演示 · a year of cases made through the same `decide` and `apply` as real ones: nothing here writes state by another door.

use crate::cases::applicant::ApplicantAct;
use crate::cases::case::{self, Case, Chosen};
use crate::cases::correct::{Correct, USUAL_DAYS};
use crate::cases::countersign::Countersign;
use crate::cases::deliver::Deliver;
use crate::cases::deny::Deny;
use crate::cases::discuss::Discuss;
use crate::cases::examine::Examine;
use crate::cases::grant::Grant;
use crate::cases::hearing::Hear;
use crate::cases::intermediaries::{self, Chosen as Institution, Engage, HandIn, Side};
use crate::cases::mail::MailIt;
use crate::cases::officer::OfficerAct;
use crate::cases::pause::Pause;
use crate::cases::refuse::Refuse;
use crate::cases::resume::Resume;
use crate::cases::run::{By, No, run};
use crate::cases::submit::{self, Application};
use crate::cases::survey::Survey;
use crate::cases::{accept, deemed, payout, rate, supplement, withdraw};
use crate::fees;
use acts::{Address, Channel, Choice, Handed, Hearing, Mail, Missing, Money, PaidWay, Party, Payer, Supplement};
use authority::{Act, Circumstance};
use catalogue::intermediaries as register;
use catalogue::intermediaries::law::b3_2_01_may_be_engaged;
use catalogue::{Catalogue, Item, JointWay, MaterialSource, SpecialProcedure};
use chrono::{DateTime, Duration, NaiveDate, Timelike, Utc};
use crew::{Staff, staff};
use forms::{Decimal, Field, Kind};
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop, integrity};
use serde_json::{Map, Value};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::sync::Arc;
use uuid::Uuid;

pub mod agents;
pub mod asked;
pub mod certificates;
mod crew;
pub use crew::{Colleague, colleagues, enter};

/// A small generator of our own: the demonstration is the same on every machine.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
    fn below(&mut self, n: u64) -> u64 {
        self.next() % n
    }
    fn chance(&mut self, percent: u64) -> bool {
        self.below(100) < percent
    }
    fn pick<'a, T>(&mut self, from: &'a [T]) -> &'a T {
        &from[self.below(from.len() as u64) as usize]
    }
}

/// What those write who are not satisfied.
const SAID: [&str; 6] = [
    "排队一个多小时，叫到以后才说还差一张复印件。",
    "电话打了三次没有人接，只好又跑一趟。",
    "说好五天，第七天才办好，没有人告诉我为什么。",
    "窗口说话很冲，问两句就不耐烦。",
    "网上填好的，到窗口又让我重填一遍。",
    "材料写的是一份，到了要两份。",
];
const SURNAMES: [&str; 20] =
    ["王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗"];
const GIVEN: [&str; 20] = [
    "建国", "秀英", "敏", "静", "伟", "芳", "磊", "娟", "强", "洋", "艳", "勇", "军", "杰", "丽", "涛", "明", "霞", "平", "桂兰",
];
const TRADES: [&str; 10] = ["茶业", "食品", "粮油", "豆制品", "糕点", "山货", "米业", "蜂业", "酒业", "调味品"];
const PLACES: [&str; 10] = ["大别山", "燕子河", "梅山", "天堂寨", "史河", "响洪甸", "青山", "南溪", "汤家汇", "斑竹园"];

/// A constructed resident number with a right check digit; birth years are real ones, sequences are not issued.
pub fn resident_id(region: &str, born: NaiveDate, sequence: u32) -> String {
    let body = format!("{region}{}{sequence:03}", born.format("%Y%m%d"));
    const WEIGHTS: [u32; 17] = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.bytes().zip(WEIGHTS).map(|(b, w)| u32::from(b - b'0') * w).sum();
    format!("{body}{}", b"10X98765432"[(sum % 11) as usize] as char)
}

/// The counties of Lu'an and its neighbours, whose people have no number of anybody else's: a thousand sequences each.
const COUNTIES: [&str; 50] = [
    "341524", "341502", "341503", "341504", "341522", "341523", "341525", "340102", "340103", "340104", "340111", "340121",
    "340122", "340123", "340124", "340181", "340202", "340203", "340207", "340208", "340221", "340222", "340223", "340225",
    "340302", "340303", "340304", "340311", "340321", "340322", "340323", "340402", "340403", "340404", "340405", "340406",
    "340421", "340422", "340503", "340504", "340506", "340521", "340522", "340523", "340602", "340603", "340604", "340621",
    "340705", "340706",
];

/// A constructed credit code with right check characters (X4-01, X4-02).
pub fn uscc(region: &str, serial: u32) -> String {
    let organisation = format!("{serial:08}");
    let sum: u32 = organisation.bytes().zip([3u32, 7, 9, 10, 5, 8, 4, 2]).map(|(b, w)| u32::from(b - b'0') * w).sum();
    let check = match 11 - sum % 11 {
        10 => 'X',
        11 => '0',
        n => (b'0' + n as u8) as char,
    };
    let body = format!("91{region}{organisation}{check}");
    const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
    let mut weight = 1usize;
    let mut total = 0usize;
    for b in body.bytes() {
        total += ALPHABET.iter().position(|a| *a == b).unwrap_or(0) * weight;
        weight = weight * 3 % 31;
    }
    format!("{body}{}", ALPHABET[(31 - total % 31) % 31] as char)
}

/// Colleagues of nobody one can be, who go out to survey.
const SURVEYORS: [&str; 2] = ["马超", "唐宁"];

/// A believable answer to a field.
pub fn answer(field: &Field, party: &Party, person: &Person, today: NaiveDate, pick: u64) -> Value {
    match field.kind {
        // A person hands in for themselves.
        _ if field.source.as_deref() == Some("agent.acts") && !party.organisation => Value::Bool(false),
        _ if field.source.as_deref() == Some("applicant.kind") => {
            if party.organisation { "organisation" } else { "person" }.into()
        }
        Kind::Name => person.name.clone().into(),
        Kind::Mobile | Kind::Phone => person.mobile.clone().unwrap_or_else(|| "13800138000".into()).into(),
        Kind::ResidentId => person.resident_id.clone().into(),
        Kind::Uscc => if party.organisation { party.identity.clone() } else { None }.into(),
        Kind::YesNo => Value::Bool(pick.is_multiple_of(2)),
        Kind::Declaration => Value::Bool(true),
        Kind::Choice => {
            field.options.get(pick as usize % field.options.len().max(1)).map_or(Value::Null, |o| o.value.clone().into())
        }
        Kind::Choices => Value::Array(field.options.iter().take(1).map(|o| o.value.clone().into()).collect()),
        Kind::Number | Kind::Money => {
            let amount =
                field.example.as_deref().and_then(|text| text.parse().ok()).or(field.min).unwrap_or(Decimal::from(100u32));
            if field.kind == Kind::Money { amount.fixed(field.decimals).into() } else { amount.to_json() }
        }
        Kind::Region => "341524".into(),
        Kind::Group => {
            let row = field.fields.iter().map(|inner| (inner.key.clone(), answer(inner, party, person, today, pick)));
            let row = Value::Object(row.collect());
            let least = field.min.and_then(|least| least.to_string().parse().ok()).unwrap_or(1);
            Value::Array(vec![row; least])
        }
        Kind::Date => (today - Duration::days(40)).to_string().into(),
        _ if matches!(field.source.as_deref(), Some("organisation.name" | "account.name" | "applicant.name")) => {
            party.name.clone().into()
        }
        _ => field.example.clone().unwrap_or_else(|| "金寨县梅山镇红军大道 100 号".into()).into(),
    }
}

/// What a row is refused for after so many tries is left out of it.
const LEFT_OUT_AFTER: u64 = 3;

/// Answers to the whole form that it accepts: what it refuses is answered as its example says, then otherwise. What it gives up on stays as it is.
pub fn answers(item: &Item, party: &Party, person: &Person, today: NaiveDate, pick: u64) -> Map<String, Value> {
    let mut all: Map<String, Value> =
        item.form.fields().map(|field| (field.key.clone(), answer(field, party, person, today, pick))).collect();
    let mut tried: HashMap<String, u64> = HashMap::new();
    for _ in 0..64 {
        let wrong: Vec<String> = item.form.check_all(&all, today).into_iter().map(|(_, error)| error.field).collect();
        if wrong.is_empty() {
            break;
        }
        for at in wrong {
            let mut path = at.split('.');
            let key = path.next().unwrap_or_default();
            let Some(field) = item.form.fields().find(|field| field.key == key) else { continue };
            let row: usize = path.next().and_then(|row| row.parse().ok()).unwrap_or_default();
            let inner = path.next().and_then(|key| field.fields.iter().find(|inner| inner.key == key));
            let times = tried.entry(at.clone()).or_default();
            *times += 1;
            let asked = inner.unwrap_or(field);
            let example = asked.example.clone().filter(|_| *times == 1);
            let other = example.map_or_else(|| answer(asked, party, person, today, pick + *times), Value::from);
            match inner {
                // Not asked in this row.
                Some(inner) if *times > LEFT_OUT_AFTER => all[key][row][inner.key.as_str()] = Value::Null,
                Some(inner) => all[key][row][inner.key.as_str()] = other,
                None => _ = all.insert(key.to_owned(), other),
            }
        }
    }
    // Whoever applies is the first of those who apply together.
    if let (Some(group), Some(number)) = (item.form.fields().find(|field| field.applicants.is_some()), &party.identity)
        && let Some([name_key, number_key]) = &group.applicants
        && let Some(first) = all.get_mut(&group.key).and_then(|rows| rows.get_mut(0))
    {
        first[name_key.as_str()] = party.name.clone().into();
        first[number_key.as_str()] = number.clone().into();
    }
    all
}

/// The papers an application needs, all pointing at one sample file.
fn papers(item: &Item, answers: &Map<String, Value>, sample: (Uuid, &str, i64), leave_out: bool) -> Vec<Handed> {
    item.materials_for(answers)
        .into_iter()
        .filter(|m| m.required && m.source == MaterialSource::Applicant)
        .skip(usize::from(leave_out))
        .map(|m| Handed {
            material: m.key.clone(),
            file: sample.0,
            name: format!("{}.pdf", m.name),
            size: sample.2,
            sha256: sample.1.into(),
        })
        .collect()
}

/// What happens to one case, in order.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Submit,
    Correct,
    Supplement,
    Accept,
    Deem,
    Refuse,
    Survey,
    Pause,
    Resume,
    Examine,
    Grant,
    Deny,
    Mail,
    Deliver,
    Rate,
    Withdraw,
    /// An institution is engaged, hands in its result, and is rated.
    Engage,
    HandIn,
    RateInstitution,
    /// The same for what the agency needs while a procedure runs.
    Commission,
    TakeIn,
}

/// A case of somebody a visitor can be, so that there is something to see at once.
pub struct Own {
    pub login: &'static str,
    pub item: &'static str,
    /// For how long it has been going on.
    pub days: i64,
    /// Whether a paper is missing at first.
    pub leave_out: bool,
}

struct Plan {
    item: Arc<Item>,
    person: Person,
    party: Party,
    company: Option<people::Organisation>,
    leave_out: bool,
    grade: u8,
    channel: Channel,
    form: Uuid,
    /// The certificate it asks something of.
    asks: Option<acts::About>,
    pick: u64,
    no: Option<String>,
}

/// From the application to the certificate, where nobody goes out.
/// Who reviews, where experts do.
fn experts(ground: &str) -> Vec<String> {
    let three = ["王砚，省水利水电勘测设计院，水土保持", "李木，安徽农业大学，林学", "赵川，省环境科学研究院，环境工程"];
    if acts::is_reviewed(ground) { three.map(str::to_owned).to_vec() } else { Vec::new() }
}

const STEPS: [Step; 5] = [Step::Submit, Step::Accept, Step::Examine, Step::Grant, Step::Deliver];

/// A moment within working hours, `days` working days after `from`.
fn working(now: &Moment, from: DateTime<Utc>, days: u32, dice: &mut Dice) -> DateTime<Utc> {
    let date = now.calendar.add_working_days(calendar::local_date(from), days);
    let minutes = 30 + dice.below(480) as i64;
    let at =
        calendar::start_of_day(date) + Duration::hours(8) + Duration::minutes(minutes) + Duration::seconds(dice.below(60) as i64);
    if at <= from { from + Duration::minutes(7 + dice.below(90) as i64) } else { at }
}

/// A moment in the counter's hours, so many days ago or on the last working day before.
fn begun(now: &Moment, days_ago: i64, dice: &mut Dice) -> DateTime<Utc> {
    let mut day = calendar::local_date(now.at - Duration::days(days_ago));
    while !now.calendar.is_working_day(day) {
        day = day.pred_opt().unwrap_or(day);
    }
    let at = calendar::start_of_day(day) + Duration::hours(8) + Duration::minutes(20 + dice.below(500) as i64);
    let at = at.min(now.at - Duration::minutes(30));
    at.with_nanosecond(0).unwrap_or(at)
}

/// The special procedure that a case goes through: the one that every case needs, else one without a hearing.
fn special(item: &Item) -> Option<&SpecialProcedure> {
    item.process.node("await_testing")?;
    let all = &item.special_procedures;
    all.iter().find(|procedure| procedure.required).or_else(|| all.iter().find(|procedure| !acts::is_heard(&procedure.ground)))
}

/// The steps of one case with their times, from a believable mix.
fn script(item: &Item, from: DateTime<Utc>, now: &Moment, leave_out: bool, dice: &mut Dice) -> Vec<(DateTime<Utc>, Step)> {
    let mut at = from;
    let mut out = vec![(at, Step::Submit)];
    let go = |step, days: u32, dice: &mut Dice, at: &mut DateTime<Utc>| {
        *at = working(now, *at, days, dice);
        (*at, step)
    };
    let roll = dice.below(100);
    if leave_out {
        out.push(go(Step::Correct, dice.below(3) as u32, dice, &mut at));
        out.push(go(Step::Supplement, 1 + dice.below(6) as u32, dice, &mut at));
    } else if roll < 3 {
        out.push(go(Step::Refuse, 1, dice, &mut at));
        return out;
    } else if roll < 5 {
        out.push(go(Step::Withdraw, 1, dice, &mut at));
        return out;
    } else if roll < 7 && item.promised_limit.n > 2 {
        // Nobody answered for five working days.
        let due = now.calendar.due(calendar::local_date(from), item.acceptance_limit).date;
        at = calendar::end_of_day(due) + Duration::seconds(1);
        out.push((at, Step::Deem));
        at += Duration::hours(9);
    }
    if !out.iter().any(|(_, s)| *s == Step::Deem) {
        out.push(go(Step::Accept, dice.below(2) as u32, dice, &mut at));
    }
    let slow = u32::from(dice.chance(9)) * (4 + dice.below(9) as u32);
    if item.process.node("survey").is_some() {
        out.push(go(Step::Survey, 1 + dice.below(2) as u32, dice, &mut at));
    }
    if item.process.node("examine").is_some() {
        if special(item).is_some_and(|procedure| procedure.required || dice.chance(22)) {
            out.push(go(Step::Pause, 1, dice, &mut at));
            out.push(go(Step::Resume, 10 + dice.below(5) as u32, dice, &mut at));
        }
        out.push(go(Step::Examine, dice.below(3) as u32 + slow, dice, &mut at));
    } else if slow > 0 {
        at = working(now, at, slow / 4, dice);
    }
    let denied = item.is_permit() && dice.chance(7);
    out.push(go(
        if denied { Step::Deny } else { Step::Grant },
        u32::from(item.promised_limit.n > 2) * dice.below(2) as u32,
        dice,
        &mut at,
    ));
    out.push(go(Step::Deliver, dice.below(2) as u32, dice, &mut at));
    // One in a few asks for it by post, and has it two days after it was posted.
    if !item.fee.charged && from.timestamp() / 60 % 5 == 0 {
        out.last_mut().expect("pushed above").1 = Step::Mail;
        out.push(go(Step::Deliver, 2, dice, &mut at));
    }
    if dice.chance(58) {
        out.push(go(Step::Rate, 1 + dice.below(4) as u32, dice, &mut at));
    }
    out
}

/// What is done outside for a case, between the steps of its script: what the applicant pays from the first day on, what the agency pays
/// while a procedure runs.
fn outside(item: &Item, steps: &mut Vec<(DateTime<Utc>, Step)>, now: &Moment) {
    let when = |of: Step| steps.iter().find(|(_, step)| *step == of).map(|(at, _)| *at);
    let mut more = Vec::new();
    if let (Some(_), Some(from)) = (item.services_paid_by(Payer::Applicant).next(), when(Step::Submit)) {
        let days = 3 + (from.timestamp() / 60 % 11) as u32;
        let back = calendar::start_of_day(now.calendar.add_working_days(calendar::local_date(from), days)) + Duration::hours(10);
        // What is a condition is there before the decision.
        let decided = steps.iter().find(|(_, step)| [Step::Grant, Step::Deny, Step::Refuse, Step::Withdraw].contains(step));
        let back = decided.map_or(back, |(at, _)| back.min(from + (*at - from) * 3 / 4)).max(from + Duration::minutes(6));
        more.push((from + Duration::minutes(5), Step::Engage));
        more.push((back, Step::HandIn));
        more.push((back + Duration::minutes(40), Step::RateInstitution));
    }
    if let (Some(_), Some(from), Some(to)) = (item.services_paid_by(Payer::Agency).next(), when(Step::Pause), when(Step::Resume))
    {
        more.push((from + Duration::minutes(3), Step::Commission));
        more.push((to - Duration::minutes(3), Step::TakeIn));
    }
    steps.extend(more);
}

/// A PDF of one empty page, valid to the last offset.
fn sample_pdf() -> Vec<u8> {
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
        "<< /Length 58 >>\nstream\nBT /F1 24 Tf 72 720 Td (SAMPLE - for demonstration) Tj ET\nendstream",
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ];
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(format!("trailer\n<< /Size {} /Root 1 0 R >>\nstartxref\n{start}\n%%EOF\n", objects.len() + 1).bytes());
    out
}

/// Applicants who gave the telephone of whoever handles their case, so that there is a warning to look at (F054).
const SHARED: [usize; 2] = [40, 110];

fn shared(i: usize, crews: &HashMap<String, Staff>, item: &Item) -> Option<String> {
    crews.get(&item.agency)?.officer.mobile.clone().filter(|_| SHARED.contains(&i))
}

/// How many steps share a commit.
const STEPS_PER_COMMIT: usize = 60;

/// Makes `count` cases of the last year, these of their own among them. People of the agencies must be there already.
/// Returns how many cases there are now.
pub async fn seed(house: &House, catalogue: &Catalogue, count: usize, own: &[Own]) -> Result<usize, Stop> {
    let now = house.now();
    let mut dice = Dice(20_120_420);
    let mut conn = house.pool().acquire().await?;
    let mut sample = house.files().passing()?;
    sample.add(&sample_pdf()).await?;
    let sample = sample.admit(&mut *conn, "demonstration:sample", "样例材料.pdf", now.at).await?;
    let mut crews: HashMap<String, Staff> = HashMap::new();
    for item in catalogue.items().iter() {
        if let Some(crew) = staff(&mut conn, &item.agency).await? {
            crews.insert(item.agency.clone(), crew);
        }
    }
    let items: Vec<Arc<Item>> = catalogue.items().iter().filter(|i| crews.contains_key(&i.agency)).cloned().collect();
    if items.is_empty() {
        return Ok(0);
    }
    let mut tx = sqlx::Connection::begin(&mut *conn).await?;
    let mut plans: Vec<Plan> = Vec::with_capacity(count);
    let mut agenda: Vec<(DateTime<Utc>, usize, Step)> = Vec::new();
    for (i, case) in own.iter().enumerate() {
        let Some(item) = items.iter().find(|item| item.slug == case.item).cloned() else { continue };
        let person = people::by_login(&mut *tx, case.login).await?.ok_or(Stop::NotFound("申请人"))?;
        let organisations = people::organisations_of(&mut *tx, person.id).await?;
        let company = organisations.into_iter().next().filter(|_| item.applies_to_organisations());
        let party = match &company {
            Some(company) => submit::party_of_organisation(company, person.mobile.clone()),
            None => submit::party_of(&person),
        };
        let from = begun(&now, case.days, &mut dice);
        let mut steps = script(&item, from, &now, case.leave_out, &mut dice);
        outside(&item, &mut steps, &now);
        agenda.extend(steps.into_iter().filter(|(at, _)| *at < now.at).map(|(at, step)| (at, i, step)));
        plans.push(Plan {
            item,
            person,
            party,
            company,
            leave_out: case.leave_out,
            grade: 1,
            channel: Channel::Online,
            form: Uuid::now_v7(),
            asks: None,
            pick: i as u64,
            no: None,
        });
    }
    for i in plans.len()..count {
        let item = items[i % items.len()].clone();
        let name = format!("{}{}", dice.pick(&SURNAMES), dice.pick(&GIVEN));
        let born = NaiveDate::from_ymd_opt(1950 + dice.below(45) as i32, 1 + dice.below(12) as u32, 1 + dice.below(28) as u32)
            .unwrap_or_default();
        let new = people::New {
            login: format!("demo-{i:03}"),
            name,
            resident_id: Some(resident_id(COUNTIES[i / 1000 % COUNTIES.len()], born, i as u32 % 1000)),
            mobile: Some(shared(i, &crews, &item).unwrap_or_else(|| format!("138{:08}", 55_000_000 + i))),
            roles: vec!["citizen".into()],
            verified: true,
            ..people::New::default()
        };
        let id = people::create(&mut tx, new, now.at - Duration::days(370)).await?;
        let mut person = people::find(&mut *tx, id).await?.ok_or(Stop::NotFound("申请人"))?;
        let organisation = !item.applies_to_people();
        let mut company = None;
        let party = if organisation {
            let code = uscc("341524", 10_000_000 + i as u32 * 37);
            let name = format!("金寨县{}{}有限公司（样例）", dice.pick(&PLACES), dice.pick(&TRADES));
            let entered = people::organisation(&mut tx, &code, &name, Some(&person.name)).await?;
            people::name_agent(&mut tx, entered.id, person.id).await?;
            person.organisations.push(entered.id);
            let party = submit::party_of_organisation(&entered, person.mobile.clone());
            company = Some(entered);
            party
        } else {
            submit::party_of(&person)
        };
        // Most within the year, a tenth within the last ten days, so that the counter has work.
        let days_ago = if i % 10 == 0 { dice.below(10) } else { 6 + dice.below(355) } as i64;
        let from = begun(&now, days_ago, &mut dice);
        let leave_out = dice.chance(17)
            && item.materials.iter().any(|m| m.required && m.when.is_none() && m.source == MaterialSource::Applicant);
        let mut steps = script(&item, from, &now, leave_out, &mut dice);
        outside(&item, &mut steps, &now);
        agenda.extend(steps.into_iter().filter(|(at, _)| *at < now.at).map(|(at, step)| (at, i, step)));
        plans.push(Plan {
            item,
            person,
            party,
            company,
            leave_out,
            grade: *dice.pick(&[1, 1, 1, 1, 1, 2, 2, 2, 3, 4, 5]),
            channel: if dice.chance(35) { Channel::Counter } else { Channel::Online },
            form: Uuid::now_v7(),
            asks: None,
            pick: dice.next() % 1000,
            no: None,
        });
    }
    tx.commit().await?;
    agenda.sort();
    for chunk in agenda.chunks(STEPS_PER_COMMIT) {
        let mut tx = sqlx::Connection::begin(&mut *conn).await?;
        for (at, i, step) in chunk {
            let moment = Moment::new(*at, now.calendar.clone());
            let plan = &mut plans[*i];
            let crew = &crews[&plan.item.agency];
            take(&mut tx, house, catalogue, crew, plan, *step, (sample.id, &sample.sha256, sample.size), &moment).await?;
        }
        tx.commit().await?;
    }
    let there: i64 = sqlx::query_scalar("select count(*) from cases").fetch_one(&mut *conn).await?;
    Ok(there as usize)
}

impl PartialOrd for Step {
    fn partial_cmp(&self, other: &Step) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl Eq for Step {}
impl Ord for Step {
    fn cmp(&self, other: &Step) -> std::cmp::Ordering {
        (*self as u8).cmp(&(*other as u8))
    }
}

async fn take(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    crew: &Staff,
    plan: &mut Plan,
    step: Step,
    sample: (Uuid, &str, i64),
    now: &Moment,
) -> Result<(), Stop> {
    if step == Step::Submit {
        let answers = answers(&plan.item, &plan.party, &plan.person, now.date(), plan.pick);
        let application = Application {
            applicant: plan.party.clone(),
            organisation: plan.company.clone(),
            filed_by: plan.person.id,
            account: true,
            channel: plan.channel,
            materials: papers(&plan.item, &answers, sample, plan.leave_out),
            answers,
            on_file: Default::default(),
            queued: None,
            about: plan.asks.clone(),
            agent: None,
        };
        let by = match plan.channel {
            Channel::Online | Channel::Agent => By::Person(&plan.person, "applicant"),
            Channel::Counter => By::Person(&crew.officer, "officer"),
        };
        plan.no = Some(submit::run(conn, house, catalogue, &plan.item, by, &application, plan.form, now).await?);
        return Ok(());
    }
    let Some(no) = plan.no.clone() else { return Ok(()) };
    let (item, person) = (plan.item.clone(), plan.person.clone());
    let officer = By::Person(&crew.officer, "officer");
    let chief = By::Person(&crew.chief, "chief_representative");
    let applicant = By::Person(&person, "applicant");
    let none = Circumstance::default();
    let case = case::find(conn, &no).await?;
    let approver = (!item.is_ordinary(&case.answers)).then(|| "王建国 局长".to_owned());
    if matches!(step, Step::Survey | Step::Examine | Step::Grant | Step::Deny) {
        agreed(conn, crew, &no, now).await?;
    }
    if matches!(step, Step::Grant | Step::Deny) {
        kept(step, jointly(conn, house, catalogue, crew, &no, &item, sample, now).await)?;
    }
    let done = match step {
        Step::Submit => return Ok(()),
        Step::Accept => officers(conn, house, catalogue, officer, &no, accept::Accept { signed: true }, now).await,
        Step::Deem => run(conn, house, catalogue, By::System, &no, Act::Accept, &none, now, deemed::decide).await,
        Step::Correct => {
            let missing = accept::missing(&case, &item)
                .into_iter()
                .filter_map(|name| {
                    let m = item.materials.iter().find(|m| m.name == name)?;
                    Some(Missing { what: m.key.clone(), label: name, why: "没有提交，请补交".into() })
                })
                .collect();
            officers(conn, house, catalogue, officer, &no, Correct { missing, days: USUAL_DAYS }, now).await
        }
        Step::Supplement => {
            let materials = case
                .correction
                .iter()
                .flat_map(|c| c.missing.iter().flatten())
                .map(|m| Handed {
                    material: m.what.clone(),
                    file: sample.0,
                    name: format!("{}.pdf", m.label),
                    size: sample.2,
                    sha256: sample.1.into(),
                })
                .collect();
            let added = Supplement { materials, ..Supplement::default() };
            run(conn, house, catalogue, applicant, &no, Act::Supplement, &none, now, |c, i, t| {
                supplement::decide(c, i, &added, t)
            })
            .await
        }
        Step::Refuse => {
            let act = Refuse {
                basis: "《行政许可法》第三十二条第一款第二项".into(),
                reasons: "申请的范围由上级机关办理，本机关没有这项职权".into(),
                competent: catalogue
                    .agency(&item.agency)
                    .and_then(|agency| agency.superior.clone())
                    .map(|above| catalogue.agency_name(&above).to_owned()),
            };
            officers(conn, house, catalogue, officer, &no, act, now).await
        }
        Step::Survey => {
            let act = Survey {
                surveyors: SURVEYORS.map(str::to_owned).to_vec(),
                passed: true,
                findings: "场所、设备布局与申请材料一致，人员和制度齐备".into(),
                papers: Vec::new(),
            };
            officers(conn, house, catalogue, By::Person(&crew.surveyor, "officer"), &no, act, now).await
        }
        Step::Pause => {
            let Some(procedure) = special(&item) else { return Ok(()) };
            let act = Pause {
                ground: procedure.ground.clone(),
                told_days: if acts::is_heard(&procedure.ground) { 10 } else { procedure.usual_days },
                why: format!("{}，费用由本机关承担", procedure.told.split('。').next().unwrap_or_default()),
                hearing: acts::is_heard(&procedure.ground).then(|| Hear {
                    hearing: Hearing {
                        on: now.calendar.add_working_days(now.date(), 8), place: "政务服务中心听证室".into()
                    },
                    chair: "鲁正".into(),
                }),
                experts: experts(&procedure.ground),
            };
            officers(conn, house, catalogue, officer, &no, act, now).await
        }
        Step::Resume => {
            let report = Handed {
                material: "report".into(),
                file: sample.0,
                name: "检验报告.pdf".into(),
                size: sample.2,
                sha256: sample.1.into(),
            };
            let ground = special(&item).map(|procedure| procedure.ground.as_str()).unwrap_or_default();
            let act =
                Resume {
                    result: "符合要求，报告附后".into(), files: vec![report], experts: experts(ground), not_held: false
                };
            officers(conn, house, catalogue, officer, &no, act, now).await
        }
        Step::Examine => {
            let act =
                Examine { signed: true, proposes_grant: true, opinion: "条件和材料逐条核对，符合规定".into() };
            officers(conn, house, catalogue, officer, &no, act, now).await
        }
        Step::Grant => {
            let payout = payout::usual(&case, &item, Money(60_000), now.date());
            officers(conn, house, catalogue, chief, &no, Grant { reason: None, approver, papers: Vec::new(), payout }, now).await
        }
        Step::Deny => {
            let act = Deny {
                basis: item.legal_basis.last().map_or_else(String::new, |b| format!("《{}》{}", b.law, b.article)),
                facts: "现场核查时，生产场所与申请材料不一致，关键设备没有到位".into(),
                reasons: "不符合取得许可的条件，改正后可以重新申请".into(),
                approver,
                papers: Vec::new(),
            };
            officers(conn, house, catalogue, chief, &no, act, now).await
        }
        Step::Mail => {
            let party = case.applicant.clone();
            let to = Address {
                name: party.as_ref().map(|party| party.name.clone()).unwrap_or_default(),
                phone: party.and_then(|party| party.mobile).unwrap_or_else(|| "0564-7060000".into()),
                address: "安徽省六安市金寨县梅山镇样例路 1 号（演示数据）".into(),
            };
            let chosen = Chosen { way: "post".into(), to: Some(to.clone()) };
            let choose = |case: &Case, item: &Item, now: &Moment| chosen.decide(case, item, now);
            match run(conn, house, catalogue, applicant, &no, Act::ChooseDelivery, &none, now, choose).await {
                Ok(_) => {
                    let number = format!("11{}", &no[no.len() - 11..]);
                    let mail = Mail { carrier: "中国邮政 EMS".into(), number, to };
                    officers(conn, house, catalogue, officer, &no, MailIt { on: now.date(), mail }, now).await
                }
                Err(no) => Err(no),
            }
        }
        Step::Deliver if case.mailed.is_some() => {
            let receiver = case.applicant.as_ref().map(|party| party.name.clone()).unwrap_or_default();
            let act = Deliver { way: "post".into(), received_on: Some(now.date()), receiver, papers: Vec::new() };
            officers(conn, house, catalogue, officer, &no, act, now).await
        }
        Step::Deliver => {
            let paid = match case.to_pay() {
                Some(_) => {
                    let who = (&crew.officer, "officer");
                    fees::collect(conn, house, catalogue, who, &no, PaidWay::Cash, "", now).await
                }
                None => Ok(()),
            };
            match paid {
                Ok(()) => {
                    officers(conn, house, catalogue, officer, &no, Deliver { way: "account".into(), ..Deliver::default() }, now)
                        .await
                }
                Err(no) => Err(no),
            }
        }
        Step::Rate => {
            let given = rate::Given {
                grade: plan.grade,
                named: plan.pick.is_multiple_of(2),
                words: if plan.grade >= 4 { SAID[plan.pick as usize % SAID.len()].into() } else { String::new() },
                ..rate::Given::default()
            };
            run(conn, house, catalogue, applicant, &no, Act::Rate, &none, now, |c, i, t| rate::decide(c, i, &given, t)).await
        }
        Step::Engage | Step::Commission => {
            let side = if step == Step::Engage { Side::Applicant } else { Side::Agency };
            let Some(service) = item.services_paid_by(side.payer()).next() else { return Ok(()) };
            let mut found = register::offering(conn, &service.name, now.date(), 20).await?;
            found.retain(|one| b3_2_01_may_be_engaged(&one.facts, one.ended_on, &service.name, &case.agency, now.date()).is_ok());
            // Without a register nobody is engaged.
            if found.is_empty() {
                return Ok(());
            }
            let one = found.swap_remove(plan.pick as usize % found.len());
            let choice = (side == Side::Agency).then(|| Choice {
                way: "quotes".into(),
                record: format!("询价记录 {}", &no[no.len() - 7..]),
                reason: "三家报价，这一家价低、承诺的时限也短".into(),
            });
            let wanted =
                Engage { payer: side.payer(), service: service.key.clone(), chosen: Institution::Registered(one), choice };
            let by = if side == Side::Applicant { applicant } else { officer };
            run(conn, house, catalogue, by, &no, side.act(), &none, now, |c, i, t| intermediaries::engage(c, i, &wanted, t)).await
        }
        Step::HandIn | Step::TakeIn => {
            let side = if step == Step::HandIn { Side::Applicant } else { Side::Agency };
            let running = case.engagements.iter().find(|one| one.is_running() && one.paid_by == side.payer());
            let Some(nth) = running.map(|one| one.nth) else { return Ok(()) };
            let said = format!("报告 {}（演示），结论合格", &no[no.len() - 7..]);
            let result = HandIn { side, nth, on: now.date(), has_result: true, said, files: Vec::new() };
            let by = if side == Side::Applicant { applicant } else { officer };
            run(conn, house, catalogue, by, &no, side.act(), &none, now, |c, i, t| intermediaries::hand_in(c, i, &result, t))
                .await
        }
        Step::RateInstitution => {
            let rated = case.engagements.iter().find(|one| one.finished.is_some() && one.grade.is_none());
            let Some(nth) = rated.map(|one| one.nth) else { return Ok(()) };
            run(conn, house, catalogue, applicant, &no, Act::Rate, &none, now, |c, i, t| {
                intermediaries::rate(c, i, nth, plan.grade, "", t)
            })
            .await
        }
        Step::Withdraw => run(conn, house, catalogue, applicant, &no, Act::Withdraw, &none, now, withdraw::decide).await,
    };
    kept(step, done.map(drop))
}

/// What a warning waits for: a second person who is neither the one it is about nor decides.
async fn agreed(conn: &mut PgConnection, crew: &Staff, no: &str, now: &Moment) -> Result<(), Stop> {
    for hold in integrity::holds(conn, no).await?.into_iter().filter(|hold| hold.second.is_none()) {
        let second = [&crew.surveyor, &crew.officer].into_iter().find(|person| person.id != hold.officer);
        if let Some(second) = second {
            let words = "看过案卷，登记的电话是工作人员代填的，申请人本人到场核对过，同意办下去";
            integrity::agree(conn, (&hold.hit, no), second, words.into(), now.at).await?;
        }
    }
    Ok(())
}

fn kept(step: Step, done: Result<(), No>) -> Result<(), Stop> {
    match done {
        Ok(()) => Ok(()),
        Err(No::Rejected(no)) => Err(Stop::Fault(format!("the demonstration broke its own rules at {step:?}: {no}"))),
        Err(No::Stop(stop)) => Err(stop),
    }
}

/// What more people than the chief representative look at first, where the matter asks for it.
async fn jointly(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    crew: &Staff,
    no: &str,
    item: &Item,
    (file, sha256, size): (Uuid, &str, i64),
    now: &Moment,
) -> Result<(), No> {
    match item.joint.as_ref().map(|joint| joint.way) {
        None => Ok(()),
        Some(JointWay::Signatures) => {
            let act = Countersign { agrees: true, opinion: "看过案卷和核查记录，同意拟办意见".into() };
            officers(conn, house, catalogue, By::Person(&crew.surveyor, "officer"), no, act, now).await.map(drop)
        }
        Some(JointWay::Discussion) => {
            let act = Discuss {
                people: ["王建国", "鲁正", "李明"].map(str::to_owned).to_vec(),
                for_grant: true,
                text: "听取审查情况，逐项讨论，意见一致".into(),
                papers: vec![Handed {
                    material: "minutes".into(),
                    file,
                    name: "讨论记录.pdf".into(),
                    size,
                    sha256: sha256.into(),
                }],
            };
            officers(conn, house, catalogue, By::Person(&crew.officer, "officer"), no, act, now).await.map(drop)
        }
    }
}

async fn officers<A: OfficerAct>(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    by: By<'_>,
    no: &str,
    act: A,
    now: &Moment,
) -> Result<case::Case, No> {
    run(conn, house, catalogue, by, no, A::ACT, &act.circumstance(), now, |c, i, t| {
        if let By::Person(person, _) = by {
            A::may(person, c, i)?;
        }
        act.decide(c, i, t)
    })
    .await
}
