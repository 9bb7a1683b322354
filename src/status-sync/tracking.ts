import type { ReportedOrder, ReportedParcel } from "../../connectors/kit/index.ts";
import { applyDelivered, lockForMove, lockPackages, movePackages, packageLifecycle } from "../fulfilment/index.ts";
import { assert, type ChannelId, newId, ok, type ShippingPackageId } from "../kernel/index.ts";
import { type NewException, openExceptions } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { expectBack } from "../returns/index.ts";
import { meaningOf, type TrackingMeaning, trackingMeanings } from "../shipping/index.ts";
import { packageOf } from "./match-parcels.ts";
import {
  type ChannelShipped,
  channelShipped,
  type DueTracking,
  dueTracking,
  fillCouriers,
  insertTracking,
  markApplied,
  showLatest,
  type TrackedWord,
} from "./tracking.store.ts";

/** Packages of one look for words whose effect is due. */
const DUE_PER_LOOK = 500;
const RAW_MAX = 200;

/** What a channel says of an order's parcels. */
export type ParcelsHeard = Pick<ReportedOrder, "channelOrderId" | "parcels">;

/**
 * Keeps what a channel tells of parcels that it ships: courier and number where they are missing, and each word of the courier
 * with its time, once. A word that nobody knows, and one of a loss, is shown to a person. What the words do to packages is
 * done by `applyTracking`. A few statements for any number of orders.
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
    parcels.flatMap((parcel) => {
      const ours = packageOf(parcel, packages.get(channelOrderId) ?? []);
      return ours ? [{ parcel, ours }] : [];
    }),
  );
  await fillCouriers(tx, found.flatMap(courierOf), ctx.now);
  const words = found.flatMap(({ parcel, ours }) =>
    parcel.statuses.flatMap(({ raw, at }) => {
      const text = raw.trim().slice(0, RAW_MAX);
      if (text === "") return [];
      const meaning = meaningOf(text);
      return [
        {
          ours,
          word: {
            id: newId(),
            shippingPackageId: ours.shippingPackageId,
            raw: text,
            meaning,
            at,
            via: "STATUS",
          } as const,
        },
      ];
    }),
  );
  const isNew = await insertTracking(
    tx,
    words.map(({ word }): TrackedWord => word),
    ctx.now,
  );
  const news = words.filter(({ word }) => isNew.has(word.id));
  const ids = [...new Set(news.map(({ ours }) => ours.shippingPackageId))];
  if (ids.length > 0) await showLatest(tx, ids, ctx.now);
  await openExceptions(
    tx,
    ctx,
    news.flatMap(({ ours, word }) => doubtOf(channelId, ours, word.raw, word.meaning)),
  );
  return ids;
}

function courierOf({ parcel, ours }: { parcel: ReportedParcel; ours: ChannelShipped }) {
  const code = parcel.courierCode?.trim() || parcel.courierName?.trim();
  const awb = parcel.awb?.trim();
  if (!ours.isGone || ours.awb !== null || !code || !awb || !/^[\x21-\x7e]{1,48}$/.test(awb)) return [];
  return [{ shippingPackageId: ours.shippingPackageId, code, name: parcel.courierName?.trim() || code, awb }];
}

function doubtOf(
  channelId: ChannelId,
  ours: ChannelShipped,
  raw: string,
  meaning: TrackingMeaning | null,
): NewException[] {
  const { shippingPackageId, saleOrderId, orderCode, code, awb } = ours;
  const of = { channelId, saleOrderId, shippingPackageId };
  const facts = { order: orderCode, package: code, awb, status: raw };
  // Once for the word, not for each parcel: it is the table that lacks it.
  if (meaning === null) return [{ kind: "UNKNOWN_STATUS", ...of, key: `courier:${channelId}:${raw}`, facts }];
  if (trackingMeanings[meaning].flagged !== true) return [];
  const label = trackingMeanings[meaning].label.toLowerCase();
  return [{ kind: "PARCEL_LOST", ...of, key: `${shippingPackageId}:${meaning}`, facts: { ...facts, label } }];
}

/**
 * Does to packages what their couriers' words say, of those that left from here; each package in a transaction of its own.
 * Words about goods that are still here wait: dispatch is the channel's own word, or ours.
 */
export async function applyTracking(ctx: Ctx, ids: readonly ShippingPackageId[] | null): Promise<number> {
  if (ids !== null && ids.length === 0) return 0;
  const due = await ctx.db.read(ctx.tenantId, (tx) => dueTracking(tx, ids, DUE_PER_LOOK));
  const acting: Ctx = { ...ctx, now: ctx.clock.now() };
  for (const parcel of due)
    await ctx.db.transaction(ctx.tenantId, async (tx) => {
      await follow(tx, acting, parcel);
      return ok();
    });
  return due.length;
}

async function follow(tx: Tx, ctx: Ctx, parcel: DueTracking): Promise<void> {
  const { shippingPackageId: id } = parcel;
  await lockForMove(tx, [id]);
  for (const { meaning, raw, at } of parcel.words) {
    const effect = meaning === null ? null : trackingMeanings[meaning].effect;
    if (effect === null) continue;
    if (effect === "turnBack") {
      await expectBack(tx, ctx, [id], { via: "COURIER", reason: raw });
      continue;
    }
    const happenedAt = earlier(Temporal.Instant.from(at), ctx.now);
    if (effect === "deliver" && parcel.awb !== null) {
      // A delivery of what is expected back is a doubt for a person: the same road as a pushed one.
      const { channelId, awb, code: packageCode } = parcel;
      const said = await applyDelivered(tx, ctx, { channelId, awb, packageCode, providerCode: null, at: happenedAt });
      assert(said.ok, "a package that is locked is found by its number");
      continue;
    }
    const [now] = await lockPackages(tx, [id]);
    if (now === undefined || !packageLifecycle.may(effect, now.state)) continue;
    const moved = await movePackages(tx, ctx, [id], effect, { happenedAt, courierStatus: raw });
    assert(moved.ok, "a package that is locked and judged may move");
  }
  await markApplied(tx, id);
}

function earlier(a: Temporal.Instant, b: Temporal.Instant): Temporal.Instant {
  return Temporal.Instant.compare(a, b) < 0 ? a : b;
}
