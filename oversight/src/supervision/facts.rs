//! 可以写进规则的内容 · the facts that a supervision rule may speak of (C3.3): a watch, the calendar and the limits of the steps, as FEEL
//! sees them. Pure, and nothing in it names a person. [`TABLE`] is what the editor shows beside a rule, and a test holds that a case
//! gives these facts and no others.

use super::affair::Affair;
use super::published::Published;
use super::watch::{Acceptance, Charged, Outcome, Step, Told, Watch};
use calendar::{Calendar, Clock, Limit, SHANGHAI, start_of_day};
use chrono::{DateTime, NaiveDate, NaiveDateTime, Utc};
use foundation::page::full_date_zh as zh;
use rules::{Expression, Facts, Kind, Shape};
use std::collections::BTreeMap;

/// A fact as the editor tells of it.
pub struct Fact {
    pub name: &'static str,
    pub kind: Kind,
    /// What it is.
    pub says: &'static str,
}

/// Facts that belong together.
pub struct Group {
    pub name: &'static str,
    /// The name of the list of all of them; empty where there is but one.
    pub all: &'static str,
    pub says: &'static str,
    pub facts: &'static [Fact],
}

const fn fact(name: &'static str, kind: Kind, says: &'static str) -> Fact {
    Fact { name, kind, says }
}

use Kind::{Boolean as Truth, Date as Day, DateTime as At, Number, Text};

/// A list of numbers of entries; the table tells it as a list.
const ENTRIES: Kind = Kind::Any;

const CLOCK: [Fact; 9] = [
    fact("limit", Text, "时限，写法如 8 个工作日"),
    fact("start", Day, "起算的那一天，从次日数起"),
    fact("total", Number, "一共多少天，连延长的在内"),
    fact("due", Day, "最后一天；暂停中定不下来，没有值"),
    fact("stopped", Day, "停下来的那一天；还在走，没有值"),
    fact("overrun", Truth, "超过了，或者到时不办就会超过"),
    fact("over", Number, "停下来时超过几天；没有超过或者还在走，没有值"),
    fact("counting", Text, "怎么数的，整句话"),
    fact(
        "days",
        Kind::Any,
        "起算次日到最后一天，一天一项：day 日期，begins 这一天的零点，used 第几天，percent 用掉百分之几，left 过完还剩几个工作日",
    ),
];

const DAYS: [Fact; 5] = [
    fact("day", Day, "日期"),
    fact("begins", At, "这一天的零点"),
    fact("used", Number, "用了几天"),
    fact("percent", Number, "用掉百分之几"),
    fact("left", Number, "过完还剩几个工作日"),
];

const ONE: [Fact; 13] = [
    fact("matter", Text, "事项的编号"),
    fact("agency", Text, "机关的编号"),
    fact("region", Text, "区划代码"),
    fact("permit", Truth, "是行政许可"),
    fact("stage", Text, "环节，如 \"in_review\""),
    fact("submitted", At, "收到申请的时间"),
    fact("opened", Number, "收到申请的日志条目"),
    fact("concluded", Day, "办结的那一天；没有办结，没有值"),
    fact("renewed_by_law", At, "视为准予延续的时间；没有这回事，没有值"),
    fact("renewed_entry", Number, "视为准予延续的日志条目"),
    fact("proof", ENTRIES, "期限起算、暂停、延长和办结的日志条目"),
    fact("counted", ENTRIES, "期限起算、暂停和延长的日志条目"),
    fact("pause_grounds", Text, "法律列明可以暂停计时的事由"),
];

/// Everything a rule may speak of.
pub const TABLE: [Group; 12] = [
    Group { name: "case", all: "", says: "这一个办件", facts: &ONE },
    Group { name: "promised", all: "", says: "承诺时限；没有受理，各项没有值", facts: &CLOCK },
    Group { name: "statutory", all: "", says: "法定时限；没有受理，各项没有值", facts: &CLOCK },
    Group {
        name: "result",
        all: "",
        says: "决定和送达；没有决定，各项没有值",
        facts: &[
            fact("decided", Truth, "作出了准予或者不予的决定"),
            fact("granted", Truth, "准予"),
            fact("on", Day, "决定写明的日期"),
            fact("at", At, "决定记下来的时间"),
            fact("entry", Number, "决定的日志条目"),
            fact("owed", Truth, "还有费用没有缴"),
            fact("from", Day, "送达从哪一天的次日数起：决定的日期，缴费在后的是缴费的日期"),
            fact("way", Text, "申请人选的领取方式：\"account\"、\"counter\"、\"post\"，没有选是空的"),
            fact("sent", Day, "第一次交邮的日期"),
            fact("delivered", Day, "送达的日期"),
            fact("entries", ENTRIES, "决定和送达的日志条目"),
            fact("skipped", Text, "流程图上决定以前必经、却没有办的步骤；都办了是空的"),
        ],
    },
    Group {
        name: "acceptance",
        all: "acceptances",
        says: "一段受理时限：收到材料五个工作日内要受理或者告知",
        facts: &[
            fact("limit", Text, "时限"),
            fact("start", Day, "收到材料的那一天"),
            fact("due", Day, "最后一天"),
            fact("stopped", Day, "作出处理的那一天；还没有，没有值"),
            fact("deemed", Truth, "没有人答复，依法视为受理"),
            fact("overrun", Truth, "超过了，或者到时不办就会超过"),
            fact("counting", Text, "怎么数的，整句话"),
            fact("entries", ENTRIES, "开始和结束的日志条目"),
        ],
    },
    Group {
        name: "correction",
        all: "corrections",
        says: "一次补正告知",
        facts: &[
            fact("nth", Number, "第几次"),
            fact("at", At, "告知的时间"),
            fact("on", Day, "告知的日期"),
            fact("first_on", Day, "第一次告知的日期"),
            fact("entries", ENTRIES, "到这一次为止各次告知的日志条目"),
        ],
    },
    Group {
        name: "refusal",
        all: "refusals",
        says: "一次不予受理或者不予许可",
        facts: &[
            fact("what", Text, "是不予受理还是不予许可"),
            fact("grounded", Truth, "写了依据的条款"),
            fact("at", At, "作出的时间"),
            fact("on", Day, "作出的日期"),
            fact("entry", Number, "日志条目"),
        ],
    },
    Group {
        name: "step",
        all: "steps",
        says: "流程图上由工作人员办的一步",
        facts: &[
            fact("node", Text, "流程图上的编号，如 \"survey\""),
            fact("name", Text, "名称；没有时限的是空的"),
            fact("limit", Text, "本步时限；没有时限的是空的"),
            fact("from", Day, "轮到承办的那一天"),
            fact("to", Day, "办完的那一天；还没有，没有值"),
            fact("due", Day, "最后一天"),
            fact("overrun", Truth, "超过了，或者到时不办就会超过"),
            fact("inside", Truth, "本步时限到时，整件还在承诺时限以内"),
            fact("forwards", Truth, "办完这一步要报送上级机关"),
            fact("counting", Text, "怎么数的，整句话"),
            fact("entries", ENTRIES, "开始和结束的日志条目"),
        ],
    },
    Group {
        name: "pause",
        all: "pauses",
        says: "一次暂停计时",
        facts: &[
            fact("ground", Text, "事由"),
            fact("lawful", Truth, "事由是法律列明的"),
            fact("told_days", Number, "告知申请人需要几个工作日"),
            fact("at", At, "记下来的时间"),
            fact("from", Day, "从哪一天起"),
            fact("until", Day, "照告知的，最后一天"),
            fact("to", Day, "结束的那一天；还没有，没有值"),
            fact("overrun", Truth, "比告知的久，或者到时不恢复就会久"),
            fact("nth", Number, "同一事由的第几次"),
            fact("last_from", Day, "同一事由的上一次从哪一天起；第一次，没有值"),
            fact("entry", Number, "开始的日志条目"),
            fact("entries", ENTRIES, "开始和结束的日志条目"),
            fact("same", ENTRIES, "同一事由到这一次为止各次开始的日志条目"),
        ],
    },
    Group {
        name: "extension",
        all: "extensions",
        says: "一次延期",
        facts: &[
            fact("at", At, "记下来的时间"),
            fact("recorded", Day, "记下来的日期"),
            fact("on", Day, "批准延期的日期"),
            fact("due", Day, "延期以前，法定时限的最后一天"),
            fact("entry", Number, "日志条目"),
        ],
    },
    Group {
        name: "act",
        all: "acts",
        says: "一个写明了日期的行为：准予、不予、暂停计时、恢复计时、延期、交邮、送达",
        facts: &[
            fact("what", Text, "是哪一种，如 \"准予\""),
            fact("at", At, "记下来的时间"),
            fact("recorded", Day, "记下来的日期"),
            fact("on", Day, "行为写明的日期"),
            fact("behind", Number, "记下来比写明的日期晚几个工作日；不晚是 0"),
            fact("entry", Number, "日志条目"),
        ],
    },
    Group {
        name: "charge",
        all: "charges",
        says: "一次开缴费单，或者一次收款",
        facts: &[
            fact("what", Text, "开单 \"bill\"，收款 \"payment\""),
            fact("amount", Number, "多少元"),
            fact("billed", Number, "当时的缴费单一共多少元；没有开单，没有值"),
            fact("surplus", Truth, "多收了，登记为要退回的"),
            fact("beyond", Text, "缴费单上不在公布的收费标准里、或者和标准的数额不一样的各项；没有是空的"),
            fact("at", At, "记下来的时间"),
            fact("on", Day, "记下来的日期"),
            fact("entry", Number, "日志条目"),
            fact("entries", ENTRIES, "开单和收款的日志条目"),
        ],
    },
];

/// What rules may speak of that are asked of no case: of nothing else beside it.
pub const BESIDE: [Group; 2] = [
    Group {
        name: "lapse",
        all: "",
        says: "诉求、差评工单、信息公开申请过了期限没有办的一次；不是办件，只能写这一组",
        facts: &[
            fact("what", Text, "是什么：诉求 \"complaint\"、差评工单 \"rating_order\"、信息公开申请 \"request\""),
            fact("step", Text, "没有办哪一步：受理 \"accept\"、答复 \"answer\"、回访 \"call_back\""),
            fact("began", Day, "收到的那一天"),
            fact("days", Number, "从收到到最后一天，几个工作日"),
            fact("due", Day, "最后一天"),
            fact("at", At, "过期记下来的时间"),
            fact("entry", Number, "过期的日志条目"),
            fact("entries", ENTRIES, "收到和过期的日志条目"),
        ],
    },
    Group {
        name: "decision",
        all: "",
        says: "一个用了裁量权的决定；不是办件，只能写这一组",
        facts: &[
            fact("document", Text, "决定书文号"),
            fact("tier", Text, "照基准属于哪一档"),
            fact("unit", Text, "数额的单位"),
            fact("least", Number, "这一档的下限；没有下限，没有值"),
            fact("most", Number, "这一档的上限；没有上限，没有值"),
            fact("amount", Number, "决定的数额；不予处罚，没有值"),
            fact("inside", Truth, "在档次以内，照数额再核对过"),
            fact("approved", Truth, "不在档次以内的，写了怎样批准和理由"),
            fact("on", Day, "决定的日期"),
            fact("recorded", Day, "记下来、公开的日期"),
            fact("behind", Number, "公开比决定晚几个工作日；当天公开是 0"),
            fact("at", At, "记下来的时间"),
            fact("entry", Number, "日志条目"),
        ],
    },
];

/// What a rule may be asked of.
pub const EACH: [&str; 11] =
    ["case", "acceptance", "correction", "refusal", "step", "pause", "extension", "act", "charge", "lapse", "decision"];

fn shape_of(fact: &Fact) -> Shape {
    match (fact.name, fact.kind) {
        ("days", Kind::Any) => Shape::list(shape_of_all(&DAYS)),
        (_, Kind::Any) => Shape::list(Shape::One(Number)),
        (_, kind) => Shape::One(kind),
    }
}

fn shape_of_all(facts: &[Fact]) -> Shape {
    Shape::facts(facts.iter().map(|fact| (fact.name, shape_of(fact))))
}

/// The names an expression may use: those of the case, of what the rule is asked of, the numbers of the rule, and the moment.
pub fn shape(each: &str, numbers: impl IntoIterator<Item = String>) -> Shape {
    let mut all: BTreeMap<String, Shape> = BTreeMap::new();
    let beside = BESIDE.iter().find(|group| group.name == each);
    if let Some(group) = beside {
        all.insert(group.name.into(), shape_of_all(group.facts));
    }
    for group in TABLE.iter().filter(|_| beside.is_none()) {
        if group.all.is_empty() || group.name == each {
            all.insert(group.name.into(), shape_of_all(group.facts));
        }
        if !group.all.is_empty() {
            all.insert(group.all.into(), Shape::list(shape_of_all(group.facts)));
        }
    }
    all.insert("rule".into(), Shape::Facts(numbers.into_iter().map(|name| (name, Shape::One(Number))).collect()));
    Shape::Facts(all)
}

/// What rules are asked of.
pub enum Subject<'a> {
    Case(Case<'a>),
    Affair(&'a Affair, &'a Calendar),
}

impl Subject<'_> {
    /// The facts of the whole.
    pub fn whole(&self, need: Need) -> Facts {
        match self {
            Subject::Case(case) => case.whole(need),
            Subject::Affair(..) => Facts::default(),
        }
    }
    /// Each of these there is of it.
    pub fn each(&self, kind: &str, need: Need) -> Vec<Element> {
        match self {
            Subject::Case(case) => case.each(kind, need),
            Subject::Affair(affair, calendar) => affair.each(kind, calendar),
        }
    }
    pub fn began(&self) -> DateTime<Utc> {
        match self {
            Subject::Case(case) => case.watch.submitted_at,
            Subject::Affair(affair, _) => affair.began,
        }
    }
    pub fn calendar(&self) -> &Calendar {
        match self {
            Subject::Case(case) => case.calendar,
            Subject::Affair(_, calendar) => calendar,
        }
    }
}

/// A case as rules see it.
pub struct Case<'a> {
    pub watch: &'a Watch,
    pub published: &'a Published,
    pub calendar: &'a Calendar,
}

/// What costs more to give than most rules need; where it is not needed it is null, or an empty list.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Need {
    /// The lists of all of a kind.
    lists: bool,
    /// Whole sentences, and by how much a limit was passed.
    words: bool,
    /// Each day of a limit.
    promised_days: bool,
    statutory_days: bool,
}

impl Need {
    pub const NOTHING: Need = Need { lists: false, words: false, promised_days: false, statutory_days: false };
    pub const ALL: Need = Need { lists: true, words: true, promised_days: true, statutory_days: true };

    /// What an expression needs.
    pub fn of(expression: &Expression) -> Need {
        let lists = TABLE.iter().any(|group| !group.all.is_empty() && expression.mentions(group.all));
        let days = |clock| expression.mentions("days") && (lists || expression.mentions(clock));
        Need {
            lists,
            words: expression.mentions("counting") || expression.mentions("over"),
            promised_days: days("promised"),
            statutory_days: days("statutory"),
        }
    }
    pub fn and(self, other: Need) -> Need {
        Need {
            lists: self.lists || other.lists,
            words: self.words || other.words,
            promised_days: self.promised_days || other.promised_days,
            statutory_days: self.statutory_days || other.statutory_days,
        }
    }
    pub fn is_any(self) -> bool {
        self != Need::NOTHING
    }
}

/// One of what a rule is asked of: what names it among those of the case, and its facts.
pub type Element = (String, Facts);

impl Case<'_> {
    /// The facts of the case as a whole.
    pub fn whole(&self, need: Need) -> Facts {
        let facts = Facts::default()
            .facts("case", self.case())
            .facts("promised", self.clock("承诺时限", self.watch.promised.as_ref(), need, need.promised_days))
            .facts("statutory", self.clock("法定时限", self.watch.statutory.as_ref(), need, need.statutory_days))
            .facts("result", self.result(self.watch.outcome.as_ref()));
        match need.lists {
            false => facts,
            true => TABLE.iter().filter(|group| !group.all.is_empty()).fold(facts, |facts, group| {
                facts.list(group.all, self.each(group.name, need).into_iter().map(|(_, facts)| facts))
            }),
        }
    }

    /// Each of these there is of the case; the case itself has no facts beside those of the whole.
    pub fn each(&self, kind: &str, need: Need) -> Vec<Element> {
        let watch = self.watch;
        match kind {
            "acceptance" => watch.acceptance.iter().map(|period| self.acceptance(period, need)).collect(),
            "correction" => (1..=watch.corrections.len()).map(|nth| self.correction(nth)).collect(),
            "refusal" => watch.refusals.iter().map(refusal).collect(),
            "step" => watch.steps.iter().map(|step| self.step(step, need)).collect(),
            "pause" => (0..watch.pauses.len()).map(|at| self.pause(at)).collect(),
            "extension" => watch.extensions.iter().map(|one| self.extension(one)).collect(),
            "act" => watch.dated.iter().map(|one| self.act(one)).collect(),
            "charge" => watch.charged.iter().map(|one| self.charge(one)).collect(),
            "case" => vec![(String::new(), Facts::default())],
            _ => Vec::new(),
        }
    }

    fn case(&self) -> Facts {
        let watch = self.watch;
        let renewed = watch.deemed_renewed.as_ref();
        let concluded = watch.concluded.as_ref();
        Facts::default()
            .text("matter", &watch.item)
            .text("agency", &watch.agency)
            .text("region", &watch.region)
            .truth("permit", self.published.permit)
            .text("stage", watch.stage.key())
            .moment("submitted", local(watch.submitted_at))
            .number("opened", watch.acceptance.first().map(|first| first.opened))
            .day("concluded", concluded.map(|done| done.on))
            .moment("renewed_by_law", renewed.map(|mark| local(mark.at)))
            .number("renewed_entry", renewed.map(|mark| mark.entry))
            .numbers("proof", watch.counted.iter().copied().chain(concluded.map(|done| done.entry)))
            .numbers("counted", watch.counted.iter().copied())
            .text("pause_grounds", acts::PAUSE_GROUNDS.join("、"))
    }

    fn clock(&self, name: &str, clock: Option<&Clock>, need: Need, days: bool) -> Facts {
        let Some(clock) = clock else {
            return Facts::default()
                .day("start", None)
                .number("total", None)
                .day("due", None)
                .day("stopped", None)
                .truth("overrun", false)
                .number("over", None)
                .text("limit", "")
                .text("counting", "")
                .list("days", []);
        };
        let due = clock.due(self.calendar).map(|due| due.date);
        let overrun = overrun(clock, due);
        let over = clock.stopped.filter(|_| overrun && need.words).map(|on| -clock.standing(self.calendar, on).left);
        let days = due.filter(|_| days).map(|due| self.days(clock, due)).unwrap_or_default();
        let counting = due.filter(|_| need.words).map(|due| counting(name, clock, due)).unwrap_or_default();
        Facts::default()
            .text("limit", clock.limit.to_string())
            .day("start", clock.start)
            .number("total", i64::from(clock.standing(self.calendar, clock.start).total))
            .day("due", due)
            .day("stopped", clock.stopped)
            .truth("overrun", overrun)
            .number("over", over)
            .text("counting", counting)
            .list("days", days)
    }

    fn days(&self, clock: &Clock, due: NaiveDate) -> Vec<Facts> {
        let days = clock.start.iter_days().skip(1).take_while(|day| *day <= due);
        let told = days.map(|day| {
            let standing = clock.standing(self.calendar, day);
            let percent = i64::from(standing.used) * 100 / i64::from(standing.total.max(1));
            Facts::default()
                .day("day", day)
                .moment("begins", local(start_of_day(day)))
                .number("used", i64::from(standing.used))
                .number("percent", percent)
                .number("left", i64::from(self.calendar.working_days_between(day, due)))
        });
        told.collect()
    }

    fn acceptance(&self, period: &Acceptance, need: Need) -> Element {
        let clock = &period.clock;
        let due = clock.due(self.calendar).map(|due| due.date);
        let whole = due.filter(|_| need.words);
        let facts = Facts::default()
            .text("limit", clock.limit.to_string())
            .day("start", clock.start)
            .day("due", due)
            .day("stopped", clock.stopped)
            .truth("deemed", period.deemed)
            .truth("overrun", overrun(clock, due))
            .text("counting", whole.map(|due| counting("受理时限", clock, due)).unwrap_or_default())
            .numbers("entries", [Some(period.opened), period.closed].into_iter().flatten());
        (period.opened.to_string(), facts)
    }

    fn correction(&self, nth: usize) -> Element {
        let marks = &self.watch.corrections[..nth];
        let (first, last) = (&marks[0], &marks[nth - 1]);
        let facts = Facts::default()
            .number("nth", nth as i64)
            .moment("at", local(last.at))
            .day("on", calendar::local_date(last.at))
            .day("first_on", calendar::local_date(first.at))
            .numbers("entries", marks.iter().map(|mark| mark.entry));
        (last.entry.to_string(), facts)
    }

    fn step(&self, step: &Step, need: Need) -> Element {
        let limit = self.published.steps.get(&step.node);
        let clock = limit.map(|limit| self.step_clock(step, limit.limit));
        let due = clock.as_ref().and_then(|clock| clock.due(self.calendar)).map(|due| due.date);
        let inside = |due: NaiveDate| {
            let Some(promised) = &self.watch.promised else { return true };
            let whole = promised.due(self.calendar).map(|due| due.date);
            whole.is_none_or(|whole| due < whole || promised.stopped.is_some_and(|on| on <= whole))
        };
        let told = clock.as_ref().zip(due).filter(|_| need.words);
        let facts = Facts::default()
            .text("node", &step.node)
            .text("name", limit.map(|limit| limit.name.as_str()).unwrap_or_default())
            .text("limit", limit.map(|limit| limit.limit.to_string()).unwrap_or_default())
            .day("from", step.from)
            .day("to", step.to)
            .day("due", due)
            .truth("overrun", due.is_some_and(|due| step.to.is_none_or(|to| to > due)))
            .truth("inside", due.is_some_and(inside))
            .truth("forwards", limit.is_some_and(|limit| limit.forwards))
            .text("counting", told.map(|(clock, due)| counting("本步时限", clock, due)).unwrap_or_default())
            .numbers("entries", [Some(step.opened), step.closed].into_iter().flatten());
        (step.wait.clone(), facts)
    }

    /// A step counts no day on which the case does not (许可法 45).
    fn step_clock(&self, step: &Step, limit: Limit) -> Clock {
        let mut clock = Clock::start(step.from, limit);
        let pauses = self.watch.promised.iter().flat_map(|clock| &clock.pauses);
        clock.pauses = pauses.filter(|pause| pause.to.is_none_or(|to| to >= step.from)).cloned().collect();
        clock
    }

    fn pause(&self, at: usize) -> Element {
        let told = &self.watch.pauses[at];
        let before: Vec<&Told> = self.watch.pauses[..at].iter().filter(|other| other.ground == told.ground).collect();
        let until = told_until(told, self.calendar);
        let facts = Facts::default()
            .text("ground", &told.ground)
            .truth("lawful", acts::may_pause(&told.ground))
            .number("told_days", i64::from(told.told_days))
            .moment("at", local(told.at))
            .day("from", told.from)
            .day("until", until)
            .day("to", told.to)
            .truth("overrun", told.to.is_none_or(|to| to > until))
            .number("nth", before.len() as i64 + 1)
            .day("last_from", before.last().map(|last| last.from))
            .number("entry", told.opened)
            .numbers("entries", [Some(told.opened), told.closed].into_iter().flatten())
            .numbers("same", before.iter().map(|told| told.opened).chain([told.opened]));
        (told.opened.to_string(), facts)
    }

    fn extension(&self, one: &super::watch::Prolonged) -> Element {
        let due = one.before.as_ref().and_then(|clock| clock.due(self.calendar)).map(|due| due.date);
        let facts = Facts::default()
            .moment("at", local(one.at))
            .day("recorded", calendar::local_date(one.at))
            .day("on", one.on)
            .day("due", due)
            .number("entry", one.entry);
        (one.entry.to_string(), facts)
    }

    fn act(&self, one: &super::watch::Dated) -> Element {
        let recorded = calendar::local_date(one.at);
        let behind = if one.on < recorded { self.calendar.working_days_between(one.on, recorded) } else { 0 };
        let facts = Facts::default()
            .text("what", &one.what)
            .moment("at", local(one.at))
            .day("recorded", recorded)
            .day("on", one.on)
            .number("behind", i64::from(behind))
            .number("entry", one.entry);
        (one.entry.to_string(), facts)
    }

    fn charge(&self, one: &Charged) -> Element {
        let beyond: Vec<&str> =
            one.lines.iter().filter(|line| !self.published.has(line)).map(|line| line.name.as_str()).collect();
        let billed = one.billed.as_ref();
        let facts = Facts::default()
            .text("what", if one.paid { "payment" } else { "bill" })
            .decimal("amount", &one.amount.to_string())
            .decimal("billed", &billed.map(|(_, total)| total.to_string()).unwrap_or_default())
            .truth("surplus", one.surplus)
            .text("beyond", beyond.join("、"))
            .moment("at", local(one.at))
            .day("on", calendar::local_date(one.at))
            .number("entry", one.entry)
            .numbers("entries", billed.map(|(bill, _)| *bill).filter(|bill| *bill != one.entry).into_iter().chain([one.entry]));
        (one.entry.to_string(), facts)
    }

    fn result(&self, outcome: Option<&Outcome>) -> Facts {
        Facts::default()
            .truth("decided", outcome.is_some())
            .truth("granted", outcome.is_some_and(|outcome| outcome.granted))
            .day("on", outcome.map(|outcome| outcome.on))
            .moment("at", outcome.map(|outcome| local(outcome.at)))
            .number("entry", outcome.map(|outcome| outcome.entry))
            .day("from", outcome.map(|outcome| outcome.from))
            .truth("owed", outcome.is_some_and(|outcome| outcome.owed))
            .text("way", outcome.map(|outcome| outcome.way.as_str()).unwrap_or_default())
            .day("sent", outcome.and_then(|outcome| outcome.sent))
            .day("delivered", outcome.and_then(|outcome| outcome.delivered))
            .numbers("entries", outcome.iter().flat_map(|outcome| [Some(outcome.entry), outcome.closed]).flatten())
            .text("skipped", outcome.map(|outcome| self.skipped(outcome)).unwrap_or_default())
    }

    /// Steps that every way to a decision passes, and that were not done before it.
    fn skipped(&self, outcome: &Outcome) -> String {
        let done = |node: &str| {
            let is_done = |step: &Step| step.node == node && step.closed.is_some_and(|closed| closed < outcome.entry);
            self.watch.steps.iter().any(is_done)
        };
        let steps = self.published.steps.iter().filter(|(node, step)| step.required && !done(node));
        steps.map(|(_, step)| step.name.as_str()).collect::<Vec<_>>().join("、")
    }
}

fn refusal(one: &super::watch::Refusal) -> Element {
    let facts = Facts::default()
        .text("what", &one.what)
        .truth("grounded", one.grounded)
        .moment("at", local(one.at))
        .day("on", calendar::local_date(one.at))
        .number("entry", one.entry);
    (one.entry.to_string(), facts)
}

/// A moment as people in China read it.
pub fn local(at: DateTime<Utc>) -> NaiveDateTime {
    at.with_timezone(&SHANGHAI).naive_local()
}

/// The last day of a pause as the applicant was told: working days (许可法 82), its first day not counted (CLK-01).
pub fn told_until(told: &Told, calendar: &Calendar) -> NaiveDate {
    calendar.due(told.from, Limit::working_days(told.told_days)).date
}

/// Whether a clock was, or will be if nothing happens, overrun.
fn overrun(clock: &Clock, due: Option<NaiveDate>) -> bool {
    due.is_some_and(|due| clock.stopped.is_none_or(|on| on > due))
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
