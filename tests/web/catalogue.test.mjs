// What readers are told stands in the catalogue.
import { readdirSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { check, test } from "./harness.mjs";

const SOURCES = resolve(import.meta.dirname, "../../www/src");
/** Where sentences may stand, and what no reader of the page sees. */
const EXCEPT = /^(text|wasm|bench)[\\/]|^engine[\\/](words|experiment)\.ts$/;
/** A sentence in quotes, or words between the tags of a template. */
const SENTENCE = /(["'`])(?:[A-Z]|\$\{\w+\} )[^"'`]*[a-z]{2} [a-z]{2,} [^"'`]*\1/;
const TAGGED = />\s*[A-Za-z]+ [a-z]+[^<>{}=]*<\//;

const said = (text) =>
  text
    .split("\n")
    .filter((line) => !/^\s*(\/?\*|\/\/)/.test(line) && (SENTENCE.test(line) || TAGGED.test(line)));

test("every sentence stands in the catalogue", async () => {
  const files = readdirSync(SOURCES, { recursive: true }).filter(
    (name) => name.endsWith(".ts") && !EXCEPT.test(name),
  );
  check(files.length > 100, `only ${files.length} sources`);
  const found = files.flatMap((name) =>
    said(readFileSync(resolve(SOURCES, name), "utf8")).map((line) => `${name}: ${line.trim()}`),
  );
  check(found.length === 0, found.join("\n"));
  for (const line of ['throw new Error("The worker did not start.");', "<p>Press a key</p>"])
    check(said(line).length === 1, `${line} is not seen`);
});

/** What the page says instead of the engine's words, and where the engine has them. */
const REPEATED = [
  ["doctor", /evidence: \{([^}]*)\}/, /^\s*(?:"([^"]+)"|(\w+)):/gm, "doctor"],
  ["checks", /names: \{([^}]*)\}/, /^\s*(?:"([^"]+)"|(\w+)):/gm, "verdicts"],
  ["recipe", /first: \[(.*?)\n {4}\] as/s, /\[\s*"([^"]+)"/g, "fields"],
];

test("what the page says of the engine's words, the engine says", async () => {
  for (const [area, block, word, of] of REPEATED) {
    const page = readFileSync(resolve(SOURCES, `text/${area}.ts`), "utf8").match(block)[1];
    const words = [...page.matchAll(word)].map(([, quoted, bare]) => quoted ?? bare);
    const engine = readFileSync(resolve(SOURCES, `../../crates/core/src/text/${of}.rs`), "utf8");
    check(words.length > 6, `${area}: only ${words}`);
    const unknown = words.filter((word) => !engine.includes(`"${word}"`));
    check(unknown.length === 0, `${area}: the engine does not say ${unknown.join(", ")}`);
  }
});
