//! 校验 · what must hold before anything is published (B4.3, A2.1, F082, F084). All mistakes are told at once: an
//! administrator mends a file once, not ten times.

use crate::data_elements::{self, Elements};
use crate::fault::Faults;
use crate::intermediaries::law::b3_2_01_refused;
use crate::item::{Remedies, is_working_days};
use crate::places::Regions;
use crate::powers::law::a2_1_01_belied;
use crate::{Agency, Centre, Condition, Facts, Feel, Item, JointWay, Material, Show};
use calendar::Unit;
use chrono::NaiveDate;
use forms::Kind;
use process::{Definition, Lang, Node, NodeKind, Overlay};
use serde_json::Value;
use std::collections::HashSet;
use std::sync::Arc;

/// The steps by whose ids the house knows what to do, and what each must be. The first nine are in every chart.
pub const HOUSE_NODES: [(&str, NodeKind); 12] = [
    ("submitted", NodeKind::StartEvent),
    ("check_acceptance", NodeKind::UserTask),
    ("await_correction", NodeKind::ReceiveTask),
    ("decide", NodeKind::UserTask),
    ("deliver", NodeKind::UserTask),
    ("refused", NodeKind::EndEvent),
    ("not_required", NodeKind::EndEvent),
    ("granted", NodeKind::EndEvent),
    ("denied", NodeKind::EndEvent),
    ("survey", NodeKind::UserTask),
    ("examine", NodeKind::UserTask),
    ("await_testing", NodeKind::ReceiveTask),
];
const IN_EVERY_CHART: usize = 9;

/// What comes before what, whichever way a case takes (许可法 32, 34, 38, 44): nothing is decided unaccepted or unexamined, and nothing handed over
/// or granted undecided.
const BEFORE: [(&str, &str); 5] =
    [("check_acceptance", "decide"), ("examine", "decide"), ("decide", "deliver"), ("decide", "granted"), ("decide", "denied")];

/// What the program tells the chart when a step is done: its conditions can ask for nothing else.
const TOLD_TO_CHARTS: [&str; 2] = ["outcome", "decision"];

pub(crate) struct Places<'a> {
    pub(crate) agencies: &'a [Agency],
    pub(crate) centres: &'a [Arc<Centre>],
    pub(crate) regions: &'a Regions,
    pub(crate) elements: &'a Elements,
}

impl Places<'_> {
    fn agency(&self, key: &str) -> bool {
        self.agencies.iter().any(|agency| agency.key == key)
    }
}

/// Names a centre has or had that the rule does not give it (B2.1-01, F062).
fn misnamed(centre: &Centre, places: &Places) -> Vec<String> {
    let Some(region) = places.regions.get(&centre.region) else { return Vec::new() };
    let former = centre.former_names.iter().map(|former| (former.name.as_str(), former.to.unwrap_or(NaiveDate::MAX)));
    let names = former.chain([(centre.name.as_str(), NaiveDate::MAX)]);
    names.filter_map(|(said, on)| crate::centres::name::f062_accept(said, region, on).err()).collect()
}

/// Agencies and centres point at one another and at regions that exist.
pub(crate) fn places(places: &Places, faults: &mut Faults) {
    const FILE: &str = "reference/agencies.json";
    let (mut keys, mut marks) = (HashSet::new(), HashSet::new());
    for agency in places.agencies {
        if !keys.insert(&agency.key) {
            faults.add(FILE, &agency.key, "这个机关的 key 重复了，请换一个");
        }
        if !agency.mark.is_empty() && !marks.insert(&agency.mark) {
            faults.add(FILE, &agency.key, format!("机关代字“{}”另一个机关在用，两家的文号会相同", agency.mark));
        }
        if places.regions.get(&agency.region).is_none() {
            faults.add(FILE, &agency.key, format!("没有 {} 这个区划", agency.region));
        }
        for above in agency.superior.iter().chain(&agency.reconsideration_body).filter(|above| !places.agency(above)) {
            faults.add(FILE, &agency.key, format!("没有“{above}”这个机关"));
        }
    }
    for centre in places.centres {
        if places.regions.get(&centre.region).is_none() {
            faults.add(FILE, &centre.key, format!("没有 {} 这个区划", centre.region));
        }
        for why in misnamed(centre, places) {
            faults.add(FILE, &centre.key, why);
        }
        let counters = centre.counters.iter().map(|counter| &counter.agency);
        for agency in counters.chain([&centre.manager]).filter(|key| !places.agency(key)) {
            faults.add(FILE, &centre.key, format!("没有“{agency}”这个机关"));
        }
    }
}

/// Every item, by itself and beside the others.
pub(crate) fn items(items: &[(String, Item)], places: &Places, faults: &mut Faults) {
    let mut codes = HashSet::new();
    for (file, item) in items {
        if !codes.insert(&item.code) {
            faults.add(file, "code", SAME_CODE);
        }
        one(file, item, places, faults);
    }
}

pub(crate) const SAME_CODE: &str = "实施编码和另一个事项重复了";

/// One item by itself. What is wrong with its text is told of `file`.
pub(crate) fn one(file: &str, item: &Item, places: &Places, faults: &mut Faults) {
    let mut told = Told { file, faults };
    stands_somewhere(item, places, &mut told);
    limits(item, &mut told);
    counter(item, &mut told);
    intermediaries(item, places, &mut told);
    materials(item, places, &mut told);
    decision(item, &mut told);
    for (at, beyond) in item.ordinary_unless.iter().enumerate() {
        condition(item, beyond, &format!("ordinary_unless[{at}]"), &mut told);
    }
    situations(item, &mut told);
    elements(item, places.elements, &mut told);
    chart(item, faults);
    decides(item, faults);
}

/// A field asks for a data element that there is, in the way it is answered everywhere.
fn elements(item: &Item, known: &Elements, told: &mut Told) {
    for field in item.form.fields() {
        let Some(element) = &field.element else { continue };
        match known.get(element) {
            None => {
                told.no(format!("form.{}", field.key), format!("没有“{element}”这个数据元，请先写进 {}", data_elements::FILE))
            }
            Some((kind, _)) if *kind != field.kind => {
                told.no(
                    format!("form.{}", field.key),
                    format!("数据元“{element}”按 {} 回答，这里是 {}", kind.as_str(), field.kind.as_str()),
                );
            }
            Some(_) => {}
        }
    }
}

/// Where mistakes of one item's text are told.
struct Told<'a> {
    file: &'a str,
    faults: &'a mut Faults,
}

impl Told<'_> {
    fn no(&mut self, place: impl Into<String>, reason: impl Into<String>) {
        self.faults.add(self.file, place, reason);
    }
}

fn stands_somewhere(item: &Facts, places: &Places, told: &mut Told) {
    for (place, key) in [("agency", &item.agency), ("supervision_body", &item.supervision_body)] {
        if !places.agency(key) {
            told.no(place, format!("没有“{key}”这个机关"));
        }
    }
    if places.agencies.iter().any(|agency| agency.key == item.agency && agency.mark.is_empty()) {
        told.no("agency", format!("“{}”没有机关代字（mark），出不了有文号的文书", item.agency));
    }
    if places.regions.get(&item.region).is_none() {
        told.no("region", format!("没有 {} 这个区划", item.region));
    }
    let Some(centre) = places.centres.iter().find(|c| c.key == item.centre) else {
        return told.no("centre", format!("没有“{}”这个中心", item.centre));
    };
    // Which day it is does not matter: whoever drafts a matter anew names a counter that stays.
    if let Some(closing) = &centre.closing {
        return told.no("centre", format!("{}开放到 {} 为止，请写接着办的中心", centre.name, closing.last_day));
    }
    if !centre.counters.iter().any(|c| c.key == item.counter) {
        told.no("counter", format!("{}没有“{}”这个窗口", centre.name, item.counter));
    }
}

/// 会签: one other than whoever examines and whoever decides.
const SIGN: u32 = 1;
/// 集体讨论: fewer than three are no meeting.
const MEET: u32 = 3;

fn least(way: JointWay) -> u32 {
    match way {
        JointWay::Signatures => SIGN,
        JointWay::Discussion => MEET,
    }
}

/// 行政许可法第三十二条第一款第四项: whether an application is taken is said within five working days.
const ACCEPTANCE_DAYS: u32 = 5;
/// 行政许可法第四十四条: a permit is delivered within ten working days.
const DELIVERY_DAYS: u32 = 10;
/// What the law gives an office at most (B4.1-01, B4.1-08), and whoever does not agree at least (B4.1-21). How long a matter may take is the law's
/// of the matter (行政许可法 42).
fn lawful(item: &Facts, told: &mut Told) {
    let longer = |limit: calendar::Limit, most: u32| match limit.unit {
        Unit::WorkingDay | Unit::CalendarDay => limit.n > most,
        _ => limit.n > 0,
    };
    if item.is_permit() && longer(item.acceptance_limit, ACCEPTANCE_DAYS) {
        let said = format!("受理最长 {ACCEPTANCE_DAYS} 个工作日（行政许可法第三十二条）");
        told.no("acceptance_limit.n", said);
    }
    if item.is_permit() && longer(item.delivery_limit, DELIVERY_DAYS) {
        told.no("delivery_limit.n", format!("送达最长 {DELIVERY_DAYS} 个工作日（行政许可法第四十四条）"));
    }
    if item.remedies.reconsideration_days < Remedies::RECONSIDERATION_DAYS {
        let said = format!("申请行政复议的期限不能少于 {} 日（行政复议法第二十条）", Remedies::RECONSIDERATION_DAYS);
        told.no("remedies.reconsideration_days", said);
    }
    if item.remedies.litigation_months < Remedies::LITIGATION_MONTHS {
        let said = format!("起诉的期限不能少于 {} 个月（行政诉讼法第四十六条）", Remedies::LITIGATION_MONTHS);
        told.no("remedies.litigation_months", said);
    }
}

fn limits(item: &Facts, told: &mut Told) {
    lawful(item, told);
    if item.promised_limit.unit != item.statutory_limit.unit {
        told.no("promised_limit.unit", "承诺时限和法定时限的单位要一样，如都用工作日");
    } else if !item.promise_is_lawful() {
        told.no("promised_limit.n", format!("承诺 {} 比法定 {} 长，请改短", item.promised_limit, item.statutory_limit));
    }
    for (at, special) in item.special_procedures.iter().enumerate() {
        if !acts::may_pause(&special.ground) {
            told.no(
                format!("special_procedures[{at}].ground"),
                format!("“{}”不是可以不计入期限的事由，只能是{}", special.ground, acts::PAUSE_GROUNDS.join("、")),
            );
        }
    }
    if item.survey.as_ref().is_some_and(|survey| survey.officers < 2) {
        told.no("survey.officers", "现场核查要两名以上工作人员");
    }
    if let Some(joint) = &item.joint {
        if joint.people < least(joint.way) {
            told.no("joint.people", format!("会签至少 {SIGN} 人，集体讨论至少 {MEET} 人"));
        }
        if joint.basis.trim().is_empty() {
            told.no("joint.basis", "请写凭什么要会签或者集体讨论");
        }
    }
}

fn counter(item: &Item, told: &mut Told) {
    if item.consultation_phone == item.supervision_phone {
        told.no("supervision_phone", "监督电话和咨询电话是同一个，请填监督机构的电话");
    }
    if item.fee.charged && item.fee.items.is_empty() {
        told.no("fee.items", "收费的要逐项写明名称、标准和依据");
    }
    for (at, fee) in item.fee.items.iter().enumerate() {
        if fee.basis.trim().is_empty() && item.fee.charged {
            told.no(format!("fee.items[{at}].basis"), format!("“{}”没有写收费依据", fee.name));
        }
        let place = format!("fee.items[{at}].amount");
        if item.fee.charged && fee.amount.trim().is_empty() {
            told.no(place, format!("“{}”没有写照标准怎么算出金额（元），如 80", fee.name));
        } else if let Some(why) =
            Some(&fee.amount).filter(|amount| !amount.is_empty()).and_then(|amount| crate::fee::unusable(item, amount))
        {
            told.no(place, format!("“{}”的算法用不了：{why}", fee.name));
        }
    }
    if item.visits > 0 && item.visit_reason.trim().is_empty() {
        told.no("visit_reason", "要群众跑的，请写明为什么必须到场");
    }
    let from_home = item.forms_of_handling.iter().any(|form| form == "online" || form == "mobile" || form == "post");
    if item.visits == 0 && !from_home {
        told.no("visits", "写了不用跑，却没有网上或者邮寄的办理形式");
    }
}

/// 中介服务 (B3.2-01): by a law, an administrative regulation or a decision of the State Council; all that is public of it is there.
fn intermediaries(item: &Facts, places: &Places, told: &mut Told) {
    let mut keys = HashSet::new();
    for (at, service) in item.intermediaries.iter().enumerate() {
        let place = format!("intermediaries[{at}]");
        if !keys.insert(&service.key) {
            told.no(format!("{place}.key"), format!("中介服务 key“{}”重复了", service.key));
        }
        if let Some(why) = b3_2_01_refused(service.rank, &service.law, |law| places.regions.named_first(law)) {
            told.no(format!("{place}.law"), format!("“{}”不能作为办理的条件：{why}", service.name));
        }
        let texts = [
            ("name", &service.name),
            ("article", &service.article),
            ("conditions", &service.conditions),
            ("flow", &service.flow),
            ("price", &service.price),
        ];
        for (field, text) in texts {
            if text.trim().is_empty() {
                told.no(
                    format!("{place}.{field}"),
                    "中介服务的名称、依据、条件、流程、时限和收费都要公开（优化营商环境条例第四十三条）",
                );
            } else if let Some(words) = forms::catch_all(text) {
                told.no(format!("{place}.{field}"), format!("“{words}”没有说清是哪一样，请写明"));
            }
        }
        if service.days == 0 {
            told.no(format!("{place}.days"), "中介服务要有时限：写多少个工作日");
        }
        if service.oneself && service.paid_by == acts::Payer::Agency {
            told.no(format!("{place}.oneself"), "行政机关付费的技术性服务不由申请人做，也不由申请人付");
        }
    }
}

fn materials(item: &Item, places: &Places, told: &mut Told) {
    let mut keys = HashSet::new();
    for (at, material) in item.materials.iter().enumerate() {
        let place = format!("materials[{at}]");
        if !keys.insert(&material.key) {
            told.no(format!("{place}.key"), format!("材料 key“{}”重复了", material.key));
        }
        named(material, &place, told);
        if let Some((prior, rank)) = material.prior.as_ref().and_then(|prior| Some((prior, prior.rank?)))
            && let Some(why) = a2_1_01_belied(rank, &prior.law, |law| places.regions.named_first(law))
        {
            told.no(format!("{place}.prior.rank"), why);
        }
        if let Some(when) = &material.when {
            condition(item, when, &place, told);
        }
    }
    for (at, text) in item.conditions.iter().enumerate() {
        if let Some(words) = forms::catch_all_condition(text) {
            told.no(format!("conditions[{at}]"), format!("“{words}”没有说清是哪一样，请逐项写明"));
        }
    }
}

/// 材料要一项一项列清 (F084).
fn named(material: &Material, place: &str, told: &mut Told) {
    if material.name.trim().is_empty() {
        told.no(format!("{place}.name"), "请写材料名称，如 营业执照");
    }
    let vague = [("name", forms::catch_all_name(&material.name)), ("note", forms::catch_all(&material.note))];
    for (field, words) in vague {
        if let Some(words) = words {
            told.no(format!("{place}.{field}"), format!("“{words}”没有说清是哪一样，请逐项列出材料名称"));
        }
    }
    if material.basis.trim().is_empty() {
        told.no(format!("{place}.basis"), format!("“{}”没有写依据；没有依据的材料不能要", material.name));
    }
}

fn condition(item: &Item, when: &Condition, place: &str, told: &mut Told) {
    let Some(field) = item.form.field(&when.field) else {
        return told.no(format!("{place}.when.field"), format!("申请表里没有“{}”这个字段", when.field));
    };
    let wanted = match &when.is {
        Value::Array(several) => several.as_slice(),
        one => std::slice::from_ref(one),
    };
    for value in wanted {
        let known = match (field.kind, value) {
            (Kind::YesNo | Kind::Declaration, Value::Bool(_)) => true,
            (Kind::YesNo | Kind::Declaration, Value::String(text)) => text == "yes" || text == "no",
            (Kind::Choice | Kind::Choices, Value::String(text)) => field.options.iter().any(|option| option.value == *text),
            (Kind::Choice | Kind::Choices, _) => false,
            _ => true,
        };
        if !known {
            told.no(format!("{place}.when.is"), format!("“{}”没有 {value} 这个选项", field.label));
        }
    }
}

/// 情形: each told apart by questions of the form, within the law, and all of them together for whatever is answered.
fn situations(item: &Item, told: &mut Told) {
    for (at, situation) in item.situations.iter().enumerate() {
        let place = format!("situations[{at}]");
        for (name, empty) in [("name", situation.name.trim().is_empty()), ("basis", situation.basis.trim().is_empty())] {
            if empty {
                told.no(format!("{place}.{name}"), "情形要有名称和依据");
            }
        }
        if situation.when.is_none() && situation.also.is_some() {
            told.no(format!("{place}.also"), "只有一个条件的，写在第一个条件里");
        }
        for when in situation.conditions() {
            condition(item, when, &place, told);
            let chosen = item.form.field(&when.field).is_none_or(|field| field.kind.is_chosen());
            if !chosen {
                told.no(format!("{place}.when.field"), "情形只能按选择题区分，这一问要填字");
            }
        }
        let promise = situation.promised_limit.unwrap_or(item.promised_limit);
        if promise.unit != item.statutory_limit.unit || promise.n > item.statutory_limit.n {
            told.no(format!("{place}.promised_limit"), format!("承诺 {promise} 超过法定 {}，请改短", item.statutory_limit));
        }
    }
    for fault in crate::situations::faults(item) {
        told.no("situations", fault);
    }
}

/// What the decision rests on and what its certificate carries.
fn decision(item: &Item, told: &mut Told) {
    if !item.legal_basis.iter().any(|basis| basis.decides) {
        told.no("legal_basis", "没有标出决定书要引用的依据，请在那几条写 \"decides\": true");
    }
    let lines = &item.result.certificate;
    if item.result.is_certificate() && lines.first().is_none_or(|line| line.field.is_none()) {
        told.no("result.certificate", "请逐行写明证照上印什么，第一行是持有人，取自申请表");
    }
    let limits = [("result.renewal_by", item.result.renewal_by), ("result.renewal_from", item.result.renewal_from)];
    for (place, limit) in limits {
        if limit.is_some_and(|limit| matches!(limit.unit, calendar::Unit::Hour | calendar::Unit::Year)) {
            told.no(place, "申请延续的期限用工作日、日或者月写");
        }
        if limit.is_some() && item.result.validity_years.is_none() {
            told.no(place, "没有有效期的证照不用延续，请写有效几年，或者去掉这一项");
        }
    }
    let mut labels = HashSet::new();
    for (at, line) in lines.iter().enumerate() {
        let place = format!("result.certificate[{at}]");
        if !labels.insert(&line.label) {
            told.no(format!("{place}.label"), format!("“{}”印了两行", line.label));
        }
        if line.show == Show::Payout {
            if item.result.pays.is_none() {
                told.no(format!("{place}.show"), "结果没有写明是给付，印不出决定的金额");
            }
            if line.field.is_some() || line.text.is_some() {
                told.no(place, "印决定的金额的，不写 field，也不写 text");
            }
            continue;
        }
        match (&line.field, &line.text) {
            (Some(key), None) => match item.form.field(key) {
                None => told.no(format!("{place}.field"), format!("申请表里没有“{key}”这个字段")),
                Some(field) if line.show != Show::Answer && field.kind != Kind::ResidentId => {
                    told.no(format!("{place}.show"), "只有身份证号看得出性别和出生日期");
                }
                Some(_) => {}
            },
            (None, Some(_)) => {}
            _ => told.no(place, "field 和 text 填一个，也只填一个"),
        }
    }
}

/// The chart can run, every run of it comes to its end, and the house knows each of its steps.
fn chart(item: &Item, faults: &mut Faults) {
    let file = format!("definitions/processes/{}.bpmn", item.process_key);
    runs(&item.process, &file, |id| is_needed(item, id), faults);
    steps_fit_the_promise(item, &file, faults);
}

/// The same of a chart by itself; `needed` names the steps it must have beside those of every chart.
/// Returns what is at fault on the drawing.
pub(crate) fn runs(chart: &Definition, file: &str, needed: impl Fn(&str) -> bool, faults: &mut Faults) -> Overlay {
    let broken = chart.check_with(&Feel);
    for fault in &broken {
        faults.add(file, format!("第 {} 行", fault.line), fault.to_string());
    }
    let flaws = if broken.is_empty() { chart.sound() } else { Vec::new() };
    for flaw in &flaws {
        faults.add(file, format!("第 {} 行", flaw.line), flaw.tell(chart, Lang::Zh));
    }
    for (at, (id, kind)) in HOUSE_NODES.iter().enumerate() {
        match chart.node(id) {
            Some(node) if node.kind != *kind => {
                faults.add(file, format!("第 {} 行", node.line), format!("“{id}”应当是 {kind:?}，现在是 {}", node.element))
            }
            None if at < IN_EVERY_CHART || needed(id) => faults.add(file, *id, "图里没有这一步，程序要靠这个名字认它"),
            _ => {}
        }
    }
    for node in chart.nodes().iter().filter(|node| node.kind.is_task()) {
        if !HOUSE_NODES.iter().any(|(id, _)| *id == node.id) {
            faults.add(file, format!("第 {} 行", node.line), format!("程序不认得“{}”这一步（{}）", node.label(), node.id));
        }
        pause(node, file, faults);
    }
    for (first, then) in BEFORE {
        if let (Some(before), Some(after)) = (chart.node(first), chart.node(then))
            && is_reached_without(chart, first, then)
        {
            faults.add(
                file,
                format!("第 {} 行", after.line),
                format!("有一条路不经过“{}”就到了“{}”：这一步不能跳过", before.label(), after.label()),
            );
        }
    }
    for flow in chart.flows() {
        if let Some(condition) = &flow.condition
            && broken.is_empty()
            && rules::check(condition, &TOLD_TO_CHARTS).is_err()
        {
            let known = TOLD_TO_CHARTS.join("、");
            faults.add(file, format!("第 {} 行", flow.line), format!("条件“{condition}”里有程序不会给出的名字：只能用 {known}"));
        }
    }
    match flaws.first() {
        Some(flaw) => flaw.overlay(),
        None => Overlay { trouble: broken.into_iter().map(|fault| fault.element).collect(), ..Overlay::default() },
    }
}

/// Whether some way through the chart leads to `then` and never comes by `without`.
fn is_reached_without(chart: &Definition, without: &str, then: &str) -> bool {
    let starts = chart.nodes().iter().filter(|node| node.kind == NodeKind::StartEvent).map(|node| node.id.as_str());
    let mut ahead: Vec<&str> = starts.collect();
    let mut seen: HashSet<&str> = HashSet::new();
    while let Some(id) = ahead.pop() {
        if id == without || !seen.insert(id) {
            continue;
        }
        if id == then {
            return true;
        }
        ahead.extend(chart.flows().iter().filter(|flow| flow.source == id).map(|flow| flow.target.as_str()));
        ahead.extend(chart.boundaries_of(id).map(|event| event.id.as_str()));
    }
    false
}

fn is_needed(item: &Facts, id: &str) -> bool {
    match id {
        "survey" => item.survey.as_ref().is_some_and(|survey| survey.required),
        // Whoever may ask for a hearing must get it (许可法 47): what stops the clock has its step, whether it is always needed or not.
        "await_testing" => !item.special_procedures.is_empty(),
        _ => false,
    }
}

fn pause(node: &Node, file: &str, faults: &mut Faults) {
    let said = |name: &str| node.extension.get(name).map(String::as_str);
    if said("pauses") == Some("true") && !acts::may_pause(said("ground").unwrap_or_default()) {
        faults.add(
            file,
            format!("第 {} 行", node.line),
            format!("“{}”停止计时，却没有写行政许可法第四十五条的事由", node.label()),
        );
    }
}

/// 各步相加不得超过承诺时限: the steps between acceptance and decision, those that stop the clock left out.
fn steps_fit_the_promise(item: &Item, file: &str, faults: &mut Faults) {
    if !is_working_days(item.promised_limit) {
        return;
    }
    let days = |id: &str| -> u32 {
        let node = item.process.node(id);
        let limit = node.and_then(|node| node.extension.get("limit")?.parse().ok());
        limit.unwrap_or(0)
    };
    let sum = days("survey") + days("examine") + days("decide");
    let promises = item.situations.iter().filter_map(|situation| situation.promised_limit).chain([item.promised_limit]);
    for promise in promises.filter(|promise| sum > promise.n) {
        faults.add(file, "limit", format!("核查、审查、决定各步相加 {sum} 个工作日，超过承诺的 {promise}"));
    }
}

/// Whatever a person answers, the table has an answer, and one only.
fn decides(item: &Item, faults: &mut Faults) {
    let (Some(key), Some(text)) = (&item.fit_key, &item.fit_text) else { return };
    let file = format!("definitions/decisions/{key}.dmn");
    match rules::audit(text) {
        Ok(audits) => {
            for audit in &audits {
                audit.findings().into_iter().for_each(|finding| faults.add(&file, &audit.table, finding));
            }
        }
        Err(error) => faults.add(&file, key, error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Catalogue;

    #[test]
    fn b4_1_01_b4_1_08_b4_1_21_nothing_is_published_beyond_what_the_law_gives() {
        let item = Catalogue::embedded().unwrap().item("road-freight").unwrap();
        let told = |change: &dyn Fn(&mut Facts)| {
            let mut facts = item.facts.clone();
            change(&mut facts);
            let mut faults = Faults::default();
            lawful(&facts, &mut Told { file: "item", faults: &mut faults });
            faults.0.into_iter().map(|fault| fault.place).collect::<Vec<_>>()
        };
        assert_eq!(told(&|_| ()), [""; 0]);
        assert_eq!(told(&|facts| facts.acceptance_limit.n = ACCEPTANCE_DAYS + 1), ["acceptance_limit.n"]);
        assert_eq!(told(&|facts| facts.acceptance_limit = calendar::Limit { n: 1, unit: Unit::Month }), ["acceptance_limit.n"]);
        assert_eq!(told(&|facts| facts.delivery_limit.n = DELIVERY_DAYS + 1), ["delivery_limit.n"]);
        assert_eq!(told(&|facts| facts.remedies.reconsideration_days = 59), ["remedies.reconsideration_days"]);
        assert_eq!(told(&|facts| facts.remedies.litigation_months = 5), ["remedies.litigation_months"]);
        // More is given to whoever does not agree, and a service that is no permit has limits of its own.
        assert_eq!(told(&|facts| facts.remedies.litigation_months = 12), [""; 0]);
        let service = |facts: &mut Facts| {
            facts.kind = crate::ItemKind::PublicService;
            facts.acceptance_limit.n = 10;
        };
        assert_eq!(told(&service), [""; 0]);
    }
}
