//! What the network takes each image of a split for.

use super::view::{Confusion, Mistakes};
use super::{ImagesQuery, MistakesQuery};
use crate::data::{Batches, Split};
use crate::plan::{Mode, StepRecord};
use crate::session::evaluate::BATCH;
use crate::session::{Program, Session, SessionError};
use crate::shared::sort;
use crate::text::session as text;

/// One image as it is judged in evaluation mode.
struct Answer {
    image: u32,
    label: u32,
    predicted: u32,
    loss: f64,
}

impl Session {
    /// Counts who is taken for whom.
    pub(super) async fn confusion(&mut self, query: &ImagesQuery) -> Result<Confusion, SessionError> {
        let answers = self.answers(query.split, query.limit).await?;
        let classes = self.setup.network.classes;
        let mut matrix = vec![0u32; classes * classes];
        for answer in &answers {
            matrix[answer.label as usize * classes + answer.predicted as usize] += 1;
        }
        let share = |class: usize| {
            let row = &matrix[class * classes..(class + 1) * classes];
            let all: u32 = row.iter().sum();
            (all > 0).then(|| f64::from(row[class]) / f64::from(all))
        };
        let count = answers.len();
        let hits: u32 = (0..classes).map(|class| matrix[class * (classes + 1)]).sum();
        Ok(Confusion {
            split: query.split,
            count,
            accuracy: f64::from(hits) / count as f64,
            loss: answers.iter().map(|answer| answer.loss).sum::<f64>() / count as f64,
            per_class: (0..classes).map(share).collect(),
            matrix,
        })
    }

    /// The images with the largest loss among those judged wrongly.
    pub(super) async fn mistakes(&mut self, query: &MistakesQuery) -> Result<Mistakes, SessionError> {
        let mut wrong = self.answers(query.split, query.limit).await?;
        wrong.retain(|answer| answer.label != answer.predicted);
        sort::by(&mut wrong, |a, b| b.loss.total_cmp(&a.loss).then(a.image.cmp(&b.image)));
        let count = wrong.len();
        wrong.truncate(query.n);
        let numbers: Vec<u32> = wrong.iter().map(|answer| answer.image).collect();
        Ok(Mistakes {
            split: query.split,
            count,
            image: self.shown(&numbers, false).await?,
            numbers,
            predicted: wrong.iter().map(|answer| answer.predicted).collect(),
            losses: wrong.iter().map(|answer| answer.loss).collect(),
        })
    }

    async fn answers(&mut self, split: Split, limit: Option<usize>) -> Result<Vec<Answer>, SessionError> {
        let range = self.setup.data.entries(split);
        let count = range.len().min(limit.unwrap_or(usize::MAX));
        if count == 0 {
            return Err(SessionError::Refused(text::NO_IMAGE.to_owned()));
        }
        let images = self.setup.data.table[range][..count].to_vec();
        let program = match self.evaluate.take() {
            Some(program) => program,
            None => self.program(Mode::Evaluate, BATCH).await?,
        };
        let answers = self.answers_with(&program, split, &images).await;
        self.evaluate = Some(program);
        answers
    }

    async fn answers_with(
        &self,
        program: &Program,
        split: Split,
        images: &[u32],
    ) -> Result<Vec<Answer>, SessionError> {
        let Program { plan, id } = program;
        let wanted = [
            plan.ports.rows.expect("an evaluation plan has rows").at,
            plan.ports.probabilities.expect("and answers").at,
        ];
        let data = &self.setup.data;
        let batches = Batches::evaluation(data, split, BATCH);
        let mut answers = Vec::new();
        for (number, part) in images.chunks(BATCH).enumerate() {
            let mut record = StepRecord::default();
            batches.point(&mut record, number as u32);
            record.live = part.len() as u32;
            let reply = {
                let mut device = self.device.borrow_mut();
                device.run(*id, &[record], 0..plan.steps.len())?;
                device.read(*id, &wanted)
            };
            let numbers = reply.await?;
            let rows = numbers[0].chunks_exact(2).zip(numbers[1].chunks_exact(self.setup.network.classes));
            answers.extend(part.iter().zip(rows).map(|(&image, (row, probabilities))| {
                let label = data.labels[image as usize];
                let predicted = if row[1] == 1.0 { label } else { likeliest(probabilities, label) };
                Answer { image, label, predicted, loss: f64::from(row[0]) }
            }));
        }
        Ok(answers)
    }
}

/// The likeliest class beside the true one: of a wrong answer, where rounding may have made two equal.
fn likeliest(probabilities: &[f32], label: u32) -> u32 {
    let others = (0..probabilities.len()).filter(|&class| class != label as usize);
    others
        .reduce(|best, class| if probabilities[class] > probabilities[best] { class } else { best })
        .unwrap_or(0) as u32
}
