//! What is published: the page and the npm package.

use std::fs;

use crate::process::run;
use crate::project::root;
use crate::{Done, budget, npm, serve};

/// Fills www/dist and pkg, and holds them to their size budgets.
pub fn build() -> Done {
    serve::prepare()?;
    println!("Bundling the page and the package.");
    npm::bundle("vite.config.ts")?;
    package()?;
    budget::check()
}

fn package() -> Done {
    let pkg = root().join("pkg");
    for file in fs::read_dir(&pkg).into_iter().flatten().flatten() {
        let by_hand = matches!(file.file_name().to_str(), Some("package.json" | "README.md"));
        if !by_hand && file.path().is_file() {
            fs::remove_file(file.path()).map_err(|error| format!("{}: {error}", file.path().display()))?;
        }
    }
    npm::bundle("vite.package.config.ts")?;
    run(npm::node("typescript/bin/tsc", &["--project", "tsconfig.package.json"]))
}
