//! From written words to an experiment that can be run: what cannot be read, or does not fit, is told and
//! replaced.

use super::choices::Data;
use super::classes::Classes;
use super::experiment::setting;
use super::field::Field;
use super::problem::Problem;
use super::{Experiment, settings};
use crate::text;

/// What the other defaults follow from.
const LEADING: [&str; 4] = ["data", "net", "train", "opt"];

impl Experiment {
    /// Reads keys and words. What cannot be read, or is not there, takes its default.
    pub fn resolve<K: AsRef<str>, W: AsRef<str>>(words: &[(K, W)]) -> (Self, Vec<Problem>) {
        let mut problems = Vec::new();
        let mut leading = Self::default();
        let find = |key| words.iter().find(|(k, _)| k.as_ref() == key).map(|(_, word)| word.as_ref());
        for key in LEADING {
            leading.take(key, find(key), &mut problems);
        }
        let usual = leading.usual();
        let mut experiment = usual.clone();
        for setting in settings().iter().filter(|s| !LEADING.contains(&s.key)) {
            experiment.take(setting.key, find(setting.key), &mut problems);
        }
        experiment.fit(&usual, &mut problems);
        (experiment, problems)
    }

    /// The same experiment with other words. What was left at its default follows the new words:
    /// `net=lenet` brings its own normalization where none was chosen.
    pub fn with<K: AsRef<str>, W: AsRef<str>>(&self, changes: &[(K, W)]) -> (Self, Vec<Problem>) {
        let mut words: Vec<(&str, String)> =
            changes.iter().map(|(key, word)| (key.as_ref(), word.as_ref().to_owned())).collect();
        words.extend(self.words());
        let (experiment, problems) = Self::resolve(&words);
        let Self { mut freeze, start, log, .. } = self.clone();
        if let Some((_, layers)) = changes.iter().find(|(key, _)| key.as_ref() == "freeze") {
            freeze = layers.as_ref().split('-').map(str::to_owned).collect();
        }
        (Self { freeze, start, log, ..experiment }, problems)
    }

    fn take(&mut self, key: &str, word: Option<&str>, problems: &mut Vec<Problem>) {
        let (Some(setting), Some(written)) = (setting(key), word) else { return };
        let word = written.trim().to_lowercase();
        if let Err(why) = setting.check(&word).and_then(|()| self.assign(key, &word)) {
            let default = self.word(key).unwrap_or_default();
            problems.push(Problem::replaced(key, written, &why, &default));
        }
    }

    /// Settings that are allowed alone but not together.
    fn fit(&mut self, usual: &Self, problems: &mut Vec<Problem>) {
        let sides = self.data.sides();
        if !sides.contains(&self.side) {
            let sizes = sides.iter().map(u32::to_string).collect::<Vec<_>>();
            let why = text::link::not_a_size(&self.word("data").unwrap_or_default(), &text::either(&sizes));
            problems.push(Problem::replaced("side", &self.side.to_string(), &why, &usual.side.to_string()));
            self.side = usual.side;
        }
        let last = self.data.classes().len() as u32 - 1;
        if self.data != Data::Own && self.classes.0.iter().any(|&class| class > last) {
            let why = text::link::beyond_class(last);
            problems.push(Problem::replaced("classes", &self.classes.word(), &why, "all"));
            self.classes = Classes::default();
        }
        self.share(usual, problems);
        if self.batch > self.train {
            let message = text::data::batch_too_large(
                self.batch,
                &text::data::training_images(self.train as usize),
                self.train,
            );
            problems.push(Problem::new("batch", message));
            self.batch = self.train;
        }
    }

    /// Lets the splits fit the images that there are.
    fn share(&mut self, usual: &Self, problems: &mut Vec<Problem>) {
        let Some(count) = self.data.count() else { return };
        if self.val + self.test + self.train <= count {
            return;
        }
        if self.val + self.test >= count {
            let message = text::data::none_to_train(self.val, self.test, count, usual.val, usual.test);
            problems.push(Problem::new("val", message));
            (self.val, self.test) = (usual.val, usual.test);
        }
        let most = count - self.val - self.test;
        if self.train > most {
            let message = text::data::too_many_to_train(self.train, count, self.val, self.test, most);
            problems.push(Problem::new("train", message));
            self.train = most;
        }
    }
}
