/** Dark or light: what the system asks for, until the button is pressed. */

const KEY = "convlab-theme";
const dark = matchMedia("(prefers-color-scheme: dark)");

export const themeChanged = new EventTarget();

function show(theme: string): void {
  document.documentElement.dataset.theme = theme;
  themeChanged.dispatchEvent(new Event("change"));
}

const stored = () => {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
};

export function startTheme(): void {
  const follow = () => show(stored() ?? (dark.matches ? "dark" : "light"));
  dark.addEventListener("change", follow);
  follow();
}

export function toggleTheme(): void {
  const next = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
  try {
    localStorage.setItem(KEY, next);
  } catch {
    // A browser without storage forgets the choice; nothing else is lost.
  }
  show(next);
}
