//! 告知另一条路 · what belongs to court, arbitration, reconsideration, disclosure or discipline is no matter of this channel: the way is
//! told, with where and until when, as an answer of its own (C3.5-02; 信访条例第三十一条).

use super::law;
use acts::{ComplaintAct, OtherWay, Said};
use forms::FieldError;
use foundation::held::Posted;
use foundation::page::fields::{self, field_error};

pub fn read(posted: &Posted, errors: &mut Vec<FieldError>) -> ComplaintAct {
    let way = law::WAYS.iter().find(|(_, key, ..)| *key == posted.one("way")).map(|(way, ..)| *way);
    if way.is_none() {
        errors.push(field_error("way", "该走哪条路", "请选一条", "Choose the way"));
    }
    let wanted = ("请写为什么不归这里办", "Say why it is not handled here");
    let text = fields::text(posted, "why", "告诉诉求人的话", wanted, 2000, errors);
    ComplaintAct::Directed { way: way.unwrap_or(OtherWay::Court), private: Some(Said { text }) }
}
