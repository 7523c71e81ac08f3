//! 受理 · says that a complaint about an approval is taken up, within five working days (C3.3-11). What is not taken up is shown its way
//! ([`super::direct`]).

use acts::ComplaintAct;

pub fn read() -> ComplaintAct {
    ComplaintAct::Accepted
}
