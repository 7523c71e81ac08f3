//! 中心名称 · what a service centre is called: made of its region and level, never typed (B2.1-01, F062).

use crate::Region;
use chrono::NaiveDate;

/// The first day of the national names (国发〔2022〕5号): 便民服务中心 in townships. Before it the notice of 2012 called them 为民服务中心.
pub const NATIONAL_NAMES: NaiveDate = NaiveDate::from_ymd_opt(2022, 3, 1).unwrap();

/// “县级以上服务中心名称统一为‘行政区域名称+人民政府政务服务中心’，乡镇（街道）服务中心名称统一为‘行政区域名称+为民服务中心’”
/// (2012年任务分解通知第一部分（二）2; today: domain rules §1). A zone has no people's government: region + 政务服务中心 (ours). Nothing for a
/// node of the register that is no place of its own.
pub fn b2_1_01_name(region: &Region, on: NaiveDate) -> Option<String> {
    if region.is_helper() {
        return None;
    }
    let rest = match region.level.as_str() {
        "province" | "city" | "county" => "人民政府政务服务中心",
        "township" if on < NATIONAL_NAMES => "为民服务中心",
        "township" => "便民服务中心",
        "statistical-zone" => "政务服务中心",
        _ => return None,
    };
    Some(format!("{}{rest}", region.name))
}

/// Whether a centre of that region may be called so that day; why not.
pub fn f062_accept(said: &str, region: &Region, on: NaiveDate) -> Result<(), String> {
    match b2_1_01_name(region, on) {
        Some(name) if name == said => Ok(()),
        Some(name) => Err(format!("中心的名称由区划生成，这里是“{name}”，不能叫“{said}”")),
        None => Err(format!("“{}”不设政务服务中心", region.name)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(code: &str, name: &str, level: &str) -> Region {
        Region { code: code.into(), name: name.into(), level: level.into(), parent: String::new() }
    }

    fn day(y: i32, m: u32, d: u32) -> NaiveDate {
        NaiveDate::from_ymd_opt(y, m, d).unwrap()
    }

    #[test]
    fn b2_1_01_a_name_is_region_and_level_as_the_day_has_it() {
        let today = day(2026, 11, 27);
        for (code, name, level, expected) in [
            ("340000", "安徽省", "province", Some("安徽省人民政府政务服务中心")),
            ("341500", "六安市", "city", Some("六安市人民政府政务服务中心")),
            ("341524", "金寨县", "county", Some("金寨县人民政府政务服务中心")),
            ("341723109", "酉华镇", "township", Some("酉华镇便民服务中心")),
            ("340102001", "明光路街道", "township", Some("明光路街道便民服务中心")),
            ("340177", "合肥经济技术开发区", "statistical-zone", Some("合肥经济技术开发区政务服务中心")),
            ("340101", "市辖区", "county", None),
            ("419000", "省直辖县级行政区划", "city", None),
            ("341524001", "某社区", "village", None),
        ] {
            assert_eq!(b2_1_01_name(&region(code, name, level), today).as_deref(), expected, "{name}");
        }
    }

    #[test]
    fn b2_1_01_a_township_keeps_the_name_of_2012_for_earlier_days() {
        let town = region("341723109", "酉华镇", "township");
        assert_eq!(b2_1_01_name(&town, day(2022, 2, 28)).as_deref(), Some("酉华镇为民服务中心"));
        assert_eq!(b2_1_01_name(&town, day(2022, 3, 1)).as_deref(), Some("酉华镇便民服务中心"));
    }

    #[test]
    fn f062_another_name_is_refused_and_the_right_one_is_told() {
        let county = region("341524", "金寨县", "county");
        let today = day(2026, 11, 27);
        assert_eq!(f062_accept("金寨县人民政府政务服务中心", &county, today), Ok(()));
        let no = f062_accept("金寨县行政服务中心", &county, today).unwrap_err();
        assert!(no.contains("金寨县人民政府政务服务中心") && no.contains("金寨县行政服务中心"), "{no}");
        assert!(f062_accept("金寨县政务服务中心", &county, today).is_err());
        assert!(f062_accept("安徽省六安市金寨县人民政府政务服务中心", &county, today).is_err());
    }
}
