use std::rc::Rc;

use super::Case;
use crate::data::{Batches, DataSet, Images, Pixels, Sizes, Standardize};
use crate::plan::{Mode, StepRecord, assemble};
use crate::session::Setup;
use crate::shared::random::{Stream, uniform, word};
use crate::spec::link;

/// The networks of the benchmarks, with the shape `[C, H, W]` of their images.
pub const NETWORKS: [(&str, [usize; 3]); 3] =
    [("lenet", [1, 28, 28]), ("vgg", [3, 32, 32]), ("resnet-8", [3, 32, 32])];

const CLASSES: usize = 10;

/// What trains a network on one batch of noise with random labels, to be learnt by heart.
///
/// # Errors
/// When there is no such network.
pub fn noise(net: &str, shape: [usize; 3], batch: usize) -> Result<Setup, String> {
    let draw = |i: usize| word(1, Stream::Shapes, 0, 0, i as u32);
    let pixels = (0..batch * shape.iter().product::<usize>()).map(|i| uniform(draw(i))).collect();
    let labels = (0..batch).map(|i| word(1, Stream::Labels, 0, 0, i as u32) % CLASSES as u32).collect();
    let names = (0..CLASSES).map(|class| class.to_string()).collect();
    let images = Images::checked(shape, names, Pixels::Floats(pixels), labels)?;
    let data = DataSet::new(images, Sizes { train: batch, val: 0, test: 0 }, 1, &Standardize::None)?;
    let (study, _) = link::parse(&format!("v=1&net={net}&batch={batch}&lr=0.01&momentum=0.9"));
    Setup::of(&study.base, Rc::new(data)).map_err(|why| why.to_string())
}

impl Case {
    /// The first training step of a setup as it suits a device, with drawn numbers.
    ///
    /// # Errors
    /// When a batch is larger than the training split.
    pub fn of(setup: &Setup, wide: bool) -> Result<Self, String> {
        let mode = Mode::Train { frozen: Vec::new() };
        let plan = assemble(&setup.network, &setup.data, mode, setup.batch).suited(wide);
        let mut record = StepRecord { lr: 0.01, ..StepRecord::default() };
        setup.live.point(&mut record);
        setup.network.optimizer.point(&mut record);
        Batches::training(&setup.data, setup.batch)?.point(&mut record, 0);
        Ok(Self::new(plan, Rc::clone(&setup.data), record))
    }
}
