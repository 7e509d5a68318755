/** What goes wrong with a device, and what follows. */

/** The engine's word for it: gone by itself, switched off, too little memory, a command refused, none there. */
export type Fault = "lost" | "destroyed" | "memory" | "invalid" | "absent";

/** What is wrong with the device, where that is why something failed. */
export const faultOf = (error: unknown): Fault | undefined => (error as { device?: Fault } | null)?.device;

/** The same on an error made here. */
export const withFault = (error: Error, device: Fault | undefined): Error =>
  device ? Object.assign(error, { device }) : error;

/** Faults within this time are one story. */
const MEMORY_MS = 120_000;
/** With this many the device is given up. */
const MOST = 3;

/** Decides what a session does after a fault: it never tries again and again. */
export class Faults {
  private times: number[] = [];

  constructor(private readonly now: () => number = () => performance.now()) {}

  /** "again": on a new device at once; "ask": the user decides; "cpu": on the CPU. */
  next(fault: Fault): "again" | "ask" | "cpu" {
    const now = this.now();
    this.times = [...this.times.filter((at) => now - at < MEMORY_MS), now];
    if (fault === "absent" || this.times.length >= MOST) return "cpu";
    return fault === "lost" && this.times.length === 1 ? "again" : "ask";
  }
}
