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

// Row and column of the place behind `at` in a rectangle, row by row. One loop over a rectangle instead of two
// is several times faster where a GPU is imitated.
fn behind(at: vec2<u32>, left: u32, right: u32) -> vec2<u32> {
  let wraps = at.y + 1u == right;
  return vec2<u32>(select(at.x, at.x + 1u, wraps), select(at.y + 1u, left, wraps));
}

// Where it is; the window covers rows and columns from at·STRIDE − PADDING on.
fn first_largest(map: u32, oy: u32, ox: u32) -> u32 {
  let top = max(oy * STRIDE, PADDING) - PADDING;
  let left = max(ox * STRIDE, PADDING) - PADDING;
  let bottom = min(oy * STRIDE + KH - PADDING, H);
  let right = min(ox * STRIDE + KW - PADDING, W);
  var best = (map * H + top) * W + left;
  var largest = number(best);
  for (var place = vec2<u32>(top, left); place.x < bottom; place = behind(place, left, right)) {
    let at = (map * H + place.x) * W + place.y;
    let found = number(at);
    best = select(best, at, found > largest);
    largest = select(largest, found, found > largest);
  }
  return best;
}
