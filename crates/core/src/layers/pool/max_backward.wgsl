// dx = for each pixel the sum of dy over the windows whose first largest number it is
// (times the slope of what is done to that number before it is pooled)
//
//   x, dx   [MAPS, H, W]
//   dy      [MAPS, OH, OW]
//
// Where windows lie side by side, one invocation per window writes its pixels, and the last of a row or a
// column also those that no window sees. Elsewhere one invocation per pixel asks the windows that see it.
// Either way no two invocations write one place.

@group(0) @binding(NEXT) var<storage, read> dy: array<f32>;
@group(0) @binding(NEXT + 1u) var<storage, read_write> dx: array<f32>;

fn of_window(i: u32) {
  if (i >= MAPS * OH * OW) {
    return;
  }
  let row = i / OW;
  let ox = i - row * OW;
  let map = row / OH;
  let oy = row - map * OH;
  let best = first_largest(map, oy, ox);
  let gradient = slope(best) * dy[i];
  let bottom = select((oy + 1u) * STRIDE, H, oy + 1u == OH);
  let right = select((ox + 1u) * STRIDE, W, ox + 1u == OW);
  let left = ox * STRIDE;
  for (var place = vec2<u32>(oy * STRIDE, left); place.x < bottom; place = behind(place, left, right)) {
    let at = (map * H + place.x) * W + place.y;
    dx[at] = select(0.0, gradient, at == best);
  }
}

fn of_pixel(i: u32) {
  if (i >= MAPS * H * W) {
    return;
  }
  let map = i / (H * W);
  // Where the pixel lies among padded ones, and the windows that see it.
  let at = vec2<u32>(i / W % H, i % W) + PADDING;
  let size = vec2<u32>(KH, KW);
  let first = (max(at + 1u, size) - size + STRIDE - 1u) / STRIDE;
  let end = min(at / STRIDE + 1u, vec2<u32>(OH, OW));
  var sum = 0.0;
  for (var oy = first.x; oy < end.x; oy++) {
    for (var ox = first.y; ox < end.y; ox++) {
      if (first_largest(map, oy, ox) == i) {
        sum += dy[(map * OH + oy) * OW + ox];
      }
    }
  }
  dx[i] = slope(i) * sum;
}

@compute @workgroup_size(64)
fn main(
  @builtin(workgroup_id) group: vec3<u32>,
  @builtin(num_workgroups) groups: vec3<u32>,
  @builtin(local_invocation_index) local: u32,
) {
  let i = (group.y * groups.x + group.x) * 64u + local;
  if (KH == STRIDE && KW == STRIDE && PADDING == 0u) {
    of_window(i);
  } else {
    of_pixel(i);
  }
}
