//! What readers are told about the networks that have a name.

/// The name and the help of the network that counts when nothing is written.
pub const DEFAULT: [&str; 2] = ["conv16, conv32", "Two 3 × 3 convolutions, a pool after each."];
pub const LENET: &str = "Two convolutions, no normalization.";
pub const VGG: &str = "Five stacked 3 × 3 convolutions.";
pub const VGG_DEEP: &str = "Nine stacked 3 × 3 convolutions.";
pub const RESNET_8: &str = "Three blocks with shortcuts around them.";
pub const RESNET_14: &str = "Six blocks with shortcuts around them.";
pub const RESNET_20: &str = "Nine blocks with shortcuts around them.";
pub const RESNET_32: &str = "Fifteen blocks with shortcuts around them.";
pub const RESNET_44: &str = "21 blocks with shortcuts around them.";
pub const PLAIN_8: &str = "The layers of resnet-8 without shortcuts.";
pub const PLAIN_14: &str = "The layers of resnet-14 without shortcuts.";
pub const PLAIN_20: &str = "The layers of resnet-20 without shortcuts.";
pub const PLAIN_32: &str = "The layers of resnet-32 without shortcuts.";
pub const PLAIN_44: &str = "The layers of resnet-44 without shortcuts.";
pub const PLAIN: &str = "Six convolutions in a row, no shortcuts.";
pub const ONE_7X7: &str = "One 7 × 7 filter behind 16 channels.";
pub const THREE_3X3: &str = "Three 3 × 3 filters that see as far.";
pub const MLP: &str = "Dense layers only: every pixel is alone.";

pub const SMALL: &str = "Small";
pub const STACKED: &str = "Stacked convolutions";
pub const SHORTCUTS: &str = "With shortcuts";
pub const WITHOUT_SHORTCUTS: &str = "The same without";
