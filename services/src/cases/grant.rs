//! 准予 · the chief representative grants under the approval seal (B4.2, 许可法 38). Each use of the seal is an act (F080).

use super::case::{Case, Rejection};
use super::officer::{OfficerAct, reasoned};
use super::{chart, head, hearing, joint, payout, renewed, together};
use crate::certificates::licence_id;
use crate::certificates::term::{self, Next};
use acts::{Asks, CaseAct, Certified, Handed, Payout};
use authority::{Act, Circumstance};
use catalogue::Item;
use chrono::NaiveDate;
use forms::FieldError;
use foundation::Moment;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};
use foundation::people::Person;

pub struct Grant {
    /// Asked for when the case is doubted.
    pub reason: Option<String>,
    /// The head of the agency, where the counter may not decide alone.
    pub approver: Option<String>,
    /// What the head signed.
    pub papers: Vec<Handed>,
    /// What it pays, where the result is money.
    pub payout: Option<Payout>,
}

/// What stands on the certificate: the lines the item names; the first names its holder.
pub fn certified(case: &Case, item: &Item, payout: Option<Payout>) -> Certified {
    let lines = item.certificate_that_pays(&case.answers, payout.as_ref().map(payout::sum).as_deref());
    let applicant = case.applicant.as_ref().map(|p| p.name.clone()).unwrap_or_default();
    Certified {
        holder: lines.first().map_or(applicant, |(_, holder)| holder.clone()),
        fields: lines.into_iter().map(|(label, value)| (label, value.into())).collect(),
        reason: None,
        approver: None,
        papers: Vec::new(),
        payout,
    }
}

/// The certificate it brings about: the first version of a new one, the next of the one that was asked of, or none.
fn issued(case: &Case, item: &Item, on: NaiveDate) -> Result<Option<(String, Next)>, Rejection> {
    let Some(about) = case.about.as_ref() else {
        let to = item.result.validity_years.and_then(|years| term::valid_to(on, years));
        let first = Next { version: 1, from: on, to };
        return Ok(item.result.is_certificate().then(|| (licence_id(item, &case.no, 1), first)));
    };
    let Some(certificate) = case.certificate.as_ref() else {
        return Err(Rejection::Clock("没有找到这一件所说的证照".into()));
    };
    let next = term::next(certificate, item, about.asks, on)?;
    Ok((about.asks != Asks::Cancellation).then(|| (licence_id(item, &certificate.no, next.version), next)))
}

impl OfficerAct for Grant {
    const SLUG: &'static str = "grant";
    const TITLE: &'static str = "准予";
    const MEANS: &'static str = "加盖审批专用章，出具准予决定书和证照，有账户的在账户里马上看得到。每次用章都写进公开日志。";
    const ACT: Act = Act::Decide;
    const NODE: &'static str = "decide";
    const KEY: Option<char> = Some('g');

    fn papers(case: &Case, item: &Item) -> &'static [(&'static str, &'static str, &'static str)] {
        head::papers(case, item)
    }

    fn with(self, papers: Vec<Handed>) -> Grant {
        Grant { papers, ..self }
    }

    fn fields(filled: &Filled, case: &Case, item: &Item) -> String {
        let seal = filled.choice("seal", "用章", "checkbox", &[("yes", "加盖审批专用章（电子印章）")]);
        let hint = "现场核查有不符合的地方，或者审查、会签、讨论里有不同意见。理由写给申请人看，印在决定书上";
        let reason = if case.doubted { filled.textarea("reason", "为什么仍然准予", hint, 4) } else { String::new() };
        let payout = payout::fields(filled, case, item);
        [joint::note(filled, case, item), payout, head::fields(filled, case, item), reason, seal].concat()
    }

    fn read(posted: &Posted, case: &Case, item: &Item, today: NaiveDate) -> Result<Grant, Vec<FieldError>> {
        let mut errors = Vec::new();
        let payout = payout::read(posted, case, item, today, &mut errors);
        let approver = head::read(posted, case, item, &mut errors);
        let reason = case.doubted.then(|| reasoned(posted, "reason", "准予的理由", "请写明为什么仍然准予", &mut errors));
        if posted.one("seal") != "yes" {
            errors.push(field_error(
                "seal",
                "用章",
                "决定要加盖审批专用章才生效，请勾选用章",
                "The decision needs the approval seal",
            ));
        }
        if errors.is_empty() { Ok(Grant { reason, approver, papers: Vec::new(), payout }) } else { Err(errors) }
    }

    fn by(&self, person: &Person) -> Result<(), Rejection> {
        self.approver.as_deref().map_or(Ok(()), |approver| head::is_another(approver, &person.name))
    }

    fn circumstance(&self) -> Circumstance {
        head::circumstance(&self.approver, "grant")
    }

    fn may(person: &Person, case: &Case, _: &Item) -> Result<(), Rejection> {
        joint::f079_may_decide(person, case)
    }

    fn decide(&self, case: &Case, item: &Item, now: &Moment) -> Result<Vec<CaseAct>, Rejection> {
        case.must_wait_at(Self::NODE, "准予")?;
        hearing::b4_1_10_settled(case, now)?;
        joint::b4_2_02_settled(case, item)?;
        together::settled(case)?;
        renewed::still_open(case, now)?;
        payout::b4_2_settled(case, item, self.payout.as_ref())?;
        let reason = self.reason.clone().filter(|_| case.doubted);
        if case.doubted && reason.is_none() {
            return Err(Rejection::ReasonWanted);
        }
        let moved = chart::complete(case, item, Self::NODE, &[("outcome", "grant"), ("decision", "grant")])?;
        let on = now.date();
        let issued = issued(case, item, on)?;
        let (certificate, certified) =
            (issued.is_some(), certified(case, item, self.payout.clone().filter(|_| payout::asked(case, item).is_some())));
        // One bill, by the standard that was published when the application was accepted (许可法 58, 59; F075). The standard is for
        // the first issue: what is asked of a certificate that is there costs nothing.
        let bill = match case.about {
            None => catalogue::fee::bill(item, &case.answers)?.map(|bill| CaseAct::Billed { bill }),
            Some(_) => None,
        };
        let granted = [
            CaseAct::Granted {
                on,
                certificate_no: issued.as_ref().map(|(no, _)| no.clone()),
                valid_from: issued.as_ref().map(|(_, next)| next.from),
                valid_to: issued.as_ref().and_then(|(_, next)| next.to),
                went_back: Some(self.approver.is_some()),
                asks: case.about.as_ref().map(|about| about.asks),
                moved,
                private: Some(Certified { reason, approver: self.approver.clone(), papers: self.papers.clone(), ..certified }),
            },
            CaseAct::SealUsed {
                seal: "审批专用章".into(),
                document: match (item.is_permit(), certificate) {
                    (true, true) => "准予决定书、证照",
                    (true, false) => "准予决定书",
                    (false, true) => "办理结果通知书、证照",
                    (false, false) => "办理结果通知书",
                }
                .into(),
            },
        ];
        Ok(granted.into_iter().chain(bill).collect())
    }
}
