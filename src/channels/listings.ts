import { auditAll } from "../identity/index.ts";
import { type ChannelId, type ListingId, ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { tellMapped } from "./hooks.ts";
import * as store from "./listing.store.ts";
import { markDirty } from "./mark-dirty.ts";

/**
 * Gives listings their SKU, by its code. Orders that waited for it are tried again, and its stock is told. Refusals:
 * LISTING_NOT_FOUND, LISTING_SKU_UNKNOWN; each names all at once, and nothing is mapped then.
 */
export function mapListings(
  ctx: Ctx,
  wanted: readonly { listingId: ListingId; skuCode: string }[],
): Promise<Result<{ mapped: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const listings = await lockAll(
      tx,
      wanted.map((w) => w.listingId),
    );
    if (!listings.ok) return listings;
    const skus = await store.skuIdsByCode(tx, [...new Set(wanted.map((w) => w.skuCode))]);
    const unknown = [...new Set(wanted.map((w) => w.skuCode).filter((code) => !skus.has(code)))];
    if (unknown.length > 0) return refuse("LISTING_SKU_UNKNOWN", { skus: unknown });
    const rows = wanted.flatMap(({ listingId, skuCode }) => {
      const skuId = skus.get(skuCode);
      return skuId === undefined ? [] : [{ listingId, skuId }];
    });
    return ok({ mapped: await mapLocked(tx, ctx, listings.value, rows) });
  });
}

/** Maps locked listings and does what follows from it. Both SKUs' other listings change too: what is reserved moves. */
export async function mapLocked(
  tx: Tx,
  ctx: Ctx,
  listings: readonly store.LockedListing[],
  rows: readonly { listingId: ListingId; skuId: SkuId }[],
): Promise<number> {
  const mapped = await store.mapListings(tx, rows, ctx.now);
  await afterMapping(tx, ctx, mapped, listings);
  return mapped.length;
}

async function afterMapping(
  tx: Tx,
  ctx: Ctx,
  mapped: readonly store.MappedRow[],
  before: readonly store.LockedListing[],
): Promise<void> {
  if (mapped.length === 0) return;
  const old = new Map(before.map((listing) => [listing.listingId, listing]));
  await markDirty(tx, { listingIds: mapped.map((row) => row.listingId) });
  await auditAll(
    tx,
    ctx,
    mapped.map((row) => ({
      action: "listings.mapped",
      recordType: "listing",
      recordId: row.listingId,
      recordCode: row.channelProductId,
      before: { sku: old.get(row.listingId)?.skuCode ?? null },
      after: { sku: row.skuCode },
    })),
  );
  await tellMapped(tx, ctx, mapped);
}

/** Takes the SKU from listings: 0 is published for them, and their next order waits for a mapping. Refuses LISTING_NOT_FOUND. */
export function unmapListings(ctx: Ctx, listingIds: readonly ListingId[]): Promise<Result<{ unmapped: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const listings = await lockAll(tx, listingIds);
    if (!listings.ok) return listings;
    const unmapped = await store.unmapListings(tx, listingIds, ctx.now);
    await markDirty(tx, { listingIds: unmapped.map((row) => row.listingId) });
    const old = new Map(listings.value.map((listing) => [listing.listingId, listing.skuCode]));
    await auditAll(
      tx,
      ctx,
      unmapped.map((row) => ({
        action: "listings.unmapped",
        recordType: "listing",
        recordId: row.listingId,
        recordCode: row.channelProductId,
        before: { sku: old.get(row.listingId) ?? null },
        after: { sku: null },
      })),
    );
    return ok({ unmapped: unmapped.length });
  });
}

/** Maps every unmapped listing whose channel SKU equals an enabled SKU's code; of one channel, or of all. */
export function autoMatchListings(ctx: Ctx, channelId: ChannelId | null): Promise<Result<{ mapped: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => ok({ mapped: await autoMatchIn(tx, ctx, channelId) }));
}

export function autoMatchIn(tx: Tx, ctx: Ctx, channelId: ChannelId | null): Promise<number> {
  return autoMatchOnly(tx, ctx, { channelId });
}

/** SKUs were made, renamed or switched on: listings that carry their code and have no SKU yet get it. */
export function autoMatchSkus(tx: Tx, ctx: Ctx, skuIds: readonly SkuId[]): Promise<number> {
  return autoMatchOnly(tx, ctx, { skuIds });
}

async function autoMatchOnly(tx: Tx, ctx: Ctx, only: Parameters<typeof store.autoMatch>[1]): Promise<number> {
  const mapped = await store.autoMatch(tx, only, ctx.now);
  await afterMapping(tx, ctx, mapped, []);
  return mapped.length;
}

/**
 * Changes what is published of listings: disabled, buffer (never told to this channel), reserved for this channel (kept
 * from the others), cap. Refuses LISTING_NOT_FOUND.
 */
export function changeListings(
  ctx: Ctx,
  listingIds: readonly ListingId[],
  figures: store.ListingFigures,
): Promise<Result<{ changed: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const listings = await lockAll(tx, listingIds);
    if (!listings.ok) return listings;
    await changeLocked(
      tx,
      ctx,
      listings.value.map((listing) => ({ listing, figures })),
    );
    return ok({ changed: listings.value.length });
  });
}

export async function changeLocked(
  tx: Tx,
  ctx: Ctx,
  changes: readonly { listing: store.LockedListing; figures: store.ListingFigures }[],
): Promise<void> {
  if (changes.length === 0) return;
  await store.saveFigures(
    tx,
    changes.map(({ listing, figures }) => ({ ...figures, listingId: listing.listingId })),
    ctx.now,
  );
  await markDirty(tx, { listingIds: changes.map(({ listing }) => listing.listingId) });
  // What is reserved here is kept from every other listing of the SKU.
  const reserved = changes.filter(({ figures }) => figures.reservedForChannel !== undefined);
  await markDirty(tx, { skuIds: [...new Set(reserved.flatMap(({ listing }) => listing.skuId ?? []))] });
  await auditAll(
    tx,
    ctx,
    changes.map(({ listing, figures }) => ({
      action: "listings.changed",
      recordType: "listing",
      recordId: listing.listingId,
      recordCode: listing.channelProductId,
      before: {
        disabled: listing.disabled,
        buffer: listing.buffer,
        reservedForChannel: listing.reservedForChannel,
        cap: listing.cap,
      },
      after: figures,
    })),
  );
}

async function lockAll(tx: Tx, listingIds: readonly ListingId[]): Promise<Result<store.LockedListing[]>> {
  const wanted = [...new Set(listingIds)];
  const listings = await store.lockListings(tx, wanted);
  if (listings.length === wanted.length) return ok(listings);
  const known = new Set(listings.map((listing) => listing.listingId));
  return refuse("LISTING_NOT_FOUND", { listings: wanted.filter((id) => !known.has(id)) });
}
