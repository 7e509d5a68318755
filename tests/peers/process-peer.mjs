// A library in a process of its own, asked by lines.
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";

export class Process {
  static async open(program, script, net, batch) {
    const opened = new Process(spawn(program, [script], { stdio: ["pipe", "pipe", "inherit"] }));
    opened.version = await opened.line();
    await opened.ask(`init ${net} ${batch}`);
    await opened.step(1);
    opened.start = { firstLoss: await opened.loss() };
    return opened;
  }

  constructor(child) {
    this.child = child;
    this.lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.failure = new Promise((_, reject) => {
      child.on("error", reject);
    });
    this.failure.catch(() => {});
  }

  async line() {
    const { value, done } = await Promise.race([this.lines.next(), this.failure]);
    if (done) throw new Error("it ended by itself");
    return value;
  }

  ask(question) {
    this.child.stdin.write(`${question}\n`);
    return this.line();
  }

  /** Milliseconds of n steps. */
  async step(n) {
    const begun = performance.now();
    await this.ask(`step ${n}`);
    return performance.now() - begun;
  }

  async loss() {
    return Number(await this.ask("loss"));
  }

  /** It asks no browser for anything. */
  async perStep() {
    return undefined;
  }

  async close() {
    this.child.stdin.end();
  }
}
