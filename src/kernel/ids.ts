import { randomBytes } from "node:crypto";

/** A UUID branded by what it names, so that a package id is never passed where an order id belongs. */
export type Id<Entity extends string> = string & { readonly __entity: Entity };

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}

let lastMs = 0;
let counter = 0;

const ID_BYTES = 16;
/** Asked of the system for many ids at once: asked for each, it was a tenth of what storing an order cost here. */
const IDS_AT_ONCE = 256;
let pool = Buffer.alloc(0);
let taken = 0;

function idBytes(): Buffer {
  if (taken === pool.length) {
    pool = randomBytes(ID_BYTES * IDS_AT_ONCE);
    taken = 0;
  }
  taken += ID_BYTES;
  return pool.subarray(taken - ID_BYTES, taken);
}

/**
 * A new UUIDv7: sorted by the millisecond it was made in, and within one process by a 12-bit counter, so that rows
 * made together lie together in an index. Made before the first attempt at a write and reused on retry.
 */
export function newId<Entity extends string>(): Id<Entity> {
  const bytes = idBytes();
  const nowMs = Date.now(); // the only clock read outside Ctx: it orders ids and decides nothing
  if (nowMs > lastMs) {
    lastMs = nowMs;
    counter = bytes.readUInt16BE(6) & 0x07ff; // starts in the lower half: room to count up within the millisecond
  } else if (++counter > 0x0fff) {
    lastMs += 1; // more than 2,048 in a millisecond: borrow from the next one
    counter = 0;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
  const hex = bytes.toString("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}` as Id<Entity>;
}

export type TenantId = Id<"Tenant">;
export type UserId = Id<"User">;
export type FacilityId = Id<"Facility">;
export type SkuId = Id<"Sku">;
export type ChannelId = Id<"Channel">;
export type ListingId = Id<"Listing">;
export type SaleOrderId = Id<"SaleOrder">;
export type SaleOrderItemId = Id<"SaleOrderItem">;
export type ShippingPackageId = Id<"ShippingPackage">;
export type ManifestId = Id<"Manifest">;
export type InvoiceId = Id<"Invoice">;
export type IntakeId = Id<"Intake">;
