// Philox4x32-10, integers only. Twin of shared/random.rs.

const STREAM_SHUFFLE: u32 = 2u;
const STREAM_DROPOUT: u32 = 3u;
const STREAM_AUGMENT: u32 = 7u;

// Upper half of a 32 x 32 bit product, in 16-bit pieces: WGSL has no 64-bit integers.
fn multiply_high(a: u32, b: u32) -> u32 {
  let al = a & 0xffffu;
  let ah = a >> 16u;
  let bl = b & 0xffffu;
  let bh = b >> 16u;
  let low = al * bl;
  let mid = ah * bl + (low >> 16u);
  let mid2 = al * bh + (mid & 0xffffu);
  return ah * bh + (mid >> 16u) + (mid2 >> 16u);
}

fn philox(counter: vec4<u32>, key: vec2<u32>) -> vec4<u32> {
  var c = counter;
  var k = key;
  for (var round = 0u; round < 10u; round++) {
    if (round > 0u) {
      k += vec2<u32>(0x9E3779B9u, 0xBB67AE85u);
    }
    c = vec4<u32>(
      multiply_high(0xCD9E8D57u, c.z) ^ c.y ^ k.x,
      0xCD9E8D57u * c.z,
      multiply_high(0xD2511F53u, c.x) ^ c.w ^ k.y,
      0xD2511F53u * c.x,
    );
  }
  return c;
}

fn random_word(seed: u32, stream: u32, step: u32, address: u32, index: u32) -> u32 {
  return philox(vec4<u32>(index >> 2u, step, address, 0u), vec2<u32>(seed, stream))[index & 3u];
}

// Where position i of 0..n goes in the shuffle keyed by (seed, epoch).
fn permute(seed: u32, epoch: u32, i: u32, n: u32) -> u32 {
  let bits = 32u - countLeadingZeros(max(n, 1u) - 1u);
  let half = max((bits + 1u) / 2u, 1u);
  let mask = (1u << half) - 1u;
  var at = i;
  loop {
    var left = at >> half;
    var right = at & mask;
    for (var round = 0u; round < 4u; round++) {
      let mixed = philox(vec4<u32>(right, epoch, round, n), vec2<u32>(seed, STREAM_SHUFFLE)).x;
      let next = left ^ (mixed & mask);
      left = right;
      right = next;
    }
    at = (left << half) | right;
    if (at < n) {
      break;
    }
  }
  return at;
}
