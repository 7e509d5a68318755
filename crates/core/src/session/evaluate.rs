use super::{Program, Session, SessionError};
use crate::data::{Batches, Split};
use crate::plan::{Mode, RING, StepRecord};
use crate::text::session as text;

/// Loss and accuracy in evaluation mode.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Evaluation {
    /// Mean loss.
    pub loss: f64,
    /// Share classified rightly.
    pub accuracy: f64,
    /// Images looked at.
    pub count: usize,
    /// The same by test-time augmentation, where asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tta: Option<Averaged>,
}

/// Loss and accuracy by which runs are compared.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Judged {
    /// Mean loss.
    pub loss: f64,
    /// Share classified rightly.
    pub accuracy: f64,
}

impl Evaluation {
    /// What runs are compared by: the mean over the views where there are several.
    pub fn judged(&self) -> Judged {
        let plain = Judged { loss: self.loss, accuracy: self.accuracy };
        self.tta.map_or(plain, |tta| Judged { loss: tta.loss, accuracy: tta.accuracy })
    }
}

/// Loss and accuracy of the mean of the probabilities over fixed views of each image.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Averaged {
    /// Views of each image: the first is the image as it is.
    pub views: usize,
    /// Mean loss.
    pub loss: f64,
    /// Share classified rightly.
    pub accuracy: f64,
    /// What it costs: images that went forward through the network.
    pub passes: usize,
}

/// Images a dispatch in evaluation and prediction: enough to fill a device, few enough to be short.
pub(super) const BATCH: usize = 100;

impl Session {
    /// Loss and accuracy of the first `limit` images of a split, in evaluation mode.
    ///
    /// # Errors
    /// When the split is empty or the device is lost.
    pub async fn evaluate(&mut self, split: Split, limit: Option<usize>) -> Result<Evaluation, SessionError> {
        let count = self.counted(split, limit)?;
        let program = match self.evaluate.take() {
            Some(program) => program,
            None => self.program(Mode::Evaluate, BATCH).await?,
        };
        let outcome = self.evaluate_with(&program, split, count, 1.0).await;
        self.evaluate = Some(program);
        self.looks += u32::from(split == Split::Test && outcome.is_ok());
        outcome
    }

    /// Images of a split that are looked at.
    pub(super) fn counted(&self, split: Split, limit: Option<usize>) -> Result<usize, SessionError> {
        match self.setup.data.entries(split).len().min(limit.unwrap_or(usize::MAX)) {
            0 => Err(SessionError::Refused(text::NO_IMAGE.to_owned())),
            count => Ok(count),
        }
    }

    pub(super) async fn evaluate_with(
        &self,
        program: &Program,
        split: Split,
        count: usize,
        keep_scale: f32,
    ) -> Result<Evaluation, SessionError> {
        let ring = program.plan.ports.ring.expect("an evaluation plan has a ring").at;
        let batches = Batches::evaluation(&self.setup.data, split, BATCH);
        let records: Vec<StepRecord> = (0..count.div_ceil(BATCH))
            .map(|i| {
                let mut record = StepRecord { row: (i % RING) as u32, keep_scale, ..StepRecord::default() };
                batches.point(&mut record, i as u32);
                record.live = record.live.min((count - i * BATCH) as u32);
                record
            })
            .collect();
        let (mut loss, mut hits) = (0.0, 0.0);
        for turn in records.chunks(RING) {
            let reply = {
                let mut device = self.device.borrow_mut();
                device.run(program.id, turn, 0..program.plan.steps.len())?;
                device.read(program.id, &[ring])
            };
            let ring = reply.await?.swap_remove(0);
            for (record, row) in turn.iter().zip(ring.chunks_exact(2)) {
                loss += f64::from(row[0]) * f64::from(record.live);
                hits += f64::from(row[1]) * f64::from(record.live);
            }
        }
        Ok(Evaluation { loss: loss / count as f64, accuracy: hits / count as f64, count, tta: None })
    }

    /// Class probabilities `[N, classes]` of images `[N, C, H, W]` that are standardised already.
    ///
    /// # Errors
    /// When the numbers do not make whole images, or the device is lost.
    pub async fn predict(&mut self, images: &[f32]) -> Result<Vec<f32>, SessionError> {
        let size = self.setup.network.input.image();
        if images.is_empty() || !images.len().is_multiple_of(size) {
            return Err(SessionError::Refused(text::not_whole_images(images.len(), size)));
        }
        let program = match self.predict.take() {
            Some(program) => program,
            None => self.program(Mode::Predict, BATCH).await?,
        };
        let outcome = self.predict_with(&program, images).await;
        self.predict = Some(program);
        outcome
    }

    async fn predict_with(&self, program: &Program, images: &[f32]) -> Result<Vec<f32>, SessionError> {
        let ports = program.plan.ports;
        let (x, p) =
            (ports.x.expect("every plan has images").at, ports.probabilities.expect("and answers").at);
        let size = self.setup.network.input.image();
        let mut replies = Vec::new();
        for part in images.chunks(BATCH * size) {
            let mut padded = part.to_vec();
            padded.resize(BATCH * size, 0.0);
            let mut device = self.device.borrow_mut();
            device.write(program.id, x, &padded);
            device.run(program.id, &[StepRecord::default()], 0..program.plan.steps.len())?;
            replies.push((device.read(program.id, &[p]), part.len() / size));
        }
        // All parts are under way before the first is waited for: a browser answers late.
        let mut answers = Vec::new();
        for (reply, count) in replies {
            let probabilities = reply.await?.swap_remove(0);
            answers.extend_from_slice(&probabilities[..count * self.setup.network.classes]);
        }
        Ok(answers)
    }
}
