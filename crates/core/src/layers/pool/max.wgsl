// The largest number of a window: of equal numbers the first in row-major order. Padding never wins.

override MAPS: u32;
override H: u32;
override W: u32;
override OH: u32;
override OW: u32;
override KH: u32;
override KW: u32;
override STRIDE: u32;
override PADDING: u32;

@group(0) @binding(0) var<storage, read> x: array<f32>;

// Where it is in x; the window covers rows and columns from at·STRIDE − PADDING on.
fn first_largest(map: u32, oy: u32, ox: u32) -> u32 {
  let top = max(oy * STRIDE, PADDING) - PADDING;
  let left = max(ox * STRIDE, PADDING) - PADDING;
  let bottom = min(oy * STRIDE + KH - PADDING, H);
  let right = min(ox * STRIDE + KW - PADDING, W);
  var best = (map * H + top) * W + left;
  for (var row = top; row < bottom; row++) {
    for (var column = left; column < right; column++) {
      let at = (map * H + row) * W + column;
      if (x[at] > x[best]) {
        best = at;
      }
    }
  }
  return best;
}
