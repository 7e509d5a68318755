/** A rule with its numbers, as it is printed. */

import { html, nothing } from "lit";
import { print, type Sheet } from "../../formulas/sheet";
import { text } from "../../text";

export function sheet({ rule, where, lines, engine }: Sheet) {
  return html`<div class="sheet-of-numbers">
    <p class="law">${rule}</p>
    <p class="where">${where}</p>
    <dl>
      ${lines.map(
        ({ name, numbers, result }) => html`<div>
          <dt>${name}</dt>
          <dd><span class="filled">${numbers}</span> = <b>${print(result)}</b></dd>
        </div>`,
      )}
    </dl>
    ${engine === undefined ? nothing : html`<p class="engine">${text.formula.engine(print(engine))}</p>`}
  </div>`;
}
