//! Values that are not needed at the same time share their memory.

use crate::shared::sort;
use std::collections::BTreeMap;

use super::{Buffer, Operand, Plan, Step};

/// Where the values of a plan lie: each in a slot, a buffer of its own on every device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Slots {
    of_values: Vec<u32>,
    lengths: Vec<usize>,
}

impl Slots {
    /// A slot for each of the values of these lengths.
    fn apart(lengths: Vec<usize>) -> Self {
        Self { of_values: (0..lengths.len() as u32).collect(), lengths }
    }

    /// Elements of each slot.
    pub fn lengths(&self) -> &[usize] {
        &self.lengths
    }

    /// The operand in its slot: `Buffer::Value` then counts slots.
    #[must_use]
    pub fn place(&self, at: Operand) -> Operand {
        match at.buffer {
            Buffer::Value(number) => Operand { buffer: Buffer::Value(self.of_values[number as usize]), ..at },
            _ => at,
        }
    }
}

impl Plan {
    /// Where the values lie: apart, unless the plan shares memory.
    pub fn slots(&self) -> Slots {
        let lengths: Vec<usize> = self.values.iter().map(|(_, shape)| shape.len()).collect();
        if self.shares_memory { share(self, lengths) } else { Slots::apart(lengths) }
    }
}

/// First and last step that touches a value.
type Life = (usize, usize);

/// Gives each value, in the order in which they are written, the free slot that fits it best; a slot
/// is free when its last value is no longer read, so no step reads and writes one slot. What the host
/// writes or reads has a slot of its own.
fn share(plan: &Plan, lengths: Vec<usize>) -> Slots {
    let lives = lives(&plan.steps);
    let mut order: Vec<usize> = (0..lengths.len()).collect();
    sort::by_key(&mut order, |&value| lives.get(&(value as u32)).map_or(0, |life| life.0));
    let own = |value: usize| {
        let buffer = Buffer::Value(value as u32);
        plan.shows(buffer) || !lives.contains_key(&(value as u32)) || starts_read(&plan.steps, buffer)
    };
    let mut slots = Slots { of_values: vec![0; lengths.len()], lengths: Vec::new() };
    // The last step of each slot; none of those that are not shared.
    let mut busy: Vec<Option<usize>> = Vec::new();
    for value in order {
        let len = lengths[value];
        let life = lives.get(&(value as u32)).copied().filter(|_| !own(value));
        let free = |slot: &usize| life.zip(busy[*slot]).is_some_and(|((first, _), last)| last < first);
        // Of those that are large enough the smallest, else the largest: it grows least.
        let badness = |slot: &usize| {
            let room = slots.lengths[*slot];
            if room >= len { (0, room - len) } else { (1, len - room) }
        };
        let slot = (0..busy.len()).filter(free).min_by_key(badness).unwrap_or(busy.len());
        if slot == busy.len() {
            busy.push(None);
            slots.lengths.push(0);
        }
        busy[slot] = life.map(|(_, last)| last);
        slots.lengths[slot] = slots.lengths[slot].max(len);
        slots.of_values[value] = slot as u32;
    }
    slots
}

fn lives(steps: &[Step]) -> BTreeMap<u32, Life> {
    let mut lives = BTreeMap::new();
    for (number, step) in steps.iter().enumerate() {
        for at in step.reads.iter().chain(&step.writes) {
            if let Buffer::Value(value) = at.buffer {
                lives.entry(value).or_insert((number, number)).1 = number;
            }
        }
    }
    lives
}

/// Whether a value is read before a step writes it: its numbers come from the host.
fn starts_read(steps: &[Step], buffer: Buffer) -> bool {
    let reads = |step: &Step| step.reads.iter().any(|at| at.buffer == buffer);
    let writes = |step: &Step| step.writes.iter().any(|at| at.buffer == buffer);
    steps.iter().find(|step| reads(step) || writes(step)).is_some_and(reads)
}
