import type { FacilityId, Id, SkuId } from "../kernel/index.ts";

export type PendencyId = Id<"Pendency">;

/** Stock of one SKU in one facility that is kept for an order under review, and that is wanted for it. */
export interface KeptPart {
  readonly pendencyId: PendencyId;
  readonly facilityId: FacilityId;
  readonly skuId: SkuId;
  readonly wanted: number;
  readonly blocked: number;
}

/** An order under review as its channel lists it now, in SKUs. */
export interface ReviewedOrder {
  readonly pendencyId: PendencyId;
  /** Units wanted by SKU; lines whose listing is mapped to nothing are not among them. */
  readonly wanted: ReadonlyMap<SkuId, number>;
  /** What stands for it from before. */
  readonly parts: readonly KeptPart[];
}

export interface KeepingPlan {
  /** Every part that stands from now on. */
  readonly parts: readonly KeptPart[];
  /** Parts that stand no more. */
  readonly gone: readonly KeptPart[];
  /** Units by which the blocked stock of a part changes, never zero. */
  readonly changes: readonly (Pick<KeptPart, "pendencyId" | "facilityId" | "skuId"> & { readonly units: number })[];
}

/**
 * What is kept for orders under review, first come first served. Pure. An order's stock is kept in one facility, in the
 * channel's order: the first that has all of it free, else the first that has some, else the first; once chosen it stays,
 * as long as the channel sells from there. What is not there is kept when it comes. `free` counts what no order waits for.
 */
export function planKeeping(
  orders: readonly ReviewedOrder[],
  facilities: readonly FacilityId[],
  free: ReadonlyMap<FacilityId, ReadonlyMap<SkuId, number>>,
): KeepingPlan {
  const left = new Map([...free].map(([facilityId, bySku]) => [facilityId, new Map(bySku)]));
  const plan = { parts: [] as KeptPart[], gone: [] as KeptPart[], changes: [] as KeepingPlan["changes"][number][] };
  for (const order of orders) {
    const facilityId = placeOf(order, facilities, left);
    const isKept = (part: KeptPart) => part.facilityId === facilityId && order.wanted.has(part.skuId);
    for (const part of order.parts.filter((p) => !isKept(p))) {
      plan.gone.push(part);
      if (part.blocked > 0) plan.changes.push({ ...keyOf(part), units: -part.blocked });
    }
    if (facilityId === null) continue;
    const here = left.get(facilityId) ?? new Map<SkuId, number>();
    for (const [skuId, wanted] of order.wanted) {
      const before = order.parts.find((p) => isKept(p) && p.skuId === skuId)?.blocked ?? 0;
      const taken = Math.min(Math.max(0, wanted - before), Math.max(0, here.get(skuId) ?? 0));
      const blocked = Math.min(before, wanted) + taken;
      here.set(skuId, (here.get(skuId) ?? 0) - taken);
      const part = { pendencyId: order.pendencyId, facilityId, skuId, wanted, blocked };
      plan.parts.push(part);
      if (blocked !== before) plan.changes.push({ ...keyOf(part), units: blocked - before });
    }
  }
  return plan;
}

function keyOf({ pendencyId, facilityId, skuId }: KeptPart): Pick<KeptPart, "pendencyId" | "facilityId" | "skuId"> {
  return { pendencyId, facilityId, skuId };
}

function placeOf(
  order: ReviewedOrder,
  facilities: readonly FacilityId[],
  left: ReadonlyMap<FacilityId, ReadonlyMap<SkuId, number>>,
): FacilityId | null {
  const chosen = order.parts.find((part) => part.blocked > 0 && facilities.includes(part.facilityId))?.facilityId;
  if (chosen !== undefined) return chosen;
  const has = (facilityId: FacilityId, skuId: SkuId) => left.get(facilityId)?.get(skuId) ?? 0;
  const wanted = [...order.wanted];
  return (
    facilities.find((f) => wanted.every(([skuId, units]) => has(f, skuId) >= units)) ??
    facilities.find((f) => wanted.some(([skuId]) => has(f, skuId) > 0)) ??
    facilities[0] ??
    null
  );
}
