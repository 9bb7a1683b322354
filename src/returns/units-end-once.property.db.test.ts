import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { expectStockTrue } from "../../tests/support/invariants.ts";
import { announced, gone, unitsIn } from "../../tests/support/return-builders.ts";
import { aShop, type Shop } from "../../tests/support/shop-builders.ts";
import { movePackages } from "../fulfilment/index.ts";
import type { SaleOrderItemId, ShippingPackageId } from "../kernel/index.ts";
import { completePutaway, createPutaway, listWaiting, type PutawayId } from "../putaway/index.ts";
import { cancelReversePickup } from "./change-reverse-pickup.ts";
import { createReversePickup } from "./create-reverse-pickup.ts";
import { deliveredAfterAll, expectBack, giveUpMissing } from "./expect-back.ts";
import { closeReturnManifest } from "./manifest/close-manifest.ts";
import { createReturnManifest, scanReturn } from "./manifest/fill-manifest.ts";
import { receiveAtDesk } from "./receive-at-desk.ts";
import type { ReturnCaseId } from "./return-case.ts";
import { settleReturn } from "./settle.ts";

const UNITS = 3;
const PARCELS = 2;
const RUNS = 12;
const STEPS_MAX = 14;

/** What people, couriers and channels may do, in any order; each may be refused. */
type Step =
  | { readonly do: "rto" | "deliver" | "deliveredAfterAll" | "expect" | "manifest"; readonly parcel: number }
  | { readonly do: "cir" | "pickup" | "giveUp"; readonly parcel: number; readonly unit: number }
  | { readonly do: "receive"; readonly parcel: number; readonly missing: number; readonly units: number }
  | { readonly do: "putAway" | "settle" | "cancel" };

const parcel = fc.nat(PARCELS - 1);
const unit = fc.nat(UNITS - 1);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom("rto", "deliver", "deliveredAfterAll", "expect", "manifest"), parcel }),
  fc.record({ do: fc.constantFrom("cir", "pickup", "giveUp"), parcel, unit }),
  fc.record({ do: fc.constant("receive"), parcel, missing: fc.nat(7), units: fc.nat(7) }),
  fc.record({ do: fc.constantFrom("putAway", "settle", "cancel") }),
);

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());

/** A shop with two parcels that have left, each of three units. */
async function aWorld(): Promise<{ shop: Shop; parcels: ShippingPackageId[]; units: SaleOrderItemId[][] }> {
  const shop = await aShop(t, { stock: 20 });
  const parcels = [];
  for (let i = 1; i <= PARCELS; i++) parcels.push(await gone(t, shop, { id: `JM-${i}`, quantity: UNITS }));
  const units = [];
  for (const each of parcels) units.push((await unitsIn(t, shop.tenantId, each)).map((row) => row.id));
  return { shop, parcels, units };
}

type World = Awaited<ReturnType<typeof aWorld>>;

async function act({ shop, parcels, units }: World, wish: Step): Promise<void> {
  const ctx = t.ctx(shop.tenantId);
  const write = <T>(work: Parameters<typeof t.db.transaction<T>>[1]) => t.db.transaction(shop.tenantId, work);
  const open = (states: string) =>
    t.raw<{ id: ReturnCaseId }>(
      `select return_case_id as id from godown.return_case where tenant_id = $1 and state in (${states}) order by return_case_id`,
      [shop.tenantId],
    );
  const at = "parcel" in wish ? parcels[wish.parcel] : undefined;
  const own = "parcel" in wish ? (units[wish.parcel] ?? []) : [];
  const order = "parcel" in wish ? `JM-${wish.parcel + 1}` : "";
  const one = "unit" in wish ? own[wish.unit] : undefined;
  const product = [{ channelProductId: `${shop.productId}-V1`, quantity: 1 }];
  switch (wish.do) {
    case "rto":
      return void (await announced(t, shop, { channelOrderId: order }));
    case "cir":
      return void (await announced(t, shop, { channelOrderId: order, kind: "CIR", products: product }));
    case "deliver":
      return void (at && (await write((tx) => movePackages(tx, ctx, [at], "deliver"))));
    case "deliveredAfterAll":
      return void (at && (await write((tx) => deliveredAfterAll(tx, ctx, at))));
    case "expect":
      return void (at && (await write((tx) => expectBack(tx, ctx, [at], { via: "COURIER", reason: null }))));
    case "giveUp":
      return void (one && (await write((tx) => giveUpMissing(tx, ctx, one))));
    case "pickup": {
      const [row] = await t.raw<{ id: Parameters<typeof createReversePickup>[1]["saleOrderId"] }>(
        "select sale_order_id as id from godown.sale_order_item where sale_order_item_id = $1",
        [one],
      );
      const details = {
        reason: null,
        actionCode: null,
        pickupAddress: null,
        shippingAddress: null,
        returnFacilityId: null,
      };
      const box = { lengthMm: null, widthMm: null, heightMm: null, weightGrams: null };
      if (row && one)
        await createReversePickup(
          ctx,
          {
            ...{ ...details, box, saleOrderId: row.id, code: null, courier: null },
            units: [{ unitId: one, reason: null, imageUrls: [], replacement: null }],
          },
          true,
        );
      return;
    }
    case "manifest": {
      const made = await createReturnManifest(ctx, { facilityId: shop.facilityId, channelId: null, courier: null });
      if (!made.ok || !at) return;
      const { returnManifestId } = made.value;
      await scanReturn(ctx, {
        returnManifestId,
        held: { shippingPackageId: at },
        unannounced: true,
        missingUnitIds: [],
      });
      await closeReturnManifest(ctx, returnManifestId);
      return;
    }
    case "receive": {
      const said = own.filter((_, i) => wish.units & (1 << i));
      const some = said.map((unitId) => ({
        ...{ unitId, grade: "good" as const },
        missing: (wish.missing & (1 << own.indexOf(unitId))) > 0,
      }));
      if (!at) return;
      await receiveAtDesk(ctx, {
        ...{ facilityId: shop.facilityId, held: { shippingPackageId: at }, units: some.length === 0 ? null : some },
        ...{ grade: "good", unannounced: true, putawayId: null },
      });
      return;
    }
    case "putAway": {
      const page = { limit: 50, offset: 0, sort: "createdAt", descending: false };
      const { rows } = await t.db.read(shop.tenantId, (tx) => listWaiting(ctx, tx, { onList: false }, page));
      const [first] = rows;
      const alike = rows.filter((row) => row.kind === first?.kind).map((row) => row.itemId);
      if (alike.length > 0)
        await createPutaway(ctx, { itemIds: alike, grades: new Map(alike.map((id) => [id, "good" as const])) });
      const lists = await t.raw<{ id: PutawayId }>(
        "select putaway_id as id from godown.putaway where tenant_id = $1 and state <> 'COMPLETE'",
        [shop.tenantId],
      );
      for (const { id } of lists) await completePutaway(ctx, { putawayId: id, confirmAll: true });
      return;
    }
    case "settle":
      for (const { id } of await open("'PENDING_INVOICE'")) await write((tx) => settleReturn(tx, ctx, id));
      return;
    case "cancel":
      for (const { id } of await open("'CREATED', 'COURIER_ALLOCATED'"))
        await cancelReversePickup(ctx, id, { unitIds: null, reason: null });
  }
}

/** Units that are in two places, or whose order, return, package and putaway disagree. */
const wrongUnits = (shop: Shop) =>
  t.raw<{ what: string; unit: string }>(
    `with units as (
       select u.*, p.state as parcel,
         (select count(*) from godown.return_item i where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state not in ('MISSING', 'LOST', 'CANCELLED')) as live,
         (select max(i.state) from godown.return_item i where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state not in ('MISSING', 'LOST', 'CANCELLED')) as item,
         (select count(*) from godown.putaway_item w where w.tenant_id = u.tenant_id and w.sale_order_item_id = u.sale_order_item_id) as arrived,
         (select count(*) from godown.putaway_item w where w.tenant_id = u.tenant_id and w.sale_order_item_id = u.sale_order_item_id and w.completed_at is not null) as shelved
       from godown.sale_order_item u join godown.shipping_package p using (tenant_id, shipping_package_id) where u.tenant_id = $1
     )
     select 'in two returns' as what, code as unit from units where live > 1
     union all select 'arrived twice', code from units where arrived > 1
     union all select 'arrived without a return', code from units where arrived = 1 and coalesce(item, '') not in ('RECEIVED', 'PUT_AWAY', 'RETURNED')
     union all select 'received and not in the house', code from units where item in ('RECEIVED', 'PUT_AWAY', 'RETURNED') and arrived = 0
     union all select 'shelved and not put away', code from units where (shelved = 1) <> (coalesce(item, '') in ('PUT_AWAY', 'RETURNED'))
     union all select 'returned without its paper', code from units where (state = 'RETURNED') <> (coalesce(item, '') = 'RETURNED')
     union all select 'parcel returned with a unit outside', code from units where parcel = 'RETURNED' and state <> 'RETURNED'
       and not exists (select from godown.return_item i where i.sale_order_item_id = units.sale_order_item_id and i.state = 'LOST')
     union all select 'all returned and the parcel is not', min(code) from units group by shipping_package_id having bool_and(state = 'RETURNED') and bool_or(parcel <> 'RETURNED')
     union all select 'return over with a unit on its way', r.code from godown.return_case r join godown.return_item i using (tenant_id, return_case_id)
       where r.tenant_id = $1 and r.state in ('COMPLETED', 'CANCELLED', 'PENDING_INVOICE') and i.state in ('EXPECTED', 'RECEIVED')`,
    [shop.tenantId],
  );

describe("whatever is announced, received, missing, put away, cancelled and settled, in any order", () => {
  it("each unit ends in one place, and stock is the ledger's sum", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 4, maxLength: STEPS_MAX }), async (steps) => {
        const world = await aWorld();
        for (const each of steps) await act(world, each);
        expect(await wrongUnits(world.shop)).toEqual([]);
        await act(world, { do: "putAway" });
        await act(world, { do: "putAway" });
        await act(world, { do: "settle" });
        expect(await wrongUnits(world.shop)).toEqual([]);
        await expectStockTrue(t, world.shop.tenantId);
      }),
      { numRuns: RUNS, seed: 20_261_122 },
    );
  });
});
