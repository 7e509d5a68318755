//! A Vulkan adapter in software, so that the GPU's kernels run on a machine without a GPU and the same way everywhere.

use std::path::{Path, PathBuf};

use crate::{chrome, debian};

const FOLDERS: [&str; 3] = ["/usr/share/vulkan/icd.d", "/usr/local/share/vulkan/icd.d", "/etc/vulkan/icd.d"];

/// The variables under which the Vulkan loader sees lavapipe alone, or the SwiftShader that comes with Chrome.
///
/// `None` outside Linux, where Metal or DirectX 12 answer, and where no software adapter can be had.
pub fn software_adapter() -> Option<Vec<(&'static str, PathBuf)>> {
    if !cfg!(target_os = "linux") {
        return None;
    }
    lavapipe()
        .or_else(|| debian::install(&["mesa-vulkan-drivers", "libvulkan1"]).then(lavapipe).flatten())
        .or_else(swiftshader)
}

fn lavapipe() -> Option<Vec<(&'static str, PathBuf)>> {
    FOLDERS.iter().find_map(|folder| named(Path::new(folder), "lvp_icd")).map(only)
}

fn swiftshader() -> Option<Vec<(&'static str, PathBuf)>> {
    let folder = chrome::library_folders(&chrome::find()?)
        .into_iter()
        .find(|folder| folder.join("vk_swiftshader_icd.json").is_file())?;
    let mut variables = only(folder.join("vk_swiftshader_icd.json"));
    variables.push(("LD_LIBRARY_PATH", folder));
    Some(variables)
}

fn named(folder: &Path, start: &str) -> Option<PathBuf> {
    let files = std::fs::read_dir(folder).ok()?;
    let mut found = files.flatten().filter(|file| file.file_name().to_string_lossy().starts_with(start));
    found.next().map(|file| file.path())
}

/// Both names of the variable: older loaders know only the second.
fn only(driver: PathBuf) -> Vec<(&'static str, PathBuf)> {
    vec![("VK_DRIVER_FILES", driver.clone()), ("VK_ICD_FILENAMES", driver)]
}
