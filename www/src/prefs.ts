/** What a reader chose about this page, kept in the browser where it allows that. */

const PREFIX = "convlab-";

export function stored(key: string): string | null {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Whether it was kept: a browser without storage forgets the choice; nothing else is lost. */
export function store(key: string, value: string): boolean {
  try {
    localStorage.setItem(PREFIX + key, value);
    return true;
  } catch {
    return false;
  }
}
