//! 用词 · the words by which a clause of units is known: labels, verbs, and what goes with them.

use super::Role;
use crate::line::Piece;
use crate::units::begins_like_a_unit;

/// What a bracket behind a unit says of its part in the task.
pub(super) const PART_LEADS: [&str; 9] =
    ["第一责任单位", "主要责任单位", "主牵头", "牵头", "牵头单位", "牵头部门", "牵头负责", "主办", "主责"];

pub(super) const PART_JOINS: [&str; 7] = ["配合", "参加", "参与", "协助", "协办", "配合单位", "参加单位"];

/// Whether a bracket behind a unit says which part it has in the task.
pub(crate) fn is_part(said: &str) -> bool {
    PART_LEADS.contains(&said) || PART_JOINS.contains(&said)
}

/// The words of labels and of the heads of columns; the longer before the shorter that ends it.
pub(super) const LABELS: [(&str, Role); 86] = [
    ("牵头责任单位", Role::Lead),
    ("牵头责任部门", Role::Lead),
    ("牵头负责单位", Role::Lead),
    ("主要责任单位", Role::Lead),
    ("牵头单位", Role::Lead),
    ("牵头部门", Role::Lead),
    ("牵头处室", Role::Lead),
    ("牵头科室", Role::Lead),
    ("主办单位", Role::Lead),
    ("主办部门", Role::Lead),
    ("主责单位", Role::Lead),
    ("牵头负责", Role::Lead),
    ("牵头", Role::Lead),
    ("主要参加单位", Role::Participant),
    ("主要配合单位", Role::Participant),
    ("配合责任单位", Role::Participant),
    ("参加责任单位", Role::Participant),
    ("参加单位", Role::Participant),
    ("参与单位", Role::Participant),
    ("参加部门", Role::Participant),
    ("参与部门", Role::Participant),
    ("配合单位", Role::Participant),
    ("配合部门", Role::Participant),
    ("配合处室", Role::Participant),
    ("配合科室", Role::Participant),
    ("协办单位", Role::Participant),
    ("协办部门", Role::Participant),
    ("协助单位", Role::Participant),
    ("协同单位", Role::Participant),
    ("协同部门", Role::Participant),
    ("协助部门", Role::Participant),
    ("配合", Role::Participant),
    ("参加", Role::Participant),
    ("参与", Role::Participant),
    ("协助", Role::Participant),
    ("协办", Role::Participant),
    ("责任单位", Role::Responsible),
    ("责任部门", Role::Responsible),
    ("负责单位", Role::Responsible),
    ("负责部门", Role::Responsible),
    ("责任主体", Role::Responsible),
    ("责任处室", Role::Responsible),
    ("责任科室", Role::Responsible),
    ("承办处室", Role::Responsible),
    ("承办科室", Role::Responsible),
    ("承办部门", Role::Responsible),
    ("主管单位", Role::Responsible),
    ("主管部门", Role::Responsible),
    ("落实单位", Role::Responsible),
    ("实施单位", Role::Responsible),
    ("承办单位", Role::Responsible),
    ("负责", Role::Responsible),
    ("承办", Role::Responsible),
    ("整改完成时限", Role::Date),
    ("整改完成时间", Role::Date),
    ("整改时限", Role::Date),
    ("整改期限", Role::Date),
    ("整改时间", Role::Date),
    ("销号时限", Role::Date),
    ("办理时限", Role::Date),
    ("落实时间", Role::Date),
    ("落实时限", Role::Date),
    ("实施时间", Role::Date),
    ("推进时间", Role::Date),
    ("完成时限", Role::Date),
    ("完成时间", Role::Date),
    ("完成期限", Role::Date),
    ("办结时限", Role::Date),
    ("工作时限", Role::Date),
    ("完成日期", Role::Date),
    ("时间安排", Role::Date),
    ("时间进度", Role::Date),
    ("进度安排", Role::Date),
    ("时间节点", Role::Date),
    ("时间要求", Role::Date),
    ("时限要求", Role::Date),
    ("时限", Role::Date),
    ("联系人", Role::Other),
    ("责任人", Role::Other),
    ("牵头领导", Role::Other),
    ("责任领导", Role::Other),
    ("包保领导", Role::Other),
    ("牵头人", Role::Other),
    ("分管负责人", Role::Other),
    ("分管领导", Role::Other),
    ("联系电话", Role::Other),
];

/// The label that is all of a piece.
pub(crate) fn label(piece: Piece<'_>) -> Option<Role> {
    let words: String = piece.chars().iter().filter(|c| !c.is_whitespace()).collect();
    LABELS
        .iter()
        .find(|(label, _)| words == *label || words.strip_suffix("及").is_some_and(|words| words == *label))
        .map(|(_, role)| *role)
}

/// Whether a name begins with the label that it should have stood behind: 参加单位有省民政厅.
pub(crate) fn begins_with_a_label(name: &str) -> bool {
    let units = |role: &Role| matches!(role, Role::Lead | Role::Participant | Role::Responsible);
    LABELS.iter().any(|(label, role)| units(role) && name.len() > label.len() && name.starts_with(label))
}

/// Words between a label and its list, where no colon parts them; before them may stand 分别 or 主要.
pub(super) const COPULAS: [&str; 5] = ["为", "是", "有", "包括", "包含"];

/// Verbs that close a list of participants, of those in charge; the longer first.
pub(super) const TAKES_PART: [&str; 27] = [
    "作为责任单位",
    "为责任单位",
    "是责任单位",
    "为成员单位",
    "为配合部门",
    "作为参加单位",
    "作为配合单位",
    "为参加单位",
    "是参加单位",
    "为配合单位",
    "是配合单位",
    "为参与单位",
    "为协办单位",
    "按职责分工配合",
    "按职责配合",
    "积极配合",
    "共同参与",
    "予以配合",
    "协同配合",
    "参与配合",
    "共同配合",
    "配合",
    "协助",
    "参加",
    "参与",
    "协同",
    "协办",
];

pub(super) const IS_IN_CHARGE: [&str; 25] = [
    "按职责分工负责落实",
    "具体负责落实",
    "分别负责落实",
    "负责具体落实",
    "负责具体实施",
    "负责组织实施",
    "负责组织落实",
    "负责落实",
    "负责实施",
    "负责办理",
    "抓好落实",
    "按职责分工分别负责",
    "按照职责分工负责",
    "按职责分工负责",
    "依职责分工负责",
    "根据职责负责",
    "按职责负责",
    "分工负责",
    "分别负责",
    "共同负责",
    "具体负责",
    "组织实施",
    "负责",
    "承办",
    "办理",
];

/// Words before whoever does something, which are none of the name: 由, 请, 并由, 此项工作由, 以上任务均由, 上述事项. How many characters they are.
pub(super) fn opening(part: Piece<'_>) -> usize {
    const POINTS: [&str; 16] = [
        "以上各项",
        "上述各项",
        "以上",
        "以下",
        "上述",
        "下述",
        "前述",
        "上列",
        "下列",
        "所列",
        "各项",
        "此",
        "该",
        "本",
        "这",
        "其",
    ];
    const COUNTS: [&str; 7] = ["几项", "两项", "三项", "项", "些", "条", "类"];
    const THINGS: [&str; 13] =
        ["工作任务", "重点任务", "具体工作", "日常工作", "工作", "任务", "事项", "项目", "内容", "措施", "举措", "改革", "问题"];
    const HOW: [&str; 15] =
        ["分别", "统一", "主要", "具体", "继续", "一律", "全部", "共同", "均", "都", "仍", "并", "改", "转", "现"];
    let any = |at: usize, words: &[&str]| {
        words.iter().find(|word| part.after(at).starts_with(word)).map_or(at, |word| at + word.chars().count())
    };
    let point = any(0, &POINTS);
    let counted = any(point, &COUNTS);
    let thing = any(counted, &THINGS);
    // 以上由省财政厅牵头: what it points to need not be named.
    let points = point > 0 && thing > point;
    let mut at = if points || point > 0 && part.after(point).starts_with("由") { thing } else { 0 };
    at += usize::from(points && part.at(at) == Some('，'));
    let from = at;
    loop {
        match any(at, &HOW) {
            next if next > at => at = next,
            _ => break,
        }
    }
    let asks = part.after(at).starts_with("请") && !matches!(part.at(at + 1), Some('示' | '求' | '假' | '于' | '在'));
    match asks || part.after(at).starts_with("由") {
        true => at + 1,
        false if points && begins_like_a_unit(part.after(from)) => from,
        false => 0,
    }
}

/// Whether words hold 由 as a word of its own: 工作由省财政厅; 自由贸易 and 理由 hold none. 不由 is told as no name.
pub(crate) fn says_by(words: &[char]) -> bool {
    let of_a_word = |at: usize| at > 0 && matches!(words[at - 1], '自' | '理' | '缘' | '事' | '不');
    (0..words.len()).any(|at| words[at] == '由' && !of_a_word(at))
}

/// What closes a list of those who lead, other than 牵头.
pub(super) const LEADS: [&str; 6] = ["作为牵头单位", "为牵头单位", "是牵头单位", "作为牵头部门", "为牵头部门", "是牵头部门"];

/// How those lead that stand before 牵头; the longer first.
pub(super) const TOGETHER: [&str; 12] =
    ["按职责分工", "按照职责分工", "按照职责", "按职责", "按领域", "共同", "联合", "分别", "具体", "负责", "总", "双"];

/// Words that go with 牵头 and add nothing.
pub(super) const DONE: [&str; 6] = ["负责", "组织实施", "组织", "落实", "实施", "办理"];

/// Verbs with which a sentence goes on behind the units of 会同 or 由.
pub(super) const DOES: [&str; 43] = [
    "制定", "制订", "研究", "起草", "拟定", "拟订", "编制", "提出", "出台", "印发", "做好", "抓好", "开展", "组织", "建立",
    "健全", "完善", "推进", "推动", "落实", "负责", "实施", "共同", "联合", "统筹", "按", "加强", "指导", "牵头", "抓紧", "办理",
    "分别", "修订", "建设", "具体", "各自", "对", "要", "应", "须", "于", "组成", "成立",
];

pub(super) fn before_verb<'a>(piece: Piece<'a>, verbs: &[&str]) -> Option<Piece<'a>> {
    verbs.iter().find(|verb| piece.ends_with(verb)).map(|verb| piece.before(piece.len() - verb.chars().count()).trim())
}
