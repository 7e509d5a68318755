use super::DropoutQuery;
use super::view::DropoutMask;
use crate::plan::{At, Buffer, Builder, Mode};
use crate::session::Session;

impl Session {
    /// The masks that the next step draws, as its kernels draw them: integers, so that every device has
    /// the same.
    pub(super) fn dropout_masks(&self, query: &DropoutQuery) -> Vec<DropoutMask> {
        let network = &self.setup.network;
        let mut plan = Builder::new(Mode::Train { frozen: self.frozen() }, self.setup.batch);
        let x = plan.value("x", network.input.with_n(self.setup.batch));
        network.chain.forward(&mut plan, x, false);
        let plan = plan.finish();
        let at = At { record: &self.record(self.step), data: &self.setup.data };
        let draws =
            plan.steps.iter().filter(|s| s.kernel.name().starts_with("dropout/") && s.reads.is_empty());
        draws
            .filter_map(|step| {
                let Buffer::Value(number) = step.writes[0].buffer else { return None };
                let shape = plan.values[number as usize].1;
                let mut mask = vec![0.0; shape.len()];
                step.kernel.reference_f32(&at, &[], &mut [&mut mask]);
                let image = &mask[query.image * shape.image()..(query.image + 1) * shape.image()];
                Some(DropoutMask {
                    name: step.layer.clone(),
                    shape: [shape.c, shape.h, shape.w],
                    kept: image.iter().map(|&keep| u8::from(keep != 0.0)).collect(),
                })
            })
            .collect()
    }
}
