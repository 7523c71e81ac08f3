//! How long a long notice takes: the tasks of the notice of 2012 over and over, 5 MB.

use std::time::Instant;

fn main() {
    let text = include_str!("../../../reference/notice-2012.txt");
    let body: String = text.lines().skip(4).take(64).flat_map(|line| [line, "\n"]).collect();
    let long = text.lines().take(3).collect::<Vec<_>>().join("\n") + "\n" + &body.repeat(5_000_000 / body.len() + 1);
    for (name, text) in [("the notice of 2012", text), ("5 MB", &long)] {
        let began = Instant::now();
        let notice = notice::read(text.as_bytes()).expect("a notice");
        println!("{name}: {} bytes, {} tasks, {:?}", text.len(), notice.assignments.len(), began.elapsed());
    }
}
