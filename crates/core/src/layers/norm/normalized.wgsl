// A normalised element, computed where it is needed: weight · xhat + bias.
//
//   x              [RUNS, GROUPS, RUN]
//   stats          [GROUPS, 2]: mean, variance
//   weight, bias   shared by element i / AFFINE_RUN % AFFINE_GROUPS

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

fn rstd(i: u32) -> f32 {
  return inverseSqrt(stats[2u * (i / RUN % GROUPS) + 1u] + EPS);
}

fn xhat(i: u32) -> f32 {
  return (x[i] - stats[2u * (i / RUN % GROUPS)]) * rstd(i);
}

fn normalized(i: u32) -> f32 {
  let a = i / AFFINE_RUN % AFFINE_GROUPS;
  return weight[a] * xhat(i) + bias[a];
}
