//! 监察规则 · the card rules (C3.3-01 to C3.3-06), pure: a watch and the calendar in, breaches out. Each number stands here
//! once, with what it rests on beside it. A breach that lies ahead is returned with the moment at which it begins if nothing
//! happens until then: the next of these is the timer.

use super::watch::{Step, Told, Watch};
use acts::Colour;
use calendar::{Calendar, Clock, Limit, end_of_day, start_of_day};
use chrono::{DateTime, NaiveDate, Utc};
use foundation::page::full_date_zh as zh;
use std::collections::BTreeMap;

/// C3.3-01: working days of the promise left at which the handler is warned. City rules: 1.
pub const WARN_LEFT: u32 = 1;
/// C3.3-01: or this part of it used, whichever comes first. Yulin: 90 %.
pub const WARN_USED_PERCENT: u32 = 90;
/// C3.3-04: one correction notice tells everything; the second is a breach (许可法 32, 72).
pub const CORRECTION_NOTICES: usize = 1;
/// C3.3-09: the agency explains within so long, and the supervisor reviews within so long after that.
pub const EXPLAIN_WITHIN: Limit = Limit::working_days(3);
pub const REVIEW_WITHIN: Limit = Limit::working_days(5);

/// A rule as it is published.
pub struct Rule {
    pub id: &'static str,
    pub name: &'static str,
    /// What it says, in plain words.
    pub says: &'static str,
    /// What it leads to.
    pub leads_to: &'static str,
    /// What it rests on.
    pub law: &'static str,
}

pub const RULES: [Rule; 8] = [
    Rule {
        id: "C3.3-01",
        name: "承诺时限将到",
        says: "承诺时限只剩 1 个工作日，或者用掉了九成，两者取先到的。起算当日不预警。",
        leads_to: "预警，提醒经办人",
        law: "《优化营商环境条例》第三十五条；各市电子监察规则",
    },
    Rule {
        id: "C3.3-02",
        name: "单个环节超时",
        says: "一个环节超过流程图上写明的本步时限，整件还没有超过承诺时限。",
        leads_to: "预警；同一办件第二次起亮黄牌",
        law: "流程图公布的本步时限；各市电子监察规则",
    },
    Rule {
        id: "C3.3-03",
        name: "超过承诺时限",
        says: "承诺时限最后一天过完没有办结，法定时限还没有到。",
        leads_to: "黄牌",
        law: "《优化营商环境条例》第三十五条、第三十六条",
    },
    Rule {
        id: "C3.3-04",
        name: "受理不规范",
        says: "收到材料 5 个工作日没有受理、没有告知补正；要求补正两次；不予受理、不予许可没有写依据。",
        leads_to: "黄牌",
        law: "《行政许可法》第三十二条、第三十八条、第七十二条",
    },
    Rule {
        id: "C3.3-05",
        name: "超过法定时限",
        says: "法定时限最后一天过完没有办结。",
        leads_to: "红牌",
        law: "《行政许可法》第四十二条、第七十四条",
    },
    Rule {
        id: "C3.3-06",
        name: "违规暂停计时",
        says: "用法律没有列明的理由暂停计时，或者暂停得比告诉申请人的久。",
        leads_to: "黄牌；同一办件再次发生亮红牌",
        law: "《行政许可法》第四十五条",
    },
    Rule {
        id: "C3.3-12",
        name: "同一事由再次暂停",
        says: "同一件因同一事由暂停过计时，又因它暂停。法律没有禁止，但要有人看一眼为什么。",
        leads_to: "预警，提醒经办人说明",
        law: "《行政许可法》第四十五条；本平台的规则",
    },
    Rule {
        id: "C3.3-13",
        name: "延续逾期没有决定",
        says: "延续申请按时提出，有效期届满前没有作出是否准予延续的决定，法律视为准予延续。",
        leads_to: "黄牌",
        law: "《行政许可法》第五十条、第七十二条",
    },
];

/// The published rule of a card's rule number, `C3.3-02-2` being the second breach of `C3.3-02`.
pub fn rule(number: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| number.starts_with(rule.id))
}

/// One way in which a case breaks a rule, or will if nothing happens.
#[derive(Clone, Debug, PartialEq)]
pub struct Breach {
    pub rule: &'static str,
    /// Names this breach among those of the case, the same however often the rules are asked.
    pub key: String,
    /// The first instant at which it is one.
    pub at: DateTime<Utc>,
    /// How it was computed, in words with the dates.
    pub computation: String,
    /// The entries of the log that prove it.
    pub evidence: Vec<i64>,
}

/// What the chart gives a step.
#[derive(Clone, Debug, PartialEq)]
pub struct StepLimit {
    pub name: String,
    pub limit: Limit,
}

/// Limits of steps by node.
pub type StepLimits = BTreeMap<String, StepLimit>;

/// Everything the rules find, in the order in which it happens.
pub fn all(watch: &Watch, steps: &StepLimits, calendar: &Calendar) -> Vec<Breach> {
    let mut all: Vec<Breach> = Vec::new();
    all.extend(c3_3_01(watch, calendar));
    all.extend(c3_3_02(watch, steps, calendar));
    all.extend(c3_3_03(watch, calendar));
    all.extend(c3_3_04(watch, calendar));
    all.extend(c3_3_05(watch, calendar));
    all.extend(c3_3_06(watch, calendar));
    all.extend(c3_3_12(watch));
    all.extend(c3_3_13(watch));
    all.sort_by(|a, b| (a.at, a.rule, &a.key).cmp(&(b.at, b.rule, &b.key)));
    all
}

/// The colour of the `nth` breach of a rule on one case, from 1.
pub fn colour(rule: &str, nth: usize) -> Colour {
    match (rule, nth) {
        ("C3.3-01" | "C3.3-12", _) | ("C3.3-02", 1) => Colour::Warning,
        ("C3.3-05", _) => Colour::Red,
        ("C3.3-06", 2..) => Colour::Red,
        _ => Colour::Yellow,
    }
}

/// The number a card carries: the rule, and from the second breach on which one it is.
pub fn number(rule: &str, nth: usize) -> String {
    match nth {
        0 | 1 => rule.to_owned(),
        _ => format!("{rule}-{nth}"),
    }
}

/// 承诺时限将到. Asked only while the case runs: a warning after the end warns nobody. Not on the day of the event, which
/// is not counted (CLK-01): a promise of one day would otherwise be warned of the moment it is made.
pub fn c3_3_01(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    let clock = watch.promised.as_ref().filter(|clock| clock.stopped.is_none())?;
    let due = clock.due(calendar)?.date;
    let near = |day: &NaiveDate| {
        let standing = clock.standing(calendar, *day);
        let left = calendar.working_days_between(*day, due);
        left <= WARN_LEFT || standing.used * 100 >= standing.total * WARN_USED_PERCENT
    };
    let days = clock.start.iter_days().skip(1).take_while(|day| *day <= due);
    let day = days.into_iter().find(near)?;
    let standing = clock.standing(calendar, day);
    Some(Breach {
        rule: "C3.3-01",
        key: "C3.3-01".into(),
        at: start_of_day(day),
        computation: format!(
            "{}。{}是第 {} 天，共 {} 天，过完还剩 {} 个工作日：剩 {WARN_LEFT} 个工作日以内或者用掉 {WARN_USED_PERCENT}% 即预警。",
            counting("承诺时限", clock, due),
            zh(day),
            standing.used,
            standing.total,
            calendar.working_days_between(day, due),
        ),
        evidence: watch.counted.clone(),
    })
}

/// 单个环节超时, the case still inside its promise (F076).
pub fn c3_3_02(watch: &Watch, steps: &StepLimits, calendar: &Calendar) -> Vec<Breach> {
    let inside = |day: NaiveDate| {
        let Some(clock) = &watch.promised else {
            return true;
        };
        let promised = clock.due(calendar).map(|due| due.date);
        promised.is_none_or(|due| day < due || clock.stopped.is_some_and(|on| on <= due))
    };
    let late = |step: &Step| {
        let limit = steps.get(&step.node)?;
        let clock = step_clock(watch, step, limit.limit);
        let due = clock.due(calendar)?.date;
        if step.to.is_some_and(|to| to <= due) || !inside(due) {
            return None;
        }
        let how = match step.to {
            Some(to) => format!("{}才办完这一步", zh(to)),
            None => "到时没有办完这一步".into(),
        };
        Some(Breach {
            rule: "C3.3-02",
            key: format!("C3.3-02 {}", step.wait),
            at: end_of_day(due),
            computation: format!(
                "“{}”从{}轮到承办，{}。{how}，整件仍在承诺时限内。",
                limit.name,
                zh(step.from),
                counting("本步时限", &clock, due)
            ),
            evidence: [Some(step.opened), step.closed].into_iter().flatten().collect(),
        })
    };
    watch.steps.iter().filter_map(late).collect()
}

/// A step counts no day on which the case does not (许可法 45).
fn step_clock(watch: &Watch, step: &Step, limit: Limit) -> Clock {
    let mut clock = Clock::start(step.from, limit);
    let pauses = watch.promised.iter().flat_map(|clock| &clock.pauses);
    clock.pauses = pauses.filter(|pause| pause.to.is_none_or(|to| to >= step.from)).cloned().collect();
    clock
}

/// 超过承诺时限，法定时限未到.
pub fn c3_3_03(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    let clock = watch.promised.as_ref()?;
    let due = overrun(clock, calendar)?;
    let statutory = watch.statutory_due(calendar);
    // Where both end on one day the law is broken with the promise, and the red card says it all.
    if statutory.is_some_and(|statutory| statutory <= due) {
        return None;
    }
    let law = match statutory {
        Some(day) => format!("法定时限到{}，还没有超过", zh(day)),
        None => "法定时限因特别程序尚未走完".into(),
    };
    Some(Breach {
        rule: "C3.3-03",
        key: "C3.3-03".into(),
        at: end_of_day(due),
        computation: format!("{}；{law}。", late("承诺时限", clock, due, calendar)),
        evidence: proof(watch),
    })
}

/// 受理不规范: 逾期不受理也不告知; 补正告知不止一次; 不予受理或者不予许可没有依据.
pub fn c3_3_04(watch: &Watch, calendar: &Calendar) -> Vec<Breach> {
    let mut found = Vec::new();
    for period in &watch.acceptance {
        let Some(due) = overrun(&period.clock, calendar) else {
            continue;
        };
        let how = match period.clock.stopped {
            Some(on) => format!("{}才作出处理", zh(on)),
            None => "到时没有受理，也没有告知补正".into(),
        };
        found.push(Breach {
            rule: "C3.3-04",
            key: format!("C3.3-04 acceptance {}", period.opened),
            at: end_of_day(due),
            computation: format!("{}。{how}。", counting("受理时限", &period.clock, due)),
            evidence: [Some(period.opened), period.closed].into_iter().flatten().collect(),
        });
    }
    for (i, again) in watch.corrections.iter().enumerate().skip(CORRECTION_NOTICES) {
        found.push(Breach {
            rule: "C3.3-04",
            key: format!("C3.3-04 correction {}", again.entry),
            at: again.at,
            computation: format!(
                "{}已经告知补正一次，{}又告知补正，这是第 {} 次。需要补正的全部内容应当一次告知。",
                zh(calendar::local_date(watch.corrections[0].at)),
                zh(calendar::local_date(again.at)),
                i + 1
            ),
            evidence: watch.corrections[..=i].iter().map(|mark| mark.entry).collect(),
        });
    }
    for mark in &watch.groundless {
        found.push(Breach {
            rule: "C3.3-04",
            key: format!("C3.3-04 groundless {}", mark.entry),
            at: mark.at,
            computation: format!("{}作出“{}”，没有写依据的法律条款。", zh(calendar::local_date(mark.at)), mark.what),
            evidence: vec![mark.entry],
        });
    }
    found
}

/// 超过法定时限.
pub fn c3_3_05(watch: &Watch, calendar: &Calendar) -> Option<Breach> {
    let clock = watch.statutory.as_ref()?;
    let due = overrun(clock, calendar)?;
    Some(Breach {
        rule: "C3.3-05",
        key: "C3.3-05".into(),
        at: end_of_day(due),
        computation: format!("{}。", late("法定时限", clock, due, calendar)),
        evidence: proof(watch),
    })
}

/// 违规暂停计时: 没有法定情形, 或者比告知的久.
pub fn c3_3_06(watch: &Watch, calendar: &Calendar) -> Vec<Breach> {
    let mut found = Vec::new();
    for told in &watch.pauses {
        if !acts::may_pause(&told.ground) {
            found.push(Breach {
                rule: "C3.3-06",
                key: format!("C3.3-06 ground {}", told.opened),
                at: told.at,
                computation: format!(
                    "{}以“{}”为由暂停计时。可以不计入期限的只有{}。",
                    zh(told.from),
                    told.ground,
                    acts::PAUSE_GROUNDS.join("、")
                ),
                evidence: vec![told.opened],
            });
        }
        let until = told_until(told, calendar);
        if told.to.is_some_and(|to| to <= until) {
            continue;
        }
        let how = match told.to {
            Some(to) => format!("暂停到{}才结束", zh(to)),
            None => "到时没有恢复计时".into(),
        };
        found.push(Breach {
            rule: "C3.3-06",
            key: format!("C3.3-06 longer {}", told.opened),
            at: end_of_day(until),
            computation: format!(
                "{}起因“{}”暂停计时，书面告知申请人需要 {} 个工作日，到{}。{how}。",
                zh(told.from),
                told.ground,
                told.told_days,
                zh(until)
            ),
            evidence: [Some(told.opened), told.closed].into_iter().flatten().collect(),
        });
    }
    found
}

/// 同一事由再次暂停. The law counts no pauses; a clock that stops again for what it stopped for before is looked at.
pub fn c3_3_12(watch: &Watch) -> Vec<Breach> {
    let mut found = Vec::new();
    for (at, again) in watch.pauses.iter().enumerate() {
        let before: Vec<&Told> = watch.pauses[..at].iter().filter(|told| told.ground == again.ground).collect();
        let Some(last) = before.last() else { continue };
        found.push(Breach {
            rule: "C3.3-12",
            key: format!("C3.3-12 {}", again.opened),
            at: again.at,
            computation: format!(
                "{}又因“{}”暂停计时，这是第 {} 次；上一次从{}起。",
                zh(again.from),
                again.ground,
                before.len() + 1,
                zh(last.from)
            ),
            evidence: before.iter().map(|told| told.opened).chain([again.opened]).collect(),
        });
    }
    found
}

/// 延续逾期没有决定: the law renewed it (许可法 50(2)), and silence is still a breach.
pub fn c3_3_13(watch: &Watch) -> Option<Breach> {
    let mark = watch.deemed_renewed.as_ref()?;
    let opened = watch.acceptance.first().map(|first| first.opened);
    Some(Breach {
        rule: "C3.3-13",
        key: "C3.3-13".into(),
        at: mark.at,
        computation: format!(
            "{}申请延续，有效期到{}届满，届满前没有作出决定，视为准予延续。",
            zh(calendar::local_date(watch.submitted_at)),
            zh(calendar::local_date(mark.at - chrono::Duration::days(1)))
        ),
        evidence: opened.into_iter().chain([mark.entry]).collect(),
    })
}

/// The last day of a pause as the applicant was told: working days (许可法 82), its first day not counted (CLK-01).
pub fn told_until(told: &Told, calendar: &Calendar) -> NaiveDate {
    calendar.due(told.from, Limit::working_days(told.told_days)).date
}

/// The last day of a clock that was, or will be if nothing happens, overrun.
fn overrun(clock: &Clock, calendar: &Calendar) -> Option<NaiveDate> {
    let due = clock.due(calendar)?.date;
    match clock.stopped {
        Some(on) if on <= due => None,
        _ => Some(due),
    }
}

/// What began, paused and prolonged the two clocks, and what ended them.
fn proof(watch: &Watch) -> Vec<i64> {
    let concluded = watch.concluded.iter().map(|done| done.entry);
    watch.counted.iter().copied().chain(concluded).collect()
}

/// “承诺时限 8 个工作日，从2026年9月18日的次日起算，…，最后一天是2026年9月30日”
fn counting(name: &str, clock: &Clock, due: NaiveDate) -> String {
    let mut text = format!("{name} {}，从{}的次日起算", clock.limit, zh(clock.start));
    for pause in &clock.pauses {
        match pause.to {
            Some(to) => text.push_str(&format!("，{}至{}因“{}”不计", zh(pause.from), zh(to), pause.ground)),
            None => text.push_str(&format!("，{}起因“{}”不计", zh(pause.from), pause.ground)),
        }
    }
    for extension in &clock.extensions {
        text.push_str(&format!("，{}批准延长 {}", zh(extension.on), extension.by));
    }
    text.push_str(&format!("，最后一天是{}", zh(due)));
    text
}

fn late(name: &str, clock: &Clock, due: NaiveDate, calendar: &Calendar) -> String {
    let how = match clock.stopped {
        Some(on) => {
            let over = -clock.standing(calendar, on).left;
            format!("{}办结，超过 {over} 天", zh(on))
        }
        None => "到时没有办结".into(),
    };
    format!("{}。{how}", counting(name, clock, due))
}

#[cfg(test)]
mod tests;
