// The weights of a tile, shared by a workgroup: its invocations make tiles of the same filters, so each reads
// some of their weights for all.

// Taps for which there is room.
const ROOM = 256u;

// Where those of the first four filters begin, and of the last four: the same in all invocations.
var<private> first: vec4<u32>;
var<private> second: vec4<u32>;

var<private> gathered: u32;
var<workgroup> near_weights: array<vec4<f32>, ROOM>;
var<workgroup> far_weights: array<vec4<f32>, ROOM>;

// Channels whose weights are at hand at once.
fn together(channels: u32) -> u32 {
  return ROOM / (KH * KW);
}

// Brings the weights of some channels, of as many as there are.
fn gather_weights(begin: u32, channels: u32, local: u32) {
  workgroupBarrier();
  gathered = begin;
  for (var t = local; t < together(channels) * KH * KW; t += 64u) {
    let channel = min(begin + t / (KH * KW), channels - 1u);
    let at = channel * APART + t % (KH * KW);
    let one = first + at;
    let other = second + at;
    near_weights[t] = vec4<f32>(weight[one.x], weight[one.y], weight[one.z], weight[one.w]);
    far_weights[t] = vec4<f32>(weight[other.x], weight[other.y], weight[other.z], weight[other.w]);
  }
  workgroupBarrier();
}

// Where the weights for one tap of a channel are, `k` of KH·KW.
fn tap_at(channel: u32, k: u32) -> u32 {
  return (channel - gathered) * KH * KW + k;
}

// The weights of a tap for four filters.
fn first_weights(tap: u32) -> vec4<f32> {
  return near_weights[tap];
}

fn second_weights(tap: u32) -> vec4<f32> {
  return far_weights[tap];
}

// Which tile of a map, block of filters and image an invocation makes, of so many tiles and blocks.
fn place(group: u32, local: u32, tiles: u32, blocks: u32) -> Place {
  let item = group / blocks * 64u + local;
  return Place(item % tiles, group % blocks, item / tiles);
}
