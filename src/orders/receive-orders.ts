import { type IntakeChannel, intakeChannels, markDirty, sourceOf } from "../channels/index.ts";
import { type ChannelId, type Instant, type IntakeId, newId, type SaleOrderId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { acceptOrders } from "./acknowledge.ts";
import { followImported, keepImported } from "./custom-fields/keep-imported.ts";
import { joinWishes } from "./exceptions.store.ts";
import { listingsOf } from "./find-listings.ts";
import { base, type Judged, type RawOrder, type Receipt, receiptOf, words } from "./judged.ts";
import { keepAside, keepConflicts, keepRepeats } from "./keep-repeats.ts";
import { reviewOver } from "./pendency.ts";
import { rowsOf } from "./plan-rows.ts";
import { type ListingFacts, type PlannedOrder, readOrder } from "./read-order.ts";
import * as store from "./receive.store.ts";
import { wakePlaces } from "./wake-orders.ts";

/**
 * Takes a batch of raw orders of one tenant in the caller's transaction: writes intake, orders, units, addresses and
 * first timeline entries set-based, and what they make necessary (allocation, new stock figures) as jobs.
 * Idempotent by (channel, channel order id): the same content again is a repeat, other content an exception.
 */
export async function receiveOrders(tx: Tx, ctx: Ctx, given: readonly RawOrder[]): Promise<Map<IntakeId, Receipt>> {
  let judged = await judgeAll(tx, ctx, given);
  if (judged.some(waits)) {
    // Whoever removes a cause at this moment either has done so by now, or waits for us and then finds these entries.
    await store.holdCauses(
      tx,
      judged
        .filter(waits)
        .map((j) => j.given)
        .flatMap(wantedOf),
    );
    judged = await judgeAll(tx, ctx, given);
  }
  const { aside, kept } = await part(tx, judged);
  // Not one that came cancelled: its id is taken, or it would stand aside.
  const fresh = await insert(
    tx,
    ctx,
    kept.filter((j) => j.verdict.kind !== "ignore"),
  );
  const receipts = new Map<IntakeId, Receipt>();
  for (const j of kept.filter((k) => fresh.has(k.given.intakeId))) receipts.set(j.given.intakeId, receiptOf(j));
  await followUp(
    tx,
    ctx,
    kept.filter((k) => fresh.has(k.given.intakeId)),
  );
  const repeats = kept.filter((k) => !fresh.has(k.given.intakeId));
  if (repeats.length > 0) for (const [id, receipt] of await answerRepeats(tx, ctx, repeats)) receipts.set(id, receipt);
  if (aside.length > 0) await keepAside(tx, ctx, aside);
  for (const j of aside) receipts.set(j.given.intakeId, receiptOf(j));
  return receipts;
}

async function judgeAll(tx: Tx, ctx: Ctx, given: readonly RawOrder[]): Promise<Judged[]> {
  const channels = await intakeChannels(tx, [...new Set(given.map((g) => g.channelId))]);
  const listings = await listingsOf(
    tx,
    ctx,
    given.flatMap((g) => (g.read.ok ? [{ channelId: g.channelId, lines: g.read.value.lines }] : [])),
  );
  return given.map((g) => judge(g, channels, listings, ctx.now));
}

/** Would it wait for something that may change here? */
function waits({ verdict }: Judged): boolean {
  return (
    verdict.kind === "wait" || (verdict.kind === "fail" && verdict.waitsFor !== null && verdict.waitsFor.length > 0)
  );
}

function wantedOf({ channelId, read }: RawOrder): { channelId: ChannelId; channelProductId: string }[] {
  return read.ok ? read.value.lines.map(({ channelProductId }) => ({ channelId, channelProductId })) : [];
}

/**
 * Which orders claim their id in intake, and which are only noted. One that came cancelled is only noted, unless its id
 * stands here: then it is an order that changed, and answered like every other repeat.
 */
async function part(tx: Tx, judged: readonly Judged[]): Promise<{ aside: readonly Judged[]; kept: readonly Judged[] }> {
  const ignored = judged.filter((j) => j.verdict.kind === "ignore");
  const seen = new Set(
    ignored.length === 0
      ? []
      : (
          await store.lockSeen(
            tx,
            ignored.map((j) => j.given),
          )
        ).map(idOf),
  );
  const isAside = (j: Judged) =>
    j.verdict.kind === "refuse" || (j.verdict.kind === "ignore" && !seen.has(idOf(j.given)));
  return { aside: judged.filter(isAside), kept: judged.filter((j) => !isAside(j)) };
}

function idOf(order: { channelId: ChannelId; channelOrderId: string }): string {
  return `${order.channelId} ${order.channelOrderId}`;
}

/**
 * Somebody finished it on the marketplace's panel before it was seen here. Since the channel is here that was this seller's stock: the
 * order is made, and what left is adopted. What is older, or of a source whose word about it counts for nothing, is not ours.
 */
function isAdopted({ read }: RawOrder, channel: IntakeChannel): boolean {
  const { reports, reportsOf = "all" } = sourceOf(channel.source).rules;
  if (!read.ok || !reports.includes("DISPATCHED")) return false;
  if (reportsOf === "channel-shipped" && !read.value.thirdPartyShipping) return false;
  return Temporal.Instant.compare(read.value.placedAt, channel.createdAt) >= 0;
}

function judge(
  given: RawOrder,
  channels: ReadonlyMap<ChannelId, IntakeChannel>,
  listings: ReadonlyMap<string, ListingFacts>,
  now: Instant,
): Judged {
  const saleOrderId = newId<"SaleOrder">();
  const channel = channels.get(given.channelId);
  if (channel === undefined || channel.state === "DISABLED")
    return {
      given,
      saleOrderId,
      verdict: {
        kind: "refuse",
        refusal: { code: "CHANNEL_DISABLED", facts: { channel: channel?.code ?? given.channelId } },
      },
    };
  if (given.leftOnChannel && !isAdopted(given, channel))
    return {
      given,
      saleOrderId,
      verdict: {
        kind: "ignore",
        refusal: {
          code: "SHIPPED_ON_CHANNEL",
          facts: { order: given.channelOrderId, lines: given.leftOnChannel },
        },
      },
    };
  const fault = given.read.ok ? undefined : given.read.faults[0];
  if (fault)
    return {
      given,
      saleOrderId,
      verdict: {
        kind: "fail",
        refusal: { code: fault.code, facts: { order: given.channelOrderId, ...fault.facts } },
        waitsFor: null,
      },
    };
  if (!channel.tenantLive)
    return {
      given,
      saleOrderId,
      verdict: {
        kind: "wait",
        refusal: { code: "TENANT_NOT_LIVE_ORDER_WAITS", facts: { order: given.channelOrderId } },
      },
    };
  if (!given.read.ok)
    return {
      given,
      saleOrderId,
      verdict: {
        kind: "fail",
        refusal: { code: "ORDER_MALFORMED", facts: { detail: "it could not be read" } },
        waitsFor: null,
      },
    };
  const byProduct = new Map(
    given.read.value.lines.flatMap((line) => {
      const facts = listings.get(
        store.listingKey({ channelId: given.channelId, channelProductId: line.channelProductId }),
      );
      return facts ? [[line.channelProductId, facts] as const] : [];
    }),
  );
  return {
    given,
    saleOrderId,
    verdict: readOrder(given.read.value, sourceOf(channel.source), channel, byProduct, now),
  };
}

async function insert(tx: Tx, ctx: Ctx, kept: readonly Judged[]): Promise<Set<IntakeId>> {
  if (kept.length === 0) return new Set();
  const intakes = kept.map((j) => ({ ...base(j.given), ...decided(j) }));
  return store.insertBatch(tx, intakes, rowsOf(planned(kept), ctx.actor), ctx.now, ctx.actor.name);
}

function planned(
  judged: readonly Judged[],
): { saleOrderId: SaleOrderId; channelId: ChannelId; order: PlannedOrder; via: string }[] {
  return judged.flatMap((j) =>
    j.verdict.kind === "create"
      ? [{ saleOrderId: j.saleOrderId, channelId: j.given.channelId, order: j.verdict.order, via: j.given.via }]
      : [],
  );
}

function decided(j: Judged): {
  state: "RECEIVED" | "CREATED" | "FAILED";
  code: string | null;
  facts: unknown;
  message: string | null;
  waitsFor: readonly string[] | null;
  saleOrderId: SaleOrderId | null;
} {
  const { verdict } = j;
  if (verdict.kind === "create")
    return { state: "CREATED", code: null, facts: null, message: null, waitsFor: null, saleOrderId: j.saleOrderId };
  return {
    state: verdict.kind === "wait" ? "RECEIVED" : "FAILED",
    ...words(verdict.refusal),
    waitsFor: verdict.kind === "fail" ? verdict.waitsFor : null,
    saleOrderId: null,
  };
}

/** What new orders make necessary: stock to be blocked, a facility to be chosen, a smaller figure on every channel. */
export async function followUp(
  tx: Tx,
  ctx: Ctx,
  judged: readonly {
    verdict: Judged["verdict"];
    given: { channelId: ChannelId; via: RawOrder["via"] };
    saleOrderId: SaleOrderId;
  }[],
): Promise<void> {
  const created = judged.flatMap((j) =>
    j.verdict.kind === "create"
      ? [{ channelId: j.given.channelId, saleOrderId: j.saleOrderId, via: j.given.via, order: j.verdict.order }]
      : [],
  );
  if (created.length === 0) return;
  await joinWishes(
    tx,
    created.map(({ order: { imported }, ...of }) => ({ ...of, channelOrderId: imported.channelOrderId })),
  );
  await keepImported(
    tx,
    ctx,
    created.map(({ saleOrderId, via, order }) => ({ saleOrderId, via, imported: order.imported })),
  );
  await acceptOrders(
    tx,
    ctx,
    created.filter(({ order }) => order.acceptanceAwaited && order.state !== "PENDING_VERIFICATION"),
  );
  await reviewOver(
    tx,
    ctx,
    created.flatMap(({ channelId, saleOrderId, order }) =>
      order.reviewed ? [{ channelId, saleOrderId, channelOrderId: order.imported.channelOrderId }] : [],
    ),
  );
  const units = created.flatMap((c) => c.order.units);
  await markDirty(tx, { skuIds: [...new Set(units.map((u) => u.skuId))] });
  const ready = created.filter((c) => c.order.state === "CREATED" && !c.order.onHold);
  const facilities = new Set(ready.flatMap((c) => c.order.units.flatMap((u) => u.facilityId ?? [])));
  const toRoute = new Set(
    ready.filter((c) => c.order.units.some((u) => u.facilityId === null)).map((c) => c.channelId),
  );
  await wakePlaces(tx, facilities, toRoute);
}

/** An id that stands in intake already: a repeat, a correction of an order that failed by its own fault, or a conflict. */
async function answerRepeats(tx: Tx, ctx: Ctx, repeats: readonly Judged[]): Promise<Map<IntakeId, Receipt>> {
  const seen = new Map(
    (
      await store.lockSeen(
        tx,
        repeats.map((r) => r.given),
      )
    ).map((s) => [idOf(s), s]),
  );
  const receipts = new Map<IntakeId, Receipt>();
  const same: { j: Judged; entry: store.SeenIntake }[] = [];
  const conflicts: { j: Judged; entry: store.SeenIntake }[] = [];
  for (const j of repeats) {
    const entry = seen.get(idOf(j.given));
    if (entry === undefined) throw new Error(`intake of ${j.given.channelOrderId} is neither new nor there`); // the caller falls back to one by one
    const isSame = entry.contentHash.toString("hex") === j.given.contentHash;
    if (j.verdict.kind === "ignore" && entry.saleOrderId === null && entry.state !== "DISMISSED") {
      await store.supersede(tx, entry.intakeId, ctx.now); // cancelled there before it became an order here
      await keepAside(tx, ctx, [j]);
      receipts.set(j.given.intakeId, receiptOf(j));
    } else if (mayReplace(entry) && (!isSame || j.verdict.kind === "create")) {
      await store.supersede(tx, entry.intakeId, ctx.now);
      const fresh = await insert(tx, ctx, [j]);
      if (!fresh.has(j.given.intakeId))
        throw new Error(`a correction of ${j.given.channelOrderId} takes the place of the failed entry`);
      await followUp(tx, ctx, [j]);
      receipts.set(j.given.intakeId, receiptOf(j));
    } else if (isSame) same.push({ j, entry });
    else conflicts.push({ j, entry });
  }
  await keepRepeats(tx, ctx, same, receipts);
  await followImported(
    tx,
    ctx,
    same.flatMap(({ j: { given }, entry: { saleOrderId } }) =>
      saleOrderId !== null && given.read.ok ? [{ saleOrderId, via: given.via, imported: given.read.value }] : [],
    ),
  );
  await keepConflicts(tx, ctx, conflicts, receipts);
  return receipts;
}

/** An order that failed by its own fault, or by what only a correction heals: the sender's next word takes its place. */
function mayReplace(entry: store.SeenIntake): boolean {
  return entry.state === "FAILED" && (entry.waitsFor === null || entry.waitsFor.length === 0);
}
