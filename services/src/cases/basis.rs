//! 依据 · the articles an act rests on. They are public for good, so they are chosen from the bases of the item and the law of the
//! act; another article is written in the one form that has no room for a name or a number of anybody (F152).

use catalogue::Item;
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// “《食品安全法》第三十五条第一款”
fn articles(of_act: &str, item: &Item) -> Vec<String> {
    let of_item = item.legal_basis.iter().map(|b| format!("《{}》{}", b.law, b.article));
    std::iter::once(of_act.to_owned()).chain(of_item).collect()
}

pub fn fields(filled: &Filled, of_act: &str, item: &Item) -> String {
    let articles = articles(of_act, item);
    let options: Vec<(&str, &str)> = articles.iter().map(|a| (a.as_str(), a.as_str())).collect();
    [
        filled.choice("basis", "依据", "checkbox", &options),
        filled.input(
            "basis_other",
            "别的条款",
            "上面没有的写在这里，只写《法律名称》第几条。例：《食品生产许可管理办法》第十二条第三项",
            "text",
            "",
        ),
    ]
    .concat()
}

/// The articles chosen, as one text.
pub fn read(posted: &Posted, of_act: &str, item: &Item, errors: &mut Vec<FieldError>) -> String {
    let known = articles(of_act, item);
    let mut chosen: Vec<String> = posted.all("basis").iter().filter(|b| known.contains(b)).map(|b| b.to_string()).collect();
    let other = forms::text::fold_text(posted.one("basis_other")).trim().to_owned();
    if !other.is_empty() {
        if !forms::is_article(&other) {
            errors.push(field_error(
                "basis_other",
                "别的条款",
                "条款请照“《法律名称》第几条第几款第几项”的样子写，用中文数字，不写别的",
                "Write the article as 《name of the law》第…条, in Chinese numerals, and nothing else",
            ));
        }
        chosen.push(other);
    } else if chosen.is_empty() {
        errors.push(field_error("basis", "依据", "请勾选依据的条款，或者写明别的条款", "Choose the articles it rests on"));
    }
    chosen.join("、")
}
