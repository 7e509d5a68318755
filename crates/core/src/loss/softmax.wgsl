// Class probabilities.
//
//   logits, probabilities   [N, CLASSES]
//
// One invocation per image. The largest logit is taken out first, so nothing overflows.

override N: u32;
override CLASSES: u32;

@group(0) @binding(0) var<storage, read> logits: array<f32>;
@group(0) @binding(1) var<storage, read_write> probabilities: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let n = (group.y * groups.x + group.x) * 64u + local;
  if (n >= N) {
    return;
  }
  let row = n * CLASSES;
  var top = logits[row];
  for (var k = 1u; k < CLASSES; k++) {
    top = max(top, logits[row + k]);
  }
  var sum = 0.0;
  for (var k = 0u; k < CLASSES; k++) {
    let e = exp(logits[row + k] - top);
    probabilities[row + k] = e;
    sum += e;
  }
  for (var k = 0u; k < CLASSES; k++) {
    probabilities[row + k] = probabilities[row + k] / sum;
  }
}
