import { Collapse, Loader, Modal, Switch } from "@mantine/core";
import { IconArrowDownLeft, IconArrowUpRight, IconChevronDown, IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { type ReactNode, useEffect, useState } from "react";
import { api } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { formatCount, formatSpan, plural } from "../../lib/format.ts";
import { ActionButton, Instant, reportProblem, StateChip, type StateTable } from "../../ui/index.ts";
import { intakeStates } from "../shared/states.ts";
import { type Channel, runQuery, type SyncCardFacts, type SyncRun, summaryQuery } from "./data.ts";
import { ExchangeById, exchangeOutcomes } from "./exchange-detail.tsx";
import { useMayManage } from "./may.ts";
import classes from "./sync-card.module.css";

const cardStates: StateTable = {
  OK: { word: "On", tone: "done" },
  RUNNING: { word: "Running", tone: "working" },
  FAILED: { word: "Failing", tone: "failed" },
  LATE: { word: "Behind", tone: "failed" },
  MUTED: { word: "Not told", tone: "attention" },
  OFF: { word: "Off", tone: "waiting" },
  BLOCKED: { word: "Not running", tone: "attention" },
};

/** Whether a card's data comes to us or goes to them, and what its figures count. */
const about: Readonly<Record<string, { in: boolean; ok: string; failed: string; waiting: string; by: string }>> = {
  ORDERS: { in: true, ok: "taken today", failed: "failed today", waiting: "wait", by: "Pushed by the channel" },
  PENDENCY: { in: true, ok: "seen last time", failed: "not read", waiting: "under review", by: "By the clock" },
  INVENTORY: {
    in: false,
    ok: "figures accepted",
    failed: "refused",
    waiting: "to tell",
    by: "At each change of stock",
  },
  NOTIFICATIONS: {
    in: false,
    ok: "sent today",
    failed: "refused",
    waiting: "to send",
    by: "At each change of a package",
  },
  DISPATCH: { in: false, ok: "sent today", failed: "refused", waiting: "to send", by: "At hand-over" },
  STATUS_CANCELLED: { in: true, ok: "read last time", failed: "not read", waiting: "wait", by: "By the clock" },
  STATUS_DELIVERED: { in: true, ok: "read last time", failed: "not read", waiting: "wait", by: "By the clock" },
  CATALOG: { in: true, ok: "listings read", failed: "not read", waiting: "wait", by: "By the clock" },
};

interface SyncCardProps {
  readonly card: SyncCardFacts;
  readonly channel: Channel;
  readonly blocked: readonly string[];
}

/** Orders that the channel sends by itself: nothing here starts them. */
const isPushed = (card: SyncCardFacts): boolean => card.kind === "ORDERS" && !card.canSyncNow;

/** One sync: is it on, does it work, how far behind is it, what was said, and Sync now followed to its end. */
export function SyncCard({ card, channel, blocked }: SyncCardProps) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const { run, start } = useRun(card, channel.channelId);
  const words = about[card.kind];
  const Arrow = words?.in === true ? IconArrowDownLeft : IconArrowUpRight;
  const running = run?.state === "RUNNING";
  const flip = async (enabled: boolean) => {
    try {
      await api.put(`/api/v1/channels/${channel.channelId}/syncs/${card.kind}`, { enabled });
      await client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
    } catch (error) {
      reportProblem(error, `Switch ${enabled ? "on" : "off"} ${card.title}`);
    }
  };
  return (
    <section className={classes.card} aria-label={card.title} data-state={card.state}>
      <header className={classes.head}>
        <Arrow size={16} className={classes.arrow} aria-hidden />
        <h2 className={classes.title}>{card.title}</h2>
        <StateChip state={running ? "RUNNING" : stateOf(card, channel)} table={cardStates} />
        {/* Orders that are pushed come or do not come: the switch is that of the whole channel. */}
        {!isPushed(card) && (
          <Switch
            size="xs"
            aria-label={`${card.title} on`}
            checked={card.on}
            disabled={notNow !== null}
            onChange={(event) => void flip(event.currentTarget.checked)}
          />
        )}
      </header>
      <Figures card={card} />
      <Times card={card} by={words?.by} />
      {card.on && card.schedule !== null && (
        <p className={classes.schedule}>Runs {card.schedule.replace(/^with every/, "at every")}.</p>
      )}
      {card.state === "FAILED" && card.message !== null && <p className={classes.failure}>{card.message}</p>}
      <Run run={run} />
      {card.kind === "PENDENCY" && card.waiting > 0 && (
        <Link to="/under-review" search={{ channel: channel.code }} className={classes.list}>
          {plural(card.waiting, "order")} under review, with the stock kept for {card.waiting === 1 ? "it" : "them"}
        </Link>
      )}
      <footer className={classes.foot}>
        {card.canSyncNow && (
          <ActionButton
            label="Sync now"
            icon={IconRefresh}
            onClick={start}
            busy={running}
            notNow={notNow ?? blocked[0]}
          />
        )}
        <Recent card={card} />
      </footer>
    </section>
  );
}

/** The card's run, or the one that Sync now just started, followed to its end. */
function useRun(card: SyncCardFacts, channelId: string): { run: SyncRun | null; start: () => Promise<void> } {
  const client = useQueryClient();
  const [started, setStarted] = useState<string | null>(null);
  // A run that somebody else or the clock started is followed too.
  const under = card.run?.state === "RUNNING" ? card.run.syncRunId : null;
  const followed = useQuery({ ...runQuery(started ?? under ?? ""), enabled: started !== null || under !== null });
  const ended = followed.data !== undefined && followed.data.state !== "RUNNING" ? followed.data.syncRunId : null;
  useEffect(() => {
    if (ended !== null) void client.invalidateQueries({ queryKey: summaryQuery(channelId).queryKey });
  }, [ended, client, channelId]);
  const start = async () => {
    const run = await api.post<SyncRun>(`/api/v1/channels/${channelId}/syncs/${card.kind}/run`);
    client.setQueryData(runQuery(run.syncRunId).queryKey, run);
    setStarted(run.syncRunId);
  };
  const newest = followed.data;
  const run = newest !== undefined && (card.run === null || newest.startedAt >= card.run.startedAt) ? newest : card.run;
  return { run, start };
}

const isLate = (card: SyncCardFacts): boolean =>
  card.lagSeconds !== null && card.lagMaxSeconds !== null && card.lagSeconds > card.lagMaxSeconds;
/** A sync that works and is late is not well, and one that has nothing to say because it may not is not on. */
function stateOf(card: SyncCardFacts, channel: Channel): string {
  if (card.state !== "OK") return card.state;
  const tells = card.kind === "NOTIFICATIONS" || card.kind === "DISPATCH";
  if (tells && !channel.notifyOnDispatch) return "MUTED";
  return isLate(card) ? "LATE" : "OK";
}

function Figures({ card }: { card: SyncCardFacts }) {
  const words = about[card.kind];
  const rest: readonly (readonly [number, string, string | undefined])[] = [
    [card.failed, words?.failed ?? "failed", "failed"],
    [card.waiting, words?.waiting ?? "wait", undefined],
    [card.notSent, "not sent", "attention"],
  ];
  return (
    <div className={classes.figures}>
      <span className={classes.big} data-zero={card.ok === 0 || undefined}>
        {formatCount(card.ok)}
      </span>
      <span className={classes.unit}>{words?.ok ?? "done"}</span>
      <span className={classes.rest}>
        {rest
          .filter(([count]) => count > 0)
          .map(([count, word, tone]) => (
            <span key={word} data-tone={tone}>
              {formatCount(count)} {word}
            </span>
          ))}
      </span>
    </div>
  );
}

function Times({ card, by }: { card: SyncCardFacts; by: string | undefined }) {
  const late = isLate(card);
  const now = useNow(5_000);
  return (
    <dl className={classes.times}>
      <Time label={isPushed(card) ? "Last order" : "Last success"}>
        {card.lastSuccessAt === null ? "never" : <Instant at={card.lastSuccessAt} />}
      </Time>
      {card.lagSeconds !== null && (
        <Time label="Lag">
          <span data-late={late || undefined} className={classes.lag}>
            {card.lagSeconds === 0 ? "none" : formatSpan(card.lagSeconds * 1_000)}
            {late && card.lagMaxSeconds !== null && ` (at most ${formatSpan(card.lagMaxSeconds * 1_000)})`}
          </span>
        </Time>
      )}
      <Time label="Next run">
        {card.nextRunAt === null ? (
          nextWords(card, by)
        ) : Date.parse(card.nextRunAt) <= now + 45_000 ? (
          "any moment"
        ) : (
          <Instant at={card.nextRunAt} />
        )}
      </Time>
    </dl>
  );
}

function Time({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function nextWords(card: SyncCardFacts, by: string | undefined): string {
  if (card.state === "BLOCKED") return "when the channel is connected";
  if (!card.on) return "none: it is off";
  return by === undefined ? "–" : by.charAt(0).toLowerCase() + by.slice(1);
}

const runWords: Readonly<Record<SyncRun["state"], string>> = {
  RUNNING: "Running",
  DONE: "Done",
  PARTIAL: "Done in part",
  FAILED: "Failed",
  REFUSED: "Did not run",
};
const triggers: Readonly<Record<SyncRun["trigger"], string>> = {
  SCHEDULE: "by the clock",
  CHANGE: "by a change",
  PERSON: "by hand",
  NIGHTLY: "nightly",
};

/** The last run in words; one under way with what it has done so far. */
function Run({ run }: { run: SyncRun | null }) {
  if (run === null) return null;
  const tone =
    run.state === "FAILED" || run.state === "REFUSED" ? "failed" : run.state === "PARTIAL" ? "attention" : undefined;
  const who = run.startedBy === null ? triggers[run.trigger] : `by ${run.startedBy}`;
  return (
    <div className={classes.run} role="status" data-tone={tone}>
      {run.state === "RUNNING" && <Loader size={12} />}
      <span>
        <strong>{runWords[run.state]}</strong> · {formatCount(run.okCount)} ok
        {run.failedCount > 0 && `, ${formatCount(run.failedCount)} failed`} · started {who}{" "}
        <Instant at={run.startedAt} />
        {run.message !== null && <span className={classes.runMessage}>{run.message}</span>}
      </span>
    </div>
  );
}

/** What was said lately, opened in place. */
function Recent({ card }: { card: SyncCardFacts }) {
  const [open, setOpen] = useState(false);
  const [shown, setShown] = useState<string | null>(null);
  const count = card.exchanges.length + card.received.length;
  if (count === 0) return null;
  return (
    <>
      <button type="button" className={classes.more} aria-expanded={open} onClick={() => setOpen(!open)}>
        {isPushed(card) ? "Last received" : card.kind === "ORDERS" ? "Recent" : "Recent exchanges"}{" "}
        <IconChevronDown size={14} data-open={open || undefined} />
      </button>
      <Collapse expanded={open} keepMounted={false} transitionDuration={120} className={classes.recent}>
        <ul>
          {card.exchanges.map((exchange) => (
            <li key={exchange.exchangeId}>
              <button
                type="button"
                className={classes.exchange}
                aria-haspopup="dialog"
                onClick={() => setShown(exchange.exchangeId)}
              >
                <Instant at={exchange.at} />
                <StateChip state={exchange.outcome} table={exchangeOutcomes} />
                <span className={classes.says}>
                  {exchange.message ?? `${exchange.method} ${exchange.status ?? "no answer"}`}
                </span>
              </button>
            </li>
          ))}
          {card.received.map((row) => (
            <li key={row.intakeId} className={classes.exchange}>
              <Instant at={row.receivedAt} />
              <StateChip state={row.state} table={intakeStates} />
              <span className={classes.says}>
                {row.saleOrderId === null ? (
                  row.channelOrderId
                ) : (
                  <Link to={`/orders/${row.saleOrderId}`}>{row.channelOrderId}</Link>
                )}
                {row.message !== null && ` ${row.message}`}
              </span>
            </li>
          ))}
        </ul>
      </Collapse>
      <Modal opened={shown !== null} onClose={() => setShown(null)} size="xl" title={<strong>{card.title}</strong>}>
        {shown !== null && <ExchangeById exchangeId={shown} />}
      </Modal>
    </>
  );
}
