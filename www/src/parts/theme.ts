/** Dark or light: what the system asks for, until the button is pressed. */

import { store, stored } from "../prefs";

const KEY = "theme";
const dark = matchMedia("(prefers-color-scheme: dark)");
const print = matchMedia("print");

export const themeChanged = new EventTarget();

function show(theme: string): void {
  document.documentElement.dataset.theme = theme;
  themeChanged.dispatchEvent(new Event("change"));
}

export function startTheme(): void {
  // Paper is white.
  const follow = () => show(print.matches ? "light" : (stored(KEY) ?? (dark.matches ? "dark" : "light")));
  for (const medium of [dark, print]) medium.addEventListener("change", follow);
  addEventListener("beforeprint", () => show("light"));
  addEventListener("afterprint", follow);
  follow();
}

export function toggleTheme(): void {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  store(KEY, next);
  show(next);
}
