//! What outlives every plan: parameters, gradients, optimiser slots and running statistics,
//! keyed by the address of the layer (`3.body.0.weight`, as in PyTorch's `state_dict`).

use crate::plan::{Buffer, Operand};
use crate::shared::random::{Stream, normals, uniform, word};

/// How a segment is filled before step 0.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Fill {
    /// Every element the same.
    Constant(f64),
    /// Normal deviates of mean 0, drawn on the host.
    Normal {
        /// Standard deviation.
        std: f64,
    },
    /// Uniform on `[−bound, bound)`.
    Uniform {
        /// Largest magnitude.
        bound: f64,
    },
}

/// A named part of an arena.
#[derive(Clone, Debug, PartialEq)]
pub struct Segment {
    /// `3.body.0.weight`.
    pub name: String,
    /// Shape as PyTorch stores it: weights `[out, in, kh, kw]`.
    pub shape: Vec<usize>,
    /// Where it lies in its arena.
    pub at: Operand,
    /// How it starts.
    pub fill: Fill,
}

/// The map of all state of one network.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Trainable segments; the same offsets hold in the gradients and in every optimiser slot.
    pub parameters: Vec<Segment>,
    /// Running statistics.
    pub statistics: Vec<Segment>,
    /// Numbers that the optimiser keeps per weight.
    pub slots: u8,
}

/// Segments start at multiples of 256 bytes: WebGPU binds storage at such offsets only.
const ALIGN: usize = 64;

impl Layout {
    /// Adds a trainable segment and returns where it lies.
    pub fn parameter(&mut self, name: String, shape: Vec<usize>, fill: Fill) -> Operand {
        append(&mut self.parameters, Buffer::Parameters, name, shape, fill)
    }

    /// Adds a running statistic and returns where it lies.
    pub fn statistic(&mut self, name: String, shape: Vec<usize>, fill: Fill) -> Operand {
        append(&mut self.statistics, Buffer::Statistics, name, shape, fill)
    }

    /// Elements of an arena, padding included.
    pub fn len(&self, buffer: Buffer) -> usize {
        match buffer {
            Buffer::Statistics => end(&self.statistics),
            _ => end(&self.parameters),
        }
    }

    /// Every arena that this network needs.
    pub fn buffers(&self) -> Vec<Buffer> {
        let mut all = vec![Buffer::Parameters, Buffer::Gradients, Buffer::Statistics];
        all.extend((0..self.slots).map(Buffer::Slot));
        all
    }

    /// The arena as it is before step 0: weights and running statistics drawn by seed, all else 0.
    pub fn initial(&self, buffer: Buffer, seed: u32) -> Vec<f32> {
        let mut numbers = vec![0.0; self.len(buffer)];
        let segments = match buffer {
            Buffer::Parameters => &self.parameters,
            Buffer::Statistics => &self.statistics,
            _ => return numbers,
        };
        for (address, segment) in segments.iter().enumerate() {
            let at = segment.at;
            segment.fill.draw(seed, address as u32, &mut numbers[at.offset..at.offset + at.len]);
        }
        numbers
    }

    /// Trainable weights of the layers whose address starts with `prefix`.
    pub fn count(&self, prefix: &str) -> usize {
        let inside = |s: &&Segment| s.name.starts_with(prefix);
        self.parameters.iter().filter(inside).map(|s| s.shape.iter().product::<usize>()).sum()
    }
}

impl Fill {
    /// The numbers of segment `address` under this seed.
    fn draw(self, seed: u32, address: u32, numbers: &mut [f32]) {
        match self {
            Fill::Constant(value) => numbers.fill(value as f32),
            Fill::Normal { std } => {
                for (x, z) in numbers.iter_mut().zip(normals(seed, Stream::Weights, address)) {
                    *x = (std * z) as f32;
                }
            }
            Fill::Uniform { bound } => {
                for (i, x) in numbers.iter_mut().enumerate() {
                    let unit = uniform(word(seed, Stream::Weights, 0, address, i as u32));
                    *x = (bound * (2.0 * f64::from(unit) - 1.0)) as f32;
                }
            }
        }
    }
}

fn end(segments: &[Segment]) -> usize {
    segments.last().map_or(0, |s| (s.at.offset + s.at.len).next_multiple_of(ALIGN))
}

fn append(
    segments: &mut Vec<Segment>,
    buffer: Buffer,
    name: String,
    shape: Vec<usize>,
    fill: Fill,
) -> Operand {
    let at = Operand { buffer, offset: end(segments), len: shape.iter().product() };
    debug_assert!(at.len > 0, "{name} has no element");
    segments.push(Segment { name, shape, at, fill });
    at
}
