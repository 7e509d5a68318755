// The step record: what changes from one step to the next. Twin of plan/record.rs.

struct Record {
  step: u32,
  seed: u32,
  row: u32,
  epoch: u32,
  first: u32,
  size: u32,
  cursor: u32,
  shuffle: u32,
  live: u32,
  drop_below: u32,
  keep_scale: f32,
  lr: f32,
  momentum: f32,
  weight_decay: f32,
  correction1: f32,
  correction2: f32,
  l1: f32,
  smoothing: f32,
  flip_below: u32,
  vflip_below: u32,
  shift: u32,
  cutout: u32,
  rotate: f32,
  scale: f32,
  crop: f32,
  brightness: f32,
  contrast: f32,
  max_norm: f32,
}

@group(1) @binding(0) var<uniform> record: Record;
