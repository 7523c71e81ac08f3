//! 流程图 · checks, draws and walks a BPMN 2.0 file before it is published (A2.2): no database, no network, nothing kept.

use crate::failure::{BAD_INPUT, Done, Failure};
use crate::{input, logging};
use ::process::{
    Command as Step, Definition, Event, Fault, How, Lang, MOST_BYTES, Overlay, ParseError, State, Unsound, Vars, WaitKind,
    Waiting, forecast_along, replay, start, step, svg,
};
use calendar::{Calendar, QuestionError, parse_date};
use catalogue::Feel;
use forms::text::fold_date;
use serde_json::{Value, json};
use std::collections::HashMap;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

/// Steps walked before a chart is taken to go round for ever.
const MOST_STEPS: usize = 200;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 检查一张流程图：读得懂吗、能运行吗、每件事都能办完吗；有问题的逐条指出，退出码 1，读不了的退出码 2
    Check(Check),
    /// 把流程图画成 SVG；没有图形的由我们排版；有问题的标出出问题的走法
    Draw(Chart),
    /// 走一遍：逐步办理，打印每一步，最后说停在哪里
    Simulate(Simulate),
}

#[derive(clap::Args)]
pub struct Chart {
    /// BPMN 2.0 文件；- 表示从标准输入读
    file: PathBuf,
    /// 文件里有几个流程时，取哪一个
    #[arg(long, value_name = "ID")]
    process: Option<String>,
}

#[derive(clap::Args)]
pub struct Check {
    #[command(flatten)]
    chart: Chart,
}

#[derive(clap::Args)]
pub struct Simulate {
    #[command(flatten)]
    chart: Chart,
    /// 开始时的变量，JSON 对象，例如 {"outcome":"accept"}
    #[arg(long, value_name = "JSON", default_value = "{}")]
    vars: String,
    /// 依次办理的步骤：节点，或 节点:{"变量":"值"}；不写时逐步办下去，结果取图上写的第一个，再办同一步时取下一个
    #[arg(long = "do", value_name = "STEP")]
    steps: Vec<String>,
    /// 如果这一天受理，各步最迟哪一天办完，例如 2026-07-01
    #[arg(long, value_name = "DATE")]
    accepted: Option<String>,
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    // Nothing is kept: a reader that has seen enough may end us anywhere.
    logging::about_to_tell();
    match command {
        Command::Check(options) => check(&options.chart, json),
        Command::Draw(chart) => draw(&chart, json),
        Command::Simulate(options) => simulate(&options, json),
    }
}

/// The chart, or why it is none.
fn load(chart: &Chart) -> Result<Result<Definition, ParseError>, Failure> {
    let bytes = input::bytes(&chart.file, MOST_BYTES as u64)?;
    Ok(Definition::read(&bytes, chart.process.as_deref()))
}

/// Bad input: exit code 2, for a program as for a person.
fn unread(failure: &Failure, line: Option<usize>, json: bool) -> Done {
    if json {
        let mut said = failure.json();
        let words = |at: &str| json!({ "zh": said[at], "en": said[format!("{at}_en")] });
        said["findings"] = json!([{ "kind": "unread", "line": line, "reason": words("error"), "remedy": words("mend") }]);
        ["loads", "runnable", "sound"].into_iter().for_each(|what| said[what] = false.into());
        tell(&said)?;
    } else {
        failure.tell(false);
    }
    Ok(ExitCode::from(BAD_INPUT))
}

fn broken(error: &ParseError, json: bool) -> Done {
    let said = Failure::new(format!("第 {} 行：{}", error.line, error.reason.zh))
        .english(format!("line {}: {}", error.line, error.reason.en));
    unread(&said.mend_both(&error.remedy.zh, &error.remedy.en), Some(error.line), json)
}

fn tell(said: &Value) -> Result<(), Failure> {
    println!("{}", serde_json::to_string_pretty(said)?);
    Ok(())
}

fn check(chart: &Chart, json: bool) -> Done {
    let def = match load(chart) {
        Ok(Ok(def)) => def,
        Ok(Err(error)) => return broken(&error, json),
        Err(failure) => return unread(&failure, None, json),
    };
    let (faults, flaws) = findings(&def);
    let (runnable, sound) = (faults.is_empty(), faults.is_empty() && flaws.is_empty());
    let others = unchecked(&def);
    if json {
        let findings = told(&faults, &flaws);
        tell(&json!({
            "ok": sound,
            "loads": true,
            "runnable": runnable,
            "sound": sound,
            "process": def.key(),
            "name": def.name(),
            "hash": def.hash(),
            "findings": findings,
            "unchecked": others,
        }))?;
    } else {
        println!("{}（{}）：{} 个节点，{} 条连线", def.name(), def.key(), def.nodes().len(), def.flows().len());
        for fault in &faults {
            println!("  ■ {}", fault.tell(Lang::Zh));
        }
        for flaw in &flaws {
            println!("  ■ {}", flaw.tell(&def, Lang::Zh));
        }
        match (runnable, sound) {
            (_, true) => println!("可以发布：能运行，每件事都能办到结束，没有查出走不到的步骤（条件里要算的值没有逐个试）。"),
            (true, false) => println!("不能发布：能运行，但有的走法办不完。"),
            (false, _) => println!("不能运行：有 {} 处要改。", faults.len()),
        }
        for other in others {
            println!("文件里还有流程“{other}”，没有查；要查请加 --process {other}");
        }
    }
    Ok(if sound { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

/// The other processes of the file, which are checked one at a time; those that this one calls were checked with it.
fn unchecked(def: &Definition) -> Vec<&str> {
    let called = |id: &str| def.nodes().iter().any(|node| node.called.as_deref() == Some(id));
    def.processes().iter().map(String::as_str).filter(|id| *id != def.key() && !called(id)).collect()
}

/// What stands in the way of running it, and of every run coming to an end; a chart that cannot run is not asked the second.
fn findings(def: &Definition) -> (Vec<Fault>, Vec<Unsound>) {
    let faults = def.check_with(&Feel);
    let flaws = if faults.is_empty() { def.sound() } else { Vec::new() };
    (faults, flaws)
}

fn told(faults: &[Fault], flaws: &[Unsound]) -> Vec<Value> {
    faults.iter().map(fault).chain(flaws.iter().map(flaw)).collect()
}

fn fault(fault: &Fault) -> Value {
    json!({
        "kind": "not_runnable",
        "rule": fault.rule,
        "element": fault.element,
        "name": fault.name,
        "line": fault.line,
        "reason": fault.reason,
        "remedy": fault.remedy,
    })
}

fn flaw(flaw: &Unsound) -> Value {
    json!({
        "kind": "unsound",
        "rule": flaw.flaw,
        "element": flaw.element,
        "name": flaw.name,
        "line": flaw.line,
        "run": flaw.run,
        "reason": flaw.reason,
        "remedy": flaw.remedy,
    })
}

fn draw(chart: &Chart, json: bool) -> Done {
    let def = match load(chart) {
        Ok(Ok(def)) => def,
        Ok(Err(error)) => return broken(&error, json),
        Err(failure) => return unread(&failure, None, json),
    };
    let (faults, flaws) = findings(&def);
    let overlay = match flaws.first() {
        Some(flaw) => Some(flaw.overlay()),
        None if faults.is_empty() => None,
        None => Some(Overlay { trouble: faults.iter().map(|fault| fault.element.clone()).collect(), ..Overlay::default() }),
    };
    let drawing = svg(&def, overlay.as_ref(), Lang::Zh);
    let fine = overlay.is_none();
    if json {
        tell(&json!({
            "ok": fine,
            "loads": true,
            "runnable": faults.is_empty(),
            "sound": fine,
            "svg": drawing,
            "outline": process::outline(&def, overlay.as_ref()),
            "findings": told(&faults, &flaws),
        }))?;
    } else {
        std::io::stdout().write_all(drawing.as_bytes())?;
        if !fine {
            eprintln!("有 {} 处要改，图上已标出；逐条看：sunlit process check", faults.len() + flaws.len());
        }
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn simulate(options: &Simulate, json: bool) -> Done {
    let def = match load(&options.chart) {
        Ok(Ok(def)) => def,
        Ok(Err(error)) => return broken(&error, json),
        Err(failure) => return unread(&failure, None, json),
    };
    let given = crate::json::object("--vars", &options.vars, r#"--vars '{"outcome":"accept"}'"#);
    let accepted = options.accepted.as_deref().map(|day| parse_date(&fold_date(day)).map_err(undated)).transpose();
    let (vars, accepted) = match given.and_then(|vars| Ok((vars, accepted?))) {
        Ok(read) => read,
        Err(failure) => return unread(&failure, None, json),
    };
    let (mut state, mut events) = match start(&def, &vars, &Feel) {
        Ok(begun) => begun,
        Err(refusal) => return stopped(&Failure::new(refusal.to_string()).english(refusal.tell(Lang::En)), json),
    };
    let mut said = vec![steps_of(&def, &events)];
    let wanted = options.steps.len();
    // How often each step was done: the second time it goes another way, or a circle would never be left.
    let mut been: HashMap<String, usize> = HashMap::new();
    for turn in 0..if wanted == 0 { MOST_STEPS } else { wanted } {
        let command = match options.steps.get(turn) {
            Some(text) => match asked(&def, &state, text) {
                Ok(command) => command,
                Err(failure) => return unread(&failure, None, json),
            },
            None => match next(&def, &state, &been) {
                Some(command) => command,
                None => break,
            },
        };
        match step(&def, &state, &command, &Feel) {
            Ok((next, more)) => {
                if let Step::Complete { node, .. } | Step::Retry { node, .. } = &command {
                    let step = node.split('#').next().unwrap_or(node);
                    // What several do at once, or one after another, is no circle.
                    if def.node(step).is_some_and(|step| step.repeats.is_none()) {
                        *been.entry(step.to_owned()).or_insert(0) += 1;
                    }
                }
                said.push(steps_of(&def, &more));
                state = next;
                events.extend(more);
            }
            Err(refusal) => return stopped(&Failure::new(refusal.to_string()).english(refusal.tell(Lang::En)), json),
        }
    }
    // The steps of a case accepted that day that goes the way of this walk.
    let plan = accepted.map_or(Ok(Vec::new()), |day| forecast_along(&def, day, &Calendar::china(), &events).map_err(undated));
    let plan = match plan {
        Ok(plan) => plan,
        Err(failure) => return unread(&failure, None, json),
    };
    let (faults, flaws) = findings(&def);
    let sound = faults.is_empty() && flaws.is_empty();
    let finished = state.ended().is_some_and(|how| matches!(how, How::Completed { .. }));
    let unfinished = wanted == 0 && state.ended().is_none() && said.len() > MOST_STEPS;
    // With steps of one's own it may rest half-way; left to itself it must come to its end.
    let walked = finished || (wanted > 0 && state.waiting().iter().all(|w| w.kind != WaitKind::Incident));
    // One way that comes to its end does not make a chart sound.
    let fine = walked && sound;
    if json {
        let path = replay(&def, &events);
        tell(&json!({
            "ok": fine,
            "loads": true,
            "runnable": faults.is_empty(),
            "sound": sound,
            "findings": told(&faults, &flaws),
            "ended": state.ended(),
            "waiting": state.waiting(),
            "done": path.done,
            "events": events,
            "plan": plan,
        }))?;
    } else {
        for (at, line) in said.iter().enumerate() {
            println!("{:>3}  {line}", at + 1);
        }
        match state.ended() {
            Some(How::Completed { end }) => println!("办到结束：{}", label(&def, end)),
            Some(How::Failed { error }) => println!("出错结束：{error}"),
            Some(How::Terminated { reason }) => println!("终止：{reason}"),
            None => println!("停在：{}", state.waiting().iter().map(|w| label(&def, &w.node)).collect::<Vec<_>>().join("、")),
        }
        if unfinished {
            println!("走了 {MOST_STEPS} 步还没有办到结束，不再往下走；请用 --do 一步步指明怎么走");
        }
        for planned in &plan {
            let unsure = if planned.provisional { "（暂定）" } else { "" };
            match (planned.due, planned.limit) {
                (Some(due), Some(limit)) => println!("  {due} 前  {}（{limit}）{unsure}", planned.step.name),
                (Some(due), None) => println!("  {due} 到  {}{unsure}", planned.step.name),
                _ => println!("  没有时限  {}", planned.step.name),
            }
        }
        if plan.iter().any(|planned| planned.provisional) {
            println!("暂定：有关年度的放假安排尚未公布或载入，载入后可能变动。");
        }
        if !sound {
            println!("■ 这张图有 {} 处要改，走得通这一遍也不能发布；逐条看：sunlit process check", faults.len() + flaws.len());
        }
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::from(1) })
}

fn stopped(failure: &Failure, json: bool) -> Done {
    if json {
        tell(&failure.json())?;
    } else {
        println!("走不下去：{}", failure.said);
    }
    Ok(ExitCode::from(1))
}

/// What no calendar computes is refused.
fn undated(error: QuestionError) -> Failure {
    Failure::new(error.to_string()).english(error.english()).mend_both(
        "核对 --accepted，例如 2026-07-01；太远的，核对图上的期限",
        "check --accepted, like 2026-07-01; what is too far, check against the limits of the chart",
    )
}

/// `节点` or `节点:{"变量":"值"}`.
fn asked(def: &Definition, state: &State, text: &str) -> Result<Step, Failure> {
    let (node, outputs) = match text.split_once(":{") {
        Some((node, rest)) => (node, crate::json::object("--do", &format!("{{{rest}"), r#"--do '节点:{"变量":"值"}'"#)?),
        None => (text, Vars::new()),
    };
    let unread = |zh: String, en: String| {
        let like = (r#"写 节点，或 节点:{"变量":"值"}"#, r#"write node, or node:{"variable":"value"}"#);
        Failure::new(zh).english(en).mend_both(like.0, like.1)
    };
    match state.waiting().into_iter().find(|w| w.node == node || w.id == node) {
        Some(wait) => answer(&wait, outputs).ok_or_else(|| {
            unread(
                format!("步骤“{node}”不能就这样办：出了问题的要给变量，等条件的只等条件"),
                format!("the step “{node}” is not done like this: give variables to one in trouble; a condition only waits"),
            )
        }),
        // The engine says why not.
        None if def.node(node.split('#').next().unwrap_or(node)).is_some() => {
            Ok(Step::Complete { node: node.to_owned(), outputs })
        }
        None => {
            let steps: Vec<String> = state.waiting().iter().map(|w| format!("{}（{}）", w.node, label(def, &w.node))).collect();
            let (zh, en) = (steps.join("、"), steps.join(", ").replace('（', " (").replace('）', ")"));
            Err(unread(
                format!("流程里没有步骤“{node}”；等着办的是 {zh}"),
                format!("there is no step “{node}” in the process; waiting are {en}"),
            ))
        }
    }
}

/// What to do when nothing is asked for: work goes before what only listens, and a timer comes last of all, for it would
/// overtake the work it watches. A step gets the first of the outcomes the chart lists for it; where it lists none, what the first
/// way out of the gateway behind it asks for.
fn next(def: &Definition, state: &State, been: &HashMap<String, usize>) -> Option<Step> {
    let mut waiting = state.waiting();
    waiting.sort_by_key(|wait| match wait.kind {
        WaitKind::Task | WaitKind::Service | WaitKind::Process => 0,
        WaitKind::Message | WaitKind::Signal => 1,
        WaitKind::Offered => 2,
        WaitKind::Timer | WaitKind::Condition | WaitKind::Incident => 3,
    });
    waiting.into_iter().find_map(|wait| {
        let said = |name: &str| def.node(&wait.node).and_then(|node| node.extension.get(name)).map_or("", String::as_str);
        let round = been.get(&wait.node).copied().unwrap_or_default();
        let listed: Vec<&str> = said("outcomes").split_whitespace().collect();
        let first = (!listed.is_empty()).then(|| listed[round % listed.len()]);
        let outputs = said("outputs").split_whitespace().filter_map(|name| Some((name.to_owned(), Value::from(first?))));
        let mut outputs: Vars = outputs.collect();
        if first.is_none() && matches!(wait.kind, WaitKind::Task | WaitKind::Service | WaitKind::Incident) {
            let wishes = wished(def, &wait);
            let wish = (!wishes.is_empty()).then(|| wishes[round % wishes.len()].clone());
            outputs.extend(wish.into_iter().filter(|(name, _)| round > 0 || !state.vars().contains_key(name)));
        }
        answer(&wait, outputs)
    })
}

/// What the conditions right behind a step, or of a gateway that could not go on, compare a variable with, one after another:
/// `outcome = "accept"`; and where there is a default, a value that none of them asks for.
fn wished(def: &Definition, wait: &Waiting) -> Vec<(String, Value)> {
    let out = |node: &str| def.flows().iter().filter(move |flow| flow.source == node).collect::<Vec<_>>();
    let mut ways = out(&wait.node);
    if wait.kind != WaitKind::Incident
        && let [only] = ways[..]
        && only.condition.is_none()
    {
        ways = out(&only.target);
    }
    ways.sort_by_key(|flow| !flow.usual);
    let asked = ways.iter().filter_map(|flow| {
        let (name, value) = flow.condition.as_deref()?.split_once('=')?;
        let name = name.trim();
        let is_name = !name.is_empty() && name.chars().all(|c| c.is_alphanumeric() || c == '_');
        let value: Value = serde_json::from_str(value.trim()).ok()?;
        (is_name && !value.is_object() && !value.is_array()).then(|| (name.to_owned(), value))
    });
    let mut wishes: Vec<(String, Value)> = asked.collect();
    let has_default = ways.iter().any(|flow| flow.condition.is_none());
    if has_default && let Some((name, value)) = wishes.first().cloned() {
        let other = match value {
            Value::Bool(value) => Value::from(!value),
            Value::Number(_) => Value::from(-1),
            _ => Value::from("其他"),
        };
        wishes.push((name, other));
    }
    wishes
}

/// What brings a wait to its end.
fn answer(wait: &Waiting, outputs: Vars) -> Option<Step> {
    let node = wait.id.clone();
    let name = wait.name.clone().unwrap_or_default();
    Some(match wait.kind {
        WaitKind::Task | WaitKind::Service | WaitKind::Process => Step::Complete { node, outputs },
        WaitKind::Message => Step::Message { name, key: wait.key.clone(), outputs },
        WaitKind::Signal => Step::Signal { name, outputs },
        WaitKind::Timer => Step::TimerFired { node },
        WaitKind::Offered => Step::Begin { node },
        WaitKind::Incident if !outputs.is_empty() => Step::Retry { node, outputs },
        WaitKind::Incident | WaitKind::Condition => return None,
    })
}

fn label(def: &Definition, id: &str) -> String {
    def.node(id).map_or(id, |node| node.label()).to_owned()
}

/// What was done, where it is more than entering what comes next.
fn done(def: &Definition, command: &Step) -> Option<String> {
    let named = |node: &str| label(def, node.split('#').next().unwrap_or(node));
    Some(match command {
        Step::Complete { node, .. } => format!("办完“{}”", named(node)),
        Step::Fail { node, error, .. } => format!("“{}”办不成（{error}）", named(node)),
        Step::Message { name, .. } => format!("收到“{name}”"),
        Step::Signal { name, .. } => format!("听到信号“{name}”"),
        Step::TimerFired { node } => format!("“{}”到时", named(node)),
        Step::Begin { node } => format!("开办“{}”", named(node)),
        Step::Retry { node, .. } => format!("重办“{}”", named(node)),
        Step::Terminate { .. } => return None,
    })
}

/// One step in words: what was done and what was passed.
fn steps_of(def: &Definition, events: &[Event]) -> String {
    let words = events.iter().filter_map(|event| match event {
        Event::Commanded { command } => done(def, command),
        Event::Entered { node } => Some(label(def, node)),
        Event::Cancelled { node } => Some(format!("{}（取消）", label(def, node))),
        Event::Fault { node, reason } => Some(format!("{}（出了问题：{}）", label(def, node), reason.zh)),
        Event::Thrown { name, .. } => Some(format!("发出“{name}”")),
        _ => None,
    });
    words.collect::<Vec<_>>().join(" → ")
}
