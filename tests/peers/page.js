// One library on a page of its own: `page.html?library=jax-webgpu&net=lenet&batch=64`.
const libraries = import.meta.glob(["./libraries/*.js", "!./libraries/{arrange,tfjs}.js"], {
  import: "default",
});
const library = new URLSearchParams(location.search).get("library");
window.peer = await libraries[`./libraries/${library}.js`]();
