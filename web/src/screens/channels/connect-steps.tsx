import { Loader } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from "@tabler/icons-react";
import classes from "./connect-steps.module.css";
import type { ConnectStep } from "./data.ts";

/** What Connect tries, in its order. */
const order = ["Credentials", "Marketplace address", "Reach the marketplace", "Sign in", "Read the catalogue"];

/** Each step that Connect tried; it stops at the one that failed, with the channel's words beneath ours. */
export function ConnectSteps({ steps, sourceLabel }: { steps: readonly ConnectStep[]; sourceLabel: string }) {
  const failed = steps.some((step) => step.state === "FAILED");
  const untried = failed ? order.slice(order.indexOf(steps.at(-1)?.title ?? "") + 1) : [];
  return (
    <ol className={classes.steps}>
      {steps.map((step) => (
        <li key={step.title} className={classes.step}>
          {step.state === "DONE" ? (
            <IconCircleCheckFilled size={18} className={classes.done} aria-label="done" />
          ) : (
            <IconCircleXFilled size={18} className={classes.failed} aria-label="failed" />
          )}
          <div>
            <span className={classes.title}>{step.title}</span> <span className={classes.detail}>{step.detail}</span>
            {step.channelWords !== null && (
              <blockquote className={classes.words}>
                <cite>What came back from {sourceLabel}</cite>
                {step.channelWords}
              </blockquote>
            )}
            {step.whatToDo !== null && <div>{step.whatToDo}</div>}
          </div>
        </li>
      ))}
      {untried.map((title) => (
        <li key={title} className={classes.step}>
          <IconCircleDashed size={18} className={classes.untried} aria-label="not tried" />
          <span className={classes.untried}>{title}: not tried</span>
        </li>
      ))}
    </ol>
  );
}

/** While the server tries them: which they are, without saying how far it is, which nobody here knows. */
export function ConnectUnderWay({ sourceLabel }: { sourceLabel: string }) {
  return (
    <div role="status">
      <div className={classes.step}>
        <Loader size={16} />
        <span>
          Trying {sourceLabel}: credentials, address, whether it answers, sign-in, catalogue. It stops at the first that
          fails.
        </span>
      </div>
    </div>
  );
}
