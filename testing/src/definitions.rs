//! 定义 · the definitions of the program, read once, and as an administrator would change them.

use catalogue::{Catalogue, CatalogueFault};
use serde_json::Value;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::sync::LazyLock;
use uuid::Uuid;

pub fn catalogue() -> &'static Catalogue {
    static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(|| Catalogue::embedded().unwrap());
    &CATALOGUE
}

/// With the file of one item changed.
pub fn changed(slug: &str, change: impl FnOnce(&mut Value)) -> Result<Catalogue, CatalogueFault> {
    edited(|dir| {
        let file = dir.join(format!("reference/items/{slug}.json"));
        let mut item: Value = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        change(&mut item);
        fs::write(file, item.to_string()).unwrap();
    })
}

/// As an administrator edits them, in a directory of `definitions` and `reference`.
pub fn edited(edit: impl FnOnce(&Path)) -> Result<Catalogue, CatalogueFault> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let dir = std::env::temp_dir().join(format!("sunlit-definitions-{}", Uuid::new_v4()));
    let kinds = ["decisions", "forms", "letters", "policies", "processes"].map(|kind| format!("definitions/{kind}"));
    for folder in kinds.iter().map(String::as_str).chain(["reference/items"]) {
        fs::create_dir_all(dir.join(folder)).unwrap();
        for file in fs::read_dir(root.join(folder)).unwrap().flatten() {
            fs::copy(file.path(), dir.join(folder).join(file.file_name())).unwrap();
        }
    }
    fs::copy(root.join("reference/agencies.json"), dir.join("reference/agencies.json")).unwrap();
    symlink(root.join("reference/regions.csv"), dir.join("reference/regions.csv")).unwrap();
    edit(&dir);
    let read = Catalogue::load(&dir);
    fs::remove_dir_all(dir).unwrap();
    read
}
