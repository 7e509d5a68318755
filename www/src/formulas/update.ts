/** What the optimizer did to one weight in the last step. */

import type { Updated } from "../engine/proof";
import { text } from "../text";
import { inside, type Line, print, type Sheet } from "./sheet";

/** `before` is the same weight one step earlier. */
export function update(before: Updated, after: Updated, at: number): Sheet | undefined {
  const g = after.gradient[at];
  const w = before.weight[at];
  if (g === undefined || w === undefined) return undefined;
  const old = before.slots.map((slot) => slot[at] ?? 0);
  const make = RULES[after.kernel];
  if (!make) return undefined;
  const { rule, lines } = make({ after, old, w, g });
  return { rule, where: text.formula.update(after.name, at), lines, engine: after.weight[at] ?? 0 };
}

interface Given {
  after: Updated;
  /** What the rule remembered before. */
  old: number[];
  w: number;
  g: number;
}

type Rule = (given: Given) => { rule: string; lines: Line[] };

const line = (name: string, numbers: string, result: number): Line => ({ name, numbers, result });

/** The kernel's constants; one that it does not have shows as no number, never as a likely one. */
const named = <Names extends string[]>(constants: Record<string, number>, ...names: Names) =>
  names.map((name) => constants[name] ?? Number.NaN) as { [K in keyof Names]: number };

/** The gradient with the penalties on its weight. */
function penalized({ after, w, g }: Given, decay: number): { lines: Line[]; value: number } {
  const { l1 } = after;
  if (decay === 0 && l1 === 0) return { lines: [], value: g };
  const value = g + decay * w + l1 * Math.sign(w);
  const numbers = `${print(g)} + ${print(decay)} · ${inside(w)} + ${print(l1)} · ${inside(Math.sign(w))}`;
  return { lines: [line("g", numbers, value)], value };
}

const RULES: Record<string, Rule> = {
  "optimizer/sgd": (given) => {
    const { after, old, w } = given;
    const { lr, momentum } = after;
    const { lines, value: g } = penalized(given, after.weightDecay);
    const nesterov = after.constants.NESTEROV === 1;
    const v = momentum * (old[0] ?? 0) + g;
    lines.push(line("v", `${print(momentum)} · ${inside(old[0] ?? 0)} + ${inside(g)}`, v));
    const step = nesterov ? g + momentum * v : v;
    if (nesterov) lines.push(line("s", `${print(g)} + ${print(momentum)} · ${inside(v)}`, step));
    lines.push(line("w", `${print(w)} − ${print(lr)} · ${inside(step)}`, w - lr * step));
    return {
      rule: nesterov ? "v ← μ · v + g,  w ← w − lr · (g + μ · v)" : "v ← μ · v + g,  w ← w − lr · v",
      lines,
    };
  },
  "optimizer/rms_prop": (given) => {
    const { after, old, w } = given;
    const { lr, momentum, constants } = after;
    const { lines, value: g } = penalized(given, after.weightDecay);
    const [alpha, fresh, eps] = named(constants, "ALPHA", "NEW", "EPSILON");
    const s = alpha * (old[0] ?? 0) + fresh * g * g;
    const v = momentum * (old[1] ?? 0) + g / (Math.sqrt(s) + eps);
    lines.push(
      line("s", `${print(alpha)} · ${inside(old[0] ?? 0)} + ${print(fresh)} · ${inside(g * g)}`, s),
      line(
        "v",
        `${print(momentum)} · ${inside(old[1] ?? 0)} + ${inside(g)} / (√(${print(s)}) + ${print(eps)})`,
        v,
      ),
      line("w", `${print(w)} − ${print(lr)} · ${inside(v)}`, w - lr * v),
    );
    return { rule: "s ← α · s + (1 − α) · g²,  v ← μ · v + g / (√s + ε),  w ← w − lr · v", lines };
  },
  "optimizer/adam": (given) => {
    const { after, old, w } = given;
    const { lr, constants, corrections } = after;
    const decoupled = constants.DECOUPLED === 1;
    const { lines, value: g } = penalized(given, decoupled ? 0 : after.weightDecay);
    const [b1, n1, b2, n2, eps] = named(constants, "BETA1", "NEW1", "BETA2", "NEW2", "EPSILON");
    const [first, second] = corrections;
    const m = b1 * (old[0] ?? 0) + n1 * g;
    const v = b2 * (old[1] ?? 0) + n2 * g * g;
    const step = m / first / (Math.sqrt(v) / second + eps);
    const kept = decoupled ? w - lr * after.weightDecay * w : w;
    if (decoupled)
      lines.push(line("w", `${print(w)} − ${print(lr)} · ${print(after.weightDecay)} · ${inside(w)}`, kept));
    lines.push(
      line("m", `${print(b1)} · ${inside(old[0] ?? 0)} + ${print(n1)} · ${inside(g)}`, m),
      line("v", `${print(b2)} · ${inside(old[1] ?? 0)} + ${print(n2)} · ${inside(g * g)}`, v),
      line(
        "step",
        `${print(m)} / ${print(first)} / (√(${print(v)}) / ${print(second)} + ${print(eps)})`,
        step,
      ),
      line("w", `${print(kept)} − ${print(lr)} · ${inside(step)}`, kept - lr * step),
    );
    return {
      rule: "m ← β₁ · m + (1 − β₁) · g,  v ← β₂ · v + (1 − β₂) · g²,  w ← w − lr · m̂ / (√v̂ + ε)",
      lines,
    };
  },
};
