//! 演示 · two questions of this morning: one offered to another agency that has not accepted yet, one answered.

use crate::asked::fold;
use acts::{AskedAct, AskedWay, Question, Told};
use foundation::people::Person;
use foundation::{House, Stop};

pub async fn seed(house: &House, officer: &Person) -> Result<(), Stop> {
    let now = house.now();
    let mut tx = house.pool().begin().await?;
    let about = |text: &str| Question { text: text.into(), contact: None };
    let item = Some("food-production-licence".to_owned());
    let question = about("小作坊改成食品厂，排水要不要另外办手续，找谁办");
    let first = fold::begin(&mut tx, (AskedWay::Counter, None, question), officer, &now).await?;
    let reason = "排水的手续不归本局，请水利局接手答复".to_owned();
    let asked = fold::lock(&mut tx, &first).await?;
    fold::act(&mut tx, asked, AskedAct::HandoverOffered { to: "jinzhai-water".into(), reason }, officer, &now).await?;
    let question = about("食品生产许可证快到期了，提前多久来办延续");
    let second = fold::begin(&mut tx, (AskedWay::Phone, item, question), officer, &now).await?;
    let told = Told { text: "有效期届满三十个工作日以前提出，网上和窗口都可以".into() };
    let asked = fold::lock(&mut tx, &second).await?;
    fold::act(&mut tx, asked, AskedAct::Answered { private: Some(told) }, officer, &now).await?;
    tx.commit().await?;
    house.wake();
    Ok(())
}
