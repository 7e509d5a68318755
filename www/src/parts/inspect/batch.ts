import { html, nothing } from "lit";
import { lab } from "../../lab";
import { text } from "../../text";
import { tileSize } from "../tile";

const TILE = 38;

/** The images of the next batch, their labels, and what the net takes them for. */
export function batch() {
  const { run } = lab;
  const shown = run?.batch;
  if (!run || !shown) return html`<ol class="batch" aria-hidden="true">${empty()}</ol>`;
  const [channels, height, width] = shown.shape;
  const plane = channels * height * width;
  const scale = channels === 3 ? ("rgb" as const) : ("pix" as const);
  const { classes } = run.description;
  const answers = run.batchStep > 0 ? answersOf(shown.predictions, classes.length) : [];
  const labels = [...shown.labels];
  const right = labels.filter((label, i) => answers[i] === label).length;
  const size = tileSize(width, TILE);
  return html`<ol class="batch ${shown.trained ? "twice" : ""}" style="--size:${size}px">
      <li class="h" aria-hidden="true">
        <span>${shown.trained ? text.inspect.stored : text.inspect.images}</span>
        ${shown.trained ? html`<span>${text.inspect.trained}</span>` : nothing}
        <span>${text.inspect.truth}</span>
        ${answers.length > 0 ? html`<span>${text.inspect.answer}</span>` : nothing}
      </li>
      ${labels.map((label, i) => {
        const picture = { data: shown.images, offset: i * plane, height, width, scale, range: 255 };
        const trained = shown.trained && { ...picture, data: shown.trained.images };
        const name = classes[label] ?? "";
        return html`<li>
          <lab-tile role="img" aria-label=${text.inspect.classImage(name)} .picture=${picture}></lab-tile>
          ${trained ? html`<lab-tile role="img" aria-label=${text.inspect.trainedImage(name)} .picture=${trained}></lab-tile>` : nothing}
          <span>${name}</span>
          ${answers.length > 0 ? verdict(answers[i] ?? 0, label, classes) : nothing}
        </li>`;
      })}
    </ol>
    <p class="foot">
      ${
        answers.length > 0
          ? text.inspect.after(right, labels.length, run.batchStep + 1)
          : text.inspect.before(run.batchStep + 1)
      }
      ${shown.trained ? text.inspect.augmented(strengths(), mirrored()) : nothing}
    </p>`;
}

/** How the next step augments, in words: by the values that act live. */
function strengths(): string[] {
  const value = (key: string) => Number(lab.run?.values[key] ?? 0);
  const { degrees, side, zoom, crop, brightness, contrast, flip, vflip, cutout } = text.inspect.by;
  const parts: [boolean, string][] = [
    [value("flip") > 0, flip(value("flip"))],
    [value("vflip") > 0, vflip(value("vflip"))],
    [value("rotate") > 0, degrees(value("rotate"))],
    [value("shift") > 0, side(value("shift"))],
    [value("scale") > 0, zoom(value("scale"))],
    [value("crop") < 1, crop(value("crop"))],
    [value("brightness") > 0, brightness(value("brightness"))],
    [value("contrast") > 0, contrast(value("contrast"))],
    [value("cutout") > 0, cutout(value("cutout"))],
  ];
  return parts.filter(([acts]) => acts).map(([, words]) => words);
}

/** Whether a label may not hold any more: a mirrored digit, or one on its head. */
const mirrored = () => {
  const { values } = lab.run ?? {};
  return values?.data === "digits" && Number(values.flip) + Number(values.vflip) > 0;
};

/** Right or wrong by mark and word, not by colour alone. */
function verdict(answer: number, label: number, classes: string[]) {
  const right = answer === label;
  return html`<span class=${right ? "ok" : "miss"}
    >${classes[answer]}<small>${right ? text.inspect.right : text.inspect.wrong}</small></span
  >`;
}

const empty = () => [
  html`<li class="h"></li>`,
  ...Array.from(
    { length: 14 },
    () => html`<li><lab-tile class="ghost" style="--size:${TILE}px"></lab-tile></li>`,
  ),
];

function answersOf(predictions: Float32Array | undefined, classes: number): number[] {
  if (!predictions || classes === 0) return [];
  return Array.from({ length: predictions.length / classes }, (_, i) => {
    const row = predictions.subarray(i * classes, (i + 1) * classes);
    return row.indexOf(Math.max(...row));
  });
}
