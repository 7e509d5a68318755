use super::super::*;
use super::{assert_close, random};

/// f and f' in f64.
fn reference(activation: Activation, x: f64) -> (f64, f64) {
    let sigmoid = 1.0 / (1.0 + libm::exp(-x));
    match activation {
        Activation::Relu => (x.max(0.0), f64::from(x > 0.0)),
        Activation::LeakyRelu { slope } => {
            let slope = if x > 0.0 { 1.0 } else { f64::from(slope) };
            (slope * x, slope)
        }
        Activation::Sigmoid => (sigmoid, sigmoid * (1.0 - sigmoid)),
        Activation::Tanh => (libm::tanh(x), 1.0 - libm::tanh(x).powi(2)),
        Activation::Gelu => {
            let phi = 0.5 * libm::erfc(-x / 2f64.sqrt());
            (x * phi, phi + x * libm::exp(-x * x / 2.0) / std::f64::consts::TAU.sqrt())
        }
        Activation::GeluTanh => {
            let a = std::f64::consts::FRAC_2_PI.sqrt();
            let t = libm::tanh(a * (x + 0.044715 * x * x * x));
            let slope = a * (1.0 + 3.0 * 0.044715 * x * x);
            (0.5 * x * (1.0 + t), 0.5 * (1.0 + t) + 0.5 * x * (1.0 - t * t) * slope)
        }
        Activation::Silu => (x * sigmoid, sigmoid + x * sigmoid * (1.0 - sigmoid)),
    }
}

const ALL: [Activation; 7] = [
    Activation::Relu,
    Activation::LeakyRelu { slope: 0.01 },
    Activation::Sigmoid,
    Activation::Tanh,
    Activation::Gelu,
    Activation::GeluTanh,
    Activation::Silu,
];

#[test]
fn close_to_f64() {
    for scale in [0.01, 1.0, 6.0, 20.0] {
        let x: Vec<f32> = random(1003, 1).iter().map(|x| x * scale).collect();
        for activation in ALL {
            let (mut y, mut dx) = (vec![f32::NAN; x.len()], vec![f32::NAN; x.len()]);
            activation.forward(&x, &mut y);
            activation.backward(&x, &vec![1.0; x.len()], &mut dx);
            for (i, &x) in x.iter().enumerate() {
                let (want, slope) = reference(activation, f64::from(x));
                for (got, want) in [(y[i], want), (dx[i], slope)] {
                    let error = (f64::from(got) - want).abs();
                    assert!(error <= 3e-7 * want.abs().max(1.0), "{activation:?} at {x}: {got}, not {want}");
                }
            }
        }
    }
}

#[test]
fn huge_and_special_inputs() {
    let x = [1e30, -1e30, f32::INFINITY, f32::NEG_INFINITY, f32::MAX, f32::MIN, 0.0, -0.0, 1e-40];
    for activation in ALL {
        let (mut y, mut dx) = (x, x);
        activation.forward(&x, &mut y);
        activation.backward(&x, &[1.0; 9], &mut dx);
        for (i, &x) in x.iter().enumerate() {
            assert!(!y[i].is_nan() && !dx[i].is_nan(), "{activation:?} at {x}: {} and {}", y[i], dx[i]);
            assert!(y[i].is_finite() || x.is_infinite(), "{activation:?} at {x}: {}", y[i]);
        }
        let mut y = [0.0];
        activation.forward(&[f32::NAN], &mut y);
        assert!(y[0].is_nan(), "{activation:?} hides a NaN");
    }
}

/// A product with what is left of a tail must not be subnormal: it would take a hundred times as long.
#[test]
fn tails_end_at_zero() {
    let x: Vec<f32> = (-1400..1400).map(|i| i as f32 / 10.0).collect();
    let (mut y, mut dx) = (x.clone(), x.clone());
    for activation in ALL {
        activation.forward(&x, &mut y);
        activation.backward(&x, &vec![1.0; x.len()], &mut dx);
        for (i, got) in y.iter().chain(&dx).enumerate() {
            assert!(*got == 0.0 || got.abs() > 1e-19, "{activation:?} at {}: {got:e}", x[i % x.len()]);
        }
    }
}

#[test]
fn gradients_at_zero_are_pytorchs() {
    for (activation, want) in [(Activation::Relu, 0.0), (Activation::LeakyRelu { slope: 0.25 }, 0.25)] {
        let mut dx = [f32::NAN; 2];
        activation.backward(&[0.0, -0.0], &[1.0; 2], &mut dx);
        assert_close(&dx, &[want; 2], 0.0, &activation);
    }
}
