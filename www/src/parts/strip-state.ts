/** What the reader has chosen, opened and asked for in the strip. */

import { lab } from "../lab";
import type { Column } from "./columns";
import { formulaLayers } from "./inspect/formula";
import { ShownFilters } from "./shown-filters";

export class StripState {
  /** Key of the chosen column. */
  chosen = "";
  /** Keys of the folded columns that were opened, one in the other. */
  opened: string[] = [];
  /** Until what was opened is drawn. */
  opening = false;
  table = false;
  readonly filters: ShownFilters;

  constructor(private readonly changed: () => void) {
    this.filters = new ShownFilters(changed);
  }

  /** A folded column opens, a layer is chosen; pressed again, it is looked into. */
  press(column: Column): void {
    const again = column.key === this.chosen;
    if (this.choose(column)) lab.lookInto(column.main.name, again ? "instead" : "beside");
  }

  /**
   * A key has come to a layer: its formula comes along, and so does the choice where there is one. What only hands
   * on what it gets has no formula.
   */
  pass({ key, main, layers }: Column): void {
    if (this.chosen) {
      this.chosen = layers.length === 1 ? key : "";
      this.changed();
    }
    const computes = formulaLayers().some(({ name }) => name === main.name);
    if (computes && layers.length === 1) lab.lookInto(main.name, "along");
  }

  /** On a phone what belongs to a layer stands below it: pressed again, it goes. */
  tap(column: Column): void {
    const again = column.key === this.chosen;
    if (this.choose(column)) lab.choose(column.main.name);
    if (again) this.chosen = "";
  }

  /** Whether it is one layer. */
  private choose({ key, layers }: Column): boolean {
    const single = layers.length === 1;
    this.chosen = single ? key : "";
    if (!single) this.opened = [...this.opened, key];
    this.opening = !single;
    this.changed();
    return single;
  }

  /** One thing at a time: the chosen layer, then what was opened. */
  escape(): void {
    if (this.chosen) this.chosen = "";
    else this.opened = [];
    this.changed();
  }

  fold(): void {
    this.chosen = "";
    this.opened = [];
    this.changed();
  }

  toggleTable(): void {
    this.table = !this.table;
    this.changed();
  }
}
