//! `aug=flip0.5-rotate10`: several settings in one word of the link.

use super::experiment::{setting, settings};
use super::settings::Group;
use crate::text::link as text;

/// The word that they share.
pub(super) const KEY: &str = "aug";
/// No augmentation at all, whatever the base of an arm says.
const NONE: &str = "none";

/// Whether a setting is written as a part of `aug`.
fn belongs(key: &str) -> bool {
    key != "tta" && setting(key).is_some_and(|setting| setting.group == Group::Augment)
}

/// Reads a part: keys and words of the settings that it sets.
///
/// # Errors
/// The rest of a sentence that begins with the part.
pub(super) fn read(part: &str) -> Result<Vec<(String, String)>, String> {
    let part = part.trim().to_lowercase();
    if part == NONE {
        let parts = settings().iter().filter(|setting| belongs(setting.key));
        return Ok(parts.map(|setting| (setting.key.to_owned(), setting.usual())).collect());
    }
    let number = part.find(|c: char| !c.is_ascii_alphabetic()).unwrap_or(part.len());
    let (key, word) = part.split_at(number);
    if belongs(key) {
        Ok(vec![(key.to_owned(), word.to_owned())])
    } else {
        Err(text::NO_AUGMENTATION.to_owned())
    }
}

/// Writes words of settings, these joined to one.
pub(super) fn join(words: Vec<(&'static str, String)>) -> Vec<(&'static str, String)> {
    let mut joined: Vec<(&'static str, String)> = Vec::new();
    for (key, word) in words {
        match joined.last_mut() {
            _ if !belongs(key) => joined.push((key, word)),
            Some((KEY, parts)) => *parts += &format!("-{key}{word}"),
            _ => joined.push((KEY, format!("{key}{word}"))),
        }
    }
    joined
}
