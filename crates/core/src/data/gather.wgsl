// The batch that the step record points at, standardised.
//
//   affine   [C, 2]: centre and factor of each channel, in the pixels' own units
//   x        [N, C, PLANE] = (pixel − centre)·factor
//   y        [N]: class
//
// Rows behind the live ones become 0. One workgroup per image: the shuffle costs as much as dozens
// of pixels.

override N: u32;
override C: u32;
override PLANE: u32;

@group(0) @binding(0) var<storage, read> affine: array<f32>;
@group(0) @binding(1) var<storage, read_write> x: array<f32>;
@group(0) @binding(2) var<storage, read_write> y: array<f32>;

var<workgroup> shared_image: u32;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let n = group.y * groups.x + group.x;
  if (n >= N) {
    return;
  }
  let live = n < record.live;
  if (local == 0u && live) {
    shared_image = image_of(n);
  }
  workgroupBarrier();
  let image = shared_image;
  if (local == 0u) {
    y[n] = select(0.0, f32(labels[image]), live);
  }
  let size = C * PLANE;
  for (var i = local; i < size; i += 64u) {
    let c = i / PLANE;
    let v = pixel(image * size + i);
    x[n * size + i] = select(0.0, (v - affine[2u * c]) * affine[2u * c + 1u], live);
  }
}
