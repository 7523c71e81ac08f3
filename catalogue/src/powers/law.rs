//! 设定依据 · what powers rest on: a text, or articles of it, with the days they are in force (A2.1-01, A2.1-04; F016, F017).

use super::facts::Standing;
use crate::{Item, ItemKind};
use acts::{ActBody, Entry, LawAct, Rank, Subject};
use chrono::{Months, NaiveDate};
use forms::regions::codes_of;
use foundation::Stop;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// One citation: “《中华人民共和国食品安全法》第三十五条第一款”. Both parts are kept as they were written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cited {
    /// With its marks and the number it was issued under.
    pub law: String,
    /// Empty when the text is cited whole.
    pub article: String,
}

impl Cited {
    /// Reads one citation: the text ends with its last 》 and the brackets right after it.
    pub fn read(text: &str) -> Cited {
        let text = text.trim();
        let Some(end) = text.rfind('》').map(|at| at + '》'.len_utf8()) else {
            return Cited { law: text.to_owned(), article: String::new() };
        };
        let rest = &text[end..];
        let blanks = rest.len() - rest.trim_start().len();
        let bracket = match rest[blanks..].chars().next() {
            Some('（') => rest.find('）').map_or(0, |at| at + '）'.len_utf8()),
            Some('(') => rest.find(')').map_or(0, |at| at + 1),
            _ => 0,
        };
        let (law, article) = text.split_at(end + bracket);
        Cited { law: law.trim().to_owned(), article: article.trim().to_owned() }
    }

    /// The key of the text.
    pub fn key(&self) -> String {
        key(&self.law)
    }

    pub fn text(&self) -> String {
        format!("{}{}", self.law, self.article)
    }
}

/// Reads a list of citations, parted by ； or a line's end outside of 《》 and brackets.
pub fn read(text: &str) -> Vec<Cited> {
    let mut depth = 0usize;
    let mut pieces = vec![String::new()];
    for c in text.chars() {
        match c {
            '《' | '（' | '(' | '〈' => depth += 1,
            '》' | '）' | ')' | '〉' => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 && matches!(c, '；' | ';' | '\n' | '\r') {
            pieces.push(String::new());
        } else if let Some(last) = pieces.last_mut() {
            last.push(c);
        }
    }
    let mut cited: Vec<Cited> = Vec::new();
    for piece in pieces.iter().map(|piece| piece.trim()).filter(|piece| !piece.is_empty()) {
        let one = Cited::read(piece);
        if !cited.contains(&one) {
            cited.push(one);
        }
    }
    cited
}

/// The list in one line.
pub fn text_of(cited: &[Cited]) -> String {
    cited.iter().map(Cited::text).collect::<Vec<_>>().join("；")
}

/// What names a text however it is written: without marks, blanks and the number it was issued under.
pub fn plain(law: &str) -> String {
    let mut name: String = law.chars().filter(|c| !c.is_whitespace()).collect();
    if let Some(start) = name.find('《')
        && let Some(end) = name.rfind('》')
        && start < end
    {
        name = name[start + '《'.len_utf8()..end].to_owned();
    } else if name.ends_with("号）")
        && let Some(number) = name.rfind('（').filter(|at| *at > 0)
    {
        name.truncate(number);
    }
    forms::text::fold_text(&name).chars().filter(|c| !matches!(c, '《' | '》' | '〈' | '〉')).collect()
}

/// The key of a text: from its plain name, short enough for an address.
pub fn key(law: &str) -> String {
    crate::versions::sha256(plain(law).as_bytes())[..16].to_owned()
}

pub const CANNOT_CREATE: &str =
    "这些依据都不能设定行政许可：要有法律、行政法规、国务院决定或者地方性法规（行政许可法第十四条至第十七条）";

/// From which day on a text of this kind can create no permit (A2.1-01; 行政许可法 14–17); nothing where it always can. Laws, administrative
/// regulations, decisions of the State Council and local regulations may; a provincial rule may for one year from the day it is in force;
/// nothing else ever may.
pub fn a2_1_01_no_permit_from(rank: Rank, in_force_from: NaiveDate) -> Option<NaiveDate> {
    match rank {
        Rank::Law | Rank::AdministrativeRegulation | Rank::StateCouncilDecision | Rank::LocalRegulation => None,
        Rank::ProvincialRule => in_force_from.checked_add_months(Months::new(12)),
        Rank::DepartmentRule | Rank::NormativeDocument => Some(NaiveDate::default()),
    }
}

/// Whether a text of this kind may create a permit that day.
pub fn a2_1_01_may_create_permit(rank: Rank, in_force_from: NaiveDate, on: NaiveDate) -> bool {
    a2_1_01_no_permit_from(rank, in_force_from).is_none_or(|day| on < day)
}

/// Why a text is not of this rank, as far as its name shows; nothing where it may be. 水法, 民法典 and what the Standing Committee decided are
/// laws, a 管理办法 is none, and what begins with the name of a place (`is_local`) is none of the State Council's.
pub fn a2_1_01_belied(rank: Rank, law: &str, is_local: impl Fn(&str) -> bool) -> Option<String> {
    let law = plain(law);
    let measures = law.strip_suffix('法').is_some_and(|rest| rest.ends_with('办'));
    let named_a_law = law.ends_with(['法', '典']) && !measures;
    let belied = match rank {
        Rank::Law => !named_a_law && !law.ends_with("决定") || is_local(&law),
        Rank::AdministrativeRegulation => named_a_law || is_local(&law),
        Rank::StateCouncilDecision => is_local(&law),
        _ => false,
    };
    belied.then(|| format!("《{law}》看名称不是{}，请核对效力级别", rank.zh()))
}

/// How a text, or an article of it, ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub last_day: NaiveDate,
    pub because: String,
}

/// A text that powers rest on: the fold of its acts.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Law {
    pub name: String,
    pub rank: Option<Rank>,
    pub in_force_from: Option<NaiveDate>,
    /// The whole text.
    pub ended: Option<Ended>,
    /// Citations that ended while the text goes on.
    #[serde(default)]
    pub articles: BTreeMap<String, Ended>,
}

impl Law {
    /// Never fails and never asks the time.
    pub fn apply(&mut self, entry: &Entry<LawAct>) {
        match entry.act.clone() {
            LawAct::Described { law, rank, in_force_from } => {
                self.name = law;
                self.rank = Some(rank);
                self.in_force_from = Some(in_force_from);
            }
            LawAct::Repealed { law, article, last_day, because } => {
                if self.name.is_empty() {
                    self.name = law;
                }
                let ended = Ended { last_day, because };
                match article {
                    None => self.ended = Some(ended),
                    Some(article) => {
                        self.articles.insert(article, ended);
                    }
                }
            }
            LawAct::RepealWithdrawn { article: None, .. } => self.ended = None,
            LawAct::RepealWithdrawn { article: Some(article), .. } => {
                self.articles.remove(&article);
            }
        }
    }

    /// The last day of a citation: of the text, or of the articles, whichever is earlier.
    pub fn last_day(&self, article: &str) -> Option<NaiveDate> {
        let whole = self.ended.as_ref().map(|ended| ended.last_day);
        let part = self.articles.get(article).map(|ended| ended.last_day);
        whole.into_iter().chain(part).min()
    }

    /// Whether it may create a permit that day; unknown until somebody has said what the text is.
    pub fn may_create_permit(&self, on: NaiveDate) -> Option<bool> {
        Some(a2_1_01_may_create_permit(self.rank?, self.in_force_from?, on))
    }
}

/// A title as it is cited: marks within marks are single ones (GB/T 15834).
///
/// 《教师资格条例》实施办法 is cited as 《〈教师资格条例〉实施办法》.
pub fn marked(law: &str) -> String {
    format!("《{}》", law.replace('《', "〈").replace('》', "〉"))
}

/// General laws of procedure: they say how every power is used, and give none.
const GENERAL: [&str; 3] = ["行政许可法", "行政处罚法", "行政强制法"];

/// 设定依据 · whether a power can rest on this text at all (A2.1-04).
pub fn a2_1_04_founds(law: &str) -> bool {
    let law = plain(law);
    !GENERAL.contains(&law.strip_prefix("中华人民共和国").unwrap_or(&law))
}

/// What kind of text a full name with its number shows; nothing where it does not.
pub fn rank_by_name(law: &str) -> Option<Rank> {
    let bodies = ["部令", "局令", "署令", "委令", "委员会令", "银行令", "厅令"];
    let named = plain(law);
    Some(match law {
        _ if law.contains("国务院令") => Rank::AdministrativeRegulation,
        _ if bodies.iter().any(|body| law.contains(body)) => Rank::DepartmentRule,
        _ if law.contains('〔') && law.ends_with("号）") => Rank::NormativeDocument,
        _ if named.starts_with("中华人民共和国") && named.ends_with(['法', '典']) && !named.ends_with("办法") => {
            Rank::Law
        }
        _ => return None,
    })
}

/// 清单上怎么说 · how the list of powers stands to the codes of these matters, day by day.
#[derive(Clone, Debug, Default)]
struct Listed {
    /// A list of one's own was published: what it does not name cannot be used (A2.1-02).
    from: Option<NaiveDate>,
    versions: HashMap<String, Vec<ListedVersion>>,
}

#[derive(Clone, Debug, sqlx::FromRow)]
struct ListedVersion {
    code: String,
    effective_from: NaiveDate,
    effective_to: Option<NaiveDate>,
    standing: String,
    kind: String,
    region: String,
    /// An entry of the basic directory, and no power.
    is_entry: bool,
    /// Drawn from one.
    is_drawn: bool,
}

impl ListedVersion {
    /// Whether it is a power over this region: its own, or one above or below it, also under a code of before.
    fn reaches(&self, region: &str) -> bool {
        let within = |upper: &str, lower: &str| codes_of(upper).iter().any(|code| lower.starts_with(code.as_str()));
        within(&self.region, region) || within(region, &self.region)
    }
    fn standing(&self) -> Standing {
        Standing::of(&self.standing).unwrap_or(Standing::Cancelled)
    }
}

/// What is on record of the texts that matters cite: of what kind they are, and what of them has ended; and how their powers stand.
#[derive(Clone, Debug, Default)]
pub struct Foundations {
    laws: HashMap<String, Law>,
    listed: Listed,
}

impl Foundations {
    /// Of the texts that these cite, and of their powers.
    pub async fn of<'a>(conn: &mut PgConnection, items: impl IntoIterator<Item = &'a Item>) -> Result<Foundations, Stop> {
        let (mut keys, mut codes) = (BTreeSet::new(), BTreeSet::new());
        for item in items {
            let priors = item.materials.iter().filter_map(|material| material.prior.as_ref()).map(|prior| &prior.law);
            let services = item.intermediaries.iter().map(|service| &service.law);
            keys.extend(item.legal_basis.iter().map(|basis| &basis.law).chain(priors).chain(services).map(|law| key(law)));
            codes.extend([item.code.clone(), item.basic_code.clone()]);
        }
        let laws = of(conn, &keys.into_iter().collect::<Vec<_>>()).await?;
        Ok(Foundations { laws, listed: Listed::of(conn, codes.into_iter().collect()).await? })
    }

    /// The last day of what is cited so; none while it is in force.
    pub fn last_day(&self, law: &str, article: &str) -> Option<NaiveDate> {
        self.laws.get(&key(law))?.last_day(article)
    }

    /// What kind of text it is, where somebody has said so on record.
    pub fn rank(&self, law: &str) -> Option<Rank> {
        self.laws.get(&key(law))?.rank
    }

    /// Whether a power of this kind can rest on this text that day: no general law of procedure, and for a permit nothing that is known not
    /// to be able to create one (A2.1-01).
    pub fn founds(&self, kind: ItemKind, law: &str, on: NaiveDate) -> bool {
        let known = || self.laws.get(&key(law)).and_then(|law| law.may_create_permit(on));
        a2_1_04_founds(law) && (kind != ItemKind::Permit || known() != Some(false))
    }

    /// Why the list of powers does not let the power of a matter of this region be used that day, by its implementation code or, where it is listed so,
    /// by its basic code; nothing where it does, and while a site has published no list of its own. What was drawn from the basic directory is used
    /// while its entry is. A power of another kind or of elsewhere is none for it. A public service is no power and need not be in the list.
    pub fn barred(&self, kind: ItemKind, (code, basic): (&str, &str), region: &str, on: NaiveDate) -> Option<Barred> {
        let own = self.listed.at(code, on).filter(|own| !own.is_entry);
        let same = self.listed.at(basic, on);
        let (entry, listed) = (same.filter(|same| same.is_entry), same.filter(|same| !same.is_entry));
        let power = own.or(listed);
        match power.map(ListedVersion::standing) {
            Some(Standing::InUse) if power.is_some_and(|power| power.kind == kind.key() && power.reaches(region)) => {
                let entry = entry.filter(|_| power.is_some_and(|power| power.is_drawn)).map(ListedVersion::standing);
                entry.filter(|standing| *standing != Standing::InUse).map(|_| Barred::Directory)
            }
            Some(_) if power.is_some_and(|power| power.kind != kind.key() || !power.reaches(region)) => Some(Barred::Elsewhere),
            Some(standing) => Some(Barred::Listed(standing)),
            None if kind == ItemKind::PublicService || self.listed.from.is_none_or(|from| on < from) => None,
            None => Some(Barred::NotListed),
        }
    }

    #[cfg(test)]
    pub(crate) fn of_one(law: &str, known: Law) -> Foundations {
        Foundations { laws: HashMap::from([(key(law), known)]), listed: Listed::default() }
    }
}

impl Listed {
    async fn of(conn: &mut PgConnection, codes: Vec<String>) -> Result<Listed, Stop> {
        let own = "select min(effective_from)
                     from power_versions
                    where version = 1
                      and not sample
                      and not recalled
                      and levels is null
                      and standing <> 'absent'";
        let from: Option<NaiveDate> = sqlx::query_scalar(own).fetch_one(&mut *conn).await?;
        let rows: Vec<ListedVersion> = sqlx::query_as(
            "select code, effective_from, effective_to, standing, kind, region, levels is not null as is_entry, entry is not null as is_drawn
               from power_versions
              where code = any ($1)
                and not sample
              order by code, version",
        )
        .bind(codes)
        .fetch_all(conn)
        .await?;
        let mut versions: HashMap<String, Vec<_>> = HashMap::new();
        for row in rows {
            versions.entry(row.code.clone()).or_default().push(row);
        }
        Ok(Listed { from, versions })
    }

    /// The version of a code that is in force that day.
    fn at(&self, code: &str, on: NaiveDate) -> Option<&ListedVersion> {
        let there = |one: &&ListedVersion| one.effective_from <= on && one.effective_to.is_none_or(|to| on < to);
        self.versions.get(code)?.iter().find(there)
    }
}

/// Why nobody may apply for a matter that day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The matter itself is suspended or cancelled.
    Matter,
    /// Nothing that could found it is in force (F016).
    Basis,
    /// Its power is in the list and not in use.
    Listed(Standing),
    /// Its power was drawn from an entry of the basic directory that is no longer in use (A2.1-02).
    Directory,
    /// Its power is not in the list (A2.1-02).
    NotListed,
    /// What the list has under its code is of another kind, or of another region.
    Elsewhere,
}

impl Barred {
    pub fn zh(self) -> &'static str {
        match self {
            Barred::Matter => "这个事项现在不办理，不能再提新的申请",
            Barred::Basis => "这个事项的设定依据已经失效，不能再提新的申请",
            Barred::Listed(Standing::Suspended) => "权责清单暂停了这项职权，不能再提新的申请",
            Barred::Listed(Standing::Merged) => "这项职权已经并入另一项，不能再凭它提新的申请",
            Barred::Listed(_) => "权责清单取消了这项职权，不能再提新的申请",
            Barred::Directory => "基本目录取消或者暂停了这一条，不能再提新的申请",
            Barred::NotListed => "这项职权不在公布的权责清单里，不能再提新的申请",
            Barred::Elsewhere => "权责清单上这个编码是另一类或者别处的职权，不能再提新的申请",
        }
    }

    /// The same for whoever drafts or reviews the matter.
    pub fn to_mend(self) -> String {
        format!("{}。要先公布这项职权，或者把编码改成清单上的", self.zh())
    }
}

pub fn subject(key: &str) -> Subject {
    Subject { kind: LawAct::SUBJECT.into(), no: key.into() }
}

/// Finds it and holds it to the end of the transaction; a text that nobody cited yet begins here.
pub async fn lock(conn: &mut PgConnection, key: &str, name: &str) -> Result<Law, Stop> {
    begin(conn, &[(key.to_owned(), name.to_owned())]).await?;
    let state: Json<Law> =
        sqlx::query_scalar("select state from laws where key = $1 for update").bind(key).fetch_one(conn).await?;
    Ok(state.0)
}

/// Makes sure that each of these has its row.
pub async fn begin(conn: &mut PgConnection, laws: &[(String, String)]) -> Result<(), Stop> {
    let state = |name: &str| Json(Law { name: name.to_owned(), ..Law::default() });
    sqlx::query(
        "insert into laws (key, name, state)
         select * from unnest($1::text[], $2::text[], $3::jsonb[])
         order by 1
         on conflict do nothing",
    )
    .bind(laws.iter().map(|(key, _)| key.as_str()).collect::<Vec<_>>())
    .bind(laws.iter().map(|(_, name)| name.as_str()).collect::<Vec<_>>())
    .bind(laws.iter().map(|(_, name)| state(name)).collect::<Vec<_>>())
    .execute(conn)
    .await?;
    Ok(())
}

pub async fn find(conn: &mut PgConnection, key: &str) -> Result<Option<Law>, Stop> {
    let state: Option<Json<Law>> =
        sqlx::query_scalar("select state from laws where key = $1").bind(key).fetch_optional(conn).await?;
    Ok(state.map(|state| state.0))
}

/// These texts, by their keys.
pub async fn of(conn: &mut PgConnection, keys: &[String]) -> Result<HashMap<String, Law>, Stop> {
    let rows: Vec<(String, Json<Law>)> =
        sqlx::query_as("select key, state from laws where key = any ($1)").bind(keys).fetch_all(conn).await?;
    Ok(rows.into_iter().map(|(key, law)| (key, law.0)).collect())
}

/// Stores the fold, and with it the last day of every citation of the text.
pub async fn save(conn: &mut PgConnection, key: &str, law: &Law) -> Result<(), Stop> {
    sqlx::query("update laws set name = $2, rank = $3, in_force_from = $4, in_force_to = $5, state = $6, no_permit_from = $7 where key = $1")
        .bind(key)
        .bind(&law.name)
        .bind(law.rank.and_then(|rank| serde_json::to_value(rank).ok()).as_ref().and_then(|rank| rank.as_str()))
        .bind(law.in_force_from)
        .bind(law.ended.as_ref().map(|ended| ended.last_day))
        .bind(Json(law))
        .bind(law.rank.zip(law.in_force_from).and_then(|(rank, from)| a2_1_01_no_permit_from(rank, from)))
        .execute(&mut *conn)
        .await?;
    let (articles, days): (Vec<&str>, Vec<NaiveDate>) =
        law.articles.iter().map(|(article, ended)| (article.as_str(), ended.last_day)).unzip();
    sqlx::query(
        "update power_bases as p
            set ended_on = d.day
           from (select p.code, p.version, p.article, least($2, a.day) as day
                   from power_bases p
                   left join unnest($3::text[], $4::date[]) as a (article, day) on a.article = p.article
                  where p.law = $1) d
          where p.law = $1
            and p.code = d.code
            and p.version = d.version
            and p.article = d.article
            and p.ended_on is distinct from d.day",
    )
    .bind(key)
    .bind(law.ended.as_ref().map(|ended| ended.last_day))
    .bind(articles)
    .bind(days)
    .execute(conn)
    .await?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    fn cited(law: &str, article: &str) -> Cited {
        Cited { law: law.into(), article: article.into() }
    }

    #[test]
    fn a2_1_01_marks_within_marks_are_single_ones() {
        assert_eq!(marked("《教师资格条例》实施办法"), "《〈教师资格条例〉实施办法》");
        assert_eq!(marked("食品安全法"), "《食品安全法》");
    }

    #[test]
    fn a2_1_citations_are_read_as_lists_write_them() {
        assert_eq!(
            read(
                "《中华人民共和国食品安全法》第三十五条第一款、第三十九条第一款；《医疗机构管理条例》（国务院令第149号）第9、19条"
            ),
            [
                cited("《中华人民共和国食品安全法》", "第三十五条第一款、第三十九条第一款"),
                cited("《医疗机构管理条例》（国务院令第149号）", "第9、19条"),
            ]
        );
        assert_eq!(
            read(
                "《浙江省实施〈中华人民共和国节约能源法〉办法》；国发〔2004〕20号;；《浙江省实施〈中华人民共和国节约能源法〉办法》"
            ),
            [cited("《浙江省实施〈中华人民共和国节约能源法〉办法》", ""), cited("国发〔2004〕20号", "")]
        );
        assert_eq!(read("  \n；"), []);
    }

    #[test]
    fn f017_a_text_has_one_key_however_it_is_cited() {
        let same = ["《中华人民共和国食品安全法》", "中华人民共和国食品安全法", "《中华人民共和国 食品安全法》（2021年修正）"];
        assert_eq!(
            key("《食品生产许可管理办法》（国家市场监督管理总局令第24号）"),
            key("食品生产许可管理办法（国家市场监督管理总局令第24号）")
        );
        assert_ne!(key("《投资目录（2016年本）》"), key("投资目录"));
        assert!(same.iter().all(|law| key(law) == key(same[0])));
        assert_ne!(key("《中华人民共和国食品安全法》"), key("《中华人民共和国食品卫生法》"));
        // The number alone tells two decisions apart.
        assert_ne!(key("国发〔2004〕20号"), key("国发〔2004〕16号"));
    }

    #[test]
    fn a2_1_01_no_lesser_text_creates_a_permit() {
        let may = |rank, on: &str| a2_1_01_may_create_permit(rank, day("2025-03-01"), day(on));
        for rank in [Rank::Law, Rank::AdministrativeRegulation, Rank::StateCouncilDecision, Rank::LocalRegulation] {
            assert!(may(rank, "2045-01-01"));
        }
        assert!(may(Rank::ProvincialRule, "2026-02-28"));
        assert!(!may(Rank::ProvincialRule, "2026-03-01"), "after one year a local regulation is needed");
        assert!(!may(Rank::DepartmentRule, "2025-03-02") && !may(Rank::NormativeDocument, "2025-03-02"));
    }

    #[test]
    fn a2_1_01_what_a_name_shows_counts_against_what_is_said_of_its_rank() {
        let belied = |rank, law: &str| a2_1_01_belied(rank, law, |law| law.starts_with("安徽省")).is_some();
        for law in ["中华人民共和国水土保持法", "《中华人民共和国民法典》", "全国人民代表大会常务委员会关于授权的决定"]
        {
            assert!(!belied(Rank::Law, law), "{law}");
        }
        assert!(!belied(Rank::AdministrativeRegulation, "危险废物经营许可证管理办法（国务院令第408号）"));
        assert!(!belied(Rank::StateCouncilDecision, "国务院对确需保留的行政审批项目设定行政许可的决定"));
        assert!(!belied(Rank::LocalRegulation, "安徽省食品安全条例"));
        assert!(belied(Rank::Law, "生产建设项目水土保持方案管理办法") && belied(Rank::Law, "安徽省食品安全条例"));
        assert!(belied(Rank::AdministrativeRegulation, "中华人民共和国水法"));
        assert!(belied(Rank::AdministrativeRegulation, "安徽省食品安全条例"));
    }

    #[test]
    fn f017_an_article_ends_with_its_text() {
        let mut law = Law::default();
        let mut act = |act| {
            let at = calendar::start_of_day(day("2026-01-05"));
            law.apply(&foundation::record::entry(subject("x"), at, acts::Actor::system(), None, act));
            law.clone()
        };
        let repealed = |article: Option<&str>, last: &str| LawAct::Repealed {
            law: "《某法》".into(),
            article: article.map(Into::into),
            last_day: day(last),
            because: "修正案".into(),
        };
        let one = act(repealed(Some("第三条"), "2026-06-30"));
        assert_eq!((one.last_day("第三条"), one.last_day("第四条")), (Some(day("2026-06-30")), None));
        let whole = act(repealed(None, "2026-03-31"));
        assert_eq!((whole.last_day("第三条"), whole.last_day("第四条")), (Some(day("2026-03-31")), Some(day("2026-03-31"))));
        let back = act(LawAct::RepealWithdrawn { article: None, reason: "记错".into() });
        assert_eq!((back.last_day("第三条"), back.last_day("")), (Some(day("2026-06-30")), None));
    }

    proptest! {
        /// What was read and written reads the same again.
        #[test]
        fn f017_citations_survive_being_written(text in "[《》（）()；;〈〉第条 一法\n]{0,40}") {
            let once = read(&text);
            prop_assert_eq!(read(&text_of(&once)), once);
        }
    }

    #[test]
    fn a2_1_04_a_general_law_of_procedure_founds_no_power_however_it_is_written() {
        for law in ["中华人民共和国行政许可法", "《中华人民共和国行政许可法》", "行政许可法", "《行政处罚法》", "行政强制法"]
        {
            assert!(!a2_1_04_founds(law), "{law}");
        }
        for law in ["中华人民共和国食品安全法", "行政许可实施办法", "取水许可和水资源费征收管理条例（国务院令第460号）", "法"]
        {
            assert!(a2_1_04_founds(law), "{law}");
        }
    }

    #[test]
    fn a2_1_01_the_number_of_a_decree_says_what_kind_of_text_it_is() {
        assert_eq!(rank_by_name("取水许可和水资源费征收管理条例（国务院令第460号）"), Some(Rank::AdministrativeRegulation));
        assert_eq!(rank_by_name("食品生产许可管理办法（国家市场监督管理总局令第24号）"), Some(Rank::DepartmentRule));
        assert_eq!(rank_by_name("合肥市劳务派遣行政许可工作办法（合人社秘〔2020〕97号）"), Some(Rank::NormativeDocument));
        assert_eq!(rank_by_name("中华人民共和国食品安全法"), Some(Rank::Law));
        assert_eq!(rank_by_name("按规定"), None);
    }
}
