//! What the layers are called, and why a network cannot be.

pub const MAPS_BEHIND_VECTOR: &str = "it reads maps, and the dense layer before it leaves a vector.";
pub const BATCH_OF_ONE: &str = "batch normalization needs more than one value per channel, and a batch of 1 on 1×1 maps has one. The smallest batch that works is 2.";
pub const FEWER: &str = "use fewer filters or units";
pub const LEFT_OUT: &str = "It is left out.";
pub const SHAPE_DEFAULTS_USED: &str = "The default normalization and batch size are used.";
pub const IMAGE: &str = "Image";
pub const WITHOUT_PADDING: &str = "without padding";
pub const RELU: &str = "ReLU";
pub const LEAKY_RELU: &str = "Leaky ReLU";
pub const SIGMOID: &str = "Sigmoid";
pub const TANH: &str = "Tanh";
pub const GELU: &str = "GELU";
pub const GELU_TANH: &str = "GELU (tanh)";
pub const SILU: &str = "SiLU";
pub const DROPOUT: &str = "Dropout";
pub const DROPOUT_2D: &str = "Dropout 2d";
pub const RESIDUAL: &str = "Residual";
pub const BATCH: &str = "Batch";
pub const LAYER: &str = "Layer";
pub const INSTANCE: &str = "Instance";
pub const NO_GROUP: &str = "Group normalization needs at least one group.";
pub const ONE_VALUE_PER_GROUP: &str =
    "Group normalization sees one value per group here: it would turn every map into its bias.";
pub const ONE_VALUE_PER_CHANNEL: &str =
    "Instance normalization sees one value per channel here: it would turn every map into its bias.";
pub const NO_FILTER: &str = "A convolution needs at least one filter.";
pub const FILTER: &str = "filter";
pub const DENSE: &str = "Dense";
pub const NO_UNIT: &str = "A dense layer needs at least one unit.";
pub const WINDOW: &str = "window";
pub const AVERAGE_ALL: &str = "Avg all";

sentences! {
    in_layer(number: usize, word: &str, why: &str) = "Layer {number}, {word}: {why}";
    in_classifier(why: &str) = "The classifier: {why}";
    no_address(field: &str, address: &str, last: usize) = "{field}: {address} is not a layer of this network; they are 0 to {last}.";
    value_too_large(batch: usize, size: u64, most: u64) = "its output for a batch of {batch} has {size} MB, more than the {most} MB that a device takes at once.";
    weights_too_large(shape: &str, size: u64, most: u64) = "The weights of one layer ({shape}) have {size} MB, more than the {most} MB that a device takes at once: make its input smaller with pool or gap, or use fewer units.";
    largest_batch(fits: usize) = "the largest batch that fits is {fits}";
    step_too_large(batch: u32, size: u64, most: u64, way_out: &str) = "A training step of this network with a batch of {batch} needs about {size} MB, more than the {most} MB allowed: {way_out}.";
    default_used(field: &str, default: &str) = "The default {field}, {default}, is used.";
    sees_nothing(rows: usize, columns: usize, what: &str) = "A {rows}×{columns} {what} sees nothing: use 1×1 or more.";
    never_moves(what: &str) = "With a stride of 0 the {what} never moves: use 1 or more.";
    padded(padding: usize) = "padded by {padding}";
    slide_does_not_fit(rows: usize, columns: usize, what: &str, h: usize, w: usize, padded: &str) = "A {rows}×{columns} {what} does not fit a {h}×{w} map {padded}.";
    maps(channels: usize, rows: usize, columns: usize) = "{channels} maps of {rows}×{columns}";
    sides_of_block(body: &str, shortcut: &str) = "The block makes {body}, its shortcut {shortcut}: they cannot be added.";
    group(groups: usize) = "Group {groups}";
    groups_do_not_fit(channels: usize, groups: usize, nearest: &str) = "{channels} channels cannot be split into {groups} equal groups. Nearest that can: {nearest}.";
    conv(rows: usize, columns: usize) = "Conv {rows}×{columns}";
    max_pool(kernel: usize) = "Max {kernel}×{kernel}";
    avg_pool(kernel: usize) = "Avg {kernel}×{kernel}";
    dense_reads_vectors(rows: usize, columns: usize) = "A dense layer reads a vector, not {rows}×{columns} maps: flatten or average them first.";
    padded_too_far(kernel: usize, most: usize) = "A {kernel}×{kernel} window may be padded by {most} at most, half its size.";
}
