//! GFLOP/s of the fast convolutions on the shapes of the benchmark's networks, beside a yardstick:
//! a 4x8 matrix product in the first cache, measured in the same round.
//!
//! `cargo run --release -p convlab-fast --example kernels`

use std::hint::black_box;
use std::time::{Duration, Instant};

use convlab_fast::simd::V;
use convlab_fast::{ConvShape, Scratch, conv_forward, conv_grad_input, conv_grad_weight};

const IMAGES: usize = 16;
const ROUNDS: usize = 9;
const WINDOW: Duration = Duration::from_millis(2);

/// Input channels, output channels, side, kernel, stride.
const SHAPES: [(&str, [usize; 5]); 12] = [
    ("lenet", [1, 8, 28, 3, 1]),
    ("lenet", [8, 16, 14, 3, 1]),
    ("vgg, resnet", [3, 16, 32, 3, 1]),
    ("vgg, resnet", [16, 16, 32, 3, 1]),
    ("vgg", [16, 32, 16, 3, 1]),
    ("vgg, resnet", [32, 32, 16, 3, 1]),
    ("vgg", [32, 64, 8, 3, 1]),
    ("resnet", [64, 64, 8, 3, 1]),
    ("resnet", [16, 32, 32, 3, 2]),
    ("resnet", [32, 64, 16, 3, 2]),
    ("resnet", [16, 32, 32, 1, 2]),
    ("resnet", [32, 64, 16, 1, 2]),
];

fn main() {
    println!("{:12} {:>18} {:>20} {:>20} {:>20}", "", "", "forward", "grad_input", "grad_weight");
    let mut scratch = Scratch::new();
    let mut peak = Yardstick::new();
    for (net, [ic, oc, side, k, stride]) in SHAPES {
        let s = ConvShape { n: IMAGES, ic, h: side, w: side, oc, kh: k, kw: k, stride, padding: k / 2 };
        let (x, weight, dy) = (wave(s.x_len()), wave(s.weight_len()), wave(s.y_len()));
        let (mut y, mut dx, mut dw) = (dy.clone(), x.clone(), weight.clone());
        let flop = (2 * s.y_len() * ic * k * k) as f64;
        let mut best = [0.0f64; 4];
        for _ in 0..ROUNDS {
            let round = [
                rate(Yardstick::FLOP, || peak.run()),
                rate(flop, || conv_forward(&s, &x, &weight, None, false, &mut y, &mut scratch)),
                rate(flop, || conv_grad_input(&s, &weight, &dy, &mut dx, &mut scratch)),
                rate(flop, || conv_grad_weight(&s, &x, &dy, &mut dw, None, &mut scratch)),
            ];
            for (best, rate) in best.iter_mut().zip(round) {
                *best = best.max(rate);
            }
        }
        black_box((&y, &dx, &dw));
        let shape = format!("{ic}→{oc} {k}x{k}/{stride} @{side}");
        let cells = best[1..].iter().map(|rate| format!("{rate:9.1} {:8.0} % ", 100.0 * rate / best[0]));
        println!("{net:12} {shape:>18} {}", cells.collect::<String>());
    }
    println!("GFLOP/s, the best of {ROUNDS} rounds, and the share of the yardstick in the same rounds");
}

fn wave(length: usize) -> Vec<f32> {
    (0..length).map(|i| (i as f32 * 0.7).sin()).collect()
}

/// GFLOP/s of `work`, called until a window has passed.
fn rate(flop: f64, mut work: impl FnMut()) -> f64 {
    let (start, mut calls) = (Instant::now(), 0.0);
    while start.elapsed() < WINDOW {
        work();
        calls += 1.0;
    }
    calls * flop / start.elapsed().as_secs_f64() / 1e9
}

/// Two panels of 256 rows: 12 KB, in the first cache of any machine.
struct Yardstick {
    left: Vec<f32>,
    right: Vec<f32>,
    sums: [[V; 2]; 4],
}

impl Yardstick {
    const DEPTH: usize = 256;
    const PRODUCTS: usize = 64;
    const FLOP: f64 = (2 * 4 * 8 * Self::DEPTH * Self::PRODUCTS) as f64;

    fn new() -> Self {
        Self { left: wave(4 * Self::DEPTH), right: wave(8 * Self::DEPTH), sums: [[V::zero(); 2]; 4] }
    }

    fn run(&mut self) {
        for _ in 0..Self::PRODUCTS {
            let mut sums = self.sums;
            for (left, right) in self.left.chunks_exact(4).zip(self.right.chunks_exact(8)) {
                // SAFETY: `left` has four numbers, `right` eight.
                unsafe {
                    let (b0, b1) = (V::load(right.as_ptr()), V::load(right.as_ptr().add(4)));
                    for (i, row) in sums.iter_mut().enumerate() {
                        let a = V::splat(left.as_ptr().add(i));
                        *row = [row[0].mul_add(a, b0), row[1].mul_add(a, b1)];
                    }
                }
            }
            self.sums = black_box(sums);
        }
    }
}
