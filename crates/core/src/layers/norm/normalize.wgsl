// y = weight · (x − mean) / √(variance + EPS) + bias
//
//   x, y           [RUNS, GROUPS, RUN]
//   stats          [GROUPS, 2]: mean, variance
//   weight, bias   shared by element i / AFFINE_RUN % AFFINE_GROUPS
//
// One invocation per element.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;
override AFFINE_GROUPS: u32;
override AFFINE_RUN: u32;
override EPS: f32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> stats: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> bias: array<f32>;
@group(0) @binding(4) var<storage, read_write> y: array<f32>;

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
  let g = i / RUN % GROUPS;
  let a = i / AFFINE_RUN % AFFINE_GROUPS;
  let xhat = (x[i] - stats[2u * g]) * inverseSqrt(stats[2u * g + 1u] + EPS);
  y[i] = weight[a] * xhat + bias[a];
}
