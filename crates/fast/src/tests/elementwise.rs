use super::super::*;
use super::random;

#[test]
fn adds() {
    let (a, b) = (random(37, 1), random(37, 2));
    let mut y = [f32::NAN; 37];
    add(&a, &b, &mut y);
    assert!((0..37).all(|i| y[i] == a[i] + b[i]));
}

#[test]
fn sums_squares() {
    for length in [0, 1, 15, 16, 17, 5000] {
        let x = random(length, 1);
        let want: f64 = x.iter().map(|x| f64::from(*x).powi(2)).sum();
        assert!((sum_of_squares(&x) - want).abs() <= 1e-6 * want);
    }
}

#[test]
fn standardizes_bytes_and_floats() {
    let bytes = [0u8, 1, 128, 255, 7];
    let floats = bytes.map(f32::from);
    let (mut a, mut b) = ([f32::NAN; 5], [f32::NAN; 5]);
    standardize(&bytes, 128.0, 0.5, &mut a);
    standardize(&floats, 128.0, 0.5, &mut b);
    assert_eq!(a, [-64.0, -63.5, 0.0, 63.5, -60.5]);
    assert_eq!(a, b);
}
