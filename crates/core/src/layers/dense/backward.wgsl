// dweight = dyᵀ · x, dbias = Σ dy and dx = dy · weight, kept as the dropout before the layer kept x
//
//   x, dx     [N, INPUTS]
//   dy        [N, OUTPUTS]
//   weight    [OUTPUTS, INPUTS]
//   dweight   [OUTPUTS, INPUTS]
//   dbias     [OUTPUTS]
//
// One invocation per weight or bias, then one per input; another file says what was kept.

override N: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read> weight: array<f32>;

fn gradient_of_weight(unit: u32, column: u32) {
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    // A bias is the weight of an input that is always 1.
    let input = select(1.0, x[n * INPUTS + column], column < INPUTS);
    sum += dy[n * OUTPUTS + unit] * input;
  }
  if (column < INPUTS) {
    dweight[unit * INPUTS + column] = sum;
  } else {
    dbias[unit] = sum;
  }
}

fn gradient_of_input(i: u32) {
  let row = i / INPUTS * OUTPUTS;
  let column = i % INPUTS;
  var sum = 0.0;
  for (var u = 0u; u < OUTPUTS; u++) {
    sum += dy[row + u] * weight[u * INPUTS + column];
  }
  dx[i] = sum * kept(i);
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  let weights = OUTPUTS * (INPUTS + 1u);
  if (i < weights) {
    gradient_of_weight(i / (INPUTS + 1u), i % (INPUTS + 1u));
  } else if (i < weights + N * INPUTS) {
    gradient_of_input(i - weights);
  }
}
