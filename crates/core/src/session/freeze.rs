use super::{Program, Session, SessionError, Setup};
use crate::network::Network;
use crate::plan::Mode;
use crate::spec::{Given, Intervention};
use crate::text::session as text;

/// Keys of the changes that the log holds beside those of live settings.
const FREEZE: &str = "freeze";
const UNFREEZE: &str = "unfreeze";

impl Setup {
    /// Layers that stay as they are at a step: a pure function of the start and the log.
    pub fn frozen_at(&self, step: u32) -> Vec<String> {
        let mut frozen = self.frozen.clone();
        for change in self.log.iter().filter(|change| change.step <= step) {
            if let Given::Layers(layers) = &change.value {
                apply(&mut frozen, &change.setting, layers);
            }
        }
        frozen
    }

    /// The first step after `step` at which layers are frozen or set free.
    pub(super) fn next_swap(&self, step: u32) -> Option<u32> {
        let swaps = self.log.iter().filter(|change| matches!(change.value, Given::Layers(_)));
        swaps.map(|change| change.step).filter(|&at| at > step).min()
    }
}

fn apply(frozen: &mut Vec<String>, key: &str, layers: &[String]) {
    for layer in layers {
        frozen.retain(|known| !within(known, layer));
        if key == FREEZE && !frozen.iter().any(|known| within(layer, known)) {
            frozen.push(layer.clone());
        }
    }
}

/// Whether an address is that of a block or of something inside it.
fn within(address: &str, block: &str) -> bool {
    address.strip_prefix(block).is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

impl Session {
    /// Layers that stay as they are at the next step, by address.
    pub fn frozen(&self) -> Vec<String> {
        self.setup.frozen_at(self.step)
    }

    /// Lets layers stay as they are from the next whole step on: no update, no dropout, batch
    /// normalisation by its running statistics. Returns that step; the log notes it.
    ///
    /// # Errors
    /// When an address is not one of this network.
    pub fn freeze(&mut self, layers: &[String]) -> Result<u32, SessionError> {
        self.change(FREEZE, layers)
    }

    /// Lets layers learn again from the next whole step on. What the optimiser kept for them is as it
    /// was.
    ///
    /// # Errors
    /// When an address is not one of this network, or only a block around it is frozen.
    pub fn unfreeze(&mut self, layers: &[String]) -> Result<u32, SessionError> {
        let frozen = self.frozen();
        let around = |layer: &String| frozen.iter().find(|known| *known != layer && within(layer, known));
        if let Some((layer, block)) = layers.iter().find_map(|layer| Some((layer, around(layer)?))) {
            let why = text::frozen_with_block(layer, block);
            return Err(SessionError::Refused(why));
        }
        self.change(UNFREEZE, layers)
    }

    fn change(&mut self, key: &str, layers: &[String]) -> Result<u32, SessionError> {
        let absent = self.setup.network.absent(key, layers);
        if !absent.is_empty() {
            return Err(SessionError::Problems(absent));
        }
        // A step that was begun by stages ends as it began.
        let step = self.step + u32::from(self.stage.is_some());
        let before = self.setup.frozen_at(step);
        let mut after = before.clone();
        apply(&mut after, key, layers);
        if after == before {
            return Ok(step);
        }
        if step == 0 {
            self.setup.frozen = after;
            return Ok(0);
        }
        self.setup.log.retain(|old| old.step <= step || !matches!(old.value, Given::Layers(_)));
        let value = Given::Layers(layers.to_vec());
        self.setup.log.push(Intervention { step, setting: key.to_owned(), value });
        Ok(step)
    }

    /// Makes the training plan that of a step: the state stays. A run that never augments has no
    /// kernel for it, nor one that never clips.
    pub(super) async fn prepare(&mut self, step: u32) -> Result<(), SessionError> {
        let mode = Mode::Train { frozen: self.setup.frozen_at(step) };
        let Setup { live, log, network, .. } = &self.setup;
        let (augment, clip) = (live.augments(log), live.clips(log));
        if self.train.plan.mode == mode && (network.augment, network.clip) == (augment, clip) {
            return Ok(());
        }
        let network = Network { augment, clip, ..network.clone() };
        let next = self.runnable(self.plan_of(&network, mode, self.setup.batch)).await?;
        self.setup.network = network;
        let Program { id, .. } = std::mem::replace(&mut self.train, next);
        let mut device = self.device.borrow_mut();
        device.free_program(id);
        if let Some(preview) = self.preview.take() {
            device.free_program(preview.id);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::*;
    use crate::session::tests::{LINK, open, setup, train};

    fn layers(list: &[&str]) -> Vec<String> {
        list.iter().map(|&layer| layer.to_owned()).collect()
    }

    fn parameters(session: &Session) -> Vec<f32> {
        let reply = session.device.borrow_mut().read_state(session.state, crate::plan::Buffer::Parameters);
        block_on(reply).unwrap()
    }

    /// Twelve steps, the dense layer and its norm frozen, twelve, the dense layer free again, twelve.
    fn thawed() -> (Session, Vec<u64>) {
        let mut session = open(setup());
        let mut bits = train(&mut session, 12);
        assert_eq!(session.freeze(&layers(&["1", "2"])).unwrap(), 12);
        let before = parameters(&session);
        bits.extend(train(&mut session, 12));
        let frozen = session.train.plan.layout.parameters[0].at.len;
        assert_eq!(before[..frozen], parameters(&session)[..frozen]);
        assert_ne!(before, parameters(&session));
        assert_eq!(session.unfreeze(&layers(&["1"])).unwrap(), 24);
        assert_eq!(session.frozen(), ["2"]);
        bits.extend(train(&mut session, 12));
        assert_ne!(before[..frozen], parameters(&session)[..frozen]);
        (session, bits)
    }

    #[test]
    fn frozen_layers_stay_and_a_replay_gives_the_same_bits() {
        let (mut session, bits) = thawed();
        assert_eq!(bits, train(&mut open(session.setup().clone()), 36));
        session.restart();
        assert_eq!(bits, train(&mut session, 36));
        let log = crate::spec::link::format_log(&session.setup().log);
        assert_eq!(log, "12.freeze.1-2,24.unfreeze.1");
        assert_eq!(crate::spec::link::parse_log(&log).unwrap(), session.setup().log);
    }

    #[test]
    fn frozen_statistics_stay_and_are_used() {
        let mut session = open(setup());
        train(&mut session, 12);
        session.freeze(&layers(&["2"])).unwrap();
        let statistics = |session: &Session| {
            let reply =
                session.device.borrow_mut().read_state(session.state, crate::plan::Buffer::Statistics);
            block_on(reply).unwrap()
        };
        let before = statistics(&session);
        train(&mut session, 5);
        assert_eq!(before, statistics(&session));
        let kernels: Vec<&str> = session.plan().steps.iter().map(|step| step.kernel.name()).collect();
        assert!(kernels.contains(&"norm/stored") && !kernels.contains(&"norm/moments"), "{kernels:?}");
    }

    #[test]
    fn a_checkpoint_knows_what_is_frozen() {
        let (session, bits) = thawed();
        for step in [6, 18, 30] {
            let mut source = open(session.setup().clone());
            train(&mut source, step);
            let bytes = block_on(source.snapshot(LINK)).unwrap();
            let mut other = open(setup());
            other.restore(&bytes).unwrap();
            assert_eq!(other.frozen(), source.frozen());
            assert_eq!(bits[step..], train(&mut other, 36 - step));
        }
    }

    #[test]
    fn before_the_first_step_it_is_the_experiment_itself() {
        let mut session = open(setup());
        assert_eq!(session.freeze(&layers(&["1"])).unwrap(), 0);
        assert_eq!((session.setup().frozen.as_slice(), session.setup().log.len()), (&layers(&["1"])[..], 0));
        let bits = train(&mut session, 5);
        assert_eq!(bits, train(&mut open(Setup { frozen: layers(&["1"]), ..setup() }), 5));
        assert_ne!(bits, train(&mut open(setup()), 5));
    }

    #[test]
    fn a_step_by_stages_ends_as_it_began() {
        let mut session = open(setup());
        train(&mut session, 3);
        block_on(session.advance_stage(crate::plan::Stage::Forward)).unwrap();
        assert_eq!(session.freeze(&layers(&["1"])).unwrap(), 4);
        let bits = train(&mut session, 5);
        assert_eq!(bits, train(&mut open(session.setup().clone()), 9)[4..]);
    }

    #[test]
    fn what_is_not_there_or_only_inside_is_explained() {
        let mut session = open(setup());
        let why = session.freeze(&layers(&["9"])).unwrap_err().to_string();
        assert_eq!(why, "freeze: 9 is not a layer of this network; they are 0 to 4.");
        let mut frozen = layers(&["4.body.0"]);
        apply(&mut frozen, FREEZE, &layers(&["4", "4.body.1", "5"]));
        assert_eq!(frozen, ["4", "5"]);
        apply(&mut frozen, UNFREEZE, &layers(&["4"]));
        assert_eq!(frozen, ["5"]);
    }
}
