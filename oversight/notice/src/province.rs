//! 省份 · which province a notice comes from, and which a unit says it is of: 省财政厅 is another body in each, and a table of agencies
//! is one province's.

use crate::units::Agencies;
use std::sync::LazyLock;

/// Each province with the characters that its documents are numbered by.
const PROVINCES: [(&str, &str); 31] = [
    ("北京市", "京"),
    ("天津市", "津"),
    ("河北省", "冀"),
    ("山西省", "晋"),
    ("内蒙古自治区", "内蒙"),
    ("辽宁省", "辽"),
    ("吉林省", "吉"),
    ("黑龙江省", "黑"),
    ("上海市", "沪"),
    ("江苏省", "苏"),
    ("浙江省", "浙"),
    ("安徽省", "皖"),
    ("福建省", "闽"),
    ("江西省", "赣"),
    ("山东省", "鲁"),
    ("河南省", "豫"),
    ("湖北省", "鄂"),
    ("湖南省", "湘"),
    ("广东省", "粤"),
    ("广西壮族自治区", "桂"),
    ("海南省", "琼"),
    ("重庆市", "渝"),
    ("四川省", "川"),
    ("贵州省", "黔贵"),
    ("云南省", "云滇"),
    ("西藏自治区", "藏"),
    ("陕西省", "陕"),
    ("甘肃省", "甘"),
    ("青海省", "青"),
    ("宁夏回族自治区", "宁"),
    ("新疆维吾尔自治区", "新"),
];

/// What follows the character of a province in the numbers of its documents: 豫政办, 京办发, 黔府发. 新出发 and 青联发 are of no province.
const NUMBERED: [char; 6] = ['政', '办', '发', '府', '委', '党'];

/// The province whose body issued a notice: named by the issuer, else by the number, else by the title; none where nothing says it, as
/// with ministries, and with cities and counties that do not name theirs. Their numbers begin with a character of their own, which may be
/// that of a province: 青政办 of 青阳县 is not of 青海省, 宁政办 of 宁国市 not of 宁夏.
pub fn province(issuer: &str, document_no: &str, title: &str) -> Option<&'static str> {
    let number = numbered(document_no).filter(|of| !(is_below(issuer, of) || issuer.is_empty() && ours(title)));
    named(issuer).or(number).or_else(|| named(title))
}

/// The other province that the number of a city or county may be of, where that place is none that is known here.
pub(crate) fn doubtful(issuer: &str, document_no: &str) -> Option<&'static str> {
    let of = numbered(document_no).filter(|of| *of != Agencies::PROVINCE && named(issuer).is_none())?;
    (is_below(issuer, of) && !ours(issuer)).then_some(of)
}

/// Whether a body is one of a city, a county or a town, as its name says: 青阳县人民政府, 市政府办公室, 某镇人民政府. 省政府 and 自治区政府 are
/// of the province, and so is 市政府 where the province is a city.
fn is_below(body: &str, province: &str) -> bool {
    const LEVELS: [char; 9] = ['省', '市', '县', '区', '州', '盟', '旗', '乡', '镇'];
    let body: Vec<char> = bare(body).chars().take(LONGEST_PLACE).collect();
    let Some(at) = body.iter().position(|c| LEVELS.contains(c)) else { return false };
    let of_the_province = body[at] == '省' || body[..at].ends_with(&['自', '治']) && at == 2;
    !(of_the_province || at == 0 && body[at] == '市' && province.ends_with('市'))
}

/// Characters of the longest name of a place before what is of it: 中国（某某）自由贸易试验区.
const LONGEST_PLACE: usize = 16;

/// Whether a city or county of the table stands in a text.
fn ours(text: &str) -> bool {
    static PLACES: LazyLock<Vec<&str>> = LazyLock::new(|| {
        let rows = include_str!("../../../reference/regions-anhui-2012.csv").lines().skip(1);
        let names = rows.filter_map(|row| row.split(',').nth(1));
        names.filter(|name| name.chars().count() > 2 && !name.ends_with('省') && !name.ends_with("市辖区")).collect()
    });
    PLACES.iter().any(|place| text.contains(place))
}

/// The province other than that of the table with which a name begins: 河南省财政厅 is of 河南省.
pub fn elsewhere(name: &str) -> Option<&'static str> {
    let inside = |name: &str| PROVINCES.iter().find(|(province, _)| name.contains(province)).map(|(province, _)| *province);
    named(name).or_else(|| inside(name)).filter(|province| *province != Agencies::PROVINCE)
}

/// The name that tells a unit of a province from those of others: 省财政厅 in a notice of 河南省 is 河南省财政厅, 团省委 is 团河南省委. What
/// is no unit of a province, names its place itself or stands for a group stays as it is.
pub fn in_province(name: &str, province: &str) -> String {
    let level = ["省", "自治区", "市"].into_iter().find(|level| province.ends_with(level)).unwrap_or_default();
    let placed = PROVINCES.iter().any(|(province, _)| name.contains(province))
        || ["安徽", "皖", "合肥"].iter().any(|own| name.contains(own));
    let of_a_province = name.starts_with(level) || name.starts_with('省') || Agencies::anhui().key(name).is_some();
    if placed || crate::is_collective(name) || !of_a_province {
        return name.to_owned();
    }
    match [level, "省"].into_iter().find_map(|level| name.split_once(level)) {
        Some((before, after)) => format!("{before}{province}{after}"),
        None => format!("{province}{name}"),
    }
}

/// Without the name of the party, behind which that of the place stands.
fn bare(text: &str) -> &str {
    text.trim_start().trim_start_matches("中共").trim_start_matches("中国共产党")
}

fn named(text: &str) -> Option<&'static str> {
    let text = bare(text);
    PROVINCES.iter().find(|(province, _)| text.starts_with(province)).map(|(province, _)| *province)
}

fn numbered(document_no: &str) -> Option<&'static str> {
    let mut chars = document_no.trim_start().chars();
    let (first, second) = (chars.next()?, chars.next()?);
    let of = PROVINCES.iter().find(|(_, by)| by.contains(first))?;
    (NUMBERED.contains(&second) || of.1.contains(second)).then_some(of.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d1_a_notice_is_of_the_province_that_its_issuer_its_number_or_its_title_names() {
        assert_eq!(province("河南省人民政府办公厅", "", ""), Some("河南省"));
        assert_eq!(province("中共浙江省委办公厅", "", ""), Some("浙江省"));
        assert_eq!(province("省政务公开办", "豫政办〔2012〕18号", ""), Some("河南省"));
        assert_eq!(province("", "内政发〔2020〕3号", ""), Some("内蒙古自治区"));
        assert_eq!(province("省政务公开办", "", "安徽省关于深化政务公开的通知"), Some("安徽省"));
        assert_eq!(province("安徽省人民政府办公厅", "豫政办〔2012〕18号", ""), Some("安徽省"), "who issued it is surest");
        for none in ["国办发〔2012〕9号", "新出发〔2010〕2号", "青联发〔2011〕1号", "财办〔2012〕1号", ""]
        {
            assert_eq!(province("省政务公开办", none, "关于分解任务的通知"), None, "{none}");
        }
    }

    #[test]
    fn d1_a_county_is_of_no_province_by_the_first_character_of_its_numbers() {
        for issuer in [
            "青阳县人民政府办公室",
            "中共青阳县委办公室",
            "县政府办公室",
            "青岭县人民政府",
            "某某镇人民政府",
            "黄山风景区管委会",
            "市政府办公室",
        ] {
            assert_eq!(province(issuer, "青政办〔2024〕9号", "关于分解任务的通知"), None, "{issuer}");
        }
        assert_eq!(province("宁国市人民政府办公室", "宁政办〔2024〕9号", ""), None);
        assert_eq!(province("新乡市人民政府", "新政〔2024〕9号", ""), None);
        assert_eq!(province("安徽省青阳县人民政府", "青政办〔2024〕9号", ""), Some("安徽省"));
        assert_eq!(province("", "青政办〔2024〕9号", "关于印发青阳县重点任务分解的通知"), None);
        // A body of the province, or none that is named.
        for issuer in ["省政府办公厅", "省政务公开办", "青海省人民政府办公厅", "", "某办公室"] {
            assert_eq!(province(issuer, "青政办〔2024〕9号", "关于分解任务的通知"), Some("青海省"), "{issuer}");
        }
        assert_eq!(province("自治区人民政府办公厅", "宁政办〔2024〕9号", ""), Some("宁夏回族自治区"));
        assert_eq!(province("市政府办公厅", "京政办〔2024〕9号", ""), Some("北京市"));
        // Of a place that is not known here nobody can be sure.
        assert_eq!(doubtful("青岭县人民政府办公室", "青政办〔2024〕9号"), Some("青海省"));
        for sure in ["青阳县人民政府办公室", "省政府办公厅", "青海省人民政府", "安徽省青岭县人民政府", ""]
        {
            assert_eq!(doubtful(sure, "青政办〔2024〕9号"), None, "{sure}");
        }
        assert_eq!(
            (doubtful("青岭县人民政府", "皖政办〔2024〕9号"), doubtful("青岭县人民政府", "岭政办〔2024〕9号")),
            (None, None)
        );
    }

    #[test]
    fn d1_a_unit_of_another_province_has_a_name_that_is_not_ours() {
        let henan = |name: &str| in_province(name, "河南省");
        assert_eq!(henan("省财政厅"), "河南省财政厅");
        assert_eq!(henan("团省委"), "团河南省委");
        assert_eq!(in_province("自治区财政厅", "广西壮族自治区"), "广西壮族自治区财政厅");
        assert_eq!(in_province("市财政局", "北京市"), "北京市财政局");
        for same in ["安徽省财政厅", "各市、县人民政府", "省政府各相关部门", "郑州市财政局", "财政部", "河南省财政厅"]
        {
            assert_eq!(henan(same), same);
        }
        assert_eq!((elsewhere("河南省财政厅"), elsewhere("团河南省委")), (Some("河南省"), Some("河南省")));
        assert_eq!((elsewhere("安徽省财政厅"), elsewhere("省财政厅")), (None, None));
        assert!(Agencies::anhui().key("河南省财政厅").is_none() && Agencies::anhui().key("团河南省委").is_none());
    }
}
