import { html } from "lit";
import { fixed, percent } from "../format";
import { lab } from "../lab";
import type { KeptRun } from "../lab/runs";
import { text } from "../text";
import { wrongLine } from "./control";
import { icons } from "./icons";
import { backendReason, more, shuffleButton } from "./more";
import { numberBox } from "./number";
import { Part } from "./part";
import { copyLink, showEmbed } from "./share";
import { toggleTheme } from "./theme";
import { transport } from "./transport";

/** Name, transport, live numbers, seed, backend, share. */
export class Top extends Part {
  protected override readonly topics = ["state", "figures", "recipe"] as const;

  /** Play breathes once, on first view. */
  private untouched = true;
  private run: KeptRun | undefined;

  /** A new run takes away the button that began it: the focus goes to Play instead of nowhere. */
  protected override updated(): void {
    const { current } = lab.runs;
    if (!current || current === this.run) return;
    if (this.run && document.activeElement === document.body) {
      this.querySelector<HTMLElement>(".play")?.focus({ preventScroll: true });
    }
    this.run = current;
  }

  override render() {
    if (lab.playing) this.untouched = false;
    return html`
      <h1>${icons.logo}<span>${text.name}</span></h1>
      ${transport(this.untouched)} ${this.stats()} ${this.setup()}
      <div class="share">
        <button class="btn" title=${text.share.help} @click=${copyLink}>${text.share.label}</button>
        <button class="btn" title=${text.embed.help} @click=${showEmbed}>${text.embed.label}</button>
        <button class="btn icon quiet keys" aria-label=${text.shortcuts.title} title=${text.shortcuts.help} popovertarget="shortcuts">
          ${icons.keys}
        </button>
        <button class="btn icon quiet" aria-label=${text.theme} title=${text.theme} @click=${toggleTheme}>
          ${icons.theme}
        </button>
        ${more()}
      </div>
    `;
  }

  private stats() {
    const run = lab.shown;
    const validation = run?.trace.lastValidation;
    const number = (name: string, value: unknown) => html`<div><dt>${name}</dt><dd>${value}</dd></div>`;
    const accuracy = validation ? percent(validation.accuracy) : "–";
    // What was read last is the accuracy of a network that is no more.
    const diverged = html`<span class="word">${text.curves.diverged}</span>`;
    return html`<dl class="stats">
      ${number(text.stats.step, String(run?.step ?? 0))}
      ${number(text.stats.epoch, fixed(run?.trace.epoch ?? 0))}
      ${number(text.stats.validation, run?.diverged === undefined ? accuracy : diverged)}
      ${number(text.stats.pace, lab.run && run?.pace.msPerStep ? fixed(run.pace.msPerStep, 1) : "–")}
    </dl>`;
  }

  private setup() {
    const seed = lab.recipe.setting("seed");
    const waits = lab.recipe.pending.has("seed");
    return html`<div class="setup">
      ${
        seed
          ? html`<label class="seed ${waits ? "waits" : ""}">
              ${text.seed.toLowerCase()} ${numberBox(seed, Number(lab.recipe.value("seed")))}
            </label>
            ${wrongLine(seed)}`
          : html`<label class="seed">${text.seed.toLowerCase()} <input class="value" aria-label=${text.seed} disabled /></label>`
      }
      ${shuffleButton()} ${backendChip()}
    </div>`;
  }
}

function backendChip() {
  const { backend } = text;
  const used = lab.run?.session.backend;
  const auto = used && lab.choice === "auto" ? backend.auto(backend[used.kind]) : backend.autoPlain;
  return html`<span class="chip backend" title=${used?.reason ?? ""}>
    <i aria-hidden="true" class=${used?.kind ?? "none"}></i>
    <select
      aria-label=${backend.label}
      @change=${(event: Event) => lab.setBackend((event.target as HTMLSelectElement).value)}
    >
      <option value="auto" ?selected=${lab.choice === "auto"}>${auto}</option>
      <option value="webgpu" ?selected=${lab.choice === "webgpu"}>${backend.webgpu}</option>
      <option value="cpu" ?selected=${lab.choice === "cpu"}>${backend.cpu}</option>
    </select>
    <button class="why" aria-label=${backend.why} title=${used?.reason ?? ""} popovertarget="why">?</button>
    <div id="why" class="sheet" popover role="dialog" aria-label=${backend.why}>${backendReason()}</div>
  </span>`;
}

customElements.define("lab-top", Top);
