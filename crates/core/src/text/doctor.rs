//! What the curve doctor finds, and the names of its evidence.

pub const DIVERGED: &str = "diverged";
pub const ALL_DROPPED: &str =
    "Dropout drops every unit: nothing of an image reaches the scores, and no gradient comes back.";
pub const DROPOUT_P: &str = "dropout p";
pub const PEAK_LOSS: &str = "peak loss";
pub const FIRST_LOSS: &str = "first loss";
pub const LAST_LOSS: &str = "last loss";
pub const DEVIATION: &str = "deviation, last layer / first";
pub const DEAD_SHARE: &str = "dead share";
pub const GUESSING: &str = "guessing";
pub const LOSS_BEFORE: &str = "loss before";
pub const TRAINING_ACCURACY: &str = "training accuracy";
pub const VALIDATION_ACCURACY: &str = "validation accuracy";
pub const NOISY_LABELS: &str =
    "Validation images are classified better than training images: many training labels must be wrong.";
pub const LOWEST_VALIDATION_LOSS: &str = "lowest validation loss";
pub const LAST_VALIDATION_LOSS: &str = "last validation loss";
pub const BATCH: &str = "batch";
pub const RUNNING_LOSS: &str = "running loss";
pub const CLEAN_LOSS: &str = "clean loss";
pub const VALIDATION_IMAGES: &str = "validation images";
pub const TYPICAL_JUMP: &str = "typical jump";
pub const NOTHING_YET: &str = "There is nothing to read yet.";

sentences! {
    rate_diverged(step: u32) = "The loss became no usable number at step {step}: the learning rate is too high.";
    rate_jumped(peak: f64, at: u32) = "The loss jumped to {peak:.1} at step {at} and has not recovered: the learning rate is too high.";
    die_out_at_once() = "Before the first step signals die out on their way: a hidden layer says the same everywhere";
    die_out(by: &str) = "Before the first step signals die out on their way: the deviation changes by a factor of {by} from the first hidden layer to the last";
    burst(by: &str) = "Before the first step signals burst on their way: the deviation changes by a factor of {by} from the first hidden layer to the last";
    far_too_sure(guessing: f64) = "The first weights answer far too surely: guessing has a loss of {guessing:.2}";
    with_first_loss(what: &str, loss: &str) = "{what}, and the first loss is {loss}.";
    with_no_first_loss(what: &str) = "{what}, and the first loss is no usable number.";
    dead_units(percent: f64, layer: &str) = "{percent:.0} % of the units of layer {layer} are never above 0, so no gradient passes them.";
    stuck(steps: u32, loss: f64, guessing: f64) = "After {steps} steps the loss is {loss:.2}, and guessing has {guessing:.2}: nothing was learned.";
    rate_too_low(before: f64, last: f64) = "The training loss still falls, from {before:.2} to {last:.2} in the last quarter: the learning rate is too low or the run too short.";
    meaningless_labels(train: f64, val: f64) = "{train:.0} % of the training images are right and {val:.0} % of the validation images: the labels are learned by heart, as if they were shuffled.";
    surer(best: f64, last: f64) = "The validation loss rises from {best:.2} to {last:.2} while its accuracy holds: wrong answers grow surer.";
    by_heart(train: f64, val: f64) = "{train:.1} % in training and {val:.1} % in validation: it learns by heart.";
    tiny_batch(batch: u32, running: f64, clean: f64) = "Batch normalization averages over {batch} images: the running loss, {running:.2}, and the clean one, {clean:.2}, belong to different and noisy statistics.";
    noisy_validation(points: f64, images: usize) = "The validation accuracy jumps by {points:.1} points from one look to the next: {images} images are too few to read it.";
    underfit(loss: f64, percent: f64) = "The training loss has stopped at {loss:.2} with {percent:.0} % of the training images right: the network is too small, or held back too much.";
    healthy(train: f64, val: f64) = "Nothing wrong: {train:.1} % in training and {val:.1} % in validation.";
}
