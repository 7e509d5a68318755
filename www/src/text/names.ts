/** Runs have names that can be remembered and said aloud. */

const QUALITIES = [
  "quiet",
  "amber",
  "slow",
  "bright",
  "early",
  "gentle",
  "brave",
  "silver",
  "tidy",
  "warm",
  "clear",
  "proud",
  "swift",
  "mild",
  "keen",
  "calm",
  "lucky",
  "plain",
  "sunny",
  "wise",
];
const ANIMALS = [
  "heron",
  "lynx",
  "tern",
  "otter",
  "finch",
  "badger",
  "crane",
  "marten",
  "plover",
  "hare",
  "robin",
  "newt",
  "stork",
  "vole",
  "wren",
  "ibex",
  "owl",
  "seal",
  "swan",
  "toad",
];

/** The n-th name; the first 400 differ. */
export function runName(n: number): string {
  const quality = QUALITIES[n % QUALITIES.length];
  const animal = ANIMALS[(n + Math.floor(n / QUALITIES.length)) % ANIMALS.length];
  return `${quality} ${animal}`;
}
