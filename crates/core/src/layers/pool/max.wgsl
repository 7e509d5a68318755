// The largest number of a window: of equal numbers the first in row-major order. Padding never wins.
// What is pooled, number(at), and its bindings are another file's; NEXT is the first binding left.

override MAPS: u32;
override H: u32;
override W: u32;
override OH: u32;
override OW: u32;
override KH: u32;
override KW: u32;
override STRIDE: u32;
override PADDING: u32;

// Where it is; the window covers rows and columns from at·STRIDE − PADDING on.
fn first_largest(map: u32, oy: u32, ox: u32) -> u32 {
  let top = max(oy * STRIDE, PADDING) - PADDING;
  let left = max(ox * STRIDE, PADDING) - PADDING;
  let bottom = min(oy * STRIDE + KH - PADDING, H);
  let right = min(ox * STRIDE + KW - PADDING, W);
  var best = (map * H + top) * W + left;
  var largest = number(best);
  for (var row = top; row < bottom; row++) {
    for (var column = left; column < right; column++) {
      let at = (map * H + row) * W + column;
      let found = number(at);
      best = select(best, at, found > largest);
      largest = select(largest, found, found > largest);
    }
  }
  return best;
}
