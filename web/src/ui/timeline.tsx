import { Collapse, Modal } from "@mantine/core";
import {
  IconBuildingStore,
  IconCalendarTime,
  IconChevronDown,
  IconServer,
  IconTruck,
  IconUser,
  type TablerIcon,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import { useNow } from "../lib/clock.ts";
import { formatDayHeading, formatInstant, formatShortTime } from "../lib/format.ts";
import { type Exchange, ExchangeView } from "./exchange.tsx";
import classes from "./timeline.module.css";
import { byDay } from "./timeline-days.ts";
import { type Tone, toneMark } from "./tone.ts";

export type ActorKind = "person" | "schedule" | "channel" | "courier" | "system";

export interface TimelineEntry {
  readonly id: string;
  readonly at: string;
  readonly who: { readonly kind: ActorKind; readonly name: string };
  /** What happened: "Invoice INV26-000412 created". */
  readonly what: ReactNode;
  /** Why, or what followed. */
  readonly why?: ReactNode;
  readonly tone?: Tone;
  /** What was said to the other side and what it answered; opens under the entry. */
  readonly exchange?: Exchange;
  /** Something else that opens under the entry; drawn, and so asked for, only once it is opened. */
  readonly more?: {
    readonly label: string;
    readonly content: () => ReactNode;
    /** Opens in a dialog of this title: for what needs more width than a timeline has. */
    readonly dialog?: string;
  };
}

const actorIcon: Record<ActorKind, TablerIcon> = {
  person: IconUser,
  schedule: IconCalendarTime,
  channel: IconBuildingStore,
  courier: IconTruck,
  system: IconServer,
};

/** Everything that happened to one thing, newest first, by day. */
export function Timeline({ entries }: { entries: readonly TimelineEntry[] }) {
  const now = useNow(60_000);
  if (entries.length === 0) return <p className={classes.none}>Nothing has happened yet.</p>;
  return (
    <div>
      {byDay(entries).map(([day, list]) => (
        <section key={day}>
          <h3 className={classes.day}>{formatDayHeading(day, now)}</h3>
          <ol className={classes.list}>
            {list.map((entry) => (
              <Entry key={entry.id} entry={entry} />
            ))}
          </ol>
        </section>
      ))}
    </div>
  );
}

const shown = (exchange: Exchange | undefined) => exchange !== undefined && <ExchangeView exchange={exchange} />;

function Entry({ entry }: { entry: TimelineEntry }) {
  const [open, setOpen] = useState(false);
  const Icon = actorIcon[entry.who.kind];
  const more: TimelineEntry["more"] =
    entry.more ??
    (entry.exchange === undefined ? undefined : { label: "Request and answer", content: () => shown(entry.exchange) });
  return (
    <li className={classes.entry}>
      <span className={classes.dot} style={{ background: toneMark(entry.tone ?? "waiting") }} />
      <time dateTime={entry.at} title={formatInstant(entry.at)} className={classes.time}>
        {formatShortTime(entry.at)}
      </time>
      <div className={classes.body}>
        <div className={classes.what}>{entry.what}</div>
        {entry.why !== undefined && <div className={classes.why}>{entry.why}</div>}
        <div className={classes.who}>
          <Icon size={13} stroke={1.7} aria-label={entry.who.kind} /> {entry.who.name}
          {more !== undefined && (
            <button
              type="button"
              className={classes.more}
              {...(more.dialog === undefined ? { "aria-expanded": open } : { "aria-haspopup": "dialog" })}
              onClick={() => setOpen(!open)}
            >
              {more.label} {more.dialog === undefined && <IconChevronDown size={13} data-open={open || undefined} />}
            </button>
          )}
        </div>
        {more?.dialog !== undefined && (
          <Modal
            opened={open}
            onClose={() => setOpen(false)}
            size="min(1100px, 94vw)"
            title={<strong>{more.dialog}</strong>}
          >
            {more.content()}
          </Modal>
        )}
        {more !== undefined && more.dialog === undefined && (
          <Collapse expanded={open} keepMounted={false} transitionDuration={120}>
            {open && more.content()}
          </Collapse>
        )}
      </div>
    </li>
  );
}
