//! Whatever is written from assignments reads back to the same assignments, in every layout.

use crate::{ANHUI, read, said};
use notice::{Assignment, Heading, Layout, Notice, Unit};
use proptest::prelude::*;

fn unit(name: &str) -> Unit {
    Unit { name: name.to_owned(), collective: notice::is_collective(name), ..Unit::default() }
}

const UNITS: [&str; 22] = [
    "省财政厅",
    "省经济和信息化委",
    "省住房和城乡建设厅",
    "省委宣传部",
    "省政府政务服务中心",
    "省民委（宗教局）",
    "省政府各相关部门",
    "中央驻皖单位",
    "各市、县人民政府",
    "市公安局",
    "县人力资源和社会保障局",
    "团省委",
    "省妇联",
    "省高级人民法院",
    "省检察院",
    "省直有关部门",
    "国家税务总局安徽省税务局",
    "省编办",
    "省总工会",
    "市供电公司",
    "省政府政务服务中心窗口单位",
    "区行政审批局",
];

const TITLES: [&str; 6] = [
    "加大公开力度",
    "健全服务体系",
    "深化行政审批制度改革",
    "强化保障措施，严格落实责任",
    "推进“互联网+政务服务”",
    "完善乡镇（街道）服务",
];

const SENTENCES: [&str; 12] = [
    "完善政务公开和政务服务事项基本目录，进一步规范基层政务公开。",
    "大力推进乡镇（街道）政务公开，及时公开居民关心的事项。",
    "到2012年底，力争实现全覆盖。",
    "2012年6月底前完成清理，并从2013年1月1日起执行新的目录。",
    "每年至少听取一次工作汇报，研究解决重大问题。",
    "对没有依据的，一律取消；对确需保留的，提出意见。",
    "各级监察机关要认真履行职责，加强检查指导。",
    "构建“三位一体”的监控体系，健全市场准（禁）入机制。",
    "依法及时办理依申请公开事项。",
    "严格执行《行政许可法》，压减时限50%以上。",
    "每季度公布一次抽查结果。",
    "于2014年9月30日前出台管理办法。",
];

prop_compose! {
    /// No unit is named twice in a task.
    fn task()(
        sentences in prop::collection::vec(0..SENTENCES.len(), 1..4),
        units in prop::sample::subsequence(UNITS.to_vec(), 1..9).prop_shuffle(),
        leads in 1..5usize,
    ) -> Assignment {
        let text = sentences.into_iter().map(|pick| SENTENCES[pick]).collect();
        let (leads, others) = units.split_at(leads.min(units.len()));
        let named = |units: &[&str]| units.iter().map(|name| unit(name)).collect();
        Assignment { text, lead_units: named(leads), participating_units: named(others), ..Assignment::default() }
    }
}

/// Chapters of sections of headings with their tasks, numbered as they come.
fn tasks(style: usize) -> impl Strategy<Value = Vec<Assignment>> {
    let heading = prop::collection::vec(task(), 1..4);
    let section = prop::collection::vec(heading, 1..4);
    let chapter = prop::collection::vec(section, 1..4);
    (prop::collection::vec(chapter, 1..3), 0..TITLES.len()).prop_map(move |(chapters, first)| {
        let mut tasks = Vec::new();
        let mut title = (first..).map(|at| TITLES[at % TITLES.len()].to_owned());
        let mut heading = |label: String| Heading { label, title: title.next().unwrap(), ..Heading::default() };
        for (chapter, a) in chapters.into_iter().zip(0..) {
            let outer = heading(label(style, 0, a));
            for (section, b) in chapter.into_iter().zip(0..) {
                let middle = heading(label(style, 1, b));
                for (group, c) in section.into_iter().zip(0..) {
                    let inner = heading(label(style, 2, c));
                    for (task, paragraph) in group.into_iter().zip(1..) {
                        let headings = vec![outer.clone(), middle.clone(), inner.clone()];
                        let path = headings.iter().map(|heading| heading.label.as_str()).collect::<Vec<_>>().join("/");
                        let heading = inner.title.clone();
                        tasks.push(Assignment { seq: tasks.len() as u32 + 1, path, paragraph, headings, heading, ..task });
                    }
                }
            }
        }
        tasks
    })
}

/// The n-th number of a level, in one of several styles.
fn label(style: usize, level: usize, n: usize) -> String {
    let chinese = ["一", "二", "三", "四"][n];
    match (style, level) {
        (0, 0) => chinese.to_owned(),
        (0, 1) => format!("（{chinese}）"),
        (0, _) => (n + 1).to_string(),
        (1, 0) => format!("第{chinese}章"),
        (1, 1) => chinese.to_owned(),
        (1, _) => format!("（{}）", n + 1),
        (_, 0) => (n + 1).to_string(),
        (_, 1) => format!("（{}）", n + 1),
        (..) => ["①", "②", "③", "④"][n].to_owned(),
    }
}

/// The same tasks as rows: numbered under their headings.
fn as_rows(tasks: Vec<Assignment>) -> Vec<Assignment> {
    let row = |task: Assignment| Assignment { path: format!("{}/{}", task.path, task.paragraph), paragraph: 1, ..task };
    tasks.into_iter().map(row).collect()
}

/// What must come back: all but the places.
fn kept(task: &Assignment) -> impl PartialEq + std::fmt::Debug + use<> {
    let headings: Vec<_> = task.headings.iter().map(|heading| (heading.label.clone(), heading.title.clone())).collect();
    let groups = |units: &[Unit]| units.iter().map(|unit| (unit.name.clone(), unit.collective)).collect::<Vec<_>>();
    let units = (groups(&task.lead_units), groups(&task.participating_units));
    (task.seq, task.path.clone(), task.paragraph, headings, task.heading.clone(), task.text.clone(), units)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(96))]

    #[test]
    fn d1_what_is_written_in_any_layout_reads_back(tasks in (0..3usize).prop_flat_map(tasks)) {
        for layout in Layout::ALL {
            let assignments = if layout == Layout::Table { as_rows(tasks.clone()) } else { tasks.clone() };
            let before = Notice { assignments, ..Notice::default() };
            let text = before.render(layout);
            let after = read(&text);
            for (before, after) in before.assignments.iter().zip(&after.assignments) {
                prop_assert_eq!(kept(before), kept(after), "{:?}\n{}", layout, &text);
            }
            prop_assert_eq!(before.assignments.len(), after.assignments.len(), "{:?}\n{}", layout, &text);
            prop_assert_eq!(&after.unread, &[], "{:?}\n{}", layout, &text);
            // Dates come back as dates: what is written from the reading reads as the reading.
            let again = read(&after.render(layout));
            let all = |notice: &Notice| notice.assignments.iter().map(said).collect::<Vec<_>>();
            prop_assert_eq!(all(&after), all(&again));
        }
    }

    #[test]
    fn d1_no_text_stops_the_reader(text in "([一二三（）()1-9.、：；。，牵头单位配合由省市厅和与等每年月日前底起 \t｜附件第条章①②\n]|牵头单位：|由省财政厅牵头|2012年6月){0,200}") {
        if let Ok(notice) = notice::read(text.as_bytes()) {
            crate::assert_spans(&notice);
        }
    }

    #[test]
    fn d1_no_bytes_stop_the_reader(kind in 0..6usize, bytes in prop::collection::vec(any::<u8>(), 0..400)) {
        let start: &[u8] = [&b""[..], b"%PDF-1.5\n", b"PK\x03\x04", b"<html>", b"\xFF\xFE", b"\xEF\xBB\xBF"][kind];
        if let Err(trouble) = notice::read(&[start, &bytes].concat()) {
            prop_assert!(!trouble.english().is_empty());
        }
    }
}

#[test]
fn d1_the_notice_of_2012_in_every_layout() {
    let notice = read(ANHUI);
    for layout in [Layout::Brackets, Layout::Sentences, Layout::Lines, Layout::Spoken, Layout::SpokenInBrackets] {
        let again = read(&notice.render(layout));
        let all = |notice: &Notice| notice.assignments.iter().map(said).collect::<Vec<_>>();
        assert_eq!(all(&again), all(&notice), "{layout:?}");
        assert_eq!(
            (again.title.unwrap().text, again.issuer.unwrap().text),
            (notice.title.clone().unwrap().text, notice.issuer.clone().unwrap().text)
        );
    }
}
