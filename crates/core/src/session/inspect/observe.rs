use super::figures::{Arenas, Figures};
use super::{LayerValues, LayerView, Query, Saliency, apart};
use crate::plan::{Buffer, Builder, Operand, Stage, StepRecord};
use crate::session::{Program, Session, SessionError};

impl Session {
    pub(super) async fn look_with(
        &self,
        program: &Program,
        probe: &[u32],
        query: &Query,
    ) -> Result<(Vec<LayerView>, Option<Saliency>, Option<LayerValues>), SessionError> {
        let layers = match query.wants_layers() {
            true => self.observe_with(program, probe, query).await?,
            false => Vec::new(),
        };
        let saliency = match &query.saliency {
            Some(query) => Some(apart(self.saliency_with(program, probe, query)).await?),
            None => None,
        };
        let values = match &query.values {
            Some(query) => Some(apart(self.values_with(program, probe, query)).await?),
            None => None,
        };
        Ok((layers, saliency, values))
    }

    async fn observe_with(
        &self,
        program: &Program,
        probe: &[u32],
        query: &Query,
    ) -> Result<Vec<LayerView>, SessionError> {
        let Program { plan, id } = program;
        let taps: Vec<_> = plan.taps.iter().filter(|tap| query.wants(&tap.layer)).collect();
        let outputs = taps.iter().map(|tap| tap.output.at);
        let statistics = taps.iter().filter(|tap| tap.kind == "norm");
        let statistics: Vec<Operand> =
            statistics.filter_map(|tap| plan.value(&format!("{}.stats", tap.layer))).collect();
        let (steps, known) = match query.forward {
            true => (plan.steps.iter().take_while(|step| step.stage == Stage::Forward).count(), &[][..]),
            false => (plan.steps.len(), &plan.gradients[..]),
        };
        let gradients = known.iter().map(|(_, gradient)| gradient.at);
        let wanted: Vec<Operand> = outputs.chain(statistics.iter().copied()).chain(gradients).collect();
        let (values, arenas) = {
            self.show(program, probe);
            let mut device = self.device.borrow_mut();
            let record = StepRecord { live: probe.len() as u32, ..self.record(self.step) };
            device.run(*id, &[record], 0..steps)?;
            let arenas: Vec<_> = plan
                .layout
                .buffers()
                .into_iter()
                .map(|buffer| (buffer, device.read_state(self.state, buffer)))
                .collect();
            (device.read(*id, &wanted), arenas)
        };
        let values = values.await?;
        let mut read = Vec::new();
        for (buffer, reply) in arenas {
            read.push((buffer, reply.await?));
        }
        let (outputs, rest) = values.split_at(taps.len());
        let (statistics, gradients) = rest.split_at(statistics.len());
        let spread = || self.spread(known.iter().zip(gradients));
        let update = if query.forward { None } else { self.update(&Arenas(&read), &spread()) };
        let figures = Figures {
            plan,
            gradients,
            arenas: Arenas(&read),
            trained: self.trained(),
            update,
            start: &self.start,
            frozen: self.frozen(),
        };
        let mut statistics = statistics.iter();
        Ok(taps
            .into_iter()
            .zip(outputs)
            .map(|(tap, output)| {
                let statistics = if tap.kind == "norm" { statistics.next() } else { None };
                figures.view(tap, output, statistics, query)
            })
            .collect())
    }

    /// Gradients of single parameters in one arena.
    fn spread<'g>(
        &self,
        gradients: impl Iterator<Item = (&'g (usize, crate::plan::Value), &'g Vec<f32>)>,
    ) -> Vec<f32> {
        let layout = &self.train.plan.layout;
        let mut arena = vec![0.0; layout.len(Buffer::Gradients)];
        for ((number, _), numbers) in gradients {
            let at = layout.parameters[*number].at;
            arena[at.offset..at.offset + at.len].copy_from_slice(numbers);
        }
        arena
    }

    /// The parameters that the last step trained, where the gradients are still its own.
    fn trained(&self) -> Option<Vec<usize>> {
        self.gradients_are_fresh()
            .then(|| self.train.plan.gradients.iter().map(|(number, _)| *number).collect())
    }

    /// What the last step subtracted from each weight; before the first step what it would subtract.
    /// Absent where the rule needs the gradients of a step that was made elsewhere.
    fn update(&self, arenas: &Arenas<'_>, probe: &[f32]) -> Option<Vec<f64>> {
        let optimizer = &self.setup.network.optimizer;
        if self.step == 0 {
            return Some(self.first_update(arenas, probe));
        }
        let record = self.record(self.step - 1);
        let gradients = self.gradients_are_fresh().then(|| arenas.of(Buffer::Gradients));
        let slots: Vec<&[f32]> = (0..optimizer.slots()).map(|slot| arenas.of(Buffer::Slot(slot))).collect();
        optimizer.last_update(&record, arenas.of(Buffer::Parameters), gradients, &slots)
    }

    /// The rule's own kernel, on copies.
    fn first_update(&self, arenas: &Arenas<'_>, gradient: &[f32]) -> Vec<f64> {
        let before = arenas.of(Buffer::Parameters);
        let mut plan = Builder::new(crate::plan::Mode::Observe, 1);
        let all = Operand { buffer: Buffer::Parameters, offset: 0, len: before.len() };
        let optimizer = &self.setup.network.optimizer;
        optimizer.update(&mut plan, all);
        let plan = plan.finish();
        let at = crate::plan::At { record: &self.record(0), data: &self.setup.data };
        let mut written = vec![before.to_vec()];
        written.extend((0..optimizer.slots()).map(|_| vec![0.0; before.len()]));
        for step in &plan.steps {
            let mut writes: Vec<&mut [f32]> = written.iter_mut().map(Vec::as_mut_slice).collect();
            step.kernel.reference_f32(&at, &[gradient], &mut writes);
        }
        before.iter().zip(&written[0]).map(|(&old, &new)| f64::from(old) - f64::from(new)).collect()
    }
}
