// Serves folders, or pages given as text, on a free port of this machine.
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";

const TYPES = {
  ".bin": "application/octet-stream",
  ".css": "text/css",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".json": "application/json",
  ".svg": "image/svg+xml",
  ".wasm": "application/wasm",
};

const HEADERS = { "Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin" };

/** Headers of a page that is alone in its process: its clock has steps of 5 µs, not of 100. */
export const ISOLATED = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
};

/** Answers each path with what `find(path)` gives: bytes or text, or nothing. */
async function serve(find, headers = {}) {
  const server = createServer(async (request, response) => {
    const path = new URL(request.url, "http://localhost").pathname;
    if (path === "/favicon.ico") return response.writeHead(204).end();
    const body = await find(path);
    const type = TYPES[extname(path)] ?? TYPES[".html"];
    response.writeHead(body === undefined ? 404 : 200, { ...HEADERS, ...headers, "Content-Type": type });
    response.end(body);
  });
  await new Promise((ready) => server.listen(0, "127.0.0.1", ready));
  return { origin: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

/** Serves folders, each below its address; the longest address that fits counts. */
export function serveFolders(folders, headers) {
  const known = Object.keys(folders).sort((a, b) => b.length - a.length);
  return serve((path) => {
    const inside = normalize(path.endsWith("/") ? `${path}index.html` : path);
    const address = known.find((start) => inside.startsWith(start));
    return readFile(join(folders[address], inside.slice(address.length))).catch(() => undefined);
  }, headers);
}

/** A course page somewhere else: `add(html)` gives its address. */
export async function servePages() {
  const pages = new Map();
  const server = await serve((path) => pages.get(path));
  const add = (html) => {
    const path = `/${pages.size + 1}`;
    pages.set(path, html);
    return server.origin + path;
  };
  return { ...server, add };
}
