//! 不能 · why a command is not carried out. The state stays as it was.

use crate::fault::Fault;
use crate::words::Lang;

/// Why a command is refused.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Refusal {
    /// The chart has faults that stand in the way of running it.
    #[error("流程图不能运行：{}", faults(.0))]
    NotRunnable(Vec<Fault>),
    /// The case runs on another version of the chart.
    #[error("此件按另一版流程图办理（{running}），不能用这一版（{given}）")]
    OtherDefinition {
        /// Digest the case runs on.
        running: String,
        /// Digest of the definition given.
        given: String,
    },
    /// The process is over.
    #[error("流程已经结束")]
    Ended,
    /// There is no such node on the chart.
    #[error("流程图上没有“{0}”")]
    NoSuchNode(String),
    /// Nothing that this command could satisfy is waited for there.
    #[error("现在没有停在“{0}”，或者等的不是这件事")]
    NotWaiting(String),
    /// Nobody waits for a message of this name.
    #[error("现在没有步骤在等消息“{0}”")]
    NoReceiver(String),
    /// One activity of this ad-hoc sub-process at a time.
    #[error("“{0}”里一次只能办一项，先办完手上的一项")]
    OneAtATime(String),
    /// The chart runs in a circle in which nobody does anything.
    #[error("流程在“{node}”附近空转，走了 {moves} 步没有停下")]
    Circling {
        /// The node where it was stopped.
        node: String,
        /// Moves made.
        moves: usize,
    },
}

impl Refusal {
    /// The refusal in the language of the page.
    pub fn tell(&self, lang: Lang) -> String {
        if lang == Lang::Zh {
            return self.to_string();
        }
        match self {
            Refusal::NotRunnable(all) => {
                let all: Vec<String> = all.iter().map(|f| f.tell(Lang::En)).collect();
                format!("the chart cannot run: {}", all.join("; "))
            }
            Refusal::OtherDefinition { running, given } => {
                format!("the case runs on another version of the chart ({running}), not on this one ({given})")
            }
            Refusal::Ended => "the process is over".to_owned(),
            Refusal::NoSuchNode(node) => format!("there is no “{node}” on the chart"),
            Refusal::NotWaiting(node) => format!("the case does not wait for this at “{node}”"),
            Refusal::NoReceiver(name) => format!("no step waits for the message “{name}”"),
            Refusal::OneAtATime(node) => format!("only one activity of “{node}” at a time: finish the one under way"),
            Refusal::Circling { node, moves } => {
                format!("the process circles near “{node}”: {moves} moves without coming to rest")
            }
        }
    }
}

fn faults(all: &[Fault]) -> String {
    all.iter().map(|f| f.to_string()).collect::<Vec<_>>().join("；")
}
