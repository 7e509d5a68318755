// Sums of groups.
//
//   x          [RUNS, GROUPS, RUN]; a group is added over the outer axes
//   sums[g]  = Σ x

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> sums: array<f32>;

alias Part = f32;

fn merge(a: Part, b: Part) -> Part {
  return a + b;
}

fn part(g: u32, local: u32) -> Part {
  var part = 0.0;
  for (var k = local; k < RUNS * RUN; k += 64u) {
    part += x[(k / RUN * GROUPS + g) * RUN + k % RUN];
  }
  return part;
}

fn store(g: u32, whole: Part) {
  sums[g] = whole;
}
