// Sums of groups.
//
//   x          [RUNS, GROUPS, RUN]; a group is added over the outer axes
//   sums[g]  = Σ x
//
// One workgroup per group; parts are added pairwise in a fixed order.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

var<workgroup> parts: array<f32, 64>;

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
  var part = 0.0;
  for (var k = local; k < RUNS * RUN; k += 64u) {
    part += x[(k / RUN * GROUPS + g) * RUN + k % RUN];
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
    sums[g] = parts[0];
  }
}
