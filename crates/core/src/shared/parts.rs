use crate::plan::{At, Constants, Grid, Kernel, Real};

/// A sum that lies in parts, one after the other.
#[derive(Clone, Debug)]
pub struct Sums {
    /// Where the parts begin; a multiple of 64.
    pub from: usize,
    /// How many there are.
    pub parts: usize,
    /// Where the sum goes; a multiple of 64.
    pub to: usize,
    /// Numbers of one part.
    pub len: usize,
}

/// Adds the parts of many sums, each in the order of its parts.
#[derive(Clone, Debug)]
pub struct AddParts(pub Vec<Sums>);

impl AddParts {
    /// A row for each sum: its first invocation, where its parts begin, how many there are, where the sum
    /// goes, the numbers of a part. Places are counted in 64, so that a float holds them.
    pub fn table(&self) -> Vec<f32> {
        let mut first = 0;
        let row = |sums: &Sums| {
            let row = [first, sums.from / 64, sums.parts, sums.to / 64, sums.len];
            first += sums.len;
            row.map(|number| number as f32)
        };
        self.0.iter().flat_map(row).collect()
    }
}

/// Reads the table and the parts; writes the sums and leaves what lies between them as it is.
impl Kernel<2, 1> for AddParts {
    const NAME: &'static str = "shared/add_parts";
    const WGSL: &'static [&'static str] = &[wgsl!("add_parts.wgsl")];

    fn constants(&self) -> Constants {
        let len: usize = self.0.iter().map(|sums| sums.len).sum();
        vec![("SUMS", self.0.len() as f64), ("LEN", len as f64)]
    }

    fn grid(&self) -> Grid {
        Grid::cover(self.0.iter().map(|sums| sums.len).sum(), 64)
    }

    fn reference<T: Real>(&self, _at: &At, [_, parts]: [&[T]; 2], [gradients]: [&mut [T]; 1]) {
        for sums in &self.0 {
            let parts = &parts[sums.from..][..sums.parts * sums.len];
            for (k, sum) in gradients[sums.to..][..sums.len].iter_mut().enumerate() {
                *sum = parts.iter().skip(k).step_by(sums.len).fold(T::of(0.0), |sum, &part| sum + part);
            }
        }
    }
}
