// Running statistics follow the batch.
//
//   mean = (1 − MOMENTUM)·mean + MOMENTUM·new
//   var  = (1 − MOMENTUM)·var  + MOMENTUM·new·COUNT/(COUNT − 1)
//
// One invocation per channel.

override GROUPS: u32;
override COUNT: f32;
override MOMENTUM: f32;

@group(0) @binding(0) var<storage, read> stats: array<f32>;
@group(0) @binding(1) var<storage, read_write> mean: array<f32>;
@group(0) @binding(2) var<storage, read_write> variance: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let g = (group.y * groups.x + group.x) * 64u + local;
  if (g >= GROUPS) {
    return;
  }
  let unbiased = COUNT / max(COUNT - 1.0, 1.0);
  mean[g] = (1.0 - MOMENTUM) * mean[g] + MOMENTUM * stats[2u * g];
  variance[g] = (1.0 - MOMENTUM) * variance[g] + MOMENTUM * stats[2u * g + 1u] * unbiased;
}
