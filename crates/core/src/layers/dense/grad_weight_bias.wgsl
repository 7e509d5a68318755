// dweight = dyᵀ · x and dbias = Σ dy: a bias is the weight of an input that is always 1
//
//   x         [N, INPUTS]
//   dy        [N, OUTPUTS]
//   dweight   [OUTPUTS, INPUTS]
//   dbias     [OUTPUTS]
//
// One invocation per weight or bias.

override N: u32;
override INPUTS: u32;
override OUTPUTS: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read> dy: array<f32>;
@group(0) @binding(2) var<storage, read_write> dweight: array<f32>;
@group(0) @binding(3) var<storage, read_write> dbias: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  let unit = i / (INPUTS + 1u);
  let column = i % (INPUTS + 1u);
  if (unit >= OUTPUTS) {
    return;
  }
  var sum = 0.0;
  for (var n = 0u; n < N; n++) {
    var input = 1.0;
    if (column < INPUTS) {
      input = x[n * INPUTS + column];
    }
    sum += dy[n * OUTPUTS + unit] * input;
  }
  if (column < INPUTS) {
    dweight[unit * INPUTS + column] = sum;
  } else {
    dbias[unit] = sum;
  }
}
