// Records a run as a trace: its figures at every step, its layers and feature maps at some. The page shows the
// default run's until the engine is ready. CHROME=<program> node record.mjs <file> [link]
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { launch } from "./harness.mjs";
import { serveFolders } from "./server.mjs";

/** After how many steps the layers are looked at; the last one ends the recording. */
const FRAMES = [0, 3, 10, 25, 60, 140];
const EVALUATIONS = [0, 10, 25, 50, 100];

const [file, link = "v=1"] = process.argv.slice(2);
const site = await serveFolders({ "/": resolve(import.meta.dirname, "../../www/dist") });
const browser = await launch("no adapter");
const page = await browser.newPage();
await page.goto(`${site.origin}/#${link}&backend=cpu`);
await page.waitForFunction(() => globalThis.convlab?.state === "ready" && !convlab.restart.applying);
const trace = await page.evaluate(record, { frames: FRAMES, evaluations: EVALUATIONS, link });
writeFileSync(file, `${JSON.stringify(trace)}\n`);
console.log(`${file}: ${JSON.stringify(trace).length} bytes`);
await browser.close();
site.close();

/** Runs in the page. */
async function record({ frames, evaluations, link }) {
  const MAPS = 8;
  const IMAGES = 5;
  const { session } = convlab.run;
  const short = (value) => (typeof value === "number" ? Number(value.toPrecision(3)) : value);

  /** Two values a byte: -7 to 7 sevenths of what 98.5 % of them stay below. */
  function packed(values) {
    const sizes = [...values].map(Math.abs).sort((a, b) => a - b);
    const range = sizes[Math.floor(0.985 * (sizes.length - 1))] || 1;
    const levels = [...values].map((value) => 7 + Math.max(-7, Math.min(7, Math.round((7 * value) / range))));
    const bytes = levels.flatMap((level, i) => (i % 2 ? [] : [level | ((levels[i + 1] ?? 0) << 4)]));
    return { range: short(range), data: btoa(String.fromCharCode(...bytes)) };
  }

  const description = await session.restart();
  const { values, layers, parameters, macs, classes, data } = description;
  const trace = {
    format: "convlab-trace",
    v: 1,
    link,
    description: { link, values, layers, parameters, macs, classes, data },
    loss: [],
    accuracy: [],
    epochs: 0,
    validation: [],
    clean: [],
    frames: [],
  };
  const marks = [...new Set([...frames, ...evaluations])].sort((a, b) => a - b);
  for (const step of marks) {
    const rows = [];
    await session.advance(step - trace.loss.length, { onRows: (some) => rows.push(...some) });
    trace.loss.push(...rows.map(({ loss }) => short(loss)));
    trace.accuracy.push(...rows.map(({ accuracy }) => short(accuracy)));
    trace.epochs = rows.at(-1)?.epoch ?? 0;
    if (evaluations.includes(step)) {
      const validation = await session.evaluate({ split: "validation" });
      const clean = await session.evaluate({ split: "train", limit: 250 });
      trace.validation.push([step, short(validation.loss), short(validation.accuracy)]);
      if (step > 0) trace.clean.push([step, short(clean.loss), short(clean.accuracy)]);
    }
    if (!frames.includes(step)) continue;
    const seen = await session.inspect({ stats: true, predictions: true, maps: { channels: MAPS } });
    const plane = seen.image.shape.reduce((a, b) => a * b);
    trace.image ??= {
      shape: seen.image.shape,
      labels: [...seen.image.labels.slice(0, IMAGES)],
      ...packed(seen.image.images.slice(0, IMAGES * plane)),
    };
    const figures = "mean deviation dead saturated gradient update".split(" ");
    trace.frames.push({
      step,
      predictions: [...seen.image.predictions.slice(0, classes.length)].map(short),
      layers: seen.layers.map(({ name, maps, ...layer }) => ({
        name,
        ...Object.fromEntries(figures.map((figure) => [figure, short(layer[figure]) ?? null])),
        ...(maps && {
          maps: {
            shape: [maps.channels, maps.height, maps.width],
            signed: maps.low < 0,
            ...packed(maps.data),
          },
        }),
      })),
    });
  }
  return trace;
}
