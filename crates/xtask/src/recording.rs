//! The recording that the page shows before its engine is ready.

use crate::process::run;
use crate::project::{root, www};
use crate::{Done, chrome, npm, test};

/// Records the default run in a browser and writes its trace for the page.
pub fn recording() -> Done {
    test::page()?;
    let chrome = chrome::find_or_install()?;
    let file = www().join("public/recordings/default.json");
    let file = file.to_str().ok_or("The path of this folder is not in Unicode.")?;
    let mut record = npm::node_script(&root().join("tests/web/record.mjs"), &[file]);
    record.env("CHROME", chrome);
    run(record)
}
