//! 表格 · tasks as the rows of a table: 序号, 任务, 牵头单位, 配合单位, 完成时限. A row is a line whose cells tabs or ｜ part.

use crate::clause::{Clause, Form, Role, in_cell, label, read_units};
use crate::dates::Reader;
use crate::line::Piece;
use crate::outline::{digits, mark};
use crate::units::{is_list, is_nothing};
use crate::unread::{Unread, Why};

/// What a column holds.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    Number,
    /// 类别, or the broader of two columns of tasks.
    Category,
    Task,
    /// 问题: what a measure is to put right. It stands beside the task and is none.
    Problem,
    Units(Role),
    Other,
}

/// A table whose head has been read.
pub(crate) struct Table<'a> {
    columns: Vec<Column>,
    /// The words of its head: the same once more, at the head of the next page, is no other table.
    head: Vec<String>,
    /// The words above columns that are not read; taken once they are told.
    other: Vec<(usize, Piece<'a>)>,
    /// The number of the last row that has one.
    label: String,
    /// The line across the table that the rows below it belong to.
    category: Option<Piece<'a>>,
    pub rows: u32,
    /// The number of the last row of the table before it: this one may be numbered on.
    through: u32,
    /// Which of the rows that share this number it is: a merged cell holds for several.
    shared: u32,
    /// A line across the table came after the last row: numbers may begin anew.
    anew: bool,
    /// The line across the table that no row has come below.
    pub idle: Option<Piece<'a>>,
    /// How many numbers of the outline are open around it.
    pub level: usize,
}

/// Why a table or a row of it is not read.
pub(crate) const NO_TASKS: (&str, &str) = (
    "表头里没有认出写任务的一列，这张表没有读入，请看表头",
    "no column of tasks is known in this head; the table was left out, look at its head",
);
pub(crate) const NO_HEAD: (&str, &str) =
    ("像是表格的一行，上面没有认出表头，没有读入", "looks like a row of a table whose head is not known; it was left out");
pub(crate) const BLANKS: (&str, &str) = (
    "表格的各格之间只有空格，分不清一格到哪里为止，没有读入",
    "only blanks part the cells of this table, and where one ends is not sure; it was left out",
);

/// Characters of the longest head of a column.
const LONGEST_HEAD: usize = 12;

/// What the label of a card says of the words beside it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Card {
    Name,
    Task,
}

/// A task in a row.
pub(crate) struct Row<'a> {
    pub label: String,
    /// Which row of this number it is, from 1.
    pub paragraph: u32,
    /// What stands above it and in the broader columns beside it, the nearest last.
    pub headings: Vec<Piece<'a>>,
    pub task: Piece<'a>,
    pub clause: Clause<'a>,
}

/// How the heads of columns end that say what is to be done: 重点任务, 建设内容及年度目标, 项目名称.
const TASKS: [&str; 14] =
    ["任务", "内容", "事项", "举措", "措施", "任务分工", "任务分解", "工作", "目标", "要求", "工作要点", "名称", "项目", "实事"];

/// What such a head does not speak of, whatever it ends with: 完成目标, 责任要求, 资金项目.
const OTHERS: [&str; 17] = [
    "完成", "验收", "考核", "资金", "投资", "时限", "时间", "进展", "进度", "责任", "负责", "单位", "部门",
    // 第一季度目标, 阶段任务: what of it is to be reached on the way.
    "季度", "半年", "阶段", "月",
];

/// Whether the head of a column says what is to be done.
fn says_task(head: &str) -> bool {
    TASKS.iter().any(|end| head.ends_with(end)) && !OTHERS.iter().any(|word| head.contains(word))
}

/// The heads of columns that say what a measure is to put right.
const PROBLEMS: [&str; 13] = [
    "问题",
    "问题描述",
    "存在问题",
    "存在的问题",
    "反馈问题",
    "主要问题",
    "具体问题",
    "整改问题",
    "问题内容",
    "问题表现",
    "问题清单",
    "反馈意见",
    "问题事项",
];

impl<'a> Table<'a> {
    /// The cells of a line.
    pub fn cells(line: Piece<'a>) -> Vec<Piece<'a>> {
        if line.position(|c| c == '｜').is_some() {
            let line = line.trim();
            let from = usize::from(line.at(0) == Some('｜'));
            let to = line.len() - usize::from(line.ends_with("｜") && line.len() > from);
            return line.sub(from, to).split(|c| c == '｜').into_iter().map(Piece::trim).collect();
        }
        line.split(|c| c == '\t').into_iter().map(Piece::trim).collect()
    }

    /// A line that names the columns: one holds tasks, one who is in charge.
    ///
    /// `through`: the number of the last row of the table before it.
    pub fn head(cells: &[Piece<'a>], level: usize, through: u32) -> Option<Table<'a>> {
        let mut columns: Vec<Column> = cells.iter().map(|cell| column(*cell)).collect();
        let led = |role| matches!(role, Column::Units(Role::Lead | Role::Responsible));
        // A list of problems and nothing else: they are what is to be done away with.
        if !columns.contains(&Column::Task)
            && let Some(problem) = columns.iter_mut().rfind(|column| **column == Column::Problem)
        {
            *problem = Column::Task;
        }
        if !columns.contains(&Column::Task) || !columns.iter().any(|column| led(*column)) {
            return None;
        }
        // Of several the last says what is to be done, the others where it belongs; a measure is done, and what it aims at is not.
        let says = |at: &usize| columns[*at] == Column::Task;
        let measure = |at: &usize| cells[*at].trim().ends_with("措施") || cells[*at].trim().ends_with("举措");
        let all: Vec<usize> = (0..columns.len()).filter(says).collect();
        // 项目名称 names what is to be done, wherever it stands.
        let name = |at: &usize| ["名称", "项目", "实事"].iter().any(|end| cells[*at].trim().ends_with(end));
        let task = all.iter().copied().rfind(|at| measure(at));
        let task = task.or(all.iter().copied().rfind(|at| !name(at))).or(all.last().copied());
        // Beside a problem, which names the row, what else it says is told.
        let broader = if columns.contains(&Column::Problem) { Column::Other } else { Column::Category };
        all.into_iter().filter(|at| Some(*at) != task).for_each(|at| columns[at] = broader);
        let is_other = |column: &Column| matches!(column, Column::Other | Column::Units(Role::Other));
        let other = columns.iter().zip(cells).enumerate().filter(|(_, (column, _))| is_other(column));
        let other = other.map(|(at, (_, cell))| (at, *cell)).collect();
        let head = Table::words(cells);
        let (label, category, idle) = (String::new(), None, None);
        Some(Table { columns, head, other, label, category, rows: 0, through, shared: 0, anew: true, idle, level })
    }

    fn words(cells: &[Piece<'a>]) -> Vec<String> {
        cells.iter().map(|cell| cell.chars().iter().filter(|c| !c.is_whitespace()).collect()).collect()
    }

    /// Whether a line is its head once more, as on the next page.
    pub fn begins_again(&self, cells: &[Piece<'a>]) -> bool {
        self.head == Table::words(cells)
    }

    /// Whether a line names columns, and which of them holds the tasks is not known: one says who leads, another what else is known.
    pub fn is_unknown(cells: &[Piece<'_>]) -> bool {
        let columns: Vec<Column> = cells.iter().map(|cell| column(*cell)).collect();
        let known = columns.iter().filter(|column| **column != Column::Other).count();
        let units = columns.iter().filter(|column| matches!(column, Column::Units(role) if *role != Role::Other)).count();
        // 牵头单位｜省财政厅｜配合单位｜省审计厅 are labels and their values.
        let names = |(column, cell): (&Column, &Piece<'_>)| {
            *column == Column::Other && is_list(*cell) && !cell.ends_with("单位") && !cell.ends_with("部门")
        };
        let values = columns.iter().zip(cells).any(names);
        cells.len() >= 3 && known >= 2 && units >= 1 && !values && cells.iter().all(|cell| cell.len() <= LONGEST_HEAD)
    }

    /// The words of a card of two cells, 主要内容 beside what is to be done: what its label says, and those.
    pub fn card(cells: &[Piece<'a>]) -> Option<(Card, Piece<'a>)> {
        const NAMES: [&str; 7] = ["任务名称", "工作名称", "项目名称", "事项名称", "任务标题", "工作事项名称", "问题"];
        let [label, words] = cells else { return None };
        let head: String = label.chars().iter().filter(|c| !c.is_whitespace() && **c != '：').collect();
        let card = match head.as_str() {
            head if NAMES.contains(&head) => Card::Name,
            head if says_task(head) => Card::Task,
            _ => return None,
        };
        (!words.is_empty() && column(*words) == Column::Other).then_some((card, *words))
    }

    /// Whether a line only looks like the head of a table, its columns parted by blanks: where the cells of its rows end nobody can tell.
    pub fn is_flat(line: Piece<'_>) -> bool {
        let words = line.split(char::is_whitespace).into_iter().filter(|word| !word.is_empty());
        let columns: Vec<Column> = words.map(column).collect();
        let known = columns.iter().filter(|column| **column != Column::Other).count();
        let led = |column: &Column| matches!(column, Column::Units(Role::Lead | Role::Responsible));
        known >= 3 && known * 2 > columns.len() && columns.contains(&Column::Task) && columns.iter().any(led)
    }

    /// Whether a line is another of its rows: as many cells, and no head of another table.
    pub fn goes_on(&self, line: Piece<'a>) -> bool {
        let cells = Table::cells(line);
        cells.len() == self.columns.len() && Table::head(&cells, 0, 0).is_none()
    }

    /// Goes on below a line across the table; `category`: its words, where they have no number of their own.
    pub fn below(&mut self, category: Option<Piece<'a>>) {
        self.category = category;
        self.idle = category;
        self.anew = true;
        if !self.columns.contains(&Column::Number) {
            self.rows = 0;
        }
    }

    /// The words of a line across the table: all other cells are empty.
    pub fn band(cells: &[Piece<'a>]) -> Option<Piece<'a>> {
        let mut filled = cells.iter().filter(|cell| !cell.is_empty());
        let first = filled.next().filter(|_| filled.next().is_none())?;
        let (_, length) = digits(first.chars());
        (length < first.len()).then_some(*first)
    }

    /// Reads a row; `None` where there is nothing in it, or what there is was told as unread.
    ///
    /// `across`: one of its cells stands across columns.
    pub fn row(&mut self, cells: &[Piece<'a>], across: bool, dates: Reader, unread: &mut Vec<Unread>) -> Option<Row<'a>> {
        self.idle = None;
        let whole = cells[0].through(cells[cells.len() - 1]);
        if cells.iter().all(|cell| cell.chars().iter().all(|c| matches!(c, '—' | '：' | '＝' | '=') || c.is_whitespace())) {
            return None;
        }
        if cells.len() != self.columns.len() {
            unread.push(Why::Row.at(whole));
            return None;
        }
        let cell =
            |wanted: Column| self.columns.iter().zip(cells).filter(move |(column, _)| **column == wanted).map(|(_, cell)| *cell);
        let task = cell(Column::Task).next()?;
        let mut broader: Vec<Piece<'a>> = cell(Column::Category).filter(|cell| !cell.is_empty()).collect();
        // 政策解读 beside an empty cell is the task itself.
        let task = if task.is_empty() { broader.pop().unwrap_or(task) } else { task };
        let number = cell(Column::Number).next().filter(|number| !number.is_empty());
        // Whether a row without a number below one with it goes on with that or has lost its own, nobody knows.
        let shares = number.is_none() && mark(task).is_none() && !self.label.is_empty() && !self.anew;
        let (before, anew) = (self.rows, self.anew);
        self.rows += u32::from(!shares);
        let problem = cell(Column::Problem).rfind(|cell| !cell.is_empty());
        let headings = self.category.into_iter().chain(problem).chain(broader).collect();
        let (label, task) = match (number, mark(task)) {
            (Some(number), _) => {
                let (value, length) = digits(number.chars());
                if length > 0 && value != self.rows {
                    // The number above, once more: its cell is merged, or the task is divided.
                    if !(anew && (value == 1 || before == 0 && value == self.through + 1)) && value != before {
                        unread.push(Why::NumberJump.at(number));
                    }
                    self.rows = value;
                }
                self.anew = false;
                self.label = mark(number).map_or_else(|| number.text(), |mark| mark.label);
                (self.label.clone(), task)
            }
            (None, None) if shares => {
                unread.push(Why::NumberJump.at(whole));
                (self.label.clone(), task)
            }
            (None, Some(mark)) => (mark.label, mark.rest),
            (None, None) => (self.rows.to_string(), task),
        };
        self.shared = if self.rows == before && !anew { self.shared + 1 } else { 1 };
        let mut clause = Clause::new(whole, Form::Closing);
        let led = self.columns.contains(&Column::Units(Role::Lead));
        let mut says_who = false;
        for (column, cell) in self.columns.iter().zip(cells).filter(|(_, cell)| !is_nothing(**cell)) {
            match column {
                Column::Units(Role::Date) => clause.dates.extend(dates.value(*cell, unread)),
                Column::Units(role @ (Role::Lead | Role::Responsible | Role::Participant)) => match in_cell(*cell, dates, unread)
                {
                    Some(own) => {
                        says_who = true;
                        clause.take(own);
                    }
                    None => {
                        let units = read_units(*cell, *role, true, dates, &mut clause, unread);
                        clause.hand_out(units, *role, led);
                    }
                },
                _ => {}
            }
        }
        // One cell for both columns: who leads and who takes part it does not say.
        let beside = self.columns.windows(2).zip(cells.windows(2)).find(|(columns, cells)| {
            let units = |column: &Column| matches!(column, Column::Units(Role::Lead | Role::Responsible | Role::Participant));
            columns.iter().all(units) && !is_nothing(cells[0]) && cells[1].is_empty()
        });
        if let Some((_, cells)) = beside.filter(|_| across) {
            unread.push(Why::Across.at(cells[0]));
        }
        self.other.retain(|(at, head)| {
            let holds = !is_nothing(cells[*at]);
            if holds {
                unread.push(Why::Column.at(if head.is_empty() { cells[*at] } else { *head }));
            }
            !holds
        });
        let named = says_who || !clause.lead_units.is_empty() || !clause.participating_units.is_empty();
        let why = match (task.is_empty(), named) {
            (false, true) => return Some(Row { label, paragraph: self.shared, headings, task, clause }),
            (true, true) => Why::NoTask,
            (_, false) => Why::NoUnits,
        };
        unread.push(why.at(whole));
        None
    }
}

/// 责任处室／单位, 责任单位及责任人: a head of two labels. Two that say different things of units say nothing of which is which.
fn label_of_two(cell: Piece<'_>) -> Option<Role> {
    let parts = cell.split(|c| matches!(c, '／' | '、' | '及' | '和' | '与' | '（' | '）')).into_iter();
    let mut parts = parts.map(Piece::trim).filter(|part| !part.is_empty());
    let first = label(parts.next()?)?;
    let of_units = |role: &Role| matches!(role, Role::Lead | Role::Participant | Role::Responsible);
    let mut others = parts.filter_map(label).filter(of_units);
    (of_units(&first) && others.all(|role| role == first)).then_some(first)
}

fn column(cell: Piece<'_>) -> Column {
    let words: String = cell.chars().iter().filter(|c| !c.is_whitespace()).collect();
    match words.as_str() {
        "序号" | "编号" => Column::Number,
        words if PROBLEMS.contains(&words) => Column::Problem,
        "类别" | "领域" | "工作领域" | "分类" | "任务类别" | "板块" | "一级任务" => Column::Category,
        words => match label(cell).or_else(|| label_of_two(cell)) {
            Some(role) => Column::Units(role),
            None if says_task(words) => Column::Task,
            None => Column::Other,
        },
    }
}
