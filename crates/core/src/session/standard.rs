use std::rc::Rc;

use super::Session;
use crate::data::DataSet;
use crate::shared::decimal;

/// Mean and deviation of each channel as a word of the metadata: `0.1307 0.3081,0.5 0.25`.
pub(super) fn format(standard: &[[f32; 2]]) -> String {
    standard.iter().map(|[mean, std]| format!("{mean} {std}")).collect::<Vec<_>>().join(",")
}

/// Reads that word; nothing where it is none.
pub(super) fn parse(word: &str) -> Option<Vec<[f32; 2]>> {
    let number = |text: &str| decimal::to_f32(text).filter(|v| v.is_finite());
    let pair = |text: &str| {
        let (mean, std) = text.split_once(' ')?;
        Some([number(mean)?, number(std).filter(|&std| std > 0.0)?])
    };
    word.split(',').map(pair).collect()
}

impl Session {
    /// Standardises images by these numbers from now on: weights know only the images that they
    /// were trained on.
    pub(super) fn standardize_by(&mut self, standard: &[[f32; 2]]) {
        if self.setup.data.standard == standard {
            return;
        }
        self.setup.data = Rc::new(DataSet { standard: standard.to_vec(), ..(*self.setup.data).clone() });
        let affine = self.setup.data.affine();
        let masked = self.masked.as_ref().map(|(_, program)| program);
        let programs =
            [Some(&self.train), masked, self.evaluate.as_ref(), self.observe.as_ref(), self.preview.as_ref()];
        let mut device = self.device.borrow_mut();
        for program in programs.into_iter().flatten() {
            let gathers = |name| ["batch/gather", "augment/apply"].contains(&name);
            for step in program.plan.steps.iter().filter(|step| gathers(step.kernel.name())) {
                device.write(program.id, step.reads[0], &affine);
            }
        }
    }
}
