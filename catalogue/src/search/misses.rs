//! 搜索落空 · questions that found nothing are counted by day and by words, without saying whose they were, and answered: the catalogue's
//! administrator says which matter the words mean, by an act that can be taken back, and they lead there on every instance (F158).

use super::words::{asked, compact};
use crate::Catalogue;
use acts::{ActBody, SearchWordsAct, Subject};
use chrono::{DateTime, Days, NaiveDate, Utc};
use foundation::people::Person;
use foundation::{House, Moment, Stop, record, sweep};
use sqlx::{PgConnection, PgPool};
use std::collections::HashMap;
use std::pin::Pin;

/// Different questions that are counted on one day: whoever makes them up fills no disk.
const MOST_A_DAY: i64 = 2_000;
/// Digits in a row from which on they may be somebody's number.
const LONG_NUMBER: usize = 7;
/// How long a question is kept, and how far back the list counts.
const KEPT_DAYS: u64 = 180;
const COUNTED_DAYS: u64 = 90;

/// What words lead to: the matter by its slug.
#[derive(Default)]
pub(crate) struct Meanings {
    edition: i64,
    of: HashMap<String, String>,
}

impl Meanings {
    pub fn of(&self, q: &str) -> Option<&str> {
        if self.of.is_empty() {
            return None;
        }
        self.of.get(&key(q)).map(String::as_str)
    }
}

/// One question however its words are parted.
fn key(words: &str) -> String {
    compact(&asked(words))
}

/// What is kept of a question: its words folded; nothing where they may say whose it is.
fn kept(q: &str) -> Option<String> {
    let words = asked(q);
    (!words.is_empty() && !may_be_somebodys(q)).then_some(words)
}

/// Whether words hold what may belong to one person: a long number, in digits or written out, a plate, the name of an account, a house
/// number or a street, a name that somebody says is theirs.
pub(super) fn may_be_somebodys(q: &str) -> bool {
    let words = asked(q);
    let text = compact(&words);
    let mut run = 0;
    let long = text.chars().any(|c| {
        run = if c.is_numeric() || NUMERALS.contains(c) { run + 1 } else { 0 };
        run >= LONG_NUMBER
    });
    let account = ["wxid", "weixin", "微信", "qq", "抖音", "支付宝"].iter().any(|name| {
        let rest = text.split_once(name).map_or("", |(_, rest)| rest);
        let id = rest.trim_start_matches(['号', '是', '码']).chars().take_while(char::is_ascii_alphanumeric);
        id.count() >= 5
    });
    let named = ["我叫", "名叫", "名字是", "姓名"].iter().any(|said| text.contains(said));
    long || account || named || has_plate(&text) || has_address(&text) || q.contains('@') || !forms::spotted(q).is_empty()
}

/// Digits of Han, as people read out a number.
const NUMERALS: &str = "〇零一二三四五六七八九两幺壹贰叁肆伍陆柒捌玖";
/// What a plate begins with.
const PROVINCES: &str = "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼";

fn has_plate(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    chars.windows(7).any(|part| {
        PROVINCES.contains(part[0])
            && part[1].is_ascii_alphabetic()
            && part[2..].iter().all(char::is_ascii_alphanumeric)
            && part[2..].iter().any(char::is_ascii_digit)
    })
}

/// A number before 号, 室, 栋 and the like, or a street, lane or village somebody lives in.
fn has_address(text: &str) -> bool {
    let chars: Vec<char> = text.chars().collect();
    let number = |c: char| c.is_ascii_digit() || NUMERALS.contains(c) || c == '十' || c == '百';
    let numbered = chars.windows(2).any(|pair| number(pair[0]) && "号室栋幢弄".contains(pair[1]));
    let lives = ["住在", "我住", "家住", "住址", "地址"].iter().any(|said| text.contains(said));
    let place = chars.iter().any(|c| "路街巷弄村镇组小区".contains(*c));
    numbered || lives && place || text.split_once('住').is_some_and(|(_, rest)| rest.contains('路') || rest.contains('巷'))
}

/// Counts a question that found nothing.
pub(crate) async fn count(pool: &PgPool, q: &str, today: NaiveDate) -> Result<(), Stop> {
    let Some(words) = kept(q) else { return Ok(()) };
    sqlx::query(
        "insert into search_misses (day, words)
         select $1, $2
          where exists (select from search_misses where day = $1 and words = $2)
             or (select count(*) from search_misses where day = $1) < $3
         on conflict (day, words) do update set asked = search_misses.asked + 1",
    )
    .bind(today)
    .bind(words)
    .bind(MOST_A_DAY)
    .execute(pool)
    .await?;
    Ok(())
}

/// A question that found nothing, with how often it was asked.
#[derive(sqlx::FromRow)]
pub(super) struct Miss {
    pub words: String,
    pub asked: i64,
    pub last: NaiveDate,
}

/// The most asked of those nobody has answered, after one of them.
pub(super) async fn unanswered(
    conn: &mut PgConnection,
    today: NaiveDate,
    after: Option<(i64, &str)>,
    most: i64,
) -> Result<Vec<Miss>, Stop> {
    Ok(sqlx::query_as(
        "select words, asked, last
           from (select words, sum(asked)::bigint as asked, max(day) as last
                   from search_misses
                  where day > $1
                  group by words) m
          where not exists (select from search_words w where w.words = replace(m.words, ' ', '') and w.slug is not null)
            and ($2::bigint is null or (asked, words) < ($2, $3))
          order by asked desc, words desc
          limit $4",
    )
    .bind(today - Days::new(COUNTED_DAYS))
    .bind(after.map(|(asked, _)| asked))
    .bind(after.map_or("", |(_, words)| words))
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Words that were said to mean a matter, after some of them.
pub(super) async fn answered(conn: &mut PgConnection, after: &str, most: i64) -> Result<Vec<(String, String)>, Stop> {
    Ok(sqlx::query_as(
        "select words, slug
           from search_words
          where slug is not null
            and words > $1
          order by words
          limit $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?)
}

/// Says what words mean, or with no matter that they mean nothing any more. Tells whether that changed anything.
pub(super) async fn mean(
    conn: &mut PgConnection,
    words: &str,
    item: Option<&str>,
    by: &Person,
    now: &Moment,
) -> Result<bool, Stop> {
    let words = key(words);
    // Positions grow in the order in which they are committed: an instance that knows the last knows all.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('search_words', 0))").execute(&mut *conn).await?;
    let before: Option<Option<String>> =
        sqlx::query_scalar("select slug from search_words where words = $1").bind(&words).fetch_optional(&mut *conn).await?;
    let before = before.flatten();
    let act = match (item, before) {
        (Some(item), before) if before.as_deref() != Some(item) => SearchWordsAct::Led { item: item.to_owned() },
        (None, Some(item)) => SearchWordsAct::Released { item },
        _ => return Ok(false),
    };
    let subject = Subject { kind: SearchWordsAct::SUBJECT.into(), no: words.clone() };
    let entry = record::entry(subject, now.at, by.actor("catalogue_administrator"), Some(by.private()), act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    sqlx::query(
        "insert into search_words (words, slug, position) values ($1, $2, $3)
         on conflict (words) do update set slug = excluded.slug, position = excluded.position",
    )
    .bind(&words)
    .bind(item)
    .bind(position)
    .execute(conn)
    .await?;
    Ok(true)
}

impl Catalogue {
    /// Reads what words mean, if somebody said so since it last looked.
    pub(crate) async fn keep_up_with_words(&self, pool: &PgPool) -> Result<bool, Stop> {
        let last: Option<i64> = sqlx::query_scalar("select max(position) from search_words").fetch_one(pool).await?;
        let Some(last) = last.filter(|last| *last != self.meanings().edition) else { return Ok(false) };
        let rows: Vec<(String, String)> =
            sqlx::query_as("select words, slug from search_words where slug is not null").fetch_all(pool).await?;
        self.put_meanings(Meanings { edition: last, of: rows.into_iter().collect() });
        Ok(true)
    }
}

/// What is swept of questions.
pub const BROOMS: [sweep::Broom; 1] = [old];

fn old<'a>(
    _: &'a House,
    conn: &'a mut PgConnection,
    now: DateTime<Utc>,
) -> Pin<Box<dyn Future<Output = Result<u64, Stop>> + Send + 'a>> {
    Box::pin(async move {
        let before = now.date_naive() - Days::new(KEPT_DAYS);
        let sql = "delete from search_misses
          where (day, words) in (select day, words from search_misses where day < $1 order by day, words limit $2)";
        Ok(sqlx::query(sql).bind(before).bind(sweep::BATCH).execute(conn).await?.rows_affected())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a3_4_06_questions_with_somebodys_number_are_not_kept() {
        for q in [
            "34010020990101003X 老年证",
            "我的电话 138 0013 8000",
            "１３８００１３８０００",
            "340100209901010031",
            "卡号 6222 0210 0111 6245 702",
            "1380013800",
            "我叫王大锤住梅山镇史河路12号想离婚",
            "皖a12345离婚",
            "皖AD12345 年检",
            "微信 wxid abc123 离婚",
            "一三八零零一三八零零零离婚",
            "壹叁捌零零壹叁捌零零零",
            "梅山路十二号漏水",
            "3栋502室办证",
            "家住史河村想离婚",
            "someone@example.com",
        ] {
            assert_eq!(kept(q), None, "{q}");
        }
        assert_eq!(kept("  ６５岁　老年证？ ").as_deref(), Some("65岁 老年证"));
        for q in ["住宅小区装电梯", "农村公路怎么修", "12345", "微信办证", "新车上牌", "六十五岁老年证"] {
            assert!(kept(q).is_some(), "{q}");
        }
        assert_eq!(kept("？！"), None);
        assert_eq!(key("SC 认证"), key("sc认证"));
    }
}
