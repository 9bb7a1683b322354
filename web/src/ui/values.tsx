import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useNow } from "../lib/clock.ts";
import { countdown, formatDay, formatDistance, formatInstant, formatPaise } from "../lib/format.ts";
import { headAndTail } from "./head-and-tail.ts";
import classes from "./values.module.css";

const nothing = <span className={classes.none}>–</span>;

/** An amount of whole paise: ₹1,23,456.00. Nothing known shows as a dash, never as zero. */
export function Money({ paise, strong = false }: { paise: number | null | undefined; strong?: boolean }) {
  if (paise === null || paise === undefined) return nothing;
  return (
    <span className={classes.number} data-strong={strong || undefined} data-negative={paise < 0 || undefined}>
      {formatPaise(paise)}
    </span>
  );
}

/** A point in time as distance, with the exact instant on hover and focus. */
export function Instant({ at }: { at: string | null | undefined }) {
  const now = useNow();
  if (at === null || at === undefined) return nothing;
  return (
    <time dateTime={at} className={classes.instant} data-tip={formatInstant(at)}>
      {formatDistance(at, now)}
    </time>
  );
}

/** A deadline as a countdown: amber within two hours, red once past. `met` says it no longer matters. */
export function Deadline({ by, met = false }: { by: string | null | undefined; met?: boolean }) {
  const now = useNow();
  if (by === null || by === undefined) return nothing;
  if (met)
    return (
      <span className={classes.met} data-tip={`In time; it was due ${formatInstant(by)}`}>
        Met
      </span>
    );
  const { text, urgency } = countdown(by, now);
  return (
    <time dateTime={by} className={classes.deadline} data-urgency={urgency} data-tip={`Due ${formatInstant(by)}`}>
      {text}
    </time>
  );
}

/** A business day: 12 Nov 2026. */
export function Day({ on }: { on: string | null | undefined }) {
  if (on === null || on === undefined) return nothing;
  return (
    <time dateTime={on} className={classes.number}>
      {formatDay(on)}
    </time>
  );
}

/**
 * A code a person may need elsewhere (order, package, AWB, SKU): monospaced, copied by the button that shows on hover and focus. Where
 * there is no room for all of it, it is shortened in its middle: codes of one day and one source differ at their ends.
 */
export function Code({ children, href, copy = true }: { children: string; href?: string; copy?: boolean }) {
  const clipboard = useClipboard({ timeout: 1_500 });
  const [head, tail] = headAndTail(children);
  const text = (
    <>
      {head !== "" && <span className={classes.codeHead}>{head}</span>}
      {tail}
    </>
  );
  return (
    <span className={classes.code}>
      {href === undefined ? (
        <span className={classes.codeText} title={children}>
          {text}
        </span>
      ) : (
        <Link
          className={classes.codeText}
          to={href}
          title={children}
          // Of its two parts a screen reader would make two words.
          aria-label={children}
          // A row has its own click: following the code must not open the row as well.
          onClick={(event) => event.stopPropagation()}
        >
          {text}
        </Link>
      )}
      {copy && (
        <button
          type="button"
          className={classes.copy}
          data-copied={clipboard.copied || undefined}
          aria-label={clipboard.copied ? `Copied ${children}` : `Copy ${children}`}
          onClick={(event) => {
            event.stopPropagation();
            clipboard.copy(children);
          }}
        >
          {clipboard.copied ? <IconCheck size={13} /> : <IconCopy size={13} />}
        </button>
      )}
    </span>
  );
}
