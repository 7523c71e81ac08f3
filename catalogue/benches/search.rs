//! Search at 1,000 and at 100,000 matters: how long one question takes, as typed, with words that mean the same, with a slip of writing,
//! narrowed, and when it finds nothing. The matters are those of a province: the same names in every county, each with its own agency,
//! region and code.

use catalogue::search::{Asked, Entry, Field, Index, Synonyms};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::hint::black_box;
use std::sync::Arc;

const OBJECTS: [&str; 40] = [
    "食品生产",
    "食品经营",
    "餐饮服务",
    "公共场所卫生",
    "医疗机构执业",
    "药品零售",
    "劳务派遣经营",
    "人力资源服务",
    "建筑工程施工",
    "建设用地规划",
    "建设工程消防验收",
    "道路货物运输",
    "道路旅客运输",
    "危险化学品经营",
    "烟花爆竹零售",
    "取水",
    "河道采砂",
    "林木采伐",
    "种子生产经营",
    "农药经营",
    "动物防疫条件",
    "动物诊疗",
    "民办学校办学",
    "教师资格",
    "营业性演出",
    "互联网上网服务",
    "娱乐场所经营",
    "旅馆业特种行业",
    "公章刻制",
    "机动车驾驶",
    "户口迁移",
    "居住证",
    "结婚",
    "最低生活保障",
    "临时救助",
    "特困人员供养",
    "残疾人证",
    "老年优待证",
    "住房公积金提取",
    "不动产转移",
];
const ACTIONS: [&str; 25] = [
    "许可（首次申请）",
    "许可（变更）",
    "许可（延续）",
    "许可（注销）",
    "许可（补发）",
    "备案",
    "登记",
    "变更登记",
    "注销登记",
    "审批",
    "核准",
    "年度报告",
    "资格认定",
    "资格复核",
    "信息查询",
    "证明开具",
    "证件换发",
    "证件补领",
    "现场核查",
    "结果公示",
    "申报",
    "给付",
    "资助",
    "奖励",
    "裁决",
];
const EVERYDAY: [&str; 8] =
    ["怎么办", "要什么证", "证丢了怎么办", "在哪里办", "要多少钱", "多久办好", "网上能办吗", "要带什么材料"];
const FAMILIES: [&str; 30] = [
    "金", "石", "青", "安", "临", "和", "平", "新", "永", "泰", "宁", "长", "東", "南", "西", "北", "江", "河", "山", "谷", "云",
    "桥", "林", "泉", "龙", "凤", "明", "德", "仁", "义",
];

/// So many matters, by name: each name once for every county.
fn matters(n: usize) -> Vec<Entry> {
    let names = OBJECTS.len() * ACTIONS.len();
    let mut all: Vec<Entry> = (0..n)
        .map(|at| {
            let (object, action) = (OBJECTS[at % OBJECTS.len()], ACTIONS[at / OBJECTS.len() % ACTIONS.len()]);
            let county = at / names;
            let place = format!("{}{}县", FAMILIES[county % 30], FAMILIES[(county / 30 + county * 7 + 3) % 30]);
            let theme = ["准营准办", "企业开办", "社会保障", "户籍办理", "住房保障", "医疗卫生", "职业资格", "交通出行"][at % 8];
            Entry {
                lines: vec![
                    (Field::Name, format!("{object}{action}")),
                    (
                        Field::Name,
                        format!("permit for matter {} of kind {}", at % OBJECTS.len(), at / OBJECTS.len() % ACTIONS.len()),
                    ),
                    (Field::Alias, format!("{object}证")),
                    (Field::Alias, format!("{object}{}", EVERYDAY[at % 8])),
                    (Field::Alias, format!("{place}{object}{}", EVERYDAY[(at + 3) % 8])),
                    (Field::Result, format!("{object}许可证")),
                    (Field::Theme, theme.to_owned()),
                    (Field::Agency, format!("{place}{}局", ["市场监督管理", "卫生健康", "民政", "人力资源和社会保障"][at % 4])),
                    (Field::Region, format!("安徽省某某市{place}")),
                    (
                        Field::Summary,
                        format!("在{place}申请{object}{action}的，符合条件当场受理，{} 个工作日办结。", at % 20 + 1),
                    ),
                    (Field::Question, format!("{place}的{object}{action}可以委托别人办吗？")),
                    (Field::Code, format!("1134{county:04}MB1{at:06}Y4000{:06}000", at % names)),
                ],
                agency: format!("agency-{county}-{}", at % 4),
                regions: vec![format!("34{county:04}"), "340000".into()],
                themes: vec![theme.to_owned()],
                people: at % 2 == 0,
                organisations: at % 3 != 0,
            }
        })
        .collect();
    all.sort_by(|a, b| a.lines[0].1.cmp(&b.lines[0].1));
    all
}

fn search(c: &mut Criterion) {
    let mut group = c.benchmark_group("search");
    for n in [1_000, 100_000] {
        let index = Index::of(matters(n).into_iter(), Arc::new(Synonyms::embedded()));
        let narrowed = Asked { region: "340007".into(), serves: "company".into(), ..Asked::of("餐饮服务许可", 50) };
        for (name, asked, finds) in [
            ("exact", Asked::of("食品生产许可", 50), true),
            ("sentence", Asked::of("我想在金石县开个小饭馆要办什么证，网上能办吗", 50), true),
            ("same meaning", Asked::of("吃低保", 50), true),
            ("common words", Asked::of("许可证", 50), true),
            ("one character", Asked::of("证", 50), true),
            ("homophone", Asked::of("卫身许可", 50), true),
            ("left out", Asked::of("最低生保障", 50), true),
            ("wrong", Asked::of("危险化学晶经营许可", 50), true),
            ("Latin slip", Asked::of("permti for mattre 7", 50), true),
            ("code", Asked::of("11340007MB1", 50), n > 7_000),
            ("narrowed", narrowed, n > 7_000),
            ("nothing", Asked::of("航天员体检预约挂号", 50), false),
            ("everything", Asked::of("", 50), true),
        ] {
            let found = index.search(&asked);
            assert_eq!(found.total > 0, finds, "{name}: {} {:?}", found.total, found.instead);
            group.bench_with_input(BenchmarkId::new(name, n), &asked, |b, asked| b.iter(|| index.search(black_box(asked))));
        }
    }
    group.finish();
}

criterion_group!(benches, search);
criterion_main!(benches);
