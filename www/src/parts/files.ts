/** Opening files of the user: a button for files, one for a folder, and a drop anywhere on the page. */

import { html } from "lit";
import type { OwnFiles } from "../engine/types";
import { lab } from "../lab";
import { text } from "../text";

type Files = OwnFiles["files"];

function pick(folder: boolean): void {
  const input = document.createElement("input");
  input.type = "file";
  input.multiple = true;
  input.webkitdirectory = folder;
  input.onchange = () => void lab.openFiles([...(input.files ?? [])]);
  input.click();
}

/** Stands below the data set in the recipe. */
export function openButtons() {
  return html`<div class="open-files">
    <button class="btn" title=${text.files.help} @click=${() => pick(false)}>${text.files.open}</button>
    <button class="btn" title=${text.files.folderHelp} @click=${() => pick(true)}>${text.files.folder}</button>
  </div>`;
}

/** Takes files and folders that are dropped on the page. */
export function startDrop(): void {
  addEventListener("dragover", (event) => {
    if (event.dataTransfer?.types.includes("Files")) event.preventDefault();
  });
  addEventListener("drop", (event) => {
    const items = [...(event.dataTransfer?.items ?? [])].filter(({ kind }) => kind === "file");
    if (items.length === 0) return;
    event.preventDefault();
    // What was dropped can be asked for during the event only.
    const entries = items.map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
    void collect(entries.filter((entry) => entry !== null)).then((files) => lab.openFiles(files));
  });
}

async function collect(entries: (FileSystemEntry | File)[]): Promise<Files> {
  const files: Files = [];
  for (const entry of entries) {
    if (entry instanceof File) files.push(entry);
    else files.push(...(await inside(entry)));
  }
  return files;
}

async function inside(entry: FileSystemEntry): Promise<Files> {
  if (entry.name.startsWith(".")) return [];
  if (entry.isFile) {
    const bytes = await new Promise<File>((resolve, reject) =>
      (entry as FileSystemFileEntry).file(resolve, reject),
    );
    return [{ name: entry.fullPath.replace(/^\//, ""), bytes }];
  }
  const reader = (entry as FileSystemDirectoryEntry).createReader();
  const files: Files = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) =>
      reader.readEntries(resolve, reject),
    );
    if (some.length === 0) return files;
    for (const one of some) files.push(...(await inside(one)));
  }
}
