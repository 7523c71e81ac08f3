//! 内置定义 · the policies and letters the program carries.

macro_rules! files {
    ($($name:literal),+ $(,)?) => {
        vec![$(($name.to_owned(), include_bytes!(concat!("../../definitions/", $name)).to_vec())),+]
    };
}

pub fn policies() -> Vec<(String, String)> {
    let files = files![
        "policies/schema.cedarschema",
        "policies/administrator.cedar",
        "policies/applicant.cedar",
        "policies/chief_representative.cedar",
        "policies/counter.cedar",
        "policies/integrity.cedar",
        "policies/public.cedar",
        "policies/supervisor.cedar",
    ];
    files
        .into_iter()
        .map(|(name, bytes): (String, Vec<u8>)| (name.trim_start_matches("policies/").to_owned(), String::from_utf8_lossy(&bytes).into_owned()))
        .collect()
}

pub fn letters() -> Vec<(String, Vec<u8>)> {
    files![
        "letters/_letter.typ",
        "letters/acceptance.typ",
        "letters/certificate.typ",
        "letters/correction.typ",
        "letters/denial.typ",
        "letters/grant.typ",
        "letters/pause.typ",
        "letters/receipt.typ",
        "letters/refusal.typ",
    ]
}
