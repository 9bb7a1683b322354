import type { ReportedStatus } from "../../connectors/kit/index.ts";
import {
  canSyncNow,
  everyMinutes,
  isOn,
  lagMaxSeconds,
  type StatusKind,
  type SyncKind,
  scheduleWords,
  sourceOf,
  statusPlan,
  syncKindsOf,
} from "../channels/index.ts";
import { INDIA, type Instant } from "../kernel/index.ts";
import type { AlarmCheck } from "../platform/alarms.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { stalledCouriers } from "./courier-tracking/overview.ts";
import { readFeeds } from "./feed-window.ts";
import {
  type ChannelFacts,
  channelFacts,
  lagHours,
  lastPushes,
  type MeasuredLag,
  measuredLags,
  type StatusState,
  statusStates,
  type WaitingReason,
  waitingReasons,
} from "./queries.ts";
import { wordsOfReason } from "./reason-words.ts";
import { unfinishedReadings } from "./reread.ts";
import { BY_ID } from "./status-cursor.ts";

const MEASURED_HOURS = 24;
/** An alarm about words that came late stands so long after the last of them. */
const LATE_MINUTES = 30;
const KINDS = ["ORDERS", "STATUS_CANCELLED", "STATUS_DELIVERED"] as const;
const ALL_STATUSES: readonly ReportedStatus[] = ["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"];

/** The status sync of each channel: how it is asked, how late its words are here, what waits and why. */
export async function statusOverview(ctx: Ctx, tx: Tx) {
  const dayStart = ctx.now.toZonedDateTimeISO(INDIA).startOfDay().toInstant();
  const channels = await channelFacts(tx, dayStart);
  const lags = Map.groupBy(
    await measuredLags(tx, ctx.now.subtract({ hours: MEASURED_HOURS })),
    (each) => each.channelId,
  );
  const hours = Map.groupBy(await lagHours(tx, ctx.now.subtract({ hours: MEASURED_HOURS })), (each) => each.channelId);
  const waiting = Map.groupBy(await waitingReasons(tx), (each) => each.channelId);
  const states = Map.groupBy(await statusStates(tx), (each) => each.channelId);
  const pushing = channels.filter((channel) => !canSyncNow(sourceOf(channel.source), "ORDERS"));
  const pushes = await lastPushes(
    tx,
    pushing.map((channel) => channel.channelId),
  );
  const rows = channels.flatMap((channel) => {
    const source = sourceOf(channel.source);
    const offered = syncKindsOf(source);
    if (!KINDS.some((kind) => offered.includes(kind) && kind !== "ORDERS")) return [];
    const reasons = waiting.get(channel.channelId) ?? [];
    return [
      {
        ...{ channelId: channel.channelId, code: channel.code, name: channel.name },
        ...{ state: channel.state, brokenReason: channel.brokenReason },
        ...{ source: channel.source, sourceLabel: source.label, wishedMinutes: channel.wishedMinutes },
        doesNotReport: ALL_STATUSES.filter((status) => !source.rules.reports.includes(status)),
        // Words about orders that the seller ships are heard and change nothing.
        channelShippedAlone: source.rules.reportsOf === "channel-shipped",
        readsById: source.capabilities.readStatuses !== undefined,
        syncs: KINDS.filter((kind) => offered.includes(kind)).map((kind) =>
          syncOf(
            channel,
            kind,
            states.get(channel.channelId)?.find((state) => state.kind === kind),
            pushes.get(channel.channelId),
          ),
        ),
        lag: lagOf(lags.get(channel.channelId), true),
        lagHourly: lagOf(lags.get(channel.channelId), false),
        lagHours: (hours.get(channel.channelId) ?? []).map(({ at, count, p95Seconds, maxSeconds: max }) => ({
          ...{ at: at.toString(), count, p95Seconds, maxSeconds: max },
        })),
        ceilingSeconds: lagMaxSeconds("STATUS_CANCELLED"),
        backlog: backlogOf(reasons),
        ...{ adoptedToday: channel.adoptedToday, openDoubts: channel.openDoubts },
        ...{ lastAdoption: channel.lastAdoption, openShortages: channel.openShortages, reread: channel.reread },
      },
    ];
  });
  return { channels: rows, measuredHours: MEASURED_HOURS, asOf: ctx.now.toString() };
}

function syncOf(
  channel: ChannelFacts,
  kind: Extract<SyncKind, (typeof KINDS)[number]>,
  state: StatusState | undefined,
  lastOrderAt: Instant | undefined,
) {
  const source = sourceOf(channel.source);
  const pace = { wishedMinutes: channel.wishedMinutes, costSeconds: channel.costSeconds };
  const failing = (state?.consecutiveFailures ?? 0) > 0;
  const isPushed = kind === "ORDERS" && !canSyncNow(source, kind);
  const on = isOn(source, kind, state);
  const blocked = channel.state !== "CONNECTED";
  return {
    kind,
    ...{ on, canSyncNow: canSyncNow(source, kind) },
    state: blocked ? "BLOCKED" : !on ? "OFF" : state?.running ? "RUNNING" : failing ? "FAILED" : "OK",
    ...{ everyMinutes: everyMinutes(source, kind, pace), schedule: scheduleWords(source, kind, pace) },
    lastAttemptAt: state?.lastAttemptAt?.toString() ?? null,
    // Pushed orders are in time when one came.
    lastSuccessAt: (isPushed ? lastOrderAt : state?.lastSuccessAt)?.toString() ?? null,
    nextRunAt: blocked || !on ? null : (state?.nextRunAt?.toString() ?? null),
    message: state?.lastMessage ?? null,
    lagMaxSeconds: lagMaxSeconds(kind),
    feeds: kind === "ORDERS" ? [] : feedsOf(channel.source, kind, state?.cursor),
  } as const;
}

/** The lists of a kind, each with how far it was read. */
function feedsOf(sourceId: string, kind: StatusKind, cursor: unknown) {
  const source = sourceOf(sourceId);
  const plan = statusPlan(source, kind);
  const places = readFeeds(cursor);
  const wanted = kind === "STATUS_CANCELLED" ? ["CANCELLED", "DISPATCHED"] : ["DELIVERED", "RETURNED"];
  const byId = {
    name: BY_ID,
    tells: source.rules.reports.filter((status) => wanted.includes(status)),
    everyMinutes: null,
  };
  const lists = plan.feeds.map(({ name, tells, everyMinutes: every = null }) => ({ name, tells, everyMinutes: every }));
  // Asked by ids also where a list is behind, or leaves orders out.
  return [...lists, ...(plan.byId || places.has(BY_ID) ? [byId] : [])].map(({ name, tells, everyMinutes: every }) => {
    const place = places.get(name);
    return {
      ...{ name, tells: [...tells], everyMinutes: every },
      ...{ through: place?.through?.toString() ?? null, askedAt: place?.askedAt.toString() ?? null },
      ...{ okAt: place?.okAt?.toString() ?? null, failed: place?.failed ?? null },
    };
  });
}

function lagOf(lags: readonly MeasuredLag[] | undefined, soon: boolean) {
  const found = lags?.find((lag) => lag.soon === soon);
  if (!found) return null;
  const { count, p50Seconds, p95Seconds, maxSeconds } = found;
  return { count, p50Seconds, p95Seconds, maxSeconds };
}

function backlogOf(reasons: readonly WaitingReason[]) {
  const oldest = reasons.map((reason) => reason.oldestAt).toSorted(Temporal.Instant.compare)[0];
  return {
    count: reasons.reduce((sum, reason) => sum + reason.count, 0),
    oldestAt: oldest?.toString() ?? null,
    reasons: reasons.map((reason) => ({
      ...{ code: reason.code, count: reason.count, oldestAt: reason.oldestAt.toString() },
      ...{ channelOrderId: reason.channelOrderId, saleOrderId: reason.saleOrderId },
      ...wordsOfReason(reason),
    })),
  };
}

/** Raised where Cancelled or Dispatched came later than the ceiling, or still wait beyond it; over when neither is so. */
export const statusChecks: readonly AlarmCheck[] = [
  { kinds: ["STATUS_LATE"], check: lateWords },
  { kinds: ["STATUS_REREAD_UNFINISHED"], check: unfinishedReadings },
  { kinds: ["COURIER_TRACKING_STALLED"], check: stalledCouriers },
];

async function lateWords(ctx: Ctx, tx: Tx) {
  const ceiling = lagMaxSeconds("STATUS_CANCELLED");
  const since = ctx.now.subtract({ minutes: LATE_MINUTES });
  const late = (await measuredLags(tx, since)).filter((lag) => lag.soon && lag.maxSeconds > ceiling);
  // Words of orders that are not here wait for the order's own way in, which has alarms of its own.
  const waiting = (await waitingReasons(tx)).filter(
    (reason) => reason.soon && reason.code !== "ORDER_NOT_HERE" && secondsSince(reason.oldestAt, ctx.now) > ceiling,
  );
  const channels = new Map((await channelFacts(tx, ctx.now)).map((channel) => [channel.channelId, channel.code]));
  const ids = new Set([...late.map((each) => each.channelId), ...waiting.map((each) => each.channelId)]);
  return [...ids].map((channelId) => {
    const came = late.find((each) => each.channelId === channelId);
    const reasons = waiting.filter((each) => each.channelId === channelId);
    const [first] = reasons;
    const words = [
      ...(came ? [`the latest of the last ${LATE_MINUTES} minutes came after ${minutes(came.maxSeconds)}`] : []),
      ...reasons.map((each) => {
        const why = wordsOfReason(each).message;
        return `${each.count} wait, the oldest for ${minutes(secondsSince(each.oldestAt, ctx.now))}${why === null ? "" : `: ${why}`}`;
      }),
    ];
    return {
      ...{ kind: "STATUS_LATE", recordType: "channel", recordId: channelId, severity: "WARNING" as const },
      message:
        `Cancelled and Dispatched of ${channels.get(channelId) ?? channelId} are later than ${minutes(ceiling)}: ${words.join("; ")}.`.replace(
          "..",
          ".",
        ),
      whatToDo:
        (first && wordsOfReason(first).whatToDo) ?? "See Settings > Status sync: which list is behind, and why.",
    };
  });
}

function secondsSince(at: Instant, now: Instant): number {
  return Math.round((now.epochMilliseconds - at.epochMilliseconds) / 1000);
}

function minutes(seconds: number): string {
  return `${Math.round(seconds / 60)} minutes`;
}
