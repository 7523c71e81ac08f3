//! 演示 · what agencies and supervisors did about the cards of a year, day by day through the same law as real ones: most are explained,
//! stand and are put right; some are withdrawn by two, appealed, left lying until they grow graver, talked about, transferred.

use super::accept::{Accept, Verdict};
use super::answer::{self, Answer};
use super::appeal::Appeal;
use super::appealed::DecideAppeal;
use super::card::{self, Card};
use super::confirm::Confirm;
use super::course::{Progress, Rejection, Step};
use super::explain::Explain;
use super::report::Report;
use super::review::Review;
use super::talk::Talk;
use super::transfer::{Answered, Transfer};
use acts::{PutRight, TalkPrivate};
use calendar::Limit;
use chrono::NaiveDate;
use foundation::people::{self, Person};
use foundation::{House, Moment, Stop, record};
use sqlx::PgConnection;
use uuid::Uuid;

const SAID: [&str; 4] = [
    "经办人外出培训，没有及时交接。已经交给同事接着办，并向申请人致歉。",
    "当日系统升级，下午才恢复，耽误了这一步。以后升级改在夜间。",
    "现场核查遇连续大雨，道路中断，只能改期。",
    "窗口人手不足，这一步积压了几天，从后台增派一人。",
];

/// What is done on that day about the cards that wait: nothing comes before its last days.
pub async fn works(house: &House, now: &Moment) -> Result<(), Stop> {
    let mut tx = house.pool().begin().await?;
    let soon = now.calendar.add_working_days(now.date(), 3);
    let waiting: Vec<(String, String)> = sqlx::query_as(
        "select case_no, rule
           from cards
          where turn is not null
            and (due <= $1 or due is null)
          order by issued_at, id",
    )
    .bind(soon)
    .fetch_all(&mut *tx)
    .await?;
    if waiting.is_empty() {
        return Ok(());
    }
    let supervisors = with_role(&mut tx, "supervisor", None).await?;
    for (case_no, rule) in waiting {
        let card = card::lock(&mut tx, &case_no, &rule).await?;
        let left = card.due(&now.calendar).map_or(0, |due| days(now, now.date(), due));
        step(&mut tx, &supervisors, &case_no, card, left, now).await?;
    }
    tx.commit().await?;
    Ok(())
}

fn days(now: &Moment, from: NaiveDate, to: NaiveDate) -> u32 {
    if to <= from { 0 } else { now.calendar.working_days_between(from, to) }
}

/// The next step of one card, where its day has come; which way it goes is in its number.
async fn step(
    conn: &mut PgConnection,
    supervisors: &[Person],
    case_no: &str,
    card: Card,
    left: u32,
    now: &Moment,
) -> Result<(), Stop> {
    let number =
        case_no.bytes().chain(card.rule.bytes()).fold(7usize, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte.into()));
    let goes = |of: usize| number / 16 % of;
    let reason = |text: &str| text.to_owned();
    let right = Some(PutRight {
        what: "补办交接制度，每天下班前核对当天到期的件。".into(), within: Limit::working_days(10)
    });
    let day = now.date();
    match card.progress {
        Progress::Issued if left <= 1 && goes(9) != 8 => {
            let officer = with_role(conn, "counter_officer", Some(&card.agency)).await?;
            one_of(conn, &officer, case_no, card, || Explain(SAID[number % SAID.len()].into()), now).await
        }
        Progress::Unanswered | Progress::Explained if left <= 2 => {
            let upheld = goes(4) != 2;
            let why = if upheld {
                "说明不影响期限的计算，维持。"
            } else {
                "道路中断有气象部门证明，属不可抗力，提议撤销。"
            };
            let review = || Review { upheld, standing: false, reason: reason(why), rectify: right.clone().filter(|_| upheld) };
            one_of(conn, supervisors, case_no, card, review, now).await
        }
        Progress::Proposed if left <= 2 => {
            let confirmed = goes(5) != 3;
            let why = if confirmed {
                "核对证明属实，同意撤销。"
            } else {
                "改期以前还有三天可以办，不同意撤销。"
            };
            let confirm = || Confirm { confirmed, reason: reason(why), rectify: right.clone().filter(|_| !confirmed) };
            one_of(conn, supervisors, case_no, card, confirm, now).await
        }
        Progress::Rectifying if !card.appealed && goes(6) == 3 && card.may(Step::Appeal, now).is_ok() => {
            let chief = with_role(conn, "chief_representative", Some(&card.agency)).await?;
            let appeal = || Appeal("核查当天申请人要求改期，有短信为证，不应算作我们超期。".into());
            one_of(conn, &chief, case_no, card, appeal, now).await
        }
        Progress::Appealed if left <= 2 => {
            let granted = goes(2) == 0;
            let why = if granted {
                "短信属实，申诉成立，提议撤销。"
            } else {
                "改期没有登记暂停计时，申诉不成立。"
            };
            one_of(conn, supervisors, case_no, card, || DecideAppeal { granted, reason: reason(why) }, now).await
        }
        // Some lie until they grow graver.
        Progress::Rectifying if left <= 3 && goes(11) > 1 => {
            let officer = with_role(conn, "counter_officer", Some(&card.agency)).await?;
            let report = || Report {
                words: "交接登记已经上墙，每天核对当天到期的件，专人负责。".into(), evidence: Vec::new()
            };
            one_of(conn, &officer, case_no, card, report, now).await
        }
        Progress::Rectified if left <= 3 => {
            let back = goes(5) == 1 && card.rectification.as_ref().is_some_and(|right| !right.sent_back);
            let verdict = || if back { Verdict::SentBack(Limit::working_days(5)) } else { Verdict::Accepted };
            let why = if back {
                "只有制度，没有核对记录，退回补齐。"
            } else {
                "抽查了五天的核对记录，整改到位。"
            };
            one_of(conn, supervisors, case_no, card, || Accept { verdict: verdict(), reason: reason(why) }, now).await
        }
        Progress::Accountable if left <= 3 && !card.talked => {
            let talk = || Talk {
                office: "分管副局长".into(),
                on: day,
                leadership: "县政务公开领导小组副组长".into(),
                discipline: "县监察委员会第二监督检查室主任".into(),
                rectify: PutRight {
                    what: "两次催办没有整改的制度限期建立，由分管副局长负责。".into(),
                    within: Limit::working_days(10),
                },
                private: TalkPrivate {
                    name: "高峻".into(), summary: "指出两次到期没有整改，本人表示接受，限期整改。".into()
                },
            };
            one_of(conn, supervisors, case_no, card, talk, now).await
        }
        Progress::Accountable if left <= 1 => {
            let transfer = || Transfer {
                to: "县纪委监委".into(),
                document: format!("金监移〔{}〕{} 号", chrono::Datelike::year(&day), 1 + number % 90),
                on: day,
                why: "诫勉谈话以后仍没有整改，依照行政许可法第七十四条移送。".into(),
            };
            one_of(conn, supervisors, case_no, card, transfer, now).await
        }
        Progress::Transferred if goes(2) == 0 && days(now, card.since, day) >= 15 => {
            let document = format!("金纪复〔{}〕{} 号", chrono::Datelike::year(&day), 1 + number % 90);
            let answered = || Answered {
                document: document.clone(), on: day, words: "已对责任人批评教育，责令检查。".into()
            };
            one_of(conn, supervisors, case_no, card, answered, now).await
        }
        _ => Ok(()),
    }
}

/// The first of these people whom the law lets do it.
async fn one_of<A: Answer>(
    conn: &mut PgConnection,
    people: &[Person],
    case_no: &str,
    card: Card,
    make: impl Fn() -> A,
    now: &Moment,
) -> Result<(), Stop> {
    let kind = card::kind(conn, case_no).await?;
    for person in people {
        let hand = answer::hand_in(conn, &kind, case_no, person.id).await?;
        match answer::decide(make(), &card, &hand, now) {
            Ok(act) => {
                let by = person.actor(A::role(person));
                let entry = record::entry(card::subject(case_no), now.at, by, Some(person.private()), act);
                return card::keep(conn, card, &entry, &now.calendar).await;
            }
            Err(Rejection::HandledTheCase | Rejection::SpokeForTheUnit | Rejection::JudgedBefore) => {}
            Err(_) => return Ok(()),
        }
    }
    Ok(())
}

async fn with_role(conn: &mut PgConnection, role: &str, agency: Option<&str>) -> Result<Vec<Person>, Stop> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "select id from people where $1 = any (roles) and agency is not distinct from $2 order by login limit 5",
    )
    .bind(role)
    .bind(agency)
    .fetch_all(&mut *conn)
    .await?;
    let mut found = Vec::new();
    for id in ids {
        found.extend(people::find(&mut *conn, id).await?);
    }
    Ok(found)
}
