import { html } from "lit";
import { lab } from "../../lab";
import { text } from "../../text";
import { Part } from "../part";
import "../checks/checks";
import "../checks/twin";
import { batch } from "./batch";
import "./confusion";
import "./filters";
import "./histograms";
import "./layer";
import "./mistakes";
import "./plan";
import { pace } from "./pace";

const TABS = {
  batch,
  mistakes: () => html`<lab-mistakes></lab-mistakes>`,
  confusion: () => html`<lab-confusion></lab-confusion>`,
  histograms: () => html`<lab-histograms></lab-histograms>`,
  filters: () => html`<lab-filters></lab-filters>`,
  layer: () => html`<lab-layer></lab-layer>`,
  checks: () => html`<lab-checks></lab-checks>`,
  twin: () => html`<lab-twin></lab-twin>`,
  plan: () => html`<lab-plan></lab-plan>`,
};

type Tab = keyof typeof TABS;
const ORDER = Object.keys(TABS) as Tab[];

/** One moment of the run, seen from several sides. */
export class Inspect extends Part {
  protected override readonly topics = ["state", "pictures", "figures", "layer"] as const;
  private tab: Tab = "batch";

  protected override willUpdate(): void {
    const { looking } = lab;
    if (!looking) return;
    lab.looking = "";
    this.tab = "layer";
    if (looking === "instead")
      void this.updateComplete.then(() => this.querySelector<HTMLElement>("#tab-layer")?.focus());
  }

  override render() {
    return html`
      <div class="tab-line">
        <div class="tabs" role="tablist" aria-label=${text.inspect.label} @keydown=${this.move}>
          ${ORDER.map((tab) => this.tabButton(tab))}
        </div>
      </div>
      <div class="pane" role="tabpanel" tabindex="0" id="inspect-pane" aria-labelledby="tab-${this.tab}">
        ${TABS[this.tab]()}
      </div>
      ${pace()}
    `;
  }

  private tabButton(tab: Tab) {
    const chosen = tab === this.tab;
    return html`<button
      role="tab"
      id="tab-${tab}"
      aria-selected=${chosen}
      aria-controls="inspect-pane"
      tabindex=${chosen ? 0 : -1}
      @click=${() => this.open(tab)}
    >${text.inspect.tabs[tab]}</button>`;
  }

  open(tab: Tab): void {
    this.tab = tab;
    this.requestUpdate();
  }

  private readonly move = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const next = ORDER[(ORDER.indexOf(this.tab) + by + ORDER.length) % ORDER.length] ?? "batch";
    this.open(next);
    void this.updateComplete.then(() => this.querySelector<HTMLElement>(`#tab-${next}`)?.focus());
  };
}

customElements.define("lab-inspect", Inspect);
