// y = the mean of each window
//
//   x   [MAPS, H, W]
//   y   [MAPS, OH, OW]
//
// One invocation per window.

@group(0) @binding(0) var<storage, read> x: array<f32>;
@group(0) @binding(1) var<storage, read_write> y: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= MAPS * OH * OW) {
    return;
  }
  let map = i / (OH * OW);
  let oy = i / OW % OH;
  let ox = i % OW;
  let rows = extent(oy, KH, H);
  let columns = extent(ox, KW, W);
  var sum = 0.0;
  for (var row = rows.x; row < rows.y; row++) {
    for (var column = columns.x; column < columns.y; column++) {
      sum += x[(map * H + row) * W + column];
    }
  }
  y[i] = sum / divisor(oy, ox);
}
