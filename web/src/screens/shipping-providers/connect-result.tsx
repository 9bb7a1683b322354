import { Loader } from "@mantine/core";
import { IconCircleCheckFilled, IconCircleDashed, IconCircleXFilled } from "@tabler/icons-react";
import classes from "../channels/connect-steps.module.css";
import { CourierExchangeButton } from "../shared/courier-exchange.tsx";
import type { Connected } from "./account-data.ts";

/** What Connect tried: it stops at what failed, with the courier's words beneath ours. */
export function ConnectResult({ answer, name }: { answer: Connected; name: string }) {
  const { connected, detail, courierSays, whatToDo, exchangeId } = answer;
  return (
    <ol className={classes.steps}>
      <li className={classes.step}>
        <IconCircleCheckFilled size={18} className={classes.done} aria-label="done" />
        <div>
          <span className={classes.title}>Account</span>{" "}
          <span className={classes.detail}>Saved; its secrets are kept encrypted.</span>
        </div>
      </li>
      <li className={classes.step}>
        {connected ? (
          <IconCircleCheckFilled size={18} className={classes.done} aria-label="done" />
        ) : (
          <IconCircleXFilled size={18} className={classes.failed} aria-label="failed" />
        )}
        <div>
          <span className={classes.title}>Reach it and sign in</span> <span className={classes.detail}>{detail}</span>
          {courierSays !== null && (
            <blockquote className={classes.words}>
              <cite>What came back from {name}</cite>
              {courierSays}
            </blockquote>
          )}
          {whatToDo !== null && <div>{whatToDo}</div>}
          {!connected && <CourierExchangeButton id={exchangeId} title={`Connect ${name}: what was said`} />}
        </div>
      </li>
      <li className={classes.step}>
        {connected ? (
          <IconCircleCheckFilled size={18} className={classes.done} aria-label="done" />
        ) : (
          <IconCircleDashed size={18} className={classes.untried} aria-label="not tried" />
        )}
        <span className={connected ? classes.detail : classes.untried}>
          {connected
            ? "What waited for it goes on."
            : "What waits for it goes on once it is connected: nothing is sent now."}
        </span>
      </li>
    </ol>
  );
}

export function ConnectUnderWay({ name }: { name: string }) {
  return (
    <div role="status" className={classes.step}>
      <Loader size={16} />
      <span>Trying {name}: whether it answers at this address, and takes these credentials.</span>
    </div>
  );
}
