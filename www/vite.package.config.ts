import { resolve } from "node:path";
import { defineConfig } from "vite";

const root = import.meta.dirname;
const names = { entryFileNames: "[name].js", chunkFileNames: "[name].js", assetFileNames: "[name][extname]" };

/**
 * The npm package `convlab`: an engine for programs, an element for pages, one worker and one .wasm for both.
 * Not Vite's library mode, which would write the .wasm into the scripts as text.
 */
export default defineConfig({
  root,
  base: "./",
  worker: { format: "es", rolldownOptions: { output: names } },
  build: {
    target: "es2022",
    outDir: resolve(root, "../pkg"),
    emptyOutDir: false,
    assetsInlineLimit: 0,
    modulePreload: false,
    rolldownOptions: {
      input: { convlab: resolve(root, "src/engine/client.ts"), embed: resolve(root, "src/embed/embed.ts") },
      preserveEntrySignatures: "exports-only",
      output: names,
    },
  },
});
