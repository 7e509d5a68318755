use std::f64::consts::{PI, TAU};

use super::{Cue, NAMES, Outline, SIDE, Shapes};
use crate::shared::random::{Stream, nearly_normal, philox};

type Rgb = [f64; 3];

/// Draws of one image, one after the other.
struct Draws {
    seed: u32,
    image: u32,
    next: u32,
    block: [u32; 4],
}

impl Draws {
    fn new(seed: u32, image: u32) -> Self {
        Self { seed, image, next: 0, block: [0; 4] }
    }

    fn word(&mut self) -> u32 {
        let at = self.next;
        self.next += 1;
        if at.is_multiple_of(4) {
            self.block = philox([at / 4, self.image, 0, 0], [self.seed, Stream::Shapes as u32]);
        }
        self.block[at as usize % 4]
    }

    /// Uniform on [low, high).
    fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * f64::from(self.word()) / 4_294_967_296.0
    }

    fn chance(&mut self, share: f64) -> bool {
        self.between(0.0, 1.0) < share
    }

    /// Mean 0 and deviation 1.
    fn noise(&mut self) -> f64 {
        nearly_normal(self.word())
    }
}

/// A colour from hue, saturation and value, each 0 to 1.
fn hsv(hue: f64, saturation: f64, value: f64) -> Rgb {
    [5.0, 3.0, 1.0].map(|n: f64| {
        let k = (n + 6.0 * hue) % 6.0;
        value * (1.0 - saturation * k.min(4.0 - k).clamp(0.0, 1.0))
    })
}

fn mix(a: Rgb, b: Rgb, share: f64) -> Rgb {
    [0, 1, 2].map(|c| a[c] + (b[c] - a[c]) * share)
}

/// What a shape is covered with.
#[derive(Clone, Copy)]
enum Texture {
    Plain,
    Stripes,
    Dots,
    Checks,
}

impl Texture {
    /// Share of the second shade at a point, in pixels; a period is `period` pixels.
    fn at(self, [x, y]: [f64; 2], period: f64) -> f64 {
        let (u, v) = (libm::sin(TAU * x / period), libm::sin(TAU * y / period));
        let wave = match self {
            Texture::Plain => return 0.0,
            Texture::Stripes => u,
            Texture::Dots => u * v.abs() + v * u.abs() - 0.25,
            Texture::Checks => 1.5 * u * v,
        };
        (0.5 + 1.6 * wave).clamp(0.0, 1.0)
    }
}

impl Shapes {
    /// Appends image number `image` as bytes `[3, 32, 32]`.
    pub(super) fn paint(&self, outline: &Outline, class: u32, image: u32, seed: u32, pixels: &mut Vec<u8>) {
        let draw = &mut Draws::new(seed, image);
        let side = SIDE as f64;

        let centre = [(); 2].map(|()| side * (0.5 + draw.between(-self.shift, self.shift)));
        let radius = side * draw.between(self.scale[0], self.scale[1]);
        let angle = draw.between(-self.rotate, self.rotate) * PI / 180.0;
        let (sine, cosine) = (libm::sin(angle), libm::cos(angle));

        let typical = draw.chance(self.correlation);
        let shows = |cue| typical && self.without != Some(cue);
        let any_hue = draw.between(0.0, 1.0);
        let hue = if shows(Cue::Colour) { f64::from(class) / NAMES.len() as f64 } else { any_hue };
        let any_texture = match draw.between(0.0, 3.0) {
            _ if !draw.chance(self.texture) => Texture::Plain,
            ..1.0 => Texture::Stripes,
            1.0..2.0 => Texture::Dots,
            _ => Texture::Checks,
        };
        let own_texture = [Texture::Plain, Texture::Stripes, Texture::Dots, Texture::Checks];
        let texture = if shows(Cue::Texture) { own_texture[class as usize % 4] } else { any_texture };
        let period = draw.between(4.5, 7.0);
        let (grain_sine, grain_cosine) = {
            let grain = draw.between(0.0, PI);
            (libm::sin(grain), libm::cos(grain))
        };

        let light = hsv(hue, self.colour * draw.between(0.45, 0.85), draw.between(0.85, 1.0));
        let dark = light.map(|v| 0.58 * v);
        let behind = draw.between(0.0, 1.0);
        let [near, far] = [0.0, 0.06].map(|turn| {
            hsv((behind + turn) % 1.0, self.colour * draw.between(0.25, 0.6), draw.between(0.12, 0.38))
        });
        let slope = draw.between(0.0, TAU);
        let (slope_x, slope_y) = (libm::cos(slope) / side, libm::sin(slope) / side);

        let covered = draw.chance(self.occlusion);
        let cover = hsv(draw.between(0.0, 1.0), self.colour * 0.4, draw.between(0.3, 0.6));
        let bar_angle = draw.between(0.0, PI);
        let (bar_sine, bar_cosine) = (libm::sin(bar_angle), libm::cos(bar_angle));
        let bar_at = radius * draw.between(-0.6, 0.6);
        let bar_half = side * draw.between(0.04, 0.09);

        let start = pixels.len();
        pixels.resize(start + 3 * SIDE * SIDE, 0);
        for row in 0..SIDE {
            for column in 0..SIDE {
                let (x, y) = (column as f64 + 0.5 - centre[0], row as f64 + 0.5 - centre[1]);
                let own = [(x * cosine + y * sine) / radius, (y * cosine - x * sine) / radius];
                let mut colour = mix(near, far, 0.5 + x * slope_x + y * slope_y);
                if own[0] * own[0] + own[1] * own[1] < Outline::REACH * Outline::REACH {
                    let grain = [x * grain_cosine + y * grain_sine, y * grain_cosine - x * grain_sine];
                    let skin = mix(light, dark, texture.at(grain, period));
                    colour = mix(colour, skin, (0.5 - outline.distance(own) * radius).clamp(0.0, 1.0));
                }
                if covered {
                    let across = (x * bar_cosine + y * bar_sine - bar_at).abs();
                    colour = mix(colour, cover, (0.5 + bar_half - across).clamp(0.0, 1.0));
                }
                for (c, v) in colour.into_iter().enumerate() {
                    let value = 255.0 * (v + self.noise * draw.noise()) + 0.5;
                    pixels[start + (c * SIDE + row) * SIDE + column] = value.clamp(0.0, 255.0) as u8;
                }
            }
        }
    }
}
