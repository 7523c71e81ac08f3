//! The definitions are embedded; a change to one of them must rebuild the crate.

fn main() {
    println!("cargo:rerun-if-changed=../definitions");
    println!("cargo:rerun-if-changed=../reference");
}
