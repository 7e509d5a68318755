//! Steps in turns: some are given to the device together, and their metrics are read back at once.

use std::ops::Range;

use super::{Session, SessionError};
use crate::device::Reply;
use crate::plan::{Plan, RING, StepRecord};

/// Steps between two copies of the state that a divergence falls back to.
const SAVE_EVERY: u32 = 256;

/// A loss this many times that of guessing counts as diverged although it is still a number.
const HOPELESS: f64 = 1000.0;

/// Training-mode metrics of one step: the loss is taken before the step's update.
#[derive(Clone, Copy, Debug, PartialEq, serde::Serialize)]
pub struct Row {
    /// Updates made, this one included.
    pub step: u32,
    /// Passes over the training images so far.
    pub epoch: f64,
    /// Mean loss of the batch.
    pub loss: f64,
    /// Share of the batch classified rightly.
    pub accuracy: f64,
    /// Learning rate used.
    pub lr: f64,
}

/// What a turn brought.
#[derive(Clone, Debug, Default, PartialEq, serde::Serialize)]
pub struct Turn {
    /// One row a step; none after a divergence.
    pub rows: Vec<Row>,
    /// The step whose loss was no usable number. The state has been put back before it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub diverged: Option<u32>,
}

/// How many steps a turn has, and how they are given to the device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// Steps of this turn, at most [`RING`].
    pub steps: usize,
    /// Steps of the next turn, given to the device before the figures of this one are read back: a GPU works on.
    pub next: usize,
    /// Submissions of one step: a weak GPU, whose driver gives up on what lasts for seconds, needs several.
    pub pieces: usize,
}

/// Steps that were given to the device, and what their metrics will be.
pub(super) struct UnderWay {
    steps: Range<u32>,
    ring: Reply<Vec<Vec<f32>>>,
}

impl Session {
    /// Trains up to `steps` steps (at most [`RING`]) and reads their metrics.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn turn(&mut self, steps: usize) -> Result<Turn, SessionError> {
        self.paced(Pace { steps, next: 0, pieces: 1 }).await
    }

    /// The same at a pace. Steps that are under way already are this turn, however many they are.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn paced(&mut self, pace: Pace) -> Result<Turn, SessionError> {
        if let Some(turn) = self.landed.take() {
            return Ok(turn);
        }
        let now = match self.under_way.take() {
            Some(now) => now,
            None => self.launch(pace.steps, pace.pieces).await?,
        };
        // A copy of the state is taken of steps whose losses are known.
        if pace.next > 0 && !self.save_is_due() {
            match self.launch(pace.next, pace.pieces).await {
                Ok(next) => self.under_way = Some(next),
                Err(why) => {
                    self.under_way = Some(now);
                    return Err(why);
                }
            }
        }
        self.land(now).await
    }

    /// Waits for the steps that are under way, so that no loss of a step made is unknown; the next turn
    /// brings their rows.
    ///
    /// # Errors
    /// When the device is lost.
    pub async fn catch_up(&mut self) -> Result<(), SessionError> {
        if let Some(last) = self.under_way.take() {
            self.landed = Some(self.land(last).await?);
        }
        Ok(())
    }

    /// Steps that are done or under way and whose rows are still to come.
    pub fn ahead(&self) -> usize {
        let landed = self.landed.as_ref().map_or(0, |turn| turn.rows.len());
        landed + self.under_way.as_ref().map_or(0, |last| last.steps.len())
    }

    async fn launch(&mut self, steps: usize, pieces: usize) -> Result<UnderWay, SessionError> {
        self.finish_stages().await?;
        let from = self.step;
        // The metrics of a turn lie in one plan.
        let swap = self.setup.next_swap(from).map_or(u32::MAX, |at| at - from);
        let steps = swap.min(steps.min(RING) as u32);
        self.run(from..from + steps, pieces).await?;
        self.step = from + steps;
        Ok(UnderWay { steps: from..self.step, ring: self.ring() })
    }

    fn ring(&self) -> Reply<Vec<Vec<f32>>> {
        let ring = self.train.plan.ports.ring.expect("a training plan has a ring").at;
        self.device.borrow_mut().read(self.train.id, &[ring])
    }

    /// Reads the metrics of the step that was made last.
    pub(super) async fn last_step(&mut self) -> Result<Turn, SessionError> {
        let last = UnderWay { steps: self.step - 1..self.step, ring: self.ring() };
        self.land(last).await
    }

    /// Reads the metrics of steps, and goes back where they have diverged.
    async fn land(&mut self, UnderWay { steps, ring }: UnderWay) -> Result<Turn, SessionError> {
        let ring = ring.await?.swap_remove(0);
        let mut rows: Vec<Row> = steps.map(|step| self.row(step, &ring)).collect();
        let limit = HOPELESS * libm::log(self.setup.network.classes.max(2) as f64);
        if let Some(bad) = rows.iter().position(|row| !row.loss.is_finite() || row.loss > limit) {
            let diverged = rows[bad].step;
            self.rewind(diverged.saturating_sub(2)).await?;
            rows.truncate(bad);
            return Ok(Turn { rows, diverged: Some(diverged) });
        }
        if self.under_way.is_none() && self.save_is_due() {
            self.save().await?;
        }
        Ok(Turn { rows, diverged: None })
    }

    fn save_is_due(&self) -> bool {
        self.step - self.saved.step >= SAVE_EVERY
    }

    fn row(&self, step: u32, ring: &[f32]) -> Row {
        let at = 2 * (step as usize % RING);
        Row {
            step: step + 1,
            epoch: self.batches.epochs(step + 1),
            loss: f64::from(ring[at]),
            accuracy: f64::from(ring[at + 1]),
            lr: self.setup.schedule.rate(self.setup.live.at(&self.setup.log, step).lr, step),
        }
    }

    pub(super) fn record(&self, step: u32) -> StepRecord {
        let live = self.setup.live.at(&self.setup.log, step);
        let mut record = StepRecord {
            step,
            seed: self.setup.seed,
            row: step % RING as u32,
            lr: self.setup.schedule.rate(live.lr, step) as f32,
            ..StepRecord::default()
        };
        live.point(&mut record);
        self.setup.network.optimizer.point(&mut record);
        self.batches.point(&mut record, step);
        record
    }

    async fn run(&mut self, steps: Range<u32>, pieces: usize) -> Result<(), SessionError> {
        let mut from = steps.start;
        while from < steps.end {
            let until = self.setup.next_swap(from).map_or(steps.end, |at| at.min(steps.end));
            self.prepare(from).await?;
            let records: Vec<StepRecord> = (from..until).map(|step| self.record(step)).collect();
            let cuts = cuts(&self.train.plan, pieces);
            let mut device = self.device.borrow_mut();
            if let [all] = &cuts[..] {
                device.run(self.train.id, &records, all.clone())?;
            } else {
                for record in records {
                    for piece in &cuts {
                        device.run(self.train.id, &[record], piece.clone())?;
                    }
                }
            }
            drop(device);
            (from, self.fresh) = (until, true);
        }
        Ok(())
    }

    /// Goes back to a step that was passed, from the last saved state.
    async fn rewind(&mut self, step: u32) -> Result<(), SessionError> {
        self.put_back();
        while self.step < step {
            let until = step.min(self.step + RING as u32);
            self.run(self.step..until, 1).await?;
            self.step = until;
        }
        Ok(())
    }
}

/// A plan's kernels in so many pieces of about as many products each, or in fewer where it has fewer kernels.
fn cuts(plan: &Plan, pieces: usize) -> Vec<Range<usize>> {
    // What is no product costs something, too.
    let costs: Vec<usize> = plan.steps.iter().map(|step| step.kernel.products() + 1).collect();
    let each = costs.iter().sum::<usize>().div_ceil(pieces.max(1));
    let (mut cuts, mut from, mut cost) = (Vec::new(), 0, 0);
    for (at, more) in costs.iter().enumerate() {
        cost += more;
        if cost >= each || at + 1 == costs.len() {
            cuts.push(from..at + 1);
            (from, cost) = (at + 1, 0);
        }
    }
    cuts
}

#[cfg(test)]
mod tests {
    use pollster::block_on;

    use super::super::tests::{open, setup, train};
    use super::*;
    use crate::session::{Setup, Split};
    use crate::spec::Live;

    const TWO: Pace = Pace { steps: 5, next: 5, pieces: 1 };

    fn losses(turn: &Turn) -> Vec<u64> {
        turn.rows.iter().map(|row| row.loss.to_bits()).collect()
    }

    #[test]
    fn a_turn_ahead_changes_no_bit() {
        let (mut ahead, mut plain) = (open(setup()), open(setup()));
        assert_eq!(losses(&block_on(ahead.paced(TWO)).unwrap()), train(&mut plain, 5));
        assert_eq!((ahead.step(), ahead.ahead(), plain.ahead()), (10, 5, 0));
        assert_eq!(losses(&block_on(ahead.paced(TWO)).unwrap()), train(&mut plain, 5));
        // What is set now acts behind the steps that are under way.
        assert_eq!(ahead.set("lr", 0.02), Ok(15));
        block_on(ahead.catch_up()).unwrap();
        assert_eq!((ahead.step(), ahead.ahead()), (15, 5));
        assert_eq!(losses(&block_on(ahead.turn(1)).unwrap()), train(&mut plain, 5));
        plain.set("lr", 0.02).unwrap();
        assert_eq!(losses(&block_on(ahead.turn(5)).unwrap()), train(&mut plain, 5));
        assert_eq!((ahead.step(), ahead.ahead()), (20, 0));
    }

    #[test]
    fn a_divergence_under_way_goes_back_as_any() {
        let wild = || open(Setup { live: Live { lr: 1e6, ..setup().live }, ..setup() });
        let (mut ahead, mut plain) = (wild(), wild());
        let turns: Vec<Turn> =
            std::iter::repeat_with(|| block_on(ahead.paced(Pace { steps: 1, next: 1, pieces: 1 })).unwrap())
                .take(30)
                .take_while(|turn| turn.diverged.is_none())
                .collect();
        let told = block_on(plain.turn(30)).unwrap();
        assert_eq!(turns.iter().flat_map(losses).collect::<Vec<_>>(), losses(&told));
        assert_eq!((ahead.step(), ahead.ahead()), (plain.step(), 0));
        assert!(block_on(ahead.evaluate(Split::Val, None)).unwrap().loss.is_finite());
    }

    #[test]
    fn a_step_in_pieces_is_the_same_step() {
        let (mut cut, mut whole) = (open(setup()), open(setup()));
        let turn = block_on(cut.paced(Pace { steps: 3, next: 0, pieces: 4 })).unwrap();
        assert_eq!(losses(&turn), train(&mut whole, 3));
        let plan = whole.plan();
        for pieces in [0, 1, 2, 5, 1000] {
            let cuts = cuts(plan, pieces);
            assert!(cuts.len() <= pieces.max(1) && !cuts.is_empty(), "{pieces}: {cuts:?}");
            assert_eq!(cuts.into_iter().flatten().collect::<Vec<_>>(), Vec::from_iter(0..plan.steps.len()));
        }
        assert_eq!(cuts(plan, 1).len(), 1);
        assert!(cuts(plan, 3).len() > 1);
    }
}
