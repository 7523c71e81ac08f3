//! 分解 · a lead unit breaks its task into steps, each with a day and somebody in charge, some after others; each of joint leads its own,
//! with steps that may wait for those of another (D2-01). A changed plan is a new version, and the older ones stay readable. Names stay in the file, the public reads posts (F028).

use super::act::{self, Form, No, Sent, own_agency};
use super::address::TaskAt;
use super::assignment::{self, Assignment, Plan};
use super::{chase, duty, report, sequence};
use acts::{AssignmentAct, Entry, InCharge, PlanPrivate, PlanStep, StepOf};
use askama::Template;
use authority::{Act, Circumstance};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::{Entered, Held, Posted};
use foundation::page::fields::{self, Filled, field_error};
use foundation::page::{self, Shell, filters};
use foundation::people::Person;
use foundation::{House, Moment, SignedIn, Stop, record};
use std::collections::BTreeMap;
use uuid::Uuid;

/// Empty rows that a form offers, and the most it takes.
const SPARE: usize = 3;
const MOST: usize = 60;
/// Characters of the longest name of a step, a post or a person.
const LONGEST: usize = 80;

#[derive(Template)]
#[template(path = "directives/plan.html")]
struct PlanPage {
    shell: Shell,
    no: String,
    seq: u32,
    heading: String,
    unit: String,
    version: u32,
    rows: Vec<Row>,
    /// The plans of the units that lead with it: their steps can be waited for.
    others: Vec<Plan>,
    once: Uuid,
    filled: Filled,
}

impl PlanPage {
    fn place(&self) -> String {
        format!("第 {} 项", self.seq)
    }
}

/// A row of the form; a step that was reached stays as it was planned.
struct Row {
    n: usize,
    id: String,
}

impl Row {
    fn title(&self) -> String {
        format!("第 {} 步", self.n)
    }
    fn key(&self, field: &str) -> String {
        format!("{field}-{}", self.n)
    }
}

pub async fn show(
    State(house): State<House>,
    shell: Shell,
    person: SignedIn,
    Held(held): Held,
    TaskAt(no, seq): TaskAt,
) -> Result<Response, Stop> {
    let again = held.map(|entered| Filled::new(shell.lang, entered, Vec::new()));
    draw(&house, shell, &person, &no, seq, again).await
}

/// Adds the names of those in charge that a plan's file holds; those of a later version take their place.
pub(super) fn names_of(entry: &Entry<AssignmentAct>, names: &mut BTreeMap<(String, u32), String>) {
    if let AssignmentAct::Planned { unit, private: Some(private), .. } = &entry.act {
        names.extend(private.in_charge.iter().map(|one| ((unit.clone(), one.step), one.name.clone())));
    }
}

pub(super) async fn draw(
    house: &House,
    shell: Shell,
    person: &Person,
    no: &str,
    seq: u32,
    again: Option<Filled>,
) -> Result<Response, Stop> {
    house.may(&person.principal(), Act::PlanAssignment, &own_agency(person), &Circumstance::default())?;
    let mut conn = house.pool().acquire().await?;
    let one = assignment::find(&mut conn, &assignment::number(no, seq)).await?;
    let unit = report::lead(person, &one)?;
    let mut names = BTreeMap::new();
    for stored in record::acts_of(&mut conn, &chase::subject(&one.no)).await? {
        names_of(&stored.read()?, &mut names);
    }
    drop(conn);
    let filled = again.unwrap_or_else(|| Filled::new(shell.lang, entered(&one, &unit, &names), Vec::new()));
    let value = |key: &str| filled.entered.get(key).and_then(|values| values.last()).map_or("", String::as_str);
    let used = (1..=MOST).filter(|n| !value(&format!("name-{n}")).is_empty()).max().unwrap_or(0);
    let shown = value("rows").parse().unwrap_or(0).max(used + SPARE).min(MOST);
    let rows = (1..=shown).map(|n| Row { n, id: value(&format!("id-{n}")).to_owned() }).collect();
    let status = if filled.errors.is_empty() { StatusCode::OK } else { StatusCode::UNPROCESSABLE_ENTITY };
    let page = PlanPage {
        no: no.into(),
        seq,
        version: one.plan(&unit).map_or(0, |plan| plan.version),
        others: sequence::others(&one, &unit).cloned().collect(),
        heading: one.clause.heading,
        unit,
        rows,
        once: Uuid::new_v4(),
        filled,
        shell,
    };
    page::render_status(&page.shell.clone(), status, &page)
}

/// The plan in force, as its form holds it.
fn entered(one: &Assignment, unit: &str, names: &BTreeMap<(String, u32), String>) -> Entered {
    let mut entered = Entered::new();
    let Some(plan) = one.plan(unit) else { return entered };
    let row_of = |id: &u32| plan.steps.iter().position(|step| step.id == *id).map(|at| (at + 1).to_string());
    entered.insert("goal".into(), vec![plan.goal.clone()]);
    for (n, step) in (1..).zip(&plan.steps) {
        let name = names.get(&(unit.to_owned(), step.id)).cloned().unwrap_or_default();
        let after = step.after.iter().filter_map(row_of).collect::<Vec<_>>().join("、");
        let fields = [
            ("id", step.id.to_string()),
            ("name", step.name.clone()),
            ("due", step.due.to_string()),
            ("post", step.post.clone()),
            ("person", name),
            ("after", after),
            ("others", sequence::entered(one, step)),
        ];
        entered.extend(fields.map(|(field, value)| (format!("{field}-{n}"), vec![value])));
    }
    entered
}

pub async fn send(mut sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::PlanAssignment, &own_agency(&sent.person))?;
    if sent.posted.one("then") == "more" {
        let rows = sent.posted.one("rows").parse().unwrap_or(0) + SPARE;
        sent.posted.0.insert("rows".into(), vec![rows.to_string()]);
        let again = Filled::new(sent.shell.lang, sent.posted.0, Vec::new());
        return draw(&sent.house, sent.shell, &sent.person, &sent.no, sent.seq, Some(again)).await;
    }
    sent.act("liaison", Form::Plan, |person, one, posted, now| {
        let unit = report::lead(person, one)?;
        decide(one, unit, posted, now)
    })
    .await
}

fn fold(posted: &Posted, key: &str) -> String {
    forms::text::fold_text(posted.one(key)).trim().to_owned()
}

/// The plan as it was entered; everything wrong with it at once.
fn decide(one: &Assignment, unit: String, posted: &Posted, now: &Moment) -> Result<AssignmentAct, No> {
    let (today, calendar) = (now.date(), &now.calendar);
    let deadline = duty::deadline(one, calendar, today);
    // A step whose day is over and that was not reached.
    let is_missed = |step: &PlanStep| calendar.next_working_day(step.due) < today && !one.has_reached(&unit, step.id);
    let before = one.plan(&unit);
    let version = before.map_or(0, |plan| plan.version);
    if posted.one("version") != version.to_string() {
        return Err(No::rejected("这份计划刚刚有人改过，请重新打开再改"));
    }
    let mut errors = Vec::new();
    let goal =
        act::text(posted, "goal", "总目标", "请写做到什么样算完成", "Say what it is when it is done").unwrap_or_else(|wrong| {
            errors.extend(wrong);
            String::new()
        });
    let rows: Vec<usize> = (1..=MOST)
        .filter(|n| ["name", "due", "post", "person"].iter().any(|field| !fold(posted, &format!("{field}-{n}")).is_empty()))
        .collect();
    let known = |id: u32| before.and_then(|plan| plan.steps.iter().find(|step| step.id == id));
    let ever = one.plans.iter().filter(|plan| plan.unit == unit).flat_map(|plan| &plan.steps).map(|step| step.id).max();
    let mut next = ever.unwrap_or(0);
    let mut ids: BTreeMap<usize, u32> = BTreeMap::new();
    for n in &rows {
        let kept = posted.one(&format!("id-{n}")).parse().ok().filter(|id| known(*id).is_some());
        let id = kept.filter(|id| !ids.values().any(|used| used == id)).unwrap_or_else(|| {
            next += 1;
            next
        });
        ids.insert(*n, id);
    }
    let mut steps = Vec::new();
    let mut in_charge = Vec::new();
    for n in &rows {
        let mut say = |field: &str, label: &str, zh: &str, en: &str| {
            let text = fold(posted, &format!("{field}-{n}"));
            if text.is_empty() || text.chars().count() > LONGEST {
                errors.push(field_error(&format!("{field}-{n}"), label, zh, en));
            }
            // All but the name stands in public.
            if field != "person" {
                fields::public(&text, &format!("{field}-{n}"), label, &mut errors);
            }
            text
        };
        let name = say("name", "步骤", "请写这一步做什么，不超过 80 字", "Say what this step is, in at most 80 characters");
        let post = say("post", "负责的岗位", "请写负责的岗位，不超过 80 字", "Name the post in charge, in at most 80 characters");
        let person =
            say("person", "负责人姓名", "请写负责人姓名，不超过 80 字", "Name the person in charge, in at most 80 characters");
        let key = format!("due-{n}");
        let due = fields::date(posted.one(&key), &key, "完成日期", &mut errors);
        let id = ids[n];
        // What was planned for a day that has passed may stay; nothing new can be planned for one.
        if due.is_some_and(|due| due < today && known(id).is_none_or(|step| step.due != due)) {
            errors.push(field_error(&key, "完成日期", "完成日期不能早于今天", "The date must not be earlier than today"));
        }
        if let Some((missed, _)) = known(id).filter(|step| is_missed(step)).zip(due).filter(|(step, due)| step.due != *due) {
            let zh = format!("这一步 {} 到期没有做到，日子不能再改；做到了请报“做到一步”", missed.due);
            errors.push(field_error(&key, "完成日期", &zh, "This step was missed: its day cannot be changed any more"));
        } else if let Some((last, _)) = deadline.zip(due).filter(|(last, due)| due > last)
            && known(id).map(|step| step.due) != due
        {
            let zh = format!("通知要求 {last} 前完成，步骤不能排在它以后");
            errors.push(field_error(&key, "完成日期", &zh, "The notice sets an earlier deadline: no step can come after it"));
        }
        let after = after(posted, *n, &ids, &mut errors);
        // What is reached stays as it was, whatever became of the steps it waited for.
        let after_others = match known(id).filter(|_| one.has_reached(&unit, id)) {
            Some(step) => step.after_others.clone(),
            None => others(one, &unit, posted, *n, &mut errors),
        };
        in_charge.push(InCharge { step: id, name: person });
        steps.extend(due.map(|due| PlanStep { id, name, due, post, after, after_others }));
    }
    let kept = |step: &&PlanStep| ids.values().any(|id| *id == step.id);
    let mut gone = before.into_iter().flat_map(|plan| &plan.steps).filter(|step| is_missed(step) && !kept(step));
    if let Some(gone) = gone.next() {
        let zh = format!("“{}”{} 到期没有做到，不能删去；做到了请报“做到一步”", gone.name, gone.due);
        errors.push(field_error("name-1", "步骤", &zh, "A step that was missed stays in the plan until it is reached"));
    }
    if rows.is_empty() {
        errors.push(field_error("name-1", "步骤", "请至少写一步", "Enter at least one step"));
    }
    if errors.is_empty() {
        order(&steps, &ids, &mut errors);
        order_of_others(one, &unit, &steps, &ids, &mut errors);
    }
    if !errors.is_empty() {
        return Err(No::Fields(errors));
    }
    if let Some(gone) =
        one.reached.iter().find(|reached| reached.unit == unit && known(reached.step).is_some_and(|step| !steps.contains(step)))
    {
        let name = known(gone.step).map_or("", |step| step.name.as_str());
        return Err(No::rejected(format!("“{name}”已经做到了，不能再改，也不能删去")));
    }
    Ok(AssignmentAct::Planned { unit, version: version + 1, goal, steps, private: Some(PlanPrivate { in_charge }) })
}

/// The steps that a row says must be reached before it.
fn after(posted: &Posted, n: usize, ids: &BTreeMap<usize, u32>, errors: &mut Vec<FieldError>) -> Vec<u32> {
    let key = format!("after-{n}");
    let said = fold(posted, &key);
    let parts = said.split(['、', '，', ',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let rows: Option<Vec<u32>> =
        parts.map(|part| part.parse().ok().filter(|row| *row != n).and_then(|row| ids.get(&row)).copied()).collect();
    rows.unwrap_or_else(|| {
        let zh = "请写别的步骤的序号，几个用顿号分开";
        errors.push(field_error(&key, "要等哪几步", zh, "Enter the numbers of other steps, parted by 、"));
        Vec::new()
    })
}

/// The steps of other units that a row says must be reached before it.
fn others(one: &Assignment, unit: &str, posted: &Posted, n: usize, errors: &mut Vec<FieldError>) -> Vec<StepOf> {
    let key = format!("others-{n}");
    sequence::read(one, unit, &fold(posted, &key)).unwrap_or_else(|part| {
        let zh = format!("“{part}”不是别的牵头单位计划里的步骤，请写单位和它那一步的序号，如：省财政厅 2");
        let en = "Enter another lead unit and the number of its step; part several by a comma";
        errors.push(field_error(&key, "要等别的单位的哪几步", &zh, en));
        Vec::new()
    })
}

/// The same across units: no step comes due before one of another unit that it waits for, and none waits for itself through others.
fn order_of_others(one: &Assignment, unit: &str, steps: &[PlanStep], ids: &BTreeMap<usize, u32>, errors: &mut Vec<FieldError>) {
    let row = |id: u32| ids.iter().find(|(_, known)| **known == id).map_or(1, |(row, _)| *row);
    for step in steps.iter().filter(|step| !one.has_reached(unit, step.id)) {
        if let Some((of, first)) = sequence::too_late(one, step) {
            let zh = format!("完成日期不能早于它要等的{of}“{}”（{}）", first.name, first.due);
            let en = "The date must not be before that of a step it waits for";
            errors.push(field_error(&format!("due-{}", row(step.id)), "完成日期", &zh, en));
        }
    }
    if let Some((id, chain)) = sequence::circle(one, unit, steps) {
        let zh = format!("这样几步互相等，谁也开始不了：{chain}");
        let en = "These steps of several units would wait for each other";
        errors.push(field_error(&format!("others-{}", row(id)), "要等别的单位的哪几步", &zh, en));
    }
}

/// No step comes due before one it waits for, and none waits for itself in the end.
fn order(steps: &[PlanStep], ids: &BTreeMap<usize, u32>, errors: &mut Vec<FieldError>) {
    let due: BTreeMap<u32, NaiveDate> = steps.iter().map(|step| (step.id, step.due)).collect();
    let row = |id: u32| ids.iter().find(|(_, known)| **known == id).map_or(1, |(row, _)| *row);
    for step in steps {
        if let Some(first) = step.after.iter().find(|id| due[id] > step.due) {
            errors.push(field_error(
                &format!("due-{}", row(step.id)),
                "完成日期",
                &format!("完成日期不能早于它要等的第 {} 步", row(*first)),
                "The date must not be before that of a step it waits for",
            ));
        }
    }
    let mut left: Vec<&PlanStep> = steps.iter().collect();
    loop {
        let waiting = left.len();
        let still: Vec<u32> = left.iter().map(|step| step.id).collect();
        left.retain(|step| step.after.iter().any(|id| still.contains(id)));
        if left.len() == waiting {
            break;
        }
    }
    if let Some(step) = left.first() {
        let zh = "这几步互相等，谁也开始不了";
        errors.push(field_error(&format!("after-{}", row(step.id)), "要等哪几步", zh, "These steps wait for each other"));
    }
}

/// The steps of a unit that can be reached now, first those that come due first.
pub(super) fn open_steps<'a>(one: &'a Assignment, unit: &'a str) -> Vec<&'a PlanStep> {
    let steps = one.plan(unit).into_iter().flat_map(|plan| &plan.steps);
    let can_begin = |step: &&PlanStep| !one.has_reached(unit, step.id) && sequence::waits_for(one, unit, step).is_empty();
    let mut open: Vec<&PlanStep> = steps.filter(can_begin).collect();
    open.sort_by_key(|step| step.due);
    open
}

/// 做到一步 · a step of the plan was reached.
pub async fn reach(sent: Sent) -> Result<Response, Stop> {
    sent.may(Act::PlanAssignment, &own_agency(&sent.person))?;
    sent.act("liaison", Form::Task, |person, one, posted, _| {
        let unit = report::lead(person, one)?;
        let Ok(step) = posted.one("step").parse::<u32>() else {
            return Err(No::Fields(vec![field_error("step", "哪一步", "请选做到了哪一步", "Choose which step was reached")]));
        };
        let Some(planned) = one.plan(&unit).and_then(|plan| plan.steps.iter().find(|planned| planned.id == step)) else {
            return Err(No::rejected("计划里没有这一步，请重新打开再报"));
        };
        if one.has_reached(&unit, step) {
            return Err(No::rejected("这一步已经报过做到了"));
        }
        let waits = sequence::waits_for(one, &unit, planned);
        if !waits.is_empty() {
            let zh = format!("这一步要等的步骤还没有做到：{}", waits.join("、"));
            return Err(No::Fields(vec![field_error("step", "哪一步", &zh, "This step waits for steps that are not reached")]));
        }
        let text = act::text(posted, "reached", "做到了什么", "请写做到了什么", "Say what was reached")?;
        Ok(AssignmentAct::Reached { unit, step, text })
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{Clause, UnitNamed};

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn task() -> Assignment {
        let clause: Clause = serde_json::from_value(serde_json::json!({
            "seq": 1, "path": "一/1", "section": "", "heading": "甲", "text": "做事。", "lines": [1],
            "leads": [{ "name": "省财政厅" }, { "name": "省审计厅" }], "participants": [], "times": []
        }))
        .unwrap();
        assert_eq!(clause.leads[0], UnitNamed { name: "省财政厅".into(), ..UnitNamed::default() });
        Assignment::begin("RW2012001", clause, None, day("2012-05-04"))
    }

    fn posted(version: u32, rows: &[[&str; 5]]) -> Posted {
        let mut entered = Entered::new();
        entered.insert("version".into(), vec![version.to_string()]);
        entered.insert("goal".into(), vec!["全部公开".into()]);
        for (n, row) in (1..).zip(rows) {
            for (field, value) in ["name", "due", "post", "person", "after"].iter().zip(row) {
                entered.insert(format!("{field}-{n}"), vec![(*value).to_owned()]);
            }
        }
        Posted(entered)
    }

    fn decides(one: &Assignment, unit: &str, posted: &Posted) -> Result<AssignmentAct, No> {
        decides_on(one, unit, posted, "2012-05-10")
    }

    fn decides_on(one: &Assignment, unit: &str, posted: &Posted, today: &str) -> Result<AssignmentAct, No> {
        decide(one, unit.into(), posted, &Moment::new(calendar::start_of_day(day(today)), calendar::Calendar::china().into()))
    }

    fn wrong(result: Result<AssignmentAct, No>) -> Vec<String> {
        match result {
            Err(No::Fields(errors)) => errors.into_iter().map(|error| error.field).collect(),
            Err(No::Stop(stop)) => vec![stop.to_string()],
            Ok(act) => panic!("{act:?}"),
        }
    }

    fn applied(one: &mut Assignment, act: AssignmentAct) {
        let at = calendar::start_of_day(day("2012-05-10"));
        let entry: Entry<AssignmentAct> = record::entry(chase::subject(&one.no), at, acts::Actor::system(), None, act);
        one.apply(&entry);
    }

    const TWO: [[&str; 5]; 2] =
        [["拟目录", "2012-05-31", "预算处处长", "甲某", ""], ["公布", "2012-06-29", "办公室主任", "乙某", "1"]];

    #[test]
    fn d2_01_a_plan_has_steps_days_posts_and_order_and_no_name_is_public() {
        let mut one = task();
        let act = decides(&one, "省财政厅", &posted(0, &TWO)).unwrap_or_else(|_| panic!());
        let entry: Entry<AssignmentAct> = record::entry(
            chase::subject("x"),
            calendar::start_of_day(day("2012-05-10")),
            acts::Actor::system(),
            None,
            act.clone(),
        );
        let bodies = entry.bodies();
        assert!(!bodies.public.contains("甲某") && bodies.private.contains("甲某"), "{}", bodies.public);
        let reads = |private: Option<&str>| Entry::<AssignmentAct>::read(&bodies.public, private).unwrap();
        assert_eq!(reads(Some(&bodies.private)).act, act);
        assert!(matches!(reads(None).act, AssignmentAct::Planned { private: None, .. }), "reads after erasure");
        applied(&mut one, act);
        assert_eq!(one.plan("省财政厅").unwrap().steps[1].after, [1]);
        assert_eq!(open_steps(&one, "省财政厅").len(), 1);
        // Joint leads plan each for itself.
        let other = decides(&one, "省审计厅", &posted(0, &TWO[..1])).unwrap_or_else(|_| panic!());
        applied(&mut one, other);
        assert_eq!((one.plan("省财政厅").unwrap().steps.len(), one.plan("省审计厅").unwrap().steps.len()), (2, 1));
    }

    #[test]
    fn d2_01_everything_wrong_with_a_plan_is_told_at_once() {
        let one = task();
        let rows = [["", "2012-05-31", "处长", "甲", ""], ["公布", "2012-05-01", "", "乙", "7"]];
        assert_eq!(wrong(decides(&one, "省财政厅", &posted(0, &rows))), ["name-1", "post-2", "due-2", "after-2"]);
        assert_eq!(wrong(decides(&one, "省财政厅", &posted(0, &[]))), ["name-1"]);
        let early = [["甲", "2012-06-30", "处", "甲", ""], ["乙", "2012-06-01", "处", "乙", "1"]];
        assert_eq!(wrong(decides(&one, "省财政厅", &posted(0, &early))), ["due-2"]);
        let circle = [["甲", "2012-06-30", "处", "甲", "2"], ["乙", "2012-06-30", "处", "乙", "1"]];
        assert_eq!(wrong(decides(&one, "省财政厅", &posted(0, &circle))), ["after-1"]);
    }

    #[test]
    fn d2_a_step_waits_for_a_step_of_another_unit_and_circles_are_refused_by_name() {
        let mut one = task();
        let act = decides(&one, "省财政厅", &posted(0, &TWO)).unwrap_or_else(|_| panic!());
        applied(&mut one, act);
        let with = |version: u32, others: &[(&str, &str)]| {
            let mut posted = posted(version, &TWO);
            posted.0.extend(others.iter().map(|(key, said)| ((*key).to_owned(), vec![(*said).to_owned()])));
            posted
        };
        let audit = |one: &Assignment, others: &[(&str, &str)]| decides(one, "省审计厅", &with(0, others));
        for unknown in ["省审计厅 1", "省财政厅 3", "省财政厅 0", "省财政厅", "2", "省国资委 1"] {
            assert_eq!(wrong(audit(&one, &[("others-1", unknown)])), ["others-1"], "{unknown}");
        }
        assert_eq!(wrong(audit(&one, &[("others-1", "省财政厅 2")])), ["due-1"], "due before what it waits for");
        let act = audit(&one, &[("others-1", "安徽省财政厅第1步"), ("others-2", "省财政厅 １、省财政厅 2")])
            .unwrap_or_else(|_| panic!());
        applied(&mut one, act);
        let steps = &one.plan("省审计厅").unwrap().steps;
        assert_eq!((steps[0].after_others.len(), steps[1].after_others.len()), (1, 2));
        assert_eq!(sequence::entered(&one, &steps[1]), "省财政厅 1、省财政厅 2");
        assert_eq!(sequence::of_others(&one, &steps[0]), ["省财政厅“拟目录”"]);
        assert_eq!(sequence::waiting(&one, "省财政厅", 2), ["省审计厅“公布”"]);
        assert!(open_steps(&one, "省审计厅").is_empty());
        // The other way round would close a circle, directly or through a step of one's own.
        let back = |others: &[(&str, &str)]| {
            let mut same = Posted(entered(&one, "省财政厅", &BTreeMap::new()));
            same.0.insert("version".into(), vec!["1".into()]);
            same.0.extend(["person-1", "person-2"].map(|key| (key.to_owned(), vec!["甲".to_owned()])));
            same.0.extend(others.iter().map(|(key, said)| ((*key).to_owned(), vec![(*said).to_owned()])));
            decides(&one, "省财政厅", &same)
        };
        assert_eq!(wrong(back(&[("others-2", "省审计厅 2")])), ["others-2"]);
        assert_eq!(wrong(back(&[("others-1", "省审计厅 1")])), ["others-1"]);
        let Err(No::Fields(errors)) = back(&[("others-1", "省审计厅 1")]) else { panic!() };
        assert!(errors[0].zh.contains("省财政厅“拟目录” → 省审计厅“拟目录” → 省财政厅“拟目录”"), "{}", errors[0].zh);
        assert!(back(&[("others-2", "省审计厅 1")]).is_ok(), "what comes before may be waited for");
        // It begins once the other is reached, and waits for nobody who dropped the step.
        applied(&mut one, AssignmentAct::Reached { unit: "省财政厅".into(), step: 1, text: "拟好了".into() });
        assert_eq!(open_steps(&one, "省审计厅").len(), 1);
        let mut less = one.plan("省财政厅").unwrap().clone();
        less.steps.truncate(1);
        let (unit, goal, steps) = (less.unit, less.goal, less.steps);
        applied(&mut one, AssignmentAct::Planned { unit, version: 2, goal, steps, private: None });
        applied(&mut one, AssignmentAct::Reached { unit: "省审计厅".into(), step: 1, text: "拟好了".into() });
        assert_eq!(open_steps(&one, "省审计厅").len(), 1);
    }

    #[test]
    fn d2_a_missed_step_is_not_planned_away_and_no_step_comes_after_the_deadline_of_the_notice() {
        let mut one = task();
        let act = decides(&one, "省财政厅", &posted(0, &TWO)).unwrap_or_else(|_| panic!());
        applied(&mut one, act);
        let changed = |rows: &[[&str; 5]], ids: &[&str]| {
            let mut changed = posted(1, rows);
            changed.0.extend((1..).zip(ids).map(|(n, id)| (format!("id-{n}"), vec![(*id).to_owned()])));
            changed
        };
        let moved = [["拟目录", "2012-11-01", "预算处处长", "甲某", ""], ["公布", "2012-12-03", "办公室主任", "乙某", "1"]];
        assert!(decides_on(&one, "省财政厅", &changed(&moved, &["1", "2"]), "2012-05-31").is_ok(), "on its day it can be moved");
        assert_eq!(wrong(decides_on(&one, "省财政厅", &changed(&moved, &["1", "2"]), "2012-06-11")), ["due-1"]);
        assert_eq!(wrong(decides_on(&one, "省财政厅", &changed(&moved[..1], &["2"]), "2012-06-11")), ["name-1"], "nor left out");
        // A plan on record that moved it leaves it missed.
        let entry =
            |act| record::entry(chase::subject("x"), calendar::start_of_day(day("2012-06-11")), acts::Actor::system(), None, act);
        let act = decides_on(&one, "省财政厅", &changed(&moved, &["1", "2"]), "2012-05-31").unwrap_or_else(|_| panic!());
        let mut late = one.clone();
        late.apply(&entry(act));
        let missed = duty::missed(&late, &calendar::Calendar::china());
        assert_eq!((missed.len(), missed[0].due, missed[0].met), (1, day("2012-05-31"), None));
        // The notice sets the last day.
        one.clause.times =
            serde_json::from_value(serde_json::json!([{ "words": "9月底前", "kind": "by", "date": "2012-09-28" }])).unwrap();
        assert_eq!(wrong(decides(&one, "省财政厅", &changed(&moved, &["1", "2"]))), ["due-1", "due-2"]);
    }

    #[test]
    fn d2_a_changed_plan_is_a_new_version_and_what_was_reached_stays() {
        let mut one = task();
        let act = decides(&one, "省财政厅", &posted(0, &TWO)).unwrap_or_else(|_| panic!());
        applied(&mut one, act);
        assert!(wrong(decides(&one, "省财政厅", &posted(0, &TWO)))[0].contains("刚刚有人改过"));
        let mut same = Posted(entered(&one, "省财政厅", &BTreeMap::new()));
        same.0.insert("version".into(), vec!["1".into()]);
        same.0.extend(["person-1", "person-2"].map(|key| (key.to_owned(), vec!["甲".to_owned()])));
        applied(&mut one, AssignmentAct::Reached { unit: "省财政厅".into(), step: 1, text: "拟好了".into() });
        same.0.insert("due-1".into(), vec!["2012-06-15".into()]);
        assert!(wrong(decides(&one, "省财政厅", &same))[0].contains("已经做到了"));
        same.0.insert("due-1".into(), vec!["2012-05-31".into()]);
        same.0.insert("due-2".into(), vec!["2012-07-31".into()]);
        let act = decides(&one, "省财政厅", &same).unwrap_or_else(|_| panic!());
        applied(&mut one, act);
        let plan = one.plan("省财政厅").unwrap();
        assert_eq!((plan.version, plan.steps[1].id, plan.steps[1].due), (2, 2, day("2012-07-31")));
        assert_eq!(one.plans.len(), 2, "the older version stays");
    }
}
