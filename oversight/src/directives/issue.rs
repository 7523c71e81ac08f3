//! 印发 · the office issues a notice: its text and what it makes of it become one act, and each clause an assignment (D1).

use super::assignment::{self, Assignment, Named};
use super::{act, chase, names, propose};
use acts::{
    ActBody, Actor, ActorPrivate, AssignmentAct, Beside, Clause, DirectiveAct, Issued, Passed, Place, ReportDuty, Requirement,
    Subject, TimeNamed, UnitNamed,
};
use calendar::Calendar;
use chrono::{DateTime, Datelike, NaiveDate, Utc};
use foundation::{Moment, Stop, record};
use notice::Notice;
use sha2::{Digest, Sha256};
use sqlx::types::Json;
use sqlx::{PgConnection, Row};

/// What a notice says, in the words of the record. The day of a duty to report is kept as written beside the day it ends by the
/// counting rules: 2012-06-30 is a Saturday (D3-01, CLK-02).
pub fn act(notice: &Notice, calendar: &Calendar) -> Issued {
    let text = |words: &Option<notice::Words>| words.as_ref().map(|words| words.text.clone());
    // A report that one unit, the cities or those who take part owe is none that every lead unit owes.
    let (of_leads, of_others): (Vec<_>, Vec<_>) = notice.reporting.iter().partition(|duty| notice::is_of_leads(&duty.who.text));
    let report = of_leads.iter().enumerate().find_map(|(at, duty)| {
        let report = ReportDuty {
            who: duty.who.text.clone(),
            to: duty.to.text.clone(),
            words: duty.by.words.text.clone(),
            written: duty.by.date?,
            due: duty.by.due(calendar)?,
            at: Some(place(duty.by.words.at)),
            read: None,
        };
        Some((at, report))
    });
    let (first, report) = report.unzip();
    let to = report.as_ref().map(|report: &ReportDuty| report.to.clone());
    let others = || of_leads.iter().enumerate().filter(|(at, _)| Some(*at) != first).map(|(_, duty)| *duty);
    let reports = others().filter_map(|duty| reporting(duty, to.as_deref())).collect();
    let told = |duty: &notice::Reporting, why: String| Passed {
        line: duty.by.words.at.line,
        words: duty.by.words.text.clone(),
        why,
        en: String::new(),
    };
    let unsaid = "要报告进展，但读不出是哪一天、隔多久；请补写报告期限，不然没有人会被提醒";
    let mut doubts: Vec<Passed> = others()
        .filter(|duty| reporting(duty, None).is_none())
        .map(|duty| told(duty, unsaid.into()))
        .chain(of_others.into_iter().map(|duty| {
            let who = &duty.who.text;
            told(duty, format!("只要{who}报告，不是每项任务的牵头单位都报；系统没有记这个期限，请另行安排"))
        }))
        .collect();
    let own = own_text(notice);
    doubts.extend(closed_marks(&own));
    doubts.extend(personal(&own));
    let unread = |unread: &notice::Unread| {
        let (why, en) = (unread.zh.clone(), unread.en.clone());
        Passed { line: unread.words.at.line, words: unread.words.text.clone(), why, en }
    };
    Issued {
        title: text(&notice.title).unwrap_or_default(),
        document_no: text(&notice.document_no),
        issuer: text(&notice.issuer).unwrap_or_default(),
        signed: notice.signed.as_ref().and_then(|signed| signed.date),
        text: own,
        clauses: notice.assignments.iter().map(|task| clause(task, &notice.assignments)).collect(),
        requirements: notice
            .requirements
            .iter()
            .map(|asked| Requirement {
                path: asked.path.clone(),
                heading: asked.heading.clone(),
                text: asked.words.text.clone(),
                at: Some(place(asked.words.at)),
                read: None,
            })
            .collect(),
        report,
        reports,
        unread: notice.unread.iter().map(unread).chain(doubts).collect(),
        unlisted: Vec::new(),
        answer_by: None,
        left_out: Vec::new(),
        corrected: Vec::new(),
        beside: Vec::new(),
    }
}

/// The lines of the notice as they are numbered: those that are of the page around it are told, and are no words of it.
fn own_text(notice: &Notice) -> Vec<String> {
    let is_around = |n: u32| notice.around.iter().any(|[first, last]| (*first..=*last).contains(&n));
    let line = |(n, line): (u32, &String)| if is_around(n) { number_on(notice, n) } else { line.clone() };
    (1..).zip(&notice.source.lines).map(line).collect()
}

/// Of the facts of a page the number of the notice is its own.
fn number_on(notice: &Notice, n: u32) -> String {
    notice
        .document_no
        .as_ref()
        .filter(|number| number.at.line == n)
        .map_or_else(String::new, |number| format!("{}{}", " ".repeat(number.at.from as usize), number.text))
}

/// A further day of reporting, or one that returns, in the words of the record; none for what names neither. `to`: to whom the first
/// report goes; where this one goes to another, its words say so.
fn reporting(duty: &notice::Reporting, to: Option<&str>) -> Option<TimeNamed> {
    let by = &duty.by;
    let kind = by.kind.name();
    let kind = match by.date {
        Some(_) if matches!(kind, "by" | "on" | "within" | "signed") => "report",
        None if kind.starts_with("recurring-") && kind != "recurring-other" => kind,
        _ => return None,
    };
    let words = match to.filter(|to| *to != duty.to.text) {
        Some(_) => format!("{}（报送给{}）", by.words.text, duty.to.text),
        None => by.words.text.clone(),
    };
    let at = Some(place(by.words.at));
    Some(TimeNamed { words, kind: kind.into(), date: by.date, month: by.month, day: by.day, at })
}

/// 不公开的标记 · words by which a text says itself that it is not for everybody. What is issued is public at once.
fn closed_marks(lines: &[String]) -> Vec<Passed> {
    const ANYWHERE: [&str; 6] = ["此件不公开", "不予公开", "此件依申请公开", "公开属性：依申请公开", "内部资料", "内部文件"];
    const ALONE: [&str; 5] = ["绝密", "机密", "秘密", "内部", "依申请公开"];
    let bare = |line: &str| line.chars().filter(|c| !c.is_whitespace()).collect::<String>();
    // 机密★10年, （依申请公开）: the mark and nothing but a term or brackets.
    let is_alone = |line: &str, mark: &str| {
        let line = line.trim_matches(['（', '）', '(', ')', '【', '】', '[', ']', '。']);
        line.strip_prefix(mark).is_some_and(|rest| {
            rest.is_empty()
                || rest.starts_with(['★', '☆'])
                || rest.chars().all(|c| c.is_ascii_digit() || "年月特急加平件".contains(c))
        })
    };
    let mark = |line: &str| {
        let line = bare(line);
        let anywhere = ANYWHERE.into_iter().find(|mark| line.contains(mark));
        anywhere.or_else(|| ALONE.into_iter().find(|mark| is_alone(&line, mark) || line.contains(&format!("{mark}★"))))
    };
    let found = (1..).zip(lines).filter_map(|(line, text)| Some((line, text, mark(text)?)));
    let passed = |(line, text, mark): (u32, &String, &str)| Passed {
        line,
        words: text.trim().chars().take(30).collect(),
        why: format!("标着“{mark}”，印发就向所有人公开。涉密的、不公开的不能放进来"),
        en: String::new(),
    };
    found.map(passed).collect()
}

/// 号码 · identity and mobile numbers of persons in a text, by line and masked. What is issued is public at once, and these are not (A3.4-06).
pub fn personal(lines: &[String]) -> Vec<Passed> {
    let of = |(line, text): (u32, &String)| {
        let found = forms::spotted(text).into_iter();
        found.map(move |number| Passed {
            line,
            words: number.masked,
            why: format!("是{}，印发就公开。请在文件里删去或者遮住，再录入一次", number.kind.zh()),
            en: String::new(),
        })
    };
    (1..).zip(lines).flat_map(of).collect()
}

pub fn place(span: notice::Span) -> Place {
    Place { line: span.line, from: span.from, to: span.to }
}

/// The heading of a task: its own, or its first words where it has none, shares it with others, or has only that of its section.
fn heading(task: &notice::Assignment, all: &[notice::Assignment]) -> String {
    let shares = all.iter().filter(|other| other.heading == task.heading).count() > 1;
    // 一/1 under 一、工作分工: the number is its own and has no words. What stands beside it in a table, or on its card, has no number.
    let is_section = task.headings.last().is_some_and(|own| own.title.is_empty() && !own.label.is_empty());
    let title = if shares || is_section || task.heading.is_empty() { task.title() } else { String::new() };
    if title.is_empty() { task.heading.clone() } else { title }
}

fn clause(task: &notice::Assignment, all: &[notice::Assignment]) -> Clause {
    let unit = |unit: &notice::Unit| UnitNamed {
        name: unit.name.clone(),
        collective: unit.collective,
        members: Vec::new(),
        at: Some(place(unit.at)),
    };
    let units = |units: &[notice::Unit]| units.iter().map(unit).collect();
    let mut lines: Vec<u32> = task.text_at.iter().map(|at| at.line).collect();
    lines.dedup();
    Clause {
        seq: task.seq,
        path: task.path.clone(),
        section: task.section().into(),
        heading: heading(task, all),
        text: task.text.clone(),
        lines,
        leads: units(&task.lead_units),
        participants: units(&task.participating_units),
        times: task
            .dates
            .iter()
            .map(|date| TimeNamed {
                words: date.words.text.clone(),
                kind: date.kind.name().into(),
                date: date.date,
                month: date.month,
                day: date.day,
                at: Some(place(date.words.at)),
            })
            .collect(),
        heading_at: task.headings.iter().rev().find(|heading| !heading.title.is_empty()).map(|heading| place(heading.at)),
        text_at: task.text_at.iter().copied().map(place).collect(),
        corrected: Vec::new(),
    }
}

/// The notice as the record knows it.
pub fn subject(no: &str) -> Subject {
    Subject { kind: DirectiveAct::SUBJECT.into(), no: no.into() }
}

/// A text told apart from others by its words alone: blanks and blank lines are no words.
pub fn digest(text: &[String]) -> String {
    let words: String = text.iter().flat_map(|line| line.chars()).filter(|c| !c.is_whitespace()).collect();
    hex::encode(Sha256::digest(words))
}

/// A notice in force that may be the one that is to be issued.
#[derive(sqlx::FromRow, Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    pub no: String,
    pub title: String,
    pub document_no: Option<String>,
    pub signed: Option<NaiveDate>,
    pub issued_at: DateTime<Utc>,
    /// The digest of its words.
    pub digest: String,
}

/// 同一份还是另一份 · how a notice that is to be issued stands to those in force.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known {
    No,
    /// It was issued: the same words, or the same title, number and day.
    Same(Before),
    /// They have the same title, and neither number nor day tells them apart: the office says whether they are two.
    Alike(Vec<Before>),
}

impl Before {
    /// Whether it is the one; none where only somebody who knows both can say.
    fn is(&self, issued: &Issued, digest: &str) -> Option<bool> {
        if self.digest == digest {
            return Some(true);
        }
        let differ = |one: Option<bool>| one == Some(false);
        let number = self.document_no.as_ref().zip(issued.document_no.as_ref()).map(|(one, other)| one == other);
        let day = self.signed.zip(issued.signed).map(|(one, other)| one == other);
        match (self.title == issued.title, number) {
            (false, _) => Some(false),
            (true, Some(true)) if !differ(day) => Some(true),
            // One number on two days is a number that was misread somewhere.
            (true, Some(true)) => None,
            _ if differ(number) || differ(day) => Some(false),
            _ => None,
        }
    }
}

/// At most so many notices of one title are looked at.
const MOST: i64 = 50;

/// What is known of it among the notices in force.
pub async fn known(conn: &mut PgConnection, issued: &Issued) -> Result<Known, Stop> {
    let digest = digest(&issued.text);
    let all: Vec<Before> = sqlx::query_as(
        "select no,
                title,
                state ->> 'document_no' as document_no,
                (state ->> 'signed')::date as signed,
                issued_at,
                digest
           from directives
          where withdrawn_on is null
            and (digest = $1 or title = $2)
          order by digest = $1 desc, state ->> 'document_no' is not distinct from $3 desc, no
          limit $4",
    )
    .bind(&digest)
    .bind(&issued.title)
    .bind(&issued.document_no)
    .bind(MOST)
    .fetch_all(conn)
    .await?;
    if let Some(same) = all.iter().find(|before| before.is(issued, &digest) == Some(true)) {
        return Ok(Known::Same(same.clone()));
    }
    let alike: Vec<Before> = all.into_iter().filter(|before| before.is(issued, &digest).is_none()).collect();
    Ok(if alike.is_empty() { Known::No } else { Known::Alike(alike) })
}

/// What the office says of these when it issues another beside them.
pub fn beside(alike: &[Before]) -> Vec<Beside> {
    alike.iter().map(|before| Beside { no: before.no.clone(), text: before.digest.clone() }).collect()
}

/// Issues it in the caller's transaction and returns its number, `RW2012001`. Each assignment begins with it, and the clock that
/// chases reports. A notice is issued once, whoever tries again.
pub async fn issue(
    conn: &mut PgConnection,
    mut issued: Issued,
    by: (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<String, Stop> {
    // One at a time: the next sees this one's number and text.
    sqlx::query("lock table directives in share row exclusive mode").execute(&mut *conn).await?;
    match known(conn, &issued).await? {
        Known::Same(Before { no, .. }) => {
            return Err(Stop::Rejected(format!("这份通知已经印发过了，编号 {no}。印发错了的，请先撤回那一份")));
        }
        Known::Alike(alike) if issued.beside != beside(&alike) => {
            let no = alike.iter().map(|before| before.no.as_str()).collect::<Vec<_>>().join("、");
            return Err(Stop::Rejected(format!("有一份标题相同的通知在督办，编号 {no}，请先看过是不是同一份")));
        }
        Known::Alike(_) | Known::No => {}
    }
    let year = now.date().year();
    let last: Option<i32> = sqlx::query_scalar("select max(substr(no, 7)::int) from directives where no like $1 || '%'")
        .bind(format!("RW{year}"))
        .fetch_one(&mut *conn)
        .await?;
    let no = format!("RW{year}{:03}", last.unwrap_or(0) + 1);
    let due = issued.report.as_ref().map(|report| report.due);
    let answer_by = propose::answer_by(now);
    issued.answer_by = Some(answer_by);
    let (clauses, reporting) = (issued.clauses.clone(), issued.reports.clone());
    let report_to = issued.report.as_ref().map(|report| report.to.clone());
    let province = names::elsewhere(&issued).map(ToOwned::to_owned);
    let (title, digest) = (issued.title.clone(), digest(&issued.text));
    let act = DirectiveAct::Issued(Box::new(issued));
    sqlx::query("insert into directives (no, title, issued_at, digest, state) values ($1, $2, $3, $4, $5)")
        .bind(&no)
        .bind(title)
        .bind(now.at)
        .bind(digest)
        .bind(Json(&act))
        .execute(&mut *conn)
        .await?;
    let entry = record::entry(subject(&no), now.at, by.0, by.1, act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    let begin = |clause| Assignment {
        reporting: reporting.clone(),
        report_to: report_to.clone(),
        province: province.clone(),
        named_by: vec![Named { group: None, on: now.date(), answer_by }],
        ..Assignment::begin(&no, clause, due, now.date())
    };
    let begun: Vec<Assignment> = clauses.into_iter().map(begin).collect();
    assignment::save(conn, &begun, now).await?;
    chase::set(conn, &begun, now).await?;
    Ok(no)
}

/// A directive as it was issued.
pub struct Directive {
    pub issued: Issued,
    pub at: DateTime<Utc>,
    /// When it was withdrawn, and why.
    pub withdrawn: Option<(NaiveDate, String)>,
}

pub async fn find(conn: &mut PgConnection, no: &str) -> Result<Directive, Stop> {
    let row = sqlx::query("select state, issued_at, withdrawn_on, withdrawn_why from directives where no = $1")
        .bind(no)
        .fetch_optional(conn)
        .await?
        .ok_or(Stop::NotFound("任务分解通知"))?;
    let Json(issued) = row.get("state");
    let (on, why): (Option<NaiveDate>, Option<String>) = (row.get("withdrawn_on"), row.get("withdrawn_why"));
    Ok(Directive { issued, at: row.get("issued_at"), withdrawn: on.zip(why) })
}

/// Takes it back in the caller's transaction: nothing of it is owed any more, and all of it stays to be read.
pub async fn withdraw(
    conn: &mut PgConnection,
    no: &str,
    reason: &str,
    by: (Actor, Option<ActorPrivate>),
    now: &Moment,
) -> Result<(), Stop> {
    let before: Option<Option<NaiveDate>> = sqlx::query_scalar("select withdrawn_on from directives where no = $1 for update")
        .bind(no)
        .fetch_optional(&mut *conn)
        .await?;
    if let Some(on) = before.ok_or(Stop::NotFound("任务分解通知"))? {
        return Err(Stop::Rejected(format!("这份通知已于 {on} 撤回")));
    }
    sqlx::query("update directives set withdrawn_on = $2, withdrawn_why = $3 where no = $1")
        .bind(no)
        .bind(now.date())
        .bind(reason)
        .execute(&mut *conn)
        .await?;
    let act = DirectiveAct::Withdrawn { reason: reason.into() };
    let entry = record::entry(subject(no), now.at, by.0.clone(), by.1.clone(), act);
    record::record(conn, std::slice::from_ref(&entry)).await?;
    let tasks = assignment::lock_all(conn, no).await?;
    let entries: Vec<_> = tasks
        .iter()
        .map(|one| {
            let act = AssignmentAct::Withdrawn { reason: reason.into() };
            record::entry(chase::subject(&one.no), now.at, by.0.clone(), by.1.clone(), act)
        })
        .collect();
    act::keep(conn, tasks, &entries, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(report: &str) -> Issued {
        let text = format!(
            "关于分解落实重点工作的通知\n\n一、工作分工\n1．做好甲事项。（牵头单位：省财政厅；参加单位：省审计厅）\n\
             2．做好乙事项。（牵头单位：省审计厅；参加单位：省财政厅）\n\n二、工作要求\n{report}\n\n省政务公开办\n2026年11月20日\n"
        );
        act(&notice::read(text.as_bytes()).unwrap(), &Calendar::china())
    }

    #[test]
    fn d3_every_duty_to_report_is_kept_or_told_as_a_doubt() {
        let returns = read("各牵头责任单位要于每季度末月25日前将进展情况报送省政务公开办。");
        let kinds: Vec<&str> = returns.reports.iter().map(|time| time.kind.as_str()).collect();
        assert_eq!((returns.report.is_none(), kinds.as_slice()), (true, ["recurring-quarterly"].as_slice()), "{returns:?}");
    }

    #[test]
    fn d3_01_a_report_that_others_owe_is_asked_of_no_lead_and_told() {
        for who in ["各市、县人民政府", "各市", "各地", "各配合单位", "省财政厅"] {
            let issued = read(&format!("{who}要于2026年12月10日前将落实情况报省政务公开办，每季度末报送进展。"));
            assert_eq!((issued.report, issued.reports.len(), issued.unread.len()), (None, 0, 2), "{who}");
            assert!(issued.unread[0].why.starts_with(&format!("只要{who}报告")), "{who}");
        }
        for who in ["各单位", "各市、县人民政府，省政府各部门", "省直各部门", "各牵头单位", "各责任单位"]
        {
            let issued = read(&format!("{who}要于2026年12月10日前将落实情况报省政务公开办。"));
            assert_eq!((issued.report.map(|duty| duty.who), issued.unread.len()), (Some(who.into()), 0));
        }
    }

    #[test]
    fn d1_tasks_under_one_heading_are_told_apart_and_marks_of_what_is_not_public_are_doubts() {
        let issued = read("各单位要加强领导。");
        let headings: Vec<&str> = issued.clauses.iter().map(|clause| clause.heading.as_str()).collect();
        assert_eq!(headings, ["做好甲事项", "做好乙事项"]);
        let marks = |text: &str| closed_marks(&text.lines().map(ToOwned::to_owned).collect::<Vec<_>>()).len();
        assert_eq!(marks("机密 ★ 10年\n通知\n（此件不公开）\n秘密\n依申请公开"), 4);
        assert_eq!(marks("做好依申请公开工作。\n保守国家秘密，公开内部管理制度。\n（此件公开发布）"), 0);
    }

    #[test]
    fn d1_a_single_task_is_not_called_by_its_section() {
        let of = |body: &str| {
            let text = format!("关于分解重点工作的通知\n{body}\n省政务公开办\n2026年11月20日\n");
            let issued = act(&notice::read(text.as_bytes()).unwrap(), &Calendar::china());
            issued.clauses[0].heading.clone()
        };
        assert_eq!(of("一、工作分工\n1．整合政府网站，2027年6月底前完成。（牵头单位：省财政厅）"), "整合政府网站");
        assert_eq!(of("一、整合网站\n2027年6月底前完成。（牵头单位：省财政厅）"), "整合网站");
        assert_eq!(of("序号\t项目名称\t工作内容\t责任单位\n1\t老旧小区改造\t改造52个\t市住建局"), "老旧小区改造");
    }

    #[test]
    fn d1_what_is_told_has_its_reason_in_both_languages() {
        let issued = read("各单位要于春节后将进展报省政务公开办。");
        let told: Vec<(&str, &str)> = issued.unread.iter().map(|one| (one.why.as_str(), one.en.as_str())).collect();
        let is_told = |zh: &str, en: &str| told.iter().any(|(why, other)| why.starts_with(zh) && other.starts_with(en));
        assert!(is_told("没有写明到哪一天", "does not say") && is_told("像是要按时报告", "looks like a duty"), "{told:?}");
    }

    #[test]
    fn d1_only_the_office_can_say_whether_two_notices_of_one_title_are_one() {
        let new = Issued { document_no: None, ..read("各单位要加强领导。") };
        let words = digest(&new.text);
        let before = |number: Option<&str>, signed: &str| Before {
            title: new.title.clone(),
            document_no: number.map(ToOwned::to_owned),
            signed: signed.parse().ok(),
            digest: "other words".into(),
            ..Before::default()
        };
        let day = "2026-11-20";
        assert_eq!(Before { digest: words.clone(), ..Before::default() }.is(&new, &words), Some(true), "the same words");
        // Without a number, or without a day, nothing tells them apart.
        assert_eq!(before(None, day).is(&new, &words), None);
        assert_eq!(before(Some("皖政办〔2026〕1号"), day).is(&new, &words), None);
        assert_eq!(before(None, "").is(&new, &words), None);
        assert_eq!(before(None, "2025-11-20").is(&new, &words), Some(false), "each year’s notice has the same title");
        assert_eq!(Before { title: "另一个标题".into(), ..before(None, day) }.is(&new, &words), Some(false));
        let numbered = Issued { document_no: Some("皖政办〔2026〕1号".into()), ..new.clone() };
        assert_eq!(before(Some("皖政办〔2026〕1号"), day).is(&numbered, &words), Some(true), "a number is given once");
        assert_eq!(before(Some("皖政办〔2026〕1号"), "2026-11-19").is(&numbered, &words), None);
        assert_eq!(before(Some("皖政办〔2026〕2号"), day).is(&numbered, &words), Some(false));
    }

    #[test]
    fn d1_what_stands_around_a_notice_on_its_page_is_no_text_of_it() {
        let page = "首页 > 政务公开\n当前位置：首页 > 政务公开 > 通知\n发文字号：皖政办〔2026〕9号　有效性：有效\n关于分解重点工作的通知\n各市人民政府：\n1．做好甲事项。（牵头单位：省财政厅）\n省政务公开办\n2026年11月20日\n打印 关闭\n版权所有 网站标识码：3400000001\n";
        let issued = act(&notice::read(page.as_bytes()).unwrap(), &Calendar::china());
        assert_eq!(issued.document_no.as_deref(), Some("皖政办〔2026〕9号"));
        let words: Vec<&str> = issued.text.iter().map(|line| line.trim()).filter(|line| !line.is_empty()).collect();
        assert_eq!(words[..2], ["皖政办〔2026〕9号", "关于分解重点工作的通知"]);
        assert_eq!((words.len(), words[5], issued.text.len()), (6, "2026年11月20日", 10), "lines keep their numbers");
        assert_eq!(issued.unread.iter().map(|told| told.line).collect::<Vec<_>>(), [1, 9]);
    }

    #[test]
    fn d1_blanks_and_blank_lines_make_no_other_notice() {
        let of = |text: &str| digest(&text.lines().map(ToOwned::to_owned).collect::<Vec<_>>());
        assert_eq!(of("一、任务\n（牵头单位：甲）"), of("　一、任务\n\n （牵头单位： 甲） \n"));
        assert_ne!(of("一、任务"), of("二、任务"));
    }
}
