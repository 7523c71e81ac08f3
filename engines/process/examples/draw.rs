//! Draws a chart: `cargo run -p process --example draw -- chart.bpmn > chart.svg`. Further arguments complete steps one
//! after another; `node:name=text` also sets a variable.

use process::{Command, Definition, Lang, SimpleConditions, Vars, replay, start, step, svg};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().ok_or("name a BPMN file")?;
    let chart = Definition::parse(&std::fs::read_to_string(path)?)?;
    let faults = chart.check();
    if !faults.is_empty() {
        for fault in faults {
            eprintln!("{fault}");
        }
        print!("{}", svg(&chart, None, Lang::Zh));
        return Ok(());
    }
    let (mut state, mut events) = start(&chart, &Vars::new(), &SimpleConditions)?;
    for argument in arguments {
        let (node, output) = argument.split_once(':').unwrap_or((&argument, ""));
        let outputs = output.split_once('=').map(|(name, text)| (name.to_owned(), text.into())).into_iter().collect();
        let command = Command::Complete { node: node.to_owned(), outputs };
        let (next, more) = step(&chart, &state, &command, &SimpleConditions)?;
        state = next;
        events.extend(more);
    }
    print!("{}", svg(&chart, Some(&replay(&chart, &events)), Lang::Zh));
    Ok(())
}
