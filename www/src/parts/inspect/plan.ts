import { html } from "lit";
import { count, large, reading } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { stepMs } from "../../run/cost";
import { STAGES } from "../../run/stages";
import { text } from "../../text";
import { Part } from "../part";
import { table } from "../table";

/** What one training step does and costs, and behind that its printed plan. */
export class Plan extends Part {
  protected override readonly topics = ["state", "figures"] as const;
  private plan = "";
  private of: unknown;

  override render() {
    const { run } = lab;
    if (run && this.of !== run.description) {
      this.of = run.description;
      this.plan = "";
      void run
        .exclusive(() => run.session.plan())
        .then((plan) => {
          this.plan = plan;
          this.requestUpdate();
        });
    }
    if (!run || !this.plan) return html`<p class="lead">${text.inspect.planLoading}</p>`;
    const { plan } = text;
    const dispatches = Number(/(\d+) dispatches/.exec(this.plan)?.[1] ?? 0);
    return html`<div class="cost">
      <p>${plan.lead}</p>
      ${table(plan.label, plan.heads, [...this.stages(), ...this.costs(run, dispatches)])}
      <details>
        <summary>${plan.kernels(dispatches)}</summary>
        <p class="foot">${plan.kernel}</p>
        <pre class="plan" tabindex="0" role="region" aria-label=${text.inspect.planLabel}>${this.plan}</pre>
      </details>
    </div>`;
  }

  /** What each stage does, and in how many dispatches. */
  private stages() {
    const lines = this.plan.split("\n");
    return STAGES.map((stage) => {
      const dispatches = lines.filter((line) => line.startsWith(`${stage} `)).length;
      return [text.stages.names[stage], text.plan.dispatches(dispatches), text.plan.does[stage]];
    });
  }

  private costs(run: Run, dispatches: number) {
    const { plan } = text;
    const { parameters, macs } = run.description;
    const { msPerStep } = run.pace;
    const [, state = 0, values = 0] = /(\d+) KiB of state, (\d+) KiB of values/.exec(this.plan) ?? [];
    return [
      [plan.weights, count(parameters), plan.learned],
      [plan.macs, large(macs), plan.products(Number(run.values.batch))],
      [plan.memory, bytes(Number(state) + Number(values)), plan.holds(bytes(Number(state)))],
      [
        plan.time,
        msPerStep ? plan.measured(msPerStep) : plan.estimated(stepMs(run, dispatches)),
        plan.device,
      ],
    ];
  }
}

const bytes = (kib: number) => (kib < 1024 ? `${kib} KiB` : `${reading(kib / 1024)} MiB`);

customElements.define("lab-plan", Plan);
