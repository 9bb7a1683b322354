import { Loader } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from "@tabler/icons-react";
import { ExchangeView, Instant } from "../../ui/index.ts";
import type { TestAnswer } from "./data.ts";
import classes from "./partners.module.css";
import { type TestStep, testSteps } from "./words.ts";

/** What "Test now" tried, step by step, and what was said to and fro. */
export function TestResult({ result }: { result: TestAnswer }) {
  const { method, url, headers, status, answer, at, durationMs, tried } = result;
  return (
    <div role="status" className={classes.test} data-good={result.good || undefined}>
      <p className={classes.verdict}>
        {result.good ? "The partner can be told." : "The partner cannot be told yet."} Tried <Instant at={at} />.
      </p>
      <ol className={classes.steps}>
        {testSteps(result).map((step) => (
          <li key={step.title} className={classes.step}>
            <StepIcon state={step.state} />
            <div>
              <span className={classes.stepTitle}>{step.title}</span>
              {step.state === "UNTRIED" ? ": not tried" : <span className={classes.quiet}> {step.detail}</span>}
            </div>
          </li>
        ))}
      </ol>
      <ExchangeView
        exchange={{
          request: { method, url, headers, body: tried === "EMPTY_EVENT" ? {} : undefined },
          answer: status === null ? null : { status, body: answer ?? undefined },
          at,
          durationMs,
          failure: result.words,
        }}
      />
    </div>
  );
}

function StepIcon({ state }: { state: TestStep["state"] }) {
  if (state === "DONE") return <IconCircleCheckFilled size={18} className={classes.done} aria-label="done" />;
  if (state === "FAILED") return <IconCircleXFilled size={18} className={classes.bad} aria-label="failed" />;
  return <IconCircleDashed size={18} className={classes.quiet} aria-label="not tried" />;
}

/** While the server tries: an answer may take half a minute. */
export function TestUnderWay({ name }: { name: string }) {
  return (
    <div role="status" className={classes.step}>
      <Loader size={16} />
      <span>Asking {name}. No answer within 30 s counts as none.</span>
    </div>
  );
}
