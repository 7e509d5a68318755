// Σ d and Σ d·xhat over each group; d = dy, or dy·weight where WEIGHTED.
//
//   x, dy    [RUNS, GROUPS, RUN]; a group is summed over the outer axes
//   stats    shared by element i / STATS_RUN % STATS_GROUPS
//   weight   shared by element i / AFFINE_RUN % AFFINE_GROUPS
//
// One workgroup per group; parts are added pairwise in a fixed order.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;
override STATS_GROUPS: u32;
override STATS_RUN: u32;
override AFFINE_GROUPS: u32;
override AFFINE_RUN: u32;
override EPS: f32;
override WEIGHTED: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> stats: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;
@group(0) @binding(3) var<storage, read> dy: array<f32>;
@group(0) @binding(4) var<storage, read_write> sum_d: array<f32>;
@group(0) @binding(5) var<storage, read_write> sum_dx: array<f32>;

var<workgroup> parts: array<vec2<f32>, 64>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let g = group.y * groups.x + group.x;
  if (g >= GROUPS) {
    return;
  }
  var part = vec2<f32>(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let i = (k / RUN * GROUPS + g) * RUN + k % RUN;
    let s = i / STATS_RUN % STATS_GROUPS;
    let xhat = (x[i] - stats[2u * s]) * inverseSqrt(stats[2u * s + 1u] + EPS);
    var d = dy[i];
    if (WEIGHTED == 1u) {
      d *= weight[i / AFFINE_RUN % AFFINE_GROUPS];
    }
    part += vec2<f32>(d, d * xhat);
  }
  parts[local] = part;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) {
      parts[local] += parts[local + half];
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    sum_d[g] = parts[0].x;
    sum_dx[g] = parts[0].y;
  }
}
