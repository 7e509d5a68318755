use super::super::*;
use super::{assert_close, bits, random};

#[test]
fn every_size() {
    for n in [1, 2, 3, 4, 7, 64] {
        for inputs in [1, 3, 4, 8, 31, 64, 784] {
            for outputs in [1, 2, 7, 8, 10, 33] {
                check(DenseShape { n, inputs, outputs });
            }
        }
    }
}

fn check(s: DenseShape) {
    let DenseShape { n, inputs, outputs } = s;
    let (x, w, b, dy) =
        (random(n * inputs, 1), random(outputs * inputs, 2), random(outputs, 3), random(n * outputs, 4));
    let (mut want_y, mut want_dx) = (vec![0.0; n * outputs], vec![0.0; n * inputs]);
    let (mut want_dw, mut want_db) = (vec![0.0; outputs * inputs], vec![0.0; outputs]);
    for i in 0..n {
        for o in 0..outputs {
            let d = f64::from(dy[i * outputs + o]);
            let mut sum = f64::from(b[o]);
            want_db[o] += d;
            for k in 0..inputs {
                let (x, w) = (f64::from(x[i * inputs + k]), f64::from(w[o * inputs + k]));
                sum += x * w;
                want_dx[i * inputs + k] += d * w;
                want_dw[o * inputs + k] += d * x;
            }
            want_y[i * outputs + o] = sum;
        }
    }
    let run = |scratch: &mut Scratch| {
        let nan = |length| vec![f32::NAN; length];
        let (mut y, mut dx) = (nan(n * outputs), nan(n * inputs));
        let (mut dw, mut db) = (nan(outputs * inputs), nan(outputs));
        dense_forward(&s, &x, &w, Some(&b), &mut y, scratch);
        dense_grad_input(&s, &w, &dy, &mut dx, scratch);
        dense_grad_weight(&s, &x, &dy, &mut dw, Some(&mut db), scratch);
        [y, dx, dw, db]
    };
    let mut scratch = Scratch::poisoned();
    let got = run(&mut scratch);
    for (got, want) in got.iter().zip([&want_y, &want_dx, &want_dw, &want_db]) {
        assert_close(got, want, 4e-6, &s);
    }
    for (first, again) in got.iter().zip(&run(&mut scratch)) {
        assert_eq!(bits(first), bits(again), "{s:?}");
    }
}
