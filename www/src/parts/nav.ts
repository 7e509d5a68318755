import { html, nothing } from "lit";
import { lab } from "../lab";
import { text } from "../text";
import { Part } from "./part";

const CARDS = [
  ["curves", "lab-curves"],
  ["network", "lab-strip"],
  ["inspect", "lab-inspect"],
  ["runs", "lab-runs"],
  ["draw", "lab-pad"],
  ["picture", "lab-picture"],
] as const;

/** Phone: one card per swipe, and the recipe as a sheet. */
export class Nav extends Part {
  protected override readonly topics = ["recipe", "state"] as const;
  private card: string = "curves";
  private sheet = false;
  /** The card that the page is on its way to. */
  private goal: string | undefined;
  private readonly layout = document.querySelector<HTMLElement>(".layout");

  override firstUpdated(): void {
    this.layout?.addEventListener("scroll", this.swiped, { passive: true });
    this.layout?.addEventListener("pointerdown", this.touched);
    for (const behind of document.querySelectorAll("main, .side"))
      behind.addEventListener("click", () => this.sheet && this.open(false));
    document.addEventListener("keydown", ({ key }) => key === "Escape" && this.close());
    const recipe = document.querySelector("lab-recipe");
    recipe?.addEventListener("close", () => this.close());
    // Its button goes with what waits, and the focus to Play.
    recipe?.addEventListener("begin", () => this.open(false));
    recipe?.addEventListener("open", () => this.checkVisibility() && this.open(true));
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.layout?.removeEventListener("scroll", this.swiped);
    this.layout?.removeEventListener("pointerdown", this.touched);
  }

  /** Whoever takes the page in hand decides where it goes. */
  private readonly touched = () => {
    this.goal = undefined;
  };

  private readonly swiped = () => {
    const away = (tag: string) => {
      const card = document.querySelector<HTMLElement>(tag);
      return card?.offsetParent ? Math.abs(card.offsetLeft - (this.layout?.scrollLeft ?? 0)) : Infinity;
    };
    const [card] = CARDS.reduce((near, other) => (away(other[1]) < away(near[1]) ? other : near));
    if (this.goal !== undefined && card !== this.goal) return;
    this.goal = undefined;
    if (card === this.card) return;
    this.card = card;
    this.requestUpdate();
  };

  override render() {
    const waiting = lab.recipe.pending.size;
    const hidden = (tag: string) => document.querySelector(tag)?.hasAttribute("hidden");
    return html`${CARDS.filter(([, tag]) => !hidden(tag)).map(
      ([card, tag]) => html`<button
        aria-current=${!this.sheet && card === this.card}
        @click=${() => this.go(card, tag)}
      >${text.nav[card]}</button>`,
    )}
    <button aria-current=${this.sheet} aria-expanded=${this.sheet} aria-controls="recipe" @click=${() => this.open(!this.sheet)}>
      ${text.nav.recipe}${waiting > 0 ? html`<span class="badge">${waiting}</span>` : nothing}
    </button>`;
  }

  private open(sheet: boolean): void {
    this.sheet = sheet;
    const recipe = document.querySelector("lab-recipe");
    recipe?.classList.toggle("open", sheet);
    if (sheet) recipe?.querySelector<HTMLElement>(".sheet-head button")?.focus();
    this.requestUpdate();
  }

  /** The focus goes back to where the sheet was opened. */
  private close(): void {
    if (!this.sheet) return;
    this.open(false);
    this.querySelector<HTMLElement>("[aria-controls=recipe]")?.focus();
  }

  private go(card: string, tag: string): void {
    this.open(false);
    this.card = this.goal = card;
    const target = document.querySelector<HTMLElement>(tag);
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    this.layout?.scrollTo({
      left: target?.offsetLeft ?? 0,
      behavior: still ? "instant" : "smooth",
    });
    this.requestUpdate();
  }
}

customElements.define("lab-nav", Nav);
