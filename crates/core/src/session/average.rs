//! Test-time augmentation: the mean of the answers to fixed views of each image.

use super::{Averaged, Evaluation, Session, SessionError};
use crate::augment::{View, views};
use crate::data::{Pixels, Split};
use crate::text::session as text;

/// Images that are seen through all views before the next ones.
const IMAGES: usize = 500;

/// One view of an image.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// As the network sees it, `[C, H, W]`, 0 to 255.
    pub image: Vec<u8>,
    /// Class probabilities.
    pub answer: Vec<f32>,
}

impl Session {
    /// As [`evaluate`](Self::evaluate), and beside it what the mean of the probabilities over `count`
    /// views gives. One view is the plain evaluation.
    ///
    /// # Errors
    /// As [`evaluate`](Self::evaluate).
    pub async fn evaluate_averaged(
        &mut self,
        split: Split,
        limit: Option<usize>,
        count: usize,
    ) -> Result<Evaluation, SessionError> {
        let plain = self.evaluate(split, limit).await?;
        if count == 1 {
            return Ok(plain);
        }
        let data = std::rc::Rc::clone(&self.setup.data);
        let views = self.views(count)?;
        let images = &data.table[data.entries(split)][..plain.count];
        let (mut loss, mut hits) = (0.0, 0);
        for part in images.chunks(IMAGES) {
            let mean = self.mean(&data.pixels_of(part), &views).await?;
            for (answer, &image) in mean.chunks_exact(data.classes).zip(part) {
                let label = data.labels[image as usize] as usize;
                loss -= libm::log(f64::from(answer[label].max(f32::MIN_POSITIVE)));
                let largest = answer.iter().copied().fold(f32::NEG_INFINITY, f32::max);
                hits += usize::from(answer.iter().position(|&p| p == largest) == Some(label));
            }
        }
        let of = plain.count as f64;
        let (views, passes) = (views.len(), views.len() * plain.count);
        let tta = Averaged { views, loss: loss / of, accuracy: hits as f64 / of, passes };
        Ok(Evaluation { tta: Some(tta), ..plain })
    }

    /// Class probabilities `[N, classes]` of images as they are shown: their mean over `count` views.
    ///
    /// # Errors
    /// When the numbers do not make whole images, or the device is lost.
    pub async fn predict_averaged(
        &mut self,
        images: &Pixels,
        count: usize,
    ) -> Result<Vec<f32>, SessionError> {
        self.mean(images, &self.views(count)?).await
    }

    /// One image, as it is shown, through `count` views: each with the answer to it.
    ///
    /// # Errors
    /// As [`predict_averaged`](Self::predict_averaged).
    pub async fn predict_views(&mut self, image: &Pixels, count: usize) -> Result<Vec<Seen>, SessionError> {
        let mut all = Vec::new();
        for view in self.views(count)? {
            let seen = self.setup.data.seen(image, &view).map_err(SessionError::Refused)?;
            let answer = self.predict(&seen).await?;
            all.push(Seen { image: self.setup.data.unstandardized(&seen), answer });
        }
        Ok(all)
    }

    /// The fixed views of this run: mirrored ones only where training mirrors.
    fn views(&self, count: usize) -> Result<Vec<View<f32>>, SessionError> {
        let [_, h, w] = self.setup.data.shape;
        let mut all = views(self.live().flip > 0.0, h, w);
        let most = all.len();
        if !(1..=most).contains(&count) {
            return Err(SessionError::Refused(text::views(most, count)));
        }
        all.truncate(count);
        Ok(all)
    }

    async fn mean(&mut self, images: &Pixels, views: &[View<f32>]) -> Result<Vec<f32>, SessionError> {
        let mut mean: Vec<f32> = Vec::new();
        for view in views {
            let seen = self.setup.data.seen(images, view).map_err(SessionError::Refused)?;
            let answers = self.predict(&seen).await?;
            mean.resize(answers.len(), 0.0);
            mean.iter_mut().zip(&answers).for_each(|(sum, answer)| *sum += answer);
        }
        mean.iter_mut().for_each(|sum| *sum /= views.len() as f32);
        Ok(mean)
    }
}
