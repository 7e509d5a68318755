/** Numbers always in the same shape: tabular width, true minus, unit with a space. */

const SUPERSCRIPT: Record<string, string> = {
  "-": "⁻",
  0: "⁰",
  1: "¹",
  2: "²",
  3: "³",
  4: "⁴",
  5: "⁵",
  6: "⁶",
  7: "⁷",
  8: "⁸",
  9: "⁹",
};

const superscript = (n: number) =>
  String(n).replace(/[-\d]/g, (character) => SUPERSCRIPT[character] ?? character);

/** A power of ten: `10⁻³`. */
export const power = (exponent: number) => `10${superscript(exponent)}`;

/** `n²`, as in `28²`. */
export const squared = (n: number) => `${n}²`;

/** Digits and a power of ten: `3.1·10⁻²`. */
export function scientific(value: number, decimals = 1): string {
  if (value === 0) return "0";
  if (!Number.isFinite(value)) return "∞";
  const [mantissa = "", exponent = "0"] = value.toExponential(decimals).split("e");
  if (Number(exponent) === 0) return minus(mantissa);
  return `${minus(mantissa)}·${power(Number(exponent))}`;
}

const minus = (text: string) => text.replace("-", "−");

/** Fixed decimals; −0.0 reads 0.0, and what is no number a dash. */
export function fixed(value: number, digits = 2): string {
  if (Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return "∞";
  const text = value.toFixed(digits);
  return minus(Number(text) === 0 ? text.replace("-", "") : text);
}

/** At most three significant digits, for a statistic that may be tiny or huge: then with so many decimals. */
export function compact(value: number, decimals = 1): string {
  const size = Math.abs(value);
  if (size !== 0 && (size >= 1000 || size < 0.005)) return scientific(value, decimals);
  return fixed(value, size >= 100 ? 0 : size < 0.05 && size > 0 ? 2 : 1);
}

/** The same in little room: `24`, `2·10³`. */
export const brief = (value: number) =>
  Math.abs(value) < 10 ? compact(value, 0) : Math.abs(value) < 1000 ? fixed(value, 0) : scientific(value, 0);

export const percent = (share: number, digits = 1) => `${fixed(100 * share, digits)} %`;

/** `20,538`. */
export const count = (value: number) => Math.round(value).toLocaleString("en-US");

/** `1.03 M`, `920 k`, `640`. */
export function large(value: number): string {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(3)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(3)} M`;
  if (value >= 1e4) return `${(value / 1e3).toPrecision(3)} k`;
  return count(value);
}

/** `4 s`, `2 min 05 s`. */
export function duration(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  return `${Math.floor(whole / 60)} min ${String(whole % 60).padStart(2, "0")} s`;
}

/** The real number of a setting, as typed: `0.02`, `1e-6`, `8000`. */
export function plain(value: number): string {
  const power = value.toExponential().replace("e+", "e");
  if (Number.isInteger(value)) {
    return Math.abs(value) >= 1e5 && power.length < 6 ? power : String(value);
  }
  return Math.abs(value) < 1e-4 ? power : String(Number(value.toPrecision(6)));
}

/** Two digits: more would claim more than one test of a learning rate can tell. */
export const rough = (value: number) => Number(value.toPrecision(2));

/** The same to be read, in three digits: `8000`, `0.02`, `0.00131`, `1e-6`. */
export const reading = (value: number) =>
  plain(Number.isInteger(value) ? value : Number(value.toPrecision(3)));

/** `16 · 28²`, `16 · 28×14`, `10`. */
export function shape([channels = 0, height, width]: number[]): string {
  if (height === undefined || width === undefined) return String(channels);
  return `${channels} · ${height === width ? `${height}²` : `${height}×${width}`}`;
}

/** `14 × 14` on one line. */
export const unbroken = (text: string) => text.replaceAll(" × ", "\u00a0×\u00a0");

/** A typed number; a single comma is read as the decimal point. Null when it is none. */
export function parse(text: string): number | null {
  const cleaned = text.replace(/\s/g, "").replace("−", "-");
  const point = /^-?\d+,\d+$/.test(cleaned) ? cleaned.replace(",", ".") : cleaned;
  if (!/^-?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(point)) return null;
  return Number(point);
}
