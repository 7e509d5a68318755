use super::{Experiment, Given, Intervention};
use crate::augment::Strengths;
use crate::plan::StepRecord;

/// Declares the settings that act live, by their keys in the link.
macro_rules! live {
    ($($(#[doc = $help:literal])+ $key:ident,)+) => {
        /// The settings that act at the next step.
        #[derive(Clone, Copy, Debug, PartialEq)]
        pub struct Live {
            $($(#[doc = $help])+ pub $key: f64,)+
        }

        impl Live {
            /// Their keys.
            pub const KEYS: &'static [&'static str] = &[$(stringify!($key)),+];

            /// The settings that an experiment begins with.
            pub fn of(experiment: &Experiment) -> Self {
                Self { $($key: experiment.$key,)+ }
            }

            /// Puts them into an experiment.
            pub fn put(self, experiment: &mut Experiment) {
                $(experiment.$key = self.$key;)+
            }

            /// The field that a link key means.
            pub fn field(&mut self, key: &str) -> Option<&mut f64> {
                match key {
                    $(stringify!($key) => Some(&mut self.$key),)+
                    _ => None,
                }
            }
        }
    };
}

live! {
    /// Learning rate.
    lr,
    /// Momentum μ.
    momentum,
    /// Weight decay λ.
    wd,
    /// Largest norm of all gradients together; 0: any.
    clip,
    /// Probability of dropping a unit.
    p,
    /// L1 penalty.
    l1,
    /// Label smoothing ε.
    smooth,
    /// Probability of mirroring an image left to right.
    flip,
    /// Probability of mirroring an image top to bottom.
    vflip,
    /// Largest shift, as a share of the side.
    shift,
    /// Largest turn, in degrees.
    rotate,
    /// Largest change of size, as a share of it.
    scale,
    /// Smallest share of the area that a crop keeps.
    crop,
    /// Largest change of brightness, black to white being 1.
    brightness,
    /// Largest change of contrast, as a share of it.
    contrast,
    /// Side of the square that is blacked out, as a share of the image's.
    cutout,
}

impl Default for Live {
    fn default() -> Self {
        Self::of(&Experiment::default())
    }
}

impl Live {
    /// The settings at a step: a pure function of the start and the log, so that a replay repeats it.
    pub fn at(mut self, log: &[Intervention], step: u32) -> Self {
        for change in log.iter().filter(|change| change.step <= step) {
            if let (Some(field), &Given::Number(value)) = (self.field(&change.setting), &change.value) {
                *field = value;
            }
        }
        self
    }

    /// How strongly images are augmented.
    pub fn augment(&self) -> Strengths {
        let mut strengths = Strengths {
            rotate: self.rotate as f32,
            scale: self.scale as f32,
            crop: (1.0 - self.crop) as f32,
            brightness: self.brightness as f32,
            contrast: self.contrast as f32,
            ..Strengths::default()
        };
        strengths.set_flips(self.flip, self.vflip);
        strengths.set_sides(self.shift, self.cutout);
        strengths
    }

    /// Whether images are augmented at the start or after a change of the log.
    pub fn augments(self, log: &[Intervention]) -> bool {
        self.ever(log, |live| live.augment() != Strengths::default())
    }

    /// Whether gradients are clipped at the start or after a change of the log.
    pub fn clips(self, log: &[Intervention]) -> bool {
        self.ever(log, |live| live.clip > 0.0)
    }

    fn ever(self, log: &[Intervention], holds: impl Fn(Self) -> bool) -> bool {
        let mut steps = [0].into_iter().chain(log.iter().map(|change| change.step));
        steps.any(|step| holds(self.at(log, step)))
    }

    /// Writes what is the same for every optimiser and schedule into a step's record.
    pub(crate) fn point(&self, record: &mut StepRecord) {
        record.momentum = self.momentum as f32;
        record.weight_decay = self.wd as f32;
        record.l1 = self.l1 as f32;
        record.smoothing = self.smooth as f32;
        record.max_norm = self.clip as f32;
        record.augment = self.augment();
        record.set_dropout(self.p);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spec::settings;

    #[test]
    fn the_live_settings_are_those_declared_so() {
        let mut live = Live::default();
        for setting in settings() {
            assert_eq!(live.field(setting.key).is_some(), setting.live, "{}", setting.key);
        }
    }

    #[test]
    fn strengths_at_rest_change_no_image() {
        assert!(!Live::default().augments(&[]));
        let change = |step, value: f64| Intervention {
            step,
            setting: "rotate".to_owned(),
            value: Given::Number(value),
        };
        assert!(Live::default().augments(&[change(5, 10.0), change(9, 0.0)]));
        assert!(!Live::default().augments(&[change(5, 0.0)]));
        assert!(Live { crop: 0.5, ..Live::default() }.augments(&[]));
    }
}
