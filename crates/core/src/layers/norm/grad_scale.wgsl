// dx = dy · weight / √(variance + EPS): the way back where the statistics are fixed numbers.
//
//   dy, dx   [RUNS, GROUPS, RUN]
//   stats    [GROUPS, 2]: mean, variance
//   weight   shared by element i / AFFINE_RUN % AFFINE_GROUPS
//
// One invocation per element.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;
override AFFINE_GROUPS: u32;
override AFFINE_RUN: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> stats: array<f32>;
@group(0) @binding(1) var<storage, read> weight: array<f32>;
@group(0) @binding(2) var<storage, read> dy: array<f32>;
@group(0) @binding(3) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= RUNS * GROUPS * RUN) {
    return;
  }
  let rstd = inverseSqrt(stats[2u * (i / RUN % GROUPS) + 1u] + EPS);
  dx[i] = dy[i] * weight[i / AFFINE_RUN % AFFINE_GROUPS] * rstd;
}
