// Runs every *.test.mjs of this folder: CHROME=<program> node run.mjs [word]...
import { readdirSync } from "node:fs";
import { runAll } from "./harness.mjs";

for (const name of readdirSync(import.meta.dirname).sort()) {
  if (name.endsWith(".test.mjs")) await import(`./${name}`);
}
process.exit((await runAll(process.argv.slice(2))) > 0 ? 1 : 0);
