import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../../tests/support/database.ts";
import { aPushOrder } from "../../../tests/support/order-builders.ts";
import { aPartner, callsFor, listen, one, queuedFor } from "../../../tests/support/partner-builders.ts";
import { aShop, packagesFor, type Shop } from "../../../tests/support/shop-builders.ts";
import { waitFor } from "../../../tests/support/wait.ts";
import { announce } from "../../events/index.ts";
import { invoicePackages } from "../../fulfilment/index.ts";
import { must, type ShippingPackageId } from "../../kernel/index.ts";
import { JobRegistry } from "../../platform/jobs.ts";
import { startWorker } from "../../platform/worker.ts";
import { registerJobs } from "../jobs.ts";
import type { PartnerDeliveryId } from "../partner.ts";
import { repeatDeliveries } from "../resend.ts";
import { tellPartners } from "./tell-partners.ts";

let t: TestDatabase;
let shop: Shop;
listen();

beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.close());
beforeEach(async () => {
  t.clock.set(TEST_MORNING);
  shop = await aShop(t);
});

const ctx = () => t.ctx(shop.tenantId);
const calls = () => callsFor(t, shop.tenantId);
const queued = () => queuedFor(t, shop.tenantId);

describe("who is told", () => {
  it("is whoever chose the event, of his channels and facilities, and nobody where nobody is asked", async () => {
    await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }])]);
    expect(await calls()).toEqual([]);
    const other = await aShop(t, { tenantId: shop.tenantId });
    const all = await aPartner(t, shop.tenantId);
    const mine = await aPartner(t, shop.tenantId, { channelIds: [shop.channelId], facilityIds: [shop.facilityId] });
    const theirs = await aPartner(t, shop.tenantId, { channelIds: [other.channelId] });
    const invoices = await aPartner(t, shop.tenantId, { events: ["invoiced"] });
    await aPartner(t, shop.tenantId, { enabled: false });
    const [parcel] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }])]);
    await invoicePackages(ctx(), { packageIds: [one(parcel)] });
    const counts = await Promise.all([all, mine, theirs, invoices].map((id) => callsFor(t, shop.tenantId, id)));
    expect(counts).toEqual([["createShipment", "invoiced"], ["createShipment", "invoiced"], [], ["invoiced"]]);
    const bodies = (await queued())
      .filter((each) => each.event === "invoiced")
      .map((each) => JSON.stringify(each.body));
    expect(new Set(bodies).size).toBe(1);
  });

  it("sees what could not be put into words, or not into the contract's, and is told of the rest", async () => {
    const bodies = Array.from({ length: 3 }, () => aPushOrder([{ productId: shop.productId }]));
    const packageIds = await packagesFor(t, shop, bodies);
    const [halved, ancient, good] = packageIds;
    await invoicePackages(ctx(), { packageIds });
    await t.raw("update godown.sale_order_item set shipping_package_id = null where shipping_package_id = $1", [
      halved,
    ]);
    await t.raw(
      "update godown.sale_order set placed_at = '0001-01-01' where sale_order_id = (select sale_order_id from godown.shipping_package where shipping_package_id = $1)",
      [ancient],
    );
    await aPartner(t, shop.tenantId);
    await t.db.transaction(shop.tenantId, async (tx) => {
      announce(
        tx,
        ctx(),
        packageIds.map((shippingPackageId) => ({
          kind: "SHIPMENT_PACKED",
          shippingPackageId,
          happenedAt: t.clock.now(),
        })),
      );
    });
    const all = await queued();
    expect(all.map((each) => [each.lane, each.state])).toEqual([
      [halved, "FAILED"],
      [ancient, "FAILED"],
      [good, "PENDING"],
    ]);
    expect(all[0]?.message).toMatch(/^It could not be put into words: .*has its units/);
    expect(all[1]?.message).toMatch(/^It does not keep to the contract: channelCreated/);
    expect(all[1]?.body).toMatchObject({ channelCreated: expect.stringContaining(", 1 ") });
    expect(t.logLines.filter((line) => line.includes("a partner is not told"))).toHaveLength(2);
    const ids = await t.raw<{ id: PartnerDeliveryId }>(
      "select partner_delivery_id as id from godown.partner_delivery where tenant_id = $1 and state = 'FAILED'",
      [shop.tenantId],
    );
    // A person may send what does not keep to the contract all the same; what has no words at all cannot be sent.
    const repeated = must(
      await repeatDeliveries(
        ctx(),
        ids.map((row) => row.id),
      ),
    );
    expect(repeated).toEqual({ changed: 1, unchanged: 1 });
    expect((await queued()).map((each) => each.state)).toEqual(["FAILED", "PENDING", "PENDING"]);
  });
});

it("is told later, and once, where it could not be told when it happened; what happened stands", async () => {
  await aPartner(t, shop.tenantId);
  const [parcel] = await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }])]);
  await t.raw("alter table godown.partner_delivery add constraint no_room check (event <> 'invoiced') not valid");
  await t.raw("delete from graphile_worker._private_jobs");
  await invoicePackages(ctx(), { packageIds: [one(parcel)] });
  expect(await calls()).toEqual(["createShipment"]);
  expect(t.logLines.filter((line) => line.includes("could not hear it"))).toHaveLength(1);
  const states = await t.raw("select state from godown.shipping_package where shipping_package_id = $1", [parcel]);
  expect(states).toEqual([{ state: "PACKED" }]);

  const registry = new JobRegistry();
  registerJobs(registry);
  const options = { connectionString: t.connectionString, concurrency: 1, services: t.services, registry };
  const outcomes: string[] = [];
  const observe = (name: string, outcome: string) => {
    if (name === "partners.tell_later") outcomes.push(outcome);
  };
  const worker = await startWorker({ ...options, observe });
  try {
    await waitFor("a try that fails", async () => outcomes.length > 0);
    expect(await calls()).toEqual(["createShipment"]);
    await t.raw("alter table godown.partner_delivery drop constraint no_room");
    await t.raw("update graphile_worker._private_jobs set run_at = now() where locked_at is null");
    await waitFor("the job", async () => outcomes.includes("done"));
  } finally {
    await worker.stop();
  }
  expect(outcomes).toEqual(["error", "done"]);
  expect(await calls()).toEqual(["createShipment", "invoiced"]);
});

it("reads the facts of twenty parcels with as many statements as those of one, and none where nobody is told", async () => {
  const parcels = await packagesFor(
    t,
    shop,
    Array.from({ length: 20 }, () => aPushOrder([{ productId: shop.productId }])),
  );
  const statements = async (ids: readonly ShippingPackageId[]) => {
    let count = 0;
    await t.db.transaction(shop.tenantId, async (tx) => {
      const run: typeof tx.run = (query) => {
        count += 1;
        return tx.run(query);
      };
      const counted = { ...tx, run };
      const events = ids.map((shippingPackageId) => ({
        kind: "SHIPMENT_CREATED" as const,
        shippingPackageId,
        happenedAt: t.clock.now(),
      }));
      await tellPartners(counted, ctx(), events);
    });
    return count;
  };
  expect(await statements(parcels)).toBe(1);
  await aPartner(t, shop.tenantId);
  const [first, ...others] = parcels;
  const forOne = await statements([one(first)]);
  expect(await statements(others)).toBe(forOne);
  expect(await calls()).toHaveLength(20);
});
