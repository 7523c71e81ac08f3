//! 请人见证 · asks each witness to sign the newest head of the log (c2sp.org/tlog-witness, F150). Beside the log and never in its way:
//! a witness that is slow, dead or lies costs itself its signature, and nobody else anything.

use chrono::{DateTime, Utc};
use foundation::sequencer::{latest_checkpoint, lease};
use foundation::witnesses::{self, Trouble, Witness};
use foundation::{House, Stop};
use futures::future::join_all;
use ledger::{VerifierKey, cosigned_line};
use reqwest::{Client, StatusCode, redirect};
use std::time::Duration;

/// How often there is a round, at most.
const EVERY: Duration = Duration::from_secs(2);
/// A witness answers within this time, or is asked again later.
const PATIENCE: Duration = Duration::from_secs(5);
/// More than a hundred signature lines take.
const LONGEST_ANSWER: usize = 64 * 1024;
/// A signature may be of so much another time than ours, in seconds.
const CLOCKS_DIFFER: i64 = 600;

/// Asks for as long as the program runs.
pub async fn keep_asking(house: House) {
    let http = match Lines::new() {
        Ok(http) => http,
        Err(error) => return tracing::error!(%error, "no witness can be asked"),
    };
    loop {
        tokio::time::sleep(EVERY).await;
        if let Err(error) = round(&house, &http).await {
            tracing::warn!(%error, "the witnesses could not be asked");
        }
    }
}

/// The way to witnesses on this machine, which no proxy leads to, and to others. What they say is short, and they send nobody elsewhere.
struct Lines {
    here: Client,
    elsewhere: Client,
}

impl Lines {
    fn new() -> Result<Lines, reqwest::Error> {
        // One provider for the whole program; a second installation is refused, and means that it is there.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            Client::builder()
                .user_agent(concat!("sunlit/", env!("CARGO_PKG_VERSION")))
                .connect_timeout(PATIENCE)
                .timeout(PATIENCE)
                .redirect(redirect::Policy::none())
        };
        Ok(Lines { here: builder().no_proxy().build()?, elsewhere: builder().build()? })
    }

    fn to(&self, url: &str) -> &Client {
        let host = url.split_once("://").map_or(url, |(_, host)| host);
        match ["localhost", "127.", "[::1]"].iter().any(|here| host.starts_with(here)) {
            true => &self.here,
            false => &self.elsewhere,
        }
    }
}

/// Asks everybody who is due about the newest head, all at once. One instance at a time does.
async fn round(house: &House, http: &Lines) -> Result<(), Stop> {
    let mut conn = house.pool().acquire().await?;
    let Some((size, note)) = latest_checkpoint(&mut conn).await? else { return Ok(()) };
    let now = Utc::now();
    let due = witnesses::due(&mut conn, size, now).await?;
    if size == 0 || due.is_empty() || !lease(&mut conn, "witnesses", house.instance()).await? {
        return Ok(());
    }
    drop(conn);
    let asked = due.iter().map(|witness| one(house, http, witness, (size, &note), now));
    join_all(asked).await.into_iter().collect()
}

async fn one(house: &House, http: &Lines, witness: &Witness, head: (u64, &str), now: DateTime<Utc>) -> Result<(), Stop> {
    match signed(house, http, witness, head, now).await? {
        Ok((line, at)) => witnesses::keep(house.pool(), &witness.key, head.0, &line, at).await,
        Err(trouble) => {
            tracing::warn!(witness = witness.name, ?trouble, size = head.0, "a witness did not sign");
            witnesses::failed(house.pool(), &witness.key, trouble, now).await
        }
    }
}

/// The line a witness signed and when, or why it did not.
async fn signed(
    house: &House,
    http: &Lines,
    witness: &Witness,
    (size, note): (u64, &str),
    now: DateTime<Utc>,
) -> Result<Result<(String, DateTime<Utc>), Trouble>, Stop> {
    let key: VerifierKey = witness.key.parse()?;
    let mut old = (witness.size as u64).min(size);
    // Where it stands elsewhere than we thought, it is asked once more from there.
    for again in [true, false] {
        let request = {
            let mut conn = house.pool().acquire().await?;
            witnesses::request(&mut conn, old, (size, note)).await?
        };
        let answer = match ask(http.to(&witness.url), &witness.url, request.encode()).await {
            Ok(answer) => answer,
            Err(trouble) => return Ok(Err(trouble)),
        };
        match answer {
            Answer::Signed(lines) => return Ok(read(note, &lines, &key, now)),
            Answer::Known(known) if known > size => return Ok(Err(Trouble::Ahead)),
            Answer::Known(known) if known == old && old == size => return Ok(Err(Trouble::Split)),
            Answer::Known(known) if again && known != old => old = known,
            Answer::Known(_) => return Ok(Err(Trouble::Odd)),
            Answer::Split => return Ok(Err(Trouble::Split)),
        }
    }
    Ok(Err(Trouble::Odd))
}

/// Whether what was answered is this witness's signature, of now.
fn read(note: &str, lines: &str, key: &VerifierKey, now: DateTime<Utc>) -> Result<(String, DateTime<Utc>), Trouble> {
    let (line, cosignature) = cosigned_line(note, lines, key).map_err(|_| Trouble::False)?;
    let at = i64::try_from(cosignature.time).ok().and_then(|time| DateTime::from_timestamp(time, 0)).ok_or(Trouble::Clock)?;
    match (at - now).num_seconds().abs() <= CLOCKS_DIFFER {
        true => Ok((line, at)),
        false => Err(Trouble::Clock),
    }
}

enum Answer {
    /// Signature lines.
    Signed(String),
    /// The size it last signed, which is not the one we named.
    Known(u64),
    /// As many entries, and others.
    Split,
}

async fn ask(http: &Client, url: &str, body: String) -> Result<Answer, Trouble> {
    let mut answer = http.post(format!("{url}/add-checkpoint")).body(body).send().await.map_err(|_| Trouble::Silent)?;
    let status = answer.status();
    let mut text = Vec::new();
    while let Some(part) = answer.chunk().await.map_err(|_| Trouble::Silent)? {
        if text.len() + part.len() > LONGEST_ANSWER {
            return Err(Trouble::Odd);
        }
        text.extend_from_slice(&part);
    }
    let text = String::from_utf8(text).map_err(|_| Trouble::Odd)?;
    match status {
        StatusCode::OK => Ok(Answer::Signed(text)),
        StatusCode::CONFLICT => Ok(text.trim_end().parse().map_or(Answer::Split, Answer::Known)),
        StatusCode::NOT_FOUND => Err(Trouble::Unknown),
        StatusCode::FORBIDDEN => Err(Trouble::OtherKey),
        StatusCode::UNPROCESSABLE_ENTITY => Err(Trouble::Rewritten),
        status if status.is_server_error() || status == StatusCode::TOO_MANY_REQUESTS => Err(Trouble::Silent),
        _ => Err(Trouble::Odd),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use ledger::{Checkpoint, SigningKey, cosignature_line, empty_root, sign_checkpoint};

    #[test]
    fn f150_a_signature_of_somebody_else_of_another_head_or_of_another_time_is_not_taken() {
        let key = |name, seed| SigningKey::from_seed(name, &[seed; 32]).unwrap();
        let (log, witness, other) = (key("record.example/log", 7), key("news.example", 8), key("news.example", 9));
        let note = sign_checkpoint(&Checkpoint::new("record.example/log", 5, empty_root()), &log);
        let elsewhere = sign_checkpoint(&Checkpoint::new("record.example/log", 6, empty_root()), &log);
        let now = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        let by = |note: &str, key, time| cosignature_line(note, key, time).unwrap();
        let good = by(&note, &witness, 1_790_000_010);
        let read = |lines: &str| super::read(&note, lines, &witness.witness_verifier(), now);
        assert_eq!(read(&good).unwrap(), (good.clone(), DateTime::from_timestamp(1_790_000_010, 0).unwrap()));
        // Among lines of keys nobody knows it is found, and they are left out.
        assert_eq!(read(&format!("{}{good}", by(&note, &other, 1_790_000_000))).unwrap().0, good);
        for lie in [by(&note, &other, 1_790_000_000), by(&elsewhere, &witness, 1_790_000_000), "hello".into(), String::new()] {
            assert_eq!(read(&lie).unwrap_err(), Trouble::False, "{lie}");
        }
        for time in [1_789_990_000, 1_790_010_000, i64::MAX as u64] {
            assert_eq!(read(&by(&note, &witness, time)).unwrap_err(), Trouble::Clock);
        }
    }
}
