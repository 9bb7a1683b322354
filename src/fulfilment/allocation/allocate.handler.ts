import { allSources } from "../../channels/index.ts";
import { announce } from "../../events/index.ts";
import { type Entry, post } from "../../inventory/index.ts";
import { assert, type FacilityId, newId, type SaleOrderId, type SaleOrderItemId } from "../../kernel/index.ts";
import { type KeptStock, keptFor } from "../../orders/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { JobOutcome } from "../../platform/jobs.ts";
import { rulesReach } from "../../shipping/index.ts";
import { queueStateNotices } from "../notices.ts";
import { facilityCode } from "../store.ts";
import { lockCandidates, lockFree, type NewPackage, type ServedUpTo, writeAllocation } from "./allocation.store.ts";
import { type Allocation, decideAllocation, type WaitingUnit } from "./decide.ts";
import { servedByRules } from "./served-by-rules.ts";

const UNITS_PER_ROUND = 2_000; // and the rest of the order that passes it
const ROUNDS_MAX = 500; // a million units; more wait for the job's next run

/**
 * Blocks stock for what waits in a facility: round after round, each from where the last one ended, so that orders which
 * cannot be served now never stand in front of those that can.
 */
export async function allocateFacility(
  ctx: Ctx,
  facilityId: FacilityId,
  unitsPerRound = UNITS_PER_ROUND,
): Promise<JobOutcome> {
  let after: ServedUpTo | null = null;
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const from: ServedUpTo | null = after;
    const { seen, last }: Round = await ctx.db.transaction(ctx.tenantId, (tx) =>
      allocateRound(tx, ctx, facilityId, { unitsMax: unitsPerRound, after: from }),
    );
    if (seen < unitsPerRound / 2) return "done"; // half: some may have changed while their lock was waited for
    after = last;
  }
  return { retry: `more than ${unitsPerRound * ROUNDS_MAX} units waited` };
}

interface Round {
  readonly seen: number;
  readonly last: ServedUpTo | null;
}

/** One round: lock what waits, lock its stock, decide, write. */
async function allocateRound(
  tx: Tx,
  ctx: Ctx,
  facilityId: FacilityId,
  which: { unitsMax: number; after: ServedUpTo | null },
): Promise<Round> {
  const couriersByLine = allSources().flatMap((source) => (source.capabilities.fetchCourier ? [source.id] : []));
  const rules = await rulesReach(tx);
  const found = await lockCandidates(tx, facilityId, which.unitsMax, which.after, {
    couriersByLine,
    evenUnserved: rules.forces,
  });
  if (found.length === 0) return { seen: 0, last: null };
  const candidates = await servedByRules(tx, facilityId, found, rules);
  const kept = await keptFor(tx, facilityId, [...new Set(candidates.map((c) => c.saleOrderId))]);
  const free = await lockFree(tx, facilityId, [...new Set(candidates.map((c) => c.skuId))]);
  const allocation = decideAllocation(candidates, free, kept.units);
  const changed = allocation.blocked.length + allocation.unfulfillable.length + allocation.unserved.length;
  if (changed > 0) await write(tx, ctx, facilityId, allocation, kept);
  return { seen: candidates.length, last: candidates.at(-1) ?? null };
}

async function write(tx: Tx, ctx: Ctx, facilityId: FacilityId, allocation: Allocation, kept: KeptStock): Promise<void> {
  // What was kept for an order changes hands within this transaction: at no moment is it free for somebody else.
  const over = await kept.give(
    tx,
    allocation.blocked.filter((unit) => unit.kept),
  );
  const posted = await post(tx, ctx, [
    ...over,
    ...allocation.blocked.map(
      (unit): Entry => ({
        facilityId,
        skuId: unit.skuId,
        shelfId: null,
        bucket: "blocked",
        quantity: 1,
        cause: "ALLOCATE",
        causeType: "sale_order_item",
        causeId: unit.unitId,
        note: null,
      }),
    ),
  ]);
  assert(posted.ok, "stock that was locked and counted as free, or kept for the order, can be blocked");
  const packages = await packagesOf(tx, facilityId, allocation.blocked);
  const made = await writeAllocation(
    tx,
    facilityId,
    {
      packages,
      unfulfillable: allocation.unfulfillable.map((u) => u.unitId),
      unserved: allocation.unserved.map((u) => u.unitId),
      events: [
        ...eventsOf(packages),
        ...waitEvents("UNITS_UNFULFILLABLE", allocation.unfulfillable),
        ...waitEvents("UNITS_NOT_SERVICEABLE", allocation.unserved),
      ],
    },
    ctx.now,
  );
  announce(
    tx,
    ctx,
    made.map(({ shippingPackageId }) => ({ kind: "SHIPMENT_CREATED", shippingPackageId, happenedAt: ctx.now })),
  );
  await queueStateNotices(
    tx,
    ctx,
    made.map((m) => ({ ...m, state: "CREATED" })),
  );
}

/** One package per order and packet number: a parcel never mixes orders. */
async function packagesOf(tx: Tx, facilityId: FacilityId, blocked: Allocation["blocked"]): Promise<NewPackage[]> {
  const groups = new Map<string, { saleOrderId: SaleOrderId; unitIds: SaleOrderItemId[] }>();
  for (const unit of blocked) {
    const key = `${unit.saleOrderId} ${unit.packetNumber}`;
    const group = groups.get(key) ?? { saleOrderId: unit.saleOrderId, unitIds: [] };
    group.unitIds.push(unit.unitId);
    groups.set(key, group);
  }
  if (groups.size === 0) return [];
  const prefix = `${await facilityCode(tx, facilityId)}-`;
  const codes = await takeCodes(tx, `PACKAGE:${facilityId}`, prefix, groups.size);
  return [...groups.values()].map((group, i) => ({
    shippingPackageId: newId<"ShippingPackage">(),
    code: codes[i] ?? "",
    ...group,
  }));
}

function eventsOf(packages: readonly NewPackage[]): unknown[] {
  return packages.map((p) => ({
    id: newId(),
    saleOrderId: p.saleOrderId,
    packageId: p.shippingPackageId,
    kind: "PACKAGE_CREATED",
    facts: { package: p.code, units: p.unitIds.length },
  }));
}

/** One entry an order says which of its units wait, and for what. */
function waitEvents(kind: "UNITS_UNFULFILLABLE" | "UNITS_NOT_SERVICEABLE", units: readonly WaitingUnit[]): unknown[] {
  return [...Map.groupBy(units, (u) => u.saleOrderId)].map(([saleOrderId, group]) => ({
    id: newId(),
    saleOrderId,
    packageId: null,
    kind,
    facts: { units: group.map((u) => u.unitCode) },
  }));
}
