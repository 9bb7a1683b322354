import { Loader } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from "@tabler/icons-react";
import { ExchangeView, Instant } from "../../ui/index.ts";
import type { PartnerAuth, TestAnswer } from "./data.ts";
import classes from "./partners.module.css";
import { type TestStep, testSteps } from "./words.ts";

/** What went out, as far as it may be shown: undefined is an empty body. */
const sentBody: Readonly<Record<PartnerAuth, unknown>> = {
  TOKEN_JSON: { username: "[as entered]", password: "[secret]" },
  TOKEN_BASIC: undefined,
  STATIC_HEADER: {},
};

/** What "Test now" tried, step by step, and what was said to and fro. */
export function TestResult({ result, auth }: { result: TestAnswer; auth: PartnerAuth }) {
  const { method, url, headers, status, answer, at, durationMs } = result;
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
          request: { method, url, headers, body: sentBody[auth] },
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
