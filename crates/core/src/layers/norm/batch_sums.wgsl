// Σ d and Σ d·xhat over each channel, d = f′(weight · xhat + bias) · dy: the gradients of bias and weight.
//
//   dy               as x
//   dbias, dweight   [GROUPS]

@group(0) @binding(4) var<storage, read> dy: array<f32>;
@group(0) @binding(5) var<storage, read_write> dbias: array<f32>;
@group(0) @binding(6) var<storage, read_write> dweight: array<f32>;

alias Part = vec2<f32>;

fn merge(a: Part, b: Part) -> Part {
  return a + b;
}

fn part(g: u32, local: u32) -> Part {
  var part = Part(0.0);
  for (var k = local; k < RUNS * RUN; k += 64u) {
    let i = (k / RUN * GROUPS + g) * RUN + k % RUN;
    let d = derivative(normalized(i)) * dy[i];
    part += Part(d, d * xhat(i));
  }
  return part;
}

fn store(g: u32, whole: Part) {
  dbias[g] = whole.x;
  dweight[g] = whole.y;
}
