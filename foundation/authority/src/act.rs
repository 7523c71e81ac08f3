//! 行为 · everything a person can ask to do. The names are the Cedar action ids; a policy that speaks of any other is
//! refused when it is loaded, and so is a schema that forgets one of these.

use serde::{Deserialize, Serialize};

macro_rules! acts {
    ($($variant:ident $id:literal $chinese:literal $meaning:literal,)+) => {
        /// What is asked for: one Cedar action.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(rename_all = "snake_case")]
        pub enum Act {
            $(#[doc = $meaning] $variant,)+
        }

        impl Act {
            /// Every act, in the order of the schema.
            pub const ALL: &[Act] = &[$(Act::$variant,)+];

            /// The Cedar action id, such as `find_not_required`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Act::$variant => $id,)+ }
            }

            /// The Chinese name shown on screens, such as 受理.
            pub const fn name(self) -> &'static str {
                match self { $(Act::$variant => $chinese,)+ }
            }
        }
    };
}

acts! {
    ReadPublic "read_public" "查看公开信息" "Read what everybody may read.",
    Apply "apply" "提出申请" "File an application.",
    ResumeDraft "resume_draft" "续填申请" "Open an application not yet filed.",
    Supplement "supplement" "补正或者更正" "Add what a correction notice asked for, or mend the own statement.",
    Withdraw "withdraw" "撤回申请" "Withdraw an application.",
    ChooseDelivery "choose_delivery" "选择怎样领取" "Choose how to have a result.",
    EngageIntermediary "engage_intermediary" "委托中介服务" "Engage an institution for a service the applicant pays, and hand in its result.",
    TellRemedy "tell_remedy" "登记复议或者诉讼" "Tell that reconsideration was asked for or a suit brought, and how it ended.",
    Rate "rate" "评价" "Rate how a case was handled.",
    ViewCase "view_case" "查看办件" "See a case with its materials and personal data.",
    RegisterAtCounter "register_at_counter" "窗口登记" "Take in an application handed over at the counter.",
    Accept "accept" "受理" "Accept an application.",
    RefuseAcceptance "refuse_acceptance" "不予受理" "Refuse to accept an application.",
    FindNotRequired "find_not_required" "不需申请" "Find that nothing need be applied for.",
    RequestCorrection "request_correction" "告知补正" "Tell once everything that is missing.",
    Survey "survey" "现场核查" "Survey the site.",
    CheckCertificate "check_certificate" "核查证照" "Ask for a certificate of the applicant that another agency issued.",
    Examine "examine" "审查" "Examine the application.",
    OfferHearing "offer_hearing" "告知听证权利" "Tell the applicant that a hearing may be asked for, and record what somebody without an account says.",
    JoinApplication "join_application" "一起申请" "Say whether one applies together with whoever filed it.",
    AnswerHearing "answer_hearing" "答复要不要听证" "Ask for a hearing, or waive it.",
    Countersign "countersign" "会签" "Sign beside whoever decides, once.",
    RecordDiscussion "record_discussion" "登记集体讨论" "Put on record who discussed the case, and what came of it.",
    PauseClock "pause_clock" "中止计时" "Begin time that does not count (行政许可法 45).",
    ResumeClock "resume_clock" "恢复计时" "End time that does not count.",
    CommissionService "commission_service" "委托技术性服务" "Commission a technical service that the agency pays, and take in a result.",
    Extend "extend" "延期" "Extend the limit once.",
    Decide "decide" "作出决定" "Grant or deny.",
    CollectFee "collect_fee" "收费" "Take in what a bill asks for.",
    EndCertificate "end_certificate" "撤销、撤回、吊销证照" "Take a certificate from its holder.",
    CancelCertificate "cancel_certificate" "注销证照" "Strike off a certificate that is over.",
    LapseCertificate "lapse_certificate" "证照到期、视为准予延续" "What the clock does to a certificate.",
    Deliver "deliver" "送达" "Deliver a decision or certificate.",
    ViewQueue "view_queue" "查看工作台" "See an agency's queue of work.",
    CallNumber "call_number" "叫号" "Open a counter for the day and call numbers.",
    KeepAgentPoints "keep_agent_points" "管理代办点" "Keep the agent points of one's township: its agents, their consents, their subsidy.",
    RequestInformation "request_information" "申请信息公开" "Ask an agency for government information, and go on with one's request.",
    TakeInformationRequest "take_information_request" "收信息公开申请" "Take in a request for information at the intake point of a centre, or what came by post.",
    AnswerInformationRequest "answer_information_request" "办理信息公开申请" "Handle the requests for information of one's own agency.",
    Complain "complain" "投诉、举报、求助" "Complain, report or ask for help, with an account or without.",
    TakeComplaint "take_complaint" "登记诉求" "Enter what somebody says at a counter or to the hotline.",
    HandleComplaint "handle_complaint" "办理诉求" "Handle the complaints at the desk of one's own agency.",
    SuperviseComplaints "supervise_complaints" "督办诉求" "See every complaint, transfer it, and handle what no agency may.",
    UnsealComplaint "unseal_complaint" "启封诉求人" "Open the seal on who complained, with a reason that they read.",
    HandleRating "handle_rating" "办理差评" "Call back, put right and answer the bad ratings of one's own agency.",
    AnswerForRating "answer_for_rating" "对差评陈述、申诉" "Read the bad ratings of oneself, state, and ask for a review.",
    SuperviseRatings "supervise_ratings" "复核差评" "Review disputes over bad ratings, and look at words before they are shown.",
    DelegateAuthority "delegate_authority" "首席代表委托" "Let a colleague use the authority of the chief representative for some days, and take it back.",
    DeclareRelative "declare_relative" "申报近亲属" "Declare a near relative, whose cases one keeps away from.",
    AnswerAsked "answer_asked" "首问负责" "Answer for what somebody asked, until another accepts it.",
    ViewSupervision "view_supervision" "查看电子监察" "See the supervision board.",
    ExplainCard "explain_card" "说明亮牌" "Explain a warning or card, and say what was put right.",
    AppealCard "appeal_card" "对亮牌申诉" "Appeal against a card that stands, for one's agency.",
    ReviewCard "review_card" "复核亮牌" "Judge a card: whether it stands, what is to be put right and whether it was, an appeal, what follows.",
    ViewLooks "view_looks" "查看查阅记录" "See who looked at whose personal data.",
    KeepIntegrity "keep_integrity" "管理廉政风险点" "Write integrity risk points, and publish what somebody else wrote.",
    HandleIntegrity "handle_integrity" "处理廉政预警" "See the integrity warnings of an agency, and close those about others.",
    DraftSupervisionRule "draft_supervision_rule" "起草监察规则" "Write a supervision rule, and try it on the record.",
    PublishSupervisionRule "publish_supervision_rule" "公布监察规则" "Publish a supervision rule that somebody else wrote, or end one.",
    IssueDirective "issue_directive" "印发任务分解通知" "Issue a notice that divides work among units.",
    ReportProgress "report_progress" "报任务进展" "Say how far a unit has come with an assignment it leads.",
    PlanAssignment "plan_assignment" "分解任务" "Break an assignment down into steps, and say which were reached.",
    ProposeParticipant "propose_participant" "商请参加" "Ask another unit to take part in an assignment.",
    AnswerProposal "answer_proposal" "答复商请" "Say whether one's unit takes part.",
    InspectAssignment "inspect_assignment" "检查任务" "Inspect an assignment, and strike off what was put right.",
    AnswerFinding "answer_finding" "报整改" "Say how a finding was put right.",
    CloseAssignment "close_assignment" "核实办结任务" "Verify that an assignment is done, and close it; open it again.",
    KeepLeadership "keep_leadership" "记录领导责任" "Keep the leadership record of governments and departments.",
    DraftPowerChange "draft_power_change" "起草目录变更" "Draft a change of the list of powers or of a matter, or give one up.",
    ReviewPowerOpenness "review_power_openness" "政务公开办审核目录变更" "Review a change of the catalogue for the openness office.",
    ReviewPowerEstablishment "review_power_establishment" "机构编制部门审核目录变更" "Review a change of the catalogue for the establishment office.",
    ReviewPowerLegality "review_power_legality" "法制部门审核目录变更" "Review a change of the catalogue for the legal office.",
    PublishPowerChange "publish_power_change" "公布目录变更" "Publish a change of the catalogue that three offices passed.",
    KeepLaw "keep_law" "登记法律法规" "Say what a text is, since when it is in force and when it ended.",
    KeepDiscretion "keep_discretion" "公布裁量基准" "Publish a version of a discretion standard, or end one.",
    KeepSearchWords "keep_search_words" "说明搜索的词" "Say which matter the words of a search mean.",
    ApplyDiscretion "apply_discretion" "照基准裁量" "Record a decision by a discretion standard.",
    ApproveDiscretion "approve_discretion" "批准裁量" "Approve a decision outside of its tier that somebody else proposed, or send it back.",
    ViewAdmin "view_admin" "查看管理页面" "See the administration pages.",
    ManagePeople "manage_people" "管理人员" "Change who holds which role.",
    ManageDefinitions "manage_definitions" "管理定义" "Change processes, tables, forms, policies, letters.",
    KeepCalendar "keep_calendar" "登记放假安排" "Record a notice that says which days are worked; open limits move with it.",
    KeepCentre "keep_centre" "登记政务服务中心" "Put a service centre, its counters and the matters outside it on record.",
    ProposeCentreClosing "propose_centre_closing" "报请撤销政务服务中心" "Propose that one's own centre be closed, or merged into another.",
    ReviewCentre "review_centre" "审核不进中心、撤销中心" "Review for the management body what its centres ask for.",
    ApproveCentre "approve_centre" "批准不进中心、撤销中心" "Approve for the government what a management body has passed.",
    KeepIntermediary "keep_intermediary" "登记中介服务机构" "Enter and end institutions in the register of intermediary services.",
    KeepQueryingBody "keep_querying_body" "登记联网核查单位" "Put on record which other body may ask what, suspend it and end it.",
    PublishQueryingBody "publish_querying_body" "公布联网核查单位" "Publish what somebody else put on record of a body that asks.",
    ErasePrivate "erase_private" "删除个人信息" "Erase the private body; the record's proof stays.",
    MoveDemoClock "move_demo_clock" "拨动演示时钟" "Move the clock of a demonstration site.",
}

impl std::fmt::Display for Act {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

impl std::str::FromStr for Act {
    type Err = String;

    /// Reads a Cedar action id; the error is a Chinese sentence.
    fn from_str(id: &str) -> Result<Act, String> {
        Act::ALL.iter().copied().find(|act| act.as_str() == id).ok_or_else(|| format!("没有“{id}”这种行为"))
    }
}
