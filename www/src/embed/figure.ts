/** The widget: Play, curves and the chosen controls of one experiment. */

import { css, html, LitElement, nothing, unsafeCSS } from "lit";
import { open, settings } from "../engine/client";
import type { Problem, Setting, Value } from "../engine/types";
import { messageOf } from "../errors";
import { percent, plain } from "../format";
import { rulesOf } from "../lab/own";
import { splitLink } from "../link";
import { Run } from "../run";
import { fromPosition, POSITIONS, toPosition } from "../scale";
import { statusOf } from "../status";
import tokens from "../styles/tokens.css?inline";
import { text } from "../text";
import { drawCurve } from "./curve";

const CONTROLS = ["lr", "p"];
/** A dragged slider settles this long before it acts. */
const SETTLE_MS = 180;

/** The tokens of the page, bound to the widget instead of the document. */
const scoped = tokens
  .replaceAll(":root", ":host")
  .replaceAll('[data-theme="dark"]', ':host([data-theme="dark"])');

export class ConvLabFigure extends LitElement {
  static override properties = { seen: { attribute: false } };
  declare seen: boolean;
  link = "";
  controls: string[] = [];
  caption = "";
  page = "";

  private run: Run | undefined;
  private known: Setting[] = [];
  private problem = "";
  /** Words of the link that this page reads and nobody knows. */
  private unknown: Problem[] = [];
  private address = "";
  /** Was playing when it scrolled away. */
  private resumes = false;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly dark = matchMedia("(prefers-color-scheme: dark)");
  private readonly follow = () => {
    const root = this.getRootNode();
    const host = root instanceof ShadowRoot ? root.host : this;
    this.dataset.theme = host.getAttribute("theme") ?? (writesLight(host) ? "dark" : "light");
    this.requestUpdate();
  };
  private readonly sizes = new ResizeObserver(() => this.draw());

  override connectedCallback(): void {
    super.connectedCallback();
    this.dark.addEventListener("change", this.follow);
    this.follow();
    void this.start();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.dark.removeEventListener("change", this.follow);
    this.sizes.disconnect();
    void this.run?.pause().then(() => this.run?.session.free());
  }

  private async start(): Promise<void> {
    const { link, choice, stops, problems } = splitLink(this.link);
    this.unknown = problems;
    try {
      this.known = await settings();
      const session = await open(link, { backend: choice });
      this.run = new Run(session, {
        changed: () => this.requestUpdate(),
        visible: () => this.seen && !document.hidden,
        pictures: false,
      });
      this.run.stops.rules = rulesOf(stops);
      this.address = await session.link();
      await this.run.prepare();
    } catch (error) {
      this.problem = messageOf(error);
    }
    this.requestUpdate();
  }

  override willUpdate(changed: Map<string, unknown>): void {
    if (!changed.has("seen")) return;
    if (this.seen) this.follow();
    const { run } = this;
    if (!this.seen && run?.playing) {
      this.resumes = true;
      void run.pause();
    } else if (this.seen && this.resumes) {
      this.resumes = false;
      run?.play();
    }
  }

  override firstUpdated(): void {
    for (const canvas of this.renderRoot.querySelectorAll("canvas")) this.sizes.observe(canvas);
  }

  override updated(): void {
    this.draw();
  }

  private draw(): void {
    for (const measure of ["loss", "accuracy"] as const) {
      const canvas = this.renderRoot.querySelector<HTMLCanvasElement>(`#${measure}`);
      if (canvas) drawCurve(canvas, this.run, measure, this);
    }
  }

  override render() {
    const { run } = this;
    const playing = run?.playing === true;
    const validation = run?.trace.lastValidation;
    const status = run ? statusOf(run) : this.problem || text.widget.loading;
    const chosen = (this.controls.length > 0 ? this.controls : CONTROLS)
      .map((key) => this.known.find((setting) => setting.key === key))
      .filter((setting) => setting !== undefined);
    return html`<figure aria-label=${this.caption || text.widget.label}>
      <div class="bar">
        <button class="play" aria-label=${playing ? text.transport.pause : text.transport.play} ?disabled=${!run}
          @click=${() => (playing ? run?.pause() : run?.play())}>
          ${
            playing
              ? html`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M5 3.5h2.8v11H5zM10.2 3.5H13v11h-2.8z"/></svg>`
              : html`<svg viewBox="0 0 18 18" aria-hidden="true"><path d="M5 3.2v11.6L14.5 9z"/></svg>`
          }
        </button>
        <button class="reset" aria-label=${text.transport.reset} ?disabled=${!run} @click=${() => run?.restart()}>
          <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M3 8a5 5 0 1 0 1.6-3.7M3 2.5v3h3"/></svg>
        </button>
        <span class="numbers">${text.runs.step(run?.step ?? 0)}${validation ? html` · <b>${percent(validation.accuracy)}</b>` : nothing}</span>
        <a href="${this.page}#${this.address || this.link}" target="_blank" rel="noopener" title=${text.widget.openHelp}>${text.widget.open}</a>
      </div>
      <div class="charts">
        ${(["loss", "accuracy"] as const).map(
          (measure) => html`<div><span class="name">${text.curves[measure]}</span>
            <canvas id=${measure} role="img" aria-label="${text.curves[measure]}: ${status}"></canvas></div>`,
        )}
      </div>
      <div class="controls">${chosen.map((setting) => this.control(setting))}</div>
      ${this.problem ? html`<p class="problem">${this.problem}</p>` : nothing}
      ${this.notes()}
      <p class="status" role="status" aria-live="off" aria-label=${text.status.label}>${status}</p>
      ${this.caption ? html`<figcaption>${this.caption}</figcaption>` : nothing}
    </figure>`;
  }

  /** One note for each word of the link that was ignored, and one for what stopped the run. */
  private notes() {
    const { run } = this;
    const stopped = run?.problem?.kind === "recovered" ? undefined : run?.problem;
    const problems = [...this.unknown, stopped, ...(run?.description.problems ?? [])];
    return problems
      .filter((problem) => problem !== undefined)
      .map(({ message }) => html`<p class="problem">${message}</p>`);
  }

  private control(setting: Setting) {
    const { key, label } = setting;
    const value = this.run?.values[key] ?? setting.default;
    if (setting.kind === "choice") {
      const change = (event: Event) => this.change(setting, (event.target as HTMLSelectElement).value);
      return html`<label>${label}
        <select aria-label=${label} ?disabled=${!this.run} @change=${change}>
          ${setting.choices?.map((choice) => html`<option value=${choice.value} ?selected=${choice.value === value}>${choice.label}</option>`)}
        </select></label>`;
    }
    const slide = (event: Event) => {
      const next = fromPosition(Number((event.target as HTMLInputElement).value), setting);
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.change(setting, next), SETTLE_MS);
      const shown = (event.target as HTMLElement).closest("label")?.querySelector(".value");
      if (shown) shown.textContent = plain(next);
    };
    return html`<label>${label}<span class="value" .textContent=${plain(Number(value))}></span>
      <input type="range" min="0" max=${POSITIONS} aria-label=${label} aria-valuetext=${plain(Number(value))} ?disabled=${!this.run}
        .value=${String(Math.round(toPosition(Number(value), setting)))} @input=${slide} /></label>`;
  }

  /** What can act live does; anything else starts the run again. */
  private async change(setting: Setting, value: Value): Promise<void> {
    const { run } = this;
    if (!run || run.values[setting.key] === value) return;
    const playing = run.playing;
    if (setting.live && typeof value === "number" && run.step > 0) await run.set(setting.key, value);
    else {
      await run.restart({ [setting.key]: value });
      if (playing) run.play();
    }
    this.address = await run.session.link();
    this.requestUpdate();
  }

  static override styles = [
    unsafeCSS(scoped),
    css`
      :host { display: block; height: 100%; font: 400 13px/1.42 var(--font); color: var(--ink); font-variant-numeric: tabular-nums; text-rendering: geometricPrecision; }
      figure { margin: 0; display: flex; flex-direction: column; gap: 8px; min-height: var(--conv-lab-height, 300px); }
      .bar { display: flex; align-items: center; gap: 8px; }
      button { border: 0; padding: 0; display: grid; place-items: center; cursor: pointer; color: var(--ink-2); background: none; border-radius: 50%; }
      button:disabled { opacity: 0.5; cursor: default; }
      .play { width: 40px; height: 40px; background: var(--ink); color: var(--ink-inverse); }
      .play svg { width: 18px; height: 18px; fill: currentColor; }
      .reset { width: 28px; height: 28px; }
      .reset svg { width: 16px; height: 16px; fill: none; stroke: currentColor; stroke-width: 1.6; stroke-linecap: round; stroke-linejoin: round; }
      .numbers { color: var(--ink-2); }
      .numbers b { color: var(--ink); font-weight: 640; }
      a { margin-left: auto; color: var(--accent-ink); padding: 4px; }
      .charts { flex: 1; display: grid; grid-template-columns: repeat(auto-fit, minmax(min(200px, 100%), 1fr)); gap: 12px; min-height: 130px; }
      .charts > div { position: relative; min-height: 120px; }
      .charts .name { font-size: 11.5px; font-weight: 640; }
      canvas { position: absolute; inset: 18px 0 0; width: 100%; height: calc(100% - 18px); }
      .controls { display: grid; grid-template-columns: repeat(auto-fit, minmax(140px, 1fr)); gap: 4px 16px; }
      label { display: grid; grid-template-columns: 1fr auto; gap: 0 6px; align-items: center; font-size: 12.5px; min-height: 24px; }
      label input { grid-column: 1 / 3; width: 100%; margin: 0; accent-color: var(--accent); height: 24px; }
      select { font: inherit; height: 28px; color: inherit; background: var(--surface); border: 1px solid var(--line-strong); border-radius: 6px; }
      .status { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; margin: 0; }
      .problem { margin: 0; color: var(--problem); font-size: 12.5px; overflow-wrap: anywhere; }
      figcaption { color: var(--ink-3); font-size: 12.5px; }
      :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; }
      @media (pointer: coarse) { .reset { width: 44px; height: 44px; } .play { width: 44px; height: 44px; } label input, select { height: 44px; } a { padding: 12px 4px; } }
    `,
  ];
}

/** Whether the page around writes light on dark: the widget has no surface of its own. */
function writesLight(around: Element): boolean {
  const [red = 0, green = 0, blue = 0] = (getComputedStyle(around).color.match(/[\d.]+/g) ?? []).map(Number);
  return 0.3 * red + 0.6 * green + 0.1 * blue > 127;
}

customElements.define("conv-lab-figure", ConvLabFigure);
