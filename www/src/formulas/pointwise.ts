/** Layers that take each number by itself: norms, functions, dropout. */

import type { Computed } from "../engine/proof";
import { text } from "../text";
import { loudest } from "./loudest";
import { inside, type Line, print, type Sheet } from "./sheet";

/** `at` is the unit in its image, `before` how many numbers of other images lie before that image. */
export function norm({ constants, reads, writes }: Computed, at: number, before: number): Sheet {
  const size = (name: string) => constants[name] ?? 1;
  const group = (run: number, groups: number) => Math.floor((before + at) / run) % groups;
  const g = group(size("RUN"), size("GROUPS"));
  const a = group(size("AFFINE_RUN"), size("AFFINE_GROUPS"));
  const [x, stats, weight, bias] = reads.map(({ data }) => data);
  const [mean, variance] = [stats?.[2 * g] ?? 0, stats?.[2 * g + 1] ?? 0];
  const [gamma, beta, value, eps] = [weight?.[a] ?? 1, bias?.[a] ?? 0, x?.[at] ?? 0, size("EPS")];
  const xhat = (value - mean) / Math.sqrt(variance + eps);
  return {
    rule: "y = γ · (x − μ) / √(σ² + ε) + β",
    where: text.formula.norm(size("RUNS") * size("RUN")),
    lines: [
      {
        name: "x̂",
        numbers: `(${print(value)} − ${inside(mean)}) / √(${print(variance)} + ${print(eps)})`,
        result: xhat,
      },
      {
        name: "y",
        numbers: `${inside(gamma)} · ${inside(xhat)} + ${inside(beta)}`,
        result: gamma * xhat + beta,
      },
    ],
    engine: writes[0]?.data[at] ?? 0,
  };
}

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** The normal distribution's Φ, to seven digits (Abramowitz and Stegun 7.1.26). */
function phi(x: number): number {
  const z = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * z);
  const poly =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
  const erf = 1 - poly * Math.exp(-z * z);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

interface Function {
  rule: string;
  lines(x: number, slope: number): Line[];
}

const line = (name: string, numbers: string, result: number): Line => ({ name, numbers, result });

/** By the number that the kernel has for it. */
const FUNCTIONS: Function[] = [
  { rule: "y = max(x, 0)", lines: (x) => [line("y", `max(${print(x)}, 0)`, Math.max(x, 0))] },
  {
    rule: "y = x, below 0: slope · x",
    lines: (x, slope) => [
      x < 0 ? line("y", `${print(slope)} · ${inside(x)}`, slope * x) : line("y", print(x), x),
    ],
  },
  { rule: "y = 1 / (1 + exp(−x))", lines: (x) => [line("y", `1 / (1 + exp(${print(-x)}))`, sigmoid(x))] },
  { rule: "y = tanh(x)", lines: (x) => [line("y", `tanh(${print(x)})`, Math.tanh(x))] },
  {
    rule: "y = x · Φ(x)",
    lines: (x) => [
      line("Φ(x)", `Φ(${print(x)})`, phi(x)),
      line("y", `${inside(x)} · ${print(phi(x))}`, x * phi(x)),
    ],
  },
  {
    rule: "y = x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2",
    lines: (x) => {
      const u = Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3);
      const t = Math.tanh(u);
      return [
        line("u", `0.797885 · (${print(x)} + 0.044715 · ${inside(x ** 3)})`, u),
        line("y", `${inside(x)} · (1 + tanh(${print(u)})) / 2`, (x * (1 + t)) / 2),
      ];
    },
  },
  {
    rule: "y = x / (1 + exp(−x))",
    lines: (x) => [line("y", `${inside(x)} / (1 + exp(${print(-x)}))`, x * sigmoid(x))],
  },
];

export function activation({ constants, reads, writes }: Computed, at: number): Sheet | undefined {
  const known = FUNCTIONS[constants.KIND ?? -1];
  if (!known) return undefined;
  const x = reads[0]?.data[at] ?? 0;
  return {
    rule: known.rule,
    where: text.formula.activation,
    lines: known.lines(x, constants.SLOPE ?? 0),
    engine: writes[0]?.data[at] ?? 0,
  };
}

/** What step `step` makes of a unit, and of the largest one that it treats otherwise. */
export function dropout(x: Float32Array, kept: Uint8Array, at: number, p: number, step: number): Sheet {
  const keeps = kept[at] === 1;
  const others = x.map((value, i) => ((kept[i] === 1) === keeps ? 0 : value));
  const other = loudest(others);
  const unit = (i: number): Line => {
    const [value, m] = [x[i] ?? 0, kept[i] ?? 0];
    const numbers = p < 1 ? `${inside(value)} · ${m} / (1 − ${print(p)})` : "0";
    return line(text.formula.dropped(i, m === 1), numbers, p < 1 ? (value * m) / (1 - p) : 0);
  };
  return {
    rule: "y = x · m / (1 − p)",
    where: text.formula.dropout(
      step,
      kept.reduce((sum, m) => sum + m, 0),
      kept.length,
    ),
    lines: others[other] ? [unit(other), unit(at)] : [unit(at)],
  };
}
