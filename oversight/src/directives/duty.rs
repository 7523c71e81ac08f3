//! 该报的日子 · every day by which a unit must say or do something: the notice's day of reporting, the dates of the clause itself with
//! each year's return of what comes back, the steps of a plan, the correction of a finding, the answer to a proposal. All of it
//! follows from the fold and the calendar; reminders, chases and lists only ask here (D3-01, CLK-02).

use super::assignment::{Assignment, Proposal, Report};
use super::names;
use super::turns::{self, held, is_frequent, occurrences};
use acts::TimeNamed;
use calendar::Calendar;
use chrono::{Days, NaiveDate, TimeDelta};
use foundation::Moment;

/// What a day is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    Report,
    Clause,
    Occurrence,
    /// A further day of reporting, or one that returns.
    Reporting,
    Step,
    Finding,
    Answer,
    Confirm,
}

impl About {
    pub fn zh(self) -> &'static str {
        match self {
            About::Report => "报进展",
            About::Clause => "文中的期限",
            About::Occurrence | About::Reporting => "按期要做的事",
            About::Step => "计划的步骤",
            About::Finding => "整改",
            About::Answer => "答复商请",
            About::Confirm => "确认参加",
        }
    }
    /// Whether it is asked of who takes part, and not of who leads.
    fn asks_participants(self) -> bool {
        matches!(self, About::Answer | About::Confirm)
    }
    /// Whether a report can be for this day and no other.
    pub fn is_asked_about(self) -> bool {
        self == About::Report || self.is_of_the_clause()
    }
    /// Whether its words are typed by people as they stand: on a page in another language they stay so.
    fn is_written(self, words: &str) -> bool {
        matches!(self, About::Step | About::Finding) || matches!(self, About::Clause | About::Occurrence) && !is_ours(words)
    }
    /// Whether its words say more than its kind.
    pub fn is_of_its_own(self) -> bool {
        !matches!(self, About::Report | About::Confirm)
    }
    /// Whether a clause of the notice sets it: a date, or what returns.
    pub fn is_of_the_clause(self) -> bool {
        matches!(self, About::Clause | About::Occurrence | About::Reporting)
    }
    /// Whether the notice asks that something be done, and not only reported.
    fn asks_to_do(self) -> bool {
        matches!(self, About::Clause | About::Occurrence)
    }
    /// Whether a report that names what returns meets it: where something is to be done it says that it was, where a report is asked
    /// for it is one.
    pub(super) fn is_met_by(self, report: &Report, key: &str) -> bool {
        if self.asks_to_do() { report.answers(key) } else { report.is_on(key) }
    }
    /// The same of a report that does not name it and came in its turn.
    pub(super) fn is_met_in_its_turn_by(self, report: &Report) -> bool {
        if self.asks_to_do() { report.has_done_what_runs() } else { report.is_general() }
    }
    /// Whether the notice sets it, and not a plan or an inspection.
    pub fn is_of_the_notice(self) -> bool {
        self == About::Report || self.is_of_the_clause()
    }
}

/// What the words of a duty to report begin with; when it is follows as the notice says it.
pub(super) const REPORTING: &str = "报告进展：";

/// Whether the words of a duty are put together by us: what the office corrected says so in a bracket, and so does what one report
/// speaks for together.
pub(super) fn is_ours(words: &str) -> bool {
    words == "核对时补的期限" || words.is_empty() || words.ends_with('）') || words.contains('；')
}

/// A day and who owes something by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Duty {
    /// `report`, `by:2012-12-31`, `every:2012-12-31`, `step:省财政厅:2`, `finding:1`, `answer:1`, `confirm:2012-05-11`
    pub key: String,
    pub about: About,
    pub words: String,
    /// The day as written, and the day it ends by the counting rules.
    pub written: NaiveDate,
    pub due: NaiveDate,
    /// From when on it can be reminded of.
    pub since: NaiveDate,
    /// Who still owes it.
    pub units: Vec<String>,
    /// Whether a lead unit owes it: then the task is late where it is late. Otherwise a participant is, and the task is not.
    pub of_a_lead: bool,
    /// Whether it is met by having done what it asks for, and not by reporting alone.
    pub by_doing: bool,
    /// 印发时已过期 · the day was over when the notice was issued, or when the unit took the task over. It could not keep it, so nobody is
    /// late, and nobody is chased until the office sets a day anew.
    pub stale: bool,
    /// It was over when the unit took the task over.
    pub taken_over: bool,
}

impl Duty {
    pub fn is_late(&self, today: NaiveDate) -> bool {
        !self.stale && self.due < today
    }
    /// Whether its words are of the notice or of a unit, and none of ours.
    pub fn is_written(&self) -> bool {
        self.about.is_written(&self.words)
    }
    /// What is owed, in one line: the kind of the day and its words.
    pub fn zh(&self) -> String {
        format!("{}：{}", self.about.zh(), self.words)
    }
}

/// How a day stands for whoever reads of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Left {
    /// So many working days are left; none: it ends today.
    Days(u32),
    /// It has been over for so many working days.
    Late(u32),
    Stale,
    /// It was over when the unit took the task over.
    TakenOver,
}

impl Left {
    pub fn of(duty: &Duty, calendar: &Calendar, today: NaiveDate) -> Left {
        match () {
            () if duty.taken_over => Left::TakenOver,
            () if duty.stale => Left::Stale,
            () if duty.due < today => Left::Late(calendar.working_days_between(duty.due, today)),
            () => Left::Days(calendar.working_days_between(today, duty.due)),
        }
    }
    /// Whether nobody is late with it until the office sets a day anew.
    pub fn is_nobodys(self) -> bool {
        matches!(self, Left::Stale | Left::TakenOver)
    }
    pub fn zh(self) -> String {
        match self {
            Left::Days(0) => "今天到期".into(),
            Left::Days(n) => format!("剩 {n} 个工作日"),
            Left::Late(0) => "已经过期".into(),
            Left::Late(n) => format!("过期 {n} 个工作日"),
            Left::Stale => "印发时已过期".into(),
            Left::TakenOver => "接手时已过期".into(),
        }
    }
    pub fn tag(self) -> &'static str {
        match self {
            Left::Days(n) if n > REMINDERS[0] => "tag tag--wait",
            Left::Days(_) => "tag tag--warn",
            Left::Late(_) => "tag tag--stop",
            Left::Stale | Left::TakenOver => "tag tag--wait",
        }
    }
}

/// What is owed of a task now, with how long is left.
pub fn left(one: &Assignment, now: &Moment) -> Vec<(Duty, Left)> {
    let left = |duty: Duty| (Left::of(&duty, &now.calendar, now.date()), duty);
    owed(one, &now.calendar, now.date()).into_iter().map(left).map(|(left, duty)| (duty, left)).collect()
}

/// The key of a step of a plan, and that of a finding.
pub fn step_key(unit: &str, step: u32) -> String {
    format!("step:{unit}:{step}")
}
pub fn finding_key(nth: u32) -> String {
    format!("finding:{nth}")
}

/// The key of the report that is owed once a task was opened again.
fn again_key(day: NaiveDate) -> String {
    format!("again:{day}")
}

/// What a unit owes that was asked to take part.
fn answer_zh(proposal: &Proposal) -> String {
    format!("答复{}的商请", proposal.by)
}

/// What a unit owes that the notice names as a participant.
const CONFIRM: &str = "确认参加，或者写不参加的理由";

/// 还没到的 · what returns, and the days of reporting to come that nobody spoke for, each with its next day: whoever closes a task says
/// what becomes of them.
pub fn to_come(one: &Assignment, calendar: &Calendar, today: NaiveDate) -> Vec<(TimeNamed, NaiveDate)> {
    let issued = one.issued_on.unwrap_or(today);
    let owed = owed(one, calendar, today);
    let mut all: Vec<(TimeNamed, NaiveDate)> = Vec::new();
    for time in one.clause.times.iter().chain(one.all_reporting(issued).map(|(time, _)| time)) {
        let single = time.date.filter(|_| time.kind == "report");
        let day = match single {
            Some(day) => Some(day).filter(|day| owed.iter().any(|duty| duty.key == format!("every:{day}"))),
            // A turn that runs and is done already is none to come.
            None => turns::next(time, today, calendar).and_then(|day| {
                let is_done = turns::runs(time, day, today) && !owed.iter().any(|duty| duty.key == format!("every:{day}"));
                if is_done { turns::next(time, day, calendar) } else { Some(day) }
            }),
        };
        if let Some(day) = day.filter(|_| !one.has_ended(time) && !all.iter().any(|(known, _)| known == time)) {
            all.push((time.clone(), day));
        }
    }
    all
}

/// Everything that is owed, the earliest first; what returns, up to the occurrence that runs on `today`.
pub fn owed(one: &Assignment, calendar: &Calendar, today: NaiveDate) -> Vec<Duty> {
    if one.is_over() {
        return Vec::new();
    }
    let issued = one.issued_on.unwrap_or(today);
    let lead_units = one.leads();
    let mut duties = Vec::new();
    let mut add = |key: String, about: About, words: &str, written: NaiveDate, since, units: Vec<String>| {
        if units.is_empty() {
            return;
        }
        let (written, since) = match one.day_set(&key) {
            Some((day, on)) => (day, on),
            None => (written, since),
        };
        let due = calendar.next_working_day(written);
        // What was over before a unit took the task over is not its; a day on which nobody else is held waits to be set anew.
        let (later, own): (Vec<_>, Vec<_>) =
            units.into_iter().partition(|unit| about.is_of_the_notice() && one.took_on(unit).is_some_and(|on| due < on));
        let taken_over = own.is_empty();
        let units = if taken_over { later } else { own };
        if taken_over && matches!(about, About::Occurrence | About::Reporting) {
            return;
        }
        let since = units.iter().map(|unit| one.took_on(unit).unwrap_or(since)).min().map_or(since, |on| on.max(since));
        let stale = about.is_of_the_notice() && (due < issued || taken_over);
        let of_a_lead =
            !about.asks_participants() && units.iter().any(|unit| lead_units.iter().any(|lead| names::same(lead, unit)));
        let by_doing = about.asks_to_do();
        duties.push(Duty { key, about, words: words.into(), written, due, since, units, of_a_lead, by_doing, stale, taken_over });
    };
    let leads = |owes: &dyn Fn(&str) -> bool| -> Vec<String> {
        one.leads().into_iter().filter(|lead| owes(lead)).map(ToOwned::to_owned).collect()
    };
    if let Some(due) = one.due {
        let units = one.silent().into_iter().map(ToOwned::to_owned).collect();
        add("report".into(), About::Report, &one.report_zh(), due, issued, units);
    }
    if let Some(again) = one.reopened.last() {
        let owes = |lead: &str| !one.reports_of(lead).any(|report| one.counts(report) && report.is_of_the_task());
        let words = "重新督办后报告进展";
        add(again_key(again.report_by), About::Report, words, again.report_by, calendar::local_date(again.at), leads(&owes));
    }
    // What returns: of the clause, which is to be done, and of the duty to report.
    let mut returning: Vec<(About, &TimeNamed, String, NaiveDate)> = Vec::new();
    for (at, time) in one.clause.times.iter().enumerate() {
        let words = match time.words.as_str() {
            "" => "核对时补的期限".to_owned(),
            words if one.clause.is_corrected_time(at) => format!("{words}（已按更正）"),
            words => words.to_owned(),
        };
        match (time.kind.as_str(), time.date) {
            ("by", Some(day)) => {
                let key = format!("by:{day}");
                let owes = |lead: &str| !one.reports_of(lead).any(|report| report.done || report.answers(&key));
                add(key.clone(), About::Clause, &words, day, issued, leads(&owes));
            }
            _ => returning.push((About::Occurrence, time, words, issued)),
        }
    }
    for (time, from) in one.all_reporting(issued) {
        let words = format!("{REPORTING}{}", time.words);
        match time.date.filter(|_| time.kind == "report") {
            // A single day is spoken for from the day after the one before it on.
            Some(_) if one.has_ended(time) => {}
            Some(day) => {
                let before = one.reporting.iter().filter(|time| time.kind == "report").filter_map(|time| time.date);
                let before = before.chain(one.due).filter(|before| *before < day).max();
                let first = before.map_or(issued, |before| before + Days::new(1));
                let key = format!("every:{day}");
                let said = |report: &Report| report.is_general() && calendar::local_date(report.at) >= first;
                let owes = |lead: &str| !one.reports_of(lead).any(|report| report.is_on(&key) || said(report));
                add(key.clone(), About::Reporting, &words, day, first.min(today).max(issued), leads(&owes));
            }
            None => returning.push((About::Reporting, time, words, from)),
        }
    }
    for (about, time, words, from) in returning.into_iter().filter(|(_, time, ..)| !one.has_ended(time)) {
        let from = one.anew_from(time).map_or(from, |again| from.max(again));
        if is_frequent(&time.kind) {
            let from = one.reopened.last().map_or(from, |again| from.max(calendar::local_date(again.at)));
            for ((first, last), units) in held(one, time, about, from, calendar) {
                if first > today.max(from) {
                    continue;
                }
                // On the day on which a week begins there is nothing to remind of yet.
                let since = if last - first > TimeDelta::days(1) { first + Days::new(1) } else { first };
                add(format!("every:{last}"), about, &words, last, since, units);
            }
            continue;
        }
        for (first, last) in occurrences(time, from, today).into_iter().filter(|(_, last)| !one.was_closed(*last)) {
            let key = format!("every:{last}");
            let within = |report: &Report| (first..=last).contains(&calendar::local_date(report.at));
            let meets = |report: &Report| about.is_met_by(report, &key) || within(report) && about.is_met_in_its_turn_by(report);
            let owes = |lead: &str| !one.reports_of(lead).any(meets);
            add(key.clone(), about, &words, last, first, leads(&owes));
        }
    }
    for plan in one.plans_in_force() {
        for step in plan.steps.iter().filter(|step| !one.has_reached(&plan.unit, step.id)) {
            add(step_key(&plan.unit, step.id), About::Step, &step.name, step.due, plan.on, vec![plan.unit.clone()]);
        }
    }
    for finding in one.findings.iter().filter(|finding| finding.answer.is_none() && finding.closed_on.is_none()) {
        add(
            finding_key(finding.nth),
            About::Finding,
            &finding.text,
            finding.correct_by,
            finding.since(),
            vec![finding.unit.clone()],
        );
    }
    for (at, proposal) in one.unanswered() {
        // On the day it is asked there is nothing to remind of yet.
        let since = proposal.on + Days::new(1);
        let (key, asked) = (format!("answer:{}", at + 1), vec![proposal.participant.clone()]);
        add(key, About::Answer, &answer_zh(proposal), proposal.answer_by, since, asked);
    }
    for asked in &one.named_by {
        let (key, since) = (format!("confirm:{}", asked.answer_by), asked.on + Days::new(1));
        add(key, About::Confirm, CONFIRM, asked.answer_by, since, one.unconfirmed(asked));
    }
    duties.sort_by(|a, b| (a.due, &a.key).cmp(&(b.due, &b.key)));
    // One report speaks for all that is owed under one key: nothing of what it is for is lost.
    duties.dedup_by(|next, kept| {
        let is_same = next.key == kept.key;
        if is_same && !kept.words.contains(&next.words) {
            kept.words = format!("{}；{}", kept.words, next.words);
        }
        kept.by_doing |= is_same && next.by_doing;
        if is_same {
            let new: Vec<String> = next.units.iter().filter(|unit| !kept.units.contains(unit)).cloned().collect();
            kept.units.extend(new);
        }
        is_same
    });
    duties
}

/// 迟了才办到的 · a day that a unit missed, and when it caught up; none where it never did: its plan was changed, or it was asked anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Missed {
    pub about: About,
    pub words: String,
    pub unit: String,
    pub due: NaiveDate,
    pub met: Option<NaiveDate>,
}

impl Missed {
    pub fn zh(&self) -> String {
        format!("{}：{}（{}，{}）", self.about.zh(), self.words, self.unit, self.after_zh())
    }
    /// Whether its words are of the notice or of a unit, and none of ours.
    pub fn is_written(&self) -> bool {
        self.about.is_written(&self.words) && self.words != "按期的一次"
    }
    /// What came after the day was missed.
    pub fn after_zh(&self) -> String {
        match (self.met, self.about) {
            (Some(day), _) => format!("{day} 才办到"),
            (None, About::Answer) => "没有答复，重新商请了".into(),
            (None, _) => "改了计划".into(),
        }
    }
    /// Whether it was a lead unit that missed it, and so the task.
    pub fn is_of_a_lead(&self, one: &Assignment) -> bool {
        !self.about.asks_participants() && one.leads().into_iter().any(|lead| names::same(lead, &self.unit))
    }
}

/// Everything that was met only after its day or planned away after it, the earliest first. What is late now stands in [`owed`].
/// It follows from the fold, so no later report or plan takes it back.
pub fn missed(one: &Assignment, calendar: &Calendar) -> Vec<Missed> {
    let mut missed = Vec::new();
    if one.withdrawn_on.is_some() {
        return missed;
    }
    let issued = one.issued_on.unwrap_or_default();
    let mut say = |about, words: &str, unit: &str, due, met| {
        missed.push(Missed { about, words: words.into(), unit: unit.into(), due, met });
    };
    // The day a duty of the notice ends, where it could be kept.
    let ends = |key: &str, written: NaiveDate| {
        let due = calendar.next_working_day(one.day_set(key).map_or(written, |(day, _)| day));
        (one.day_set(key).is_some() || due >= issued).then_some(due)
    };
    let day = |report: &Report| calendar::local_date(report.at);
    for lead in one.leads() {
        let mut of_the_notice = |about, key: &str, words: &str, written, meets: &dyn Fn(&Report) -> bool| {
            let Some(due) = ends(key, written).filter(|due| one.took_on(lead).is_none_or(|on| on <= *due)) else { return };
            if let Some(met) = one.reports_of(lead).find(|report| meets(report)).map(day).filter(|met| *met > due) {
                say(about, words, lead, due, Some(met));
            }
        };
        if let Some(due) = one.due {
            of_the_notice(About::Report, "report", &one.report_zh(), due, &Report::is_of_the_task);
        }
        for again in &one.reopened {
            let key = again_key(again.report_by);
            of_the_notice(About::Report, &key, "重新督办后报告进展", again.report_by, &|report| {
                report.at >= again.at && report.is_of_the_task()
            });
        }
        for time in one.clause.times.iter().filter(|time| time.kind == "by") {
            let Some(date) = time.date else { continue };
            let key = format!("by:{date}");
            let words = if time.words.is_empty() { "核对时补的期限" } else { &time.words };
            of_the_notice(About::Clause, &key, words, date, &|report| report.done || report.answers(&key));
        }
        for written in one.reports_of(lead).filter_map(|report| report.about.as_deref()?.strip_prefix("every:")) {
            let Ok(written) = written.parse() else { continue };
            let key = format!("every:{written}");
            of_the_notice(About::Occurrence, &key, "按期的一次", written, &|report| report.answers(&key));
        }
    }
    // Of a step each day that was planned for it, until another plan took its place.
    for plan in &one.plans {
        let next = one.plans.iter().find(|next| next.unit == plan.unit && next.version == plan.version + 1);
        for step in &plan.steps {
            let due = calendar.next_working_day(step.due);
            let same = next.and_then(|next| next.steps.iter().find(|other| other.id == step.id));
            if same.is_some_and(|same| same.due == step.due) {
                continue;
            }
            let met = one.reached.iter().find(|reached| reached.unit == plan.unit && reached.step == step.id).map(|it| it.on);
            match (met, next) {
                (Some(met), _) if met <= due => {}
                (_, Some(next)) if next.on <= due => {}
                (None, None) => {}
                (met, _) => say(About::Step, &step.name, &plan.unit, due, met),
            }
        }
    }
    for finding in &one.findings {
        let due = calendar.next_working_day(finding.correct_by);
        if let Some(on) = finding.answer.as_ref().map(|(_, on)| *on).filter(|on| *on > due) {
            say(About::Finding, &finding.text, &finding.unit, due, Some(on));
        }
        // What came late was late, though it was sent back.
        for (came, day) in finding.returned.iter().filter_map(|back| back.came.zip(back.correct_by)) {
            let due = calendar.next_working_day(day);
            if came > due {
                say(About::Finding, &finding.text, &finding.unit, due, Some(came));
            }
        }
    }
    for (at, proposal) in one.proposals.iter().enumerate() {
        let due = calendar.next_working_day(proposal.answer_by);
        let met = proposal.answer.as_ref().map(|(.., on)| *on);
        if met.or(one.made_anew(at).map(|anew| anew.on)).is_some_and(|on| on > due) {
            say(About::Answer, &answer_zh(proposal), &proposal.participant, due, met);
        }
    }
    for asked in &one.named_by {
        let due = calendar.next_working_day(asked.answer_by);
        for unit in one.asked_by(asked) {
            let answer = one.answers.iter().find(|answer| names::same(&answer.participant, &unit));
            if let Some(on) = answer.map(|answer| answer.on).filter(|on| *on > due) {
                say(About::Confirm, CONFIRM, &unit, due, Some(on));
            }
        }
    }
    missed.sort_by(|a, b| (a.due, &a.unit).cmp(&(b.due, &b.unit)));
    missed.dedup();
    missed
}

/// The last day that the notice sets for the task itself, where it is still to come and can be kept.
pub fn deadline(one: &Assignment, calendar: &Calendar, today: NaiveDate) -> Option<NaiveDate> {
    let issued = one.issued_on.unwrap_or_default();
    let days = one.clause.times.iter().filter(|time| time.kind == "by").filter_map(|time| time.date);
    let last = |day: NaiveDate| {
        let set = one.day_set(&format!("by:{day}"));
        let due = calendar.next_working_day(set.map_or(day, |(day, _)| day));
        (set.is_some() || due >= issued).then_some(due)
    };
    days.filter_map(last).max().filter(|day| *day >= today)
}

/// How often a unit was told of a duty: three reminders, then chases.
pub const REMINDERS: [u32; 3] = [10, 5, 1];
/// Working days from the last day to the first chase, and from one chase to the next (D3-01).
const FIRST: u32 = 1;
const AGAIN: u32 = 5;
/// So many chases at most: then it is for people to ask.
pub const MOST: u32 = 6;

/// How often a duty was chased.
pub fn chases(one: &Assignment, duty: &str) -> usize {
    one.told.iter().filter(|told| told.duty == duty && told.stage >= REMINDERS.len() as u32).count()
}

/// What pages say of a duty that the clock chases no more.
pub fn rests_zh() -> String {
    format!("催办满 {MOST} 次，系统不再自动催，要由人来问")
}

fn days_before(calendar: &Calendar, due: NaiveDate, n: u32) -> NaiveDate {
    (0..n).fold(due, |day, _| calendar.previous_working_day(day - Days::new(1)))
}

/// What is to be told of a duty by `today` and was not, and the day on which it is next to be told of. By stage: 0 to 2 are
/// reminders, of which one that is overtaken is left out; from 3 on it is chased, each time from the chase before.
pub fn telling(one: &Assignment, duty: &Duty, calendar: &Calendar, today: NaiveDate) -> (Option<u32>, Option<NaiveDate>) {
    if duty.stale {
        return (None, None);
    }
    let last = one.told.iter().filter(|told| told.duty == duty.key).max_by_key(|told| told.stage);
    let reminders = (0..).zip(REMINDERS.map(|n| days_before(calendar, duty.due, n)));
    let mut left: Vec<(u32, NaiveDate)> =
        reminders.filter(|(stage, day)| *day >= duty.since && last.is_none_or(|told| *stage > told.stage)).collect();
    let chases = REMINDERS.len() as u32;
    match last {
        Some(told) if told.stage >= chases => {
            left.push((told.stage + 1, calendar.add_working_days(told.on, AGAIN)));
        }
        _ => left.push((chases, calendar.add_working_days(duty.due, FIRST))),
    }
    left.retain(|(stage, _)| *stage < chases + MOST);
    // Once the day is over there is nothing left to remind of.
    let is_due = |(stage, day): &&(u32, NaiveDate)| *day <= today && (*stage >= chases || today <= duty.due);
    let now = left.iter().rev().find(is_due).map(|(stage, _)| *stage);
    (now, left.iter().find(|(_, day)| *day > today).map(|(_, day)| *day))
}

#[cfg(test)]
mod tests;
