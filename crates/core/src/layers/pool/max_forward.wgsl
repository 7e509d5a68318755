// y = the largest number of each window
//
//   x   [MAPS, H, W]
//   y   [MAPS, OH, OW]
//
// One invocation per window.

@group(0) @binding(NEXT) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i < MAPS * OH * OW) {
    let row = i / OW;
    let map = row / OH;
    y[i] = number(first_largest(map, row - map * OH, i - row * OW));
  }
}
