// The files of a folder: name, bytes, bytes by gzip, bytes by brotli.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";

const folder = process.argv[2] ?? "dist";
const names = readdirSync(folder, { recursive: true }).filter((name) =>
  statSync(join(folder, name)).isFile(),
);
for (const name of names.sort()) {
  const bytes = readFileSync(join(folder, name));
  const sizes = [bytes.length, gzipSync(bytes, { level: 9 }).length, brotliCompressSync(bytes).length];
  const columns = sizes.map((size) => String(size).padStart(9)).join("");
  process.stdout.write(`${name.replaceAll("\\", "/").padEnd(40)} ${columns}\n`);
}
