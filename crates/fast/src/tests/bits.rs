use super::super::*;
use super::random;
use crate::View;

/// A hash of everything eaten, bit by bit.
struct Bits(u32);

impl Bits {
    fn eat(&mut self, values: &[f32]) {
        for v in values {
            self.0 = (self.0 ^ v.to_bits()).wrapping_mul(0x0100_0193).rotate_left(5);
        }
    }
}

/// The bits of this version, on every machine. Whoever changes them on purpose raises
/// `convlab_core::NUMERICS`, for links and checkpoints promise the same run again.
#[test]
fn the_same_on_every_machine() {
    let mut scratch = Scratch::new();
    let mut bits = Bits(0);
    for (ic, oc, side, k, stride) in [
        (1, 8, 28, 3, 1),
        (8, 16, 14, 3, 1),
        (16, 32, 16, 3, 2),
        (9, 8, 13, 3, 2),
        (16, 32, 16, 1, 2),
        (5, 7, 9, 5, 1),
        (3, 5, 6, 3, 2),
        (2, 3, 11, 4, 3),
        (6, 6, 7, 3, 1),
        (3, 9, 13, 3, 1),
        (7, 2, 3, 1, 1),
    ] {
        let s = ConvShape { n: 5, ic, h: side, w: side, oc, kh: k, kw: k, stride, padding: k / 2 };
        let (x, weight, dy) = (random(s.x_len(), 1), random(s.weight_len(), 2), random(s.y_len(), 3));
        let (mut y, mut dx, mut dw, mut db) = (dy.clone(), x.clone(), weight.clone(), vec![0.0; oc]);
        conv_forward(&s, &x, &weight, None, None, &mut y, &mut scratch);
        conv_grad_input(&s, &weight, &dy, &mut dx, &mut scratch);
        conv_grad_weight(&s, &x, &dy, &mut dw, Some(&mut db), &mut scratch);
        for values in [&y, &dx, &dw, &db] {
            bits.eat(values);
        }

        let view = View { runs: 5, groups: ic, run: side * side };
        let mut stats = vec![0.0; 2 * ic];
        moments(view, &x, &mut stats);
        let weight = Some(&weight[..ic]);
        let norm = Norm {
            view,
            affine: view,
            stats: &stats,
            eps: 1e-5,
            weight,
            bias: None,
            rectifier: Some(Rectifier::Relu),
        };
        norm.forward(&x, &mut dx);
        let (mut sum, mut sum_xhat) = (vec![0.0; ic], vec![0.0; ic]);
        norm.grad_sums(view, true, &x, &dx, &mut sum, &mut sum_xhat);
        let mut dz = x.clone();
        norm.grad_input(&x, &dx, &sum, &sum_xhat, &mut dz);
        for values in [&stats, &dx, &sum, &sum_xhat, &dz] {
            bits.eat(values);
        }
    }
    let x: Vec<f32> = random(5003, 4).iter().map(|x| 15.0 * x).collect();
    let mut y = x.clone();
    use Activation::{Gelu, GeluTanh, Sigmoid, Silu, Tanh};
    for activation in [Sigmoid, Tanh, Gelu, GeluTanh, Silu] {
        activation.forward(&x, &mut y);
        bits.eat(&y);
        activation.backward(&x, &x, &mut y);
        bits.eat(&y);
    }
    assert_eq!(bits.0, 0xa1b2_787d, "bits are now {:#010x}", bits.0);
}
