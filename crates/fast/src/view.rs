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
}
