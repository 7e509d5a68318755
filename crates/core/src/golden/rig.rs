use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

use crate::data::{DataSet, Pixels};
use crate::device::{DataId, Device, DeviceError, ProgramId, StateId};
use crate::plan::{Buffer, Operand, Plan, StepRecord};
use crate::state::{Fill, Layout, Segment};

/// Plans over one state on a borrowed device; gives everything back when dropped.
pub(super) struct Rig<'d> {
    device: &'d mut dyn Device,
    data: DataId,
    state: StateId,
    programs: Vec<ProgramId>,
    layout: Layout,
}

fn sentence(error: DeviceError) -> String {
    error.to_string()
}

impl<'d> Rig<'d> {
    /// Takes the images and makes room for a network's state.
    pub fn new(device: &'d mut dyn Device, layout: &Layout, data: DataSet) -> Result<Self, String> {
        let data = device.create_data(&Rc::new(data)).map_err(sentence)?;
        let state = match device.create_state(layout) {
            Ok(state) => state,
            Err(error) => {
                device.free_data(data);
                return Err(sentence(error));
            }
        };
        Ok(Self { device, data, state, programs: Vec::new(), layout: layout.clone() })
    }

    /// For plans that look at no data set.
    pub fn without_data(device: &'d mut dyn Device, layout: &Layout) -> Result<Self, String> {
        let data = DataSet {
            shape: [1, 1, 1],
            classes: 1,
            pixels: Pixels::Bytes(vec![0]),
            labels: vec![0],
            table: vec![0],
            splits: [1, 0, 0],
            standard: vec![[0.0, 1.0]],
            ..DataSet::default()
        };
        Self::new(device, layout, data)
    }

    /// Whether plans are suited to a wide device.
    pub fn is_wide(&self) -> bool {
        self.device.is_wide()
    }

    /// Makes a plan runnable.
    pub fn program(&mut self, plan: &Plan) -> Result<ProgramId, String> {
        let program = self.device.create_program(plan, self.state, self.data).map_err(sentence)?;
        self.programs.push(program);
        Ok(program)
    }

    /// Overwrites weights and running statistics; statistics without numbers start as they do in
    /// training.
    pub fn fill(&mut self, numbers: &BTreeMap<String, Vec<f32>>) -> Result<(), String> {
        let parameters = self.arena(Buffer::Parameters, &self.layout.parameters, numbers)?;
        let statistics = self.arena(Buffer::Statistics, &self.layout.statistics, numbers)?;
        self.device.write_state(self.state, Buffer::Parameters, &parameters);
        self.device.write_state(self.state, Buffer::Statistics, &statistics);
        Ok(())
    }

    fn arena(
        &self,
        buffer: Buffer,
        segments: &[Segment],
        numbers: &BTreeMap<String, Vec<f32>>,
    ) -> Result<Vec<f32>, String> {
        let mut arena = vec![0.0; self.layout.len(buffer)];
        for segment in segments {
            let place = &mut arena[segment.at.offset..segment.at.offset + segment.at.len];
            match (numbers.get(&segment.name), segment.fill) {
                (Some(given), _) if given.len() == place.len() => place.copy_from_slice(given),
                (Some(given), _) => return Err(wrong_length(&segment.name, given.len(), place.len())),
                (None, Fill::Constant(value)) if buffer == Buffer::Statistics => place.fill(value as f32),
                (None, _) => return Err(format!("The case gives no numbers for {}.", segment.name)),
            }
        }
        Ok(arena)
    }

    /// Overwrites the gradient of every weight.
    pub fn write_gradients(&mut self, numbers: &[f32]) {
        let mut arena = vec![0.0; self.layout.len(Buffer::Gradients)];
        arena[..numbers.len()].copy_from_slice(numbers);
        self.device.write_state(self.state, Buffer::Gradients, &arena);
    }

    /// Overwrites a value of a plan.
    pub fn write(
        &mut self,
        program: ProgramId,
        to: Operand,
        name: &str,
        numbers: &[f32],
    ) -> Result<(), String> {
        if numbers.len() != to.len {
            return Err(wrong_length(name, numbers.len(), to.len));
        }
        self.device.write(program, to, numbers);
        Ok(())
    }

    /// Runs some kernels of a plan once.
    pub fn run(&mut self, program: ProgramId, steps: Range<usize>, record: StepRecord) -> Result<(), String> {
        self.device.run(program, &[record], steps).map_err(sentence)
    }

    /// Reads values or state.
    pub async fn read<const N: usize>(
        &mut self,
        program: ProgramId,
        at: [impl Into<Operand>; N],
    ) -> Result<[Vec<f64>; N], String> {
        let at: Vec<Operand> = at.into_iter().map(Into::into).collect();
        let numbers = self.device.read(program, &at).await.map_err(sentence)?;
        let wide: Vec<Vec<f64>> =
            numbers.into_iter().map(|x| x.into_iter().map(f64::from).collect()).collect();
        wide.try_into().map_err(|_| "The device gave another number of tensors than asked for.".to_owned())
    }
}

fn wrong_length(name: &str, got: usize, want: usize) -> String {
    format!("{name} has {got} numbers, expected {want}.")
}

impl Drop for Rig<'_> {
    fn drop(&mut self) {
        for &program in &self.programs {
            self.device.free_program(program);
        }
        self.device.free_state(self.state);
        self.device.free_data(self.data);
    }
}
