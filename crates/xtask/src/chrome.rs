//! The browser that the tests drive.

use std::path::{Path, PathBuf};

use crate::{Done, debian};

const NAMES: [&str; 5] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];

const PLACES: [&str; 4] = [
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    r"C:\Program Files\Google\Chrome\Application\chrome.exe",
    r"C:\Program Files (x86)\Google\Chrome\Application\chrome.exe",
];

/// Chrome or Chromium: `$CHROME`, the search path, the usual places, else apt-get.
pub fn find_or_install() -> Done<PathBuf> {
    if let Some(given) = std::env::var_os("CHROME").map(PathBuf::from) {
        return if given.is_file() {
            Ok(given)
        } else {
            Err(format!("$CHROME is {}, and there is no such file.", given.display()))
        };
    }
    find().or_else(|| debian::install(&["chromium"]).then(find).flatten()).ok_or_else(|| {
        "No Chrome or Chromium was found: install one, or set CHROME to its program file.".to_owned()
    })
}

/// Chrome or Chromium where it is installed already.
pub fn find() -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let on_path = std::env::split_paths(&path).flat_map(|folder| {
        NAMES.map(|name| folder.join(name).with_extension(std::env::consts::EXE_EXTENSION))
    });
    on_path.chain(PLACES.iter().map(PathBuf::from)).find(|file| file.is_file())
}

/// The folder with the browser's own libraries, where a launch script hides it.
pub fn library_folders(chrome: &Path) -> Vec<PathBuf> {
    let real = chrome.canonicalize().unwrap_or_else(|_| chrome.to_owned());
    let beside = real.parent().map(Path::to_owned);
    let debian = ["/usr/lib/chromium", "/usr/lib/chromium-browser", "/opt/google/chrome"].map(PathBuf::from);
    beside.into_iter().chain(debian).filter(|folder| folder.is_dir()).collect()
}
