import { html } from "lit";
import { large } from "../../format";
import { lab } from "../../lab";
import type { Run } from "../../run";
import { stepMs } from "../../run/cost";
import { text } from "../../text";
import { Part } from "../part";

/** The printed plan of one training step, below what a step costs. */
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
    return html`<p class="lead cost">${run && this.plan ? this.cost(run) : text.inspect.planLoading}</p>
      <pre class="plan" tabindex="0" role="region" aria-label=${text.inspect.planLabel}>${this.plan}</pre>`;
  }

  private cost(run: Run): string {
    const { parameters, macs } = run.description;
    const dispatches = Number(/(\d+) dispatches/.exec(this.plan)?.[1] ?? 0);
    const { msPerStep } = run.pace;
    const ms = msPerStep ? text.plan.measured(msPerStep) : text.plan.estimated(stepMs(run, dispatches));
    return text.plan.cost(parameters, large(macs), dispatches, ms);
  }
}

customElements.define("lab-plan", Plan);
