//! 文书必须写明的内容 · whatever an administrator edits, a letter still says what the law wants it to say. Tried with sample data: each
//! value that must stand in the letter is looked for in its words.

use serde_json::Value;

/// What a letter must say: where it stands in the data, what it is called, and the rule.
pub type Must = (&'static str, &'static str, &'static str);

/// A letter that closes or refuses something names body and term of the remedies (许可法 38).
const REMEDIES: [Must; 4] = [
    ("/remedies/reconsideration_body", "向哪个机关申请行政复议", "行政许可法第三十八条第二款"),
    ("/remedies/reconsideration_days", "申请行政复议的期限（多少日）", "行政复议法第二十条"),
    ("/remedies/court", "向哪个法院起诉", "行政许可法第三十八条第二款"),
    ("/remedies/litigation_months", "起诉的期限（多少个月）", "行政诉讼法第四十六条"),
];

/// Every letter says whose it is, to whom, in which case, and where it is verified.
const ALL: [Must; 5] = [
    ("/seal_text", "印章（落款）", "行政许可法第三十二条第二款"),
    ("/agency_name", "机关的名称", "行政许可法第三十二条第二款"),
    ("/applicant_name", "申请人", "行政许可法第三十二条第二款"),
    ("/case_no", "办件编号", "电子政务办法（全程可查）"),
    ("/verify_url", "核验的网址", "在线政务服务规定第九条"),
];

/// What a template must say beside [`ALL`]; one that nobody here knows has nothing of its own.
fn own(letter: &str) -> &'static [Must] {
    match letter {
        "receipt" => &[
            ("/date_text", "日期", "行政许可法第三十二条第二款"),
            ("/materials/0/name", "收到的材料", "行政许可法第三十二条第二款"),
            ("/materials/1/name", "收到的每一份材料", "行政许可法第三十二条第二款"),
            ("/acceptance_due_text", "最迟哪天答复是否受理", "行政许可法第三十二条第一款第四项"),
        ],
        "application" => &[
            ("/steps/0/rows/0/label", "填写的项目", "行政许可法第二十九条"),
            ("/steps/0/rows/0/value", "填写的内容", "行政许可法第二十九条"),
        ],
        "acceptance" => &[
            ("/date_text", "日期", "行政许可法第三十二条第二款"),
            ("/accepted_text", "受理日期", "行政许可法第三十二条第二款"),
            ("/promised_date_text", "承诺期限", "行政许可法第四十二条"),
            ("/statutory_date_text", "法定期限", "行政许可法第四十二条"),
        ],
        "correction" => &[
            ("/date_text", "日期", "行政许可法第三十二条第二款"),
            ("/materials/0/name", "要补正的材料", "行政许可法第三十二条第一款第四项"),
            ("/materials/0/problem", "要补正的内容", "行政许可法第三十二条第一款第四项"),
            ("/materials/2/name", "每一份要补正的材料", "行政许可法第三十二条第一款第四项"),
            ("/materials/2/problem", "每一处要补正的内容", "行政许可法第三十二条第一款第四项"),
        ],
        "refusal" => &[
            ("/date_text", "日期", "行政许可法第三十二条第二款"),
            ("/item_name", "申请的事项", "行政许可法第三十二条"),
            ("/reasons/0", "理由", "行政许可法第三十二条"),
            ("/reasons/1", "每一条理由", "行政许可法第三十二条"),
            ("/competent_agency", "应当向哪个机关申请", "行政许可法第三十二条第一款第二项"),
        ],
        "not_required" => &[
            ("/date_text", "日期", "行政许可法第三十二条第二款"),
            ("/item_name", "申请的事项", "行政许可法第三十二条第一款第一项"),
            ("/reasons/0", "理由", "行政许可法第三十二条第一款第一项"),
            ("/reasons/1", "每一条理由", "行政许可法第三十二条第一款第一项"),
        ],
        "extension" => &[
            ("/date_text", "日期", "行政许可法第四十二条第一款"),
            ("/reason", "延长的理由", "行政许可法第四十二条第一款"),
            ("/promised_date_text", "承诺期限新的最后一天", "行政许可法第四十二条第一款"),
            ("/statutory_date_text", "法定期限新的最后一天", "行政许可法第四十二条第一款"),
            ("/approver", "批准延长的负责人", "行政许可法第四十二条第一款"),
        ],
        "hearing" => &[
            ("/date_text", "日期", "行政许可法第四十七条"),
            ("/until_text", "最晚哪天要求听证", "行政许可法第四十七条第一款"),
            ("/why", "涉及的重大利益", "行政许可法第四十七条第一款"),
        ],
        "pause" => &[
            ("/date_text", "日期", "行政许可法第四十五条"),
            ("/ground", "事由", "行政许可法第四十五条"),
            ("/pause_days", "所需时间", "行政许可法第四十五条"),
            ("/heard_on_text", "听证的时间", "行政许可法第四十八条第一款第一项"),
            ("/heard_at", "听证的地点", "行政许可法第四十八条第一款第一项"),
            ("/chair", "听证主持人", "行政许可法第四十八条第一款第三项"),
        ],
        "grant" => &[
            ("/date_text", "日期", "行政许可法第三十八条"),
            ("/item_name", "准予的事项", "行政许可法第三十八条第一款"),
            ("/content", "准予的内容", "行政许可法第三十八条第一款"),
        ],
        "denial" => &[
            ("/date_text", "日期", "行政许可法第三十八条"),
            ("/item_name", "申请的事项", "行政许可法第三十八条第二款"),
            ("/facts/0", "查明的事实", "行政许可法第三十八条第二款"),
            ("/facts/1", "查明的每一项事实", "行政许可法第三十八条第二款"),
            ("/reasons/0", "理由", "行政许可法第三十八条第二款"),
            ("/reasons/1", "每一条理由", "行政许可法第三十八条第二款"),
            ("/basis/0/law", "依据", "行政许可法第三十八条第二款"),
            ("/basis/0/article", "依据的条款", "行政许可法第三十八条第二款"),
        ],
        "certificate" => &[
            ("/certificate_name", "证照名称", "行政许可法第三十九条"),
            ("/certificate_no", "编号", "行政许可法第三十九条"),
            ("/fields/1/value", "记载事项", "行政许可法第三十九条"),
            ("/valid_to_text", "有效期", "行政许可法第五十条"),
            ("/licence_id", "电子证照标识", "GB/T 36904-2018"),
        ],
        "ending" => &[
            ("/date_text", "日期", "行政许可法第六十九条"),
            ("/certificate_no", "证照编号", "行政许可法第七十条"),
            ("/facts", "查明的事实", "行政许可法第六十九条"),
            ("/reasons", "理由", "行政许可法第六十九条"),
        ],
        "renewed" => &[
            ("/date_text", "日期", "行政许可法第五十条第二款"),
            ("/certificate_no", "证照编号", "行政许可法第五十条第二款"),
            ("/valid_to_text", "有效期", "行政许可法第五十条第二款"),
        ],
        "delivery" => {
            &[("/delivered", "送达的文书", "行政许可法第四十四条"), ("/delivered_on_text", "送达日期", "行政许可法第四十四条")]
        }
        "payment" => &[
            ("/lines/0/name", "收费项目", "行政许可法第五十九条"),
            ("/lines/1/amount", "每一项的金额", "行政许可法第五十九条"),
            ("/lines/0/basis", "收费依据", "行政许可法第五十九条"),
            ("/total", "合计", "行政许可法第五十九条"),
        ],
        "refund" => &[("/amount", "退回金额", "行政许可法第五十九条")],
        _ => &[],
    }
}

/// What a decision on a permit says in so many words, its title apart.
fn decides(letter: &str) -> Option<(&'static str, Must)> {
    match letter {
        "grant" => Some(("准予行政许可", ("", "决定：准予行政许可", "行政许可法第三十八条第一款"))),
        "denial" => Some(("不予行政许可", ("", "决定：不予行政许可", "行政许可法第三十八条第二款"))),
        _ => None,
    }
}

/// What a letter says in the same words in every case, whatever stands in its data.
fn sentences(letter: &str) -> &'static [(&'static str, Must)] {
    match letter {
        "hearing" => &[
            ("有权要求听证", ("", "有权要求听证", "行政许可法第四十七条第一款")),
            ("二十个工作日", ("", "提出后二十个工作日内组织听证", "行政许可法第四十七条第一款")),
            ("七个工作日", ("", "举行的七个工作日以前告知时间、地点", "行政许可法第四十八条第一款第一项")),
            ("不收费", ("", "听证不收费", "行政许可法第四十七条第二款")),
        ],
        _ => &[],
    }
}

/// The sentence, and neither its contrary (没有权要求听证) nor another number (十七个工作日).
fn says(words: &str, sentence: &str) -> bool {
    let other = |c: char| "没无未非零一二三四五六七八九十百千".contains(c);
    words.match_indices(sentence).any(|(at, _)| !words[..at].ends_with(other))
}

/// Of what a letter must say the parts that its words lack; what the sample does not have is not asked for.
pub fn b4_1_lacking(letter: &str, sample: &Value, words: &str) -> Vec<Must> {
    // A certificate stands for itself: its holder is among its fields, its number is not that of the case. An application is signed by
    // whoever applies, and what only proves that something came, was paid or was handed over bears no seal.
    let all = match letter {
        "certificate" => &ALL[..2],
        "application" | "receipt" | "payment" | "refund" | "delivery" => &ALL[1..],
        _ => &ALL[..],
    };
    let all = all.iter().chain(own(letter)).chain(&REMEDIES);
    let lacks = |(at, ..): &&Must| match sample.pointer(at) {
        Some(Value::String(text)) if !text.is_empty() => {
            let wanted: String = text.chars().filter(|c| !c.is_whitespace()).collect();
            !words.contains(&wanted)
        }
        Some(Value::Number(number)) => {
            let unit = if at.ends_with("_months") {
                "个月"
            } else if at.ends_with("reconsideration_days") {
                "日"
            } else {
                ""
            };
            !says_number(words, &format!("{number}{unit}"))
        }
        _ => false,
    };
    let mut lacking: Vec<Must> = all.filter(lacks).copied().collect();
    let permit = sample["kind"] == "permit";
    let decision = decides(letter).filter(|(decision, _)| permit && words.matches(decision).count() < 2);
    lacking.extend(decision.map(|(_, must)| must));
    lacking.extend(sentences(letter).iter().filter(|(sentence, _)| !says(words, sentence)).map(|(_, must)| *must));
    lacking
}

/// 73日, and not 173日.
fn says_number(words: &str, number: &str) -> bool {
    words.match_indices(number).any(|(at, _)| {
        let digit = |c: Option<char>| c.is_some_and(|c| c.is_ascii_digit());
        !digit(words[..at].chars().next_back()) && !digit(words[at + number.len()..].chars().next())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn b4_1_a_letter_that_lacks_what_the_law_wants_is_told_what_it_lacks() {
        let sample = json!({
            "agency_name": "甲局", "applicant_name": "王敏", "case_no": "1", "verify_url": "https://a/1", "date_text": "2026年1月2日",
            "facts": ["没有防鼠设施"], "reasons": ["不符合条件"], "basis": [{"law": "食品安全法"}], "kind": "public_service",
            "remedies": {"reconsideration_body": "县政府", "reconsideration_days": 73, "court": "县法院", "litigation_months": 17},
        });
        let whole = "甲局王敏1https://a/12026年1月2日没有防鼠设施不符合条件食品安全法73日县政府17个月县法院";
        assert_eq!(b4_1_lacking("denial", &sample, whole), []);
        let lacking = b4_1_lacking("denial", &sample, &whole.replace("县法院", "").replace("不符合条件", ""));
        assert_eq!(lacking.iter().map(|(at, ..)| *at).collect::<Vec<_>>(), ["/reasons/0", "/remedies/court"]);
        let lacking = |words: &str| b4_1_lacking("denial", &sample, words).into_iter().map(|(at, ..)| at).collect::<Vec<_>>();
        assert_eq!(lacking(&whole.replace("17个月", "2017年")), ["/remedies/litigation_months"]);
        assert_eq!(lacking(&whole.replace("73日", "173日")), ["/remedies/reconsideration_days"]);
        let mut permit = sample.clone();
        permit["kind"] = "permit".into();
        assert_eq!(b4_1_lacking("denial", &permit, whole).len(), 1);
        assert_eq!(b4_1_lacking("denial", &permit, &format!("不予行政许可决定书{whole}不予行政许可")), []);
        let hearing = "您有权要求听证；提出后二十个工作日内组织，七个工作日以前告知；不收费";
        let lacking = |words: &str| b4_1_lacking("hearing", &json!({}), words).len();
        assert_eq!((lacking(hearing), lacking("")), (0, 4));
        assert_eq!(lacking(&hearing.replace("，七个", "，十七个").replace("有权", "没有权")), 2);
        // What the case does not have need not be said.
        assert_eq!(b4_1_lacking("grant", &json!({ "agency_name": "甲局", "content": "" }), "甲局"), []);
    }
}
