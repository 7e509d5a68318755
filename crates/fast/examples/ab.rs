use convlab_fast::*;
use std::sync::atomic::Ordering::Relaxed;
use std::time::Instant;
fn main() {
    let shapes = [
        (8, 16, 14),
        (16, 16, 32),
        (16, 16, 28),
        (16, 32, 16),
        (32, 32, 16),
        (32, 32, 14),
        (32, 64, 8),
        (64, 64, 8),
        (8, 8, 28),
        (16, 32, 14),
        (64, 64, 7),
    ];
    let rounds: usize = std::env::args().nth(1).and_then(|a| a.parse().ok()).unwrap_or(15);
    for (ic, oc, side) in shapes {
        let s = ConvShape { n: 64, ic, h: side, w: side, oc, kh: 3, kw: 3, stride: 1, padding: 1 };
        let f =
            |n: usize| (0..n).map(|i| ((i * 2654435761) % 1000) as f32 * 0.002 - 1.0).collect::<Vec<f32>>();
        let (x, w, dy) = (f(s.x_len()), f(s.weight_len()), f(s.y_len()));
        let (mut y, mut dx, mut dw) = (dy.clone(), x.clone(), w.clone());
        let mut scratch = Scratch::new();
        let mut best = [[f64::MAX; 3]; 2];
        for _ in 0..rounds {
            for on in [0, 1] {
                WINO.store(on == 1, Relaxed);
                let t = Instant::now();
                conv_forward(&s, &x, &w, None, false, &mut y, &mut scratch);
                let a = t.elapsed().as_secs_f64();
                conv_grad_input(&s, &w, &dy, &mut dx, &mut scratch);
                let b = t.elapsed().as_secs_f64();
                conv_grad_weight(&s, &x, &dy, &mut dw, None, &mut scratch);
                let c = t.elapsed().as_secs_f64();
                for (best, v) in best[on].iter_mut().zip([a, b - a, c - b]) {
                    *best = best.min(v * 1e3)
                }
            }
        }
        print!("{ic:3}->{oc:3} @{side:2}");
        for k in 0..3 {
            print!("   {:6.2} {:6.2} {:.2}x", best[0][k], best[1][k], best[0][k] / best[1][k]);
        }
        println!();
    }
}
