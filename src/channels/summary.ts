import type { Connector, OperationName } from "../../connectors/kit/index.ts";
import { type ChannelId, INDIA, type Instant, ok, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { PACE_MINUTES_MAX, type Pace } from "./cadence.ts";
import type { Channel, SyncKind } from "./channel.ts";
import { storeOf } from "./facilities.ts";
import { warehouseMapOf } from "./fields.ts";
import { activeCredentials } from "./push-credential.store.ts";
import { pushHelp } from "./push-credential.ts";
import * as queries from "./queries.ts";
import { sourceOf } from "./registry.ts";
import { findChannel, readSecrets, type TenantFacility, tenantFacilities, tenantFacts } from "./store.ts";
import { paceOfChannel, type SyncLag, type SyncRun, type SyncState, syncLags, syncStates } from "./sync.store.ts";
import { canSyncNow, everyMinutes, isOn, lagMaxSeconds, lagSeconds, scheduleWords, syncKindsOf } from "./sync-kind.ts";

const EXCHANGES_PER_CARD = 5;

/** What a sync is called on its card. */
export const SYNC_TITLES: Readonly<Record<SyncKind, string>> = {
  CATALOG: "Catalogue",
  INVENTORY: "Inventory",
  ORDERS: "Orders received",
  PENDENCY: "Orders under review",
  STATUS_CANCELLED: "Status: Cancelled and Dispatched",
  STATUS_DELIVERED: "Status: Delivered and Returned",
  NOTIFICATIONS: "Shipment notifications",
  DISPATCH: "Dispatch details",
};

/** Which exchanges belong to a card. */
const PURPOSES: Readonly<Record<SyncKind, readonly OperationName[]>> = {
  CATALOG: ["pullListings"],
  INVENTORY: ["pushInventory"],
  ORDERS: ["pullOrders", "acknowledge"], // what is pushed to us stands in the intake log
  PENDENCY: ["pullPendency"],
  STATUS_CANCELLED: ["pullStatuses", "readStatuses"],
  STATUS_DELIVERED: ["pullStatuses", "readStatuses"],
  NOTIFICATIONS: ["notifyState"],
  DISPATCH: ["dispatch"],
};

interface Facts {
  readonly channel: Channel;
  readonly source: Connector;
  readonly live: boolean;
  readonly counts: queries.SummaryCounts;
  readonly notices: ReadonlyMap<string, queries.NoticeCounts>;
  readonly states: ReadonlyMap<SyncKind, SyncState>;
  readonly pace: Pace;
  readonly lags: ReadonlyMap<SyncKind, SyncLag>;
  readonly runs: ReadonlyMap<SyncKind, SyncRun>;
  readonly exchanges: readonly (queries.ExchangeListRow & { purpose: string })[];
  readonly received: readonly queries.ReceivedRow[];
}

/** Everything the Channel Summary shows. Refuses CHANNEL_NOT_FOUND. */
export async function channelSummary(ctx: Ctx, tx: Tx, channelId: ChannelId) {
  const channel = await findChannel(tx, channelId);
  if (!channel) return refuse("CHANNEL_NOT_FOUND", { channel: channelId });
  const source = sourceOf(channel.source);
  const dayStart = ctx.now.toZonedDateTimeISO(INDIA).startOfDay().toInstant();
  const tenant = await tenantFacts(tx);
  const facts: Facts = {
    ...{ channel, source, live: tenant.live },
    counts: await queries.summaryCounts(tx, channelId, dayStart),
    notices: new Map((await queries.noticeCounts(tx, channelId, dayStart)).map((n) => [n.kind, n])),
    states: new Map((await syncStates(tx, channelId)).map((s) => [s.kind, s])),
    pace: await paceOfChannel(tx, channelId),
    lags: new Map((await syncLags(tx, channelId)).map((l) => [l.kind, l])),
    runs: new Map((await queries.lastRuns(tx, channelId)).map((r) => [r.kind, r])),
    exchanges: await queries.recentExchanges(tx, channelId, EXCHANGES_PER_CARD),
    received: await queries.recentlyReceived(tx, channelId, EXCHANGES_PER_CARD),
  };
  const secrets = await readSecrets(tx, channelId);
  const facilities = await tenantFacilities(tx);
  return ok({
    ...{ channel, counts: facts.counts },
    blocked: blockedBy(channel, tenant.live),
    fields: source.fields.map((field) => {
      const secret = secrets.find((s) => s.name === field.name);
      const value = field.type === "password" ? null : (channel.fields[field.name] ?? null);
      return {
        ...field,
        value,
        isSet: secret !== undefined || value !== null,
        setAt: secret?.setAt ?? null,
        setBy: secret?.setByName ?? null,
        byConsent: source.consent?.gives.includes(field.name) ?? false,
      };
    }),
    cards: syncKindsOf(source).map((kind) => card(ctx, kind, facts)),
    push: source.rules.ordersArrive === "push" ? await pushFacts(ctx, tx, channel) : null,
    notify: notifyFacts(facts),
    warehouses: warehouseTable(channel, source, facilities),
    store: storeFacts(channel, source, facilities),
    pace: { wishedMinutes: facts.pace.wishedMinutes, minutesMax: PACE_MINUTES_MAX },
    doesNotReport: (["CANCELLED", "DISPATCHED", "DELIVERED", "RETURNED"] as const).filter(
      (s) => !source.rules.reports.includes(s),
    ),
  });
}

/** One explicit list of what keeps syncs from running (behaviours C-29). */
function blockedBy(channel: Channel, live: boolean): string[] {
  return [
    ...(live ? [] : ["Sync not allowed as Tenant is not Live yet"]),
    ...(channel.state === "CONNECTED"
      ? []
      : [`The channel is ${channel.state}${channel.brokenReason ? `: ${channel.brokenReason}` : ""}`]),
  ];
}

function card(ctx: Ctx, kind: SyncKind, facts: Facts) {
  const { channel, source, live } = facts;
  const state = facts.states.get(kind);
  const lag = facts.lags.get(kind);
  const run = facts.runs.get(kind) ?? null;
  const on = isOn(source, kind, state);
  const blocked = !live || channel.state !== "CONNECTED";
  const failed = (state?.consecutiveFailures ?? 0) > 0;
  const figures = figuresOf(kind, facts, run, state?.lastSuccessAt ?? null);
  return {
    ...{ kind, title: SYNC_TITLES[kind], on, canSyncNow: canSyncNow(source, kind) },
    state: blocked ? "BLOCKED" : !on ? "OFF" : run?.state === "RUNNING" ? "RUNNING" : failed ? "FAILED" : "OK",
    lastAttemptAt: state?.lastAttemptAt ?? null,
    ...{ everyMinutes: everyMinutes(source, kind, facts.pace), schedule: scheduleWords(source, kind, facts.pace) },
    nextRunAt: blocked || !on ? null : (state?.nextRunAt ?? null),
    lagSeconds: lag ? lagSeconds(source, kind, lag, ctx.now) : null,
    lagMaxSeconds: Number.isFinite(lagMaxSeconds(kind)) ? lagMaxSeconds(kind) : null,
    message: state?.lastMessage ?? null,
    ...figures,
    run,
    exchanges: facts.exchanges.filter((e) => PURPOSES[kind].some((p) => p === e.purpose)).slice(0, EXCHANGES_PER_CARD),
    received: kind === "ORDERS" ? facts.received : [],
  } as const;
}

/** Done well, done badly, still to do: of today where it is counted by the day, else of the last run. */
function figuresOf(kind: SyncKind, facts: Facts, run: SyncRun | null, lastRunAt: Instant | null) {
  const { counts } = facts;
  if (kind === "ORDERS")
    return {
      ...{
        ok: counts.ordersToday - counts.ordersFailedToday,
        failed: counts.ordersFailedToday,
        waiting: counts.ordersWaiting,
      },
      notSent: 0,
      // Pushed orders are in time when one came; pulled ones when they were asked for, though none was there.
      lastSuccessAt: facts.source.capabilities.pullOrders ? lastRunAt : counts.lastPushAt,
    };
  if (kind === "PENDENCY")
    return {
      ...{ ok: run?.okCount ?? 0, failed: run?.failedCount ?? 0, waiting: counts.underReview, notSent: 0 },
      lastSuccessAt: lastRunAt,
    };
  if (kind === "INVENTORY")
    return {
      ...{ ok: counts.stockAccepted, failed: counts.stockRefused, waiting: counts.stockWaiting, notSent: 0 },
      lastSuccessAt: counts.lastStockAt,
    };
  if (kind === "NOTIFICATIONS" || kind === "DISPATCH") {
    const notice = facts.notices.get(kind === "DISPATCH" ? "DISPATCH" : "STATE");
    return {
      ...{
        ok: notice?.sentToday ?? 0,
        failed: notice?.refused ?? 0,
        waiting: (notice?.waiting ?? 0) + (notice?.paused ?? 0),
      },
      ...{ notSent: notice?.notSent ?? 0, lastSuccessAt: notice?.lastSentAt ?? null },
    };
  }
  return { ok: run?.okCount ?? 0, failed: run?.failedCount ?? 0, waiting: 0, notSent: 0, lastSuccessAt: lastRunAt };
}

/** The channel's warehouses and our facilities side by side; null where the source knows no warehouses. */
function warehouseTable(channel: Channel, source: Connector, facilities: readonly TenantFacility[]) {
  const map = warehouseMapOf(source, channel.fields);
  const field = source.fields.find((f) => f.type === "warehouse-map");
  if (!field) return null;
  const chosen = new Set<string>(channel.facilities.map((facility) => facility.facilityId));
  const row = (warehouse: string | null, code: string) => {
    const facility = facilities.find((candidate) => candidate.code === code);
    return {
      ...{ warehouse, facilityCode: code, facilityId: facility?.facilityId ?? null },
      ...{ facilityName: facility?.name ?? null, enabled: facility?.enabled ?? false },
      chosen: facility !== undefined && chosen.has(facility.facilityId),
    };
  };
  const mapped = [...(map ?? [])].map(([warehouse, code]) => row(warehouse, code));
  const without = facilities.filter((f) => chosen.has(f.facilityId) && !mapped.some((m) => m.facilityCode === f.code));
  return { field: field.name, rows: [...mapped, ...without.map((facility) => row(null, facility.code))] };
}

/** Where all orders are allocated, and whether more stock than that store's is published; null where there is no such rule. */
function storeFacts(channel: Channel, source: Connector, facilities: readonly TenantFacility[]) {
  const { oneStore } = source.rules;
  if (oneStore === undefined) return null;
  const code = storeOf(source, channel.fields);
  const chosen = facilities.filter((f) => channel.facilities.some((c) => c.facilityId === f.facilityId));
  const others = code === null ? [] : chosen.filter((facility) => facility.code !== code);
  return {
    ...{ field: oneStore.field, code, combinedWith: others.map((facility) => facility.code) },
    warning: others.length > 0 ? oneStore.warning : null,
  };
}

async function pushFacts(ctx: Ctx, tx: Tx, channel: Channel) {
  const credentials = await activeCredentials(tx, { source: channel.source }, ctx.now);
  const merchantid = channel.fields.username ?? null;
  const clientid = credentials[0]?.clientId ?? null;
  return { ...pushHelp(ctx.publicUrl, clientid, merchantid), clientid, merchantid, credentials };
}

function notifyFacts({ channel, source, notices }: Facts) {
  const notSent = [...notices.values()].reduce((sum, n) => sum + n.notSent, 0);
  const offered = source.capabilities.notifyState !== undefined || source.capabilities.dispatch !== undefined;
  const warning =
    offered && !channel.notifyOnDispatch
      ? `Notify Channel On Dispatch is off: ${source.label} gets no dispatch details and no shipment notifications. ${notSent} ${notSent === 1 ? "was" : "were"} not sent.`
      : null;
  return { on: channel.notifyOnDispatch, notSent, warning };
}
