use super::super::*;
use super::{assert_close, bits, random};

const LIMIT: f64 = 4e-6;

struct Reference {
    y: Vec<f64>,
    dx: Vec<f64>,
    dw: Vec<f64>,
    db: Vec<f64>,
}

fn reference(s: &ConvShape, x: &[f32], weight: &[f32], bias: &[f32], dy: &[f32]) -> Reference {
    let (oh, ow) = (s.oh(), s.ow());
    let mut r = Reference {
        y: vec![0.0; s.y_len()],
        dx: vec![0.0; s.x_len()],
        dw: vec![0.0; s.weight_len()],
        db: vec![0.0; s.oc],
    };
    for n in 0..s.n {
        for o in 0..s.oc {
            for y in 0..oh {
                for z in 0..ow {
                    let at = ((n * s.oc + o) * oh + y) * ow + z;
                    let d = f64::from(dy[at]);
                    let mut sum = f64::from(bias[o]);
                    r.db[o] += d;
                    for c in 0..s.ic {
                        for ky in 0..s.kh {
                            for kx in 0..s.kw {
                                let (iy, ix) = (y * s.stride + ky, z * s.stride + kx);
                                if iy < s.padding
                                    || ix < s.padding
                                    || iy >= s.h + s.padding
                                    || ix >= s.w + s.padding
                                {
                                    continue;
                                }
                                let i = ((n * s.ic + c) * s.h + iy - s.padding) * s.w + ix - s.padding;
                                let k = ((o * s.ic + c) * s.kh + ky) * s.kw + kx;
                                sum += f64::from(x[i]) * f64::from(weight[k]);
                                r.dx[i] += d * f64::from(weight[k]);
                                r.dw[k] += d * f64::from(x[i]);
                            }
                        }
                    }
                    r.y[at] = sum;
                }
            }
        }
    }
    r
}

fn check(s: ConvShape) {
    let (x, weight, bias, dy) =
        (random(s.x_len(), 1), random(s.weight_len(), 2), random(s.oc, 3), random(s.y_len(), 4));
    let want = reference(&s, &x, &weight, &bias, &dy);
    let run = |scratch: &mut Scratch| {
        let nan = |length| vec![f32::NAN; length];
        let (mut y, mut dx, mut dw, mut db) =
            (nan(s.y_len()), nan(s.x_len()), nan(s.weight_len()), nan(s.oc));
        conv_forward(&s, &x, &weight, Some(&bias), None, &mut y, scratch);
        conv_grad_input(&s, &weight, &dy, &mut dx, scratch);
        conv_grad_weight(&s, &x, &dy, &mut dw, Some(&mut db), scratch);
        [y, dx, dw, db]
    };
    let mut scratch = Scratch::poisoned();
    let first = run(&mut scratch);
    for (name, got, want) in [
        ("forward", &first[0], &want.y),
        ("grad_input", &first[1], &want.dx),
        ("grad_weight", &first[2], &want.dw),
        ("grad_bias", &first[3], &want.db),
    ] {
        assert_close(got, want, LIMIT, &(name, s));
    }
    let again = run(&mut scratch);
    for (first, again) in first.iter().zip(&again) {
        assert_eq!(bits(first), bits(again), "{s:?}: a second call gave other bits");
    }
}

fn shape(
    n: usize,
    (ic, oc): (usize, usize),
    (h, w): (usize, usize),
    (kh, kw): (usize, usize),
    stride: usize,
    padding: usize,
) -> ConvShape {
    ConvShape { n, ic, h, w, oc, kh, kw, stride, padding }
}

#[test]
fn every_kernel_stride_and_padding() {
    for k in 1..=11 {
        for stride in 1..=4 {
            for padding in [0, 1, 2, k / 2, k, k + 1] {
                for size in [1, 2, 5, 8, 11, 17] {
                    if k <= size + 2 * padding {
                        check(shape(2, (2, 5), (size, size), (k, k), stride, padding));
                    }
                }
            }
        }
    }
}

#[test]
fn every_number_of_channels() {
    for channels in [(1, 1), (1, 8), (3, 16), (4, 4), (5, 7), (7, 5), (8, 3), (12, 20), (16, 1)] {
        for (k, stride, padding) in [(1, 1, 0), (1, 2, 0), (3, 1, 1), (3, 2, 1), (5, 1, 2), (5, 3, 0)] {
            for size in [(9, 9), (14, 14), (6, 7), (5, 13)] {
                check(shape(3, channels, size, (k, k), stride, padding));
            }
        }
    }
}

#[test]
fn rectangles() {
    for kernel in [(1, 3), (3, 1), (2, 5), (7, 2), (1, 11)] {
        for stride in 1..=3 {
            for padding in 0..=5 {
                for size in [(9, 20), (20, 9), (1, 12), (12, 1)] {
                    if kernel.0 <= size.0 + 2 * padding && kernel.1 <= size.1 + 2 * padding {
                        check(shape(2, (3, 4), size, kernel, stride, padding));
                    }
                }
            }
        }
    }
}

#[test]
fn small_maps_of_many_images() {
    for size in 1..=7 {
        for n in [1, 2, 7, 8, 19] {
            check(shape(n, (4, 8), (size, size), (3, 3), 1, 1));
            check(shape(n, (6, 9), (size, size), (1, 1), 1, 0));
            check(shape(n, (5, 4), (size, size), (3, 3), 2, 1));
        }
    }
}

#[test]
fn the_networks_of_the_benchmark() {
    for (channels, size, k, stride) in [
        ((1, 8), 28, 3, 1),
        ((8, 16), 14, 3, 1),
        ((3, 16), 32, 3, 1),
        ((16, 16), 32, 3, 1),
        ((16, 32), 16, 3, 1),
        ((32, 64), 8, 3, 1),
        ((64, 64), 8, 3, 1),
        ((16, 32), 32, 3, 2),
        ((32, 64), 16, 3, 2),
        ((16, 32), 32, 1, 2),
        ((32, 64), 16, 1, 2),
    ] {
        check(shape(3, channels, (size, size), (k, k), stride, k / 2));
    }
}

#[test]
fn a_sum_over_many_images_stays_accurate() {
    check(shape(64, (3, 4), (32, 32), (3, 3), 1, 1));
    check(shape(64, (4, 8), (16, 16), (3, 3), 2, 1));
}

#[test]
fn maps_of_every_size_with_many_channels() {
    for channels in [(8, 8), (9, 12), (13, 10), (20, 17)] {
        for h in [2, 3, 4, 5, 7, 8, 11] {
            for w in [4, 5, 6, 7, 8, 9, 13, 16, 19] {
                for padding in 0..=3 {
                    if h.min(w) + 2 * padding >= 3 {
                        check(shape(2, channels, (h, w), (3, 3), 1, padding));
                        check(shape(3, channels, (h, w), (3, 3), 2, padding));
                    }
                }
            }
        }
    }
}

/// Evaluations and looks take batches of other sizes than training.
#[test]
fn an_image_has_the_same_bits_in_every_batch() {
    for (channels, size) in [
        ((8, 12), (7, 7)),
        ((16, 8), (9, 14)),
        ((3, 5), (6, 5)),
        ((12, 8), (5, 20)),
        ((8, 8), (10, 6)),
        ((8, 9), (14, 14)),
        ((12, 8), (14, 22)),
    ] {
        for stride in [1, 2] {
            let of = |n| shape(n, channels, size, (3, 3), stride, 1);
            let (one, five) = (of(1), of(5));
            let (x, weight, dy) =
                (random(five.x_len(), 1), random(five.weight_len(), 2), random(five.y_len(), 3));
            let mut scratch = Scratch::poisoned();
            let mut run = |s: ConvShape, x: &[f32], dy: &[f32]| {
                let (mut y, mut dx) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; s.x_len()]);
                conv_forward(&s, x, &weight, None, Some(Rectifier::Relu), &mut y, &mut scratch);
                conv_grad_input(&s, &weight, dy, &mut dx, &mut scratch);
                (bits(&y), bits(&dx))
            };
            let (y, dx) = run(five, &x, &dy);
            for i in 0..5 {
                let (from_x, from_y) = (i * one.x_len(), i * one.y_len());
                let alone = run(one, &x[from_x..][..one.x_len()], &dy[from_y..][..one.y_len()]);
                assert_eq!(alone.0, y[from_y..][..one.y_len()], "{one:?}");
                assert_eq!(alone.1, dx[from_x..][..one.x_len()], "{one:?}");
            }
        }
    }
}

/// What no window sees has gradient 0 but for the rounding of a tile.
#[test]
fn what_nothing_sees_has_no_gradient() {
    for stride in [1, 2] {
        let s = shape(1, (8, 8), (16, 16), (3, 3), stride, 1);
        let (weight, mut dy) = (random(s.weight_len(), 1), vec![0.0; s.y_len()]);
        let side = s.ow();
        for at in 0..side * side {
            dy[at] = 1.0;
            let mut dx = vec![f32::NAN; s.x_len()];
            conv_grad_input(&s, &weight, &dy, &mut dx, &mut Scratch::poisoned());
            dy[at] = 0.0;
            for (i, d) in dx.iter().enumerate() {
                let near = (i % 256 / 16).abs_diff(stride * (at / side)) <= 1
                    && (i % 16).abs_diff(stride * (at % side)) <= 1;
                assert!(near || d.abs() <= 1e-6, "{at}: dx[{i}] is {d}");
            }
        }
    }
}

#[test]
fn relu_and_no_bias() {
    for k in [1, 3, 5] {
        let s = shape(2, (5, 6), (9, 10), (k, k), 1, k / 2);
        let (x, weight) = (random(s.x_len(), 1), random(s.weight_len(), 2));
        let mut scratch = Scratch::poisoned();
        let (mut plain, mut relu) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; s.y_len()]);
        conv_forward(&s, &x, &weight, None, None, &mut plain, &mut scratch);
        conv_forward(&s, &x, &weight, None, Some(Rectifier::Relu), &mut relu, &mut scratch);
        let want = reference(&s, &x, &weight, &vec![0.0; s.oc], &vec![0.0; s.y_len()]).y;
        assert_close(&plain, &want, LIMIT, &s);
        let clipped: Vec<f32> = plain.iter().map(|v| v.max(0.0)).collect();
        assert_eq!(relu, clipped);
    }
}
