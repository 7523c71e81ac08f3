//! 演示 · a village point of Youhua with its agent, who helped some people since: one by a paper, one by the own account, one who waits.

use crate::agents::consent::{self, Consent};
use crate::agents::{ROLE, entrust, point, subsidy};
use crate::cases::accept::Accept;
use crate::cases::case;
use crate::cases::deliver::Deliver;
use crate::cases::grant::Grant;
use crate::cases::payout;
use crate::cases::run::{By, No};
use crate::cases::submit::{self, Application};
use crate::demo::officers;
use acts::{Actor, AgentNamed, BY_AGENT, Channel, ConsentWay, Entrusted, Handed, Money, Party, PointFacts};
use catalogue::{Catalogue, Item, MaterialSource};
use chrono::{Days, Duration};
use foundation::people::{self, New, Person};
use foundation::{House, Moment, Stop, papers};
use sqlx::PgConnection;
use uuid::Uuid;

const VILLAGE: &str = "341723109200";
const ITEM: &str = "elderly-card";

/// The point, as the public reads of it.
pub fn facts() -> PointFacts {
    PointFacts {
        name: "酉华镇样例村代办点".into(),
        region: VILLAGE.into(),
        address: "酉华镇样例村党群服务中心一楼（演示数据）".into(),
        hours: "周一、周三、周五 8:30—11:30".into(),
        phone: "0566-12345".into(),
    }
}

/// People of the village: name, day of birth as it stands in the number, and for how many days ago they were helped.
const VILLAGERS: [(&str, &str, i64); 3] = [("汪德福", "19510412", 47), ("吴桂香", "19560930", 40), ("刘长根", "19490118", 1)];

/// Seeds the point: `keeper` is of the township, `agent` becomes its agent, `known` has an account and is asked to confirm a consent.
pub async fn seed(
    house: &House,
    catalogue: &Catalogue,
    (keeper, officer): (&Person, &Person),
    agent: &Person,
    known: &Person,
) -> Result<(), Stop> {
    let now = house.now();
    let Some(item) = catalogue.item(ITEM) else { return Ok(()) };
    let at =
        |days: i64, minutes: i64| Moment::new(now.at - Duration::days(days) + Duration::minutes(minutes), now.calendar.clone());
    let mut tx = house.pool().begin().await?;
    let no = point::open(&mut tx, catalogue, keeper, facts(), &at(60, 0)).await?;
    let point = point::find(&mut tx, &no).await?;
    point::name(&mut tx, &point, agent, keeper, &at(60, 5)).await?;
    for (serial, (name, born, days)) in VILLAGERS.into_iter().enumerate() {
        let born = chrono::NaiveDate::parse_from_str(born, "%Y%m%d").map_err(|error| Stop::Fault(error.to_string()))?;
        let number = crate::demo::resident_id("341723", born, 10 + serial as u32);
        let new = New {
            login: format!("walk-in-{}", Uuid::now_v7().simple()),
            name: name.into(),
            resident_id: Some(number.clone()),
            roles: vec!["citizen".into()],
            walk_in: true,
            ..New::default()
        };
        let id = people::create(&mut tx, new, at(days, 0).at).await?;
        let party = Party { id, name: name.into(), identity: Some(number), mobile: None, organisation: false };
        let consent = entrusts(&mut tx, house, &point.no, agent, party, &at(days, 3)).await?;
        let case_no = files(&mut tx, house, catalogue, &item, agent, &consent, &at(days, 20)).await?;
        // The last of them has just been handed in.
        if days > 20 {
            let (counter, chief) = (By::Person(officer, "officer"), By::Person(keeper, "chief_representative"));
            let conn = &mut tx;
            must(officers(conn, house, catalogue, counter, &case_no, Accept { signed: false }, &at(days, 90)).await)?;
            let payout = payout::usual(&case::find(conn, &case_no).await?, &item, Money(60_000), at(days, 140).date());
            let grant = Grant { reason: None, approver: None, papers: Vec::new(), payout };
            must(officers(conn, house, catalogue, chief, &case_no, grant, &at(days, 140)).await)?;
            let deliver = Deliver { way: BY_AGENT.into(), ..Deliver::default() };
            must(officers(conn, house, catalogue, counter, &case_no, deliver, &at(days, 190)).await)?;
        }
    }
    let entrusted = Entrusted {
        person: submit::party_of(known),
        agent: AgentNamed { person: agent.id, name: agent.name.clone() },
        point: Some(point.no.clone()),
        relation: None,
        papers: Vec::new(),
    };
    let until = now.date().checked_add_days(Days::new(30)).unwrap_or(now.date());
    consent::prepare(&mut tx, (vec![ITEM.into()], until, ConsentWay::Account, false), entrusted, &at(0, -30)).await?;
    // The township closes each month in its first days; the last that is over is left to whoever looks.
    while let Some(month) = subsidy::next(&mut tx, &point.agency).await?
        && month.next().last_day() < now.date()
    {
        let closed = calendar::end_of_day(month.last_day()) + Duration::days(3) + Duration::hours(10);
        subsidy::close(&mut tx, catalogue, keeper, month, &Moment::new(closed, now.calendar.clone())).await?;
    }
    tx.commit().await?;
    house.wake();
    Ok(())
}

/// What the demonstration does, its rules allow.
fn must(done: Result<case::Case, No>) -> Result<(), Stop> {
    match done {
        Ok(_) => Ok(()),
        Err(No::Rejected(no)) => Err(Stop::Fault(format!("the demonstration broke its own rules: {no}"))),
        Err(No::Stop(stop)) => Err(stop),
    }
}

/// Somebody entrusts the agent, on a signed paper.
async fn entrusts(
    conn: &mut PgConnection,
    house: &House,
    point: &str,
    agent: &Person,
    party: Party,
    at: &Moment,
) -> Result<Consent, Stop> {
    let entrusted = Entrusted {
        person: party,
        agent: AgentNamed { person: agent.id, name: agent.name.clone() },
        point: Some(point.into()),
        relation: None,
        papers: Vec::new(),
    };
    let until = at.date().checked_add_days(Days::new(180)).unwrap_or(at.date());
    let no = consent::prepare(conn, (vec![ITEM.into()], until, ConsentWay::Paper, true), entrusted, at).await?;
    let mut paper = house.files().passing()?;
    paper.add(&crate::demo::sample_pdf()).await?;
    let owner = entrust::owner(&no);
    paper.admit(&mut *conn, &format!("{owner}:signed"), "委托书（样例）.pdf", at.at).await?;
    let mut consent = consent::lock(conn, &no).await?;
    consent.entrusted.papers = papers::handed(&mut *conn, &owner, &["signed".to_owned()]).await?;
    let act = consent.giving();
    let by = (Actor { role: ROLE.into(), agency: None, post: None }, agent.private());
    consent::act(conn, consent, by, act, at).await?;
    consent::find(conn, &no).await
}

/// The agent files for whoever gave the consent; returns the case's number.
async fn files(
    conn: &mut PgConnection,
    house: &House,
    catalogue: &Catalogue,
    item: &Item,
    agent: &Person,
    consent: &Consent,
    at: &Moment,
) -> Result<String, Stop> {
    let mut agent = people::find(&mut *conn, agent.id).await?.ok_or(Stop::NotFound("演示身份"))?;
    agent.entrusted = people::entrusted(&mut *conn, agent.id, at.date()).await?;
    let party = consent.entrusted.person.clone();
    let whose = people::find(&mut *conn, party.id).await?.ok_or(Stop::NotFound("演示身份"))?;
    let mut answers = crate::demo::answers(item, &party, &whose, at.date(), 1);
    for (field, value) in crate::drafts::filled_in_for(item, &whose, (&agent, consent), at) {
        answers.insert(field, value);
    }
    let materials = item
        .materials_for(&answers)
        .into_iter()
        .filter(|m| m.required && m.source == MaterialSource::Applicant)
        .filter_map(|m| {
            let paper = consent.entrusted.papers.first()?;
            Some(Handed { material: m.key.clone(), name: format!("{}.pdf", m.name), ..paper.clone() })
        })
        .collect();
    let application = Application {
        applicant: party,
        organisation: None,
        filed_by: agent.id,
        account: false,
        channel: Channel::Agent,
        answers,
        on_file: Default::default(),
        materials,
        queued: None,
        about: None,
        agent: Some(consent::by_agent(conn, consent).await?),
    };
    let no = submit::run(conn, house, catalogue, item, By::Person(&agent, ROLE), &application, Uuid::now_v7(), at).await?;
    case::find(conn, &no).await?;
    Ok(no)
}
