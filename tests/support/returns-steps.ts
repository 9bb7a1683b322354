import fc from "fast-check";
import { resolveException } from "../../src/exceptions/resolve.ts";
import { applyLinesDelivered, cancelUnits } from "../../src/fulfilment/index.ts";
import type { ChannelId, SaleOrderId, SaleOrderItemId, ShippingPackageId } from "../../src/kernel/index.ts";
import {
  completePutaway,
  createPutaway,
  GRADES,
  gradePutaway,
  type PutawayId,
  type PutawayItemId,
  releaseFromPutaway,
} from "../../src/putaway/index.ts";
import { cancelReversePickup } from "../../src/returns/change-reverse-pickup.ts";
import { createReversePickup } from "../../src/returns/create-reverse-pickup.ts";
import { announceReturn, expectBack, type ReturnCaseId, receiveAtDesk } from "../../src/returns/index.ts";
import { closeReturnManifest } from "../../src/returns/manifest/close-manifest.ts";
import { createReturnManifest, scanReturn } from "../../src/returns/manifest/fill-manifest.ts";
import type { ReturnManifestId } from "../../src/returns/manifest/return-manifest.ts";
import { receiveReversePickup } from "../../src/returns/receive-pickup.ts";
import { type ReturnsWorld, SIDES } from "./returns-world.ts";

/** Which of those that are there; which units of them, by the bits. */
const pick = fc.nat(1_000);
const bits = fc.oneof(fc.nat(63), fc.constant(63));
const mostly = fc.constantFrom(true, true, true, false);
/** Done once, again afterwards, or by two people at the same moment. */
const times = fc.constantFrom("once", "once", "again", "at once");
const grade = fc.constantFrom(...GRADES);
const line = fc.record({
  sku: fc.nat(2),
  quantity: fc.integer({ min: 1, max: 3 }),
  paise: fc.oneof(fc.integer({ min: 100, max: 999_99 }), fc.constantFrom(1, 3_333, 100)),
  shippingPaise: fc.constantFrom(0, 0, 4_999, 101),
});
const goods = { kind: fc.constantFrom("RTO" as const, "CIR" as const), pick, bits, times };

/** An order comes, and gets so far on its way. */
export const orderStep = fc.record({
  do: fc.constant("order" as const),
  side: fc.constantFrom(...SIDES),
  far: fc.boolean(),
  lines: fc.array(line, { minLength: 1, maxLength: 3 }),
  sent: fc.constantFrom("not", "packed", "gone", "gone", "delivered"),
});

/** What people, couriers and channels do. Most of it fits only now and then: what does not is refused, and changes nothing. */
export const returnStep = fc.oneof(
  { weight: 2, arbitrary: orderStep },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("cancel" as const), pick, bits, times }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("send" as const), upTo: fc.constantFrom("packed", "gone") }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("deliver" as const), pick, times }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("announce" as const), ...goods, whole: fc.boolean(), named: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("turn back" as const), pick, times }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("manifest" as const),
      picks: fc.array(pick, { minLength: 1, maxLength: 4 }),
      bits,
      times,
    }),
  },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("desk" as const),
      ...{ pick, bits, missing: bits, times, grade: fc.option(grade), sure: mostly, all: fc.boolean() },
      ...{ by: fc.constantFrom("package", "awb", "order", "return"), here: mostly },
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("pickup" as const), pick, bits, off: fc.boolean(), times }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("receive pickup" as const), pick, bits, times, grade }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("found" as const), pick, times }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("doubt" as const), pick, choice: pick }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("list" as const), pick, bits, times }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("grade" as const), pick, bits, grade }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("release" as const), pick, bits, times }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("complete" as const), pick, times, as: grade, first: mostly }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("credit notes" as const), early: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("make the series" as const) }) },
);
export type ReturnStep = typeof returnStep extends fc.Arbitrary<infer S> ? S : never;

export interface UnitAt {
  readonly unitId: SaleOrderItemId;
  readonly saleOrderId: SaleOrderId;
  readonly order: string;
  readonly channelId: ChannelId;
  readonly line: string;
  readonly state: string;
  readonly packageId: ShippingPackageId | null;
  readonly package: string | null;
  readonly awb: string | null;
  readonly packageState: string | null;
}
const UNITS = `select u.sale_order_item_id as "unitId", o.sale_order_id as "saleOrderId", o.code as "order", o.channel_id as "channelId", u.channel_order_item_id as line, u.state,
    p.shipping_package_id as "packageId", p.code as package, p.awb, p.state as "packageState"
  from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id)
  left join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
  where u.tenant_id = $1 order by o.code, u.unit_no`;
export const unitsAt = (world: ReturnsWorld) => world.look<UnitAt>(UNITS);
const GONE = ["DISPATCHED", "DELIVERED"];
const one = <T>(all: readonly T[], n: number): T | undefined => all[n % Math.max(1, all.length)];
const some = <T>(all: readonly T[], mask: number): T[] => all.filter((_, i) => (mask >> (i % 6)) & 1);

async function doTimes(how: string, work: () => Promise<unknown>): Promise<void> {
  if (how === "at once") return void (await Promise.all([work(), work()]));
  await work();
  if (how === "again") await work();
}

/** Units of the order, or of the parcel, of one of those that are there. */
async function group(
  world: ReturnsWorld,
  n: number,
  by: "saleOrderId" | "packageId",
  states: readonly string[] = GONE,
) {
  const fits = (await unitsAt(world)).filter((unit) => states.includes(unit.state) && unit[by] !== null);
  return one([...Map.groupBy(fits, (unit) => unit[by]).values()], n) ?? [];
}

export async function takeStep(world: ReturnsWorld, step: ReturnStep): Promise<void> {
  switch (step.do) {
    case "order":
      await world.order(step);
      if (step.sent === "packed" || step.sent === "gone" || step.sent === "delivered")
        await world.send(step.sent === "packed" ? "packed" : "gone");
      return step.sent === "delivered" ? deliver(world, -1, "once") : undefined;
    case "cancel":
      return cancel(world, step);
    case "send":
      return world.send(step.upTo === "gone" ? "gone" : "packed");
    case "deliver":
      return deliver(world, step.pick, step.times);
    case "announce":
      return announce(world, step);
    case "turn back": {
      const [unit] = await group(world, step.pick, "packageId");
      const ids = unit?.packageId ? [unit.packageId] : [];
      const word = { via: "COURIER" as const, reason: null };
      return doTimes(step.times, () =>
        world.t.db.transaction(world.tenantId, (tx) => expectBack(tx, world.ctx(), ids, word)),
      );
    }
    case "credit notes":
      return step.early ? world.beforeTheirTime() : world.creditNotes();
    case "make the series":
      return world.makeCreditSeries();
    case "doubt":
      return settleDoubt(world, step);
    case "list":
    case "grade":
    case "release":
    case "complete":
      return putAwayStep(world, step);
    default:
      return comeBack(world, step);
  }
}

async function cancel(world: ReturnsWorld, step: Extract<ReturnStep, { do: "cancel" }>): Promise<void> {
  const units = await group(world, step.pick, "saleOrderId", ["CREATED", "FULFILLABLE", "PACKED", "READY_TO_SHIP"]);
  const [unit] = units;
  if (!unit) return;
  const order = { saleOrderId: unit.saleOrderId, code: unit.order };
  const unitIds = some(units, step.bits).map((each) => each.unitId);
  const wish = { unitIds, reason: "the buyer thought again", by: "SELLER" as const };
  await doTimes(step.times, () =>
    world.t.db.transaction(world.tenantId, (tx) => cancelUnits(tx, world.ctx(), order, wish)),
  );
}

async function deliver(world: ReturnsWorld, n: number, times: string): Promise<void> {
  const orders = [...Map.groupBy(await unitsAt(world), (unit) => unit.saleOrderId).values()];
  const units = n < 0 ? orders.at(-1) : one(orders, n);
  const [unit] = units ?? [];
  if (!unit || !units) return;
  const word = {
    ...{ channelId: unit.channelId, channelOrderId: unit.order, at: world.t.clock.now() },
    lines: [...new Set(units.map((each) => each.line))],
  };
  await doTimes(times, () =>
    world.t.db.transaction(world.tenantId, (tx) => applyLinesDelivered(tx, world.ctx(), word)),
  );
}

async function announce(world: ReturnsWorld, step: Extract<ReturnStep, { do: "announce" }>): Promise<void> {
  const orders = [...Map.groupBy(await unitsAt(world), (unit) => unit.saleOrderId).values()];
  const units = one(orders, step.pick) ?? [];
  const [unit] = units;
  if (!unit) return;
  const counts = await world.look<{ product: string; count: number }>(
    `select u.product_id || '-' || u.variant_id as product, count(*)::integer as count from godown.sale_order_item u
     where u.tenant_id = $1 and u.sale_order_id = '${unit.saleOrderId}' group by 1 order by 1`,
  );
  const lines = some([...new Set(units.map((each) => each.line))], step.bits).map((line, i) => ({
    line,
    pieces: (step.bits >> (i + 1)) % 2 === 0 ? null : 1,
  }));
  const products = some(counts, step.bits >> 3).map(({ product, count }) => ({
    ...{ channelProductId: product, quantity: 1 + (step.bits % count) },
  }));
  const what = step.whole ? {} : step.bits % 2 === 0 && lines.length > 0 ? { lines } : { products };
  const word = {
    ...{ channelId: unit.channelId, channelOrderId: unit.order, kind: step.kind, products: null, lines: null, ...what },
    ...{ reason: "not wanted", awb: null, courierCode: null, warehouse: null, at: world.t.clock.now() },
    ...{
      channelReturnId: step.named ? `R-${step.pick}` : null,
      via: step.named ? ("PUSH" as const) : ("SYNC" as const),
    },
  };
  await doTimes(step.times, () =>
    world.t.db.transaction(world.tenantId, (tx) => announceReturn(tx, world.ctx(), word)),
  );
}

type ComeBack = Extract<ReturnStep, { do: "manifest" | "desk" | "pickup" | "receive pickup" | "found" }>;

async function comeBack(world: ReturnsWorld, step: ComeBack): Promise<void> {
  const ctx = world.ctx();
  if (step.do === "manifest") {
    const made = await createReturnManifest(ctx, { facilityId: world.sends, channelId: null, courier: null });
    if (!made.ok) return;
    for (const n of step.picks) await scan(world, made.value.returnManifestId, n, step.bits);
    return doTimes(step.times, () => closeReturnManifest(world.ctx(), made.value.returnManifestId));
  }
  if (step.do === "desk") return atDesk(world, step);
  if (step.do === "found") {
    const missing = await world.look<{ unitId: SaleOrderItemId; code: string }>(
      `select i.sale_order_item_id as "unitId", p.code from godown.return_item i join godown.sale_order_item u using (tenant_id, sale_order_item_id)
       join godown.shipping_package p on p.tenant_id = u.tenant_id and p.shipping_package_id = u.shipping_package_id
       where i.tenant_id = $1 and i.state in ('MISSING', 'LOST') order by 1`,
    );
    const unit = one(missing, step.pick);
    return unit && doTimes(step.times, () => foundAgain(world, unit));
  }
  if (step.do === "pickup") {
    const units = await group(world, step.pick, "saleOrderId");
    const [unit] = units;
    const wanted = some(units, step.bits).map(({ unitId }) => ({
      unitId,
      reason: null,
      imageUrls: [],
      replacement: null,
    }));
    if (!unit || wanted.length === 0) return; // the screen asks for one
    const box = { lengthMm: null, widthMm: null, heightMm: null, weightGrams: null };
    return doTimes(step.times, async () => {
      const made = await createReversePickup(
        ctx,
        {
          ...{ saleOrderId: unit.saleOrderId, code: null, units: wanted, courier: null, reason: null, box },
          ...{ actionCode: null, pickupAddress: null, shippingAddress: null, returnFacilityId: null },
        },
        true,
      );
      if (made.ok && step.off) await cancelReversePickup(ctx, made.value.returnCaseId, { unitIds: null, reason: null });
    });
  }
  const open = await openReturns(world);
  const found = one(open, step.pick);
  if (!found) return;
  const units = await world.look<{ unitId: SaleOrderItemId }>(
    `select sale_order_item_id as "unitId" from godown.return_item where tenant_id = $1 and return_case_id = '${found.id}' order by 1`,
  );
  const said = some(units, step.bits).map(({ unitId }, i) => ({
    unitId,
    grade: step.grade,
    missing: (step.pick >> i) % 4 === 3,
  }));
  const input = { returnCaseId: found.id, facilityId: world.sends, units: step.bits > 50 ? null : said };
  await doTimes(step.times, () => receiveReversePickup(world.ctx(), input));
}

const openReturns = (world: ReturnsWorld) =>
  world.look<{ id: ReturnCaseId; code: string }>(
    "select return_case_id as id, code from godown.return_case where tenant_id = $1 and state not in ('COMPLETED', 'CANCELLED') order by code",
  );

async function scan(world: ReturnsWorld, returnManifestId: ReturnManifestId, n: number, mask: number): Promise<void> {
  const units = await group(world, n, "packageId");
  const [unit] = units;
  if (!unit) return;
  const missingUnitIds = mask % 4 === 3 ? some(units, mask >> 2).map((each) => each.unitId) : [];
  const held = { code: (mask % 2 === 0 ? unit.awb : unit.package) ?? "" };
  await scanReturn(world.ctx(), { returnManifestId, held, unannounced: n % 3 > 0, missingUnitIds });
}

async function atDesk(world: ReturnsWorld, step: Extract<ReturnStep, { do: "desk" }>): Promise<void> {
  const units = await group(world, step.pick, "packageId");
  const [unit] = units;
  if (!unit) return;
  const codes = { package: unit.package, awb: unit.awb, order: unit.order, return: null };
  const code = codes[step.by] ?? one(await openReturns(world), step.pick)?.code ?? unit.package ?? "";
  const said = units.flatMap(({ unitId }, i) => {
    if ((step.bits >> i) & 1) return [{ unitId, grade: one(GRADES, step.pick + i) ?? null, missing: false }];
    return (step.missing >> i) & 1 ? [{ unitId, grade: null, missing: true }] : [];
  });
  const receipt = {
    ...{ held: { code }, facilityId: step.here ? world.sends : world.elsewhere, units: step.all ? null : said },
    ...{ grade: step.grade, unannounced: step.sure, putawayId: null },
  };
  await doTimes(step.times, () => receiveAtDesk(world.ctx(), receipt));
}

/** A person holds a unit that its parcel came without. */
export async function foundAgain(
  world: ReturnsWorld,
  unit: { unitId: SaleOrderItemId; code: string },
): Promise<unknown> {
  return receiveAtDesk(world.ctx(), {
    ...{ held: { code: unit.code }, facilityId: world.sends, grade: null, unannounced: false, putawayId: null },
    units: [{ unitId: unit.unitId, grade: "good", missing: false }],
  });
}

async function settleDoubt(world: ReturnsWorld, step: Extract<ReturnStep, { do: "doubt" }>): Promise<void> {
  const choices: Readonly<Record<string, readonly string[]>> = {
    RETURN_UNIT_MISSING: ["LOST"],
    DELIVERED_WHILE_RETURNING: ["DELIVERED", "DISMISS"],
  };
  const doubts = await world.look<{ id: string; kind: string }>(
    "select order_exception_id as id, kind from godown.order_exception where tenant_id = $1 and state = 'OPEN' order by kind, key",
  );
  const doubt = one(doubts, step.pick);
  const choice = doubt && one(choices[doubt.kind] ?? ["DISMISS"], step.choice);
  if (doubt && choice) await resolveException(world.ctx(), doubt.id, { choice, note: null });
}

type PutAwayStep = Extract<ReturnStep, { do: "list" | "grade" | "release" | "complete" }>;

async function putAwayStep(world: ReturnsWorld, step: PutAwayStep): Promise<void> {
  if (step.do === "list") {
    const itemIds = some(one(await waitingRows(world), step.pick) ?? [], step.bits);
    if (itemIds.length === 0) return; // the screen asks for one
    return doTimes(step.times, () => createPutaway(world.ctx(), { itemIds }));
  }
  const putawayId = one(await openLists(world), step.pick);
  if (putawayId === undefined) return;
  if (step.do === "complete") {
    const open = step.first ? await itemsOn(world, putawayId, true) : [];
    const gradings = [{ itemIds: open, grade: step.as }];
    if (open.length > 0) await gradePutaway(world.ctx(), { putawayId, gradings });
    return doTimes(step.times, () => completePutaway(world.ctx(), { putawayId, confirmAll: true }));
  }
  const itemIds = some(await itemsOn(world, putawayId), step.bits);
  if (step.do === "grade") await gradePutaway(world.ctx(), { putawayId, gradings: [{ itemIds, grade: step.grade }] });
  else if (itemIds.length > 0) await doTimes(step.times, () => releaseFromPutaway(world.ctx(), { putawayId, itemIds }));
}

/** What waits on no list, by what may lie on one together. */
export async function waitingRows(world: ReturnsWorld): Promise<PutawayItemId[][]> {
  const rows = await world.look<{ id: PutawayItemId; of: string }>(
    `select putaway_item_id as id, kind || facility_id as of from godown.putaway_item
     where tenant_id = $1 and putaway_id is null and completed_at is null order by 1`,
  );
  return [...Map.groupBy(rows, (row) => row.of).values()].map((group) => group.map((row) => row.id));
}

export async function openLists(world: ReturnsWorld): Promise<PutawayId[]> {
  const rows = await world.look<{ id: PutawayId }>(
    "select putaway_id as id from godown.putaway where tenant_id = $1 and state <> 'COMPLETE' order by code",
  );
  return rows.map((row) => row.id);
}

export async function itemsOn(world: ReturnsWorld, putawayId: PutawayId, ungraded = false): Promise<PutawayItemId[]> {
  const rows = await world.look<{ id: PutawayItemId }>(
    `select putaway_item_id as id from godown.putaway_item where tenant_id = $1 and putaway_id = '${putawayId}'${ungraded ? " and grade is null" : ""} order by 1`,
  );
  return rows.map((row) => row.id);
}
