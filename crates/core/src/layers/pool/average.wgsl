// How many numbers the mean of a window is of.

override MAPS: u32;
override H: u32;
override W: u32;
override OH: u32;
override OW: u32;
override KH: u32;
override KW: u32;
override STRIDE: u32;
override PADDING: u32;
override COUNT_INCLUDE_PAD: u32;

// First and last + 1 row (or column) of window `at` that is not padding.
fn extent(at: u32, kernel: u32, size: u32) -> vec2<u32> {
  return vec2<u32>(max(at * STRIDE, PADDING) - PADDING, min(at * STRIDE + kernel - PADDING, size));
}

fn divisor(oy: u32, ox: u32) -> f32 {
  if (COUNT_INCLUDE_PAD == 1u) {
    return f32(KH * KW);
  }
  let rows = extent(oy, KH, H);
  let columns = extent(ox, KW, W);
  return f32((rows.y - rows.x) * (columns.y - columns.x));
}
