//! The rules on prior approvals, without a database: what may be one (B6.1-02), and what is held up by one (B6.1-03).

use crate::item::Prior;
use crate::{Foundations, ItemFigures};
use acts::Rank;
use calendar::{Calendar, Clock, Limit, NaiveDate, Unit};

pub const WITHOUT_BASIS: &str =
    "前置审批要有法律、法规或者国务院决定作依据，没有的一律取消（2012年任务分解通知第一部分（二）6；行政许可法第十七条）";

pub const STILL_ASKED_FOR: &str = "这份材料是没有依据的前置审批，取消就要把材料也删掉，不能换个名目再要";

/// Whether a text of this kind may make one approval wait for another (B6.1-02): a law, an administrative or local regulation or a
/// decision of the State Council. Rules and other documents may not, and what they demand is cancelled.
pub fn b6_1_02_may_be_prior(rank: Rank) -> bool {
    match rank {
        Rank::Law | Rank::AdministrativeRegulation | Rank::StateCouncilDecision | Rank::LocalRegulation => true,
        Rank::ProvincialRule | Rank::DepartmentRule | Rank::NormativeDocument => false,
    }
}

/// Where a prior approval stands on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Standing {
    Founded,
    /// The text it is demanded by is of a kind that may not demand it.
    Unfounded(Rank),
    /// The text, or the article, was in force up to this day.
    Ended(NaiveDate),
}

/// By what is on record of the text; by what the matter says of it where nothing is; a text of which nobody said what it is, is the least.
pub fn standing(prior: &Prior, foundations: &Foundations, on: NaiveDate) -> Standing {
    if let Some(last) = foundations.last_day(&prior.law, &prior.article).filter(|last| *last < on) {
        return Standing::Ended(last);
    }
    let rank = foundations.rank(&prior.law).or(prior.rank).unwrap_or(Rank::NormativeDocument);
    if b6_1_02_may_be_prior(rank) { Standing::Founded } else { Standing::Unfounded(rank) }
}

/// In how many of a hundred cases a prior approval must at least come in time, ours (B6.1-03).
const MOST_IN_TIME: usize = 90;

/// Why a prior approval holds up the matter that waits for it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Delay {
    /// Half of its cases took longer than the whole of the matter that waits for it may: both in working days.
    Longer { half: u32, promise: u32 },
    /// Too many of its cases came late: percent in time.
    Late { in_time: String },
}

/// Whether a prior approval holds people up in practice, so that a proposal is due (B6.1-03; 2012年任务分解通知第一部分（二）6：
/// “影响工作效率的前置行政许可事项，应提出改进意见和建议”): judged by its own concluded cases against the promise of the matter
/// that waits, in working days.
pub fn b6_1_03_delays(figures: &ItemFigures, promise: u32) -> Vec<Delay> {
    let longer = (figures.half > promise).then_some(Delay::Longer { half: figures.half, promise });
    // Compared before it is rounded.
    let is_late = figures.met * 100 < MOST_IN_TIME * figures.dued;
    let late = figures.in_time().filter(|_| is_late).map(|in_time| Delay::Late { in_time });
    longer.into_iter().chain(late).collect()
}

/// A promise in working days, if it began that day: what is promised in days or months cannot be compared otherwise.
pub fn working_days(promise: Limit, from: NaiveDate, calendar: &Calendar) -> u32 {
    if promise.unit == Unit::WorkingDay {
        return promise.n;
    }
    Clock::start(from, promise).due(calendar).map_or(promise.n, |due| calendar.working_days_between(from, due.date))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().unwrap()
    }

    #[test]
    fn b6_1_02_only_law_and_regulation_make_an_approval_wait_for_another() {
        let may: Vec<Rank> = Rank::ALL.into_iter().filter(|rank| b6_1_02_may_be_prior(*rank)).collect();
        use Rank::*;
        assert_eq!(may, [Law, AdministrativeRegulation, StateCouncilDecision, LocalRegulation]);
    }

    #[test]
    fn b6_1_02_what_is_on_record_of_a_text_goes_before_what_a_matter_says() {
        let prior =
            Prior {
                law: "某条例".into(), article: "第三条".into(), rank: Some(Rank::AdministrativeRegulation), matter: None
            };
        let on = day("2026-06-30");
        assert_eq!(standing(&prior, &Foundations::default(), on), Standing::Founded);
        let said = Prior { rank: Some(Rank::DepartmentRule), ..prior.clone() };
        assert_eq!(standing(&said, &Foundations::default(), on), Standing::Unfounded(Rank::DepartmentRule));
        let unsaid = Prior { rank: None, ..prior.clone() };
        assert_eq!(standing(&unsaid, &Foundations::default(), on), Standing::Unfounded(Rank::NormativeDocument));

        let mut law = crate::powers::law::Law { rank: Some(Rank::NormativeDocument), ..Default::default() };
        assert_eq!(
            standing(&prior, &Foundations::of_one("某条例", law.clone()), on),
            Standing::Unfounded(Rank::NormativeDocument)
        );
        law.rank = Some(Rank::Law);
        assert_eq!(standing(&said, &Foundations::of_one("某条例", law.clone()), on), Standing::Founded);
        law.articles.insert("第三条".into(), crate::powers::law::Ended { last_day: on, because: "修正".into() });
        let ended = Foundations::of_one("某条例", law);
        assert_eq!(standing(&prior, &ended, on), Standing::Founded, "its last day counts");
        assert_eq!(standing(&prior, &ended, day("2026-07-01")), Standing::Ended(on));
    }

    #[test]
    fn b6_1_03_slow_is_longer_than_the_matter_that_waits_or_late() {
        let figures = |half, met, dued| ItemFigures { concluded: 3000, half, longest: 40, met, dued };
        assert_eq!(b6_1_03_delays(&figures(5, 20, 20), 5), []);
        assert_eq!(b6_1_03_delays(&figures(6, 18, 20), 5), [Delay::Longer { half: 6, promise: 5 }]);
        assert_eq!(b6_1_03_delays(&figures(5, 17, 20), 5), [Delay::Late { in_time: "85.0".into() }]);
        assert_eq!(b6_1_03_delays(&figures(5, 2699, 3000), 5).len(), 1, "what is rounded to the bound lies below it");
        assert_eq!(b6_1_03_delays(&figures(6, 0, 20), 5).len(), 2);
        assert_eq!(b6_1_03_delays(&figures(5, 0, 0), 5), [], "without a promised day nothing was late");
    }

    #[test]
    fn b6_1_03_promises_are_compared_in_working_days() {
        let calendar = Calendar::china();
        let limit = |n, unit| Limit { n, unit };
        let monday = day("2026-11-23");
        assert_eq!(working_days(limit(7, Unit::WorkingDay), monday, &calendar), 7);
        assert_eq!(working_days(limit(7, Unit::CalendarDay), monday, &calendar), 5);
        assert_eq!(working_days(limit(1, Unit::Month), monday, &calendar), 22);
    }
}
