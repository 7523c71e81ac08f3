//! 阳光政务 · the program. Each command is one file under `commands`; `app` joins the wings into one site.

use clap::{Parser, Subcommand};
use std::process::ExitCode;
use sunlit::commands::{
    accord, archive, bench, decide, demo, directive, doctor, due, form, id, items, log, migrate, person, process, query, rebuild,
    receipt, recompute, rules, serve, witness,
};
use sunlit::usage;

#[derive(Parser)]
#[command(name = "sunlit", version, about = "阳光政务：政务公开与政务服务平台", disable_help_subcommand = true)]
struct Cli {
    /// 结果写成 JSON，供程序读取
    #[arg(long, global = true)]
    json: bool,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// 运行站点：没有给数据库地址时，自己启动数据目录里的 PostgreSQL
    Serve(serve::Options),
    /// 看演示：临时目录、样例数据、可拨动的时钟，退出时全部删除
    Demo(demo::Options),
    /// 把数据库结构升到这个程序要的版本
    Migrate(migrate::Options),
    /// 体检：程序、字体、磁盘、时钟、数据库、公开日志，并说明怎么修
    Doctor(doctor::Options),
    /// 问期限：哪一天届满，每一天怎么算
    Due(due::Options),
    /// 公开日志
    #[command(subcommand)]
    Log(log::Command),
    /// 行为凭证
    #[command(subcommand)]
    Receipt(receipt::Command),
    /// 联网核查：别的单位怎样来问，怎样核验答复
    #[command(subcommand)]
    Query(query::Command),
    /// 只凭公开日志重算看板上的一个数字；不写名字时列出有哪些
    Recompute(recompute::Options),
    /// 见证别人的公开日志：报社、人大等自己运行
    #[command(subcommand)]
    Witness(witness::Command),
    /// 三位一体：从头对一遍内部控制、阳光公开、网络监察三方的行为，列出相差的
    Accord(accord::Options),
    /// 案卷
    #[command(subcommand)]
    Archive(archive::Command),
    /// 从第一个行为起重新推算一项由记录得出的结果
    Rebuild(rebuild::Options),
    /// 测速：和 pgbench、nginx 在同一次运行里比
    Bench(bench::Options),
    /// 人员
    #[command(subcommand)]
    Person(person::Command),
    /// 按决策表或决策图作一个决定，并说明依据。作出了退出码是 0，规则得不出决定是 1，文件或输入不对是 2
    Decide(decide::Options),
    /// 决策表
    #[command(subcommand)]
    Rules(rules::Command),
    /// 表单数据
    #[command(subcommand)]
    Form(form::Command),
    /// 号码
    #[command(subcommand)]
    Id(id::Command),
    /// 事项表格：导出、对照、导入
    #[command(subcommand)]
    Items(items::Command),
    /// 任务分解通知
    #[command(subcommand)]
    Directive(directive::Command),
    /// 流程图：检查、画图、走一遍
    #[command(subcommand)]
    Process(process::Command),
}

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => {
            return usage::tell(&error, std::env::args_os().take_while(|word| word != "--").any(|word| word == "--json"));
        }
    };
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("不能启动：{error}");
            return ExitCode::FAILURE;
        }
    };
    let done = runtime.block_on(async {
        match cli.command {
            Command::Serve(options) => serve::run(options, cli.json).await,
            Command::Demo(options) => demo::run(options, cli.json).await,
            Command::Migrate(options) => migrate::run(options, cli.json).await,
            Command::Doctor(options) => doctor::run(options, cli.json).await,
            Command::Due(options) => due::run(options, cli.json).await,
            Command::Log(command) => log::run(command, cli.json).await,
            Command::Receipt(command) => receipt::run(command, cli.json).await,
            Command::Query(command) => query::run(command, cli.json).await,
            Command::Recompute(options) => recompute::run(options, cli.json).await,
            Command::Witness(command) => witness::run(command, cli.json).await,
            Command::Accord(options) => accord::run(options, cli.json).await,
            Command::Archive(command) => archive::run(command, cli.json).await,
            Command::Rebuild(options) => rebuild::run(options, cli.json).await,
            Command::Bench(options) => bench::run(options, cli.json).await,
            Command::Person(command) => person::run(command, cli.json).await,
            Command::Decide(options) => decide::run(options, cli.json),
            Command::Rules(command) => rules::run(command, cli.json),
            Command::Directive(command) => directive::run(command, cli.json),
            Command::Form(command) => form::run(command, cli.json).await,
            Command::Items(command) => items::run(command, cli.json).await,
            Command::Id(command) => id::run(command, cli.json).await,
            Command::Process(command) => process::run(command, cli.json).await,
        }
    });
    // Connections that did not end in time end here.
    runtime.shutdown_timeout(std::time::Duration::from_secs(1));
    match done {
        Ok(code) => code,
        Err(failure) => {
            failure.tell(cli.json);
            ExitCode::FAILURE
        }
    }
}
