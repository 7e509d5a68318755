//! What is wrong with a link. What begins in the middle follows the word that it is about.

pub const THE_LINK: &str = "the link";
pub const NO_SEED: &str = "is not a seed (0 to 4294967295)";
pub const NO_LAYER_NUMBER: &str = "is not the number of a layer";
pub const NO_CHANGE: &str = "is not a change (like 120.lr.0.01)";
pub const NO_STEP: &str = "does not begin with a step (like 120.lr.0.01)";
pub const NOT_LIVE: &str = "names nothing that can change during a run";
pub const NO_ARM: &str = "is not an arm (like lr.0.01)";
pub const OTHER_LAYERS_THAN_START: &str = "does not fit (its layers are not those that start gives)";
pub const REPETITIONS: &str = "repetitions";
pub const NO_LAYER: &str = "is not a layer";
pub const ROWS_AND_COLUMNS: &str = "rows and columns";
pub const AS_STRIDE: &str = "as stride";
pub const AS_PADDING: &str = "as padding";
pub const FILTERS: &str = "filters";
pub const UNITS: &str = "units";
pub const NO_CLASSES: &str = "is not a list of classes such as 0-1-7";
pub const CLASS_TWICE: &str = "names a class twice";
pub const ONE_CLASS: &str = "is one class, and a choice needs two or more";
pub const NO_SETTING: &str = "is not a setting";
pub const NO_NUMBER: &str = "is not a number";
pub const LONELY_DASH: &str = "cannot be read (no layer stands on one side of a dash)";
pub const NO_FAMILY: &str =
    "is not a network (resnet-D and plain-D have D = 8, 14, 20, 32 or 44 and w1 to w128)";
pub const NO_NETWORK: &str = "is not a network";
pub const NO_AUGMENTATION: &str = "is not an augmentation";
pub const NOT_WHOLE: &str = "is not a whole number";
pub const NO_START: &str = "is neither a source network nor a number of steps";

sentences! {
    more_words(rest: usize) = "{rest} more words of this link cannot be used.";
    too_long(letters: usize, longest: usize) = "This link has {letters} letters, and links end at {longest}, so the default experiment is used.";
    other_version(version: &str, known: &str) = "v={version} is not a version that this page reads (it reads {known}), so the default experiment is used.";
    given_twice(key: &str, first: &str) = "{key} is given more than once; the first, {first}, counts.";
    seed_beside_seeds(seed: &str) = "seed={seed} is not read beside seeds.";
    not_yet(name: &str) = "{name} is not available in this version, so it is left out.";
    no_setting(name: &str) = "{name} is not a setting, so it is left out.";
    empty_place(key: &str) = "{key}: an empty place in the list is left out.";
    left_out(key: &str, entry: &str, why: &str) = "{key}: {entry} {why}, so it is left out.";
    first_read(key: &str, most: usize) = "Of {key} the first {most} words are read.";
    start_unread(word: &str, why: &str) = "start={word} {why}, so the run starts with weights of its own.";
    names_no_layer(layer: &str) = "names {layer}, which is not the number of a layer";
    layer_not_here(layer: &str) = "names layer {layer}, which this network does not have";
    part_does_not_fit(part: &str, why: &str) = "does not fit ({part} {why})";
    no_arm_sets(key: &str) = "sets {key}, which no arm can set";
    sets_twice(key: &str) = "sets {key} twice";
    freezes_no_layer(layer: &str) = "freezes {layer}, which is not the number of a layer";
    does_not_fit(why: &str) = "does not fit ({why})";
    too_many_layers(number: usize, most: usize) = "is layer {number}; a network has at most {most}";
    cannot_have(letter: &str, value: &str) = "cannot have {letter}{value}";
    padding_too_large(kernel: usize) = "needs a padding below its {kernel} rows and columns";
    needs(first: usize, last: usize, what: &str) = "needs {first} to {last} {what}";
    not_a_size(data: &str, sizes: &str) = "is not a size of {data} ({sizes})";
    beyond_class(last: u32) = "names a class beyond {last}";
    is_not(noun: &str) = "is not {noun}";
    unread_layer(word: &str, why: &str) = "cannot be read ({word} {why})";
    replaced(reason: &str, default: &str) = "{reason}, so the default, {default}, is used.";
    outside(min: f64, max: f64) = "is outside {min} to {max}";
    other_layers(link: &str) = "holds the layers of {link}, and this network has others";
}
