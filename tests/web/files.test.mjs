// Files of the user in the page: they are read, named, trained on, refused with a sentence, and sent nowhere.
import { readFileSync } from "node:fs";
import { gzipSync } from "node:zlib";
import { check, test, until } from "./harness.mjs";
import { figures, hash, losses, press, reached, ready } from "./lab.mjs";

const LINK = "v=1&net=conv4-pool&batch=16&lr=0.05&train=60&val=20&test=10&steps=60&backend=cpu";

const hostile = (name) => readFileSync(new URL(`../hostile/${name}`, import.meta.url));
const mean = (numbers) => numbers.reduce((sum, number) => sum + number, 0) / numbers.length;

function idx(shape, body) {
  const header = Buffer.alloc(4 + 4 * shape.length);
  header.set([0, 0, 8, shape.length]);
  for (const [i, side] of shape.entries()) header.writeUInt32BE(side, 4 + 4 * i);
  return Buffer.concat([header, Buffer.from(body)]);
}

/** 8 × 8 images; class k has a bright row k. */
function digits(name, count) {
  const labels = Array.from({ length: count }, (_, i) => i % 3);
  const pixels = labels.flatMap((label, n) =>
    Array.from({ length: 64 }, (_, i) => (Math.floor(i / 8) === label ? 220 : 20) + ((7 * i + n) % 23)),
  );
  const file = (kind, buffer) => ({
    name: `${name}-${kind}-ubyte.gz`,
    mimeType: "application/gzip",
    buffer: gzipSync(buffer),
  });
  return [file("images-idx3", idx([count, 8, 8], pixels)), file("labels-idx1", idx([count], labels))];
}

async function choose(page, button, files) {
  const chooser = page.waitForEvent("filechooser");
  await press(page, button);
  await (await chooser).setFiles(files);
}

const described = (page) => page.evaluate(() => convlab.run?.description);
const opened = (page) =>
  until(
    async () => (await described(page))?.values.data === "own" && (await figures(page)).step === 0,
    "own data",
  );

async function learns(page) {
  await press(page, "Play");
  await reached(page, 60);
  const pause = page.getByRole("button", { name: "Pause", exact: true });
  if (await pause.first().isVisible()) await pause.first().click();
  const seen = await losses(page);
  const [first, last] = [mean(seen.slice(0, 8)), mean(seen.slice(-8))];
  check(last < 0.8 * first, `the loss went from ${first} to ${last}`);
}

test("MNIST files of the user train in the page", async ({ open }) => {
  const page = await open(LINK);
  await ready(page);
  await choose(page, "Open files", [...digits("train", 80), ...digits("t10k", 12)]);
  await opened(page);
  const { classes, data } = await described(page);
  check(classes.join() === "0,1,2", `classes ${classes}`);
  check(data.shape.join() === "1,8,8" && data.test === 10, JSON.stringify(data));
  check((await hash(page)).includes("data=own"), await hash(page));
  await learns(page);
  await press(page, "Look at the test images");
  await page.getByText(/Test .* of 10 images\. The first look\./).waitFor();
  await press(page, "Look at the test images");
  await page.getByText(/Look 2/).waitFor();
});

test("a folder of pictures is decoded by the browser", async ({ open }) => {
  const page = await open(LINK);
  await ready(page);
  await page.evaluate(async () => {
    const files = [];
    for (let n = 0; n < 40; n++) {
      const canvas = new OffscreenCanvas(20 + (n % 3), 20);
      const context = canvas.getContext("2d");
      context.fillStyle = n % 2 ? `rgb(${200 + n} 30 ${n})` : `rgb(20 ${n} ${210 + n})`;
      context.fillRect(0, 0, 30, 30);
      const type = n % 4 < 2 ? "image/png" : "image/jpeg";
      files.push({
        name: `set/${n % 2 ? "red" : "blue"}/${n}.png`,
        bytes: await canvas.convertToBlob({ type }),
      });
    }
    await convlab.openFiles(files);
  });
  await opened(page);
  const { classes, data, notes } = await described(page);
  check(classes.join() === "blue,red" && data.shape.join() === "3,32,32", JSON.stringify([classes, data]));
  check(
    notes.some((note) => note.includes("several sizes, 20x20 to 22x20")),
    notes.join(),
  );
  await learns(page);
});

test("files that are refused leave the run as it is", async ({ open }) => {
  const page = await open(`${LINK.replace("steps=60", "steps=5000")}&data=shapes&side=16`);
  await ready(page);
  await press(page, "Play");
  await reached(page, 5);
  await press(page, "Pause");
  // The turn that was under way still brings its steps.
  await page.getByRole("button", { name: "Play", exact: true }).first().waitFor();
  await until(() => page.evaluate(() => !convlab.run.ending), "the end of the turn");
  const { step } = await figures(page);
  for (const [file, name, why] of [
    ["bomb.zip", "bomb.zip", "more than 16 MB"],
    ["header_lies.png", "a/header_lies.png", "2147483647x2147483647"],
    ["crc.png", "a/crc.png", "cannot be decoded"],
    ["script.svg", "a/script.svg", "left out"],
    ["idx_gz_bomb.gz", "x.gz", "more than 17 MB"],
    ["code_header.npy", "code_header.npy", "header"],
  ]) {
    const bytes = [...hostile(file)];
    await page.evaluate(
      ([name, bytes]) => convlab.openFiles([{ name, bytes: new Uint8Array(bytes) }]),
      [name, bytes],
    );
    await page.locator("[data-note=files]", { hasText: why }).waitFor();
    check((await figures(page)).step === step, `${file}: the run moved`);
  }
  check((await page.evaluate(() => globalThis.__pwned)) === undefined, "a picture ran a script");
  await press(page, "Play");
  await reached(page, step + 5);
  await press(page, "Pause");
});

test("a link about files that are not there trains digits, and says so", async ({ open }) => {
  const page = await open("v=1&data=own&net=conv4-pool&backend=cpu");
  await ready(page);
  await page.getByText(/data=own means files that a link does not hold/).waitFor();
  check((await described(page)).values.data === "digits", "not the digits");
});

test("classes that are left out are left out everywhere", async ({ open }) => {
  const page = await open("v=1&classes=3-8&turn=40&net=conv4-pool&side=14&batch=16&lr=0.05&backend=cpu");
  await ready(page);
  const { classes, data } = await described(page);
  check(classes.join() === "3,8" && data.train < 3000, JSON.stringify([classes, data]));
  await learns(page);
});
