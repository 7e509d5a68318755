//! The engine's half of the catalogue: what it says to readers, a file per area. The page's half is
//! `www/src/text`.

/// Declares sentences: each is a function of what it speaks of.
macro_rules! sentences {
    ($($(#[$when:meta])* $name:ident($($part:ident: $type:ty),*) = $sentence:literal;)+) => { $(
        $(#[$when])*
        #[doc = $sentence]
        pub fn $name($($part: $type),*) -> String {
            format!($sentence)
        }
    )+ };
}

pub(crate) mod choices;
pub(crate) mod data;
pub(crate) mod device;
pub(crate) mod doctor;
pub(crate) mod fields;
pub(crate) mod files;
#[cfg(feature = "gpu")]
pub(crate) mod gpu;
pub(crate) mod link;
pub(crate) mod network;
pub(crate) mod presets;
pub(crate) mod session;
pub(crate) mod verdicts;
pub mod web;

/// Several of which one counts.
pub(crate) fn either(words: &[String]) -> String {
    words.join(" or ")
}
