import { html, nothing } from "lit";
import type { Group, Setting } from "../engine/types";
import { lab } from "../lab";
import { isDefault, toDefault } from "../lab/default";
import { text } from "../text";
import { control } from "./control";
import { openButtons } from "./files";
import { icons } from "./icons";
import { anyLocked, locks } from "./locks";
import { Part } from "./part";
import { recipeGhost } from "./recipe-ghost";

/** Behind "more" until they are asked for or differ from the default; so is all augmentation. */
const SECOND = new Set(
  (
    "side val test classes perclass imbalance noise labels turn offset pixelnoise correlation colour texture " +
    "occlusion shapeshift shapeturn smallest largest grain fan gain head blocks momentum schedule clip wd l1 smooth seconds accuracy patience hidden"
  ).split(" "),
);

/** The settings in the order the data flows, generated from the engine's declarations. */
export class Recipe extends Part {
  protected override readonly topics = ["state", "recipe", "runs"] as const;
  private readonly opened = new Set<Group>();

  protected override willUpdate(): void {
    const sought = lab.recipe.setting(lab.recipe.sought);
    if (sought && hidden(sought)) this.opened.add(sought.group);
  }

  protected override updated(): void {
    const { sought } = lab.recipe;
    if (!sought) return;
    lab.recipe.sought = "";
    this.dispatchEvent(new Event("open"));
    this.querySelector<HTMLElement>(`[data-key=${sought}] :is(input.value, select)`)?.focus();
  }

  override render() {
    const groups = [...new Set(lab.recipe.settings.map(({ group }) => group))];
    return html`<div class="sheet-head">
        <h2>${text.recipe.label}</h2>
        <button class="close" aria-label=${text.recipe.close} title=${text.recipe.close} @click=${this.close}>
          ${icons.close}
        </button>
      </div>
      ${groups.length > 0 ? html`<div class="groups">${groups.map((group) => this.group(group))}</div>` : recipeGhost()}
      ${pending(this.begin)} ${ways(this.close)}`;
  }

  private readonly close = () => this.dispatchEvent(new Event("close"));

  private readonly begin = async () => {
    await lab.recipe.checked;
    if (!lab.recipe.blocked) this.dispatchEvent(new Event("begin"));
    void lab.restart.asNew();
  };

  private group(group: Group) {
    const all = lab.recipe.settings.filter((setting) => setting.group === group && means(setting));
    const open = this.opened.has(group);
    const folded = open ? [] : all.filter(hidden);
    const shown = inOrder(all.filter((setting) => !folded.includes(setting)));
    if (shown.length + folded.length === 0) return nothing;
    const holds = group === "Model" && (open || anyLocked());
    const names = folded.map(({ label }) => label);
    if (group === "Model" && !holds) names.push(text.recipe.locks);
    return html`<section class="group">
      <h2>${group} ${this.note(group, names)}</h2>
      ${shown.map((setting) => [control(setting), setting.key === "data" ? openButtons() : nothing])}
      ${holds ? locks() : nothing}
      ${group === "Run" ? testLook() : nothing}
    </section>`;
  }

  private note(group: Group, folded: string[]) {
    const open = () => {
      if (!this.opened.delete(group)) this.opened.add(group);
      this.requestUpdate();
    };
    if (folded.length > 0) {
      return html`<small><button aria-expanded="false" title=${folded.join(", ")} @click=${open}>${text.recipe.more(folded)}</button></small>`;
    }
    if (this.opened.has(group)) {
      return html`<small><button aria-expanded="true" @click=${open}>${text.recipe.less}</button></small>`;
    }
    const data = lab.run?.description.data;
    if (group === "Images" && data) {
      return html`<small>${text.recipe.split(data.validation, data.test)}</small>`;
    }
    return nothing;
  }
}

/** Some settings mean something only beside others. */
const means = ({ when }: Setting) => !when || when.values.includes(String(lab.recipe.value(when.key)));

/** A lesson shows its own controls; without one the usual few are shown. */
function hidden(setting: Setting): boolean {
  const { key, group } = setting;
  const { lesson, invalid } = lab.recipe;
  // It stands in the bar.
  if (key === "seed") return true;
  const second = lesson.length > 0 ? !lesson.includes(key) : SECOND.has(key) || group === "Augment";
  return second && String(lab.recipe.value(key)) === String(lab.recipe.usual(setting)) && !invalid.has(key);
}

/** What a lesson is about comes first. */
function inOrder(settings: Setting[]): Setting[] {
  const { lesson } = lab.recipe;
  return [...settings].sort((a, b) => Number(lesson.includes(b.key)) - Number(lesson.includes(a.key)));
}

/** The test split is for one look, at the end of a run. */
function testLook() {
  const { run } = lab;
  if (!run || run.description.data.test === 0) return nothing;
  const { test } = run;
  if (!test && (run.step === 0 || run.step < run.target)) return nothing;
  return html`<div class="ctl test-look">
    <button class="btn" ?disabled=${run.playing} @click=${() => void run.lookAtTest()}>
      ${text.test.look}
    </button>
    <p role="status">${test ? text.test.result(test.accuracy, test.count, test.looks ?? 1) : text.test.help}</p>
  </div>`;
}

function pending(begin: () => void) {
  const { pending, blocked } = lab.recipe;
  const waiting = pending.size;
  if (waiting === 0) return nothing;
  const why = blocked && text.recipe.cannot(blocked);
  return html`<div class="pending">
    <span>${text.recipe.waiting(waiting)}</span>
    <button class="undo-all" aria-label=${text.recipe.undoAll} title=${text.recipe.undoAllHelp} @click=${() => lab.recipe.undoAll()}>
      ${icons.undo}
    </button>
    <button class="btn" aria-disabled=${why ? "true" : nothing} aria-describedby=${why ? "cannot" : nothing} @click=${begin}>${text.recipe.restart}</button>
    ${why ? html`<p id="cannot">${why}</p>` : nothing}
  </div>`;
}

/** Two ways to begin again, which are easily taken for each other. */
function ways(close: () => void) {
  const { recipe, transport } = text;
  const begin = (way: () => unknown) => () => {
    close();
    void way();
  };
  return html`<div class="ways">
    <button class="link" title=${transport.resetHelp} @click=${begin(() => lab.reset())}>${recipe.again}</button>
    <button class="link" title=${recipe.defaultHelp} ?disabled=${isDefault(lab)} @click=${begin(() => toDefault(lab))}>${recipe.default}</button>
  </div>`;
}

customElements.define("lab-recipe", Recipe);
