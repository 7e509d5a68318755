//! A step stage by stage: forward, loss, backward, update.

use super::{Session, SessionError, Turn};
use crate::plan::Stage;
use crate::text::session as text;

impl Session {
    /// Runs one stage of the next step; the update ends the step and brings its row.
    ///
    /// # Errors
    /// When it is not the stage's turn, or the device is lost.
    pub async fn advance_stage(&mut self, stage: Stage) -> Result<Turn, SessionError> {
        let next = self.next_stage();
        if stage != next {
            return Err(SessionError::Refused(text::not_its_turn(next, stage)));
        }
        self.run_stage(stage).await?;
        if stage != Stage::Update {
            return Ok(Turn::default());
        }
        self.last_step().await
    }

    fn next_stage(&self) -> Stage {
        match self.stage {
            None => Stage::Forward,
            Some(Stage::Forward) => Stage::Loss,
            Some(Stage::Loss) => Stage::Backward,
            Some(Stage::Backward | Stage::Update) => Stage::Update,
        }
    }

    async fn run_stage(&mut self, stage: Stage) -> Result<(), SessionError> {
        if self.stage.is_none() {
            self.prepare(self.step).await?;
        }
        let within = |s: &crate::plan::Step| s.stage == stage;
        let steps = &self.train.plan.steps;
        if let Some(first) = steps.iter().position(within) {
            let range = first..first + steps.iter().filter(|s| within(s)).count();
            let record = self.record(self.step);
            self.device.borrow_mut().run(self.train.id, &[record], range)?;
        }
        self.fresh = stage == Stage::Update || self.fresh && stage < Stage::Backward;
        self.stage = (stage != Stage::Update).then_some(stage);
        self.step += u32::from(stage == Stage::Update);
        Ok(())
    }

    /// Completes a step that was begun stage by stage.
    pub(super) async fn finish_stages(&mut self) -> Result<(), SessionError> {
        while self.stage.is_some() {
            self.run_stage(self.next_stage()).await?;
        }
        Ok(())
    }
}
