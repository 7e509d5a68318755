use super::*;
use crate::data::{Batches, DataSet, Gather, Images, Labels, Pixels, Sizes, Standardize};
use crate::plan::{At, Kernel, StepRecord};

/// Forty images `[3, 7, 6]` without two equal rows, columns or channels.
fn data(floats: bool) -> DataSet {
    let bytes: Vec<u8> = (0..40 * 126).map(|i| (i * i * 37 % 251) as u8).collect();
    let pixels = match floats {
        true => Pixels::Floats(bytes.iter().map(|&v| f32::from(v) / 255.0).collect()),
        false => Pixels::Bytes(bytes),
    };
    let names = (0..5).map(|k| k.to_string()).collect();
    let images =
        Images { shape: [3, 7, 6], names, pixels, labels: (0..40).map(|i| i * 3 % 5).collect(), tests: 0 };
    DataSet::new(images, Sizes { train: 20, val: 11, test: 9 }, 4, &Standardize::Auto).unwrap()
}

const N: usize = 20;

/// Images and labels of the first training batch through one view.
fn seen(data: &DataSet, view: View<f32>) -> (Vec<f32>, Vec<f32>) {
    let mut record = StepRecord { seed: 5, ..StepRecord::default() };
    Batches::training(data, N).unwrap().point(&mut record, 0);
    let floats = matches!(data.pixels, Pixels::Floats(_));
    let (mut x, mut labels) = (vec![9.0; N * 126], vec![9.0; N]);
    let views = view.numbers().repeat(N);
    let kernel = Apply { n: N, c: 3, h: 7, w: 6, floats };
    let at = At { record: &record, data };
    kernel.reference(&at, [&data.affine(), &views], [&mut x]);
    Labels { n: N }.reference(&at, [], [&mut labels]);
    (x, labels)
}

/// The same batch without augmentation.
fn gathered(data: &DataSet) -> (Vec<f32>, Vec<f32>) {
    let mut record = StepRecord { seed: 5, ..StepRecord::default() };
    Batches::training(data, N).unwrap().point(&mut record, 0);
    let floats = matches!(data.pixels, Pixels::Floats(_));
    let (mut x, mut labels) = (vec![9.0; N * 126], vec![9.0; N]);
    let kernel = Gather { n: N, c: 3, plane: 42, floats };
    kernel.reference(&At { record: &record, data }, [&data.affine()], [&mut x, &mut labels]);
    (x, labels)
}

/// Places of one pixel of the batch that two views must share: `(row, column)` to `(row, column)`.
fn assert_moved(view: View<f32>, from: impl Fn(i32, i32) -> (i32, i32)) {
    for floats in [false, true] {
        let data = data(floats);
        let (stored, labels) = gathered(&data);
        let (x, same_labels) = seen(&data, view);
        assert_eq!(labels, same_labels);
        let affine = data.affine();
        for (plane, (x, stored)) in x.chunks_exact(42).zip(stored.chunks_exact(42)).enumerate() {
            let black = (0.0 - affine[2 * (plane % 3)]) * affine[2 * (plane % 3) + 1];
            for i in 0..7 {
                for j in 0..6 {
                    let (row, column) = from(i, j);
                    let inside = (0..7).contains(&row) && (0..6).contains(&column);
                    let want = if inside { stored[(row * 6 + column) as usize] } else { black };
                    assert_eq!(x[(i * 6 + j) as usize].to_bits(), want.to_bits(), "{view:?} {i} {j}");
                }
            }
        }
    }
}

#[test]
fn whole_pixels_move_to_the_last_bit() {
    let still = View::default();
    assert_moved(still, |i, j| (i, j));
    assert_moved(View { flip: 1.0, ..still }, |i, j| (i, 5 - j));
    assert_moved(View { vflip: 1.0, ..still }, |i, j| (6 - i, j));
    assert_moved(View { dx: 2.0, dy: -3.0, ..still }, |i, j| (i + 3, j - 2));
    // The image is mirrored first, then shifted.
    assert_moved(View { flip: 1.0, dx: 1.0, ..still }, |i, j| (i, 6 - j));
    assert_moved(View { degrees: 180.0, ..still }, |i, j| (6 - i, 5 - j));
    assert_moved(View { degrees: 360.0, ..still }, |i, j| (i, j));
    assert_moved(View { dx: 99.0, ..still }, |_, _| (-1, -1));
}

#[test]
fn a_positive_turn_is_clockwise() {
    let mut image = [0.0f32; 25];
    image[2] = 1.0;
    let mut turned = [0.0; 25];
    let view = View { degrees: 90.0, ..View::default() };
    view.render([1, 5, 5], 1.0, |at| image[at], |at, v| turned[at] = v);
    let top = (0..25).max_by(|&a, &b| turned[a].total_cmp(&turned[b]));
    assert_eq!(top, Some(14), "from the middle of the top to the middle of the right side");
}

#[test]
fn a_crop_is_resized_to_the_whole_image() {
    // A ramp from left to right: the left quarter's ramp is half as steep.
    let ramp = |at: usize| (at % 8) as f32;
    let mut seen = [0.0; 64];
    let view = View { cut: 0.75, crop_x: -1.0, crop_y: -1.0, ..View::default() };
    view.render([1, 8, 8], 255.0, ramp, |at, v| seen[at] = v);
    let row = &seen[32..40];
    assert!(row[1..].iter().enumerate().all(|(j, &v)| (v - (0.25 + 0.5 * j as f32)).abs() < 1e-5), "{row:?}");
}

#[test]
fn brightness_and_contrast_stay_between_black_and_white() {
    let stored = [0.0, 0.25, 0.5, 1.0f32];
    let mut seen = [0.0; 4];
    let view = View { brightness: 0.25, contrast: 0.5, ..View::default() };
    view.render([1, 1, 4], 1.0, |at| stored[at], |at, v| seen[at] = v);
    assert_eq!(seen, [0.0, 0.375, 0.75, 1.0]);
}

fn record(set: impl Fn(&mut Strengths)) -> StepRecord {
    let mut record = StepRecord { seed: 3, ..StepRecord::default() };
    set(&mut record.augment);
    record
}

/// 40,000 views of 28 x 32 pixels.
fn drawn(record: StepRecord) -> Vec<View<f32>> {
    let step = |step| StepRecord { step, ..record };
    (0..400).flat_map(|s| (0..100).map(move |n| View::draw(&step(s), n, 28, 32))).collect()
}

#[test]
fn without_strength_every_view_is_the_image_itself() {
    for view in drawn(StepRecord::default()) {
        let view = View { crop_x: 0.0, crop_y: 0.0, left: 0.0, top: 0.0, ..view };
        assert_eq!(view, View::default());
    }
}

/// Mean and mean square lie within five of their own deviations of a uniform draw on `[low, high)`.
fn assert_uniform(draws: impl Iterator<Item = f32>, [low, high]: [f64; 2], what: &str) {
    let draws: Vec<f64> = draws.map(|v| (f64::from(v) - low) / (high - low)).collect();
    assert!(draws.iter().all(|v| (0.0..=1.0).contains(v)), "{what} is outside {low} to {high}");
    let n = draws.len() as f64;
    let mean = draws.iter().sum::<f64>() / n;
    let square = draws.iter().map(|v| v * v).sum::<f64>() / n;
    let near = |got: f64, want: f64, variance: f64| (got - want).abs() < 5.0 * (variance / n).sqrt();
    assert!(near(mean, 0.5, 1.0 / 12.0) && near(square, 1.0 / 3.0, 4.0 / 45.0), "{what}: {mean}, {square}");
    let next = draws.windows(2).map(|w| (w[0] - 0.5) * (w[1] - 0.5)).sum::<f64>() / n;
    assert!(near(next, 0.0, 1.0 / 144.0), "{what}: neighbours are correlated, {next}");
}

#[test]
fn draws_are_uniform_within_their_limits() {
    let views = drawn(record(|s| {
        s.set_flips(0.3, 0.05);
        (s.rotate, s.scale, s.crop, s.brightness, s.contrast) = (20.0, 0.5, 0.4, 0.25, 0.75);
    }));
    let of = |get: fn(&View<f32>) -> f32| views.iter().map(get);
    assert_uniform(of(|v| v.degrees), [-20.0, 20.0], "degrees");
    assert_uniform(of(|v| v.zoom), [-0.5, 0.5], "zoom");
    assert_uniform(of(|v| v.cut), [0.0, f64::from(0.4f32)], "area cut away");
    assert_uniform(of(|v| v.crop_x), [-1.0, 1.0], "place of the crop");
    assert_uniform(of(|v| v.crop_y), [-1.0, 1.0], "place of the crop");
    assert_uniform(of(|v| v.brightness), [-0.25, 0.25], "brightness");
    assert_uniform(of(|v| v.contrast), [-0.75, 0.75], "contrast");
    for (share, p, what) in [(of(|v| v.flip), 0.3, "flip"), (of(|v| v.vflip), 0.05, "vertical flip")] {
        let share = share.map(f64::from).sum::<f64>() / 4e4;
        assert!((share - p).abs() < 5.0 * (p * (1.0 - p) / 4e4f64).sqrt(), "{what}: {share}");
    }
}

/// Every value is drawn as often as it should be, within five deviations.
fn assert_shares(draws: impl Iterator<Item = f32>, shares: &[(f32, f64)], what: &str) {
    let draws: Vec<f32> = draws.collect();
    let n = draws.len() as f64;
    for &(value, p) in shares {
        let share = draws.iter().filter(|&&v| v == value).count() as f64 / n;
        assert!((share - p).abs() < 5.0 * (p * (1.0 - p) / n).sqrt(), "{what}: {value} has {share}, not {p}");
    }
    assert!(draws.iter().all(|v| shares.iter().any(|(value, _)| v == value)), "{what}: another value");
}

#[test]
fn shifts_are_whole_pixels_and_rounded() {
    let views = drawn(record(|s| s.set_sides(0.1, 0.0)));
    // 2.8 pixels down and 3.2 to the side, uniform and rounded.
    let shares = |most: f64| -> Vec<(f32, f64)> {
        let end = most.round();
        let whole = (-end as i32..=end as i32).map(f64::from);
        let width = |v: f64| if v.abs() == end { most - end + 0.5 } else { 1.0 };
        whole.map(|v| (v as f32, width(v) / (2.0 * most))).collect()
    };
    assert_shares(views.iter().map(|v| v.dy), &shares(2.8), "rows");
    assert_shares(views.iter().map(|v| v.dx), &shares(3.2), "columns");
}

#[test]
fn the_black_square_has_its_area_and_stays_inside() {
    let views = drawn(record(|s| s.set_sides(0.0, 0.25)));
    assert!(views.iter().all(|v| v.size == 7.0));
    let even =
        |count: i32| -> Vec<(f32, f64)> { (0..count).map(|v| (v as f32, 1.0 / f64::from(count))).collect() };
    assert_shares(views.iter().map(|v| v.top), &even(28 - 7 + 1), "top");
    assert_shares(views.iter().map(|v| v.left), &even(32 - 7 + 1), "left");
    for view in &views[..50] {
        let mut black = 0;
        view.render([1, 28, 32], 1.0, |_| 1.0, |_, v: f32| black += usize::from(v == 0.0));
        assert_eq!(black, 49);
    }
    let whole = View::draw(&record(|s| s.set_sides(1.0, 1.0)), 0, 28, 32);
    assert_eq!((whole.size, whole.top), (28.0, 0.0));
}

#[test]
fn every_image_and_every_step_has_its_own_draw() {
    let record = record(|s| s.rotate = 1.0);
    let angle = |step, n| View::draw(&StepRecord { step, ..record }, n, 28, 28).degrees;
    let mut angles: Vec<f32> = (0..30).flat_map(|step| (0..30).map(move |n| angle(step, n))).collect();
    angles.sort_by(f32::total_cmp);
    angles.dedup();
    assert!(angles.len() > 895);
    assert_eq!(angle(7, 3), angle(7, 3));
}
