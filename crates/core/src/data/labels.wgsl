// The classes of the batch that the step record points at.
//
//   y   [N]: class
//
// Rows behind the live ones become 0. One invocation an image.

override N: u32;

@group(0) @binding(0) var<storage, read_write> y: array<f32>;

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
  var label = 0.0;
  if (n < record.live) {
    label = f32(labels[image_of(n)]);
  }
  y[n] = label;
}
