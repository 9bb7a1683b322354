import type { ReportedOrder, ReportedParcel } from "../../connectors/kit/index.ts";
import { lockForMove, lockPackages, movePackages, packageLifecycle } from "../fulfilment/index.ts";
import { assert, type ChannelId, type Instant, newId, ok, type ShippingPackageId } from "../kernel/index.ts";
import { openExceptions, settleExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import { isServerAway, type Tx } from "../platform/db.ts";
import { expectBack } from "../returns/index.ts";
import { meaningOf } from "../shipping/index.ts";
import { doubtsOfWord, STILL_HERE } from "./courier-tracking/doubts.ts";
import { plainText, RAW_MAX } from "./courier-tracking/limits.ts";
import { saveNdrs } from "./courier-tracking/ndr.store.ts";
import { decideStory, ndrOf, type StoryDecision } from "./courier-tracking/story.ts";
import { type Match, matchParcels } from "./match-parcels.ts";
import {
  type ChannelShipped,
  channelShipped,
  dueTracking,
  fillCouriers,
  insertTracking,
  markApplied,
  type StoryFacts,
  saidBefore,
  showLatest,
  storyOf,
  storyWords,
  type TrackedPackage,
  type TrackedWord,
} from "./tracking.store.ts";

/** Packages of one look for words whose effect is due. */
const DUE_PER_LOOK = 500;

/** What a channel says of an order's parcels. */
export type ParcelsHeard = Pick<ReportedOrder, "channelOrderId" | "parcels">;

/** A word about a package: a channel's, or its courier's. */
export type Told = { readonly ours: TrackedPackage } & Omit<TrackedWord, "id" | "shippingPackageId">;

/** What a word that says no more than itself leaves out. */
export const SAYS_NO_MORE = {
  ...{ place: null, remark: null, ndrCode: null, ndrReason: null, attempts: null, nextAttemptAt: null },
} as const;

/**
 * Keeps what a channel tells of parcels that it ships: courier and number where they are missing, and each word of the courier
 * with its time, once. What the words do to packages is done by `applyTracking`. A few statements for any number of orders.
 */
export async function hearParcels(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  orders: readonly ParcelsHeard[],
): Promise<ShippingPackageId[]> {
  const told = orders.filter((order) => (order.parcels ?? []).length > 0);
  if (told.length === 0) return [];
  const packages = Map.groupBy(
    await channelShipped(
      tx,
      channelId,
      told.map((order) => order.channelOrderId),
    ),
    (each) => each.channelOrderId,
  );
  const found = told.flatMap(({ channelOrderId, parcels = [] }) =>
    matchParcels(parcels, packages.get(channelOrderId) ?? []),
  );
  await fillCouriers(tx, found.flatMap(courierOf), ctx.now);
  return keepTold(tx, ctx, await timed(tx, found.flatMap(toldOf), ctx.now));
}

function toldOf({ parcel, ours, partly }: Match<ReportedParcel, ChannelShipped>): Told[] {
  return parcel.statuses.flatMap(({ raw, at }): Told[] => {
    const text = plainText(raw, RAW_MAX);
    const meaning = text === null ? null : meaningOf(text);
    // A package has arrived when all of it has.
    if (text === null || (partly && meaning === "DELIVERED")) return [];
    return [{ ours, raw: text, meaning, at, via: "STATUS", ...SAYS_NO_MORE }];
  });
}

/**
 * A channel that gives no times tells how its parcel stands. A word that comes back after another one ("Undelivered" for the
 * second time) is a new one, of the moment in which it was heard: only what the channel said last it says again. Of a package of
 * which several such words are told at once none is the present one.
 */
async function timed(tx: Tx, told: readonly Told[], now: Instant): Promise<Told[]> {
  const alone = [...Map.groupBy(told, (each) => each.ours.shippingPackageId)].flatMap(([id, of]) =>
    of.length === 1 && of[0]?.at === null ? [id] : [],
  );
  if (alone.length === 0) return [...told];
  const said = await saidBefore(tx, alone);
  return told.map((each) => {
    const before = said.get(each.ours.shippingPackageId);
    const isBack =
      each.at === null && before !== undefined && before.last !== each.raw && before.raws.includes(each.raw);
    return isBack ? { ...each, at: now } : each;
  });
}

/**
 * Keeps words about packages, each once: the package shows the latest, a delivery that failed stands among the NDRs, and what
 * a person has to see is opened. @returns the packages of which something was news
 */
export async function keepTold(tx: Tx, ctx: Ctx, told: readonly Told[]): Promise<ShippingPackageId[]> {
  const words = told.map(({ ours, ...word }) => ({
    ours,
    word: { id: newId(), shippingPackageId: ours.shippingPackageId, ...word } satisfies TrackedWord,
  }));
  const kept = await insertTracking(
    tx,
    words.map(({ word }) => word),
    ctx.now,
  );
  if (kept.length === 0) return [];
  await rewriteNdrs(tx, ctx, [...new Set(kept.map((row) => row.shippingPackageId))]);
  const fresh = new Set(kept.filter((row) => row.isNew).map((row) => row.id));
  const news = words.filter(({ word }) => fresh.has(word.id));
  const ids = [...new Set(news.map(({ ours }) => ours.shippingPackageId))];
  if (ids.length > 0) await showLatest(tx, ids, ctx.now);
  await openExceptions(
    tx,
    ctx,
    news.flatMap(({ ours, word }) => doubtsOfWord(ours, word)),
  );
  return ids;
}

async function rewriteNdrs(tx: Tx, ctx: Ctx, ids: readonly ShippingPackageId[]): Promise<void> {
  const stories = Map.groupBy(await storyWords(tx, ids), (word) => word.shippingPackageId);
  const ndrs = [...stories].flatMap(([shippingPackageId, words]) => {
    const ndr = ndrOf(words);
    return ndr === null ? [] : [{ shippingPackageId, ...ndr }];
  });
  await saveNdrs(tx, ndrs, ctx.now);
}

function courierOf({ parcel, ours }: Match<ReportedParcel, ChannelShipped>) {
  const name = plainText(parcel.courierName);
  const code = plainText(parcel.courierCode) ?? name;
  const awb = parcel.awb?.trim();
  if (!ours.isGone || ours.awb !== null || !code || !awb || !/^[\x21-\x7e]{1,48}$/.test(awb)) return [];
  return [{ shippingPackageId: ours.shippingPackageId, code, name: name ?? code, awb }];
}

/**
 * Does to packages what their couriers' words say, of those that left from here; each package in a transaction of its own.
 * Words about goods that are still here wait: dispatch is the channel's own word, or ours. One package's fault of ours does not
 * stop the others; it is thrown when they are through, and its words stay due.
 */
export async function applyTracking(ctx: Ctx, ids: readonly ShippingPackageId[] | null): Promise<number> {
  if (ids !== null && ids.length === 0) return 0;
  const due = await ctx.db.read(ctx.tenantId, (tx) => dueTracking(tx, ids, DUE_PER_LOOK));
  const acting: Ctx = { ...ctx, now: ctx.clock.now() };
  const faults: unknown[] = [];
  for (const shippingPackageId of due)
    try {
      await ctx.db.transaction(ctx.tenantId, async (tx) => {
        await followParcel(tx, acting, shippingPackageId);
        return ok();
      });
    } catch (error) {
      if (isServerAway(error)) throw error;
      ctx.log.error({ err: error, shippingPackageId, outcome: "failed" }, "a courier's word was not applied");
      faults.push(error);
    }
  if (faults.length > 0) throw faults[0];
  return due.length;
}

/** The same for one package in the caller's transaction. One that has not left from here waits. */
export async function followParcel(tx: Tx, given: Ctx, id: ShippingPackageId): Promise<void> {
  await lockForMove(tx, [id]);
  const [parcel] = await lockPackages(tx, [id]);
  assert(parcel !== undefined, "a package that words are kept of is there");
  if (STILL_HERE.includes(parcel.state)) return;
  const { facts, words } = await storyOf(tx, id);
  if (words.every((word) => word.applied)) return;
  // Whoever brings the word, it is the courier's.
  const ctx: Ctx =
    facts.providerCode === null ? given : { ...given, actor: { kind: "COURIER", id: null, name: facts.providerCode } };
  const decision = decideStory({ state: parcel.state, deliveredAt: facts.deliveredAt }, words);
  for (const { event, word } of decision.moves) {
    if (event === "turnBack") {
      const reason = word.remark === null ? word.raw : `${word.raw}: ${word.remark}`;
      await expectBack(tx, ctx, [id], { via: "COURIER", reason, awb: facts.rtoAwb });
      continue;
    }
    const [now] = await lockPackages(tx, [id]);
    assert(now !== undefined && packageLifecycle.may(event, now.state), "a package that was judged may move");
    const options = { happenedAt: earlier(word.at, ctx.now), courierStatus: word.raw };
    const moved = await movePackages(tx, ctx, [id], event, options);
    assert(moved.ok, "a package that is locked and judged may move");
  }
  await askPerson(tx, ctx, parcel, facts, decision);
  // It left with a closed manifest after all: what was flagged before is over.
  const note = "Its manifest was closed: what the courier said has taken effect.";
  if (parcel.state === "DISPATCHED") await settleExceptions(tx, ctx, { kind: "LEFT_WITHOUT_MANIFEST", key: id, note });
  await markApplied(tx, decision.outcomes);
}

async function askPerson(
  tx: Tx,
  ctx: Ctx,
  parcel: Pick<TrackedPackage, "shippingPackageId" | "saleOrderId" | "channelId" | "code" | "orderCode"> & {
    readonly thirdPartyShipping: boolean;
  },
  { awb, providerCode }: StoryFacts,
  { doubt }: StoryDecision,
): Promise<void> {
  if (doubt === null) return;
  // What comes back after its delivery, of parcels that channels ship, is a return that they announce themselves.
  if (doubt.kind === "RETURNING_AFTER_DELIVERY" && parcel.thirdPartyShipping) return;
  const { shippingPackageId, saleOrderId, channelId, code, orderCode } = parcel;
  const facts = { order: orderCode, package: code, packageId: shippingPackageId, awb, status: doubt.word.raw };
  await openExceptions(tx, ctx, [
    {
      ...{ kind: doubt.kind, channelId, saleOrderId, shippingPackageId, key: shippingPackageId },
      facts: { ...facts, provider: providerCode },
    },
  ]);
}

function earlier(a: Instant, b: Instant): Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}
