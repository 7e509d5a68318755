// The running statistics in the form of a batch's: stats[c] = (mean, variance).
//
// One invocation per channel.

override GROUPS: u32;

@group(0) @binding(0) var<storage, read> mean: array<f32>;
@group(0) @binding(1) var<storage, read> variance: array<f32>;
@group(0) @binding(2) var<storage, read_write> stats: array<f32>;

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
  stats[2u * g] = mean[g];
  stats[2u * g + 1u] = variance[g];
}
