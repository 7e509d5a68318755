use super::super::*;
use super::{assert_close, random};
use crate::View;

const EPS: f32 = 1e-5;

/// Every norm of `[n, c, h, w]`: name, statistics, affine map.
fn views(n: usize, c: usize, hw: usize) -> Vec<(&'static str, View, View)> {
    let view = |runs, groups, run| View { runs, groups, run };
    let channel = view(n, c, hw);
    let mut views = vec![
        ("batch", channel, channel),
        ("layer", view(1, n, c * hw), channel),
        ("layer per element", view(1, n, c * hw), view(n, c * hw, 1)),
        ("instance", view(1, n * c, hw), channel),
    ];
    if c.is_multiple_of(2) {
        views.push(("group", view(1, n * 2, c / 2 * hw), channel));
    }
    views
}

#[test]
fn every_norm_of_every_shape() {
    for (n, c, hw) in [(2, 3, 1), (5, 4, 4), (3, 2, 9), (2, 5, 49), (3, 4, 64), (2, 3, 1300), (9, 6, 1)] {
        for (name, stats, affine) in views(n, c, hw) {
            // A single value has no spread: its statistics say nothing.
            if stats.count() > 1 {
                for rectifier in [None, Some(Rectifier::Relu), Some(Rectifier::Leaky { slope: 0.1 })] {
                    check((name, stats, affine, rectifier), stats, affine, rectifier);
                }
            }
        }
    }
}

fn check(what: impl std::fmt::Debug, view: View, affine: View, rectifier: Option<Rectifier>) {
    let length = view.count() * view.groups;
    let (x, dy) = (random(length, 1), random(length, 2));
    let (weight, bias) = (random(affine.groups, 3), random(affine.groups, 4));

    let mut stats = vec![f32::NAN; 2 * view.groups];
    moments(view, &x, &mut stats);
    let mean: Vec<f32> = stats.iter().copied().step_by(2).collect();
    let var: Vec<f32> = stats.iter().copied().skip(1).step_by(2).collect();
    let (mut want_mean, mut want_var) = (vec![0.0; view.groups], vec![0.0; view.groups]);
    let share = 1.0 / view.count() as f64;
    for i in 0..length {
        want_mean[view.group(i)] += f64::from(x[i]) * share;
    }
    for i in 0..length {
        let g = view.group(i);
        want_var[g] += (f64::from(x[i]) - want_mean[g]).powi(2) * share;
    }
    assert_close(&mean, &want_mean, 1e-6, &what);
    assert_close(&var, &want_var, 1e-6, &what);

    let rstd: Vec<f64> = var.iter().map(|v| 1.0 / (f64::from(*v) + f64::from(EPS)).sqrt()).collect();
    let (w, b) = (Some(&weight[..]), Some(&bias[..]));
    let norm = Norm { view, affine, stats: &stats, eps: EPS, weight: w, bias: b, rectifier };
    let below = match rectifier {
        None => 1.0,
        Some(Rectifier::Relu) => 0.0,
        Some(Rectifier::Leaky { slope }) => f64::from(slope),
    };
    let mut y = vec![f32::NAN; length];
    norm.forward(&x, &mut y);
    let (mut want_y, mut dz, mut xhat) = (vec![0.0; length], vec![0.0; length], vec![0.0; length]);
    let (mut dbias, mut dweight) = (vec![0.0; affine.groups], vec![0.0; affine.groups]);
    let (mut sum, mut sum_xhat) = (vec![0.0; view.groups], vec![0.0; view.groups]);
    for i in 0..length {
        let (g, a) = (view.group(i), affine.group(i));
        xhat[i] = (f64::from(x[i]) - f64::from(mean[g])) * rstd[g];
        let w = f64::from(weight[a]);
        let z = w * xhat[i] + f64::from(bias[a]);
        want_y[i] = if z > 0.0 { z } else { below * z };
        dz[i] = f64::from(dy[i]) * if y[i] > 0.0 { 1.0 } else { below };
        dbias[a] += dz[i];
        dweight[a] += dz[i] * xhat[i];
        sum[g] += dz[i] * w;
        sum_xhat[g] += dz[i] * w * xhat[i];
    }
    assert_close(&y, &want_y, 4e-6, &what);
    for (over, weighted, want, want_xhat) in
        [(affine, false, &dbias, &dweight), (view, true, &sum, &sum_xhat)]
    {
        let (mut got, mut got_xhat) = (vec![f32::NAN; over.groups], vec![f32::NAN; over.groups]);
        norm.grad_sums(over, weighted, &x, &dy, &mut got, &mut got_xhat);
        assert_close(&got, want, 4e-6, &what);
        assert_close(&got_xhat, want_xhat, 4e-6, &what);
        if weighted {
            let mut dx = vec![f32::NAN; length];
            norm.grad_input(&x, &dy, &got, &got_xhat, &mut dx);
            let want: Vec<f64> = (0..length)
                .map(|i| {
                    let g = view.group(i);
                    let common = (sum[g] + xhat[i] * sum_xhat[g]) * share;
                    (dz[i] * f64::from(weight[affine.group(i)]) - common) * rstd[g]
                })
                .collect();
            assert_close(&dx, &want, 4e-6, &what);
            if view == affine {
                let (dbias, dweight) = (narrow(&dbias), narrow(&dweight));
                norm.grad_input_shared(&x, &dy, &dbias, &dweight, &mut dx);
                assert_close(&dx, &want, 4e-6, &what);
            }
        }
    }
    let mut sum = vec![f32::NAN; length];
    Norm { rectifier: None, ..norm }.forward(&x, &mut sum);
    sum.iter_mut().zip(&dy).for_each(|(sum, other)| *sum += other);
    let rectified: Vec<f32> = sum.iter().map(|&s| if s > 0.0 { s } else { below as f32 * s + 0.0 }).collect();
    norm.forward_add(&x, &dy, &mut y);
    assert_eq!(y, rectified, "{what:?}");
}

fn narrow(numbers: &[f64]) -> Vec<f32> {
    numbers.iter().map(|&x| x as f32).collect()
}

#[test]
fn a_large_mean_costs_no_digits_of_the_variance() {
    let view = View { runs: 4, groups: 2, run: 100 };
    let x: Vec<f32> = random(800, 1).iter().map(|x| 4096.0 + (x * 64.0).round() / 64.0).collect();
    let mut stats = [f32::NAN; 4];
    moments(view, &x, &mut stats);
    for g in 0..2 {
        let of_group =
            || x.iter().enumerate().filter(|(i, _)| view.group(*i) == g).map(|(_, x)| f64::from(*x));
        let want = of_group().sum::<f64>() / 400.0;
        let spread = of_group().map(|x| (x - want).powi(2)).sum::<f64>() / 400.0;
        assert!(
            (f64::from(stats[2 * g + 1]) - spread).abs() <= 1e-6 * spread,
            "{} is not {spread}",
            stats[2 * g + 1]
        );
    }
}

#[test]
fn without_weight_and_bias() {
    let view = View { runs: 2, groups: 3, run: 10 };
    let x = random(60, 1);
    let stats = [0.5, 0.25, 0.5, 0.25, 0.5, 0.25];
    let norm =
        Norm { view, affine: view, stats: &stats, eps: 0.0, weight: None, bias: None, rectifier: None };
    let (mut y, mut dx) = (vec![f32::NAN; 60], vec![f32::NAN; 60]);
    norm.forward(&x, &mut y);
    assert!((0..60).all(|i| y[i] == (x[i] - 0.5) * 2.0));
    norm.grad_scale(&x, &mut dx);
    assert!((0..60).all(|i| dx[i] == x[i] * 2.0));
}
