import { type Entry, post } from "../../inventory/index.ts";
import { assert, type FacilityId, newId, type SaleOrderId, type SaleOrderItemId } from "../../kernel/index.ts";
import { takeCodes } from "../../platform/codes.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { JobOutcome } from "../../platform/jobs.ts";
import { queueStateNotices } from "../notices.ts";
import { facilityCode } from "../store.ts";
import { lockCandidates, lockFree, type NewPackage, writeAllocation } from "./allocation.store.ts";
import { type Allocation, decideAllocation } from "./decide.ts";

const UNITS_PER_ROUND = 2_000;
const ROUNDS_MAX = 50; // 100,000 units; more wait for the job's next run

/** Blocks stock for what waits in a facility until a round finds nothing more to do. */
export async function allocateFacility(ctx: Ctx, facilityId: FacilityId): Promise<JobOutcome> {
  for (let round = 1; round <= ROUNDS_MAX; round++) {
    const { seen, changed } = await ctx.db.transaction(ctx.tenantId, (tx) => allocateRound(tx, ctx, facilityId));
    if (seen < UNITS_PER_ROUND || changed === 0) return "done";
  }
  return { retry: `more than ${UNITS_PER_ROUND * ROUNDS_MAX} units waited` };
}

/** One round: lock what waits, lock its stock, decide, write. */
export async function allocateRound(
  tx: Tx,
  ctx: Ctx,
  facilityId: FacilityId,
): Promise<{ seen: number; changed: number }> {
  const candidates = await lockCandidates(tx, facilityId, UNITS_PER_ROUND);
  if (candidates.length === 0) return { seen: 0, changed: 0 };
  const free = await lockFree(tx, facilityId, [...new Set(candidates.map((c) => c.skuId))]);
  const allocation = decideAllocation(candidates, free);
  const changed = allocation.blocked.length + allocation.unfulfillable.length + allocation.unserved.length;
  if (changed > 0) await write(tx, ctx, facilityId, allocation);
  return { seen: candidates.length, changed };
}

async function write(tx: Tx, ctx: Ctx, facilityId: FacilityId, allocation: Allocation): Promise<void> {
  const posted = await post(
    tx,
    ctx,
    allocation.blocked.map(
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
  );
  assert(posted.ok, "stock that was locked and counted as free can be blocked");
  const packages = await packagesOf(tx, facilityId, allocation.blocked);
  const made = await writeAllocation(
    tx,
    facilityId,
    { packages, unfulfillable: allocation.unfulfillable, unserved: allocation.unserved, events: eventsOf(packages) },
    ctx.now,
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
