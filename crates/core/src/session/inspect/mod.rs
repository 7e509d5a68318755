//! Looking into the network. It reads the state and writes none of it: the same link gives the same
//! bits, whatever is on the screen.

mod answers;
mod dropout;
mod figures;
mod histogram;
mod observe;
mod query;
mod saliency;
mod values;
mod view;

pub use histogram::Histogram;
pub use query::{
    DropoutQuery, HistogramQuery, ImagesQuery, MapsQuery, MistakesQuery, Query, SaliencyQuery, ValuesQuery,
};
pub use values::{Computed, LayerValues, Numbers, Updated};
pub use view::{
    Confusion, DropoutMask, Filters, Inspection, LayerView, Maps, Mistakes, NormView, Saliency, Shown,
    Trained,
};

use std::pin::Pin;

use super::{Session, SessionError, Setup};
use crate::data::Split;
use crate::plan::{self, Mode, Operand};

/// Images of the probe batch.
const PROBE: usize = 8;

/// A look that is under way. One machine for all who look: compiled into each it would weigh 15 kB.
type Looking<'a> = Pin<Box<dyn Future<Output = Result<Inspection, SessionError>> + 'a>>;

impl Session {
    /// Looks at the layers, on the first images of the validation split, and at the next batch.
    ///
    /// # Errors
    /// One sentence about what is not there, or when the device is lost.
    pub fn inspect<'a>(&'a mut self, query: &'a Query) -> Looking<'a> {
        Box::pin(self.look(query))
    }

    async fn look(&mut self, query: &Query) -> Result<Inspection, SessionError> {
        let probe = self.probe();
        query
            .check(probe.len(), self.setup.batch, self.setup.network.classes)
            .map_err(SessionError::Refused)?;
        let (mut layers, mut saliency, mut values) = (Vec::new(), None, None);
        if query.wants_layers() || query.saliency.is_some() || query.values.is_some() {
            let program = match self.observe.take() {
                Some(program) => program,
                None => self.program(Mode::Observe, probe.len()).await?,
            };
            let seen = self.look_with(&program, &probe, query).await;
            self.observe = Some(program);
            (layers, saliency, values) = seen?;
        }
        let image = self.shown(&probe, query.predictions).await?;
        let next_batch = match query.next_batch {
            0 => None,
            count => {
                let mut next = self.batches.images(&self.setup.data, self.setup.seed, self.step);
                next.truncate(count);
                let trained = self.as_trained(next.len()).await?;
                Some(Shown { trained, ..self.shown(&next, query.predictions).await? })
            }
        };
        let confusion = match &query.confusion {
            Some(query) => Some(apart(self.confusion(query)).await?),
            None => None,
        };
        let mistakes = match &query.mistakes {
            Some(query) => Some(apart(self.mistakes(query)).await?),
            None => None,
        };
        let dropout = query.dropout.as_ref().map(|query| self.dropout_masks(query));
        Ok(Inspection {
            step: self.step,
            layers,
            image,
            next_batch,
            saliency,
            dropout,
            confusion,
            mistakes,
            values,
        })
    }

    /// Image numbers of the probe: validation images where there are any.
    pub(super) fn probe(&self) -> Vec<u32> {
        let data = &self.setup.data;
        let validation = data.entries(Split::Val);
        let range = if validation.is_empty() { data.entries(Split::Train) } else { validation };
        data.table[range].iter().copied().take(PROBE).collect()
    }

    async fn shown(&mut self, images: &[u32], predictions: bool) -> Result<Shown, SessionError> {
        let data = std::rc::Rc::clone(&self.setup.data);
        let predictions = match predictions {
            true => Some(self.predict(&data.standardized(images)).await?),
            false => None,
        };
        Ok(Shown {
            images: images.iter().flat_map(|&i| data.shown(i as usize)).collect(),
            shape: data.shape,
            labels: images.iter().map(|&i| data.labels[i as usize]).collect(),
            predictions,
            trained: None,
        })
    }

    /// The first images of the next batch as the device augments them; none where it does not.
    async fn as_trained(&mut self, count: usize) -> Result<Option<Trained>, SessionError> {
        if self.stage.is_none() {
            self.prepare(self.step).await?;
        }
        let Setup { network, data, batch, .. } = &self.setup;
        if !network.augment {
            return Ok(None);
        }
        let program = match self.preview.take() {
            Some(program) => program,
            None => self.runnable(plan::batch(network, data, *batch)).await?,
        };
        let x = program.plan.ports.x.expect("every plan has images").at;
        let wanted = Operand { len: count * data.image_len(), ..x };
        let reply = {
            let mut device = self.device.borrow_mut();
            device.run(program.id, &[self.record(self.step)], 0..program.plan.steps.len())?;
            device.read(program.id, &[wanted])
        };
        self.preview = Some(program);
        let values = reply.await?.swap_remove(0);
        Ok(Some(Trained { images: self.setup.data.unstandardized(&values), values }))
    }
}

/// A machine of its own for what the first screen does not ask for: it comes with the rest of the engine.
#[inline(never)]
fn apart<'a, T>(asked: impl Future<Output = T> + 'a) -> Pin<Box<dyn Future<Output = T> + 'a>> {
    Box::pin(asked)
}

#[cfg(test)]
mod tests;
