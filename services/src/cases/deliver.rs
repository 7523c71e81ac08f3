//! 送达 · hand the result over, with proof (许可法 44, B4.1-20).

use super::case::{Case, Rejection, Stage};
use super::chart;
use super::officer::OfficerAct;
use acts::{BY_AGENT, CaseAct, DELIVERY_WAYS, Handed, Received};
use authority::Act;
use calendar::{Calendar, Limit};
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::ClockView;
use foundation::page::fields::{Filled, field_error, optional, past_date};

#[derive(Default)]
pub struct Deliver {
    pub way: String,
    /// By post: the day the receipt names.
    pub received_on: Option<NaiveDate>,
    /// Who took it; nothing where it arrived in an account.
    pub receiver: String,
    pub papers: Vec<Handed>,
}

/// Characters of the longest name of whoever receives.
const LONGEST_NAME: usize = 60;

/// Whether the consent by which it was filed lets the agent collect the result.
fn may_collect(case: &Case) -> bool {
    case.agent.as_ref().is_some_and(|agent| agent.collects)
}

/// 送达日期 · the day on which it counts as delivered (B4.1-20; 民事诉讼法 87, 90, 91): by hand the day it is taken, to an account the day
/// it arrives there, by post the day the receipt names, which is none before it was mailed.
pub fn delivered_on(
    way: &str,
    received: Option<NaiveDate>,
    mailed: Option<NaiveDate>,
    today: NaiveDate,
) -> Result<NaiveDate, Rejection> {
    if way != "post" {
        return Ok(today);
    }
    let mailed = mailed.ok_or(Rejection::NotMailed)?;
    let received = received.unwrap_or(today);
    if received < mailed { Err(Rejection::ReceivedTooEarly { received, mailed }) } else { Ok(received) }
}

/// 行政机关作出准予行政许可的决定，应当自作出决定之日起十日内向申请人颁发、送达 (许可法 44; working days, 82).
const TO_DELIVER: Limit = Limit::working_days(10);

/// What stands before the last day of delivering.
pub fn deliver_zh() -> String {
    format!("作出决定以后 {} 个工作日内颁发、送达（《行政许可法》第四十四条），最晚", TO_DELIVER.n)
}

/// The last day of delivering what was decided that day.
pub fn b4_1_20_deliver_by(decided: NaiveDate, calendar: &Calendar) -> NaiveDate {
    calendar.due(decided, TO_DELIVER).date
}

/// The last day of delivering a permit, once that day is over without it or it was delivered after it. The days in which a fee waits for its payer
/// are not the agency's: they run from the payment.
pub fn b4_1_20_late(case: &Case, item: &Item, now: &Moment) -> Option<NaiveDate> {
    let decision = case.decision.as_ref().filter(|decision| decision.granted && item.is_permit())?;
    let from = match (&case.bill, &case.paid) {
        (Some(_), None) => return None,
        (Some(_), Some(paid)) => paid.on.max(decision.on),
        (None, _) => decision.on,
    };
    // What the law itself has decided is delivered by nobody.
    if case.stage == Stage::Delivered && case.delivered_on.is_none() {
        return None;
    }
    let last = b4_1_20_deliver_by(from, &now.calendar);
    (case.delivered_on.unwrap_or(now.date()) > last).then_some(last)
}

/// Whether deciding took, or takes, longer than the law gives it (许可法 42); the promise is shorter.
pub fn b4_1_04_beyond_law(case: &Case, now: &Moment) -> bool {
    case.statutory.as_ref().is_some_and(|clock| ClockView::new("法定", clock, now).late())
}

/// What must be entered of the receipt, or what is wrong with it.
fn receipt(posted: &Posted, way: &str, case: &Case, today: NaiveDate) -> Result<(String, Option<NaiveDate>), Vec<FieldError>> {
    let mut errors = Vec::new();
    let named = optional(posted, "receiver", "领取人", LONGEST_NAME, &mut errors);
    let received = match way {
        "post" => past_date(posted, "received_on", "签收日期", today, &mut errors),
        _ => None,
    };
    let party = case.applicant.as_ref();
    let receiver = match way {
        "account" => String::new(),
        BY_AGENT => case.agent.as_ref().map_or_else(String::new, |agent| agent.name.clone()),
        // A person who comes is the applicant where nothing else is said; an organisation sends somebody.
        "counter" if named.is_empty() && party.is_none_or(|party| party.organisation) => {
            let (zh, en) = ("单位的结果由谁来领，请写领取人的姓名", "Say who collects it for the organisation");
            errors.push(field_error("receiver", "领取人", zh, en));
            named
        }
        "counter" if named.is_empty() => party.map_or_else(String::new, |party| party.name.clone()),
        "post" if named.is_empty() => {
            errors.push(field_error("receiver", "领取人", "请照签收记录写是谁签收的", "Say who signed for it"));
            named
        }
        _ => named,
    };
    if errors.is_empty() { Ok((receiver, received)) } else { Err(errors) }
}

impl OfficerAct for Deliver {
    const SLUG: &'static str = "deliver";
    const TITLE: &'static str = "送达";
    const MEANS: &'static str = "登记怎样送到申请人手里。送达后请申请人评价。";
    const ACT: Act = Act::Deliver;
    const NODE: &'static str = "deliver";
    const KEY: Option<char> = Some('d');

    fn papers(_: &Case, _: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        &[("receipt", "送达回证", "领取人签了名的回证，或者邮政的签收单；有就传")]
    }

    fn with(self, papers: Vec<Handed>) -> Deliver {
        Deliver { papers, ..self }
    }

    fn fields(filled: &Filled, case: &Case, _: &Item) -> String {
        let offered = |way: &str| match way {
            "account" => case.has_account(),
            BY_AGENT => may_collect(case),
            "post" => case.mailed.is_some(),
            _ => true,
        };
        let ways: Vec<(&str, &str)> = DELIVERY_WAYS.into_iter().filter(|(way, _)| offered(way)).collect();
        let mut out = String::new();
        if let Some(chosen) = &case.chosen {
            let way = acts::delivery_chosen(&chosen.way);
            out += &format!(r#"<p class="note">{}</p>"#, filled.t(&format!("申请人选了：{way}")));
        }
        if let Some(mail) = case.mailed.as_ref().and_then(|mailed| mailed.mail.as_ref()) {
            out += &format!(r#"<p class="note">{}</p>"#, filled.t(&format!("已经交邮：{}", super::mail::told(mail))));
        }
        out += &filled.choice("way", "送达方式", "radio", &ways);
        out += &filled.input("receiver", "领取人", "当面领取或者邮件签收的，写是谁；申请人本人来领的可以不写", "text", "");
        if case.mailed.is_none() {
            out += &format!(
                r#"<p class="hint">{} <a href="/counter/cases/{}/{}">{}</a></p>"#,
                filled.t("申请人要免费邮寄的，先登记交邮，签收以后再登记送达。"),
                case.no,
                super::mail::MailIt::SLUG,
                filled.t("去登记交邮"),
            );
        } else {
            out += &filled.input("received_on", "签收日期", "照邮政的签收记录，例如 2026-11-27", "text", "inputmode=\"numeric\"");
        }
        out
    }

    fn read(posted: &Posted, case: &Case, _: &Item, today: NaiveDate) -> Result<Deliver, Vec<FieldError>> {
        let Some((way, _)) = DELIVERY_WAYS.iter().find(|(key, _)| *key == posted.one("way")) else {
            return Err(vec![field_error("way", "送达方式", "请选送达方式", "Choose how it was delivered")]);
        };
        // What is on no way by post yet has no receipt to be read.
        let way = (*way).to_owned();
        if way == "post" && case.mailed.is_none() {
            return Ok(Deliver { way, ..Deliver::default() });
        }
        let (receiver, received_on) = receipt(posted, &way, case, today)?;
        Ok(Deliver { way, received_on, receiver, papers: Vec::new() })
    }

    fn by_consent(&self) -> bool {
        self.way == BY_AGENT
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "送达")?;
        if case.decision.is_none() {
            return Err(Rejection::NothingDecided);
        }
        if self.way == "account" && !case.has_account() {
            return Err(Rejection::NoAccount);
        }
        // By whatever name the way goes, the agent takes nothing along that the consent does not give.
        let receiver = forms::text::name_without_post(&self.receiver);
        let named = case.agent.as_ref().is_some_and(|agent| forms::text::fold_name(&agent.name) == receiver);
        let takes = self.way == BY_AGENT || self.way == "counter" && named;
        if takes && !may_collect(case) {
            return Err(Rejection::NotForAgent);
        }
        if let Some(bill) = case.to_pay() {
            return Err(Rejection::Unpaid(bill.total));
        }
        if let Some(chosen) = case.chosen.as_ref().filter(|chosen| self.way == "account" && chosen.way != "account") {
            return Err(Rejection::OtherWay(acts::delivery_chosen(&chosen.way)));
        }
        let on = delivered_on(&self.way, self.received_on, case.mailed.as_ref().map(|mailed| mailed.on), now.date())?;
        let moved = chart::complete(case, item, Self::NODE, &[])?;
        let private = Received { by: self.receiver.clone(), papers: self.papers.clone() };
        let private = (private != Received::default()).then_some(private);
        Ok(vec![CaseAct::Delivered { way: self.way.clone(), on: Some(on), moved, private }])
    }
}

#[cfg(test)]
mod tests {
    use super::super::case::{Decision, Paid};
    use super::*;
    use acts::{Actor, Bill, Channel, Money, PaidWay, Subject};
    use calendar::Clock;
    use foundation::record;
    use std::sync::Arc;

    /// A permit that was granted on Monday, 9 November 2026.
    fn granted() -> (Case, Arc<Item>) {
        let item = testing::catalogue().item("food-business-licence").unwrap();
        let submitted = CaseAct::Submitted {
            item: item.slug.clone(),
            agency: item.agency.clone(),
            region: item.region.clone(),
            channel: Channel::Online,
            versions: item.versions(),
            acceptance: Clock::start("2026-11-02".parse().unwrap(), Limit::working_days(5)),
            moved: testing::waits("check_acceptance", 1),
            queued: None,
            about: None,
            private: None,
        };
        let submitted = record::entry(Subject::case("1"), testing::at("2026-11-02 09:00"), Actor::system(), None, submitted);
        let decision = Decision {
            granted: true,
            on: "2026-11-09".parse().unwrap(),
            certificate_no: None,
            valid_from: None,
            valid_to: None,
            certified: None,
            basis: None,
            reasons: None,
        };
        let case = Case { stage: Stage::Granted, decision: Some(decision), ..Case::begin(&submitted).unwrap() };
        (case, item)
    }

    fn noon(date: &str) -> Moment {
        Moment::new(testing::at(&format!("{date} 12:00")), Arc::new(Calendar::china()))
    }

    #[test]
    fn b4_1_20_a_permit_is_late_the_day_after_its_last_day_and_a_fee_is_waited_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (mut case, item) = granted();
        let late = |case: &Case, today: &str| b4_1_20_late(case, &item, &noon(today));
        let last = day("2026-11-23");
        assert_eq!(late(&case, "2026-11-23"), None, "the last day");
        assert_eq!(late(&case, "2026-11-24"), Some(last), "the day after");

        case.bill = Some(Bill { lines: Vec::new(), total: Money(100) });
        assert_eq!(late(&case, "2026-12-31"), None, "unpaid");
        case.paid = Some(Paid { on: day("2026-11-16"), way: PaidWay::Cash });
        assert_eq!(late(&case, "2026-11-30"), None, "ten working days from the payment");
        assert_eq!(late(&case, "2026-12-01"), Some(day("2026-11-30")));
        // What was paid before the decision moves nothing.
        case.paid = Some(Paid { on: day("2026-11-05"), way: PaidWay::Cash });
        assert_eq!(late(&case, "2026-11-24"), Some(last));

        case.stage = Stage::Delivered;
        case.delivered_on = Some(last);
        assert_eq!(late(&case, "2026-12-31"), None, "delivered in time");
        case.delivered_on = last.succ_opt();
        assert_eq!(late(&case, "2026-12-31"), Some(last), "delivered late");
        case.delivered_on = None;
        assert_eq!(late(&case, "2026-12-31"), None, "the law itself decided");

        case = granted().0;
        case.decision.as_mut().unwrap().granted = false;
        assert_eq!(late(&case, "2026-12-31"), None, "no permit");
        assert!(deliver_zh().contains("10 个工作日"));
    }

    #[test]
    fn b4_1_04_deciding_goes_beyond_the_law_after_the_last_day_and_stays_so() {
        let (mut case, _) = granted();
        assert!(!b4_1_04_beyond_law(&case, &noon("2027-06-01")), "not accepted, no limit");
        // Twenty working days from Monday, 2 November end on Monday, 30 November.
        let clock = Clock::start("2026-11-02".parse().unwrap(), Limit::working_days(20));
        case.statutory = Some(clock.clone());
        assert!(!b4_1_04_beyond_law(&case, &noon("2026-11-30")));
        assert!(b4_1_04_beyond_law(&case, &noon("2026-12-01")));
        let stopped = |on: &str| Some(Clock { stopped: on.parse().ok(), ..clock.clone() });
        case.statutory = stopped("2026-11-30");
        assert!(!b4_1_04_beyond_law(&case, &noon("2027-06-01")), "decided in time");
        case.statutory = stopped("2026-12-01");
        assert!(b4_1_04_beyond_law(&case, &noon("2027-06-01")), "decided late");
    }

    #[test]
    fn b4_1_20_a_permit_is_delivered_within_ten_working_days_of_the_decision() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let calendar = Calendar::china();
        assert_eq!(b4_1_20_deliver_by(day("2026-11-09"), &calendar), day("2026-11-23"));
        // The holiday of October 2026 lies between.
        assert!(b4_1_20_deliver_by(day("2026-09-28"), &calendar) > day("2026-10-15"));
    }

    #[test]
    fn b4_1_20_delivered_is_the_day_it_is_taken_arrives_or_is_signed_for() {
        let day = |text: &str| text.parse::<NaiveDate>().unwrap();
        let (mailed, signed, today) = (day("2026-11-20"), day("2026-11-23"), day("2026-11-27"));
        for way in ["counter", "account", BY_AGENT] {
            assert_eq!(delivered_on(way, Some(signed), Some(mailed), today).unwrap(), today, "{way}");
        }
        assert_eq!(delivered_on("post", Some(signed), Some(mailed), today).unwrap(), signed);
        assert_eq!(delivered_on("post", Some(mailed), Some(mailed), today).unwrap(), mailed);
        assert!(matches!(delivered_on("post", Some(signed), None, today), Err(Rejection::NotMailed)));
        let early = delivered_on("post", Some(day("2026-11-19")), Some(mailed), today);
        assert!(matches!(early, Err(Rejection::ReceivedTooEarly { .. })));
    }
}
