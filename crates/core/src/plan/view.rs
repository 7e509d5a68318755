use super::{Constants, Shape};

/// Who shares a number: the input read as row-major `[runs, groups, run]`, reduced over the outer
/// two axes. Element i belongs to group `i / run % groups`. Every normalisation is such a view.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Times that the groups repeat.
    pub runs: usize,
    /// Number of groups.
    pub groups: usize,
    /// Neighbouring elements of one group.
    pub run: usize,
}

impl View {
    /// One number per channel over the batch: (N, C, H·W).
    pub fn channel(x: Shape) -> Self {
        Self { runs: x.n, groups: x.c, run: x.plane() }
    }

    /// One number per `parts` of each image: (1, N·parts, C/parts·H·W).
    pub fn part(x: Shape, parts: usize) -> Self {
        Self { runs: 1, groups: x.n * parts, run: x.image() / parts }
    }

    /// One number per element of an image: (N, C·H·W, 1).
    pub fn element(x: Shape) -> Self {
        Self { runs: x.n, groups: x.image(), run: 1 }
    }

    /// Elements of a group.
    pub fn count(&self) -> usize {
        self.runs * self.run
    }

    /// The group of element i.
    pub fn group(&self, i: usize) -> usize {
        i / self.run % self.groups
    }

    /// The elements of a group, in memory order.
    pub fn elements(self, group: usize) -> impl Iterator<Item = usize> {
        (0..self.runs).flat_map(move |r| {
            let start = (r * self.groups + group) * self.run;
            start..start + self.run
        })
    }

    /// The `override` constants of the statistics' view.
    pub(crate) fn constants(&self) -> Constants {
        vec![("RUNS", self.runs as f64), ("GROUPS", self.groups as f64), ("RUN", self.run as f64)]
    }

    /// The `override` constants of the affine view.
    pub(crate) fn affine_constants(&self) -> Constants {
        vec![("AFFINE_GROUPS", self.groups as f64), ("AFFINE_RUN", self.run as f64)]
    }
}
