use std::sync::Arc;

use super::{Evaluation, Program, Session, SessionError};
use crate::data::Split;
use crate::layers::Masked;
use crate::plan::{Mode, Shape};

use super::evaluate::BATCH;
use crate::text::session as text;

impl Session {
    /// Layers whose units can be knocked out, with their number of units: channels of maps, or single
    /// numbers of a vector. The classifier's are classes and not among them.
    pub fn units(&self) -> Vec<usize> {
        let network = &self.setup.network;
        let mut x = network.input;
        let mut units = Vec::new();
        for layer in &network.chain.0 {
            x = layer.output(x).unwrap_or(x);
            units.push(x.c);
        }
        units.pop();
        units
    }

    /// Loss and accuracy in evaluation mode with some units of a layer set to 0; with `rescale` the
    /// others are multiplied by units/(units left), as dropout does.
    ///
    /// # Errors
    /// When there is no such layer or unit, the split is empty, or the device is lost.
    pub async fn evaluate_without(
        &mut self,
        layer: usize,
        knocked: &[usize],
        rescale: bool,
        split: Split,
        limit: Option<usize>,
    ) -> Result<Evaluation, SessionError> {
        let units = self.units();
        let Some(&units) = units.get(layer) else {
            let last = units.len().saturating_sub(1);
            return Err(SessionError::Refused(text::no_units(layer, last)));
        };
        if let Some(unit) = knocked.iter().find(|&&unit| unit >= units) {
            return Err(SessionError::Refused(text::no_unit(layer, *unit, units)));
        }
        let count = self.counted(split, limit)?;
        let program = self.masked(layer).await?;
        let mask = program.plan.ports.mask.expect("this plan has a mask");
        let left = units - knocked.len().min(units);
        let scale = if rescale && left > 0 { units as f32 / left as f32 } else { 1.0 };
        self.device.borrow_mut().write(program.id, mask.at, &mask_of(mask.shape, knocked));
        let outcome = self.evaluate_with(&program, split, count, scale).await;
        self.masked = Some((layer, program));
        outcome
    }

    /// The evaluation plan with this layer masked.
    async fn masked(&mut self, layer: usize) -> Result<Program, SessionError> {
        match self.masked.take() {
            Some((of, program)) if of == layer => return Ok(program),
            Some((_, other)) => self.device.borrow_mut().free_program(other.id),
            None => {}
        }
        let mut network = self.setup.network.clone();
        let whole = &mut network.chain.0[layer];
        *whole = Arc::new(Masked(Arc::clone(whole)));
        self.runnable(self.plan_of(&network, Mode::Evaluate, BATCH)).await
    }
}

/// 1 for the units that stay, 0 for the others, `[N, C, H, W]`.
fn mask_of(shape: Shape, knocked: &[usize]) -> Vec<f32> {
    let plane = shape.plane();
    (0..shape.len()).map(|i| if knocked.contains(&(i / plane % shape.c)) { 0.0 } else { 1.0 }).collect()
}
