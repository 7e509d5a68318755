// The weights of a tile, read where they lie: every invocation for itself.

// Where those of the first four filters begin, and of the last four.
var<private> first: vec4<u32>;
var<private> second: vec4<u32>;

// Channels whose weights are at hand at once: all.
fn together(channels: u32) -> u32 {
  return channels;
}

fn gather_weights(begin: u32, channels: u32, local: u32) {}

// Where a filter's weight for one tap of a channel lies, `k` of KH·KW, from where those of the filter begin.
fn tap_at(channel: u32, k: u32) -> u32 {
  return channel * APART + k;
}

// The weights of a tap for four filters.
fn first_weights(tap: u32) -> vec4<f32> {
  let at = first + tap;
  return vec4<f32>(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
}

fn second_weights(tap: u32) -> vec4<f32> {
  let at = second + tap;
  return vec4<f32>(weight[at.x], weight[at.y], weight[at.z], weight[at.w]);
}

// Which tile of a map, block of filters and image an invocation makes, of so many tiles and blocks.
fn place(group: u32, local: u32, tiles: u32, blocks: u32) -> Place {
  let item = group * 64u + local;
  return Place(item % tiles, item / tiles % blocks, item / tiles / blocks);
}
