//! What is wrong with data, and what its parts are called.

pub const NO_TRAINING_IMAGE: &str = "There is no training image.";
pub const NO_BATCH: &str = "No batch was given.";
pub const DIGITS_NOT_LOADED: &str = "The digits have not been loaded.";
pub const NO_FILES: &str = "data=own needs files of your own.";
pub const ONE_CLASS: &str =
    "All images are of one class, so there is nothing to tell apart: two are the fewest.";
pub const NO_IMAGE: &str = "There is no image.";
pub const PIXEL_NOT_FINITE: &str = "A pixel is not a finite number.";
pub const SHAPES: [&str; 10] =
    ["circle", "square", "triangle", "star", "cross", "ring", "heart", "hexagon", "arrow", "moon"];
pub const CIFAR: [&str; 10] =
    ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"];
pub const TRAINING: &str = "training";
pub const VALIDATION: &str = "validation";
pub const TEST: &str = "test";
pub const GIVEN: &str = "given";

sentences! {
    batch_too_large(batch: u32, images: &str, most: u32) = "batch={batch} is more than the {images}, so the largest that fits, {most}, is used.";
    none_to_train(val: u32, test: u32, count: u32, usual_val: u32, usual_test: u32) = "val={val} and test={test} leave none of the {count} images to train on, so the defaults, {usual_val} and {usual_test}, are used.";
    too_many_to_train(train: u32, count: u32, val: u32, test: u32, most: u32) = "train={train} is more than the {count} images leave beside val={val} and test={test}, so the largest that fits, {most}, is used.";
    batch_does_not_fit(batch: usize, images: &str, most: usize) = "A batch of {batch} does not fit {images}; the largest that does is {most}.";
    not_whole_batches(numbers: u32, batch: usize) = "{numbers} image numbers are not whole batches of {batch}.";
    too_few_images(images: usize, fewest: usize) = "Images at hand: {images}; {fewest} are the fewest: to train on, to validate and to test.";
    fewer_than_asked(train: usize, val: usize, test: usize) = "The files hold fewer images than are asked for: {train} are for training, {val} for validation, {test} for the test.";
    images_do_not_fit(count: usize, c: usize, h: usize, w: usize, numbers: usize) = "{count} images of {c}x{h}x{w} are not made of {numbers} numbers.";
    no_class_of_label(label: u32, classes: usize) = "There is a label {label}, but only {classes} classes, counted from 0.";
    given_beyond(image: u32, count: usize) = "A given batch asks for image {image}, but there are {count}, counted from 0.";
    batch_too_large_for_left(batch: u32, images: &str, most: usize) = "batch={batch} is more than the {images} left, so the largest that fits, {most}, is used.";
    no_class(class: u32, last: usize) = "There is no class {class}: the classes are 0 to {last}.";
    class_twice(class: u32) = "Class {class} is named twice.";
    no_imbalance(imbalance: f64) = "An imbalance of {imbalance} is not 1 or more.";
    fewer_per_class(wanted: usize, images: &str, class: &str) = "perclass={wanted} is more than the {images} of '{class}', so all of them are used.";
    no_share(noise: f64) = "A share of {noise} wrong labels is not from 0 to 1.";
    too_few_tests(test: usize, held: usize) = "{test} test images are wanted, but the files hold {held}.";
    too_few(train: usize, val: usize, test: usize, wanted: usize, count: usize) = "{train} training, {val} validation and {test} test images are {wanted}, but there are {count}.";
    leak(val: usize, test: usize) = "{val} validation and {test} test images also stand in an earlier split, pixel by pixel: on them, memory passes for learning.";
    other_channels(channels: usize, given: usize) = "The images have {channels} channels, but a mean and a deviation were given for {given}.";
    no_standard(mean: f32, std: f32) = "Images cannot be standardised by mean {mean} and deviation {std}: both must be finite, and the deviation above 0.";
    not_whole_images(numbers: usize, channels: usize, rows: usize, columns: usize, len: usize) = "{numbers} numbers are not whole images of {channels}x{rows}x{columns} = {len}.";
}

/// "1 training image", "2 training images".
pub fn training_images(count: usize) -> String {
    format!("{count} training image{}", if count == 1 { "" } else { "s" })
}
