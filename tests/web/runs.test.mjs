// Runs are kept, named, hidden, saved and read again.
import { readFileSync } from "node:fs";
import { check, test, until } from "./harness.mjs";
import { figures, hash, press, reached, ready } from "./lab.mjs";

const SMALL = "v=1&side=14&net=conv8-pool&train=500&backend=cpu";

/** Two runs, the second with another rate. */
async function two(page) {
  await ready(page);
  await press(page, "Play");
  await reached(page, 12);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.evaluate(() => convlab.restart.with({ lr: 0.06 }));
  await page.getByText("amber lynx").first().waitFor();
}

test("a run is renamed, pinned, hidden and deleted", async ({ open }) => {
  const page = await open(SMALL);
  await two(page);
  const card = page.getByRole("region", { name: "Runs", exact: true });
  const act = (name) => card.getByRole("button", { name, exact: true }).click();
  await act("More about quiet heron");
  await act("Rename");
  const field = card.getByRole("textbox", { name: "Name of the run" });
  await field.fill("my first");
  await field.press("Enter");
  await card.getByRole("button", { name: "my first", exact: true }).waitFor();
  await act("Hide curves");
  check(await page.evaluate(() => convlab.runs.drawn.length === 0), "it is still drawn");
  await act("Show curves");
  await act("Pin");
  await card.getByText("pinned").waitFor();
  await act("Delete");
  check(await page.evaluate(() => convlab.runs.older.length === 0), "it is still there");
});

test("deleted runs come back, by keyboard and after another experiment was opened", async ({ open }) => {
  const page = await open(SMALL);
  await two(page);
  await page.evaluate(async () => {
    await convlab.run.stepOnce();
    await convlab.restart.with({ lr: 0.07 });
  });
  const names = () => page.evaluate(() => convlab.runs.older.map(({ name }) => name).join());
  await until(async () => (await names()) === "amber lynx,quiet heron", "two older runs");
  const card = page.getByRole("region", { name: "Runs", exact: true });
  await card.getByRole("button", { name: "amber lynx", exact: true }).waitFor();
  const remove = async (name, press) => {
    await card.getByRole("button", { name: `More about ${name}` }).click();
    await press(card.getByRole("button", { name: "Delete", exact: true }));
  };
  await remove("quiet heron", (button) => button.press("Enter"));
  await page.getByText("quiet heron deleted").waitFor();
  await page.locator(".note .primary:focus").waitFor();
  await page.keyboard.press("Enter");
  await until(async () => (await names()) === "amber lynx,quiet heron", "it is back in its place");
  await page.locator("lab-runs button:focus").waitFor();

  await remove("quiet heron", (button) => button.click());
  await remove("amber lynx", (button) => button.click());
  await page.getByText("2 runs deleted").waitFor();
  await page.evaluate(() => convlab.open("v=1&side=14&net=conv4-pool&train=500&backend=cpu"));
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  await until(async () => (await names()).endsWith("amber lynx,quiet heron"), "both are back");
});

test("a run that was left between two deletions comes back with the others", async ({ open }) => {
  const page = await open(SMALL);
  await two(page);
  const card = page.getByRole("region", { name: "Runs", exact: true });
  const remove = async (name) => {
    await card.getByRole("button", { name: `More about ${name}` }).click();
    await card.getByRole("button", { name: "Delete", exact: true }).click();
  };
  await remove("quiet heron");
  await page.getByText("quiet heron deleted").waitFor();
  await page.evaluate(async () => {
    await convlab.run.stepOnce();
    await convlab.restart.with({ lr: 0.07 });
  });
  await card.getByRole("button", { name: "amber lynx", exact: true }).waitFor();
  await remove("amber lynx");
  await page.getByText("2 runs deleted").waitFor();
  await page.getByRole("button", { name: "Undo", exact: true }).click();
  const names = () => page.evaluate(() => convlab.runs.older.map(({ name }) => name).join());
  await until(async () => (await names()) === "amber lynx,quiet heron", "both are back, in their order");
});

test("a run that goes on after the default experiment is compared with the run before it", async ({
  open,
}) => {
  const page = await open(SMALL);
  await two(page);
  await page.evaluate(() => convlab.run.stepOnce());
  const difference = () => page.evaluate(() => convlab.runs.current.difference);
  const before = await difference();
  await press(page, "Default experiment");
  await page.getByRole("button", { name: "Undo", exact: true }).waitFor();
  await page.evaluate(async () => {
    await convlab.restart.applying;
    await convlab.run.stepOnce();
  });
  await press(page, "Undo");
  await until(async () => (await figures(page)).step === 1 && /conv8/.test(await hash(page)), "it goes on");
  check(/^lr 0.02 → 0.06$/.test(before) && (await difference()) === before, await difference());
  check(await page.evaluate(() => convlab.runs.older.length === 2), "the default experiment is gone");
});

test("of two experiments opened at once the later one stays, and the other gives its memory back", async ({
  open,
}) => {
  const page = await open(SMALL);
  await ready(page);
  const { alone, both, state, lr } = await page.evaluate(async (link) => {
    const opened = async (...rates) => {
      await Promise.all(rates.map((rate) => convlab.open(`${link}&lr=${rate}`)));
      await convlab.restart.applying;
      return (await convlab.usage()).buffers;
    };
    const [alone, both] = [await opened(0.03), await opened(0.04, 0.05)];
    return { alone, both, state: convlab.state, lr: convlab.run.values.lr };
  }, SMALL);
  check(state === "ready" && lr === 0.05, `${state} with rate ${lr}`);
  check(both === alone, `${both} buffers, not ${alone}`);
});

test("the current run says what the run before had reached at the same step", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const train = () =>
    page.evaluate(async () => {
      await convlab.run.stepOnce();
      await convlab.run.evaluate();
    });
  await train();
  await page.evaluate(() => convlab.restart.with({ norm: "none" }));
  await train();
  const [mine, its] = await page.evaluate(() =>
    [convlab.run.trace, convlab.runs.older[0].trace].map(
      ({ validation }) => `${(100 * validation.at(-1).accuracy).toFixed(1)} %`,
    ),
  );
  await page.getByText(`At step 1 validation is ${mine}; quiet heron had ${its}.`).waitFor();
});

test("all runs are saved to a file, and a fresh page reads them", async ({ open, page, browser }) => {
  await open(SMALL);
  await two(page);
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Save all runs" }).click();
  const path = await (await coming).path();
  const saved = JSON.parse(readFileSync(path, "utf8"));
  check(saved.format === "convlab-runs" && saved.runs.length === 1, JSON.stringify(saved).slice(0, 200));
  const losses = await page.evaluate(() => [...convlab.runs.older[0].trace.loss]);

  const fresh = await (await browser.newContext()).newPage();
  await fresh.goto(page.url());
  await ready(fresh);
  await fresh.getByLabel("Load runs").setInputFiles(path);
  await until(() => fresh.evaluate(() => convlab.runs.older.length === 1), "the run is there");
  const read = await fresh.evaluate(() => ({
    ...convlab.runs.older[0],
    loss: convlab.runs.older[0].trace.loss,
  }));
  check(read.loss.join() === losses.join() && read.name === "quiet heron", `read ${read.name}`);
  await fresh.getByRole("button", { name: "quiet heron", exact: true }).last().click();
  await until(() => fresh.evaluate(() => convlab.run?.values.lr === 0.02), "its experiment opens");
  await fresh
    .getByLabel("Load runs")
    .setInputFiles({ name: "x.json", mimeType: "application/json", buffer: Buffer.from("{}") });
  await fresh.getByText("This file holds no runs of Convlab.").waitFor();
  await fresh.context().close();
});

test("runs outlive a reload until they are deleted", async ({ open }) => {
  const page = await open(SMALL);
  await two(page);
  await press(page, "Play");
  await reached(page, 12);
  await press(page, "Pause");
  await page.getByRole("button", { name: "Play", exact: true }).waitFor();
  await page.evaluate(() => convlab.run.pause());
  const losses = await page.evaluate(() => [...convlab.run.trace.loss]);
  await page.reload();
  await ready(page);
  const older = () =>
    page.evaluate(() =>
      convlab.runs.older.map(({ name, shown, trace }) => ({ name, shown, loss: trace.loss })),
    );
  const [newest, first] = await older();
  check(newest.name === "amber lynx" && first.name === "quiet heron", `${newest.name}, ${first.name}`);
  check(!newest.shown && newest.loss.join() === losses.join(), "the curves are others");
  const card = page.getByRole("region", { name: "Runs", exact: true });
  await card.getByRole("button", { name: "Delete all" }).click();
  check((await older()).length === 0, "they are still there");
  await page.getByText("2 runs deleted").waitFor();
  await page.getByRole("button", { name: "Undo" }).first().click();
  check((await older()).length === 2, "they did not come back");
  await card.getByRole("button", { name: "Delete all" }).click();
  await page.reload();
  await ready(page);
  check((await older()).length === 0, "they are remembered");
});

test("a second tab, a damaged run and marks cost no run", async ({ open, context }) => {
  const page = await open(SMALL);
  await two(page);
  await page.evaluate(() =>
    convlab.runs.older[0].trace.marks.push({ step: 5, key: "lr", from: 0.02, to: 0.03 }),
  );
  const other = await context.newPage();
  await other.goto(page.url());
  await ready(other);
  await press(other, "Play");
  await reached(other, 12);
  await press(other, "Pause");
  await other.evaluate(() => convlab.restart.with({ lr: 0.07 }));
  const closed = other.waitForEvent("close");
  await other.close({ runBeforeUnload: true });
  await closed;
  // What one tab writes reaches another a moment later.
  await page.waitForFunction(() => JSON.parse(localStorage.getItem("convlab-runs")).runs.length === 2);
  await page.evaluate(() => {
    const file = JSON.parse(localStorage.getItem("convlab-runs"));
    file.runs.push({ name: "damaged" });
    localStorage.setItem("convlab-runs", JSON.stringify(file));
  });
  await page.reload();
  await ready(page);
  const older = await page.evaluate(() =>
    convlab.runs.older.map(({ name, trace }) => ({ name, marks: trace.marks.length })),
  );
  check(older.length === 2, `${older.length} runs: ${older.map(({ name }) => name)}`);
  check(older.find(({ name }) => name === "quiet heron")?.marks === 1, "its mark is gone");
});

test("weights are saved, and another run begins with them", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 40);
  await press(page, "Pause");
  await page.evaluate(() => convlab.run.pause());
  const card = page.getByRole("region", { name: "Runs", exact: true });
  await card.getByRole("button", { name: "More about quiet heron" }).click();
  const coming = page.waitForEvent("download");
  await card.getByRole("button", { name: "Save weights" }).click();
  const download = await coming;
  check(download.suggestedFilename() === "quiet heron.safetensors", download.suggestedFilename());
  const path = await download.path();
  const learned = await page.evaluate(
    async () => (await convlab.run.session.evaluate({ split: "validation" })).loss,
  );
  await card.getByLabel("Begin with weights of a file").setInputFiles(path);
  await page.getByText("This run begins with the weights of").waitFor();
  const again = await page.evaluate(async () => ({
    step: convlab.run.step,
    loss: (await convlab.run.session.evaluate({ split: "validation" })).loss,
    older: convlab.runs.older.length,
  }));
  check(again.step === 0 && again.older === 1, `step ${again.step}, ${again.older} older`);
  check(again.loss === learned, `loss ${again.loss}, not ${learned}`);
  await card.getByRole("button", { name: "More about amber lynx" }).click();
  await card.getByLabel("Begin with weights of a file").setInputFiles({
    name: "tea.safetensors",
    mimeType: "application/octet-stream",
    buffer: Buffer.from("tea"),
  });
  await page.getByText("tea.safetensors was not taken").waitFor();
});

test("a checkpoint is saved, and another page goes on from it with the same bits", async ({
  open,
  page,
  browser,
  origin,
}) => {
  await open(`${SMALL}&opt=adam&seed=3`);
  await ready(page);
  await page.evaluate(async () => {
    for (let i = 0; i < 4; i++) await convlab.run.stepOnce();
    await convlab.run.set("lr", 0.01);
    await convlab.writeLink();
    await convlab.run.stepOnce();
  });
  const card = page.getByRole("region", { name: "Runs", exact: true });
  await card.getByRole("button", { name: "More about quiet heron" }).click();
  const coming = page.waitForEvent("download");
  await card.getByRole("button", { name: "Save checkpoint" }).click();
  const download = await coming;
  check(download.suggestedFilename() === "quiet heron, step 5.safetensors", download.suggestedFilename());
  const path = await download.path();
  const further = (where) =>
    where.evaluate(async () => {
      for (let i = 0; i < 3; i++) await convlab.run.stepOnce();
      return convlab.run.trace.loss.slice(5);
    });
  const expected = await further(page);

  const context = await browser.newContext();
  const fresh = await context.newPage();
  await fresh.goto(`${origin}/#v=1&side=14&net=conv4-pool&train=500&backend=cpu`);
  await ready(fresh);
  const runs = fresh.getByRole("region", { name: "Runs", exact: true });
  await runs.getByRole("button", { name: "More about quiet heron" }).click();
  const take = (file) => runs.getByLabel("Go on from a checkpoint").setInputFiles(file);
  await take({ name: "tea.safetensors", mimeType: "application/octet-stream", buffer: Buffer.from("tea") });
  await fresh.getByText("tea.safetensors was not taken").waitFor();
  check(/net=conv4-pool/.test(await hash(fresh)), "a file that is none has changed the run");
  await take(path);
  await fresh.getByText("The run goes on from step 5; its curves begin there.").waitFor();
  const { step, text } = await figures(fresh);
  check(step === 5 && /seed=3/.test(await hash(fresh)), `${text}, ${await hash(fresh)}`);
  check((await fresh.evaluate(() => convlab.run.values.lr)) === 0.01, "another learning rate");
  const got = await further(fresh);
  check(expected.length === 3 && got.join() === expected.join(), `${got}, not ${expected}`);
  const [mark] = await fresh.evaluate(() => convlab.run.trace.marks);
  check(mark?.step === 4 && mark.from !== mark.to, JSON.stringify(mark));
  await context.close();
});

test("more runs than are kept are told of once", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await page.evaluate(async () => {
    await convlab.run.stepOnce();
    const { trace, values, link } = convlab.runs.current;
    const runs = Array.from({ length: 41 }, (_, i) => ({
      key: `k${i}`,
      name: `run ${i}`,
      trace,
      values,
      link,
      difference: "",
      pinned: false,
    }));
    convlab.runs.take(runs, () => false);
  });
  await page.getByText("For your next visit the newest 40 runs are kept here").waitFor();
  await page.getByRole("button", { name: "Show 29 further runs" }).click();
  await page.getByRole("button", { name: "run 40", exact: true }).waitFor();
});

test("the pad asks several views, and they vote", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  await press(page, "Play");
  await reached(page, 30);
  await press(page, "Pause");
  const pad = page.getByRole("region", { name: "Draw a digit" });
  await pad.getByRole("button", { name: "9 views" }).click();
  const canvas = pad.getByRole("application");
  await canvas.focus();
  await page.keyboard.press("Space");
  for (let i = 0; i < 10; i++) await page.keyboard.press("ArrowDown");
  const views = pad.getByRole("list", { name: "The drawing through 9 views" }).getByRole("listitem");
  await until(async () => (await views.count()) === 9, "nine views");
  const shares = await page.evaluate(() => document.querySelector("lab-pad").shares);
  check(Math.abs(shares.reduce((sum, share) => sum + share, 0) - 1) < 1e-4, `shares ${shares}`);
});

test("where the data are no digits, a picture is read", async ({ open }) => {
  const page = await open("v=1&data=shapes&net=conv8-pool&train=300&backend=cpu");
  await ready(page);
  const region = page.getByRole("region", { name: "Ask about a picture" });
  const svg =
    '<svg xmlns="http://www.w3.org/2000/svg" width="60" height="40"><circle cx="30" cy="20" r="15" fill="red"/></svg>';
  await region
    .getByLabel("Choose a picture")
    .setInputFiles({ name: "a.svg", mimeType: "image/svg+xml", buffer: Buffer.from(svg) });
  const png = await page.evaluate(async () => {
    const canvas = new OffscreenCanvas(60, 40);
    const context = canvas.getContext("2d");
    context.fillStyle = "red";
    context.fillRect(20, 10, 20, 20);
    return [...new Uint8Array(await (await canvas.convertToBlob()).arrayBuffer())];
  });
  await region
    .getByLabel("Choose a picture")
    .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from(png) });
  const views = region.getByRole("list", { name: /through 9 views/ }).getByRole("listitem");
  await until(async () => (await views.count()) === 9, "nine views");
  await region
    .getByLabel("Choose a picture")
    .setInputFiles({ name: "a.png", mimeType: "image/png", buffer: Buffer.from("no") });
  await region.getByText("This file is no picture that the browser can read.").waitFor();
});

test("on a phone the picture's card can be reached", async ({ open, page }) => {
  await page.emulateMedia({ reducedMotion: "reduce" });
  await page.setViewportSize({ width: 390, height: 844 });
  await open("v=1&data=shapes&net=conv8-pool&train=300&backend=cpu");
  await ready(page);
  await press(page, "Picture");
  const card = page.getByRole("region", { name: "Ask about a picture" });
  await until(
    () => card.evaluate((element) => Math.abs(element.getBoundingClientRect().left) < 2),
    "the card comes",
  );
  check((await page.getByRole("button", { name: "Draw", exact: true }).count()) === 0, "there is a pad, too");
});
