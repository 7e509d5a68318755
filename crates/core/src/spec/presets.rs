//! Networks that have a name.

/// A named network. Pinned by `v=1`: what a name means never changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Preset {
    /// The word in the link.
    pub name: &'static str,
    /// What a student reads in the list.
    pub label: &'static str,
    /// One line about it.
    pub help: &'static str,
    /// Its layers.
    pub words: &'static str,
    /// The defaults that belong to it: key and word. What the user sets himself counts more.
    pub settings: &'static [(&'static str, &'static str)],
}

/// All of them, in the order of the list.
pub const PRESETS: &[Preset] = &[
    Preset {
        name: "lenet",
        label: "lenet",
        help: "Two convolutions, no normalization.",
        words: "conv8-pool-conv16-pool",
        settings: &[("norm", "none"), ("p", "0")],
    },
    Preset {
        name: "vgg",
        label: "vgg",
        help: "Five stacked 3 × 3 convolutions.",
        words: "2xconv16-pool-2xconv32-pool-conv64-gap",
        settings: &[("norm", "batch"), ("p", "0.25")],
    },
    Preset {
        name: "resnet-8",
        label: "resnet-8",
        help: "Three blocks with shortcuts around them.",
        words: "conv16-res16-res32s2-res64s2-gap",
        settings: &[("norm", "batch"), ("p", "0")],
    },
    Preset {
        name: "plain",
        label: "plain",
        help: "Six convolutions in a row, no shortcuts.",
        words: "3xconv8-pool-3xconv16-pool",
        settings: &[],
    },
    Preset {
        name: "mlp",
        label: "mlp",
        help: "Dense layers only: every pixel is alone.",
        words: "dense64-dense64",
        settings: &[("norm", "none"), ("p", "0")],
    },
];

/// The preset of a name; `resnet8` is `resnet-8` too.
pub fn preset(name: &str) -> Option<&'static Preset> {
    let plain = |name: &str| name.replace('-', "");
    PRESETS.iter().find(|preset| plain(preset.name) == plain(name))
}
