use crate::shared::decimal;
use crate::shared::random::{Stream, uniform, word};
use crate::spec::{Experiment, Kind, Scale, Setting, settings};
use crate::text::verdicts as text;

/// What a search varies: a setting and its values.
#[derive(Clone, Debug, PartialEq)]
pub struct Axis {
    /// Key of the setting.
    pub key: &'static str,
    span: Span,
}

#[derive(Clone, Debug, PartialEq)]
enum Span {
    Range { low: f64, high: f64, scale: Scale, integer: bool },
    Words(Vec<String>),
}

impl Axis {
    /// Reads `lr=1e-3..1,wd=1e-5..1e-2,norm=batch|none`; a key alone takes the range of its slider.
    ///
    /// # Errors
    /// One sentence about the first part that cannot be used.
    pub fn read(text: &str) -> Result<Vec<Axis>, String> {
        let mut axes: Vec<Axis> = Vec::new();
        for part in text.split(',').map(str::trim).filter(|part| !part.is_empty()) {
            let axis = Self::one(part)?;
            if axes.iter().any(|known| known.key == axis.key) {
                return Err(text::axis_twice(axis.key));
            }
            axes.push(axis);
        }
        if axes.is_empty() { Err(text::NO_AXIS.to_owned()) } else { Ok(axes) }
    }

    fn one(part: &str) -> Result<Axis, String> {
        let (key, values) = part.split_once('=').unwrap_or((part, ""));
        let known = settings().iter().find(|setting| setting.key == key && key != "seed");
        let setting = known.ok_or_else(|| text::not_varied(key))?;
        let span = match values.split_once("..") {
            None if values.is_empty() => Self::usual(setting)?,
            None => Span::Words(values.split('|').map(|word| word.trim().to_owned()).collect()),
            Some((low, high)) => Self::range(setting, low, high)?,
        };
        let axis = Axis { key: setting.key, span };
        for word in axis.ends() {
            let (_, problems) = Experiment::resolve(&[(key, word)]);
            if let Some(problem) = problems.into_iter().find(|problem| problem.field == key) {
                let (why, _) = problem.message.split_once(", so ").unwrap_or((&problem.message, ""));
                return Err(format!("{}.", why.trim_end_matches('.')));
            }
        }
        Ok(axis)
    }

    fn usual(setting: &Setting) -> Result<Span, String> {
        if setting.kind == Kind::Choice {
            return Ok(Span::Words(setting.choices.iter().map(|choice| choice.value.to_owned()).collect()));
        }
        let [low, high] =
            setting.slider.or(setting.min.zip(setting.max).map(|(a, b)| [a, b])).unwrap_or([0.0; 2]);
        Self::range(setting, &low.to_string(), &high.to_string())
    }

    fn range(setting: &Setting, low: &str, high: &str) -> Result<Span, String> {
        let key = setting.key;
        let number = |word: &str| {
            let number = decimal::to_f64(word.trim()).filter(|number| number.is_finite());
            number.ok_or_else(|| text::no_number(key, word))
        };
        let (low, high) = (number(low)?, number(high)?);
        let scale = setting.scale.ok_or_else(|| text::no_range_of_words(key))?;
        if low >= high {
            return Err(text::empty_range(key, low, high));
        }
        if scale == Scale::Log && low <= 0.0 {
            return Err(text::range_from_zero(key, low));
        }
        Ok(Span::Range { low, high, scale, integer: setting.integer })
    }

    /// The words that decide whether the axis is allowed.
    fn ends(&self) -> Vec<String> {
        match &self.span {
            Span::Range { .. } => vec![self.at(0.0), self.at(1.0)],
            Span::Words(words) => words.clone(),
        }
    }

    /// The word at a place between the ends, 0 to 1.
    fn at(&self, place: f64) -> String {
        match &self.span {
            Span::Words(words) => words[((place * words.len() as f64) as usize).min(words.len() - 1)].clone(),
            &Span::Range { low, high, scale, integer } => {
                let value = match scale {
                    Scale::Linear => low + (high - low) * place,
                    Scale::Log => low * libm::pow(high / low, place),
                };
                // Three figures are enough, and a link stays readable.
                let short = decimal::to_f64(&format!("{value:.2e}")).unwrap_or(value).clamp(low, high);
                if integer { value.round().to_string() } else { short.to_string() }
            }
        }
    }

    /// So many values from end to end; of words all.
    pub(super) fn grid(&self, points: usize) -> Vec<String> {
        match &self.span {
            Span::Words(words) => words.clone(),
            Span::Range { .. } => {
                let last = points.max(2) - 1;
                let mut values: Vec<String> = (0..points).map(|i| self.at(i as f64 / last as f64)).collect();
                values.dedup();
                values
            }
        }
    }

    /// The value of a trial, drawn uniformly on the setting's scale.
    pub(super) fn draw(&self, seed: u32, trial: u32, number: u32) -> String {
        self.at(f64::from(uniform(word(seed, Stream::Search, trial, 1, number))))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_follow_the_scale_of_their_setting() {
        let axes = Axis::read("lr=1e-3..1, p=0..0.5,norm=batch|none,steps=10..1000").unwrap();
        assert_eq!(axes[0].grid(4), ["0.001", "0.01", "0.1", "1"]);
        assert_eq!(axes[1].grid(3), ["0", "0.25", "0.5"]);
        assert_eq!(axes[2].grid(9), ["batch", "none"]);
        assert_eq!(axes[3].grid(3), ["10", "100", "1000"]);
        assert_eq!(Axis::read("act").unwrap()[0].grid(2).len(), 7);
        assert_eq!(Axis::read("lr").unwrap()[0].grid(2), ["0.0001", "10"]);
    }

    #[test]
    fn draws_lie_inside_and_are_even_on_their_scale() {
        let axis = &Axis::read("lr=1e-4..1").unwrap()[0];
        let draws: Vec<f64> = (0..2000).map(|trial| axis.draw(7, trial, 0).parse().unwrap()).collect();
        assert!(draws.iter().all(|lr| (1e-4..=1.0).contains(lr)));
        let below = draws.iter().filter(|&&lr| lr < 1e-2).count();
        // Five deviations of 2,000 fair draws.
        assert!(below.abs_diff(1000) < 112, "{below}");
        assert_eq!(axis.draw(7, 3, 0), axis.draw(7, 3, 0));
        assert_ne!(axis.draw(7, 3, 0), axis.draw(8, 3, 0));
    }

    #[test]
    fn what_cannot_be_varied_is_one_sentence() {
        for (text, why) in [
            ("", "Say what to vary, as lr=0.001..1."),
            ("flavour=1..2", "flavour is not a setting that can be varied."),
            ("seed=1..2", "seed is not a setting that can be varied."),
            ("lr=1..0.1", "lr: 1..0.1 is no range."),
            ("wd=0..0.1", "wd is varied by factors, so its range cannot begin at 0."),
            ("norm=1..2", "norm has words and no range: write them as a|b."),
            ("lr=x..1", "lr: x is not a number."),
            ("lr=1..2,lr=1..3", "lr is named twice."),
            ("norm=batsh", "norm=batsh is not a normalization."),
            ("p=0..2", "p=2 is outside 0 to 1."),
        ] {
            assert_eq!(Axis::read(text).unwrap_err(), why, "{text}");
        }
    }
}
