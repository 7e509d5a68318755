// Mean and biased variance of every group.
//
//   x          [RUNS, GROUPS, RUN]; a group is reduced over the outer axes
//   finish     takes mean = Σ x / (RUNS·RUN) and variance = Σ (x − mean)² / (RUNS·RUN)
//
// One workgroup per group. Each invocation keeps (count, mean, M2) of every 64th element
// (Welford 1962); the parts are merged pairwise in a fixed order (Chan et al. 1979), because
// E[x²] − E[x]² loses all digits where the mean is large.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> stats: array<f32>;

var<workgroup> parts: array<vec3<f32>, 64>;

fn merge(a: vec3<f32>, b: vec3<f32>) -> vec3<f32> {
  let count = a.x + b.x;
  if (count == 0.0) {
    return a;
  }
  let delta = b.y - a.y;
  let share = b.x / count;
  return vec3<f32>(count, a.y + delta * share, a.z + b.z + delta * delta * a.x * share);
}

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
  var part = vec3<f32>(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let value = x[(k / RUN * GROUPS + g) * RUN + k % RUN];
    let count = part.x + 1.0;
    let delta = value - part.y;
    let mean = part.y + delta / count;
    part = vec3<f32>(count, mean, part.z + delta * (value - mean));
  }
  parts[local] = part;
  workgroupBarrier();
  for (var half = 32u; half > 0u; half /= 2u) {
    if (local < half) {
      parts[local] = merge(parts[local], parts[local + half]);
    }
    workgroupBarrier();
  }
  if (local == 0u) {
    finish(g, parts[0].y, parts[0].z / parts[0].x);
  }
}
