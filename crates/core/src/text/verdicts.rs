//! What checks, searches and studies conclude, and why they refuse.

pub const NO_CUES: &str = "Only shapes have cues to take away: write data=shapes.";
pub const FIRST_LOSS_NO_NUMBER: &str =
    "The first loss is no usable number: the initial weights are far too large.";
pub const NOTHING_TO_LEARN: &str = "One class leaves nothing to learn.";
pub const FIRST_LOSS: &str = "first loss";
pub const OVERFIT_ONE: &str = "overfit 1 image";
pub const OVERFIT_TEN: &str = "overfit 10 images";
pub const RATE_RANGE: &str = "learning-rate range";
pub const COARSE_GRID: &str = "coarse grid";
pub const FULL_RUN: &str = "full run";
pub const GAP: &str = "gap";
pub const ONE_IMAGE: &str = "One image was";
pub const OVER: &str = "This procedure is over.";
pub const RATE_NO_NUMBER: &str = "The first loss is no usable number: no learning rate can be read from it.";
pub const RANGE_FALLS_NOWHERE: &str = "The loss falls at no learning rate of this range.";
pub const ALL_DIVERGED: &str = "Every run diverged.";
pub const NO_AXIS: &str = "Say what to vary, as lr=0.001..1.";

sentences! {
    arm_diverged(arm: &str, step: u32) = "{arm} diverged at step {step}.";
    first_loss(loss: f64, guessing: f64, classes: usize) = "The first loss is {loss:.2}; guessing among {classes} classes gives {guessing:.2}.";
    start_helps(both: &str) = "{both} The weights that it begins with help.";
    start_knows_nothing(both: &str) = "{both} The weights that it begins with know nothing of these classes yet.";
    start_is_wrong(both: &str) = "{both} The weights that it begins with are sure of wrong answers: were the labels others?";
    less_than_guessing(both: &str) = "{both} Less than guessing before the first step: are labels among the inputs?";
    start_a_little_sure(both: &str) = "{both} The start is a little too sure of itself; the first steps undo that.";
    start_sure(both: &str) = "{both} The start is sure of wrong answers: the initial weights are too large.";
    switched_off(reason: &str, off: &str) = "{reason} Switched off for it: {off}.";
    rate_beyond(said: &str, lr: f64) = "{said} Yours, {lr}, is beyond that.";
    rate_crawls(said: &str, lr: f64) = "{said} Yours, {lr}, will crawl.";
    rate_between(said: &str, lr: f64) = "{said} Yours, {lr}, lies between.";
    best_rate(steps: u32, lr: &str, rates: usize, loss: f64) = "After {steps} steps a learning rate of {lr} is the best of {rates}: validation loss {loss:.3}.";
    all_rates_diverged(rates: usize, steps: u32) = "All of {rates} rates diverged within {steps} steps.";
    own_loss(said: &str, own: f64) = "{said} Yours has {own:.3}.";
    own_diverged(said: &str) = "{said} Yours diverged.";
    full_run(accuracy: &str, steps: u32) = "{accuracy} of the validation images after {steps} steps.";
    against_guessing(said: &str, chance: &str) = "{said} Guessing gives {chance}.";
    both_accuracies(train: &str, val: &str) = "{train} in training and {val} in validation.";
    gap_by_heart(both: &str) = "{both} It learns by heart: more images, augmentation, dropout or decay.";
    gap_none(both: &str) = "{both} No gap and much to learn: train longer, or make the network larger.";
    gap_small(both: &str) = "{both} The gap is small.";
    learned(images: &str, step: u32) = "{images} learned by heart at step {step}.";
    not_learned(images: &str, steps: u32, last: f64, first: f64) = "{images} not learned: after {steps} steps the loss is {last:.2}, and it began at {first:.2}. Something stands between the images and the loss.";
    half_learned(images: &str, steps: u32, last: f64, enough: f64) = "{images} half learned: after {steps} steps the loss is {last:.3}, not below {enough}. Try a higher learning rate.";
    some_images(images: u32) = "{images} images were";
    was(label: &str, now: &str) = "{label} (was {now})";
    no_range(low: f64, high: f64) = "{low} to {high} is no range of learning rates.";
    too_few_steps(fewest: usize) = "A range test needs at least {fewest} steps.";
    range_with_edge(lr: &str, lowest: &str, edge: &str) = "The loss falls most steeply at a learning rate of {lr}, is lowest at {lowest} and diverges from {edge} on.";
    range_without_edge(lr: &str, lowest: &str, high: &str) = "The loss falls most steeply at a learning rate of {lr} and is lowest at {lowest}; up to {high} it does not diverge.";
    only_arm(arm: &str, accuracy: &str) = "{arm}: {accuracy} on the validation images.";
    only_one_left(arm: &str, accuracy: &str) = "Only {arm} did not diverge: {accuracy}.";
    level(first: &str, second: &str, accuracy: &str) = "{first} and {second} are level: {accuracy} on the validation images.";
    ahead(first: &str, second: &str, best: &str, next: &str) = "{first} is ahead of {second}: {best} against {next} on the validation images";
    by_one_seed(said: &str) = "{said}. With one seed that may be chance.";
    by_seeds(said: &str, wins: usize, seeds: usize) = "{said}, better with {wins} of {seeds} seeds.";
    axis_twice(key: &str) = "{key} is named twice.";
    not_varied(key: &str) = "{key} is not a setting that can be varied.";
    no_number(key: &str, word: &str) = "{key}: {word} is not a number.";
    no_range_of_words(key: &str) = "{key} has words and no range: write them as a|b.";
    empty_range(key: &str, low: f64, high: f64) = "{key}: {low}..{high} is no range.";
    range_from_zero(key: &str, low: f64) = "{key} is varied by factors, so its range cannot begin at {low}.";
    too_many_trials(trials: usize, most: usize) = "{trials} trials are asked for; a search has 1 to {most}.";
    no_trial(trials: usize) = "None of {trials} trials came to its end.";
    best_trial(trials: usize, words: &str, val: f64, test: f64) = "Best of {trials}: {words}, with {val:.1} % of the validation images and, looked at once, {test:.1} % of the test images.";
}

/// A share of the images.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}
