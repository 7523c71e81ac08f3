//! 搜索落空 · questions that found nothing are counted by day and by the words the house knows, and answered: the catalogue's administrator
//! says which matter the words mean, or in a sentence where to go, by an act that can be taken back. An answer holds on every instance,
//! for every question with the same telling words (F158, A3.4-06).

use super::words::key_of;
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
/// How long a question is kept, and how far back the list counts.
const KEPT_DAYS: u64 = 180;
const COUNTED_DAYS: u64 = 90;
/// Characters of the words of a question that are kept.
const LONGEST: usize = 80;

/// What words lead to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    /// A matter by its slug.
    Item(String),
    /// Where to go.
    Sentence(String),
}

/// The answers to questions, each by the words that tell them apart.
#[derive(Default)]
pub(crate) struct Meanings {
    edition: i64,
    /// By their first word, the answers with the most words first.
    of: HashMap<String, Vec<(Vec<String>, Answer)>>,
}

impl Meanings {
    fn put(&mut self, mut words: Vec<String>, answer: Answer) {
        words.sort_unstable();
        words.dedup();
        let Some(first) = words.first() else { return };
        let same = self.of.entry(first.clone()).or_default();
        same.push((words, answer));
        same.sort_by_key(|(words, _)| std::cmp::Reverse(words.len()));
    }

    /// The answer that says most of these words; whatever else is asked must pass.
    pub fn of(&self, words: &[String], passes: impl Fn(&str) -> bool) -> Option<&Answer> {
        let found = words.iter().filter_map(|first| self.of.get(first)).flatten();
        let found = found.filter(|(own, _)| own.iter().all(|word| words.contains(word)));
        let holds = |own: &[String]| words.iter().all(|word| own.contains(word) || passes(word));
        found.filter(|(own, _)| holds(own)).max_by_key(|(own, _)| own.len()).map(|(_, answer)| answer)
    }
}

impl Catalogue {
    /// The words by which a question is counted and answered: those the house knows.
    pub(crate) fn key(&self, q: &str) -> String {
        let mut words = self.shelf().index.words_of(q).known;
        let mut length = 0;
        words.retain(|word| {
            length += word.chars().count() + 1;
            length <= LONGEST + 1
        });
        key_of(&words)
    }
}

/// Counts a question that found nothing.
pub(crate) async fn count(catalogue: &Catalogue, pool: &PgPool, q: &str, today: NaiveDate) -> Result<(), Stop> {
    let words = catalogue.key(q);
    if words.is_empty() {
        return Ok(());
    }
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
          where not exists (select from search_words w where w.words = m.words and (w.slug is not null or w.sentence is not null))
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

/// Words with what they lead to.
type Row = (String, Option<String>, Option<String>);

fn answer((words, slug, sentence): Row) -> Option<(String, Answer)> {
    Some((words, slug.map(Answer::Item).or(sentence.map(Answer::Sentence))?))
}

/// Words that were answered, after some of them.
pub(super) async fn answered(conn: &mut PgConnection, after: &str, most: i64) -> Result<Vec<(String, Answer)>, Stop> {
    let rows: Vec<Row> = sqlx::query_as(
        "select words, slug, sentence
           from search_words
          where (slug is not null or sentence is not null)
            and words > $1
          order by words
          limit $2",
    )
    .bind(after)
    .bind(most)
    .fetch_all(conn)
    .await?;
    Ok(rows.into_iter().filter_map(answer).collect())
}

/// Says what words lead to, or that they lead nowhere any more. Tells whether that changed anything.
pub(super) async fn mean(
    conn: &mut PgConnection,
    words: &str,
    wanted: Option<&Answer>,
    by: &Person,
    now: &Moment,
) -> Result<bool, Stop> {
    // Positions grow in the order in which they are committed: an instance that knows the last knows all.
    sqlx::query("select pg_advisory_xact_lock(hashtextextended('search_words', 0))").execute(&mut *conn).await?;
    let before: Option<Row> = sqlx::query_as("select words, slug, sentence from search_words where words = $1")
        .bind(words)
        .fetch_optional(&mut *conn)
        .await?;
    let before = before.and_then(answer).map(|(_, answer)| answer);
    let act = match (wanted, before) {
        (Some(wanted), before) if before.as_ref() == Some(wanted) => return Ok(false),
        (Some(Answer::Item(item)), _) => SearchWordsAct::Led { item: item.clone() },
        (Some(Answer::Sentence(sentence)), _) => SearchWordsAct::Told { sentence: sentence.clone() },
        (None, Some(Answer::Item(item))) => SearchWordsAct::Released { item },
        (None, Some(Answer::Sentence(sentence))) => SearchWordsAct::Untold { sentence },
        (None, None) => return Ok(false),
    };
    let subject = Subject { kind: SearchWordsAct::SUBJECT.into(), no: words.to_owned() };
    let entry = record::entry(subject, now.at, by.actor("catalogue_administrator"), Some(by.private()), act);
    let position = record::record(conn, std::slice::from_ref(&entry)).await?[0];
    let (slug, sentence) = match wanted {
        Some(Answer::Item(item)) => (Some(item), None),
        Some(Answer::Sentence(sentence)) => (None, Some(sentence)),
        None => (None, None),
    };
    sqlx::query(
        "insert into search_words (words, slug, sentence, position) values ($1, $2, $3, $4)
         on conflict (words) do update
            set slug = excluded.slug, sentence = excluded.sentence, position = excluded.position",
    )
    .bind(words)
    .bind(slug)
    .bind(sentence)
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
        let rows: Vec<Row> =
            sqlx::query_as("select words, slug, sentence from search_words where slug is not null or sentence is not null")
                .fetch_all(pool)
                .await?;
        let mut meanings = Meanings { edition: last, ..Meanings::default() };
        for (words, answer) in rows.into_iter().filter_map(answer) {
            meanings.put(self.telling(&words), answer);
        }
        self.put_meanings(meanings);
        Ok(true)
    }

    /// What tells a question apart, each word as the first of those that mean the same.
    pub(crate) fn telling(&self, q: &str) -> Vec<String> {
        let words = self.shelf().index.words_of(q);
        let own = if words.known.is_empty() { words.unknown } else { words.known };
        own.iter().map(|word| self.synonyms().first(word).to_owned()).collect()
    }

    /// What somebody said that a question leads to. A word that is no matter's own changes nothing.
    pub(crate) fn meant(&self, q: &str, weak: bool) -> Option<Answer> {
        let meanings = self.meanings();
        if meanings.of.is_empty() {
            return None;
        }
        let shelf = self.shelf();
        meanings.of(&self.telling(q), |word| weak || !shelf.index.tells(word)).cloned()
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
    fn f158_an_answer_holds_for_questions_with_the_same_telling_words() {
        let words = |said: &str| said.split(' ').map(str::to_owned).collect::<Vec<_>>();
        let mut meanings = Meanings::default();
        let (licence, office) = (Answer::Item("food".into()), Answer::Sentence("到派出所".into()));
        meanings.put(words("早点"), licence.clone());
        meanings.put(words("护照 小孩"), office.clone());
        let plain = |word: &str| word != "排水";
        assert_eq!(meanings.of(&words("早点"), plain), Some(&licence));
        assert_eq!(meanings.of(&words("街上 早点"), plain), Some(&licence));
        assert_eq!(meanings.of(&words("小孩 护照"), plain), Some(&office));
        // Another matter's word asks for something else; a part of the words is not all of them.
        assert_eq!(meanings.of(&words("早点 排水"), plain), None);
        assert_eq!(meanings.of(&words("护照"), plain), None);
        assert_eq!(meanings.of(&[], plain), None);
    }
}
