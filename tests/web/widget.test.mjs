// The widget in a page of another origin.
import { check, test, until } from "./harness.mjs";

const course = (origin) => `<!doctype html><html lang="en"><title>Notes</title>
<h1>Notes</h1>
<conv-lab src="#v=1&side=14&net=conv8-pool&train=500&steps=1000000&backend=cpu" controls="lr p">A network learns.</conv-lab>
<conv-lab src="#v=1&side=14&net=conv8-pool&train=500&steps=1000000&backend=cpu&norm=none">Another learns.</conv-lab>
<p style="height:3000px">Text.</p>
<conv-lab class="late" src="#v=1&side=14&train=500">A third, below.</conv-lab>
<script type="module" src="${origin}/embed.js"></script>`;

const steps = async (page) => {
  const texts = await page.getByRole("status").allTextContents();
  return texts.map((text) => Number(/step (\d+)/.exec(text)?.[1] ?? Number.NaN));
};

for (const webgpu of ["software", "no adapter", "no api"]) {
  test(`two widgets elsewhere train with one worker (${webgpu})`, { webgpu }, async ({
    page,
    origin,
    elsewhere,
    requests,
  }) => {
    const address = elsewhere(course(origin));
    await page.goto(address);
    const plays = page.getByRole("button", { name: "Play", exact: true });
    await until(
      async () => (await steps(page)).filter((step) => step === 0).length === 2,
      "two widgets are ready",
    );
    check((await page.getByText("A third, below.").count()) === 1, "the third does not wait to be seen");
    await plays.nth(1).click();
    await plays.nth(0).click();
    await until(async () => (await steps(page)).every((step) => step >= 5), "both train");
    check(page.workers().length === 1, `${page.workers().length} workers`);
    const data = requests.filter((url) => url.endsWith(".bin"));
    check(new Set(data).size === data.length, `data loaded again: ${data.join(", ")}`);
    check(page.url() === address, "the widget wrote the address");
    await page.locator(".late").scrollIntoViewIfNeeded();
    await until(async () => (await steps(page)).length === 3, "the third loads when seen");
    await until(async () => {
      const [before] = await steps(page);
      await new Promise((later) => setTimeout(later, 500));
      return (await steps(page))[0] === before;
    }, "a widget out of sight stops");
  });
}

const SMALL = "v=1&side=14&net=conv8-pool&train=500";
const one = (origin, link, more = "") => `<!doctype html><html lang="en"><title>Notes</title>
<h1>Notes</h1>
<conv-lab src="#${link}" ${more}>A network learns.</conv-lab>
<p style="height:3000px">Text.</p>
<script type="module" src="${origin}/embed.js"></script>`;
const seen = (page) => until(async () => (await steps(page))[0] === 0, "the widget is ready");

test("a widget lets the wheel scroll the page", async ({ page, origin, elsewhere }) => {
  await page.goto(elsewhere(one(origin, `${SMALL}&backend=cpu`, 'controls="lr norm"')));
  await seen(page);
  const parts = [
    page.getByRole("button", { name: "Play", exact: true }),
    page.getByRole("img").first(),
    page.getByRole("slider", { name: "Learning rate" }),
    page.getByRole("combobox", { name: "Normalization" }),
  ];
  for (const part of parts) {
    await page.evaluate(() => scrollTo(0, 0));
    await part.hover();
    await page.mouse.wheel(0, 400);
    await until(() => page.evaluate(() => scrollY > 100), `the page scrolls over ${part}`, 5000);
  }
});

test("a widget never writes the address of its page", async ({ page, origin, elsewhere }) => {
  const address = `${elsewhere(one(origin, `${SMALL}&backend=cpu`, 'controls="lr norm"'))}?week=3#notes`;
  await page.goto(address);
  await seen(page);
  const entries = await page.evaluate(() => history.length);
  const link = () => page.getByRole("link").getAttribute("href");
  await page.getByRole("combobox", { name: "Normalization" }).selectOption("none");
  await until(async () => (await link()).includes("norm=none"), "the widget's link holds the norm");
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await until(async () => (await steps(page))[0] >= 3, "it trains");
  await page.getByRole("slider", { name: "Learning rate" }).fill("900");
  await until(async () => /at=\d+\.lr\./.test(await link()), "the widget's link holds the live change");
  check(page.url() === address, `the address is ${page.url()}`);
  check((await page.evaluate(() => history.length)) === entries, "the history grew");
});

test("a widget with an unknown backend says so and trains", async ({ page, origin, elsewhere }) => {
  await page.goto(elsewhere(one(origin, `${SMALL}&backend=cuda`)));
  await seen(page);
  await page.getByText("backend=cuda is not a backend, so the default, auto, is used.").waitFor();
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await until(async () => (await steps(page))[0] >= 2, "it trains");
});

test("a widget elsewhere trains with WebGPU", async ({ page, origin, elsewhere }) => {
  await page.goto(elsewhere(one(origin, `${SMALL}&backend=webgpu`)));
  await seen(page);
  await page.getByRole("button", { name: "Play", exact: true }).click();
  await until(async () => (await steps(page))[0] >= 5, "it trains");
  const kind = await page.evaluate(() => {
    const figure = document.querySelector("conv-lab").shadowRoot.querySelector("conv-lab-figure");
    return figure.run.session.backend.kind;
  });
  check(kind === "webgpu", `it trains on ${kind}`);
});
