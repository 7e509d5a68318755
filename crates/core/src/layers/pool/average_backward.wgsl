// dx = for each pixel the sum of dy / divisor over the windows that see it
// (times the slope of what was averaged: another file's, with its bindings)
//
//   dx   [MAPS, H, W]
//   dy   [MAPS, OH, OW]
//
// One invocation per pixel.

@group(0) @binding(0) var<storage, read> dy: array<f32>;
@group(0) @binding(NEXT) var<storage, read_write> dx: array<f32>;

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (i >= MAPS * H * W) {
    return;
  }
  let map = i / (H * W);
  let below = i / W % H + PADDING;
  let beside = i % W + PADDING;
  var sum = 0.0;
  for (var ky = 0u; ky < min(KH, below + 1u); ky++) {
    let oy = (below - ky) / STRIDE;
    if ((below - ky) % STRIDE != 0u || oy >= OH) {
      continue;
    }
    for (var kx = 0u; kx < min(KW, beside + 1u); kx++) {
      let ox = (beside - kx) / STRIDE;
      if ((beside - kx) % STRIDE == 0u && ox < OW) {
        sum += dy[(map * OH + oy) * OW + ox] / divisor(oy, ox);
      }
    }
  }
  dx[i] = slope(i) * sum;
}
