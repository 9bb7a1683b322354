import { afterAll, beforeAll, expect, it } from "vitest";
import { TEST_MORNING, type TestDatabase, testDatabase } from "../../tests/support/database.ts";
import { aPushOrder } from "../../tests/support/order-builders.ts";
import { aPartner, listen, queuedFor } from "../../tests/support/partner-builders.ts";
import { aShop, packagesFor, type Shop } from "../../tests/support/shop-builders.ts";
import { readQueues } from "./queries.ts";

let t: TestDatabase;
let shop: Shop;
beforeAll(async () => {
  t = await testDatabase();
  t.clock.set(TEST_MORNING);
  listen();
  shop = await aShop(t, { stock: 10 });
});
afterAll(() => t.close());

/** Counts of partners' queues, with since when the oldest stands. */
async function partnerQueues(): Promise<Record<string, [number, string | undefined]>> {
  const at = { now: TEST_MORNING, soon: TEST_MORNING, dayEnd: TEST_MORNING };
  const rows = await t.db.read(shop.tenantId, (tx) => readQueues(tx, "all", at));
  return Object.fromEntries(
    rows.filter((row) => row.key.startsWith("partner")).map((row) => [row.key, [row.count, row.oldestAt?.toString()]]),
  );
}

it("counts partners that are held back, and events that were not taken until somebody dismisses them", async () => {
  const partnerId = await aPartner(t, shop.tenantId);
  await packagesFor(t, shop, [aPushOrder([{ productId: shop.productId }], { id: "JM-1" })]);
  expect((await queuedFor(t, shop.tenantId, partnerId)).map(({ event }) => event)).toEqual(["createShipment"]);
  expect(await partnerQueues(), "what waits is nobody's work").toEqual({});

  const heldSince = TEST_MORNING.subtract({ minutes: 20 });
  await t.raw(
    `update godown.partner_line set held = 'DOWN', held_since = $3, held_until = $3, held_tries = 1, failures = 5, failing_since = $3
     where tenant_id = $1 and partner_id = $2`,
    [shop.tenantId, partnerId, heldSince.toString()],
  );
  await t.raw(
    "update godown.partner_delivery set state = 'FAILED', next_attempt_at = null, settled_at = $2 where tenant_id = $1",
    [shop.tenantId, TEST_MORNING.toString()],
  );
  expect(await partnerQueues()).toEqual({
    partnersHeld: [1, heldSince.toString()],
    partnerDeliveriesFailed: [1, TEST_MORNING.toString()],
  });

  await t.raw("update godown.partner set enabled = false where tenant_id = $1", [shop.tenantId]);
  await t.raw("update godown.partner_delivery set dismissed_at = $2, dismissed_by = 'Asha' where tenant_id = $1", [
    shop.tenantId,
    TEST_MORNING.toString(),
  ]);
  expect(await partnerQueues()).toEqual({});
});
