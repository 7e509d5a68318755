//! Where things are.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// The repository's root.
pub fn root() -> PathBuf {
    let crates = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    crates.canonicalize().unwrap_or(crates)
}

/// The page's folder.
pub fn www() -> PathBuf {
    root().join("www")
}

/// Cargo's output folder.
pub fn target() -> PathBuf {
    std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), |set| root().join(set))
}

/// When a file was last written; `None` where there is none.
pub fn written(path: &Path) -> Option<SystemTime> {
    path.metadata().and_then(|about| about.modified()).ok()
}

/// Whether `made` exists and is at least as new as `source`.
pub fn is_newer(made: &Path, source: &Path) -> bool {
    written(made).is_some_and(|made| written(source).is_none_or(|source| made >= source))
}
