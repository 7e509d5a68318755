// The measurement of what stays behind keeps up with the page.
import { execFile } from "node:child_process";
import { resolve } from "node:path";
import { check, test } from "./harness.mjs";

const SOAK = resolve(import.meta.dirname, "soak.mjs");

test("a soak of no minutes, four runs and four networks leaves nothing on the device", async () => {
  const said = await new Promise((ended) => {
    execFile("node", [SOAK, "0", "4", "4"], (_, out, errors) => ended(out + errors));
  });
  check(/^at the end /m.test(said) && !/stay behind|threw/.test(said), said);
});
