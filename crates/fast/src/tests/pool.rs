use super::super::*;
use super::{assert_close, random};

fn check(
    n: usize,
    c: usize,
    (h, w): (usize, usize),
    (kh, kw): (usize, usize),
    stride: usize,
    padding: usize,
    x: &[f32],
) {
    let s = ConvShape { n, ic: c, h, w, oc: c, kh, kw, stride, padding };
    let dy = random(s.y_len(), 9);
    let (mut y, mut dx) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; s.x_len()]);
    max_pool_forward(&s, x, &mut y);
    max_pool_backward(&s, x, &dy, &mut dx);
    let (mut want_y, mut want_dx) = (Vec::new(), vec![0.0f32; s.x_len()]);
    for plane in 0..n * c {
        for oy in 0..s.oh() {
            for ox in 0..s.ow() {
                let (mut best, mut at) = (f32::NEG_INFINITY, None);
                for iy in (oy * stride..oy * stride + kh).filter_map(|i| i.checked_sub(padding)) {
                    for ix in (ox * stride..ox * stride + kw).filter_map(|i| i.checked_sub(padding)) {
                        let i = (plane * h + iy) * w + ix;
                        if iy < h && ix < w && (at.is_none() || x[i] > best) {
                            (best, at) = (x[i], Some(i));
                        }
                    }
                }
                if let Some(at) = at {
                    want_dx[at] += dy[want_y.len()];
                }
                want_y.push(best);
            }
        }
    }
    assert_eq!(y, want_y, "{s:?}");
    assert_eq!(dx, want_dx, "{s:?}");
}

fn check_average(s: ConvShape, count_include_pad: bool) {
    let (x, dy) = (random(s.x_len(), 1), random(s.y_len(), 2));
    let (mut y, mut dx) = (vec![f32::NAN; s.y_len()], vec![f32::NAN; s.x_len()]);
    average_pool_forward(&s, count_include_pad, &x, &mut y);
    average_pool_backward(&s, count_include_pad, &dy, &mut dx);
    let (mut want_y, mut want_dx) = (Vec::new(), vec![0.0; s.x_len()]);
    for plane in 0..s.n * s.ic {
        for i in 0..s.oh() * s.ow() {
            let mut seen = Vec::new();
            let (top, left) = (i / s.ow() * s.stride, i % s.ow() * s.stride);
            for iy in (top..top + s.kh).filter_map(|i| i.checked_sub(s.padding)) {
                for ix in (left..left + s.kw).filter_map(|i| i.checked_sub(s.padding)) {
                    if iy < s.h && ix < s.w {
                        seen.push((plane * s.h + iy) * s.w + ix);
                    }
                }
            }
            let count = if count_include_pad { s.kh * s.kw } else { seen.len() } as f64;
            for &at in &seen {
                want_dx[at] += f64::from(dy[want_y.len()]) / count;
            }
            want_y.push(seen.iter().map(|&at| f64::from(x[at])).sum::<f64>() / count);
        }
    }
    assert_close(&y, &want_y, 1e-6, &s);
    assert_close(&dx, &want_dx, 1e-6, &s);
}

#[test]
fn averages() {
    for (h, w) in [(4, 9), (7, 7), (8, 8), (13, 11), (1, 1)] {
        for (kh, kw) in [(1, 1), (2, 2), (3, 3), (2, 3), (h, w)] {
            for stride in 1..=3 {
                for padding in 0..=kh.min(kw) / 2 {
                    if kh <= h + 2 * padding && kw <= w + 2 * padding {
                        let s = ConvShape { n: 2, ic: 3, h, w, oc: 3, kh, kw, stride, padding };
                        check_average(s, true);
                        check_average(s, false);
                    }
                }
            }
        }
    }
}

#[test]
fn every_kernel_stride_and_padding() {
    for size in [(1, 1), (2, 2), (4, 9), (7, 7), (8, 8), (13, 11), (14, 14)] {
        for k in [(1, 1), (2, 2), (3, 3), (2, 3), (5, 2)] {
            for stride in 1..=3 {
                for padding in 0..=2 {
                    if k.0 <= size.0 + 2 * padding && k.1 <= size.1 + 2 * padding {
                        let x = random(6 * size.0 * size.1, 1);
                        check(2, 3, size, k, stride, padding, &x);
                        // All negative: padding must not win.
                        let negative: Vec<f32> = x.iter().map(|x| x - 2.0).collect();
                        check(2, 3, size, k, stride, padding, &negative);
                        // Few values, as behind a ReLU: the first of equals takes the gradient.
                        let ties: Vec<f32> = x.iter().map(|x| (x * 2.0).round().max(0.0)).collect();
                        check(2, 3, size, k, stride, padding, &ties);
                        check(2, 3, size, k, stride, padding, &vec![f32::NEG_INFINITY; x.len()]);
                    }
                }
            }
        }
    }
}
