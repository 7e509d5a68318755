import { html, LitElement } from "lit";
import { lab } from "../lab";
import { text } from "../text";

const TYPING = "input, select, textarea, [contenteditable], [role=application]";

/** In these a browser has nothing to undo. */
const PLAIN = "input[type=range], input[type=checkbox], select";

/** Space plays, S steps, . makes one stage, R resets, ? lists the keys; Ctrl or ⌘ with Z takes a change of a setting back. */
export class Shortcuts extends LitElement {
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    document.addEventListener("keydown", this.key);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    document.removeEventListener("keydown", this.key);
  }

  private readonly key = (event: KeyboardEvent) => {
    if (event.altKey || event.defaultPrevented) return;
    const target = event.target as Element;
    if (event.ctrlKey || event.metaKey) {
      if (event.key.toLowerCase() !== "z" || (target.closest(TYPING) && !target.matches(PLAIN))) return;
      event.preventDefault();
      const { history } = lab.recipe;
      return event.shiftKey ? history.redo() : history.undo();
    }
    const typing = target.closest(TYPING) && !target.matches("input[type=range]");
    const pressing = event.key === " " && target.closest("button, a, summary");
    if (typing || pressing) return;
    const act = {
      " ": () => (lab.playing ? lab.pause() : lab.play()),
      s: () => lab.stepOrStage(),
      ".": () => lab.stage(),
      r: () => lab.reset(),
      "?": () => this.querySelector<HTMLElement>("#shortcuts")?.togglePopover(),
    }[event.key];
    if (!act) return;
    event.preventDefault();
    void act();
  };

  override render() {
    const { shortcuts } = text;
    return html`<div id="shortcuts" class="sheet" popover role="dialog" aria-label=${shortcuts.title}>
      <h2>${shortcuts.title}</h2>
      <dl>${shortcuts.list.map(([key, meaning]) => html`<dt><kbd>${key}</kbd></dt><dd>${meaning}</dd>`)}</dl>
      <div class="act">
        <button class="btn" popovertarget="shortcuts" popovertargetaction="hide">${shortcuts.close}</button>
      </div>
    </div>`;
  }
}

customElements.define("lab-shortcuts", Shortcuts);
