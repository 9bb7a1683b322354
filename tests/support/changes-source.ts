import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { jupiterMoney } from "../../connectors/jupiter-money/index.ts";
import {
  type Call,
  type Capabilities,
  type Connector,
  defineConnector,
  type FeedPage,
  type FeedWish,
  type ReportedOrder,
  type ReportedParcel,
  type SourceRules,
  succeed,
} from "../../connectors/kit/index.ts";
import { installSources } from "../../src/channels/index.ts";

type Status = ReportedOrder["lines"][number]["status"];

/** A change that one of the marketplace's lists tells. */
export interface Change {
  readonly feed: string;
  readonly order: string;
  readonly line: string;
  readonly status: Status;
  readonly raw?: string;
  readonly quantity?: number;
  /** ISO. */
  readonly at: string;
  readonly returnId?: string;
}

export interface ToldParcel {
  readonly lines?: readonly string[];
  readonly courier?: string;
  readonly awb?: string;
  readonly statuses: readonly (readonly [raw: string, at: string | null])[];
}

/** A question that came. */
export interface AskedFeed {
  readonly feed: string;
  readonly from: string;
  readonly to: string;
  readonly page: number;
}

/** A marketplace that tells changes in lists, of pages and with limits of its own; a server on this machine. */
export interface ChangesSource {
  readonly id: string;
  readonly url: string;
  readonly changes: Change[];
  /** Parcels by the channel's order id. */
  readonly parcels: Map<string, readonly ToldParcel[]>;
  readonly asked: AskedFeed[];
  /** Ids of each question about single orders. */
  readonly askedIds: string[][];
  /** Ids of whole orders that were asked for (`looked`); it gives none of them. */
  readonly looked: string[];
  /** Orders that it gives as nobody can read them. */
  readonly unreadable: Set<string>;
  /** Answers a question itself: a status of failure, or null for the usual one. */
  fault: (asked: { readonly feed: string; readonly page: number; readonly nth: number }) => number | null;
  pageSize: number;
  /** A window gives no more changes than this. */
  cap: number;
  /** Up to when the lists are complete; null: up to the window's end. */
  through: string | null;
  /** Gives the page before once more for ever. */
  repeats: boolean;
  readonly close: () => Promise<void>;
}

export interface ChangesWish {
  readonly feeds?: NonNullable<Capabilities["pullStatuses"]>["feeds"];
  readonly rules?: Partial<SourceRules>;
  readonly byId?: boolean;
  /** Whole orders may be asked for by their ids. */
  readonly whole?: true | "by lists";
  /** It has a list of orders, which tells these statuses as well; nothing stands on it. Its faults are asked for as `list`. */
  readonly listTells?: NonNullable<Capabilities["pullOrders"]>["tells"];
  /** That list counts when orders changed, and is complete up to so many minutes ago. */
  readonly listBehindMinutes?: number;
}

/** Installs a source whose statuses come from lists of changes. Its orders are made as Jupiter Money's are. */
export async function aChangesSource(id: string, wish: ChangesWish = {}): Promise<ChangesSource> {
  const state: Omit<ChangesSource, "url" | "close" | "id"> = {
    ...{ changes: [], parcels: new Map(), asked: [], askedIds: [], looked: [], unreadable: new Set() },
    ...{ fault: () => null, pageSize: 100, cap: Number.POSITIVE_INFINITY, through: null, repeats: false },
  };
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "", "http://here");
    const answer = url.pathname === "/orders" ? ordersOf(state, url) : pageOf(state, url);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(JSON.stringify(answer.body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const source = listing(declared(id, wish), wish);
  installSources([wish.whole ? givingWhole(source, state.looked, wish.whole) : source]);
  const { port } = server.address() as AddressInfo; // it listens on TCP
  return Object.assign(state, {
    ...{ id, url: `http://127.0.0.1:${port}` },
    close: () =>
      new Promise<void>((resolve) => {
        server.closeAllConnections();
        server.close(() => resolve());
      }),
  });
}

type State = Omit<ChangesSource, "url" | "close" | "id">;

function pageOf(state: State, url: URL): { status: number; body: unknown } {
  const of = (name: string) => url.searchParams.get(name) ?? "";
  const asked = { feed: of("feed"), from: of("from"), to: of("to"), page: Number(of("page")) };
  const nth = state.asked.push(asked);
  const fault = state.fault({ feed: asked.feed, page: asked.page, nth });
  if (fault !== null) return { status: fault, body: { message: `fault ${fault}` } };
  const within = state.changes.filter((c) => c.feed === asked.feed && c.at >= asked.from && c.at <= asked.to);
  const given = within.slice(0, state.cap);
  const page = state.repeats ? 1 : asked.page;
  const rows = given.slice((page - 1) * state.pageSize, page * state.pageSize);
  const last = !state.repeats && page * state.pageSize >= given.length;
  const body = {
    orders: rows.map((change) => reported(state, change.order, [change])),
    ...{ rejected: [], last, ...(within.length > state.cap ? { capped: true } : {}) },
    ...(state.through === null ? {} : { through: state.through }),
  };
  return { status: 200, body };
}

function ordersOf(state: State, url: URL): { status: number; body: unknown } {
  const ids = (url.searchParams.get("ids") ?? "").split(",");
  const nth = state.askedIds.push(ids);
  const fault = state.fault({ feed: "orders", page: 1, nth });
  if (fault !== null) return { status: fault, body: { message: `fault ${fault}` } };
  const rejected = ids.filter((id) => state.unreadable.has(id)).map((id) => `${id}: no state that is known`);
  const orders = ids.flatMap((order) => {
    if (state.unreadable.has(order)) return [];
    const changes = state.changes.filter((change) => change.order === order);
    const latest = [...Map.groupBy(changes, (change) => change.line).values()].flatMap((of) => of.at(-1) ?? []);
    return latest.length > 0 || state.parcels.has(order) ? [reported(state, order, latest)] : [];
  });
  return { status: 200, body: { orders, rejected } };
}

function reported(state: State, channelOrderId: string, changes: readonly Change[]) {
  const lines = changes.map(({ line, status, raw = status, quantity, at, returnId = null }) => ({
    ...{ channelOrderItemId: line, status, raw, changedAt: at, ...(quantity === undefined ? {} : { quantity }) },
    ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: returnId },
  }));
  const parcels = (state.parcels.get(channelOrderId) ?? []).map(({ lines: of = [], courier, awb, statuses }) => ({
    ...{ channelOrderItemIds: of, courierCode: courier ?? null, courierName: courier ?? null, awb: awb ?? null },
    statuses: statuses.map(([raw, at]) => ({ raw, at })),
  }));
  return { channelOrderId, lines, parcels };
}

function declared(id: string, { feeds, rules, byId = true }: ChangesWish): Connector {
  const { operations: _, capabilities: __, ...identity } = jupiterMoney;
  const full = defineConnector({
    ...identity,
    ...{ id, label: "Changes", rules: { ...identity.rules, channelCancel: "dispatched", ...rules } },
    capabilities: { pullStatuses: { feeds: feeds ?? FEEDS }, readStatuses: { batchMax: 2 } },
    operations: {
      pullStatuses: async (call: Call, { feed, from, to, page }: FeedWish) => {
        const query = { feed, from: from.toString(), to: to.toString(), page: String(page) };
        const sent = await call.send({
          operation: "changes",
          method: "GET",
          path: "/changes",
          query,
          idempotent: true,
        });
        if (!sent.ok) return sent;
        const answer = sent.value.json as Omit<FeedPage, "orders" | "through"> & {
          orders: WireOrder[];
          through?: string;
        }; // our own server's
        const { orders, through, ...rest } = answer;
        return succeed({
          ...rest,
          orders: orders.map(read),
          ...(through === undefined ? {} : { through: Temporal.Instant.from(through) }),
        });
      },
      readStatuses: async (call: Call, ids: readonly string[]) => {
        const query = { ids: ids.join(",") };
        const sent = await call.send({ operation: "orders", method: "GET", path: "/orders", query, idempotent: true });
        if (!sent.ok) return sent;
        const answer = sent.value.json as { orders: WireOrder[]; rejected: string[] }; // our own server's
        return succeed({ orders: answer.orders.map(read), rejected: answer.rejected });
      },
    },
  });
  if (byId) return full;
  const { readStatuses: ___, ...capabilities } = full.capabilities;
  const { readStatuses: ____, ...operations } = full.operations;
  return { ...full, capabilities, operations };
}

function listing(source: Connector, { listTells: tells, listBehindMinutes: behind }: ChangesWish): Connector {
  if (tells === undefined) return source;
  const pullOrders = async (call: Call) => {
    const query = { feed: "list", from: "", to: "", page: "1" };
    const sent = await call.send({ operation: "orders", method: "GET", path: "/changes", query, idempotent: true });
    const through = behind === undefined ? {} : { through: call.now.subtract({ minutes: behind }) };
    return sent.ok ? succeed({ orders: [], rejected: [], last: true, ...through }) : sent;
  };
  const by = behind === undefined ? {} : { by: "changed" as const };
  const list = { statuses: ["CREATED"] as const, windowDays: 1, tells, ...by };
  const capabilities = { ...source.capabilities, pullOrders: list };
  return { ...source, capabilities, operations: { ...source.operations, pullOrders } };
}

function givingWhole(source: Connector, looked: string[], how: NonNullable<ChangesWish["whole"]>): Connector {
  const readOrders = async (_: Call, ids: readonly string[]) => {
    looked.push(...ids);
    return succeed({ orders: [], rejected: [] });
  };
  const capabilities = {
    ...source.capabilities,
    readOrders: { batchMax: 50, ...(how === true ? {} : { byLists: true as const }) },
  };
  return { ...source, capabilities, operations: { ...source.operations, readOrders } };
}

const FEEDS = [
  { name: "cancelled", tells: ["CANCELLED"], overlapMinutes: 10, windowMinutesMax: 60 },
  { name: "shipped", tells: ["DISPATCHED"], overlapMinutes: 10, windowMinutesMax: 60 },
  { name: "ended", tells: ["DELIVERED", "RETURNED"], overlapMinutes: 60, windowMinutesMax: 1_440 },
] as const;

type Line = ReportedOrder["lines"][number];
interface WireOrder {
  readonly channelOrderId: string;
  readonly lines: (Omit<Line, "changedAt"> & { readonly changedAt: string })[];
  readonly parcels: (Omit<ReportedParcel, "statuses"> & { readonly statuses: { raw: string; at: string | null }[] })[];
}

function read({ channelOrderId, lines, parcels }: WireOrder): ReportedOrder {
  return {
    channelOrderId,
    lines: lines.map((line) => ({ ...line, changedAt: Temporal.Instant.from(line.changedAt) })),
    parcels: parcels.map((parcel) => ({
      ...parcel,
      statuses: parcel.statuses.map(({ raw, at }) => ({ raw, at: at === null ? null : Temporal.Instant.from(at) })),
    })),
  };
}
