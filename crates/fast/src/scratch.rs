//! Working memory of the kernels.

use super::norm::Moments;

/// f32 in a cache line.
const LINE: usize = 16;

/// Memory that grows to the need of the largest kernel and is then reused: after the first
/// step nothing is allocated.
#[derive(Debug, Default)]
pub struct Scratch {
    memory: Vec<f32>,
    /// For what is done beside a kernel that uses `memory`.
    pub(super) beside: Vec<f32>,
    /// Of channels whose statistics are taken beside it.
    pub(super) moments: Vec<Moments>,
}

impl Scratch {
    /// Empty; it grows when a kernel first needs it.
    pub fn new() -> Scratch {
        Scratch::default()
    }

    /// Of memory that was used before.
    pub(super) fn of(memory: Vec<f32>) -> Scratch {
        Scratch { memory, ..Scratch::default() }
    }

    /// The memory, to be used again.
    pub(super) fn memory(self) -> Vec<f32> {
        self.memory
    }

    /// Bytes held.
    pub fn bytes(&self) -> usize {
        let [memory, beside] = [&self.memory, &self.beside].map(|numbers| size_of_val(numbers.as_slice()));
        memory + beside + size_of_val(self.moments.as_slice())
    }

    /// Slices of these lengths, each on its own cache lines; they hold what was left there.
    pub(super) fn split<const N: usize>(&mut self, lengths: [usize; N]) -> [&mut [f32]; N] {
        let lines = |length: usize| length.next_multiple_of(LINE);
        let room = LINE + lengths.into_iter().map(lines).sum::<usize>();
        if self.memory.len() < room {
            self.memory.resize(room, 0.0);
        }
        let start = self.memory.as_ptr().align_offset(4 * LINE).min(LINE);
        let mut rest = &mut self.memory[start..];
        lengths.map(|length| {
            let (part, tail) = std::mem::take(&mut rest).split_at_mut(lines(length));
            rest = tail;
            &mut part[..length]
        })
    }
}

#[cfg(test)]
impl Scratch {
    /// Scratch in which whatever is read before it was written shows.
    pub(super) fn poisoned() -> Scratch {
        let numbers = |length| vec![f32::NAN; length];
        Scratch { memory: numbers(1 << 22), beside: numbers(1 << 16), moments: Vec::new() }
    }
}
