//! What a setting is: its limits, its words, its help.

use crate::shared::decimal;
use serde::{Deserialize, Serialize, Serializer};

use super::choices::{Choice, Choices};
use crate::text::{
    self,
    fields::{self, Words},
};

/// A number, or the word of a choice.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Scalar {
    /// A number.
    Number(f64),
    /// A word of the link.
    Word(String),
}

/// Where a setting stands in the form, in the order data flows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Group {
    Images,
    Augment,
    Model,
    Layers,
    Optimizer,
    Regularize,
    Run,
}

/// As its title.
impl Serialize for Group {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(fields::title(*self))
    }
}

/// What may be written.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Kind {
    /// A number between `min` and `max`.
    Number,
    /// One of `choices`.
    Choice,
    /// Whole numbers joined by `-`, or `all`.
    List,
}

/// How a slider divides its range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Scale {
    /// Equal steps.
    Linear,
    /// Equal factors.
    Log,
}

/// A setting that another one gives a meaning to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct When {
    /// The other setting.
    pub key: &'static str,
    /// It must have one of these words.
    pub values: &'static [&'static str],
}

/// Where to read more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct Source {
    /// Author, title, year.
    pub title: &'static str,
    /// Address.
    pub url: &'static str,
}

/// One thing that can be set. Link, limits, form and help all read this declaration.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The word before `=` in the link.
    pub key: &'static str,
    /// The accessible name of the control.
    pub label: &'static str,
    /// One line for a student.
    pub help: &'static str,
    /// Where it stands in the form.
    pub group: Group,
    /// Number or choice.
    pub kind: Kind,
    /// Acts at the next step of a running session and goes into its log.
    pub live: bool,
    /// What counts when nothing is written.
    pub default: Scalar,
    /// Smallest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub min: Option<f64>,
    /// Largest number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max: Option<f64>,
    /// The part of the range worth a slider; the number box takes all of it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub slider: Option<[f64; 2]>,
    /// How the slider divides it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// Whole numbers only.
    pub integer: bool,
    /// The words, of a choice.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub choices: Vec<Choice>,
    /// Words of the grammar of networks are read too.
    pub free: bool,
    /// What gives it a meaning, where something else does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub when: Option<When>,
    /// What one sees where it is too low.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub low: Option<&'static str>,
    /// What one sees where it is too high.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub high: Option<&'static str>,
    /// Where to read more.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// What a word of it is, for sentences: `a normalization`.
    #[serde(skip)]
    pub noun: &'static str,
}

impl Setting {
    fn new(group: Group, kind: Kind) -> Self {
        Self {
            key: "",
            label: "",
            help: "",
            group,
            kind,
            live: false,
            default: Scalar::Number(0.0),
            min: None,
            max: None,
            slider: None,
            scale: None,
            integer: false,
            choices: Vec::new(),
            free: false,
            when: None,
            low: None,
            high: None,
            source: None,
            noun: text::choices::NUMBER,
        }
    }

    #[inline(never)]
    pub(super) fn number(group: Group, min: f64, max: f64) -> Self {
        let scale = Some(Scale::Linear);
        Self { min: Some(min), max: Some(max), scale, ..Self::new(group, Kind::Number) }
    }

    #[inline(never)]
    pub(super) fn whole(group: Group, min: u32, max: u32) -> Self {
        Self { integer: true, ..Self::number(group, f64::from(min), f64::from(max)) }
    }

    #[inline(never)]
    pub(super) fn listed(group: Group, noun: &'static str, choices: Vec<Choice>) -> Self {
        Self { noun, choices, ..Self::new(group, Kind::Choice) }
    }

    pub(super) fn choice<C: Choices>(group: Group) -> Self {
        Self::listed(group, C::NOUN, C::all().into_iter().map(|(_, choice)| choice).collect())
    }

    pub(super) fn list(group: Group) -> Self {
        Self::new(group, Kind::List)
    }

    // Inlined, the declaration of all settings is three times as long, and a first visit waits for it.
    #[inline(never)]
    pub(super) fn log(self) -> Self {
        Self { scale: Some(Scale::Log), ..self }
    }

    #[inline(never)]
    pub(super) fn live(self) -> Self {
        Self { live: true, ..self }
    }

    #[inline(never)]
    pub(super) fn slider(self, low: f64, high: f64) -> Self {
        Self { slider: Some([low, high]), ..self }
    }

    pub(super) fn free(self) -> Self {
        Self { free: true, ..self }
    }

    #[inline(never)]
    pub(super) fn when(self, key: &'static str, values: &'static [&'static str]) -> Self {
        Self { when: Some(When { key, values }), ..self }
    }

    /// The setting of a key, with what readers are told and the word that counts when nothing is written.
    #[inline(never)]
    pub(super) fn of(self, key: &'static str, words: &'static Words, word: String) -> Self {
        let Words { label, help, extremes, source } = *words;
        let [low, high] = extremes.map_or([None; 2], |extremes| extremes.map(Some));
        Self { key, label, help, low, high, source, default: self.scalar(word), ..self }
    }

    /// The word that counts when nothing is written.
    pub(crate) fn usual(&self) -> String {
        match &self.default {
            Scalar::Number(number) => number.to_string(),
            Scalar::Word(word) => word.clone(),
        }
    }

    /// A word as JSON has it: numbers as numbers.
    pub fn scalar(&self, word: String) -> Scalar {
        match (self.kind, decimal::to_f64(&word)) {
            (Kind::Number, Some(number)) => Scalar::Number(number),
            _ => Scalar::Word(word),
        }
    }

    /// Whether a word is allowed here.
    ///
    /// # Errors
    /// The rest of a sentence that begins with the word: `is not a normalization`.
    pub(super) fn check(&self, word: &str) -> Result<(), String> {
        match self.kind {
            Kind::Choice if self.free || self.choices.iter().any(|choice| choice.value == word) => Ok(()),
            Kind::Choice => Err(text::link::is_not(self.noun)),
            Kind::Number => self.check_number(word),
            Kind::List => Ok(()),
        }
    }

    fn check_number(&self, word: &str) -> Result<(), String> {
        let (min, max) = (self.min.unwrap_or(f64::MIN), self.max.unwrap_or(f64::MAX));
        match decimal::to_f64(word) {
            None => Err(text::link::NO_NUMBER.to_owned()),
            Some(number) if number.is_nan() => Err(text::link::NO_NUMBER.to_owned()),
            Some(number) if !(min..=max).contains(&number) => Err(text::link::outside(min, max)),
            Some(number) if self.integer && number.fract() != 0.0 => Err(text::link::NOT_WHOLE.to_owned()),
            Some(_) => Ok(()),
        }
    }
}
