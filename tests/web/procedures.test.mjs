// Procedures of the package: in the worker, beside the session that the page shows.
import { check, test } from "./harness.mjs";
import { figures, ready } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&lr=0.05&backend=cpu";

test("procedures check a small net and leave the session alone", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const { first, overfit, pieces } = await page.evaluate(async (link) => {
    const pieces = [];
    const first = await convlab.procedure("first-loss", link);
    const watch = { onProgress: ({ done, of }) => pieces.push({ done, of }) };
    const overfit = await convlab.procedure("overfit", link, { images: 10, steps: 200 }, watch);
    return { first, overfit, pieces };
  }, SMALL);
  check(first.verdict.grade === "good", first.verdict.reason);
  check(Math.abs(first.loss / first.guessing - 1) < 0.1, `the first loss is ${first.loss}`);
  check(overfit.reached > 0 && overfit.verdict.grade === "good", overfit.verdict.reason);
  check(overfit.off.includes("Dropout p (was 0.25)"), `switched off: ${overfit.off}`);
  const last = pieces.at(-1);
  check(pieces.length > 1 && last.done === last.of, `it ended at ${last.done} of ${last.of}`);
  check((await figures(page)).step === 0, "the session of the page was touched");
});

test("a procedure can be cancelled, and a bad one is one sentence", async ({ open }) => {
  const page = await open(SMALL);
  await ready(page);
  const [cancelled, unknown, axes] = await page.evaluate(async (link) => {
    const why = (promise) =>
      promise.then(
        () => "it came to its end",
        (error) => error.message,
      );
    const cancel = new AbortController();
    const watch = { signal: cancel.signal, onProgress: () => cancel.abort(new Error("stopped by the test")) };
    return [
      await why(convlab.procedure("range", link, { steps: 100000 }, watch)),
      await why(convlab.procedure("fly", link)),
      await why(convlab.procedure("search", link, { over: "flavour=1..2" })),
    ];
  }, SMALL);
  check(cancelled === "stopped by the test", cancelled);
  check(unknown === "fly is not a procedure.", unknown);
  check(axes === "flavour is not a setting that can be varied.", axes);
});
