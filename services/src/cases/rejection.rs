//! 规则不准 · what the rules of a case say no to, in words for whoever asked, and as the record keeps that it was refused (F078).

use crate::certificates;
use acts::Money;
use chrono::NaiveDate;

/// The rules of the case say no. 不予受理 is not one of these: it is an act.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum Rejection {
    #[error("已经作出决定，申请不能再更正；对决定不服的，可以申请复议或者起诉")]
    DecidedAlready,
    #[error("窗口正等您补正，要改的请在补正里一起改")]
    AmendedBySupplement,
    #[error("窗口已经审查完了，申请不能再更正。确实填错了的，请马上告诉窗口，或者撤回以后重新申请")]
    ExaminedAlready,
    #[error("共同申请人还没有都同意一起申请：{}。请他们登录同意，或者当面、在纸上签名", .0.join("、"))]
    NotAllAgree(Vec<String>),
    #[error("{}不同意一起申请。要他本人登录改为同意，或者由申请人更正申请；都不行的，不能受理、不能准予", .0.join("、"))]
    OneRefuses(Vec<String>),
    #[error("{}已经同意一起申请，不能由您一个人去掉：请他先登录收回同意", .0.join("、"))]
    TakesOut(Vec<String>),
    #[error("已经受理，不能一个人收回同意；不想办了，请所有申请人一起到窗口撤回")]
    AgreedForGood,
    #[error("几个人一起申请的，受理以后不能再更正；确实填错了的，请一起到窗口撤回以后重新申请")]
    AcceptedTogether,
    #[error("现场核查已经做过，申请不能再更正。确实填错了的，请马上告诉窗口，或者撤回以后重新申请")]
    SurveyedAlready,
    #[error("这一件刚刚更正过。下面是现在的内容，请看一遍再改")]
    ChangedMeanwhile,
    #[error("您不是这一件的共同申请人，或者姓名和身份证号与申请上写的不一样")]
    NotTogether,
    #[error("已经说过了，不用再说一次")]
    SaidAlready,
    #[error("{}已经同意一起申请，不能由您一个人撤回：请他们先登录收回同意，或者一起到窗口撤回", .0.join("、"))]
    WithdrawnTogether(Vec<String>),
    #[error("“{0}”是申请人、申请人单位的人，或者现场核查过这一件，不能评审，请换一位专家")]
    InterestedExpert(String),
    #[error("批准的不能是办理的人自己，写机关负责人的姓名和职务")]
    ApprovesOwn,
    #[error("这一件已经听证过了，不用再告知听证权利")]
    HeardAlready,
    #[error("{0}是申请人一方的人，不能主持听证，请换一位")]
    ChairInterested(String),
    #[error("听证二十个工作日内举行，加上做笔录的几天，告知的工作日最多 {0} 个")]
    ToldTooLong(u32),
    #[error("申请人要求了听证，不能不举行；定的日子不合适的，先写明改期")]
    HearingWanted,
    #[error("没有改动：和原来填的一样")]
    NothingAmended,
    #[error("{0}不改证照上的内容，“{1}”不能更正；要改的，请申请变更")]
    AmendedPrint(&'static str, String),
    #[error("这样改就成了另一种情形，期限、材料或者谁来决定都不一样。已经受理的不能这样改，请撤回以后重新申请")]
    AnotherProcedure,
    #[error("这样改还要交：{}。窗口已经告知过补正或者已经受理，不能再这样改；请撤回以后重新申请", .0.join("、"))]
    AmendedWants(Vec<String>),
    #[error("申请人刚刚更正了申请。请先看一遍改了什么，再接着办")]
    AmendedMeanwhile,
    #[error("{0}")]
    TooLate(String),
    #[error("还缺 {} 份必需的材料：{}。请先一次性告知补正", .0.len(), .0.join("、"))]
    MaterialsMissing(Vec<String>),
    #[error("已于 {0} 一次性告知过补正，不能再提新的要求（《行政许可法》第三十二条）")]
    CorrectionAlreadyTold(NaiveDate),
    #[error("没有一次性告知过补正，不能因为材料不齐不予受理：请先告知（《行政许可法》第三十二条第一款第四项）")]
    NothingTold,
    #[error("补正的最后一天是 {0}，过了这一天还没有补，才能不予受理")]
    StillSupplementing(NaiveDate),
    #[error("补正告知书没有写最后一天，不能因为没有来补就不予受理")]
    NoLastDayTold,
    #[error("补正告知书上至少要有一样：请勾选缺少或需要更正的材料，并写明怎么改")]
    NothingMissing,
    #[error("还有 {} 样没有补：{}", .0.len(), .0.join("、"))]
    StillMissing(Vec<String>),
    #[error("这个事项没有“{0}”这一种特别程序，不能暂停计时")]
    NoSuchGround(String),
    #[error("听证最早能在 {0} 举行：要提前七个工作日通知（《行政许可法》第四十八条第一款第一项）")]
    HearingTooSoon(NaiveDate),
    #[error("听证最晚要在 {0} 举行：二十个工作日内组织（《行政许可法》第四十七条第一款）")]
    HearingTooLate(NaiveDate),
    #[error("告知的天数到不了听证那一天：至少写 {0} 个工作日")]
    ToldTooShort(u32),
    #[error("特别程序要有结果：把报告传上来，或者写明文书编号、谁出具的和结论")]
    NoReport,
    #[error("申请人 {0} 以前可以要求听证：等申请人答复，或者过了这一天再办（《行政许可法》第四十七条第一款）")]
    HearingRightOpen(NaiveDate),
    #[error("申请人要求听证，最晚要在 {0} 举行：先组织听证，再作决定（《行政许可法》第四十七条第一款）")]
    HearingOwed(NaiveDate),
    #[error("没有告知过听证权利")]
    NoHearingRight,
    #[error("要求听证的五个工作日到 {0} 为止，已经过了（《行政许可法》第四十七条第一款）")]
    HearingRightOver(NaiveDate),
    #[error("这一件已经告知过听证权利")]
    HearingOfferedBefore,
    #[error("听证定在 {0} 举行，还没有到，不能登记笔录")]
    NotHeardYet(NaiveDate),
    #[error("听证要有笔录：请把参加人签字或者盖章的听证笔录传上来（《行政许可法》第四十八条第一款第五项）")]
    NoTranscript,
    #[error("审查这一件的人不能主持听证，主持听证的人也不能审查：请换一个人（《行政许可法》第四十八条第一款第三项）")]
    ChairExamines,
    #[error("您（或者同名的人）在这一件的专家里，评审的意见要由另一个人来看：请换一个人审查")]
    ExpertExamines,
    #[error("这个事项每一件都要先经过{0}，还没有做：请先进入特别程序")]
    ProcedureMissing(String),
    #[error("这个事项不能延期")]
    NoExtension,
    #[error("已经延长过一次，不能再延（《行政许可法》第四十二条）")]
    AlreadyExtended,
    #[error("期限已于 {0} 届满，过了期限不能再延长（《行政许可法》第四十二条）")]
    PastExtending(NaiveDate),
    #[error("现场核查至少要两名工作人员（《行政许可法》第三十四条）")]
    TooFewStaff,
    #[error("参加过现场核查的人不能再审查这一件，请换一名工作人员审查（审查人与核查人分设）")]
    SameHands,
    #[error("还要会签：要 {wanted} 个人，签了 {there} 个。签够了再作决定")]
    NotSigned { there: u32, wanted: u32 },
    #[error("您已经会签过这一件：一个人只算一次")]
    AlreadySigned,
    #[error("这一件有廉政风险预警，防控措施是双人：要有另一个人看过、同意，才能作决定")]
    SecondPersonWanted,
    #[error("您是这一件的第二个人（同意过，或者办结了预警），由另一个人作决定")]
    SecondDecides,
    #[error("这一件有廉政风险预警，防控措施是轮岗：这一步请本单位另一个人办")]
    RotationWanted,
    #[error("您审查过这一件，不能再会签：请审查人以外的人会签")]
    ExaminerSigns,
    #[error("您会签过这一件，不能再由您决定：请另一位首席代表决定")]
    SignerDecides,
    #[error("集体讨论是您登记的，不能再由您决定：请另一位首席代表决定")]
    RecorderDecides,
    #[error("集体讨论要有记录：请把参加人签字的讨论记录传上来")]
    NoMinutes,
    #[error("还没有集体讨论：先登记讨论，再作决定")]
    NotDiscussed,
    #[error("集体讨论至少要 {wanted} 个人，写了 {there} 个；同一个人只算一次")]
    TooFewThere { there: u32, wanted: u32 },
    #[error("{0} 是申请里写的人，不能到场核查自己这一件：请写本机关到场的工作人员（行政许可法第三十四条）")]
    PartySurveys(String),
    #[error(
        "申请人和您同名，您的身份证号没有登记，分不清是不是您本人：请同事办；或者请同事核对您的身份证，登记以后再办（公务员法第七十六条）"
    )]
    SameName,
    #[error("还没有作出决定，没有可以送达的结果")]
    NothingDecided,
    #[error("还没有缴费：{0} 元。缴了再送达；可以网上缴，也可以在窗口缴")]
    Unpaid(Money),
    #[error("已于 {0} 缴过，不能再收")]
    AlreadyPaid(NaiveDate),
    #[error("这一件没有要缴的费用")]
    NothingToPay,
    #[error("今天另一笔收费已经用了这个凭条号码，请对照凭条再看一遍")]
    SlipUsed,
    #[error("网上缴的费用在支付机构那里，不能在窗口撤销")]
    PaidOnline,
    #[error("只有收这笔钱的人当天可以撤销")]
    OtherTill,
    #[error("“{line}”算不出该收多少，不能出缴费单：{reason}。请目录管理员改收费标准")]
    NoAmount { line: String, reason: String },
    #[error("申请人没有本站的账户，发不到账户里；请当面交给申请人，或者免费邮寄")]
    NoAccount,
    #[error("委托书没有写代办的人可以代领，或者已经到期、撤回：请交给申请人本人，或者免费邮寄")]
    NotForAgent,
    #[error("申请人选的是“{0}”，不能改为发到账户；本人来窗口领取的可以当面交给他")]
    OtherWay(&'static str),
    #[error("还没有交邮：先登记交邮，收到邮政的签收记录再登记送达")]
    NotMailed,
    #[error("{0} 已经交邮：等签收记录，或者先登记退回")]
    AlreadyMailed(NaiveDate),
    #[error("签收日期 {received} 早于交邮日期 {mailed}，请对照签收记录再看一遍")]
    ReceivedTooEarly { received: NaiveDate, mailed: NaiveDate },
    #[error("申请人有本站的账户，由他自己在“我的”里撤回")]
    OwnAccount,
    #[error("办完、送达以后再评价；撤回的不评价")]
    NotDelivered,
    #[error("设定依据已经失效：{0}。不能再办新的申请")]
    BasisLapsed(String),
    #[error("{}", .0.zh())]
    Barred(catalogue::Barred),
    #[error("这个事项只办给单位：请先在窗口登记您代哪个单位办事")]
    ForOrganisations,
    #[error("这个事项只办给个人，不能替单位申请")]
    ForPeople,
    #[error("填的和申请单位登记的不一样：{}", .0.join("、"))]
    NotTheApplicant(Vec<String>),
    #[error("{0}")]
    WronglyNamed(String),
    #[error("申请还有 {0} 处没有填好，请逐项核对后再提交")]
    Unfinished(usize),
    #[error("这一件没有不予许可、不予受理的决定，没有可以登记的复议、诉讼")]
    NothingRefused,
    #[error("{0}已经登记过，还没有结果；有了结果先登记结果")]
    RemedyRuns(&'static str),
    #[error("没有登记过{0}，或者结果已经登记了")]
    NoRemedy(&'static str),
    #[error("日期要在 {from} 和今天之间，请再看一遍")]
    RemedyDay { from: NaiveDate },
    #[error("已经评价过了，谢谢您")]
    AlreadyRated,
    #[error("这一件还没有办完，办理要用到这些信息，办完才能删除（《个人信息保护法》第四十七条）")]
    StillNeeded,
    #[error("现场核查有不符合的地方，或者审查、会签、讨论里有不同意见：准予要写明理由")]
    ReasonWanted,
    #[error("办成了要给付：请写明给付的金额、怎么发和从哪天起发")]
    PayoutWanted,
    #[error("证照还在有效期内，核验它要用到持有人的信息：处理目的还没有实现，保存期限也没有届满（《个人信息保护法》第四十七条）")]
    CertificateInForce,
    #[error("个人信息已于 {0} 删除，不必再删")]
    AlreadyErased(NaiveDate),
    #[error("这是本机关自己发的证照，直接看就行，不用核查")]
    OwnCertificate,
    #[error(transparent)]
    Intermediary(#[from] catalogue::intermediaries::Rejection),
    #[error(transparent)]
    Certificate(#[from] certificates::Rejection),
    #[error("{0}")]
    Clock(String),
    #[error("{0}")]
    Chart(String),
}

impl From<process::Refusal> for Rejection {
    fn from(refusal: process::Refusal) -> Rejection {
        Rejection::Chart(refusal.tell(process::Lang::Zh))
    }
}

impl From<catalogue::fee::NoAmount> for Rejection {
    fn from(no: catalogue::fee::NoAmount) -> Rejection {
        Rejection::NoAmount { line: no.line, reason: no.reason }
    }
}

impl From<calendar::ClockError> for Rejection {
    fn from(error: calendar::ClockError) -> Rejection {
        Rejection::Clock(error.to_string())
    }
}

impl Rejection {
    /// What kind of refusal it is, as it goes on record: public, without what it says of the case.
    pub fn kind(&self) -> &'static str {
        match self {
            Rejection::OwnCertificate => "本机关的证照不用核查",
            Rejection::TooLate(_) => "已由他人办理或不在这一步",
            Rejection::DecidedAlready
            | Rejection::AmendedBySupplement
            | Rejection::ExaminedAlready
            | Rejection::NothingAmended
            | Rejection::AmendedPrint(..)
            | Rejection::AnotherProcedure
            | Rejection::AmendedWants(_) => "申请不能这样更正",
            Rejection::ApprovesOwn => "批准的是办理的人自己",
            Rejection::HeardAlready => "已经听证过了",
            Rejection::ChairInterested(_) => "主持听证的人与申请人有利害关系",
            Rejection::ToldTooLong(_) => "告知的天数过长",
            Rejection::HearingWanted => "申请人要求的听证还没有举行",
            Rejection::InterestedExpert(_) => "专家与申请人有利害关系",
            Rejection::NotAllAgree(_) => "共同申请人还没有都同意",
            Rejection::OneRefuses(_) => "有共同申请人不同意",
            Rejection::TakesOut(_) | Rejection::AcceptedTogether | Rejection::SurveyedAlready => "申请不能这样更正",
            Rejection::ChangedMeanwhile => "这一件刚刚更正过",
            Rejection::NotTogether | Rejection::SaidAlready | Rejection::AgreedForGood => "不能替共同申请人说",
            Rejection::WithdrawnTogether(_) => "共同申请的要一起撤回",
            Rejection::AmendedMeanwhile => "申请人刚刚更正了申请",
            Rejection::MaterialsMissing(_) | Rejection::StillMissing(_) => "材料不齐",
            Rejection::CorrectionAlreadyTold(_) => "已一次性告知过补正",
            Rejection::NothingTold | Rejection::StillSupplementing(_) | Rejection::NoLastDayTold => "还不能因为没有补正不予受理",
            Rejection::NothingDecided => "还没有作出决定",
            Rejection::NothingMissing => "没有写明补正内容",
            Rejection::NoSuchGround(_) => "没有法定的暂停情形",
            Rejection::HearingTooSoon(_) | Rejection::HearingTooLate(_) => "听证的日期不合规定",
            Rejection::HearingRightOpen(_) => "要求听证的期限还没有过",
            Rejection::HearingOwed(_) => "申请人要求的听证还没有举行",
            Rejection::NoHearingRight | Rejection::HearingRightOver(_) | Rejection::HearingOfferedBefore => {
                "没有可以答复的听证告知"
            }
            Rejection::NotHeardYet(_) => "听证还没有举行",
            Rejection::ToldTooShort(_) => "告知的天数到不了听证",
            Rejection::NoReport => "没有特别程序的报告",
            Rejection::ProcedureMissing(_) => "没有经过必经的特别程序",
            Rejection::NoTranscript => "没有听证笔录",
            Rejection::ChairExamines => "主持听证的人与审查人没有分开",
            Rejection::ExpertExamines => "评审专家与审查人没有分开",
            Rejection::NoExtension | Rejection::AlreadyExtended | Rejection::PastExtending(_) => "不能延期",
            Rejection::TooFewStaff => "现场核查人数不足",
            Rejection::PartySurveys(_) => "到场核查的人是申请里写的人",
            Rejection::SameName => "申请人和办理的人同名，没有登记身份证号",
            Rejection::SameHands | Rejection::RotationWanted => "审查人与核查人没有分开",
            // Which case a warning waits before is nobody's in public.
            Rejection::NotSigned { .. } | Rejection::NotDiscussed | Rejection::SecondPersonWanted => "还没有会签或者集体讨论",
            Rejection::AlreadySigned
            | Rejection::ExaminerSigns
            | Rejection::SignerDecides
            | Rejection::RecorderDecides
            | Rejection::SecondDecides => "一个人在会签里算了两次",
            Rejection::NoMinutes => "没有集体讨论的记录",
            Rejection::TooFewThere { .. } => "集体讨论的人数不足",
            Rejection::Unpaid(_) => "还没有缴费",
            Rejection::AlreadyPaid(_) | Rejection::NothingToPay => "没有要缴的费用",
            Rejection::SlipUsed => "凭条已经用过",
            Rejection::PaidOnline | Rejection::OtherTill => "不能撤销收费",
            Rejection::NoAmount { .. } => "收费标准算不出金额",
            Rejection::NoAccount => "申请人没有账户",
            Rejection::NotForAgent => "委托不及于代领",
            Rejection::OtherWay(_) => "申请人选了别的领取方式",
            Rejection::NotMailed | Rejection::AlreadyMailed(_) => "还没有交邮或者已经交邮",
            Rejection::ReceivedTooEarly { .. } => "签收日期早于交邮日期",
            Rejection::OwnAccount => "申请人有账户，由他自己撤回",
            Rejection::NotDelivered => "还没有送达",
            Rejection::BasisLapsed(_) => "设定依据失效",
            Rejection::Barred(_) => "权责清单上不能用",
            Rejection::Unfinished(_) => "申请没有填完",
            Rejection::ForOrganisations | Rejection::ForPeople | Rejection::NotTheApplicant(_) | Rejection::WronglyNamed(_) => {
                "申请人不对"
            }
            Rejection::NothingRefused | Rejection::RemedyRuns(_) | Rejection::NoRemedy(_) | Rejection::RemedyDay { .. } => {
                "没有可以登记的复议、诉讼"
            }
            Rejection::AlreadyRated => "已评价过",
            Rejection::StillNeeded => "还没有办完",
            Rejection::ReasonWanted => "没有写明准予的理由",
            Rejection::PayoutWanted => "没有写明给付的金额、方式和日期",
            Rejection::CertificateInForce => "证照还在有效期内",
            Rejection::AlreadyErased(_) => "已经删除过",
            Rejection::Intermediary(no) => no.kind(),
            Rejection::Certificate(_) => "证照的状态不允许",
            Rejection::Clock(_) => "时间先后不符",
            Rejection::Chart(_) => "流程不允许",
        }
    }
}
