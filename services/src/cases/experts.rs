//! 专家评审 · who reviews (许可法 45; B4.1-07): the experts are named when the review begins and printed on the notice, so that the applicant can
//! object; none of them is, or belongs to, somebody who applies; and the opinion is that of those who signed it, of them alone.

use super::case::{Case, Rejection};
use catalogue::Item;
use forms::text::fold_text;
use forms::{FieldError, Kind};
use foundation::held::Posted;
use foundation::page::fields::{Filled, field_error};

/// Asks for the experts, where the matter may need some.
pub fn asks(filled: &Filled) -> String {
    filled.textarea("experts", "评审的专家", "专家评审才填，一行一位：姓名，单位，专业。印在告知书上，申请人可以申请他们回避", 4)
}

/// The experts as they were typed, each once.
pub fn read(posted: &Posted, errors: &mut Vec<FieldError>) -> Vec<String> {
    let mut experts: Vec<String> = Vec::new();
    for line in fold_text(posted.one("experts")).lines().map(str::trim).filter(|line| !line.is_empty()) {
        if experts.iter().any(|other| name(other) == name(line)) {
            let zh = format!("“{}”写了两次，一行一位", name(line));
            errors.push(field_error("experts", "评审的专家", &zh, "Each expert once, one a line"));
        } else {
            experts.push(line.to_owned());
        }
    }
    if experts.is_empty() {
        let zh = "请写评审的专家，一行一位：姓名，单位，专业";
        errors.push(field_error("experts", "评审的专家", zh, "Name the experts, one a line: name, body, field"));
    }
    experts
}

/// The name in front of the body and the field.
fn name(expert: &str) -> &str {
    expert.split(['，', ',', '、', ' ', '　', '（', '(']).next().unwrap_or(expert)
}

/// Who applies or acts for whoever does, as far as the application names them.
pub fn theirs(case: &Case, item: &Item) -> Vec<String> {
    let named = item.form.fields().filter(|field| field.kind == Kind::Name);
    let named = named.filter_map(|field| case.answers.get(&field.key)?.as_str().map(ToOwned::to_owned));
    let applicants = case.applicant.iter().map(|party| party.name.clone());
    applicants.chain(case.together.iter().map(|one| one.who.name.clone())).chain(named).collect()
}

/// Nobody reviews what they, or the body they belong to, apply for; nor whoever went there to look.
pub fn are_others(experts: &[String], case: &Case, item: &Item) -> Result<(), Rejection> {
    let theirs = theirs(case, item);
    let surveyed = |expert: &str| case.surveyors.iter().any(|one| forms::text::names(expert, one));
    let interested = |expert: &&String| {
        let body = |one: &String| one.chars().count() > 4 && expert.contains(one.as_str());
        theirs.iter().any(|one| name(expert) == one || body(one)) || surveyed(expert)
    };
    match experts.iter().find(interested) {
        Some(expert) => Err(Rejection::InterestedExpert(name(expert).to_owned())),
        None => Ok(()),
    }
}

/// As the notice says it, behind why the review is needed.
pub fn told(why: &str, experts: &[String]) -> String {
    match experts {
        [] => why.to_owned(),
        _ => format!("{why}。评审的专家：{}。认为专家有直接利害关系的，可以申请回避", experts.join("；")),
    }
}

/// Asks who signed.
pub fn asks_who_signed(filled: &Filled, case: &Case) -> String {
    let options: Vec<(&str, &str)> = case.experts.iter().map(|expert| (expert.as_str(), expert.as_str())).collect();
    if options.is_empty() {
        String::new()
    } else {
        filled.choice("signed", "在意见书上签名的专家", "checkbox", &options)
    }
}

/// Those who signed, of those who were told; an opinion nobody signed is none.
pub fn signed(posted: &Posted, case: &Case, errors: &mut Vec<FieldError>) -> Vec<String> {
    let said = posted.all("signed");
    let signed: Vec<String> = case.experts.iter().filter(|expert| said.contains(expert)).cloned().collect();
    if !case.experts.is_empty() && signed.is_empty() {
        let zh = "请勾在意见书上签了名的专家，一位都没有签的还不是评审意见";
        errors.push(field_error("signed", "签名的专家", zh, "Tick the experts who signed the opinion"));
    }
    signed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn b4_1_07_an_expert_is_known_by_the_name_in_front_and_told_once() {
        assert_eq!(name("王明，省环科院，环境工程"), "王明");
        assert_eq!(name("李红（安徽农业大学）"), "李红");
        let mut errors = Vec::new();
        let posted = Posted([("experts".to_owned(), vec!["王明，省环科院\n\n王明，别处\n 李红 安农大".to_owned()])].into());
        assert_eq!(read(&posted, &mut errors), ["王明，省环科院", "李红 安农大"]);
        assert_eq!(errors.len(), 1);
        assert_eq!(told("需要评审", &[]), "需要评审");
        assert!(told("需要评审", &["王明".into()]).contains("王明。认为专家有直接利害关系"));
    }
}
