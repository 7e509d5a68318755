//! Networks that have a name.

use super::words::{self, Times};
use crate::text::presets as text;

/// A named network. Pinned by `v=1`: what a name means never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The word in the link.
    pub name: &'static str,
    /// One line about it.
    pub help: &'static str,
    /// What it stands under in the list.
    pub group: &'static str,
    /// Its layers.
    pub words: &'static str,
    /// The defaults that belong to it: key and word. What the user sets himself counts more.
    pub settings: &'static [(&'static str, &'static str)],
}

/// All of them, in the order of the list. `resnet-D` and `plain-D` have D = 6n + 2 layers with weights:
/// a stem, n blocks of two convolutions at each of three widths, and the classifier (He et al. 2015).
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "lenet",
        help: text::LENET,
        group: text::SMALL,
        words: "conv8-pool-conv16-pool",
        settings: &[("norm", "none"), ("p", "0")],
    },
    Preset {
        name: "vgg",
        help: text::VGG,
        group: text::STACKED,
        words: "2xconv16-pool-2xconv32-pool-conv64-gap",
        settings: &[("norm", "batch"), ("p", "0.25")],
    },
    Preset {
        name: "vgg-deep",
        help: text::VGG_DEEP,
        group: text::STACKED,
        words: "2xconv16-pool-3xconv32-pool-4xconv64-gap",
        settings: &[("norm", "batch"), ("p", "0.25")],
    },
    Preset {
        name: "resnet-8",
        help: text::RESNET_8,
        group: text::SHORTCUTS,
        words: "conv16-res16-res32s2-res64s2-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "resnet-14",
        help: text::RESNET_14,
        group: text::SHORTCUTS,
        words: "conv16-2xres16-res32s2-res32-res64s2-res64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "resnet-20",
        help: text::RESNET_20,
        group: text::SHORTCUTS,
        words: "conv16-3xres16-res32s2-2xres32-res64s2-2xres64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "resnet-32",
        help: text::RESNET_32,
        group: text::SHORTCUTS,
        words: "conv16-5xres16-res32s2-4xres32-res64s2-4xres64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "resnet-44",
        help: text::RESNET_44,
        group: text::SHORTCUTS,
        words: "conv16-7xres16-res32s2-6xres32-res64s2-6xres64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain-8",
        help: text::PLAIN_8,
        group: text::WITHOUT_SHORTCUTS,
        words: "conv16-plain16-plain32s2-plain64s2-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain-14",
        help: text::PLAIN_14,
        group: text::WITHOUT_SHORTCUTS,
        words: "conv16-2xplain16-plain32s2-plain32-plain64s2-plain64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain-20",
        help: text::PLAIN_20,
        group: text::WITHOUT_SHORTCUTS,
        words: "conv16-3xplain16-plain32s2-2xplain32-plain64s2-2xplain64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain-32",
        help: text::PLAIN_32,
        group: text::WITHOUT_SHORTCUTS,
        words: "conv16-5xplain16-plain32s2-4xplain32-plain64s2-4xplain64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain-44",
        help: text::PLAIN_44,
        group: text::WITHOUT_SHORTCUTS,
        words: "conv16-7xplain16-plain32s2-6xplain32-plain64s2-6xplain64-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain",
        help: text::PLAIN,
        group: text::WITHOUT_SHORTCUTS,
        words: "3xconv8-pool-3xconv16-pool",
        settings: &[],
    },
    Preset {
        name: "one-7x7",
        help: text::ONE_7X7,
        group: text::STACKED,
        words: "conv16-conv16k7-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "three-3x3",
        help: text::THREE_3X3,
        group: text::STACKED,
        words: "conv16-3xconv16-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "mlp",
        help: text::MLP,
        group: text::SMALL,
        words: "dense64-dense64",
        settings: &[("norm", "none"), ("p", "0")],
    },
];

/// Filters of the first convolution of a network that may be had in other widths.
const WIDTH: usize = 16;
/// Widest: its last stage has as many filters as a layer may have.
const WIDEST: usize = 128;

/// A preset as a link names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Named {
    /// The preset, whose settings count in every width.
    pub preset: &'static Preset,
    /// The name with its width where that is another: `resnet-20w8`.
    pub name: String,
    /// The layers in this width.
    pub words: String,
}

impl Preset {
    /// Whether a width may be written behind the name.
    pub fn has_width(&self) -> bool {
        ["resnet-", "plain-", "one-", "three-"].iter().any(|family| self.name.starts_with(family))
    }

    fn named(&'static self) -> Named {
        Named { preset: self, name: self.name.to_owned(), words: self.words.to_owned() }
    }

    /// The same layers with `width` filters where this one has 16, and others in proportion.
    fn with_width(&'static self, width: usize) -> Option<Named> {
        if !(1..=WIDEST).contains(&width) {
            return None;
        }
        if width == WIDTH {
            return Some(self.named());
        }
        let wider = |Times(times, word): Times| {
            Some(Times(times, word.with_filters(|filters| filters.saturating_mul(width) / WIDTH)?))
        };
        let words: Option<Vec<Times>> = words::read(self.words).ok()?.into_iter().map(wider).collect();
        Some(Named { preset: self, name: format!("{}w{width}", self.name), words: words::canonical(&words?) })
    }
}

/// The preset of a name, with a width or without: `resnet-20`, `resnet-20w8`. `resnet8` is `resnet-8`
/// too, but `plain32` is a layer and not `plain-32`.
pub fn named(name: &str) -> Option<Named> {
    if let Some(preset) = preset(name) {
        return Some(preset.named());
    }
    let (family, width) = name.rsplit_once('w')?;
    preset(family).filter(|preset| preset.has_width())?.with_width(width.parse().ok()?)
}

fn preset(name: &str) -> Option<&'static Preset> {
    let plain = |name: &str| name.replace('-', "");
    let like = || PRESETS.iter().find(|preset| plain(preset.name) == plain(name));
    let exact = PRESETS.iter().find(|preset| preset.name == name);
    exact.or_else(|| like().filter(|_| words::read(name).is_err()))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::spec::Word;

    /// Convolutions and blocks of a network, repetitions counted.
    fn weighted(words: &str) -> usize {
        let layers = |Times(times, word): &Times| match word {
            Word::Conv { .. } => *times,
            Word::Residual { .. } | Word::Plain { .. } => 2 * times,
            _ => 0,
        };
        words::read(words).unwrap().iter().map(layers).sum()
    }

    #[test]
    fn a_family_is_as_deep_as_its_name_and_differs_by_its_shortcuts_only() {
        for depth in [8, 14, 20, 32, 44] {
            let [residual, plain] =
                ["resnet", "plain"].map(|family| named(&format!("{family}-{depth}")).unwrap());
            assert_eq!(weighted(&residual.words) + 1, depth);
            assert_eq!(residual.words.replace("res", "plain"), plain.words);
        }
    }

    #[test]
    fn a_width_scales_every_filter() {
        let narrow = named("resnet-14w8").unwrap();
        assert_eq!(narrow.words, "conv8-2xres8-res16s2-res16-res32s2-res32-gap");
        assert_eq!((narrow.name.as_str(), narrow.preset.name), ("resnet-14w8", "resnet-14"));
        assert_eq!(named("resnet14w8"), Some(narrow));
        assert_eq!(named("resnet-8w16"), named("resnet-8"));
        assert_eq!(named("one-7x7w32").unwrap().words, "conv32-conv32k7-gap");
        for none in
            ["resnet-8w0", "resnet-8w129", "one-7x7w129", "resnet-8w", "resnet-9", "lenetw8", "w8", "plain32"]
        {
            assert_eq!(named(none), None, "{none}");
        }
        assert_eq!(named("plain-32w4").unwrap().preset.name, "plain-32");
    }
}
