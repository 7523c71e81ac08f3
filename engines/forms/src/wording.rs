//! 兜底条款 · catch-all demands (B4.3, F084). “其他材料” asks for a paper without saying which, so nobody can bring
//! it. A definition that says so is refused while it is being written, not at the counter.

use crate::text::is_invisible;

/// Words that, before 材料 and its kin, name no paper.
const VAGUE: [&str; 12] =
    ["其他", "其它", "其余", "相关", "有关", "必要", "所需", "需要提供", "规定", "要求的", "需补充的", "需要补充的"];
const PAPERS: [&str; 9] = ["材料", "资料", "文件", "证件", "证明", "凭证", "手续", "附件", "文书"];
/// What may stand between the two and still name nothing: “其他需要的证明材料”.
const FILLERS: [&str; 14] =
    ["的", "需要", "应当", "必要", "相关", "有关", "提交", "提供", "补充", "申请", "证明", "辅助", "要求", "资质"];

/// Finds a demand for unnamed papers in a label, an option or the name of a material, and returns its words.
///
/// ```
/// assert_eq!(forms::catch_all("其他材料").as_deref(), Some("其他材料"));
/// assert_eq!(forms::catch_all("法律法规规定的其他材料").as_deref(), Some("规定的其他材料"));
/// assert_eq!(forms::catch_all("租赁合同"), None);
/// assert_eq!(forms::catch_all("其他"), None); // as an option of a choice
/// ```
pub fn catch_all(text: &str) -> Option<String> {
    let shown: String = text.chars().filter(|c| !is_invisible(*c)).collect();
    let text = shown.as_str();
    if let Some(found) = in_english(text) {
        return Some(found);
    }
    let first = VAGUE.iter().filter_map(|vague| vague_demand(text, vague)).min_by_key(|(at, _)| *at);
    if let Some((_, found)) = first {
        return Some(found);
    }
    // “身份证、户口簿等材料” leaves the list open at its end.
    PAPERS.iter().map(|paper| format!("等{paper}")).find(|open_end| text.contains(open_end.as_str()))
}

/// The same of the name of a paper, where a word alone leaves it open: “其他”, “其 他 材 料”, “身份证等”, “有关部门认为需要的文件”.
pub fn catch_all_name(name: &str) -> Option<String> {
    let bare = [
        "其他",
        "其它",
        "有关",
        "相关",
        "另行通知",
        "详见通知",
        "补充材料",
        "补充资料",
        "补充文件",
        "补正材料",
        "配套材料",
        "证明材料",
        "证明文件",
        "申请材料",
        "申报材料",
        "资质文件",
        "资质材料",
        "佐证材料",
    ];
    let wanted = ["认为需要", "认为必要", "认为有必要", "另行要求", "临时要求", "视情况", "视具体情况", "视需要"];
    if let Some(found) = in_english(name) {
        return Some(found);
    }
    let name: String = name.chars().filter(|c| !c.is_whitespace() && !is_invisible(*c)).collect();
    let open_end = name
        .strip_suffix("等")
        .filter(|before| !before.ends_with(['一', '二', '三', '四', '五', '高', '中', '初', '同', '平', '特']));
    match () {
        () if bare.contains(&name.as_str()) => Some(name),
        () if open_end.is_some() => Some(name),
        () => wanted.iter().find(|said| name.contains(*said)).map(|said| (*said).to_owned()).or_else(|| catch_all(&name)),
    }
}

/// The same of a condition: “法律法规规定的其他条件” says nothing that anybody could meet.
pub fn catch_all_condition(text: &str) -> Option<String> {
    let open = ["其他", "其它", "other "].into_iter().find_map(|other| {
        let (at, _) = text.char_indices().find(|(at, _)| text[*at..].to_lowercase().starts_with(other))?;
        let rest = text[at + other.len()..].trim_start_matches(['的', ' ']);
        let what =
            ["条件", "情形", "要求", "规定", "conditions", "requirements"].into_iter().find(|what| rest.starts_with(what))?;
        Some(text[at..text.len() - rest.len() + what.len()].to_owned())
    });
    open.or_else(|| catch_all(text))
}

fn in_english(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    ["material", "document", "paper", "certificate"].iter().find_map(|paper| {
        ["other ", "any other ", "relevant ", "related "]
            .iter()
            .map(|vague| format!("{vague}{paper}"))
            .find(|demand| lower.contains(demand.as_str()))
    })
}

fn vague_demand(text: &str, vague: &str) -> Option<(usize, String)> {
    text.match_indices(vague).find_map(|(start, _)| {
        let mut at = start + vague.len();
        loop {
            let rest = &text[at..];
            let filler = FILLERS.iter().chain(&VAGUE).find(|filler| rest.starts_with(**filler));
            let paper = PAPERS.iter().find(|paper| rest.starts_with(**paper));
            match (filler, paper) {
                (Some(filler), _) if more_follows(&rest[filler.len()..]) => at += filler.len(),
                (_, Some(paper)) if is_asked_about(&rest[paper.len()..]) => return None,
                (_, Some(paper)) => return Some((start, text[start..at + paper.len()].to_owned())),
                _ => return None,
            }
        }
    })
}

/// “其他证件号码” asks for a number, not for a paper.
fn is_asked_about(rest: &str) -> bool {
    ["号", "编号", "名称", "类型", "种类", "说明", "清单"].iter().any(|word| rest.starts_with(word))
}

/// Whether a paper is still to come, so that 证明 in 证明材料 is read as filler and 证明 alone as the paper.
fn more_follows(rest: &str) -> bool {
    PAPERS.iter().chain(&FILLERS).chain(&VAGUE).any(|word| rest.starts_with(*word))
}

/// The same for an option of a choice: “其他证件” is a fair answer to 证件类型, but “其他材料” is none to anything.
pub fn catch_all_in_option(text: &str) -> Option<String> {
    catch_all(text).filter(|vague| ["材料", "资料", "附件"].iter().any(|paper| vague.ends_with(paper)))
}

/// The same for running text such as a hint, where “无需提供其他材料” promises the opposite and is welcome.
pub(crate) fn catch_all_in_prose(text: &str) -> Option<String> {
    text.split(['。', '；', ';', '\n', '，', ',']).find_map(|clause| {
        let promises_none = ["无需", "不需", "无须", "不用", "不必", "不要求", "不得", "不再", "免交", "免于", "no other"];
        let demands = ["其他", "其它", "other "];
        let denied = promises_none.iter().any(|word| clause.to_ascii_lowercase().contains(word));
        let demanded = demands.iter().any(|word| clause.contains(word));
        catch_all(clause).filter(|_| demanded && !denied)
    })
}

/// What a law may be called by its last word.
const LAWS: [&str; 12] = ["法", "法典", "条例", "规定", "办法", "细则", "规则", "决定", "解释", "标准", "意见", "通知"];
const NUMERALS: &str = "〇零一二三四五六七八九十百千";

/// Whether a text is one article of a law and has no room for anything else: 《Han characters ending in the kind of a law》第…条[之…][第…款][第…项], numbers in Chinese.
pub fn is_article(text: &str) -> bool {
    let Some((law, place)) = text.strip_prefix('《').and_then(|rest| rest.split_once('》')) else { return false };
    let is_law = law.chars().count() <= 60
        && law.chars().all(|c| matches!(c, '\u{4e00}'..='\u{9fff}' | '（' | '）' | '(' | ')'))
        && LAWS.iter().any(|kind| law.trim_end_matches(['）', ')']).ends_with(kind));
    let Some(mut rest) = numbered(place, "条") else { return false };
    if let Some(after) = rest.strip_prefix('之') {
        rest = after.trim_start_matches(|c| NUMERALS.contains(c));
    }
    for unit in ["款", "项", "目"] {
        rest = numbered(rest, unit).unwrap_or(rest);
    }
    is_law && rest.is_empty()
}

/// What follows “第…条”.
fn numbered<'a>(text: &'a str, unit: &str) -> Option<&'a str> {
    let number = text.strip_prefix('第')?.trim_start_matches(['（', '(']);
    let rest = number.trim_start_matches(|c| NUMERALS.contains(c));
    if rest.len() == number.len() { None } else { rest.trim_start_matches(['）', ')']).strip_prefix(unit) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn f084_a_demand_that_names_no_paper_is_found() {
        for text in [
            "其他材料",
            "其它证明文件",
            "相关证明",
            "需要提供的其他材料",
            "其他需要的证明材料",
            "身份证等材料",
            "有关资料",
            "法律法规规定的其他材料",
            "Other documents",
            "其他相关材料",
            "相关资质文件",
            "其\u{200B}他材料",
        ] {
            assert!(catch_all(text).is_some(), "{text}");
        }
    }

    #[test]
    fn f084_a_name_that_is_a_catch_all_by_itself_is_found() {
        for name in [
            "其他",
            "其 他 材 料",
            "身份证等",
            "有关部门认为需要的文件",
            "其它",
            "相关材料",
            "视情况需补充的资料",
            "补充\u{FEFF}资料",
            "资质文件",
            "上级要求的材料",
            "Other materials as required",
        ] {
            assert!(catch_all_name(name).is_some(), "{name}");
        }
        assert!(catch_all("原件，另附窗口要求的材料").is_some());
        assert_eq!(catch_all_condition("法律法规规定的其他条件").as_deref(), Some("其他条件"));
        assert_eq!(catch_all_condition("有固定的经营场所"), None);
        for name in ["学历证书（本科同等）", "营业执照", "居民身份证", "其他权利人同意转让的证明书", "教师资格证一等"]
        {
            assert_eq!(catch_all_name(name), None, "{name}");
        }
    }

    #[test]
    fn f084_a_paper_with_a_name_is_let_through() {
        for text in [
            "其他",
            "租赁合同",
            "房屋所有权证明",
            "材料清单",
            "无犯罪记录证明",
            "其他从业人员健康证明",
            "相关负责人姓名",
            "其他证件号码",
            "有关文件名称",
            "证明人",
        ] {
            assert_eq!(catch_all(text), None, "{text}");
        }
    }

    #[test]
    fn f084_another_document_is_a_fair_answer_but_other_materials_are_not() {
        assert_eq!(catch_all_in_option("其他证件"), None);
        assert!(catch_all_in_option("其他材料").is_some());
    }

    #[test]
    fn f084_a_promise_to_ask_for_nothing_more_is_welcome() {
        assert_eq!(catch_all_in_prose("由系统核验，无需提供其他材料。"), None);
        assert_eq!(catch_all_in_prose("请先看相关材料说明"), None);
        assert!(catch_all_in_prose("还要带身份证，以及其他材料。").is_some());
    }

    #[test]
    fn f152_only_an_article_of_a_law_fits_the_box_for_another_article() {
        for article in [
            "《行政许可法》第三十八条",
            "《食品生产许可管理办法》第十二条第（三）项",
            "《中华人民共和国刑法》第一百二十条之一第二款",
            "《民法典（节选规定）》第一条第二款第三项第一目",
        ] {
            assert!(super::is_article(article), "{article}");
        }
        for other in [
            "王敏，13800138000",
            "《行政许可法》第三十八条，王敏 13800138000",
            "《王敏》第一条",
            "《13800138000 管理办法》第一条",
            "《行政许可法》第13800138000条",
            "《行政许可法》第条",
            "《行政许可法》",
            "行政许可法第三十八条",
        ] {
            assert!(!super::is_article(other), "{other}");
        }
    }
}
