// Mean and biased variance of every group.
//
//   x          [RUNS, GROUPS, RUN]; a group is reduced over the outer axes
//   finish     takes mean = Σ x / (RUNS·RUN) and variance = Σ (x − mean)² / (RUNS·RUN)
//
// Each invocation keeps (count, mean, M2) of every 64th element (Welford 1962), and these are merged (Chan et
// al. 1979), because E[x²] − E[x]² loses all digits where the mean is large.

override RUNS: u32;
override GROUPS: u32;
override RUN: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> stats: array<f32>;

// (count, mean, M2)
alias Part = vec3<f32>;

fn merge(a: Part, b: Part) -> Part {
  let count = a.x + b.x;
  if (count == 0.0) {
    return a;
  }
  let delta = b.y - a.y;
  let share = b.x / count;
  return Part(count, a.y + delta * share, a.z + b.z + delta * delta * a.x * share);
}

fn part(g: u32, local: u32) -> Part {
  var part = Part(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let value = x[(k / RUN * GROUPS + g) * RUN + k % RUN];
    let count = part.x + 1.0;
    let delta = value - part.y;
    let mean = part.y + delta / count;
    part = Part(count, mean, part.z + delta * (value - mean));
  }
  return part;
}

fn store(g: u32, whole: Part) {
  finish(g, whole.y, whole.z / whole.x);
}
