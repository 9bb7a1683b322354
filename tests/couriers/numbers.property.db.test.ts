import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askDueCourierSteps, editPackage, labelPackages, settleWaybill } from "../../src/fulfilment/index.ts";
import { newId, type ShippingPackageId } from "../../src/kernel/index.ts";
import { sql } from "../../src/platform/db.ts";
import { repeatTelling, setCourierTimer, type TellingId, type WaybillId } from "../../src/shipping/index.ts";
import {
  type ACourier,
  aCourier,
  aCourierShop,
  cancelPackage,
  dyingCtx,
  labelThem,
  ProcessEnded,
  packed,
  runCourierJobs,
} from "../support/courier-scene.ts";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../support/database.ts";
import { aPool, type Shop } from "../support/shop-builders.ts";

const RUNS = Number(process.env.GODOWN_PROPERTY_RUNS ?? 12);
const PACKAGES = 3;

let t: TestDatabase;
let restore: () => void;
beforeAll(async () => {
  t = await testDatabase();
  // Pauses of the engine take no time: its clock is moved on by what it would have slept.
  let slept = 0;
  restore = setCourierTimer({
    nowMs: () => performance.now() + slept,
    sleep: (ms) => {
      slept += ms;
      return Promise.resolve();
    },
  });
});
afterAll(async () => {
  restore();
  await t.close();
});

type Step =
  | { readonly kind: "label" | "label twice" | "cancel" | "weigh" | "pool" | "settle"; readonly parcel: number }
  | { readonly kind: "die"; readonly parcel: number; readonly nth: number }
  | {
      readonly kind: "fault";
      readonly courier: number;
      readonly fault: "drop" | "lost" | "5xx" | "failed" | "none";
      readonly operation: string;
    }
  | { readonly kind: "tick"; readonly minutes: number };

const parcel = fc.nat(PACKAGES - 1);
const steps: fc.Arbitrary<Step[]> = fc.array(
  fc.oneof(
    {
      weight: 5,
      arbitrary: fc.record({
        kind: fc.constantFrom("label", "label twice", "cancel", "weigh", "pool", "settle"),
        parcel,
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ kind: fc.constant("die" as const), parcel, nth: fc.integer({ min: 2, max: 10 }) }),
    },
    {
      weight: 3,
      arbitrary: fc.record({
        kind: fc.constant("fault" as const),
        courier: fc.nat(1),
        fault: fc.constantFrom("drop", "lost", "5xx", "failed", "none"),
        operation: fc.constantFrom("generateWaybill", "cancelWaybill", "updateWaybill", "downloadFile"),
      }),
    },
    {
      weight: 3,
      arbitrary: fc.record({ kind: fc.constant("tick" as const), minutes: fc.integer({ min: 1, max: 45 }) }),
    },
  ),
  { minLength: 4, maxLength: 16 },
);

describe("whatever happens to parcels of couriers that are asked by their API", () => {
  it("no package has two live numbers, no number stays live that nothing travels with, and none is used twice", async () => {
    await fc.assert(
      fc.asyncProperty(steps, fc.boolean(), async (given, secondIsSafe) => {
        t.clock.set(TEST_MORNING);
        const world = await aWorld(secondIsSafe);
        try {
          for (const step of given) {
            await take(world, step);
            await expectOneEach(world.shop);
          }
          await comeToRest(world);
          await expectTruth(world);
        } finally {
          for (const { simulator } of world.couriers) await simulator.close();
        }
      }),
      { numRuns: RUNS, seed: 20_261_122, endOnFailure: true },
    );
  }, 240_000);
});

interface World {
  readonly shop: Shop;
  readonly couriers: readonly ACourier[];
  readonly ids: readonly ShippingPackageId[];
}

async function aWorld(secondIsSafe: boolean): Promise<World> {
  const shop = await aCourierShop(t);
  const first = await aCourier(t, shop, { preference: 10 });
  const repeat = secondIsSafe ? "same" : "another";
  const second = await aCourier(t, shop, {
    preference: 20,
    settings: { repeatGivesSame: secondIsSafe },
    simulator: { settings: { repeat } },
  });
  // The second is asked first every other time, by where parcels go.
  if (!secondIsSafe)
    await t.db.transaction(shop.tenantId, (tx) =>
      tx.run(sql`update godown.shipping_provider set preference = 5 where shipping_provider_id = ${second.providerId}`),
    );
  await aPool(t, shop.tenantId, 20, { code: "POOL" });
  return { shop, couriers: [first, second], ids: await packed(t, shop, PACKAGES) };
}

async function take({ shop, couriers, ids }: World, step: Step): Promise<void> {
  const ctx = () => t.ctx(shop.tenantId);
  if (step.kind === "tick") {
    t.clock.advance({ minutes: step.minutes });
    await runJobs({ shop, couriers });
    return;
  }
  if (step.kind === "fault") {
    const { simulator } = couriers[step.courier] ?? fail();
    const { operation } = step;
    if (step.fault === "none") simulator.fault(null);
    else if (step.fault === "lost") simulator.fault({ kind: "drop", operation, processed: true, count: 3 });
    else simulator.fault({ kind: step.fault, operation, count: 2 });
    return;
  }
  const id = ids[step.parcel] ?? fail();
  switch (step.kind) {
    case "label":
      await labelThem(t, shop, [id]);
      return;
    case "label twice":
      await Promise.all([labelThem(t, shop, [id]), labelThem(t, shop, [id])]);
      return;
    case "die":
      await labelPackages(dyingCtx(ctx(), step.nth), { packageIds: [id] }).catch((error: unknown) => {
        if (!(error instanceof ProcessEnded)) throw error;
      });
      return;
    case "cancel":
      if ((await stateOf(shop, id)) !== "CANCELLED") await cancelPackage(t, shop, id);
      return;
    case "weigh": // refused where the package is over
      await editPackage(ctx(), id, { weightGrams: 500 + step.parcel });
      return;
    case "pool": // refused where a number is a doubt, or the package over
      await editPackage(ctx(), id, { courier: "POOL" });
      return;
    case "settle":
      await settleDoubts({ shop, couriers });
  }
}

/** A person looks on the couriers' panels, and says what stands there. */
async function settleDoubts({ shop, couriers }: Pick<World, "shop" | "couriers">): Promise<void> {
  const doubts = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ id: WaybillId; providerId: string; code: string }>`
      select courier_waybill_id as id, shipping_provider_id as "providerId", subject_code as code from godown.courier_waybill where tenant_id = ${shop.tenantId} and state = 'UNSURE'`),
  );
  for (const { id, providerId, code } of doubts) {
    const { simulator } = couriers.find((each) => each.providerId === providerId) ?? fail();
    const there = simulator.parcels().find((each) => each.code === code && each.cancelledAt === null);
    await settleWaybill(t.ctx(shop.tenantId), id, there?.id ?? null);
  }
}

async function runJobs({ shop, couriers }: Pick<World, "shop" | "couriers">): Promise<void> {
  for (const { providerId } of couriers) await askDueCourierSteps(t.ctx(shop.tenantId), providerId);
  await runCourierJobs(t, shop, couriers);
}

/** Couriers answer again, people settle their doubts and repeat what failed, and all jobs run. */
async function comeToRest(world: World): Promise<void> {
  const { shop, couriers } = world;
  for (const { simulator } of couriers) simulator.fault(null);
  for (let round = 0; round < 6; round++) {
    t.clock.advance({ minutes: 45 });
    await runJobs(world);
    await settleDoubts(world);
    const failed = await t.db.read(shop.tenantId, (tx) =>
      tx.run(
        sql<{
          id: TellingId;
        }>`select courier_telling_id as id from godown.courier_telling where tenant_id = ${shop.tenantId} and state = 'FAILED'`,
      ),
    );
    for (const { id } of failed) await repeatTelling(t.ctx(shop.tenantId), id);
    await runJobs(world);
  }
}

const stateOf = (shop: Shop, id: ShippingPackageId) =>
  t.db
    .read(shop.tenantId, (tx) =>
      tx.one(
        sql<{
          state: string;
        }>`select state from godown.shipping_package where tenant_id = ${shop.tenantId} and shipping_package_id = ${id}`,
      ),
    )
    .then((row) => row.state);

async function expectOneEach(shop: Shop): Promise<void> {
  const twice = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql`
      select shipping_package_id from godown.courier_waybill where tenant_id = ${shop.tenantId} and state in ('ASKED', 'UNSURE', 'GIVEN')
      group by shipping_package_id having count(*) > 1`),
  );
  expect(twice).toEqual([]);
}

interface Travelling {
  readonly code: string;
  readonly state: string;
  readonly awb: string | null;
  readonly provider: string | null;
}

async function expectTruth({ shop, couriers }: World): Promise<void> {
  const packages = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<Travelling>`
      select p.code, p.state, p.awb, p.shipping_provider_id as provider from godown.shipping_package p where p.tenant_id = ${shop.tenantId}`),
  );
  const open = await t.db.read(shop.tenantId, (tx) =>
    tx.run(sql<{ state: string }>`
      select w.state from godown.courier_waybill w where w.tenant_id = ${shop.tenantId} and w.state in ('ASKED', 'UNSURE', 'GIVING_BACK')`),
  );
  expect(open).toEqual([]);
  for (const { simulator, providerId } of couriers) {
    const live = simulator
      .parcels()
      .filter((each) => each.cancelledAt === null)
      .map((each) => each.id);
    const carried = packages.filter((each) => each.provider === providerId && each.state !== "CANCELLED");
    // What is live at the courier travels here, and what travels here is live at the courier.
    expect([...live].sort()).toEqual(carried.flatMap((each) => each.awb ?? []).sort());
  }
  const used = packages.flatMap((each) => (each.awb === null ? [] : [`${each.provider} ${each.awb}`]));
  expect(new Set(used).size).toBe(used.length);
}

function fail(): never {
  throw new Error(`there is one (${newId()})`);
}
