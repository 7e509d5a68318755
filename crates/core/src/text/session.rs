//! Why a session refuses, and what is wrong with a checkpoint.

use crate::plan::Stage;

pub const NO_CHECKPOINT: &str = "This safetensors file is not a Convlab checkpoint.";
pub const NO_STEP: &str = "The checkpoint does not say at which step it was taken.";
pub const NO_IMAGE: &str = "This split holds no image.";
pub const NO_HEADER: &str = "it has no header";
pub const HEADER_TOO_LONG: &str = "its header is too long";
pub const HEADER_CUT_OFF: &str = "its header is cut off";
pub const HEADER_NO_JSON: &str = "its header is not JSON";
pub const TENSORS_OVERLAP: &str = "its tensors overlap or leave gaps";
pub const TENSOR_IMPOSSIBLE: &str = "a tensor has an impossible shape, type or place";
pub const IMAGE: &str = "Image";
pub const CLASS: &str = "Class";

sentences! {
    views(most: usize, count: usize) = "An image has 1 to {most} views here, not {count}.";
    no_safetensors(why: &str) = "This is not a readable safetensors file: {why}.";
    other_numerics(numerics: &str, here: u32) = "The checkpoint is of numerics version {numerics}, and this engine computes version {here}.";
    unread_experiment(why: &str) = "The checkpoint's experiment cannot be read: {why}";
    other_standard(standard: &str, channels: usize) = "The file's images were standardised by {standard}, which does not fit images of {channels} channels.";
    no_tensor(name: &str) = "The file has no {name}: it is of another network.";
    other_shape(name: &str, there: &[usize], here: &[usize]) = "{name} is {there:?} in the file and {here:?} here: it is of another network.";
    not_finite(name: &str) = "{name} holds a number that is not finite.";
    checkpoint_does_not_fit(why: &str) = "The checkpoint does not fit. {why}";
    foreign_tensor(name: &str) = "The file has {name}, and this network does not: it is of another network.";
    not_whole_images(numbers: usize, size: usize) = "{numbers} numbers do not make whole images of {size}.";
    frozen_with_block(layer: &str, block: &str) = "{layer} is frozen with all of {block}: unfreeze {block}.";
    no_units(layer: usize, last: usize) = "{layer} is not a layer with units to knock out; they are 0 to {last}.";
    no_unit(layer: usize, unit: usize, units: usize) = "Layer {layer} has no unit {unit}, only {units} of them.";
    not_live(setting: &str) = "{setting} does not act during a run: it needs a new one.";
    no_setting(setting: &str, live: &str) = "{setting} is not a setting; a run can change {live}.";
    not_its_turn(next: Stage, stage: Stage) = "The next stage is {next:?}, not {stage:?}.";
    first_stage_diverged(step: u32) = "The first stage diverged at step {step}.";
    not_there(what: &str, n: usize, last: usize) = "{what} {n} is not there: they are 0 to {last}.";
    bins(most: usize, bins: usize) = "A histogram has 1 to {most} bins, not {bins}.";
    no_layer(layer: &str) = "{layer} is not a layer of this network.";
}
