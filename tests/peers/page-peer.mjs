// A library on a page of its own, with the counts of what it asks of the browser.
import { gzipSync } from "node:zlib";

const PATIENCE = 240_000;

/** Runs before the page's scripts: counts calls, and takes the first step as soon as `window.peer` is there. */
function instrument() {
  const counts = { dispatches: 0, submits: 0, writes: 0, buffers: 0 };
  const count = (type, method, name) => {
    if (!type) return;
    const original = type.prototype[method];
    type.prototype[method] = function (...words) {
      counts[name] += 1;
      return original.apply(this, words);
    };
  };
  count(self.GPUComputePassEncoder, "dispatchWorkgroups", "dispatches");
  count(self.GPUComputePassEncoder, "dispatchWorkgroupsIndirect", "dispatches");
  count(self.GPUQueue, "submit", "submits");
  count(self.GPUQueue, "writeBuffer", "writes");
  count(self.GPUDevice, "createBuffer", "buffers");
  self.counts = counts;

  const query = new URLSearchParams(location.search);
  self.start = new Promise((resolve, reject) => {
    const first = async (peer) => {
      await peer.init(query.get("net"), Number(query.get("batch")));
      await peer.step(1);
      return { firstMs: performance.now(), firstLoss: await peer.loss() };
    };
    let peer;
    Object.defineProperty(self, "peer", {
      get: () => peer,
      set(value) {
        peer = value;
        first(value).then(resolve, reject);
      },
    });
    addEventListener("error", (event) => reject(new Error(event.message)));
    addEventListener("unhandledrejection", (event) => reject(event.reason));
  });
  self.timed = async (n) => {
    const begun = performance.now();
    await self.peer.step(n);
    return performance.now() - begun;
  };
}

export class Page {
  static async open(browser, address) {
    const context = await browser.newContext();
    const page = await context.newPage();
    const opened = new Page(context, page);
    const loaded = new Set();
    page.on("response", (response) => loaded.add(response.url()));
    try {
      await page.addInitScript(instrument);
      await page.goto(address, { waitUntil: "commit" });
      opened.start = await opened.within(page.evaluate(() => self.start));
      opened.start.kilobytes = await compressed(loaded);
      return opened;
    } catch (error) {
      await context.close();
      throw error;
    }
  }

  constructor(context, page) {
    this.context = context;
    this.page = page;
  }

  async within(work) {
    let timer;
    const late = new Promise((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${PATIENCE / 1000} s`)), PATIENCE);
    });
    return Promise.race([work, late]).finally(() => clearTimeout(timer));
  }

  /** Milliseconds of n steps. */
  async step(n) {
    await this.page.bringToFront();
    return this.within(this.page.evaluate((n) => self.timed(n), n));
  }

  loss() {
    return this.page.evaluate(() => self.peer.loss());
  }

  /** Dispatches, submissions, writes and new buffers of one step more. */
  perStep() {
    const counted = this.page.evaluate(async () => {
      const during = async (n) => {
        const before = { ...counts };
        await self.peer.step(n);
        return Object.keys(counts).map((name) => counts[name] - before[name]);
      };
      const [one, three] = [await during(1), await during(3)];
      return Object.fromEntries(Object.keys(counts).map((name, i) => [name, (three[i] - one[i]) / 2]));
    });
    return this.within(counted);
  }

  close() {
    return this.context.close();
  }
}

/** What was loaded, in kilobytes as gzip sends them. */
async function compressed(addresses) {
  const bytes = await Promise.all(
    [...addresses].map(async (address) => {
      const body = await (await fetch(address)).arrayBuffer();
      return gzipSync(new Uint8Array(body), { level: 9 }).length;
    }),
  );
  return bytes.reduce((a, b) => a + b, 0) / 1000;
}
