/** The pages of the other libraries, each in files of its own. */
export default {
  root: import.meta.dirname,
  base: "./",
  build: {
    target: "es2022",
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 10_000,
    modulePreload: { polyfill: false },
    rolldownOptions: { input: `${import.meta.dirname}/page.html` },
  },
};
