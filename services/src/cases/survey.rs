//! 现场核查 · survey the site (B4.1-13): two staff at least. It never stops the clock: a survey is not among the eight
//! grounds of 行政许可法 45 (B4.1-07, F081).

use super::case::{Case, Rejection};
use super::chart;
use super::officer::{OfficerAct, needed, people};
use acts::{CaseAct, Findings, Handed};
use authority::Act;
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// 行政许可法 34: checking the substance needs two or more staff.
const LEAST_STAFF: usize = 2;

pub struct Survey {
    pub surveyors: Vec<String>,
    pub passed: bool,
    pub findings: String,
    /// The signed record, pictures.
    pub papers: Vec<Handed>,
}

impl OfficerAct for Survey {
    const SLUG: &'static str = "survey";
    const TITLE: &'static str = "登记现场核查";
    const MEANS: &'static str = "登记核查结果。现场核查算在办理时限内，不暂停计时。";
    const ACT: Act = Act::Survey;
    const NODE: &'static str = "survey";
    const KEY: Option<char> = Some('s');

    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("record", "核查记录和照片", "现场签字的核查记录、照片。只进案卷，不公开")]
    }

    fn with(self, papers: Vec<Handed>) -> Survey {
        Survey { papers, ..self }
    }

    fn fields(filled: &Filled, _: &Case, _: &Item) -> String {
        [
            filled.textarea("surveyors", "到场核查人员", "一行一个姓名，至少 2 人。姓名只进案卷，公开的只有人数", 3),
            filled.choice("passed", "核查结论", "radio", &[("yes", "符合要求"), ("no", "有不符合的地方")]),
            filled.textarea("findings", "核查情况", "看了哪里、看到什么、申请人怎么说", 5),
        ]
        .concat()
    }

    fn read(posted: &Posted, _: &Case, _: &Item, _: NaiveDate) -> Result<Survey, Vec<FieldError>> {
        let mut errors = Vec::new();
        let surveyors = people(posted, "surveyors", "到场核查人员", &mut errors);
        if !matches!(posted.one("passed"), "yes" | "no") {
            errors.push(field_error("passed", "核查结论", "请选核查结论", "Choose the result"));
        }
        let findings = needed(posted, "findings", "核查情况", "请写核查情况", &mut errors);
        if !errors.is_empty() {
            return Err(errors);
        }
        Ok(Survey { surveyors, passed: posted.one("passed") == "yes", findings, papers: Vec::new() })
    }

    fn decide(&self, case: &Case, item: &Item, _: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "登记现场核查")?;
        if self.surveyors.len() < LEAST_STAFF {
            return Err(Rejection::TooFewStaff);
        }
        // 行政许可法第三十四条: officials survey, and nobody of those whom the application names.
        let theirs = super::experts::theirs(case, item);
        if let Some(party) = self.surveyors.iter().find(|one| theirs.iter().any(|name| forms::text::names(one, name))) {
            return Err(Rejection::PartySurveys(party.clone()));
        }
        // The chart goes on either way, and what it is told is public: the result is not.
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "surveyed")])?;
        Ok(vec![CaseAct::Surveyed {
            staff: self.surveyors.len() as u32,
            passed: None,
            moved,
            private: Some(Findings {
                text: self.findings.clone(),
                surveyors: self.surveyors.clone(),
                passed: Some(self.passed),
                papers: self.papers.clone(),
            }),
        }])
    }
}
