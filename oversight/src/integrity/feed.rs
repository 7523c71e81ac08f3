//! 记下谁和谁 · the feed is folded into what the rules look at: who came together with whom, how long matters take, who handles an open case. An act
//! costs the rows it touches and the last few of the same officer, however many cases there are.

use super::hit::{self, Finding};
use super::law::{self, Edge, Near, Others, Side};
use super::rules::{Changed, HitRule, Look};
use acts::{ActBody, CaseAct, DiscretionAct, Entry, RiskLevel, Ruling, Subject};
use catalogue::Catalogue;
use chrono::{DateTime, Utc};
use foundation::feed::Consumer;
use foundation::record::{self, Stored};
use foundation::{Moment, Stop};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use sqlx::PgConnection;
use sqlx::types::Json;
use uuid::Uuid;

/// An institution that an applicant engaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Engaged {
    uscc: String,
    name: String,
    service: String,
}

/// What is kept of a case until it is decided; of the applicant nothing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Open {
    item: String,
    agency: String,
    /// Who filed it for somebody, with an account of their own.
    agent: Option<Uuid>,
    accepted: Option<(DateTime<Utc>, i64)>,
    engaged: Vec<Engaged>,
    examined: bool,
    /// Who was compared with the applicant's side already.
    compared: Vec<Uuid>,
}

impl Open {
    fn begin(entry: &Entry<CaseAct>) -> Option<Open> {
        let CaseAct::Submitted { item, agency, private, .. } = &entry.act else { return None };
        let by_agent = |s: &acts::Submission| {
            let for_another = s.filed_by != s.applicant.id && entry.by.role == "applicant";
            (for_another || s.agent.is_some()).then_some(s.filed_by)
        };
        Some(Open {
            item: item.clone(),
            agency: agency.clone(),
            agent: private.as_ref().and_then(by_agent),
            accepted: None,
            engaged: Vec::new(),
            examined: false,
            compared: Vec::new(),
        })
    }
}

async fn find(conn: &mut PgConnection, no: &str) -> Result<Option<Open>, Stop> {
    let row: Option<Json<Open>> =
        sqlx::query_scalar("select state from integrity_cases where case_no = $1").bind(no).fetch_optional(conn).await?;
    Ok(row.map(|row| row.0))
}

async fn save(conn: &mut PgConnection, no: &str, open: &Open) -> Result<(), Stop> {
    sqlx::query(
        "insert into integrity_cases (case_no, state) values ($1, $2) on conflict (case_no) do update set state = excluded.state",
    )
    .bind(no)
    .bind(Json(open))
    .execute(conn)
    .await?;
    Ok(())
}

/// Two who came together in a case.
struct Pair<'a> {
    of: &'static str,
    whose: (Uuid, &'a str),
    other: (&'a str, &'a str),
    among: &'a str,
    /// The case, or the document, in which they did.
    no: &'a str,
}

/// One act, with what the rules are and where it stands.
struct At<'a> {
    n: i64,
    at: DateTime<Utc>,
    rules: &'a [HitRule],
    catalogue: &'a Catalogue,
    changed: &'a Changed,
    now: &'a Moment,
}

impl At<'_> {
    fn rule(&self, look: Look, of: &str) -> Option<&HitRule> {
        self.rules.iter().find(|rule| rule.look == look && rule.of == of)
    }

    /// The finding, with level and controls of the point at the rule's step.
    fn finding(&self, rule: &HitRule, item: &str, agency: &str) -> Finding {
        let found = self.catalogue.item(item);
        let points = found.as_ref().map(|item| self.changed.points(item)).unwrap_or_default();
        // A matter without that step is judged where it is decided.
        let at = |node: &str| points.iter().map(|(point, _)| point).find(|point| point.node == node).cloned();
        let point = at(&rule.node).or_else(|| at("decide"));
        Finding {
            rule: rule.id.clone(),
            quiet: rule.quiet,
            agency: agency.to_owned(),
            item: item.to_owned(),
            node: point.as_ref().map_or_else(|| rule.node.clone(), |point| point.node.clone()),
            level: point.as_ref().map_or(RiskLevel::High, |point| point.level),
            controls: point.map(|point| point.controls).unwrap_or_default(),
            officer: Uuid::nil(),
            officer_name: String::new(),
            other: String::new(),
            other_name: String::new(),
            words: String::new(),
            evidence: vec![self.n],
            case_no: None,
            entry: self.n,
            at: self.at,
        }
    }

    /// Keeps that two came together, and says so where it is worth a look.
    async fn together(
        &self,
        conn: &mut PgConnection,
        pair: Pair<'_>,
        item: &str,
        agency: &str,
        open: Option<&str>,
    ) -> Result<(), Stop> {
        let is_new = sqlx::query(
            "insert into integrity_pairs (kind, whose, other, among, case_no, entry)
             values ($1, $2, $3, $4, $5, $6)
             on conflict do nothing",
        )
        .bind(pair.of)
        .bind(pair.whose.0)
        .bind(pair.other.0)
        .bind(pair.among)
        .bind(pair.no)
        .bind(self.n)
        .execute(&mut *conn)
        .await?;
        if is_new.rows_affected() == 0 {
            return Ok(());
        }
        // With the sums over everybody (nobody's id) and over every other (no key), so that none is counted when it is asked for.
        sqlx::query(
            "insert into integrity_shares as s (kind, among, whose, other, cases)
             select $1, $2, whose, other, 1
               from unnest(array[$3::uuid, $5::uuid]) as whose
              cross join unnest(array[$4::text, '']) as other
             on conflict (kind, among, whose, other) do update set cases = s.cases + 1",
        )
        .bind(pair.of)
        .bind(pair.among)
        .bind(pair.whose.0)
        .bind(pair.other.0)
        .bind(Uuid::nil())
        .execute(&mut *conn)
        .await?;
        let Some(rule) = self.rule(Look::Pairs, pair.of) else { return Ok(()) };
        let last: Vec<(String, i64)> = sqlx::query_as(
            "select other, entry
               from integrity_pairs
              where kind = $1
                and whose = $2
                and among = $3
              order by entry desc
              limit $4",
        )
        .bind(pair.of)
        .bind(pair.whose.0)
        .bind(pair.among)
        .bind(i64::from(rule.last))
        .fetch_all(&mut *conn)
        .await?;
        let (same, of): (i64, i64) = sqlx::query_as(
            "select coalesce(sum(case when whose = $5 then cases else -cases end) filter (where other = $4), 0)::bigint,
                    coalesce(sum(case when whose = $5 then cases else -cases end) filter (where other = ''), 0)::bigint
               from integrity_shares
              where kind = $1
                and among = $2
                and whose = any (array[$3::uuid, $5::uuid])
                and other = any (array[$4::text, ''])",
        )
        .bind(pair.of)
        .bind(pair.among)
        .bind(pair.whose.0)
        .bind(pair.other.0)
        .bind(Uuid::nil())
        .fetch_one(&mut *conn)
        .await?;
        let is_same: Vec<bool> = last.iter().map(|(other, _)| other == pair.other.0).collect();
        let Some((count, all)) = law::f054_together_too_often(&is_same, Others { same, of }, rule) else { return Ok(()) };
        let words = match pair.of {
            "edge" => format!("最近 {all} 个决定里有 {count} 个取{}；别人的 {of} 个里有 {same} 个", pair.other.1),
            _ => format!("最近 {all} 件里有 {count} 件和{}一起；别人的 {of} 件里有 {same} 件", pair.other.1),
        };
        let finding = Finding {
            officer: pair.whose.0,
            officer_name: pair.whose.1.to_owned(),
            other: pair.other.0.to_owned(),
            other_name: pair.other.1.to_owned(),
            words,
            evidence: last.iter().filter(|(other, _)| other == pair.other.0).map(|(_, entry)| *entry).rev().collect(),
            case_no: open.map(str::to_owned),
            ..self.finding(rule, item, agency)
        };
        hit::warn(conn, finding, self.now).await
    }

    async fn read(&self, conn: &mut PgConnection, no: &str, entry: &Entry<CaseAct>) -> Result<(), Stop> {
        if let Some(open) = Open::begin(entry) {
            return save(conn, no, &open).await;
        }
        let Some(mut open) = find(conn, no).await? else { return Ok(()) };
        let by = entry.person.as_ref().filter(|_| entry.by.agency.is_some());
        let (item, agency) = (open.item.clone(), open.agency.clone());
        match &entry.act {
            CaseAct::Accepted { .. } => {
                open.accepted = Some((entry.at, self.n));
                if let (Some(officer), Some(agent)) = (by, open.agent) {
                    let agent = agent.to_string();
                    let pair = Pair {
                        of: "agent",
                        whose: (officer.person, &officer.name),
                        other: (&agent, "同一个代办人"),
                        among: &agency,
                        no,
                    };
                    self.together(conn, pair, &item, &agency, Some(no)).await?;
                }
            }
            CaseAct::DeemedAccepted { .. } => open.accepted = Some((entry.at, self.n)),
            CaseAct::IntermediaryEngaged { provider: Some(provider), name, choice, .. } => {
                if let (Some(officer), Some(_)) = (by, choice) {
                    let pair = Pair {
                        of: "institution",
                        whose: (officer.person, &officer.name),
                        other: (&provider.uscc, &provider.name),
                        among: name,
                        no,
                    };
                    self.together(conn, pair, &item, &agency, Some(no)).await?;
                } else {
                    open.engaged.push(Engaged {
                        uscc: provider.uscc.clone(),
                        name: provider.name.clone(),
                        service: name.clone(),
                    });
                }
            }
            CaseAct::Examined { outcome, .. } if outcome == "proposed" => {
                open.examined = true;
                if let Some(officer) = by {
                    for one in &open.engaged {
                        let pair = Pair {
                            of: "institution",
                            whose: (officer.person, &officer.name),
                            other: (&one.uscc, &one.name),
                            among: &one.service,
                            no,
                        };
                        self.together(conn, pair, &item, &agency, Some(no)).await?;
                    }
                    self.speed(conn, &open, (officer.person, &officer.name), entry.at, Some(no)).await?;
                }
            }
            CaseAct::Granted { .. } | CaseAct::Denied { .. } => {
                let approver = match &entry.act {
                    CaseAct::Granted { private: Some(said), .. } => said.approver.as_deref(),
                    CaseAct::Denied { private: Some(said), .. } => said.approver.as_deref(),
                    _ => None,
                };
                if let Some(chief) = by {
                    if let Some(approver) = approver {
                        let folded = forms::text::name_without_post(approver);
                        let pair = Pair {
                            of: "approver",
                            whose: (chief.person, &chief.name),
                            other: (&folded, approver),
                            among: &agency,
                            no,
                        };
                        self.together(conn, pair, &item, &agency, None).await?;
                    }
                    if !open.examined {
                        self.speed(conn, &open, (chief.person, &chief.name), entry.at, None).await?;
                    }
                }
            }
            _ => {}
        }
        let handles = matches!(entry.act, CaseAct::Accepted { .. } | CaseAct::Surveyed { .. } | CaseAct::Examined { .. });
        if let Some(officer) = by.filter(|officer| handles && !open.compared.contains(&officer.person)) {
            open.compared.push(officer.person);
            self.shared(conn, &open, (officer.person, &officer.name), no).await?;
        }
        let over =
            entry.act.concludes(calendar::local_date(entry.at)).is_some() || matches!(entry.act, CaseAct::PrivateErased { .. });
        if over {
            sqlx::query("delete from integrity_cases where case_no = $1").bind(no).execute(&mut *conn).await?;
            return hit::over(conn, no, self.at).await;
        }
        save(conn, no, &open).await
    }

    /// How long it took from its acceptance, beside the middle of the matter; then it counts itself.
    async fn speed(
        &self,
        conn: &mut PgConnection,
        open: &Open,
        whose: (Uuid, &str),
        at: DateTime<Utc>,
        case_no: Option<&str>,
    ) -> Result<(), Stop> {
        let Some((from, began)) = open.accepted else { return Ok(()) };
        let hours = i32::try_from((at - from).num_hours()).unwrap_or(i32::MAX);
        if let Some(rule) = self.rule(Look::Speed, "case") {
            let counters: Vec<(i32, i64)> =
                sqlx::query_as("select hours, cases from integrity_times where item = $1 order by hours")
                    .bind(&open.item)
                    .fetch_all(&mut *conn)
                    .await?;
            let finding = self.finding(rule, &open.item, &open.agency);
            if let Some(usual) = law::median(&counters, rule.last)
                && finding.level == RiskLevel::High
                && law::f054_too_fast(hours, usual, &counters, rule)
            {
                let finding = Finding {
                    officer: whose.0,
                    officer_name: whose.1.to_owned(),
                    other: open.item.clone(),
                    other_name: String::new(),
                    words: format!("从受理到这一步用了 {hours} 小时，这个事项通常（中位数）{usual} 小时"),
                    evidence: vec![began, self.n],
                    case_no: case_no.map(str::to_owned),
                    ..finding
                };
                hit::warn(conn, finding, self.now).await?;
            }
        }
        sqlx::query(
            "insert into integrity_times as t (item, hours, cases)
             values ($1, $2, 1)
             on conflict (item, hours) do update set cases = t.cases + 1",
        )
        .bind(&open.item)
        .bind(hours)
        .execute(conn)
        .await?;
        Ok(())
    }

    /// What the other side shares with whoever handles the case, and with the relatives that one declared. The warning names the case and keeps
    /// nothing of whoever applied.
    async fn shared(&self, conn: &mut PgConnection, open: &Open, officer: (Uuid, &str), no: &str) -> Result<(), Stop> {
        let Some(rule) = self.rule(Look::Relation, "case") else { return Ok(()) };
        let near: Vec<(String, Option<String>, bool)> = sqlx::query_as(
            "select name, mobile, false from people where id = $1
             union all
             select d.name, p.mobile, true
               from declared_relatives d
               left join people p on p.resident_id = d.resident_id
              where d.person = $1
                and d.ended_at is null",
        )
        .bind(officer.0)
        .fetch_all(&mut *conn)
        .await?;
        let near: Vec<Near> = near.into_iter().map(|(name, phone, is_relative)| Near { name, phone, is_relative }).collect();
        // With no telephone and no relative there is nothing to share.
        if near.iter().all(|one| one.phone.is_none() && !one.is_relative) {
            return Ok(());
        }
        let first = record::acts_of(conn, &Subject::case(no)).await?.into_iter().next();
        let submitted: Option<Entry<CaseAct>> = first.map(|act| act.read()).transpose()?;
        let Some(CaseAct::Submitted { private: Some(submitted), .. }) = submitted.map(|entry| entry.act) else { return Ok(()) };
        let party = &submitted.applicant;
        let represented_by: Option<String> = match party.organisation {
            true => sqlx::query_scalar("select legal_representative from organisations where id = $1")
                .bind(party.id)
                .fetch_optional(&mut *conn)
                .await?
                .flatten(),
            false => None,
        };
        let what = if party.organisation { "申请单位" } else { "申请人" };
        let mut sides = vec![Side { what, phone: party.mobile.clone(), represented_by }];
        if let Some(agent) = open.agent {
            let found: Option<Option<String>> =
                sqlx::query_scalar("select mobile from people where id = $1").bind(agent).fetch_optional(&mut *conn).await?;
            sides.extend(found.map(|phone| Side { what: "代办人", phone, represented_by: None }));
        }
        for one in &open.engaged {
            let found = catalogue::intermediaries::find(conn, &one.uscc).await?;
            sides.extend(found.map(|found| Side {
                what: "中介机构",
                phone: Some(found.facts.phone.clone()),
                represented_by: None,
            }));
        }
        let Some(words) = law::f054_shares(&near, &sides) else { return Ok(()) };
        let finding = Finding {
            officer: officer.0,
            officer_name: officer.1.to_owned(),
            other: no.to_owned(),
            words,
            case_no: Some(no.to_owned()),
            ..self.finding(rule, &open.item, &open.agency)
        };
        hit::warn(conn, finding, self.now).await
    }

    /// A decision by a standard: at which edge of its tier.
    async fn discretion(&self, conn: &mut PgConnection, entry: &Entry<DiscretionAct>) -> Result<(), Stop> {
        // What left its tier is approved by somebody else, and flagged by itself.
        let DiscretionAct::Applied { ruling, inside: true, .. } = &entry.act else { return Ok(()) };
        let Ruling { standard, document, least, most, amount: Some(amount), .. } = ruling else { return Ok(()) };
        let (Some(officer), Some(agency)) = (&entry.person, &entry.by.agency) else { return Ok(()) };
        let Some(edge) = law::edge(amount, least.as_deref(), most.as_deref()) else { return Ok(()) };
        let key = format!("{edge:?}");
        let pair =
            Pair { of: "edge", whose: (officer.person, &officer.name), other: (&key, edge.zh()), among: standard, no: document };
        if edge == Edge::Within {
            // Counted among all, and never worth a look by itself.
            let quiet = At { rules: &[], ..*self };
            return quiet.together(conn, pair, "", agency, None).await;
        }
        self.together(conn, pair, "", agency, None).await
    }
}

/// Reads the feed into what the rules look at.
pub struct Integrity {
    pub catalogue: Catalogue,
}

impl Consumer for Integrity {
    fn name(&self) -> &'static str {
        "integrity"
    }

    fn on_acts<'a>(&'a self, conn: &'a mut PgConnection, acts: &'a [Stored], now: &'a Moment) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            let ours = |act: &&Stored| [CaseAct::SUBJECT, DiscretionAct::SUBJECT].contains(&act.subject_kind.as_str());
            let acts: Vec<&Stored> = acts.iter().filter(ours).collect();
            if acts.is_empty() {
                return Ok(());
            }
            let changed = Changed::read(conn, now.at).await?;
            let rules: Vec<HitRule> = changed.rules().into_iter().map(|(rule, _)| rule).collect();
            for act in acts {
                let Some(n) = act.n else { continue };
                let at = At { n, at: act.at, rules: &rules, catalogue: &self.catalogue, changed: &changed, now };
                match act.subject_kind == CaseAct::SUBJECT {
                    true => at.read(conn, &act.subject, &act.read()?).await?,
                    false => at.discretion(conn, &act.read()?).await?,
                }
            }
            Ok(())
        })
    }

    /// Hits stay: each is the state of its own acts, and what is read again finds those that were given.
    fn clear<'a>(&'a self, conn: &'a mut PgConnection) -> BoxFuture<'a, Result<(), Stop>> {
        Box::pin(async move {
            sqlx::raw_sql(
                "delete from integrity_pairs; delete from integrity_shares; delete from integrity_times; delete from integrity_cases",
            )
            .execute(conn)
            .await?;
            Ok(())
        })
    }
}
