import { html, nothing } from "lit";
import type { Confusion, Evaluation } from "../../engine/types";
import { count, percent } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { text } from "../../text";
import { Pane } from "./pane";

/** Shades of an amount, as the tokens --seq-0 to --seq-5. */
const SHADES = 5;
/** Pairs of classes that one sentence names. */
const NAMED = 3;
/** Of test-time augmentation, unless the recipe says how many. */
const VIEWS = 5;

/** Who is taken for whom on the validation images. */
export class ConfusionPane extends Pane<Confusion> {
  private voting = false;
  private tta: { run: Run; step: number; found: Evaluation } | undefined;

  protected override async ask(run: Run): Promise<Confusion> {
    const { confusion } = await run.session.inspect({ confusion: {} });
    if (!confusion) throw new Error("no confusion matrix came back");
    return confusion;
  }

  override render() {
    const { value } = this.asked;
    const classes = lab.run?.description.classes ?? [];
    if (!value || classes.length === 0) return html`<p class="foot">${text.confusion.loading}</p>`;
    const { matrix, perClass } = value;
    const n = classes.length;
    const at = (row: number, column: number) => matrix[row * n + column] ?? 0;
    const most = Math.max(1, ...matrix.filter((_, i) => Math.floor(i / n) !== i % n));
    return html`<div class="confusion">
      <lab-scroll class="scroll" role="region" aria-label=${text.confusion.label}>
        <table>
          <caption class="visually-hidden">${text.confusion.caption}</caption>
          <thead>
            <tr>
              <th scope="col"><span>${text.confusion.corner}</span></th>
              ${classes.map((name) => html`<th scope="col">${name}</th>`)}
              <th scope="col" class="rate">${text.confusion.right}</th>
            </tr>
          </thead>
          <tbody>
            ${classes.map(
              (name, row) => html`<tr>
                <th scope="row">${name}</th>
                ${classes.map((_, column) => cell(at(row, column), row === column, most))}
                <td class="rate">${share(perClass[row])}</td>
              </tr>`,
            )}
          </tbody>
        </table>
      </lab-scroll>
      <div class="says">
        <p>${this.sentence(value, classes)}</p>
        ${this.voted()}
      </div>
    </div>`;
  }

  /** Test-time augmentation beside the plain accuracy, with what it costs. */
  private voted() {
    const { run } = lab;
    if (!run) return nothing;
    const chosen = Number(run.values.tta ?? 1);
    const views = chosen > 1 ? chosen : VIEWS;
    const known = this.tta?.run === run && this.tta.step === run.step ? this.tta.found : undefined;
    return html`<p>
      <button class="btn" ?disabled=${this.voting} @click=${() => this.vote(run, views)}>${text.confusion.vote(views)}</button>
    </p>
    ${known?.tta ? html`<p>${text.confusion.voted(percent(known.accuracy), percent(known.tta.accuracy), views)}</p>` : nothing}`;
  }

  private async vote(run: Run, views: number): Promise<void> {
    this.voting = true;
    this.requestUpdate();
    try {
      const found = await run.exclusive(() => run.session.evaluate({ split: "validation", views }));
      this.tta = { run, step: run.step, found };
    } catch {
      // Whatever failed says so itself.
    } finally {
      this.voting = false;
      this.requestUpdate();
    }
  }

  private sentence({ matrix, count: all, accuracy }: Confusion, classes: string[]) {
    const n = classes.length;
    const wrong = [...matrix].map((times, i) => (Math.floor(i / n) === i % n ? 0 : times));
    const most = Math.max(...wrong);
    const pairs = wrong.flatMap((times, i): [string, string][] =>
      times === most ? [[classes[Math.floor(i / n)] ?? "", classes[i % n] ?? ""]] : [],
    );
    const named = pairs.slice(0, NAMED);
    return html`${text.confusion.summary(all, percent(accuracy), this.asked.step)}
    ${most > 0 ? text.confusion.worst(named, pairs.length - named.length, most) : text.confusion.none}`;
  }
}

/** Mistakes are shaded against each other; what is right would outshine them. */
function cell(times: number, right: boolean, most: number) {
  if (right) return html`<td class="right">${count(times)}</td>`;
  const shade = times === 0 ? 0 : Math.max(1, Math.round((SHADES * times) / most));
  return html`<td class="shade-${shade}" style="background:var(--seq-${shade})">${times || ""}</td>`;
}

const share = (part: number | null | undefined) =>
  part === null || part === undefined ? "–" : percent(part, 0);

customElements.define("lab-confusion", ConfusionPane);
