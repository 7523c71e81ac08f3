//! 不能判 · why a rule gives no answer. Said to the administrator who writes rules, so the place and the remedy come first;
//! the evaluator's own reasons, which are English and speak of its insides, are said in our words.

use serde::Serialize;

/// Why an expression or a table gives no answer. Whoever asked treats every one of them as "not decided", never as no.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum RuleError {
    /// Longer than an expression may be.
    #[error("表达式有 {0} 个字节，最多 {max} 个，请拆成几条", max = crate::MAX_LENGTH)]
    TooLong(usize),
    /// Nested deeper than an expression may be.
    #[error("表达式嵌套超过 {max} 层，请拆成几条", max = crate::MAX_DEPTH)]
    TooDeep,
    /// Takes more steps than an evaluation may.
    #[error("算不完：超过 {max} 步，请减少循环、递归和长列表", max = crate::MAX_STEPS)]
    TooMuch,
    /// Not FEEL.
    #[error("表达式写法不对，请检查引号、括号和名称，如 面积 >= 100 and 来源 = \"租赁\"（{0}）")]
    Syntax(String),
    /// FEEL that a rule may not use: what, and what to do instead.
    #[error("规则里不能用 {what}：{remedy}")]
    Forbidden {
        /// What was used.
        what: String,
        /// What to do instead.
        remedy: String,
    },
    /// A name that is given no value. In FEEL it would be null and could make `!=` true.
    #[error("没有“{0}”这个变量，请核对名称，或先给它一个值（可以是 null）")]
    UnknownName(String),
    /// The result is null: which name has no value or is of the wrong type, or else a plain sentence.
    #[error("得不出结果：{0}")]
    Null(String),
    /// It asks for `now()` or `today()`, and no day is given.
    #[error("规则用到 today() 或 now()，却没有给日期，请给出作决定的日期，如 2026-11-25")]
    NoDay,
    /// A condition whose result is something else than true or false.
    #[error("条件要得出 true 或 false，现在得出的是 {0}")]
    NotBoolean(String),
    /// A value that cannot be taken in or given out.
    #[error("“{name}”的值用不了：{reason}")]
    Value {
        /// The variable or output.
        name: String,
        /// What is wrong with it and what is wanted.
        reason: String,
    },
    /// The evaluator broke down; a fault of ours, to be reported.
    #[error("规则引擎出了故障，这条规则没有得出结果，请联系管理员")]
    Fault,
    /// A mistake in a decision table, with its place.
    #[error("决策表{place}：{reason}")]
    Table {
        /// Where: a rule, an input, an output.
        place: String,
        /// What is wrong and how to mend it.
        reason: String,
    },
    /// The model has no such decision; the ones it has.
    #[error("没有“{0}”这个决策，有的是：{1}")]
    NoDecision(String, String),
    /// No rule of the table fits, and it has no default.
    #[error("没有一条规则适用于这些值，请补一条规则或默认值")]
    NoRule,
    /// Several rules fit where one alone may (hit policy UNIQUE), by number.
    #[error("第 {} 条规则同时适用，请改成互不重叠", crate::error::listed(.0))]
    SeveralRules(Vec<usize>),
    /// Several rules fit and differ where they must agree (hit policy ANY), by number.
    #[error("第 {} 条规则同时适用但结果不同，请改成一致", crate::error::listed(.0))]
    DifferingRules(Vec<usize>),
    /// Several mistakes in the cells of a table, each with its place.
    #[error("{}", crate::error::joined(.0))]
    Several(Vec<RuleError>),
}

/// The most mistakes that are told of one table.
const MOST: usize = 20;

fn joined(errors: &[RuleError]) -> String {
    errors.iter().map(RuleError::to_string).collect::<Vec<_>>().join("。")
}

pub(crate) fn listed(numbers: &[usize]) -> String {
    numbers.iter().map(usize::to_string).collect::<Vec<_>>().join("、")
}

/// The longest reason of the evaluator that is passed on, in characters: a value in it may be of any length.
const LONGEST: usize = 200;

/// What our reasons begin with on their way through the evaluator, which has none but its own.
const OURS: char = '\u{2060}';

/// A reason of ours for a null.
pub(crate) fn said(reason: impl std::fmt::Display) -> String {
    format!("{OURS}{reason}")
}

/// Whether a reason is ours.
pub(crate) fn ours(reason: &str) -> bool {
    reason.starts_with(OURS)
}

/// The reason for a null in our words; those of the evaluator are told by what they are about.
pub(crate) fn because(reason: Option<String>) -> String {
    let Some(reason) = reason else { return "结果是空（null），没有说明原因".to_owned() };
    if let Some(said) = reason.strip_prefix(OURS) {
        return cut(said.to_owned());
    }
    let about = |words: &[&str]| words.iter().any(|word| reason.contains(word));
    let told = match () {
        () if reason == "after coercion" => "值的类型与声明的类型不符",
        () if about(&["equal err", "incompatible types", "eval_in_range", "eval_greater", "eval_less"]) => {
            "两边的值类型不同，比不了"
        }
        () if about(&["time zone"]) => "带时区的时间换不成北京时间，请写明与北京时间的差，如 +08:00，或不写时区",
        () if about(&["division by zero"]) => "除数是 0",
        () if about(&["too many steps"]) => "步数用完了",
        () if about(&["out of range", "finite", "exceeds"]) => "数太大、太小或位置越界",
        () if about(&["external function", "Java", "PMML"]) => "不能调用外部函数",
        () if about(&["parameter", "argument"]) => "给函数的值个数或类型不对",
        () => "有变量没有值，或类型不对",
    };
    told.to_owned()
}

/// A reason of the parser in our words; `reads` tells whether another text would do.
pub(crate) fn syntax(error: impl std::fmt::Display, text: &str, reads: crate::cell::Reads) -> RuleError {
    if let Some(told) = crate::cell::unreadable(text, reads) {
        return RuleError::Syntax(told);
    }
    let reason = error.to_string();
    let told = match () {
        () if reason.contains("end of file") => "写到一半就没有了",
        () if reason.contains("hex digit") || reason.contains("Unicode") || reason.contains("surrogate") => {
            "u 后面不是一个字符的编码"
        }
        () if reason.contains("name") => "这里要的是名称",
        () => "有一处读不懂",
    };
    RuleError::Syntax(told.to_owned())
}

/// A text that holds a value, no longer than is passed on.
pub(crate) fn cut(text: String) -> String {
    match text.chars().count() > LONGEST {
        true => text.chars().take(LONGEST).chain(['…']).collect(),
        false => text,
    }
}

impl RuleError {
    /// Refuses where there are mistakes, all at once.
    pub(crate) fn all(mut errors: Vec<RuleError>) -> Result<(), RuleError> {
        errors.truncate(MOST);
        match errors.len() {
            0 => Ok(()),
            1 => Err(errors.remove(0)),
            _ => Err(RuleError::Several(errors)),
        }
    }

    pub(crate) fn null(reason: Option<String>) -> RuleError {
        RuleError::Null(because(reason))
    }

    /// What is said of it within another reason.
    pub(crate) fn reason(&self) -> String {
        match self {
            RuleError::Null(reason) => reason.clone(),
            other => other.to_string(),
        }
    }

    pub(crate) fn forbidden(what: impl Into<String>, remedy: impl Into<String>) -> RuleError {
        RuleError::Forbidden { what: what.into(), remedy: remedy.into() }
    }

    /// The same mistake, said with its place in a table.
    pub(crate) fn at(self, place: impl Into<String>) -> RuleError {
        match self {
            told @ (RuleError::Table { .. } | RuleError::Several(_)) => told,
            other => RuleError::Table { place: place.into(), reason: other.to_string() },
        }
    }
}
