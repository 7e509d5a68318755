/** Which layers share a column: every layer its own where they fit, else blocks, else repeated blocks. */

import type { Description, Inspection, LayerDescription, LayerView } from "../engine/types";

/** A column is never narrower. */
export const NARROWEST = 52;
/** More are folded into blocks, however wide the strip is. */
export const MOST_COLUMNS = 12;

export interface Column {
  /** Its layers by name, first to last: stable while the network is the same. */
  key: string;
  layers: LayerDescription[];
  /** The layer that names the column. */
  main: LayerDescription;
  /** How many equal blocks it stands for. */
  repeat: number;
  /** Whether it is a part of the block that was opened last. */
  inside?: boolean;
}

const FOLLOWS = new Set(["norm", "activation", "pool", "dropout"]);

/** Columns for a strip of some width; the blocks `opened` show what is in them. */
export function columns(all: LayerDescription[], width: number, opened: string[] = []): Column[] {
  const room = Math.max(3, Math.min(MOST_COLUMNS, Math.floor(width / NARROWEST)));
  return opened.reduce((list, key) => unfold(list, key, room), fold(shown(all, room), room));
}

/** As few layers a column as fit. */
function fold(layers: LayerDescription[], room: number): Column[] {
  const single = layers.map((layer) => column([layer]));
  if (single.length <= room) return single;
  const blocks = inBlocks(layers).map((block) => column(block));
  const merged = blocks.length <= room ? blocks : joinEqual(blocks);
  if (merged.length === 1) return joinNeighbours(single, room);
  return merged.length <= room ? merged : joinNeighbours(merged, room);
}

/** One block gives way to what is in it; what stands around it makes as much room as that takes. */
function unfold(list: Column[], key: string, room: number): Column[] {
  const at = list.findIndex((column) => column.key === key);
  const { layers = [] } = list[at] ?? {};
  if (layers.length < 2) return list;
  const [before, after] = [list.slice(0, at), list.slice(at + 1)];
  const least = (side: Column[]) => Math.min(side.length, 2);
  const parts = fold(layers, room - least(before) - least(after));
  const spare = room - parts.length;
  const left = Math.min(before.length, spare - least(after));
  const right = Math.min(after.length, spare - left);
  const [near, far] = [before.length - left + 2, right - 2];
  const sides = {
    left:
      left < before.length
        ? [...before.slice(0, 1), joined(before.slice(1, near)), ...before.slice(near)]
        : before,
    right:
      right < after.length
        ? [...after.slice(0, far), joined(after.slice(far, -1)), ...after.slice(-1)]
        : after,
  };
  const mark = (columns: Column[], inside: boolean) => columns.map((column) => ({ ...column, inside }));
  return [...mark(sides.left, false), ...mark(parts, true), ...mark(sides.right, false)];
}

const joined = (list: Column[]): Column => column(list.flatMap(({ layers }) => layers));

/** Flattening changes no number, and dropout none that the strip shows: they give way first. */
function shown(layers: LayerDescription[], room: number): LayerDescription[] {
  const some = layers.filter(({ kind }) => kind !== "flatten");
  return some.length <= room ? some : some.filter(({ kind }) => kind !== "dropout");
}

function column(layers: LayerDescription[], repeat = 1): Column {
  const first = layers[0] as LayerDescription;
  const main = layers.find(({ parameters, kind }) => parameters > 0 && kind !== "norm") ?? first;
  return { key: keyOf(layers), layers, main, repeat };
}

const keyOf = (layers: LayerDescription[]): string =>
  layers.length > 1 ? `${layers[0]?.name}–${layers.at(-1)?.name}` : (layers[0]?.name ?? "");

/** A convolution or dense layer takes what follows it; a residual block stays together. */
function inBlocks(layers: LayerDescription[]): LayerDescription[][] {
  const blocks: LayerDescription[][] = [];
  for (const layer of layers) {
    const last = blocks.at(-1);
    const head = last?.[0];
    const joins =
      head &&
      head.kind !== "input" &&
      (residual(layer) !== "" ? residual(layer) === residual(head) : FOLLOWS.has(layer.kind));
    if (last && joins) last.push(layer);
    else blocks.push([layer]);
  }
  return blocks;
}

/** `3.body.0` and `3.shortcut.0` belong to the residual block `3`. */
const residual = ({ name }: LayerDescription) => /^(.+?)\.(?:body|shortcut)(?:\.|$)/.exec(name)?.[1] ?? "";

const signature = ({ layers }: Column) =>
  layers.map(({ title, shape }) => `${title} ${shape.join("×")}`).join("|");

function joinEqual(blocks: Column[]): Column[] {
  const equal: Column[] = [];
  for (const block of blocks) {
    const last = equal.at(-1);
    if (last && signature(last) === signature(block)) {
      equal[equal.length - 1] = column([...last.layers, ...block.layers], last.repeat + 1);
    } else equal.push(block);
  }
  return equal;
}

/** Input and answer keep their own columns; the blocks between are joined evenly. */
function joinNeighbours(blocks: Column[], room: number): Column[] {
  const inner = blocks.slice(1, -1);
  const each = Math.ceil(inner.length / Math.max(1, room - 2));
  const groups: Column[] = [];
  for (let i = 0; i < inner.length; i += each) {
    groups.push(column(inner.slice(i, i + each).flatMap(({ layers }) => layers)));
  }
  return [...blocks.slice(0, 1), ...groups, ...blocks.slice(-1)];
}

/** A unit can die only where the activation is flat below 0. */
const rectifies = ({ kind, title }: LayerDescription) =>
  kind === "activation" && /relu|leaky|gelu|silu/i.test(title);

/** What a column shows: the activations of its last layer, the gradient of its main one, the worst dead share. */
export function viewOf(column: Column, inspection: Inspection | undefined): LayerView | undefined {
  const names = new Set(column.layers.map(({ name }) => name));
  const views = inspection?.layers.filter(({ name }) => names.has(name)) ?? [];
  const last = views.at(-1);
  if (!last) return undefined;
  const weighted = views.find(({ gradient }) => gradient !== null) ?? last;
  const rectifiers = new Set(column.layers.filter(rectifies).map(({ name }) => name));
  const dead = views.flatMap((view) => (view.dead === null || !rectifiers.has(view.name) ? [] : [view.dead]));
  const saturated = views.flatMap((view) => (view.saturated === null ? [] : [view.saturated]));
  return {
    ...last,
    dead: dead.length > 0 ? Math.max(...dead) : null,
    saturated: saturated.length > 0 ? Math.max(...saturated) : null,
    frozen: views.some(({ frozen }) => frozen),
    gradient: weighted.gradient,
    weight: weighted.weight,
    // A frozen layer is not slow: it does not move at all.
    update: weighted.frozen ? null : weighted.update,
    maps: views.findLast(({ maps }) => maps)?.maps,
  };
}

/** What may be judged in a column: nothing before the first step, and not how large the logits are. */
export function judged({ layers }: Column, run: { step: number; description: Description } | undefined) {
  const answer = run?.description.layers.at(-1);
  return { trained: (run?.step ?? 0) > 0, logits: layers.some((layer) => layer === answer) };
}
