use super::{Images, Pixels};
use crate::shared::random::{Stream, nearly_normal, word};
use crate::spec::Experiment;

/// What is done to every image of every split, so that the same task looks different: a target to
/// transfer to. Other than augmentation it is the same at every step.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Transform {
    /// Degrees that images are turned by, counter-clockwise (`torchvision` `rotate`, bilinear, fill 0).
    pub turn: f64,
    /// Fraction of the side that images are moved by, to the right.
    pub offset: f64,
    /// Standard deviation of the noise added to each pixel, of 1 for white.
    pub noise: f64,
}

impl Transform {
    /// The transformation of an experiment.
    pub fn of(experiment: &Experiment) -> Self {
        Self { turn: experiment.turn, offset: experiment.offset, noise: experiment.pixelnoise }
    }

    /// Turns, moves and disturbs all images, in this order. Noise is a function of seed, image and
    /// pixel.
    pub fn apply(&self, images: &mut Images, seed: u32) {
        if *self == Self::default() {
            return;
        }
        let [_, rows, columns] = images.shape;
        let len: usize = images.shape.iter().product();
        match &mut images.pixels {
            Pixels::Bytes(pixels) => {
                for (number, image) in pixels.chunks_exact_mut(len).enumerate() {
                    let mut values: Vec<f64> = image.iter().map(|&v| f64::from(v) / 255.0).collect();
                    self.change(&mut values, [rows, columns], seed, number as u32);
                    for (pixel, value) in image.iter_mut().zip(values) {
                        *pixel = (255.0 * value + 0.5) as u8;
                    }
                }
            }
            Pixels::Floats(pixels) => {
                for (number, image) in pixels.chunks_exact_mut(len).enumerate() {
                    let mut values: Vec<f64> = image.iter().map(|&v| f64::from(v)).collect();
                    self.change(&mut values, [rows, columns], seed, number as u32);
                    for (pixel, value) in image.iter_mut().zip(values) {
                        *pixel = value as f32;
                    }
                }
            }
        }
    }

    fn change(&self, image: &mut [f64], [rows, columns]: [usize; 2], seed: u32, number: u32) {
        if self.turn != 0.0 || self.offset != 0.0 {
            let turned: Vec<f64> = image
                .chunks_exact(rows * columns)
                .flat_map(|plane| self.place(plane, rows, columns))
                .collect();
            image.copy_from_slice(&turned);
        }
        if self.noise > 0.0 {
            for (i, pixel) in image.iter_mut().enumerate() {
                *pixel += self.noise * nearly_normal(word(seed, Stream::Pixels, 0, number, i as u32));
            }
        }
    }

    /// A plane as it is seen turned and moved: each pixel looks up where it came from.
    fn place(&self, plane: &[f64], rows: usize, columns: usize) -> Vec<f64> {
        let angle = self.turn.to_radians();
        let (sin, cos) = (libm::sin(angle), libm::cos(angle));
        let (middle_y, middle_x) = ((rows - 1) as f64 / 2.0, (columns - 1) as f64 / 2.0);
        let pixel = |y: i64, x: i64| {
            let inside = (0..rows as i64).contains(&y) && (0..columns as i64).contains(&x);
            if inside { plane[y as usize * columns + x as usize] } else { 0.0 }
        };
        let mut placed = Vec::with_capacity(plane.len());
        for y in 0..rows {
            for x in 0..columns {
                let (dy, dx) = (y as f64 - middle_y, x as f64 - middle_x - self.offset * columns as f64);
                let (from_y, from_x) = (middle_y + cos * dy + sin * dx, middle_x + cos * dx - sin * dy);
                let (top, left) = (libm::floor(from_y), libm::floor(from_x));
                let (down, right) = (from_y - top, from_x - left);
                let (top, left) = (top as i64, left as i64);
                let row = |y| pixel(y, left) * (1.0 - right) + pixel(y, left + 1) * right;
                placed.push(row(top) * (1.0 - down) + row(top + 1) * down);
            }
        }
        placed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn images(pixels: Pixels) -> Images {
        Images { shape: [1, 3, 3], names: vec!["a".to_owned()], pixels, labels: vec![0], tests: 0 }
    }

    fn changed(transform: Transform) -> Vec<u8> {
        let mut images = images(Pixels::Bytes(vec![10, 20, 30, 40, 50, 60, 70, 80, 90]));
        transform.apply(&mut images, 1);
        let Pixels::Bytes(bytes) = images.pixels else { panic!("bytes") };
        bytes
    }

    #[test]
    fn a_quarter_turn_and_a_move_are_exact() {
        let none = Transform::default();
        assert_eq!(changed(none), [10, 20, 30, 40, 50, 60, 70, 80, 90]);
        // Counter-clockwise: the right column becomes the upper row.
        assert_eq!(changed(Transform { turn: 90.0, ..none }), [30, 60, 90, 20, 50, 80, 10, 40, 70]);
        assert_eq!(changed(Transform { turn: -180.0, ..none }), [90, 80, 70, 60, 50, 40, 30, 20, 10]);
        assert_eq!(changed(Transform { offset: 1.0 / 3.0, ..none }), [0, 10, 20, 0, 40, 50, 0, 70, 80]);
        assert_eq!(changed(Transform { offset: -0.5 / 3.0, ..none })[0], 15);
    }

    #[test]
    fn noise_has_its_deviation_and_depends_on_seed_and_image() {
        let noisy = |seed| {
            let mut images = images(Pixels::Floats(vec![0.5; 900]));
            images.labels = vec![0; 100];
            Transform { noise: 0.2, ..Transform::default() }.apply(&mut images, seed);
            let Pixels::Floats(floats) = images.pixels else { panic!("floats") };
            floats
        };
        let floats = noisy(1);
        let mean = floats.iter().sum::<f32>() / 900.0;
        let std = (floats.iter().map(|v| (v - mean) * (v - mean)).sum::<f32>() / 900.0).sqrt();
        // Five standard errors.
        assert!(
            (mean - 0.5).abs() < 5.0 * 0.2 / 30.0 && (std - 0.2).abs() < 5.0 * 0.2 / 42.0,
            "{mean} {std}"
        );
        assert_eq!(floats, noisy(1));
        assert_ne!(floats, noisy(2));
        assert_ne!(floats[..9], floats[9..18]);
    }
}
