//! The notice of 2012 against the reading made by hand.

use crate::{ANHUI, assert_spans, at, names, read};
use calendar::Calendar;
use notice::DateKind;
use std::collections::BTreeSet;

type Row = std::collections::HashMap<String, String>;

fn expected(kind: &str) -> Vec<Row> {
    let rows = csv::Reader::from_reader(&include_bytes!("../data/anhui-2012.csv")[..]).into_deserialize::<Row>();
    rows.map(Result::unwrap).filter(|row| row["row_type"] == kind).collect()
}

#[test]
fn f141_the_notice_of_2012_yields_the_forty_tasks_row_by_row() {
    let notice = read(ANHUI);
    let rows = expected("assignment");
    assert_eq!((rows.len(), notice.assignments.len()), (40, 40));
    for (row, task) in rows.iter().zip(&notice.assignments) {
        let read = [
            ("seq", task.seq.to_string()),
            ("path", task.path.clone()),
            ("paragraph", task.paragraph.to_string()),
            ("source_line", task.line().to_string()),
            ("section", task.section().to_owned()),
            ("heading", task.heading.clone()),
            ("first20", task.text.chars().take(20).collect()),
            ("task_chars", task.text.chars().count().to_string()),
            ("lead_units", names(&task.lead_units)),
            ("participating_units", names(&task.participating_units)),
        ];
        for (column, value) in read {
            assert_eq!(value, row[column], "{column} of task {}", row["seq"]);
        }
    }
    assert_eq!(notice.unread, []);
}

#[test]
fn f142_four_leads_no_participants_and_groups_stay_what_they_are() {
    let notice = read(ANHUI);
    let of = |seq: usize| &notice.assignments[seq - 1];
    assert_eq!(names(&of(36).lead_units), "省政务公开办;省监察厅;省委组织部;省总工会");
    assert_eq!((names(&of(33).lead_units).as_str(), of(33).participating_units.len()), ("省监察厅", 0));
    let all = || notice.assignments.iter().flat_map(|task| task.lead_units.iter().chain(&task.participating_units));
    let groups: BTreeSet<&str> = all().filter(|unit| unit.collective).map(|unit| unit.name.as_str()).collect();
    assert_eq!(
        groups.into_iter().collect::<Vec<_>>(),
        ["中央驻皖单位", "省政府各相关部门", "省政府政务服务中心窗口单位", "省直各行业主管部门"]
    );
    assert_eq!(all().map(|unit| unit.name.as_str()).collect::<BTreeSet<_>>().len(), 46);
    assert_eq!(all().count(), 43 + 159);
}

#[test]
fn f143_every_field_points_to_its_words_in_the_notice() {
    let notice = read(ANHUI);
    assert_spans(&notice);
    let task = &notice.assignments[35];
    assert_eq!((task.text_at[0].line, at(&notice, task.lead_units[3].at).as_str()), (62, "省总工会"));
    assert_eq!(at(&notice, task.headings[2].at), "2．完善制度建设");
}

#[test]
fn d1_the_dates_in_the_tasks() {
    let notice = read(ANHUI);
    let dated = notice.assignments.iter().flat_map(|task| task.dates.iter().map(move |date| (task, date)));
    let read: Vec<[String; 5]> = dated
        .map(|(task, date)| {
            let day = date.date.map(|day| day.to_string()).unwrap_or_default();
            [task.seq.to_string(), date.words.text.clone(), date.kind.name().to_owned(), day, names(&task.lead_units)]
        })
        .collect();
    let rows = expected("deadline");
    let rows: Vec<[String; 5]> = rows
        .iter()
        .map(|row| ["seq", "date_text", "date_kind", "date", "responsible"].map(|column| row[column].clone()))
        .collect();
    assert_eq!(read, rows);
}

#[test]
fn d1_the_head_and_the_signature() {
    let notice = read(ANHUI);
    let row = &expected("document")[0];
    assert_eq!(notice.title.unwrap().text, "安徽省关于深化政务公开加强政务服务实施意见任务分解的通知");
    assert_eq!(notice.issuer.unwrap().text, row["responsible"]);
    let signed = notice.signed.unwrap();
    assert_eq!((signed.words.text, signed.date.unwrap().to_string()), (row["date_text"].clone(), row["date"].clone()));
    assert_eq!(names(&notice.addressees), "各市、县人民政府;省政府各部门;各直属机构");
    assert!(notice.addressees.iter().all(|unit| unit.collective));
    assert_eq!(notice.basis.iter().map(|words| words.text.as_str()).collect::<Vec<_>>(), ["皖办发〔2011〕37号"]);
}

#[test]
fn d3_the_requirements_and_the_duty_to_report() {
    let notice = read(ANHUI);
    let rows = expected("requirement");
    let mut read = notice.requirements.iter();
    // Each row made by hand is met, in its order; the sentence on participants, which has no row, is one more.
    for row in &rows {
        let date = |column: &str| row[column].as_str();
        let met = read.find(|asked| {
            let first = asked.dates.first();
            asked.path == row["path"]
                && asked.words.at.line.to_string() == row["source_line"]
                && asked.heading == row["heading"]
                && asked.responsible.as_ref().is_some_and(|who| who.text == row["responsible"])
                && asked.recipient.as_ref().map_or("", |to| &to.text) == row["recipient"]
                && first.map_or("", |first| &first.words.text) == date("date_text")
                && first.and_then(|first| first.date).map(|day| day.to_string()).unwrap_or_default() == date("date")
        });
        assert!(met.is_some(), "{row:?}");
    }
    assert_eq!(notice.requirements.len(), rows.len() + 1);

    let [report] = &notice.reporting[..] else { panic!("{:?}", notice.reporting) };
    assert_eq!((report.who.text.as_str(), report.to.text.as_str()), ("各牵头责任单位", "省政务公开办"));
    assert_eq!((report.by.kind, report.by.words.text.as_str()), (DateKind::By, "在2012年6月底前"));
    // 30 June 2012 is a Saturday: the date stays, the day it ends on is the Monday.
    assert_eq!(report.by.date.unwrap().to_string(), "2012-06-30");
    assert_eq!(report.by.due(&Calendar::china()).unwrap().to_string(), "2012-07-02");
}

#[test]
fn d1_as_json_and_as_csv_under_stable_names() {
    let notice = read(ANHUI);
    let json = serde_json::to_value(&notice).unwrap();
    let task = &json["assignments"][20];
    assert_eq!((task["path"].as_str(), task["heading"].as_str()), (Some("一/（二）/4"), Some("规范服务中心运行")));
    assert_eq!(task["lead_units"][0]["name"], "省政府政务服务中心");
    assert_eq!(task["participating_units"][1]["collective"], true);
    assert_eq!((task["dates"][0]["kind"].as_str(), task["dates"][0]["date"].as_str()), (Some("by"), Some("2012-12-31")));
    assert_eq!(serde_json::from_value::<notice::Notice>(json).unwrap(), notice);

    let csv = notice.csv();
    let rows: Vec<Row> = csv::Reader::from_reader(csv.as_bytes()).into_deserialize().map(Result::unwrap).collect();
    let count = |kind: &str| rows.iter().filter(|row| row["row_type"] == kind).count();
    assert_eq!(["assignment", "deadline", "requirement", "document"].map(count), [40, 4, 6, 1]);
    assert_eq!(rows[35]["lead_units"], "省政务公开办;省监察厅;省委组织部;省总工会");
}
