// What checks and twins have found is as readable as the rest, and scrolls nothing sideways.
import { clean } from "./axe.mjs";
import { test, until } from "./harness.mjs";
import { ready } from "./lab.mjs";

const SMALL = "v=1&net=conv4-pool&side=14&train=500&batch=16&steps=40&backend=cpu";

test("axe finds nothing on what checks and twins have found, light and dark", { seconds: 400 }, async ({
  open,
  page,
}) => {
  await page.emulateMedia({ colorScheme: "light", reducedMotion: "reduce" });
  await open(SMALL);
  await ready(page);
  await page.getByRole("tab", { name: "Check & search", exact: true }).click();
  const kinds = [
    ["lab-ladder", "Sanity ladder", "Climb the ladder"],
    ["lab-range", "Range test", "Test the range"],
    ["lab-search", "Search", "Start the search"],
    ["lab-knock", "Knock-out", "Train and knock out"],
  ];
  const shown = async (name) => {
    for (const details of await page.locator("lab-inspect summary:visible").all()) await details.click();
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      await clean(page, `${name}, ${colorScheme}`);
    }
  };
  for (const [tag, kind, start] of kinds) {
    await page.getByRole("button", { name: kind, exact: true }).first().click();
    await page.getByRole("button", { name: start, exact: true }).last().click();
    const ended = () => page.evaluate((tag) => document.querySelector(tag).trial.outcome !== undefined, tag);
    await until(ended, `${kind} ends`, 120_000);
    await shown(kind);
  }
  await page.getByRole("button", { name: "Proof of honesty", exact: true }).click();
  for (const name of ["Check the gradients", "Compare two devices"]) {
    await page.getByRole("button", { name }).click();
    await page.getByRole("region", { name }).waitFor({ timeout: 60_000 });
  }
  await shown("Proof of honesty");
  await page.getByRole("tab", { name: "Twin run", exact: true }).click();
  await page.getByRole("combobox", { name: "They differ in" }).selectOption("norm");
  await page.getByRole("button", { name: "Train the twins" }).click();
  await page.getByText("They stand in Runs from now on.").waitFor({ timeout: 120_000 });
  await shown("Twin run");
  await page.setViewportSize({ width: 1024, height: 768 });
  await shown("Twin run at 1024 px");
});
