//! Values as words of the link.

use super::choices::Choices;
use super::problem::quote;
use super::{presets, words};
use crate::shared::decimal;
use crate::text::link as text;

/// A value that the link can hold as a word.
pub(super) trait Field: Sized {
    /// Reads a word that [`Setting::check`] has let through.
    fn read(word: &str) -> Result<Self, String>;
    /// The canonical word.
    fn word(&self) -> String;
}

impl<C: Choices> Field for C {
    fn read(word: &str) -> Result<Self, String> {
        let found = C::all().into_iter().find(|(_, choice)| choice.value == word);
        found.map(|(value, _)| value).ok_or_else(|| text::is_not(C::NOUN))
    }

    fn word(&self) -> String {
        Choices::word(*self).to_owned()
    }
}

impl Field for u32 {
    fn read(word: &str) -> Result<Self, String> {
        f64::read(word).map(|number| number as u32)
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

impl Field for f64 {
    fn read(word: &str) -> Result<Self, String> {
        // Adding 0 turns −0 into 0.
        decimal::to_f64(word).map(|number| number + 0.0).ok_or_else(|| text::NO_NUMBER.to_owned())
    }

    fn word(&self) -> String {
        self.to_string()
    }
}

/// The network's words.
impl Field for String {
    fn read(net: &str) -> Result<Self, String> {
        if let Some(named) = presets::named(net) {
            return Ok(named.name);
        }
        match words::read(net) {
            Ok(words) => Ok(words::canonical(&words)),
            Err((word, _)) if word.is_empty() && !net.is_empty() => Err(text::LONELY_DASH.to_owned()),
            Err(_) if ["resnet-", "plain-"].iter().any(|family| net.starts_with(family)) => {
                Err(text::NO_FAMILY.to_owned())
            }
            Err((word, why)) if word == net => Err(why.replace(text::NO_LAYER, text::NO_NETWORK)),
            Err((word, why)) => Err(text::unread_layer(&quote(&word), &why)),
        }
    }

    fn word(&self) -> String {
        self.clone()
    }
}
