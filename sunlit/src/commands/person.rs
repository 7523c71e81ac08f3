//! 人员 · who uses the site, from the command line: the first administrator, before whom nobody can sign in; a new password, other
//! roles, the end of an account. Each is an act of the record.

use crate::database::Place;
use crate::failure::{Done, Failure};
use crate::logging;
use acts::Actor;
use foundation::Stop;
use foundation::page::encode;
use foundation::people::{self, New, Person};
use foundation::sign_in::{LONGEST_PASSWORD, SHORTEST_PASSWORD};
use qrcode::QrCode;
use qrcode::render::unicode::Dense1x2;
use sqlx::PgConnection;
use std::io::{BufRead, IsTerminal, Write};
use std::process::ExitCode;

#[derive(clap::Subcommand)]
pub enum Command {
    /// 添加一个人；第一个管理员这样来：person add admin --name 孙岚 --role administrator
    Add(Add),
    /// 替人定一个新密码，显示一次；原来登录着的都退出
    Password(Known),
    /// 变更一个人的岗位、机关；原来登录着的都退出
    Roles(Roles),
    /// 换一个动态口令的密钥，显示一次，例如手机丢了；原来登录着的都退出
    Totp(Known),
    /// 停用一个账户；做过的事都留在记录里
    Deactivate(Known),
    /// 重新启用一个停用的账户
    Activate(Known),
}

#[derive(clap::Args)]
pub struct Known {
    /// 登录名
    login: String,
    #[command(flatten)]
    place: Place,
}

#[derive(clap::Args)]
pub struct Roles {
    /// 登录名
    login: String,
    #[command(flatten)]
    office: Office,
    #[command(flatten)]
    place: Place,
}

/// What somebody works as, and where.
#[derive(clap::Args)]
struct Office {
    /// 岗位，可以写几个
    #[arg(long = "role", required = true, value_parser = ROLES)]
    roles: Vec<String>,
    /// 所在机关的代号，例如 jinzhai-market
    #[arg(long)]
    agency: Option<String>,
    /// 窗口上写的岗位，例如 8 号窗口
    #[arg(long)]
    post: Option<String>,
    /// 负责哪一个政务服务中心，例如 jinzhai-centre
    #[arg(long)]
    centre: Option<String>,
}

#[derive(clap::Args)]
pub struct Add {
    /// 登录名，例如工号
    login: String,
    /// 姓名
    #[arg(long)]
    name: String,
    #[command(flatten)]
    office: Office,
    /// 身份证号（申请人）
    #[arg(long)]
    resident_id: Option<String>,
    /// 手机号
    #[arg(long)]
    mobile: Option<String>,
    #[command(flatten)]
    place: Place,
}

const ROLES: [&str; 13] = [
    "administrator",
    "supervisor",
    "openness_officer",
    "liaison",
    "catalogue_administrator",
    "establishment_reviewer",
    "legal_reviewer",
    "centre_manager",
    "centre_reviewer",
    "counter_officer",
    "chief_representative",
    "citizen",
    "agent",
];

/// Whoever holds the machine gives the first roles; the record says so.
fn by() -> Actor {
    Actor { role: "administrator".into(), agency: None, post: Some("命令行".into()) }
}

pub async fn run(command: Command, json: bool) -> Done {
    logging::start_quiet();
    match command {
        Command::Add(add) => self::add(add, json).await,
        Command::Password(known) => {
            let password = make_password();
            let new = people::hash_password(password.clone()).await?;
            let work = async |tx: &mut PgConnection, person: &Person| {
                people::set_password(tx, person, new, Some((by(), None)), chrono::Utc::now()).await
            };
            change(&known.login, &known.place, work).await?;
            logging::about_to_tell();
            match json {
                true => println!("{}", serde_json::json!({ "ok": true, "login": known.login, "password": password })),
                false => println!("新密码：{password}\n请记下，它不会再显示；登录后请自己换一个。"),
            }
            Ok(ExitCode::SUCCESS)
        }
        Command::Roles(given) => {
            is_an_office(&given.office, &given.place)?;
            let Office { roles, agency, post, centre } = given.office;
            let office = people::Office { roles, agency, post, centre };
            let work = async |tx: &mut PgConnection, person: &Person| {
                people::change_roles(tx, person, office, (by(), None), chrono::Utc::now()).await
            };
            let secret = change(&given.login, &given.place, work).await?;
            done(&given.login, "已变更岗位", secret.as_deref(), json)
        }
        Command::Totp(known) => {
            let work = async |tx: &mut PgConnection, person: &Person| {
                people::set_factor(tx, person, (by(), None), chrono::Utc::now()).await
            };
            let secret = change(&known.login, &known.place, work).await?;
            done(&known.login, "已换动态口令的密钥", Some(&secret), json)
        }
        Command::Deactivate(known) => {
            let work = async |tx: &mut PgConnection, person: &Person| {
                people::deactivate(tx, person, (by(), None), chrono::Utc::now()).await
            };
            change(&known.login, &known.place, work).await?;
            done(&known.login, "已停用", None, json)
        }
        Command::Activate(known) => {
            let work = async |tx: &mut PgConnection, person: &Person| {
                people::activate(tx, person, (by(), None), chrono::Utc::now()).await
            };
            change(&known.login, &known.place, work).await?;
            done(&known.login, "已重新启用", None, json)
        }
    }
}

/// Says that it is done, and shows the secret of a second factor that was given with it.
fn done(login: &str, what: &str, secret: Option<&str>, json: bool) -> Done {
    logging::about_to_tell();
    let login = login.trim().to_lowercase();
    if json {
        let uri = secret.map(|secret| otpauth(&login, secret));
        println!("{}", serde_json::json!({ "ok": true, "login": login, "totp_secret": secret, "otpauth": uri }));
        return Ok(ExitCode::SUCCESS);
    }
    println!("{what}：{login}。");
    if let Some(secret) = secret {
        show(&login, secret)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Does something to somebody who is there, in one transaction.
async fn change<T>(
    login: &str,
    place: &Place,
    work: impl AsyncFnOnce(&mut PgConnection, &Person) -> Result<T, Stop>,
) -> Result<T, Failure> {
    let opened = place.open().await?;
    let done = async {
        foundation::db::migrate(&opened.pool).await?;
        let mut tx = opened.pool.begin().await?;
        let person = people::by_login(&mut *tx, login).await?.filter(|person| !person.walk_in);
        let person = person.ok_or_else(|| Failure::new(format!("没有登录名是 {login} 的人")))?;
        let given = work(&mut tx, &person).await?;
        tx.commit().await?;
        Ok::<T, Failure>(given)
    }
    .await;
    opened.close().await;
    done
}

/// Roles that act for a unit need one, and it must be one that there is: an agency of the catalogue, or for those who issue and report
/// on directives a unit that notices name.
fn is_an_office(office: &Office, place: &Place) -> Result<(), Failure> {
    let works_as = |roles: &[&str]| office.roles.iter().any(|role| roles.contains(&role.as_str()));
    let of_directives = works_as(&["openness_officer", "liaison"]);
    let manages = works_as(&["centre_manager"]);
    if manages != office.centre.is_some() {
        let said = if manages { "中心负责人要写明是哪个中心的" } else { "只有中心负责人写中心" };
        return Err(Failure::new(said).mend("--role centre_manager 和 --centre 中心代号一起写，例如 --centre jinzhai-centre"));
    }
    let Some(agency) = office.agency.as_deref() else {
        return if works_as(&["counter_officer", "chief_representative", "centre_manager", "centre_reviewer"]) {
            Err(Failure::new("窗口人员、中心的负责人和审核人员要写明机关")
                .mend("加上 --agency 机关代号，例如 --agency jinzhai-market"))
        } else if of_directives {
            Err(Failure::new("联络员和政务公开人员要写明单位").mend("加上 --agency 单位名称，例如 --agency 省财政厅"))
        } else {
            Ok(())
        };
    };
    let catalogue = crate::app::definitions(place.definitions.as_deref())?;
    // A centre that was put on record in the browser has the code of its region for a key.
    if let Some(centre) =
        office.centre.as_deref().filter(|key| catalogue.centre(key).is_none() && catalogue.region(key).is_none())
    {
        return Err(Failure::new(format!("没有代号是 {centre} 的政务服务中心")).mend("代号在中心页面的地址里：/centres/代号"));
    }
    if catalogue.agency(agency).is_some() || of_directives && notice::Agencies::anhui().key(agency).is_some() {
        return Ok(());
    }
    let mut near = notice::near(agency, catalogue.agencies().iter().map(|agency| agency.key.as_str()));
    if of_directives {
        near.extend(notice::Agencies::anhui().near(agency, calendar::local_date(chrono::Utc::now())));
    }
    let failure = Failure::new(format!("没有代号是 {agency} 的机关"));
    Err(if near.is_empty() { failure } else { failure.mend(format!("相近的有：{}", near.join("、"))) })
}

async fn add(add: Add, json: bool) -> Done {
    is_an_office(&add.office, &add.place)?;
    let resident_id = match &add.resident_id {
        None => None,
        Some(text) => {
            let today = calendar::local_date(chrono::Utc::now());
            let id = forms::ids::check_resident_id(text, today)
                .map_err(|error| Failure::new(error.zh("身份证号", "340100199001010003")))?;
            Some(id.number)
        }
    };
    let (password, made) = password()?;
    let opened = add.place.open().await?;
    let new = New {
        verified: resident_id.is_some(),
        login: add.login.clone(),
        name: add.name.clone(),
        resident_id,
        mobile: add.mobile.clone(),
        password: Some(people::hash_password(password.clone()).await?),
        roles: add.office.roles.clone(),
        agency: add.office.agency.clone(),
        post: add.office.post.clone(),
        centre: add.office.centre.clone(),
        ..New::default()
    };
    let entered = enter(&opened.pool, new).await;
    opened.close().await;
    let secret = entered?;
    tell(&add, made.then_some(password.as_str()), secret.as_deref(), json)?;
    Ok(ExitCode::SUCCESS)
}

/// Enters the person; whoever works for the site gets the secret of a second factor.
async fn enter(pool: &sqlx::PgPool, new: New) -> Result<Option<String>, Failure> {
    foundation::db::migrate(pool).await?;
    let mut tx = pool.begin().await?;
    let secret = people::enter(&mut tx, new, by(), chrono::Utc::now()).await?;
    tx.commit().await?;
    Ok(secret)
}

fn tell(add: &Add, password: Option<&str>, secret: Option<&str>, json: bool) -> Result<(), Failure> {
    logging::about_to_tell();
    let login = add.login.trim().to_lowercase();
    if json {
        let uri = secret.map(|secret| otpauth(&login, secret));
        println!(
            "{}",
            serde_json::json!({ "ok": true, "login": login, "password": password, "totp_secret": secret, "otpauth": uri })
        );
        return Ok(());
    }
    println!("已添加 {}，登录名 {login}。", add.name);
    if let Some(password) = password {
        println!("替您定的密码：{password}\n请记下，它不会再显示。");
    }
    secret.map_or(Ok(()), |secret| show(&login, secret))
}

/// The secret as a phone reads it, and as it is typed.
fn show(login: &str, secret: &str) -> Result<(), Failure> {
    let uri = otpauth(login, secret);
    println!("\n用手机上的动态口令应用扫这个码（只显示这一次）：\n");
    let code = QrCode::new(uri.as_bytes()).map_err(|error| Failure::new(error.to_string()))?;
    println!("{}", drawn(&code));
    println!("\n扫不了的，手工输入密钥：{secret}\n或打开：{uri}");
    Ok(())
}

/// Black on white whatever the terminal's colours are: many phones do not read the inverse.
fn drawn(code: &QrCode) -> String {
    let code = code.render::<Dense1x2>().dark_color(Dense1x2::Dark).light_color(Dense1x2::Light).build();
    if !std::io::stdout().is_terminal() {
        return code;
    }
    code.lines().map(|line| format!("\x1b[38;5;16;48;5;231m{line}\x1b[0m")).collect::<Vec<_>>().join("\n")
}

/// What an authenticator reads.
fn otpauth(login: &str, secret: &str) -> String {
    let issuer = encode("阳光政务");
    format!("otpauth://totp/{issuer}:{}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30", encode(login))
}

/// Asked twice on a terminal, else read as the first line of standard input; nothing given means that we make one.
fn password() -> Result<(String, bool), Failure> {
    let stdin = std::io::stdin();
    let text = if stdin.is_terminal() {
        let first = unseen("密码（至少 10 个字；直接回车就替您定一个）：")?;
        if !first.is_empty() && unseen("再输入一次：")? != first {
            return Err(Failure::new("两次输入的密码不一样").mend("再执行一次"));
        }
        first
    } else {
        let mut line = String::new();
        stdin.lock().read_line(&mut line)?;
        line.trim_end_matches(['\r', '\n']).to_owned()
    };
    if text.is_empty() {
        return Ok((make_password(), true));
    }
    if !(SHORTEST_PASSWORD..=LONGEST_PASSWORD).contains(&text.chars().count()) {
        let said = format!("密码至少 {SHORTEST_PASSWORD} 个字，最多 {LONGEST_PASSWORD} 个字");
        return Err(Failure::new(said).mend("可以用一句好记的话"));
    }
    Ok((text, false))
}

/// Twenty letters without look-alikes: 96 bits.
fn make_password() -> String {
    const LETTERS: &[u8; 30] = b"23456789abcdefghjkmnpqrstvwxyz";
    // 240 is the last multiple of 30 in a byte: beyond it some letters would come up more often.
    let letters: Vec<char> = std::iter::repeat_with(rand::random::<u8>)
        .filter(|b| *b < 240)
        .take(20)
        .map(|b| LETTERS[usize::from(b) % 30] as char)
        .collect();
    letters.chunks(5).map(|c| c.iter().collect::<String>()).collect::<Vec<_>>().join("-")
}

/// Reads a line without showing it.
fn unseen(ask: &str) -> Result<String, Failure> {
    eprint!("{ask}");
    std::io::stderr().flush()?;
    // SAFETY: the descriptor is standard input, a terminal; the record is written by tcgetattr before it is read.
    let before = unsafe {
        let mut now: libc::termios = std::mem::zeroed();
        (libc::tcgetattr(0, &mut now) == 0).then_some(now)
    };
    if let Some(mut quiet) = before {
        quiet.c_lflag &= !libc::ECHO;
        // SAFETY: the record came from tcgetattr.
        unsafe { libc::tcsetattr(0, libc::TCSANOW, &quiet) };
    }
    let mut line = String::new();
    let read = std::io::stdin().lock().read_line(&mut line);
    if let Some(before) = before {
        // SAFETY: as above; the terminal is given back as it was.
        unsafe { libc::tcsetattr(0, libc::TCSANOW, &before) };
    }
    eprintln!();
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_we_make_is_long_and_can_be_read_out() {
        let one = make_password();
        assert!(one.len() == 23 && one != make_password());
        assert!(!one.contains(['0', 'o', '1', 'l', 'i', 'u']));
    }

    #[test]
    fn an_authenticator_can_read_the_address() {
        let uri = otpauth("admin", "JBSWY3DPEHPK3PXP");
        assert!(uri.starts_with("otpauth://totp/%E9%98%B3%E5%85%89%E6%94%BF%E5%8A%A1:admin?secret=JBSWY3DPEHPK3PXP&issuer="));
    }
}
