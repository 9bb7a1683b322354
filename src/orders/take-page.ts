import type {
  Connector,
  ImportedSaleOrder,
  OrdersPage,
  PulledOrder,
  ReportedOrder,
} from "../../connectors/kit/index.ts";
import { sourceOf } from "../channels/index.ts";
import { type ChannelId, newId, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { isUnholdable, type Tx } from "../platform/db.ts";
import { contentHash } from "./content-hash.ts";
import { followImported } from "./custom-fields/keep-imported.ts";
import type { RawOrder, Receipt } from "./judged.ts";
import { dropReviewed } from "./pendency.ts";
import { type KnownOrder, knownOrders, lastChanges, lockStandings, noteChanges, rawOrders } from "./pull.store.ts";
import { countRepeats } from "./receive.store.ts";
import { receiveOrders } from "./receive-orders.ts";
import { keepMalformed } from "./record-malformed.ts";
import { decideStanding, followStandings, type Shown, type Standing } from "./standing.ts";

/** What a page of a channel's orders came to. */
export interface PageCounts {
  /** Became orders here. */
  readonly made: number;
  /** New here, and waiting for something: a mapping, a correction. */
  readonly waiting: number;
  /** Not readable: kept in intake. */
  readonly malformed: number;
  /** Left on the channel's side before they were seen here. */
  readonly shipped: number;
  /** Known, and shown otherwise than before. */
  readonly changed: number;
  /** Rows that were not here with this content, whatever became of them. */
  readonly unseen: number;
}

/** What others do in the transaction that stores a page. */
export interface PageHooks {
  /** What is said of lines of orders that this page made, or that wait in intake: they are not open any more, or not all of their units are, or their buyer asks to cancel them. */
  readonly keepSaid: (tx: Tx, ctx: Ctx, channelId: ChannelId, orders: readonly ReportedOrder[]) => Promise<void>;
}

export interface PulledFrom {
  readonly channelId: ChannelId;
  readonly source: string;
}

/**
 * Stores a page of pulled orders set-based in the caller's transaction: what is new goes the way of every order, what is
 * known and unchanged is counted and follows how the channel shows it, rows without an id are kept as malformed. What is not
 * here, and of a kind of which the seller takes no more, is passed over.
 */
export async function takePage(
  tx: Tx,
  ctx: Ctx,
  from: PulledFrom,
  page: Pick<OrdersPage, "orders" | "rejected">,
  hooks: PageHooks,
): Promise<PageCounts> {
  const source = sourceOf(from.source);
  const acting: Ctx = { ...ctx, actor: { kind: "CHANNEL", id: null, name: source.label } };
  const known = await knownOrders(
    tx,
    from.channelId,
    page.orders.map((order) => order.channelOrderId),
  );
  const orders = page.orders.filter((order) => order.onlyIfKnown !== true || known.has(order.channelOrderId));
  const hashed = orders.map((order) => ({ order, hash: contentHash(order.content) }));
  const less = await lessThanStored(tx, source, hashed, known);
  const isUnchanged = ({ order, hash }: Hashed) => {
    const entry = known.get(order.channelOrderId);
    return isSettled(entry) && (isSame(entry, hash) || less.has(order.channelOrderId));
  };
  const changed = await followKnown(tx, acting, source, from, hashed.filter(isUnchanged), known);
  const news = hashed.filter((each) => !isUnchanged(each)).map(({ order, hash }) => rawOf(source, from, order, hash));
  const receipts = news.length === 0 ? new Map<string, Receipt>() : await receiveOrders(tx, acting, news);
  const made = news.filter((raw) => receipts.get(raw.intakeId)?.state === "CREATED").map((raw) => raw.channelOrderId);
  const said = saidOfNew(orders, news, receipts);
  if (said.length > 0) await hooks.keepSaid(tx, acting, from.channelId, said);
  await settleSnapshots(tx, acting, from, orders, receipts, news);
  const malformed = await keepMalformed(
    tx,
    acting,
    page.rejected.map((row) => ({ channelId: from.channelId, via: "PULL", ...row })),
  );
  const states = [...receipts.values()].map((receipt) => receipt.state);
  const unread = news.filter((raw) => !raw.read.ok && receipts.get(raw.intakeId)?.state === "FAILED").length;
  return {
    made: made.length,
    waiting: states.filter((state) => state === "FAILED" || state === "RECEIVED").length - unread,
    malformed: malformed + unread,
    shipped: news.filter((raw) => raw.leftOnChannel && receipts.get(raw.intakeId)?.state === "IGNORED").length,
    changed,
    unseen: news.length + page.rejected.length,
  };
}

interface Hashed {
  readonly order: PulledOrder;
  readonly hash: string;
}

function isSettled(entry: KnownOrder | undefined): entry is KnownOrder {
  return entry !== undefined && (entry.saleOrderId !== null || entry.state === "DISMISSED");
}

function isSame({ contentHash: known }: KnownOrder, hash: string): boolean {
  return known.toString("hex") === hash;
}

/** Ids of known orders of which only lines are gone, by their source's rule: the content of what is left is the stored one. */
async function lessThanStored(
  tx: Tx,
  { isLessOf }: Connector,
  orders: readonly Hashed[],
  known: ReadonlyMap<string, KnownOrder>,
): Promise<ReadonlySet<string>> {
  if (isLessOf === undefined) return new Set();
  const differing = orders.flatMap(({ order, hash }) => {
    const entry = known.get(order.channelOrderId);
    return isSettled(entry) && !isSame(entry, hash) ? [{ order, entry }] : [];
  });
  if (differing.length === 0) return new Set();
  const stored = await rawOrders(
    tx,
    differing.map(({ entry }) => entry.intakeId),
  );
  const less = differing.filter(({ order, entry }) => isLessOf(order.raw, stored.get(entry.intakeId)));
  return new Set(less.map(({ order }) => order.channelOrderId));
}

/** Does it say more of the order than that all of it is open, and waits for nobody? */
export function saysMore({ lines }: ReportedOrder): boolean {
  return lines.some((line) => line.status !== "OPEN" || line.cancelWished === true || line.needsPerson !== undefined);
}

/** What the page says of orders that it made, and of those that wait: an order that is made later must not be worked on as if it were open. */
function saidOfNew(
  orders: readonly PulledOrder[],
  news: readonly RawOrder[],
  receipts: ReadonlyMap<string, Receipt>,
): ReportedOrder[] {
  const standing = news.filter((raw) => receipts.get(raw.intakeId)?.state !== "IGNORED");
  const heard = new Set(standing.map((raw) => raw.channelOrderId));
  return orders.flatMap(({ channelOrderId, reported }) =>
    reported && heard.has(channelOrderId) && saysMore(reported) ? [reported] : [],
  );
}

/** Notes of which moment the page's orders are, and frees what was kept for those that were cancelled, or left, before they came. */
async function settleSnapshots(
  tx: Tx,
  ctx: Ctx,
  { channelId }: PulledFrom,
  orders: readonly PulledOrder[],
  receipts: ReadonlyMap<string, Receipt>,
  news: readonly RawOrder[],
): Promise<void> {
  const gone = news.filter((raw) => {
    const receipt = receipts.get(raw.intakeId);
    return receipt?.state === "IGNORED" && receipt.accepted;
  });
  await dropReviewed(
    tx,
    ctx,
    channelId,
    gone.map((raw) => raw.channelOrderId),
  );
  const dated = orders.flatMap(({ channelOrderId, changedAt }) =>
    changedAt === undefined ? [] : [{ channelOrderId, changedAt: changedAt.toString() }],
  );
  if (dated.length > 0) await noteChanges(tx, channelId, dated);
}

/**
 * The page without orders that it shows as they were before what is known of them: lists are put together from copies that
 * lag behind, and an older word must not undo a newer one.
 */
export async function withoutStale(ctx: Ctx, { channelId }: PulledFrom, page: OrdersPage): Promise<OrdersPage> {
  const dated = page.orders.filter((order) => order.changedAt !== undefined).map((order) => order.channelOrderId);
  if (dated.length === 0) return page;
  const last = await ctx.db.read(ctx.tenantId, (tx) => lastChanges(tx, channelId, dated));
  const isStale = ({ channelOrderId, changedAt }: PulledOrder): boolean => {
    const known = last.get(channelOrderId);
    return known !== undefined && changedAt !== undefined && changedAt.epochMilliseconds < known.epochMilliseconds;
  };
  return { ...page, orders: page.orders.filter((order) => !isStale(order)) };
}

/**
 * Stores a page in a transaction of its own, with `also` (the cursor). Values that the database cannot hold sink their
 * order alone: the others of its page are stored one by one, and it is kept as malformed.
 */
export async function storePage(
  ctx: Ctx,
  from: PulledFrom,
  page: OrdersPage,
  hooks: PageHooks,
  also: (tx: Tx) => Promise<void>,
): Promise<PageCounts> {
  const store = (part: Pick<OrdersPage, "orders" | "rejected">, and: (tx: Tx) => Promise<void>) =>
    ctx.db.transaction(ctx.tenantId, async (tx) => {
      const counts = await takePage(tx, ctx, from, part, hooks);
      await and(tx);
      return counts;
    });
  try {
    return await store(page, also);
  } catch (error) {
    if (!isUnholdable(error)) throw error;
  }
  const sums: PageCounts[] = [];
  const poisoned: OrdersPage["rejected"][number][] = [];
  for (const order of page.orders)
    try {
      sums.push(await store({ orders: [order], rejected: [] }, async () => undefined));
    } catch (error) {
      if (!isUnholdable(error)) throw error;
      poisoned.push({
        raw: holdable(order.raw),
        words: `order ${JSON.stringify(order.channelOrderId)} holds a value that cannot be stored`,
      });
    }
  const rejected = page.rejected.map((row) => ({ raw: holdable(row.raw), words: JSON.stringify(row.words) }));
  sums.push(await store({ orders: [], rejected: [...rejected, ...poisoned] }, also));
  return sums.reduce(plus);
}

export function plus(a: PageCounts, b: PageCounts): PageCounts {
  return {
    made: a.made + b.made,
    waiting: a.waiting + b.waiting,
    malformed: a.malformed + b.malformed,
    shipped: a.shipped + b.shipped,
    changed: a.changed + b.changed,
    unseen: a.unseen + b.unseen,
  };
}

export const NOTHING_TAKEN: PageCounts = { made: 0, waiting: 0, malformed: 0, shipped: 0, changed: 0, unseen: 0 };

/** Orders that are known and have the same content: counted, and brought to how the channel shows them. */
async function followKnown(
  tx: Tx,
  ctx: Ctx,
  source: Connector,
  from: PulledFrom,
  orders: readonly { readonly order: PulledOrder }[],
  known: ReadonlyMap<string, KnownOrder>,
): Promise<number> {
  if (orders.length === 0) return 0;
  const entries = orders.flatMap(({ order }) => {
    const entry = known.get(order.channelOrderId);
    return entry ? [{ order, entry }] : [];
  });
  await countRepeats(
    tx,
    entries.map(({ entry }) => entry.intakeId),
    ctx.now,
  );
  const read = entries.flatMap(({ order, entry }) => {
    const standing = standingOf(entry, from.channelId);
    const again = standing && source.readOrder?.(order.raw);
    return standing && again?.ok ? [{ standing, imported: again.value }] : [];
  });
  await followImported(
    tx,
    ctx,
    read.map(({ standing, imported }) => ({ saleOrderId: standing.saleOrderId, via: "PULL", imported })),
  );
  const differing = read.flatMap(({ standing, imported }) => {
    const shown = shownBy(imported);
    return decideStanding(standing, shown, ctx.now) ? [{ saleOrderId: standing.saleOrderId, shown }] : [];
  });
  if (differing.length === 0) return 0;
  const locked = await lockStandings(
    tx,
    differing.map((each) => each.saleOrderId),
  );
  const seen = differing.flatMap(({ saleOrderId, shown }) => {
    const now = locked.get(saleOrderId);
    return now ? [{ now, shown }] : [];
  });
  return followStandings(tx, ctx, seen);
}

function standingOf(entry: KnownOrder, channelId: ChannelId): (Standing & { saleOrderId: SaleOrderId }) | null {
  const { saleOrderId, orderState: state, onHold, channelHold, dispatchBy } = entry;
  if (saleOrderId === null || state === null || onHold === null || channelHold === null || dispatchBy === null)
    return null;
  const { holdReason, acceptanceAwaited, actionableFrom } = entry;
  return {
    ...{ saleOrderId, channelId, state, onHold, holdReason, channelHold, acceptanceAwaited },
    ...{ actionableFrom, dispatchBy },
  };
}

function shownBy(order: ImportedSaleOrder): Shown {
  return {
    accepted: order.status === "CREATED",
    held: order.lines.some((line) => line.onHold && !line.cancelled),
    actionableFrom: order.actionableFrom ?? null,
    dispatchBy: order.dispatchBy,
  };
}

function rawOf(source: Connector, { channelId }: PulledFrom, order: PulledOrder, hash: string): RawOrder {
  const { channelOrderId, raw, reported, changedAt } = order;
  const read = source.readOrder?.(raw) ?? { ok: false, faults: [] };
  const left = reported?.lines.filter(isLeft).map((line) => line.channelOrderItemId) ?? [];
  const nothingToShip = left.length > 0 && reported?.lines.every((line) => isLeft(line) || line.status === "CANCELLED");
  return {
    ...{ intakeId: newId<"Intake">(), channelId, via: "PULL", channelOrderId, raw, contentHash: hash, read },
    ...(nothingToShip ? { leftOnChannel: left } : {}),
    ...(changedAt === undefined ? {} : { changedAt }),
  };
}

const LEFT: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED", "RTO", "CIR", "RETURNED"]);

function isLeft(line: ReportedOrder["lines"][number]): boolean {
  return LEFT.has(line.status);
}

/** The value as text: what the database has no room for is a harmless escape in it. */
function holdable(raw: unknown): unknown {
  return { notStored: JSON.stringify(raw) };
}
