//! 亮牌 · the warnings and cards on a case, as whoever opens the case reads of them (A2.5, F135): by which rule, how grave, since when and what
//! became of it, from the public bodies of the acts. What was to be put right is told to those who see the whole case.

use acts::{ActBody, CardAct, Colour, Entry, Subject};
use chrono::NaiveDate;
use foundation::{Stop, record};
use sqlx::PgConnection;

/// One card, as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Flagged {
    /// The number of the rule, and where rules are explained.
    pub rule: String,
    pub address: String,
    pub colour: Colour,
    pub on: NaiveDate,
    pub came_to: &'static str,
    /// What was to be put right.
    pub put_right: Option<String>,
    /// The entry of the log that showed it; none while that is being written.
    pub n: Option<i64>,
}

/// The cards of a case, the newest first.
pub async fn of(conn: &mut PgConnection, case_no: &str) -> Result<Vec<Flagged>, Stop> {
    let subject = Subject { kind: CardAct::SUBJECT.into(), no: case_no.into() };
    let stored = record::acts_of(conn, &subject).await?;
    // The private bodies are not even read.
    let read = |act: record::Stored| Ok((act.n, Entry::read(&act.public_body, None)?));
    let acts = stored.into_iter().map(read).collect::<Result<Vec<_>, Stop>>()?;
    Ok(fold(&acts))
}

fn fold(acts: &[(Option<i64>, Entry<CardAct>)]) -> Vec<Flagged> {
    let mut cards: Vec<Flagged> = Vec::new();
    for (n, entry) in acts {
        let rule = entry.act.rule();
        if let CardAct::Issued { colour, .. } = &entry.act {
            // A rule with several ways, or broken twice, has its number before the second dash.
            let known: Vec<&str> = rule.split('-').take(2).collect();
            cards.push(Flagged {
                rule: rule.to_owned(),
                address: format!("/supervision/rules#{}", known.join("-")),
                colour: *colour,
                on: calendar::local_date(entry.at),
                came_to: "",
                put_right: None,
                n: *n,
            });
        }
        let Some(card) = cards.iter_mut().rev().find(|card| card.rule == rule) else { continue };
        card.came_to = came_to(&entry.act);
        match &entry.act {
            CardAct::Reviewed { rectify, .. } | CardAct::WithdrawalRefused { rectify, .. } => {
                card.put_right = rectify.as_ref().map(|right| right.what.clone());
            }
            CardAct::Talked { rectify, .. } => card.put_right = Some(rectify.what.clone()),
            CardAct::Escalated { colour, .. } => card.colour = *colour,
            _ => {}
        }
    }
    cards.reverse();
    cards
}

/// How a card stands after an act on it.
fn came_to(act: &CardAct) -> &'static str {
    match act {
        CardAct::Issued { colour, .. } if colour.is_answered() => "等单位说明",
        CardAct::Issued { .. } => "提示单位，不用说明",
        CardAct::Explained { .. } => "单位已经说明，等复核",
        CardAct::Unanswered { .. } => "单位到期没有说明，等复核",
        CardAct::Reviewed { upheld: false, .. } | CardAct::WithdrawalConfirmed { .. } => "已撤销",
        CardAct::Reviewed { rectify: Some(_), .. } | CardAct::WithdrawalRefused { rectify: Some(_), .. } => "维持，限期整改",
        CardAct::Reviewed { .. } | CardAct::WithdrawalRefused { .. } => "维持",
        CardAct::WithdrawalProposed { .. } | CardAct::AppealDecided { granted: true, .. } => "提议撤销，等另一个人确认",
        CardAct::Appealed { .. } => "单位申诉，等决定",
        CardAct::AppealDecided { .. } => "申诉不成立，维持",
        CardAct::Rectified { .. } => "单位报了整改，等验收",
        CardAct::Accepted { .. } => "整改到位，办结",
        CardAct::SentBack { .. } => "整改不到位，退回再改",
        CardAct::Escalated { .. } => "没有整改，已升级",
        CardAct::HeldToAccount { .. } => "没有整改，转入问责",
        CardAct::Talked { .. } => "诫勉谈话，限期整改",
        CardAct::Transferred { .. } => "移送问责机关",
        CardAct::TransferAnswered { .. } => "问责机关已经答复",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use acts::{Actor, PutRight};
    use calendar::Limit;

    #[test]
    fn f135_a_card_is_told_by_its_rule_its_grade_and_what_became_of_it() {
        let at = "2026-11-03T09:00:00+08:00".parse::<chrono::DateTime<chrono::FixedOffset>>().unwrap().to_utc();
        let told =
            |n, act| (Some(n), record::entry(Subject { kind: "card".into(), no: "C1".into() }, at, Actor::system(), None, act));
        let rule = || "C3.3-02-2".to_owned();
        let issued = CardAct::Issued {
            rule: rule(),
            version: None,
            answer: None,
            colour: Colour::Yellow,
            agency: "jinzhai-market".into(),
            computation: "数得清楚。".into(),
            evidence: vec![1],
        };
        let rectify = Some(PutRight { what: "补办交接制度".into(), within: Limit::working_days(10) });
        let reviewed = CardAct::Reviewed { rule: rule(), upheld: true, reason: "维持".into(), rectify };
        let mut acts = vec![told(7, issued)];
        let of = |acts: &[_]| fold(acts).pop().unwrap();
        assert_eq!(
            (of(&acts).came_to, of(&acts).n, of(&acts).address.as_str()),
            ("等单位说明", Some(7), "/supervision/rules#C3.3-02")
        );
        acts.push(told(8, CardAct::Explained { rule: rule(), private: Some("张三外出。".into()) }));
        acts.push(told(9, reviewed));
        let card = of(&acts);
        assert_eq!((card.came_to, card.put_right.as_deref(), card.n), ("维持，限期整改", Some("补办交接制度"), Some(7)));
        assert!(!format!("{card:?}").contains("张三"));
        // C3.3-19: nothing is owed on a warning.
        let warned = CardAct::Issued {
            rule: "C3.3-01".into(),
            version: None,
            answer: None,
            colour: Colour::Warning,
            agency: "jinzhai-market".into(),
            computation: "快到了。".into(),
            evidence: vec![1],
        };
        assert_eq!(of(&[told(6, warned)]).came_to, "提示单位，不用说明");
        acts.push(told(10, CardAct::Escalated { rule: rule(), colour: Colour::Red, reason: None }));
        assert_eq!((of(&acts).colour, of(&acts).came_to), (Colour::Red, "没有整改，已升级"));
    }
}
