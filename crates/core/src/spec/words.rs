//! The grammar of networks: layers by words, as `conv16-pool-2xres32s2-gap`.

use crate::text::link as text;
use std::fmt;
use std::ops::RangeInclusive;

/// A layer as it is written; the classifier behind the last is implied.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Word {
    /// `conv16k3s1p1`: convolution, normalization, activation.
    Conv {
        /// Filters: channels of the output.
        filters: usize,
        /// Rows and columns of a filter.
        kernel: usize,
        /// Pixels from one position to the next.
        stride: usize,
        /// Zeros around the image.
        padding: usize,
    },
    /// `res32s2`: two 3×3 convolutions beside a shortcut.
    Residual {
        /// Filters of both convolutions.
        filters: usize,
        /// Stride of the first, and of the shortcut.
        stride: usize,
    },
    /// `plain32s2`: the body of `res32s2` without its shortcut.
    Plain {
        /// Filters of both convolutions.
        filters: usize,
        /// Stride of the first.
        stride: usize,
    },
    /// `pool`: the largest of each window.
    MaxPool {
        /// Rows and columns of the window.
        kernel: usize,
        /// Pixels from one window to the next.
        stride: usize,
    },
    /// `avgpool`: the mean of each window.
    AvgPool {
        /// Rows and columns of the window.
        kernel: usize,
        /// Pixels from one window to the next.
        stride: usize,
    },
    /// `gap`: the mean of each channel.
    GlobalAvgPool,
    /// `dense64`: units that see everything, activation.
    Dense {
        /// Numbers in the output.
        units: usize,
    },
    /// `drop`: dropout stands here instead of before the classifier.
    Dropout,
    /// `drop2d`: dropout of whole channels, instead of dropout before the classifier.
    SpatialDropout,
}

/// A word and how often it is repeated: `3xconv16`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Times(pub usize, pub Word);

const FILTERS: RangeInclusive<usize> = 1..=512;
const UNITS: RangeInclusive<usize> = 1..=4096;
const KERNEL: RangeInclusive<usize> = 1..=11;
const STRIDE: RangeInclusive<usize> = 1..=8;
const WINDOW: RangeInclusive<usize> = 2..=8;
const TIMES: RangeInclusive<usize> = 1..=32;
/// Most layers written in one network, repetitions counted.
const MOST: usize = 64;

/// Reads a network word by word.
///
/// # Errors
/// The first word that is no layer, and what is wrong with it: `needs 1 to 512 filters`.
pub fn read(net: &str) -> Result<Vec<Times>, (String, String)> {
    let mut words = Vec::new();
    let mut layers = 0;
    for text in net.split('-').map(str::trim) {
        let fault = |why: String| (text.to_owned(), why);
        let times = one(text).map_err(fault)?;
        layers += times.0;
        if layers > MOST {
            return Err(fault(text::too_many_layers(MOST + 1, MOST)));
        }
        words.push(times);
    }
    Ok(words)
}

/// The same network as everybody writes it: without the options that are defaults.
pub fn canonical(words: &[Times]) -> String {
    words.iter().map(ToString::to_string).collect::<Vec<_>>().join("-")
}

impl Word {
    /// The same layer with its filters made by another rule; `None` where they become none or too many.
    pub(super) fn with_filters(self, rule: impl Fn(usize) -> usize) -> Option<Self> {
        let mut word = self;
        if let Word::Conv { filters, .. } | Word::Residual { filters, .. } | Word::Plain { filters, .. } =
            &mut word
        {
            *filters = rule(*filters);
            return FILTERS.contains(filters).then_some(word);
        }
        Some(word)
    }
}

fn one(text: &str) -> Result<Times, String> {
    let digits = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    let (times, text) = match text[digits..].strip_prefix('x') {
        Some(rest) if digits > 0 => (number(&text[..digits], text::REPETITIONS, TIMES)?, rest),
        _ => (1, text),
    };
    if text == "drop2d" {
        return Ok(Times(times, Word::SpatialDropout));
    }
    let mut parts = pairs(text).ok_or(text::NO_LAYER)?.into_iter();
    let (name, size) = parts.next().ok_or(text::NO_LAYER)?;
    let (mut kernel, mut stride, mut padding) = (None, None, None);
    let mut options = |allowed: &str| {
        for (letter, value) in parts.by_ref() {
            let (slot, what, range) = match letter {
                "k" => (&mut kernel, text::ROWS_AND_COLUMNS, KERNEL),
                "s" => (&mut stride, text::AS_STRIDE, STRIDE),
                "p" => (&mut padding, text::AS_PADDING, 0..=*KERNEL.end() - 1),
                _ => return Err(text::NO_LAYER.to_owned()),
            };
            if !allowed.contains(letter) || slot.replace(number(value, what, range)?).is_some() {
                return Err(text::cannot_have(letter, value));
            }
        }
        Ok(())
    };
    let word = match name {
        "conv" => {
            options("ksp")?;
            let kernel = kernel.unwrap_or(3);
            let padding = padding.unwrap_or((kernel - 1) / 2);
            if padding >= kernel {
                return Err(text::padding_too_large(kernel));
            }
            let filters = number(size, text::FILTERS, FILTERS)?;
            Word::Conv { filters, kernel, stride: stride.unwrap_or(1), padding }
        }
        "res" | "plain" => {
            options("s")?;
            let (filters, stride) = (number(size, text::FILTERS, FILTERS)?, stride.unwrap_or(1));
            if name == "res" { Word::Residual { filters, stride } } else { Word::Plain { filters, stride } }
        }
        "pool" | "avgpool" => {
            options("s")?;
            let kernel = if size.is_empty() { 2 } else { number(size, text::ROWS_AND_COLUMNS, WINDOW)? };
            let stride = stride.unwrap_or(kernel);
            if name == "pool" { Word::MaxPool { kernel, stride } } else { Word::AvgPool { kernel, stride } }
        }
        "dense" => {
            options("")?;
            Word::Dense { units: number(size, text::UNITS, UNITS)? }
        }
        "gap" | "drop" if size.is_empty() => {
            options("")?;
            if name == "gap" { Word::GlobalAvgPool } else { Word::Dropout }
        }
        _ => return Err(text::NO_LAYER.to_owned()),
    };
    Ok(Times(times, word))
}

/// `conv16k3` as (`conv`, `16`), (`k`, `3`).
fn pairs(mut text: &str) -> Option<Vec<(&str, &str)>> {
    let mut pairs = Vec::new();
    while !text.is_empty() {
        let letters = text.find(|c: char| !c.is_ascii_lowercase()).unwrap_or(text.len());
        let (name, rest) = text.split_at(letters);
        let digits = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
        let (value, rest) = rest.split_at(digits);
        if name.is_empty() {
            return None;
        }
        pairs.push((name, value));
        text = rest;
    }
    Some(pairs)
}

fn number(text: &str, what: &str, range: RangeInclusive<usize>) -> Result<usize, String> {
    let fault = || text::needs(*range.start(), *range.end(), what);
    text.parse().ok().filter(|n| range.contains(n)).ok_or_else(fault)
}

impl fmt::Display for Times {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0 > 1 {
            write!(f, "{}x", self.0)?;
        }
        self.1.fmt(f)
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let option = |f: &mut fmt::Formatter<'_>, letter: &str, value: usize, usual: usize| {
            if value == usual { Ok(()) } else { write!(f, "{letter}{value}") }
        };
        let window = |f: &mut fmt::Formatter<'_>, name: &str, kernel: usize, stride: usize| {
            f.write_str(name)?;
            option(f, "", kernel, 2)?;
            option(f, "s", stride, kernel)
        };
        let block = |f: &mut fmt::Formatter<'_>, name: &str, filters: usize, stride: usize| {
            write!(f, "{name}{filters}")?;
            option(f, "s", stride, 1)
        };
        match *self {
            Word::Conv { filters, kernel, stride, padding } => {
                write!(f, "conv{filters}")?;
                option(f, "k", kernel, 3)?;
                option(f, "s", stride, 1)?;
                option(f, "p", padding, (kernel - 1) / 2)
            }
            Word::Residual { filters, stride } => block(f, "res", filters, stride),
            Word::Plain { filters, stride } => block(f, "plain", filters, stride),
            Word::MaxPool { kernel, stride } => window(f, "pool", kernel, stride),
            Word::AvgPool { kernel, stride } => window(f, "avgpool", kernel, stride),
            Word::GlobalAvgPool => f.write_str("gap"),
            Word::Dense { units } => write!(f, "dense{units}"),
            Word::Dropout => f.write_str("drop"),
            Word::SpatialDropout => f.write_str("drop2d"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_and_written() {
        for (written, usual) in [
            ("conv16", "conv16"),
            ("conv16k3s1p1", "conv16"),
            ("conv64k7s2", "conv64k7s2"),
            ("conv8k5p0", "conv8k5p0"),
            ("conv8k2", "conv8k2"),
            ("3xconv16-pool", "3xconv16-pool"),
            ("1xres32s2-2xres64", "res32s2-2xres64"),
            ("pool2s2-pool3s2-avgpool-avgpool4", "pool-pool3s2-avgpool-avgpool4"),
            ("gap-drop-dense64", "gap-drop-dense64"),
            ("plain32s2-1xplain64s1", "plain32s2-plain64"),
            ("conv16k7s2p3-2xdrop2d", "conv16k7s2-2xdrop2d"),
        ] {
            let words = read(written).unwrap();
            assert_eq!(canonical(&words), usual);
            assert_eq!(read(usual).unwrap(), words);
        }
    }

    #[test]
    fn other_words_are_explained() {
        for (net, word, why) in [
            ("", "", "is not a layer"),
            ("conv16-", "", "is not a layer"),
            ("conv16-cinv32", "cinv32", "is not a layer"),
            ("conv3x3", "conv3x3", "is not a layer"),
            ("conv(3,0)", "conv(3,0)", "is not a layer"),
            ("conv", "conv", "needs 1 to 512 filters"),
            ("conv0", "conv0", "needs 1 to 512 filters"),
            ("conv99999999999999999999", "conv99999999999999999999", "needs 1 to 512 filters"),
            ("conv8k0", "conv8k0", "needs 1 to 11 rows and columns"),
            ("conv8s0", "conv8s0", "needs 1 to 8 as stride"),
            ("conv8p3", "conv8p3", "needs a padding below its 3 rows and columns"),
            ("conv8k3k5", "conv8k3k5", "cannot have k5"),
            ("dense9k3", "dense9k3", "cannot have k3"),
            ("gap7", "gap7", "is not a layer"),
            ("drop3d", "drop3d", "is not a layer"),
            ("plain8k3", "plain8k3", "cannot have k3"),
            ("pool1", "pool1", "needs 2 to 8 rows and columns"),
            ("0xconv8", "0xconv8", "needs 1 to 32 repetitions"),
            ("32xconv8-32xconv8-conv8", "conv8", "is layer 65; a network has at most 64"),
        ] {
            assert_eq!(read(net), Err((word.to_owned(), why.to_owned())), "{net}");
        }
    }
}
