//! Search by a citizen's own words (F157, F158, H35).

use catalogue::{Asked, Catalogue};
use proptest::prelude::*;
use std::sync::OnceLock;

fn catalogue() -> &'static Catalogue {
    static LOADED: OnceLock<Catalogue> = OnceLock::new();
    LOADED.get_or_init(|| Catalogue::embedded().unwrap_or_else(|fault| panic!("{fault}")))
}

fn found(q: &str) -> Vec<&'static str> {
    let hits = catalogue().search(q, 10);
    hits.iter().map(|hit| &*hit.item.slug.clone().leak()).collect()
}

#[test]
fn f158_everyday_words_find_the_matter() {
    for (q, slug) in [
        ("老年证", "elderly-card"),
        ("给爸妈办老年证怎么办", "elderly-card"),
        ("老人坐公交不要钱", "elderly-card"),
        ("证丢了 老年证", "elderly-card"),
        ("65岁办老年证要什么", "elderly-card"),
        ("食品厂", "food-production-licence"),
        ("我想开个食品加工厂", "food-production-licence"),
        ("茶叶厂办证", "food-production-licence"),
        ("SC证", "food-production-licence"),
        ("ｓｃ认证", "food-production-licence"),
        ("sc 认证 怎么办", "food-production-licence"),
        ("开劳务公司", "labour-dispatch-licence"),
        ("劳务派遣", "labour-dispatch-licence"),
        ("派遣证", "labour-dispatch-licence"),
        ("金寨县 食品", "food-production-licence"),
        ("senior card", "elderly-card"),
        ("food licence", "food-production-licence"),
    ] {
        assert_eq!(found(q).first(), Some(&slug), "{q}");
    }
    let office = found("合肥市人力资源和社会保障局");
    assert!(office.contains(&"labour-dispatch-licence") && office.contains(&"human-resources-service"), "{office:?}");
}

#[test]
fn f158_two_character_words_inside_a_sentence_are_found() {
    for (q, slug) in [
        ("派遣", "labour-dispatch-licence"),
        ("老人", "elderly-card"),
        ("公交", "elderly-card"),
        ("酿酒", "food-production-licence"),
    ] {
        assert_eq!(found(q).first(), Some(&slug), "{q}");
    }
}

#[test]
fn f160_everyday_english_finds_the_matter() {
    for (q, slug) in [
        ("elderly card", "elderly-card"),
        ("food production license", "food-production-licence"),
        ("labor dispatch", "labour-dispatch-licence"),
    ] {
        assert_eq!(found(q).first(), Some(&slug), "{q}");
    }
}

#[test]
fn h35_latin_and_chinese_are_both_asked_for() {
    // Chinese words are not dropped beside a Latin one, nor the Latin one beside them.
    assert_eq!(found("5G 基站审批"), Vec::<&str>::new());
    assert_eq!(found("SC 食品").first(), Some(&"food-production-licence"));
}

#[test]
fn h35_one_character_never_breaks() {
    for q in ["一", "证", "办", "a", "S", "！", "　", "", "𠮷", "\u{0}", "%", "'; drop table"] {
        let _ = found(q);
    }
    assert!(found("茶").contains(&"food-production-licence"));
    assert_eq!(found("   "), Vec::<&str>::new());
}

#[test]
fn f158_words_that_mean_the_same_find_the_matter_and_say_which() {
    let hits = catalogue().search("老人卡", 10);
    assert_eq!(hits[0].item.slug, "elderly-card");
    let stood: Vec<_> = hits[0].why.iter().flat_map(|reason| &reason.stood_for).collect();
    assert!(!stood.is_empty() && stood.iter().all(|one| one.said == "老人卡" && one.here != "老人卡"), "{stood:?}");
    assert_eq!(found("开派遣企业").first(), Some(&"labour-dispatch-licence"));
}

#[test]
fn f158_what_is_found_is_read_page_by_page_and_nothing_twice() {
    let whole: Vec<String> =
        catalogue().find(Asked::of("企业开办 食品", 10), "").hits.iter().map(|hit| hit.item.slug.clone()).collect();
    let (mut pages, mut after) = (Vec::new(), String::new());
    loop {
        let page = catalogue().find(Asked::of("企业开办 食品", 1), &after);
        assert_eq!(page.total, whole.len());
        pages.extend(page.hits.iter().map(|hit| hit.item.slug.clone()));
        match page.next {
            Some(next) => after = next,
            None => break,
        }
    }
    assert!(whole.len() > 1);
    assert_eq!(pages, whole);
}

#[test]
fn f158_a_hit_says_why() {
    let hits = catalogue().search("茶叶厂办证", 1);
    let reason = &hits[0].why[0];
    assert_eq!(reason.what, "大家也叫");
    let marked: String = reason.pieces.iter().filter(|(_, on)| *on).map(|(text, _)| text.as_str()).collect();
    assert!(marked.contains("茶叶"), "{reason:?}");
}

#[test]
fn f158_what_is_not_here_is_not_found() {
    for q in ["结婚登记", "驾驶证换证", "公积金提取", "出生医学证明"] {
        assert_eq!(found(q), Vec::<&str>::new(), "{q}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn f157_any_text_is_searched_without_a_panic(q in "\\PC{0,40}") {
        for hit in catalogue().search(&q, 5) {
            for reason in hit.why {
                let whole: String = reason.pieces.iter().map(|(text, _)| text.as_str()).collect();
                prop_assert!(!whole.is_empty());
            }
        }
    }
}

/// Questions as people write them, each with the matter it needs; nothing where none here fits, `?` where it says none. Thirty of them
/// were written first and held back from tuning. What is known to fail says why, and is no more than it was.
#[test]
fn f158_everyday_questions_lead_first_to_their_matter() {
    let mut wrong = Vec::new();
    let (mut all, mut known, mut held, mut held_right) = (0, 0, 0, 0);
    let mut rows = csv::Reader::from_reader(include_str!("everyday.csv").as_bytes());
    for row in rows.records().map(Result::unwrap) {
        let (q, slug, reason) = (&row[0], &row[1], &row[3]);
        let found = catalogue().find(Asked::of(q, 3), "");
        let first = found.hits.first().map_or("", |hit| hit.item.slug.as_str());
        let first = if found.vague { "?" } else { first };
        all += 1;
        held += usize::from(&row[2] == "held");
        held_right += usize::from(&row[2] == "held" && first == slug);
        known += usize::from(!reason.is_empty());
        if (first == slug) != reason.is_empty() {
            wrong.push(format!("{q}: {slug} → {first} [{}] {:?}", &row[2], found.instead));
        }
    }
    assert!(all >= 150 && held == 30, "{all} {held}");
    assert!(wrong.is_empty(), "{} of {all}, {held_right} of {held} held back are right\n{}", wrong.len(), wrong.join("\n"));
    assert!(known <= KNOWN, "{known} are known to fail");
}

const KNOWN: usize = 9;
