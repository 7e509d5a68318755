import { html, nothing, svg } from "lit";
import { repeat } from "lit/directives/repeat.js";
import { percent, rough } from "../format";
import { lab } from "../lab";
import { readRuns, writeRuns } from "../lab/archive";
import { deleteRuns } from "../lab/deleted";
import type { KeptRun } from "../lab/runs";
import { beginWith, goOnFrom, saveCheckpoint, saveWeights } from "../lab/weights";
import { save } from "../save";
import { text } from "../text";
import { compared } from "./compared";
import { markerPath } from "./marker";
import { Part } from "./part";

/** More are folded until they are asked for. */
const MOST = 12;

/** Every run, newest first; a click opens its experiment again. */
export class Runs extends Part {
  protected override readonly topics = ["runs", "figures", "state"] as const;
  /** Whose actions are unfolded, and who is being renamed. */
  private open: KeptRun | undefined;
  private renaming: KeptRun | undefined;
  private unfolded = false;

  override render() {
    const { current, older } = lab.runs;
    const listed = this.unfolded ? older : older.slice(0, MOST);
    return html`<h2>${text.runs.label}</h2>
      <ul class="runs">
        ${
          // A row stays its run's when others come and go: whoever presses means that one.
          repeat(
            current ? [current, ...listed] : listed,
            (kept) => kept,
            (kept) => this.row(kept, kept === current),
          )
        }
      </ul>
      ${listed.length < older.length ? html`<button class="link" @click=${() => this.unfold()}>${text.runs.further(older.length - listed.length)}</button>` : nothing}
      ${older.length === 0 && current ? this.empty() : nothing} ${this.file()}`;
  }

  private row(kept: KeptRun, now: boolean) {
    const { name, colour, trace, shown, pinned } = kept;
    const validation = trace.lastValidation;
    const sample = html`<svg viewBox="0 0 26 12" class=${shown ? "" : "hidden-run"} aria-hidden="true">${svg`<path d="M1 6h24" stroke="var(--run-${colour})" stroke-width="1.8"/><path transform="translate(13 6)" d=${markerPath(colour)} fill="var(--run-${colour})"/>`}</svg>`;
    const end =
      trace.diverged === undefined ? text.runs.step(trace.step) : text.runs.diverged(trace.diverged);
    return html`<li class=${now ? "now" : ""}>
      ${sample}
      ${this.renaming === kept ? this.nameField(kept) : this.naming(kept, now)}
      <span class="v">${validation && trace.step > 0 ? percent(validation.accuracy) : "–"}</span>
      <span class="diff"><span class="m">${end}</span> ${pinned ? html`<b>${text.runs.pinned}</b> ` : nothing}${kept.difference}, <span class="whole">${text.runs.seed(kept.values.seed ?? 1)}</span></span>
      <button class="remove" aria-expanded=${this.open === kept} aria-label=${text.runs.more(name)} title=${text.runs.more(name)} @click=${() => this.toggle(kept)}>⋯</button>
      ${now ? compared() : nothing} ${this.open === kept ? this.actions(kept, now) : nothing}
    </li>`;
  }

  private naming(kept: KeptRun, now: boolean) {
    const { name } = kept;
    return now
      ? html`<b>${name} <small>${text.runs.now}</small></b>`
      : html`<button class="link" title=${text.runs.reopen(name)} @click=${() => lab.reopen(kept)}>${name}</button>`;
  }

  private nameField(kept: KeptRun) {
    const done = ({ target }: Event) => this.rename(kept, (target as HTMLInputElement).value);
    const key = (event: KeyboardEvent) => {
      event.stopPropagation();
      if (event.key === "Enter") done(event);
      if (event.key === "Escape") this.rename(kept, "");
    };
    return html`<input class="run-name" aria-label=${text.runs.name} .value=${kept.name} @change=${done} @keydown=${key}>`;
  }

  private actions(kept: KeptRun, now: boolean) {
    const { shown, pinned } = kept;
    const button = (word: string, act: (event: MouseEvent) => void) =>
      html`<button class="link" @click=${act}>${word}</button>`;
    return html`<div class="acts">
      ${button(text.runs.rename, () => this.begin(kept))}
      ${
        now
          ? html`${button(text.runs.saveWeights, () => saveWeights(lab))}
              ${button(text.runs.saveCheckpoint, () => saveCheckpoint(lab))}
              ${opener(text.runs.loadWeights, beginWith)} ${opener(text.runs.openCheckpoint, goOnFrom)}`
          : html`${button(pinned ? text.runs.unpin : text.runs.pin, () => lab.runs.mark(kept, { pinned: !pinned }))}
              ${button(shown ? text.runs.hide : text.runs.show, () => lab.runs.mark(kept, { shown: !shown }))}
              ${button(text.runs.delete, (event) => this.drop([kept], event))}`
      }
    </div>`;
  }

  /** A key presses a button without a click that could be counted. */
  private drop(gone: KeptRun[], { detail }: MouseEvent): void {
    this.open = undefined;
    deleteRuns(lab, gone, detail === 0);
  }

  private unfold(): void {
    this.unfolded = true;
    this.requestUpdate();
  }

  private toggle(kept: KeptRun): void {
    this.open = this.open === kept ? undefined : kept;
    this.requestUpdate();
  }

  private begin(kept: KeptRun): void {
    this.renaming = kept;
    this.requestUpdate();
    void this.updateComplete.then(() => this.querySelector<HTMLInputElement>(".run-name")?.select());
  }

  private rename(kept: KeptRun, name: string): void {
    this.renaming = undefined;
    lab.runs.rename(kept, name);
    this.requestUpdate();
  }

  private file() {
    const { older } = lab.runs;
    return html`<p class="run-file">
      ${older.length > 0 || lab.run?.step ? html`<button class="link" @click=${saveAll}>${text.runs.save}</button>` : nothing}
      <label class="link">${text.runs.load}<input class="visually-hidden" type="file" accept=".json" @change=${load}></label>
      ${older.length > 0 ? html`<button class="link" @click=${(event: MouseEvent) => this.drop(older, event)}>${text.runs.deleteAll}</button>` : nothing}
    </p>`;
  }

  private empty() {
    const lr = rough(3 * Number(lab.recipe.value("lr")));
    return html`<p class="empty">${text.runs.empty}</p>
      ${lab.run?.diverged === undefined ? html`<button class="btn" @click=${() => this.show(lr)}>${text.runs.try}</button>` : nothing}`;
  }

  private async show(lr: number): Promise<void> {
    await lab.restart.with({ lr });
    lab.play();
  }
}

function saveAll(): void {
  const { current, older } = lab.runs;
  const all = [...(current && current.trace.step > 0 ? [current] : []), ...older];
  save(text.runs.fileName, new Blob([writeRuns(all)], { type: "application/json" }));
}

async function load({ target }: Event): Promise<void> {
  const input = target as HTMLInputElement;
  const [file] = input.files ?? [];
  if (!file) return;
  const runs = readRuns(await file.text());
  input.value = "";
  if (runs) lab.runs.take(runs, () => true);
  lab.notes.say(runs ? text.runs.loaded(runs.length) : text.runs.unreadable);
}

/** A link that opens a file of weights. */
function opener(word: string, open: typeof goOnFrom) {
  const take = ({ target }: Event) => {
    const input = target as HTMLInputElement;
    const [file] = input.files ?? [];
    input.value = "";
    if (file) void open(lab, file);
  };
  return html`<label class="link">${word}<input class="visually-hidden" type="file" accept=".safetensors" @change=${take}></label>`;
}

customElements.define("lab-runs", Runs);
