//! 诫勉谈话 · the leadership of openness and the discipline body talk with who is responsible; what is to be put right after it runs like any
//! rectification, and is followed to its end (C3.4-01, F138). That it was held is public; with whom by name and what was said is not.

use super::answer::Answer;
use super::card::Card;
use super::case::field;
use super::course::{Rejection, Step};
use super::right;
use acts::{CardAct, PutRight, TalkPrivate};
use authority::Act;
use calendar::local_date;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, Filled, field_error};

const LONGEST: usize = 4000;
const OFFICE: usize = 100;

pub struct Talk {
    pub(super) office: String,
    pub(super) on: NaiveDate,
    pub(super) leadership: String,
    pub(super) discipline: String,
    pub(super) rectify: PutRight,
    pub(super) private: TalkPrivate,
}

pub fn form(filled: &Filled, rule: &str) -> String {
    let input = |what, label, hint| filled.input(&field(what, rule), label, hint, "text", "");
    [
        input("office", "和谁谈（职务）", "单位负责人的单位和职务，公开。例：县市场监督管理局分管副局长"),
        input("person", "和谁谈（姓名）", "不公开"),
        input("talk_on", "谈话日期", "例：2026-10-20"),
        input("leadership", "政务公开领导机构由谁谈（职务）", "公开。例：县政务公开领导小组副组长"),
        input("discipline", "纪检监察机关由谁参加（职务）", "公开。例：县监察委员会第二监督检查室主任"),
        filled.textarea(&field("summary", rule), "谈话内容", "不公开", 4),
        right::form(filled, rule, "谈话后限期整改的内容，公开"),
    ]
    .concat()
}

/// Nothing that follows something is dated before it.
pub(super) fn not_before(on: NaiveDate, what: &'static str, day: NaiveDate) -> Result<(), Rejection> {
    if on < day { Err(Rejection::Before { what, day }) } else { Ok(()) }
}

impl Answer for Talk {
    const ACT: Act = Act::ReviewCard;

    fn read(posted: &Posted, rule: &str, today: NaiveDate) -> Result<Talk, Vec<FieldError>> {
        let mut errors = Vec::new();
        let blank = ("请写职务", "Enter the office");
        let key = |what| field(what, rule);
        let office = fields::public_text(posted, &key("office"), "和谁谈（职务）", blank, OFFICE, &mut errors);
        let name = fields::text(posted, &key("person"), "和谁谈（姓名）", ("请写姓名", "Enter the name"), OFFICE, &mut errors);
        let on = fields::past_date(posted, &key("talk_on"), "谈话日期", today, &mut errors);
        let of_leaders = "政务公开领导机构由谁谈（职务）";
        let leadership = fields::public_text(posted, &key("leadership"), of_leaders, blank, OFFICE, &mut errors);
        let of_discipline = "纪检监察机关由谁参加（职务）";
        let discipline = fields::public_text(posted, &key("discipline"), of_discipline, blank, OFFICE, &mut errors);
        let said = ("请写谈话内容", "Say what was talked about");
        let summary = fields::text(posted, &key("summary"), "谈话内容", said, LONGEST, &mut errors);
        let before = errors.len();
        let rectify = right::read(posted, rule, &mut errors);
        if rectify.is_none() && errors.len() == before {
            let (zh, en) = ("请写谈话后整改什么", "Say what is to be put right after the talk");
            errors.push(field_error(&key("what"), "整改什么", zh, en));
        }
        match (on, rectify) {
            (Some(on), Some(rectify)) if errors.is_empty() => {
                Ok(Talk { office, on, leadership, discipline, rectify, private: TalkPrivate { name, summary } })
            }
            _ => Err(errors),
        }
    }
    fn step(&self) -> Step {
        Step::Talk
    }
    fn decide(self, card: &Card) -> Result<CardAct, Rejection> {
        not_before(self.on, "亮牌", local_date(card.issued_at))?;
        let Talk { office, on, leadership, discipline, rectify, private } = self;
        let rule = card.rule.clone();
        Ok(CardAct::Talked { rule, office, on, leadership, discipline, rectify, private: Some(private) })
    }
}
