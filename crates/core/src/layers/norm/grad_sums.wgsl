// Σ d and Σ d·xhat over each group; d = dy, or dy·weight where WEIGHTED.
//
//   x, dy    [RUNS, GROUPS, RUN]; a group is summed over the outer axes
//   stats    shared by element i / STATS_RUN % STATS_GROUPS
//   weight   shared by element i / AFFINE_RUN % AFFINE_GROUPS

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

alias Part = vec2<f32>;

fn merge(a: Part, b: Part) -> Part {
  return a + b;
}

fn part(g: u32, local: u32) -> Part {
  var part = Part(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let i = (k / RUN * GROUPS + g) * RUN + k % RUN;
    let s = i / STATS_RUN % STATS_GROUPS;
    let xhat = (x[i] - stats[2u * s]) * inverseSqrt(stats[2u * s + 1u] + EPS);
    var d = dy[i];
    if (WEIGHTED == 1u) {
      d *= weight[i / AFFINE_RUN % AFFINE_GROUPS];
    }
    part += Part(d, d * xhat);
  }
  return part;
}

fn store(g: u32, whole: Part) {
  sum_d[g] = whole.x;
  sum_dx[g] = whole.y;
}
