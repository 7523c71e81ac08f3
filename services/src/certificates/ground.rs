//! 情形 · when a certificate may be annulled, withdrawn, revoked or struck off: the cases of the law, a closed list (许可法 8, 69, 70, 80;
//! B4.1-18). Nobody types a ground.

use super::certificate::{Certificate, Standing};
use acts::Ending;

pub struct Ground {
    pub key: &'static str,
    pub how: Ending,
    pub article: &'static str,
    pub says: &'static str,
    /// What follows for whom it takes something from, where the law says so.
    pub follows: Option<&'static str>,
}

const COMPENSATED: Option<&str> = Some("您的合法权益因撤销受到损害的，本机关依法给予赔偿（《行政许可法》第六十九条第四款）。");
const NOT_PROTECTED: Option<&str> = Some("您基于该行政许可取得的利益不受保护（《行政许可法》第六十九条第四款）。");
const MADE_GOOD: Option<&str> = Some("由此给您造成财产损失的，本机关依法给予补偿（《行政许可法》第八条第二款）。");

const fn ground(
    key: &'static str,
    how: Ending,
    article: &'static str,
    says: &'static str,
    follows: Option<&'static str>,
) -> Ground {
    Ground { key, how, article, says, follows }
}

pub const GROUNDS: [Ground; 19] = [
    ground(
        "69-1-1",
        Ending::Annulled,
        "《行政许可法》第六十九条第一款第一项",
        "工作人员滥用职权、玩忽职守作出准予决定",
        COMPENSATED,
    ),
    ground("69-1-2", Ending::Annulled, "《行政许可法》第六十九条第一款第二项", "超越法定职权作出准予决定", COMPENSATED),
    ground("69-1-3", Ending::Annulled, "《行政许可法》第六十九条第一款第三项", "违反法定程序作出准予决定", COMPENSATED),
    ground(
        "69-1-4",
        Ending::Annulled,
        "《行政许可法》第六十九条第一款第四项",
        "对不具备申请资格或者不符合法定条件的申请人准予",
        COMPENSATED,
    ),
    ground("69-1-5", Ending::Annulled, "《行政许可法》第六十九条第一款第五项", "依法可以撤销的其他情形", COMPENSATED),
    ground("69-2", Ending::Annulled, "《行政许可法》第六十九条第二款", "以欺骗、贿赂等不正当手段取得", NOT_PROTECTED),
    ground(
        "8-law",
        Ending::Withdrawn,
        "《行政许可法》第八条第二款",
        "为了公共利益的需要，所依据的法律、法规、规章修改或者废止",
        MADE_GOOD,
    ),
    ground(
        "8-facts",
        Ending::Withdrawn,
        "《行政许可法》第八条第二款",
        "为了公共利益的需要，准予所依据的客观情况发生重大变化",
        MADE_GOOD,
    ),
    ground(
        "80-1",
        Ending::Revoked,
        "《行政处罚法》第九条第三项、《行政许可法》第八十条第一项",
        "涂改、倒卖、出租、出借许可证件，或者以其他形式非法转让",
        None,
    ),
    ground("80-2", Ending::Revoked, "《行政处罚法》第九条第三项、《行政许可法》第八十条第二项", "超越许可范围进行活动", None),
    ground(
        "80-3",
        Ending::Revoked,
        "《行政处罚法》第九条第三项、《行政许可法》第八十条第三项",
        "向监督检查的机关隐瞒情况、提供虚假材料或者拒绝提供真实材料",
        None,
    ),
    ground(
        "80-4",
        Ending::Revoked,
        "《行政处罚法》第九条第三项、《行政许可法》第八十条第四项",
        "法律、法规、规章规定的其他违法行为",
        None,
    ),
    ground("70-1", Ending::Cancelled, "《行政许可法》第七十条第一项", "有效期届满未延续", None),
    ground("70-2", Ending::Cancelled, "《行政许可法》第七十条第二项", "赋予公民特定资格，该公民死亡或者丧失行为能力", None),
    ground("70-3", Ending::Cancelled, "《行政许可法》第七十条第三项", "法人或者其他组织依法终止", None),
    ground("70-4", Ending::Cancelled, "《行政许可法》第七十条第四项", "已经依法撤销、撤回，或者许可证件依法被吊销", None),
    ground("70-5", Ending::Cancelled, "《行政许可法》第七十条第五项", "因不可抗力，许可事项无法实施", None),
    ground("70-6", Ending::Cancelled, "《行政许可法》第七十条第六项", "法律、法规规定应当注销的其他情形", None),
    ground("70-6-wish", Ending::Cancelled, "《行政许可法》第七十条第六项", "持有人书面申请注销，不便从证照上申请的", None),
];

impl Ground {
    pub fn of(key: &str) -> Option<&'static Ground> {
        GROUNDS.iter().find(|ground| ground.key == key)
    }

    /// Whether this certificate can be in this case at all.
    fn fits(&self, certificate: &Certificate) -> bool {
        let organisation = certificate.holder.as_ref().is_some_and(|holder| holder.organisation);
        match (self.key, certificate.standing()) {
            ("70-1", standing) => standing == Standing::Expired,
            ("70-4", standing) => matches!(standing, Standing::Over(how) if how != Ending::Cancelled),
            (_, standing) if standing != Standing::Valid => false,
            ("70-2", _) => !organisation,
            ("70-3", _) => organisation,
            _ => true,
        }
    }
}

/// The grounds on which this certificate may end so; none when it cannot.
pub fn open_to(certificate: &Certificate, how: Ending) -> Vec<&'static Ground> {
    GROUNDS.iter().filter(|ground| ground.how == how && ground.fits(certificate)).collect()
}

/// 陈述申辩 · whether the holder is told beforehand: where something is taken (许可法 7; 处罚法 44, 45). Striking off what is over takes nothing.
pub fn is_told_beforehand(how: Ending) -> bool {
    how != Ending::Cancelled
}

#[cfg(test)]
mod tests {
    use super::super::certificate::{Over, issued};
    use super::*;
    use acts::Party;

    fn held_by(organisation: bool) -> Certificate {
        let holder = Party { id: uuid::Uuid::nil(), name: "甲".into(), identity: None, mobile: None, organisation };
        Certificate { holder: Some(holder), ..issued("2024-01-01", None) }
    }
    fn keys(certificate: &Certificate, how: Ending) -> Vec<&'static str> {
        open_to(certificate, how).into_iter().map(|ground| ground.key).collect()
    }

    #[test]
    fn b4_1_18_the_grounds_are_those_of_the_law_each_with_its_article() {
        let mut seen = std::collections::HashSet::new();
        for ground in &GROUNDS {
            assert!(seen.insert(ground.key) && ground.article.starts_with('《') && !ground.says.is_empty());
            let law = match ground.how {
                Ending::Annulled => "第六十九条",
                Ending::Withdrawn => "第八条",
                Ending::Revoked => "《行政处罚法》第九条第三项",
                Ending::Cancelled => "第七十条",
            };
            assert!(ground.article.contains(law), "{}", ground.key);
            assert_eq!(Ground::of(ground.key).unwrap().says, ground.says);
        }
        assert!(Ground::of("69-3").is_none());
        // Whoever cheated keeps nothing, whoever did not is made whole.
        assert!(Ground::of("69-2").unwrap().follows.unwrap().contains("不受保护"));
        assert!(Ground::of("69-1-1").unwrap().follows.unwrap().contains("赔偿"));
        assert!(Ground::of("8-law").unwrap().follows.unwrap().contains("补偿"));
    }

    #[test]
    fn b4_1_18_a_ground_is_offered_where_it_can_be_one() {
        assert_eq!(keys(&held_by(false), Ending::Annulled).len(), 6);
        assert_eq!(keys(&held_by(false), Ending::Cancelled), ["70-2", "70-5", "70-6", "70-6-wish"]);
        assert_eq!(keys(&held_by(true), Ending::Cancelled), ["70-3", "70-5", "70-6", "70-6-wish"]);

        let mut expired = held_by(true);
        expired.expired = Some("2026-01-01".parse().unwrap());
        assert_eq!(keys(&expired, Ending::Cancelled), ["70-1"]);
        for how in [Ending::Annulled, Ending::Withdrawn, Ending::Revoked] {
            assert!(keys(&expired, how).is_empty());
            let mut over = held_by(true);
            over.endings.push(Over { how, on: "2026-01-01".parse().unwrap(), basis: String::new() });
            assert_eq!(keys(&over, Ending::Cancelled), ["70-4"]);
            assert!(Ending::ALL[..3].iter().all(|again| keys(&over, *again).is_empty()), "once is enough");
            over.endings.push(Over { how: Ending::Cancelled, on: "2026-01-02".parse().unwrap(), basis: String::new() });
            assert!(Ending::ALL.iter().all(|again| keys(&over, *again).is_empty()), "struck off is the end");
        }
    }

    #[test]
    fn b4_1_18_what_is_taken_is_told_beforehand() {
        assert_eq!(Ending::ALL.map(is_told_beforehand), [true, true, true, false]);
    }
}
