use super::SaliencyQuery;
use super::view::Saliency;
use crate::plan::{Stage, StepRecord};
use crate::session::{Program, Session, SessionError, SharedDevice};

impl Session {
    /// The way back from one image's loss, or from one of its logits, to its pixels.
    pub(super) async fn saliency_with(
        &self,
        program: &Program,
        probe: &[u32],
        query: &SaliencyQuery,
    ) -> Result<Saliency, SessionError> {
        let Program { plan, id } = program;
        let [dlogits, dx] =
            [plan.ports.dlogits, plan.ports.dx].map(|port| port.expect("an observation has this port"));
        let back = plan.steps.partition_point(|step| step.stage < Stage::Backward);
        let record = StepRecord { live: probe.len() as u32, ..self.record(self.step) };
        let reply = {
            self.show(program, probe);
            let mut device = self.device.borrow_mut();
            device.run(*id, &[record], 0..back)?;
            device.read(*id, &[dlogits.at])
        };
        let of_mean = reply.await?.swap_remove(0);
        let classes = self.setup.network.classes;
        let row = query.image * classes..(query.image + 1) * classes;
        let mut seed = vec![0.0; of_mean.len()];
        match query.class {
            Some(class) => seed[row.start + class] = 1.0,
            None => {
                for i in row {
                    seed[i] = of_mean[i] * probe.len() as f32;
                }
            }
        }
        let reply = {
            let mut device = self.device.borrow_mut();
            device.write(*id, dlogits.at, &seed);
            device.run(*id, &[record], back..plan.steps.len())?;
            device.read(*id, &[dx.at])
        };
        let gradient = reply.await?.swap_remove(0);
        let image = dx.shape.image();
        let data: Vec<f32> =
            gradient[query.image * image..(query.image + 1) * image].iter().map(|g| g.abs()).collect();
        Ok(Saliency {
            image: query.image,
            class: query.class,
            shape: [dx.shape.c, dx.shape.h, dx.shape.w],
            high: data.iter().copied().fold(0.0, f32::max),
            data,
        })
    }

    /// Writes the probe images and their labels.
    pub(super) fn show(&self, program: &Program, probe: &[u32]) {
        self.show_on(&self.device, program, probe);
    }

    /// The same on another device.
    pub(in crate::session) fn show_on(&self, device: &SharedDevice, program: &Program, probe: &[u32]) {
        let data = &self.setup.data;
        let ports = program.plan.ports;
        let labels: Vec<f32> = probe.iter().map(|&i| data.labels[i as usize] as f32).collect();
        let mut device = device.borrow_mut();
        device.write(program.id, ports.x.expect("every plan has images").at, &data.standardized(probe));
        device.write(program.id, ports.labels.expect("an observation has labels").at, &labels);
    }
}
