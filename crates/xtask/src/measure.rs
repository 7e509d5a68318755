//! The page in a browser, measured and pictured while it runs.

use crate::process::run;
use crate::project::root;
use crate::{Done, chrome, npm, test};

/// Frames and long tasks of the main thread while a run trains; `seconds` in all.
pub fn frames(options: &[&str]) -> Done {
    script("frames", options)
}

/// Whether device, module and page give back what they took; trains `minutes`, 30 unless given.
pub fn soak(options: &[&str]) -> Done {
    script("soak", options)
}

/// Takes the pictures of docs/pictures.
pub fn pictures() -> Done {
    script("pictures", &[])
}

fn script(name: &str, options: &[&str]) -> Done {
    if options.len() > 1 || options.iter().any(|option| option.parse::<f64>().is_err()) {
        return Err(format!("`{name}` takes one number."));
    }
    test::page()?;
    let mut measure = npm::node_script(&root().join(format!("tests/web/{name}.mjs")), options);
    measure.env("CHROME", chrome::find_or_install()?);
    run(measure)
}
