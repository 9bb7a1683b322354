import { IconChevronDown } from "@tabler/icons-react";
import { useState } from "react";
import { formatDuration, formatInstant, formatSpan } from "../../lib/format.ts";
import { Instant } from "../../ui/index.ts";
import { Payload } from "../shared/payload.tsx";
import type { Attempt, DeliveryDetail } from "./data.ts";
import classes from "./partners.module.css";
import { outcomeWords } from "./words.ts";

/** Every request with its answer, the latest first, and above them what comes next. */
export function Attempts({ delivery, stopped }: { delivery: DeliveryDetail; stopped: boolean }) {
  const { attemptList, state, nextAttemptAt, behind } = delivery;
  if (attemptList.length === 0) return <p className={classes.quiet}>Nothing was sent yet.</p>;
  return (
    <ol className={classes.attempts} reversed>
      {state === "PENDING" && !stopped && !behind && nextAttemptAt !== null && (
        <li className={classes.attempt} data-next>
          <span className={classes.dot} data-tone="waiting" aria-hidden />
          <div>
            Next try <Instant at={nextAttemptAt} />
          </div>
        </li>
      )}
      {attemptList.toReversed().map((attempt, i, all) => (
        <AttemptEntry
          key={attempt.partnerAttemptId}
          attempt={attempt}
          number={all.length - i}
          before={all[i + 1]}
          open={i === 0}
          event={delivery.event}
        />
      ))}
    </ol>
  );
}

function AttemptEntry({
  attempt,
  number,
  before,
  open: startsOpen,
  event,
}: {
  attempt: Attempt;
  number: number;
  before: Attempt | undefined;
  open: boolean;
  event: string;
}) {
  const [open, setOpen] = useState(startsOpen);
  const { at, durationMs, outcome, status, message, url, answer } = attempt;
  const tone = outcome === "DELIVERED" ? "done" : "failed";
  // A call for a token carries credentials, and never the event.
  const isEvent = url.endsWith(`/${event}`);
  return (
    <li className={classes.attempt}>
      <span className={classes.dot} data-tone={tone} aria-hidden />
      <div>
        <button type="button" className={classes.attemptHead} aria-expanded={open} onClick={() => setOpen(!open)}>
          <span className={classes.attemptTitle}>
            {number}. {isEvent ? outcomeWords[outcome] : `Token: ${outcomeWords[outcome].toLowerCase()}`}
          </span>
          <IconChevronDown size={14} data-open={open || undefined} aria-hidden />
        </button>
        <div className={classes.quiet}>
          {formatInstant(at)} · {status === null ? "no answer" : `HTTP ${status}`} · took {formatDuration(durationMs)}
          {before !== undefined && ` · ${formatSpan(Date.parse(at) - Date.parse(before.at))} after the one before`}
        </div>
        {message !== null && <div>{message}</div>}
        {open && status !== null && (
          <div className={classes.answer}>
            {answer === null || answer === "" ? (
              <p className={classes.quiet}>Its answer was empty.</p>
            ) : (
              <Payload body={answer} label={`Answer to try ${number}`} />
            )}
          </div>
        )}
      </div>
    </li>
  );
}
