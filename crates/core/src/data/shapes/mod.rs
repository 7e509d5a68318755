//! Generated images: ten shapes in colour, 32x32, made from a seed alone.
//!
//! Image `i` depends on the seed, the knobs and `i`, on nothing else; its class is `i mod 10`.

mod outline;
mod paint;

use super::{Images, Pixels};
use crate::spec::Experiment;
use crate::text::data as text;
use outline::Outline;

/// The classes, in their order.
pub const NAMES: [&str; 10] = text::SHAPES;
/// Rows and columns of an image.
pub const SIDE: usize = 32;

/// What varies from image to image, and how much.
#[derive(Clone, Debug, PartialEq)]
pub struct Shapes {
    /// Largest shift of the centre, as a fraction of the side.
    pub shift: f64,
    /// Largest rotation, in degrees.
    pub rotate: f64,
    /// Smallest and largest radius, as fractions of the side.
    pub scale: [f64; 2],
    /// How colourful shapes are, 0 (grey) to 1.
    pub colour: f64,
    /// Share of the shapes that are striped, dotted or checked.
    pub texture: f64,
    /// Share of the images in which a bar covers a part of the shape.
    pub occlusion: f64,
    /// Standard deviation of the noise of a pixel, of 1 for white.
    pub noise: f64,
    /// Share of the shapes that wear the colour and the texture of their class, both together;
    /// the others draw them at random, so at 0 only the outline tells the class.
    pub correlation: f64,
    /// A cue that is drawn at random although the rest of the shape is typical of its class.
    pub without: Option<Cue>,
}

/// What tells the class of a typical shape beside its outline.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Cue {
    /// Its hue.
    Colour,
    /// What it is covered with.
    Texture,
}

impl Default for Shapes {
    fn default() -> Self {
        Self {
            shift: 0.12,
            rotate: 25.0,
            scale: [0.24, 0.38],
            colour: 1.0,
            texture: 0.5,
            occlusion: 0.2,
            noise: 0.03,
            correlation: 0.0,
            without: None,
        }
    }
}

impl Shapes {
    /// The knobs of an experiment.
    pub fn of(experiment: &Experiment) -> Self {
        Self {
            shift: experiment.shapeshift,
            rotate: experiment.shapeturn,
            scale: [experiment.smallest.min(experiment.largest), experiment.largest],
            colour: experiment.colour,
            texture: experiment.texture,
            occlusion: experiment.occlusion,
            noise: experiment.grain,
            correlation: experiment.correlation,
            without: None,
        }
    }

    /// The images `0..count`, `[N, 3, 32, 32]`.
    pub fn generate(&self, count: usize, seed: u32) -> Images {
        let outlines = Outline::all();
        let mut pixels = Vec::with_capacity(count * 3 * SIDE * SIDE);
        let labels: Vec<u32> = (0..count).map(|i| (i % NAMES.len()) as u32).collect();
        for (i, &class) in labels.iter().enumerate() {
            self.paint(&outlines[class as usize], class, i as u32, seed, &mut pixels);
        }
        Images {
            shape: [3, SIDE, SIDE],
            names: NAMES.map(str::to_owned).to_vec(),
            pixels: Pixels::Bytes(pixels),
            labels,
            tests: 0,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IMAGE: usize = 3 * SIDE * SIDE;

    fn bytes(shapes: &Shapes, count: usize, seed: u32) -> Vec<u8> {
        match shapes.generate(count, seed).pixels {
            Pixels::Bytes(bytes) => bytes,
            Pixels::Floats(_) => unreachable!("shapes are bytes"),
        }
    }

    /// FNV-1a.
    fn hash(bytes: &[u8]) -> u64 {
        bytes.iter().fold(0xcbf2_9ce4_8422_2325, |h, &b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3))
    }

    #[test]
    fn the_first_images_stay_as_they_are() {
        let images = bytes(&Shapes::default(), 20, 1);
        assert_eq!(hash(&images), 0x4a1e_e05c_1c54_5b95);
        assert_eq!(images[..3 * IMAGE], bytes(&Shapes::default(), 3, 1));
        assert_ne!(images[..IMAGE], bytes(&Shapes::default(), 1, 2));
    }

    #[test]
    fn an_experiment_has_the_usual_knobs() {
        assert_eq!(Shapes::of(&Experiment::default()), Shapes::default());
    }

    #[test]
    fn classes_are_balanced_and_named() {
        let images = Shapes::default().generate(50, 1);
        assert_eq!(images.shape, [3, 32, 32]);
        for class in 0..10 {
            assert_eq!(images.labels.iter().filter(|&&label| label == class).count(), 5);
        }
        assert_eq!(images.names[images.labels[13] as usize], "star");
    }

    /// Accuracy of the nearest class mean, learnt from 1,000 images, on 500 others.
    fn nearest_mean(shapes: &Shapes) -> f64 {
        let images = bytes(shapes, 1500, 3);
        let image = |i: usize| images[i * IMAGE..(i + 1) * IMAGE].iter().map(|&v| f64::from(v));
        let mut means = vec![vec![0.0; IMAGE]; 10];
        for i in 0..1000 {
            means[i % 10].iter_mut().zip(image(i)).for_each(|(mean, v)| *mean += v / 100.0);
        }
        let distance =
            |mean: &[f64], i| mean.iter().zip(image(i)).map(|(m, v)| (m - v) * (m - v)).sum::<f64>();
        let hits = (1000..1500).filter(|&i| {
            let nearest = (0..10).min_by(|&a, &b| distance(&means[a], i).total_cmp(&distance(&means[b], i)));
            nearest == Some(i % 10)
        });
        hits.count() as f64 / 500.0
    }

    #[test]
    fn classes_differ() {
        let varied = nearest_mean(&Shapes::default());
        let still = nearest_mean(&Shapes {
            shift: 0.0,
            rotate: 0.0,
            scale: [0.33, 0.33],
            colour: 0.0,
            texture: 0.0,
            occlusion: 0.0,
            ..Shapes::default()
        });
        let correlated = nearest_mean(&Shapes { correlation: 1.0, ..Shapes::default() });
        assert!(varied > 0.25, "{varied}");
        assert!(still > 0.95, "{still}");
        assert!(correlated > varied + 0.2, "{correlated}");
    }

    #[test]
    fn a_cue_can_be_taken_away() {
        let typical = Shapes { correlation: 1.0, ..Shapes::default() };
        let with = nearest_mean(&typical);
        let without = nearest_mean(&Shapes { without: Some(Cue::Colour), ..typical.clone() });
        assert!(without < with - 0.2, "{without} {with}");
        let plain = Shapes { without: Some(Cue::Texture), ..typical.clone() };
        assert_ne!(bytes(&plain, 10, 1), bytes(&typical, 10, 1));
        let free = Shapes::default();
        assert_eq!(
            bytes(&Shapes { without: Some(Cue::Colour), ..free.clone() }, 10, 1),
            bytes(&free, 10, 1),
            "shapes that are not typical have no cue to lose"
        );
    }

    #[test]
    fn extreme_knobs_are_images_too() {
        let shapes = Shapes {
            shift: 0.5,
            rotate: 180.0,
            scale: [0.01, 0.9],
            texture: 1.0,
            occlusion: 1.0,
            noise: 1.0,
            correlation: 0.5,
            ..Shapes::default()
        };
        assert_eq!(bytes(&shapes, 30, 9).len(), 30 * IMAGE);
    }
}
