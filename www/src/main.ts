import "./styles/tokens.css";
import "./styles/app.css";
import "./styles/recipe.css";
import "./styles/strip.css";
import "./styles/curves.css";
import "./styles/page.css";
import "./styles/phone.css";
import "./styles/inspect.css";
import "./styles/side.css";
import "./styles/checks.css";
import "./styles/print.css";
import { procedure, usage } from "./engine/client";
import { lab } from "./lab";
import { rememberRuns } from "./lab/memory";
import "./parts/curves";
import "./parts/inspect/inspect";
import "./parts/nav";
import "./parts/notes";
import "./parts/pad";
import "./parts/picture";
import "./parts/recipe";
import "./parts/runs";
import "./parts/side/doctor";
import "./parts/side/try";
import "./parts/shortcuts";
import "./parts/status";
import "./parts/strip";
import "./parts/tile";
import { startDrop } from "./parts/files";
import { startTheme } from "./parts/theme";
import "./parts/top";
import { text } from "./text";

startTheme();
startDrop();
lab.hidden.watch();
rememberRuns(lab);
// The address itself may hold the link of the run before again by now.
addEventListener("hashchange", ({ newURL }) => {
  const { hash } = new URL(newURL);
  if (hash.slice(1) !== lab.link) void lab.open(hash);
});
lab.news.subscribe(() => {
  const step = lab.run?.step ?? 0;
  document.title = lab.playing && step > 0 ? text.tabTitle(step) : text.pageTitle;
});
void lab.open(location.hash);

/** For the console: `convlab.run.session` is the running session, `convlab.procedure` tries things beside it, `convlab.usage` says what the engine holds. */
declare global {
  var convlab: typeof lab & { procedure: typeof procedure; usage: typeof usage };
}
globalThis.convlab = Object.assign(lab, { procedure, usage });
