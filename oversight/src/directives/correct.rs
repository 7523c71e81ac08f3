//! 核对 · the office corrects single fields of a reading before it issues the notice: heading, units, dates; and says whom a
//! collective name means (D1). What had been read stays beside what was corrected.

use acts::{Clause, Corrected, DirectiveAct, TimeNamed, UnitNamed};
use calendar::Calendar;
use forms::FieldError;
use foundation::held::{Entered, Posted};
use foundation::page::fields::{date, field_error};
use std::collections::BTreeSet;

/// Characters of the longest heading, and of the longest name of a unit.
const LONGEST_HEADING: usize = 100;
const LONGEST_NAME: usize = 40;

/// Puts what was corrected into what was read, and tells everything that cannot stand so. A field that was not sent stays.
pub fn apply(act: &mut DirectiveAct, posted: &Posted, calendar: &Calendar) -> Vec<FieldError> {
    let DirectiveAct::Issued { clauses, report, .. } = act;
    let mut errors = Vec::new();
    for clause in clauses {
        heading(clause, posted, &mut errors);
        units(clause, "leads", posted, &mut errors);
        units(clause, "participants", posted, &mut errors);
        times(clause, posted, &mut errors);
    }
    if let Some((duty, said)) = report.as_mut().zip(sent(posted, "report"))
        && let Some(day) = date(&said, "report", "报告期限", &mut errors)
    {
        if day != duty.written {
            duty.read = Some(duty.written);
        }
        (duty.written, duty.due) = (day, calendar.next_working_day(day));
    }
    errors
}

fn sent(posted: &Posted, key: &str) -> Option<String> {
    posted.0.contains_key(key).then(|| fold(posted.one(key)))
}

fn fold(text: &str) -> String {
    forms::text::fold_text(text).trim().to_owned()
}

fn heading(clause: &mut Clause, posted: &Posted, errors: &mut Vec<FieldError>) {
    let key = format!("heading-{}", clause.seq);
    let Some(said) = sent(posted, &key).filter(|said| *said != fold(&clause.heading)) else { return };
    match said.chars().count() {
        0 => errors.push(field_error(&key, "标题", "请写这项任务的标题", "Enter a heading for this task")),
        n if n > LONGEST_HEADING => errors.push(field_error(
            &key,
            "标题",
            &format!("标题最多 {LONGEST_HEADING} 字，现在 {n} 字"),
            &format!("A heading has at most {LONGEST_HEADING} characters; now {n}"),
        )),
        _ => {
            let read = std::mem::replace(&mut clause.heading, said);
            clause.corrected.push(Corrected { field: "heading".into(), read });
        }
    }
}

/// Names parted by 、 or by line; each once, in their order.
fn list(said: &str) -> Vec<String> {
    let mut seen = BTreeSet::new();
    let names = said.split(['、', '，', '；', ',', ';', '\n', '\r']).map(str::trim).filter(|name| !name.is_empty());
    names.filter(|name| seen.insert(*name)).map(ToOwned::to_owned).collect()
}

fn units(clause: &mut Clause, field: &str, posted: &Posted, errors: &mut Vec<FieldError>) {
    let (label, of) = match field {
        "leads" => ("牵头单位", &mut clause.leads),
        _ => ("参加单位", &mut clause.participants),
    };
    let key = format!("{field}-{}", clause.seq);
    let read = names(of);
    if let Some(said) = sent(posted, &key)
        && list(&said) != list(&fold(&read))
    {
        let known = |name: String| match of.iter().find(|unit| fold(&unit.name) == name) {
            Some(unit) => unit.clone(),
            None => UnitNamed { collective: notice::is_collective(&name), name, ..UnitNamed::default() },
        };
        let corrected = list(&said).into_iter().map(known).collect();
        *of = corrected;
        clause.corrected.push(Corrected { field: field.into(), read });
    }
    if let Some(long) = of.iter().find(|unit| unit.name.chars().count() > LONGEST_NAME) {
        errors.push(field_error(
            &key,
            label,
            &format!("“{}”太长，不像一个单位的名称；几个单位用顿号分开", long.name),
            "One of the names is too long; part several units by 、",
        ));
    }
    if field == "leads" && of.is_empty() {
        errors.push(field_error(&key, label, "请写谁牵头，至少一个单位", "Say who leads; at least one unit"));
    }
    for unit in of.iter_mut().filter(|unit| unit.collective) {
        let of_all = posted.one(&members_key(None, &unit.name));
        let own = posted.one(&members_key(Some(clause.seq), &unit.name));
        let members = list(&fold(if own.trim().is_empty() { of_all } else { own }));
        if let Some(group) = members.iter().find(|name| notice::is_collective(name) || name.chars().count() > LONGEST_NAME) {
            let key = members_key(if own.trim().is_empty() { None } else { Some(clause.seq) }, &unit.name);
            if !errors.iter().any(|error| error.field == key) {
                errors.push(field_error(
                    &key,
                    "统称所指的单位",
                    &format!("“{group}”还不是一个具体的单位，请写到单位"),
                    "Name single units, not a group",
                ));
            }
        }
        unit.members = members;
    }
}

/// The field that says whom a collective name means: in one task, or in the whole notice.
pub fn members_key(seq: Option<u32>, name: &str) -> String {
    seq.map_or_else(|| format!("members-{name}"), |seq| format!("members-{seq}-{name}"))
}

fn times(clause: &mut Clause, posted: &Posted, errors: &mut Vec<FieldError>) {
    for (at, time) in clause.times.iter_mut().enumerate() {
        let field = format!("time-{at}");
        let key = format!("{field}-{}", clause.seq);
        let Some(said) = sent(posted, &key) else { continue };
        let day = if said.is_empty() { None } else { date(&said, &key, "时间", errors) };
        if day != time.date && (said.is_empty() || day.is_some()) {
            let read = std::mem::replace(&mut time.date, day).map_or_else(String::new, |read| read.to_string());
            clause.corrected.push(Corrected { field, read });
        }
    }
    let key = format!("deadline-{}", clause.seq);
    if let Some(said) = sent(posted, &key).filter(|said| !said.is_empty())
        && let Some(day) = date(&said, &key, "补一个期限", errors)
    {
        clause.times.push(TimeNamed {
            words: String::new(),
            kind: "by".into(),
            date: Some(day),
            month: None,
            day: None,
            at: None,
        });
        clause.corrected.push(Corrected { field: "deadline".into(), read: String::new() });
    }
}

fn names(units: &[UnitNamed]) -> String {
    units.iter().map(|unit| unit.name.as_str()).collect::<Vec<_>>().join("、")
}

/// What the fields of a reading hold, for its form: what was typed last, and what was read where nothing was.
pub fn entered(act: &DirectiveAct, posted: &Posted) -> Entered {
    let DirectiveAct::Issued { clauses, report, .. } = act;
    let mut entered = Entered::new();
    let mut put = |key: String, value: String| {
        entered.insert(key, vec![value]);
    };
    for clause in clauses {
        let seq = clause.seq;
        put(format!("heading-{seq}"), clause.heading.clone());
        put(format!("leads-{seq}"), names(&clause.leads));
        put(format!("participants-{seq}"), names(&clause.participants));
        for (at, time) in clause.times.iter().enumerate().filter(|(_, time)| !time.words.is_empty()) {
            put(format!("time-{at}-{seq}"), time.date.map_or_else(String::new, |date| date.to_string()));
        }
    }
    if let Some(duty) = report {
        put("report".into(), duty.written.to_string());
    }
    entered.extend(
        posted.0.iter().filter(|(key, _)| !["text", "once", "then"].contains(&key.as_str())).map(|(k, v)| (k.clone(), v.clone())),
    );
    entered
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read() -> DirectiveAct {
        super::super::issue::act(&notice::read(super::super::demo::NOTICE.as_bytes()).unwrap(), &Calendar::china())
    }

    fn posted(fields: &[(&str, &str)]) -> Posted {
        Posted(fields.iter().map(|(k, v)| ((*k).to_owned(), vec![(*v).to_owned()])).collect())
    }

    #[test]
    fn d1_what_is_sent_back_unchanged_corrects_nothing() {
        let mut act = read();
        let same = Posted(entered(&act, &posted(&[])));
        assert!(apply(&mut act, &same, &Calendar::china()).is_empty());
        assert_eq!(act, read());
    }

    #[test]
    fn d1_single_fields_are_corrected_and_what_was_read_stays_beside_them() {
        let mut act = read();
        let group = "省政府各相关部门";
        let fields = posted(&[
            ("heading-1", "健全公开制度"),
            ("leads-1", "省政府办公厅， 省财政厅"),
            ("deadline-1", "２０１２-１０-３１"),
            ("time-0-21", ""),
            (&members_key(None, group), "省财政厅、省审计厅"),
            ("report", "2012-07-20"),
        ]);
        assert!(apply(&mut act, &fields, &Calendar::china()).is_empty());
        let DirectiveAct::Issued { clauses, report, .. } = &act;
        assert_eq!(clauses[0].heading, "健全公开制度");
        assert_eq!(names(&clauses[0].leads), "省政府办公厅、省财政厅");
        assert_eq!(clauses[0].times.last().unwrap().date.unwrap().to_string(), "2012-10-31");
        let fields: Vec<&str> = clauses[0].corrected.iter().map(|one| one.field.as_str()).collect();
        assert_eq!(fields, ["heading", "leads", "deadline"]);
        assert_eq!((clauses[20].times[0].date, clauses[20].corrected[0].read.as_str()), (None, "2012-12-31"));
        let group = clauses[0].participants.iter().find(|unit| unit.name == group).unwrap();
        assert_eq!(group.members, ["省财政厅", "省审计厅"]);
        let report = report.as_ref().unwrap();
        assert_eq!((report.due.to_string(), report.read.unwrap().to_string()), ("2012-07-20".into(), "2012-06-30".into()));
    }

    #[test]
    fn d1_what_cannot_stand_is_told_at_its_field_all_at_once() {
        let mut act = read();
        let fields =
            posted(&[("heading-2", " "), ("leads-3", "、"), ("time-0-21", "年底"), ("members-省政府各相关部门", "各部门")]);
        let errors = apply(&mut act, &fields, &Calendar::china());
        let fields: BTreeSet<&str> = errors.iter().map(|error| error.field.as_str()).collect();
        assert_eq!(fields, BTreeSet::from(["heading-2", "leads-3", "time-0-21", "members-省政府各相关部门"]));
    }
}
