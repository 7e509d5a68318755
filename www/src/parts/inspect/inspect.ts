import { html, nothing } from "lit";
import { lab } from "../../lab";
import { working } from "../../lab/trial";
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
/** What was found there stays, and what still works goes on, while another tab is looked at. */
const LASTING: Tab[] = ["checks", "twin"];

/** One moment of the run, seen from several sides. */
export class Inspect extends Part {
  protected override readonly topics = ["state", "pictures", "figures", "layer"] as const;
  private tab: Tab = "batch";
  /** Whether the reader has chosen it here. */
  private byHand = false;
  private readonly opened = new Set<Tab>();

  protected override willUpdate(): void {
    const { looking } = lab;
    if (!looking) return;
    lab.looking = "";
    if (looking === "along" && this.byHand) return;
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
        ${LASTING.map((tab) => this.lasting(tab))} ${LASTING.includes(this.tab) ? nothing : TABS[this.tab]()}
      </div>
      ${pace()}
    `;
  }

  private lasting(tab: Tab) {
    return this.opened.has(tab) ? html`<div ?hidden=${tab !== this.tab}>${TABS[tab]()}</div>` : nothing;
  }

  private tabButton(tab: Tab) {
    const chosen = tab === this.tab;
    const works = [...working].some((name) => (name === "study" ? "twin" : "checks") === tab);
    return html`<button
      role="tab"
      id="tab-${tab}"
      aria-selected=${chosen}
      aria-controls="inspect-pane"
      tabindex=${chosen ? 0 : -1}
      @click=${() => this.open(tab)}
    >${text.inspect.tabs[tab]}${works ? html`<i class="works" title=${text.inspect.works}></i>` : nothing}</button>`;
  }

  open(tab: Tab): void {
    this.tab = tab;
    this.byHand = true;
    this.opened.add(tab);
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
