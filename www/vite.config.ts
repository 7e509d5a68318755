import { existsSync, readdirSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig, type Plugin, runnerImport } from "vite";

const root = import.meta.dirname;

/** Every .html file beside this one is a page; the widget's script keeps its name, so that course notes can point at it. */
function inputs(): Record<string, string> {
  const pages = readdirSync(root).filter((name) => name.endsWith(".html"));
  const named = pages.map((name) => [name.replace(".html", ""), resolve(root, name)]);
  const widget = resolve(root, "src/embed/embed.ts");
  return Object.fromEntries(existsSync(widget) ? [...named, ["widget", widget]] : named);
}

/** While developing, the widget's script has the address that it has once built. */
const widgetAddress: Plugin = {
  name: "widget-address",
  configureServer(server) {
    server.middlewares.use((request, _response, next) => {
      if (request.url === "/embed.js") request.url = "/src/embed/embed.ts";
      next();
    });
  },
};

/** The words of a page come from the catalogue, too: `{{runs.label}}`. */
const wordsOfPages: Plugin = {
  name: "words-of-pages",
  async transformIndexHtml(html) {
    const { module } = await runnerImport<typeof import("./src/text/frame")>(
      resolve(root, "src/text/frame.ts"),
    );
    const word = (path: string) => {
      const found = path
        .split(".")
        .reduce<unknown>((at, key) => (at as Record<string, unknown>)?.[key], module.words);
      if (typeof found !== "string") throw new Error(`The catalogue has no ${path}.`);
      return found;
    };
    return html.replace(/\{\{([\w.]+)\}\}/g, (_, path) => word(path));
  },
};

export default defineConfig({
  root,
  base: "./",
  plugins: [widgetAddress, wordsOfPages],
  server: { cors: true },
  preview: { cors: true },
  worker: { format: "es" },
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: inputs(),
      output: {
        entryFileNames: (chunk) => (chunk.name === "widget" ? "embed.js" : "assets/[name]-[hash].js"),
      },
    },
  },
});
