import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stepsAtRest } from "../../src/fulfilment/index.ts";
import { must } from "../../src/kernel/index.ts";
import { completePutaway, createPutaway, gradePutaway } from "../../src/putaway/index.ts";
import { announceReturn, receiveAtDesk } from "../../src/returns/index.ts";
import { type TestDatabase, testDatabase } from "../support/database.ts";
import { audit, type Books, readBooks } from "../support/returns-auditor.ts";
import {
  foundAgain,
  itemsOn,
  openLists,
  returnStep,
  takeStep,
  unitsAt,
  waitingRows,
} from "../support/returns-steps.ts";
import { ReturnsWorld, returnSources, type Sources, STOCKED } from "../support/returns-world.ts";

const SEED = Number(process.env.GODOWN_SEED ?? 20_261_122);
const RUNS = Number(process.env.GODOWN_RETURNS_RUNS ?? 8);
const RUN_MAX_MS = 600_000;

let t: TestDatabase;
let sources: Sources;
beforeAll(async () => {
  t = await testDatabase();
  sources = await returnSources();
});
afterAll(async () => {
  await stepsAtRest();
  for (const source of Object.values(sources)) await source.close();
  await t.close();
});

/** Everything that is out there comes home, is found, put away and credited. */
async function comeHome(world: ReturnsWorld): Promise<void> {
  await world.makeCreditSeries();
  const missing = await world.look<Parameters<typeof foundAgain>[1]>(
    `select u.sale_order_item_id as "unitId", p.code from godown.sale_order_item u join godown.shipping_package p using (tenant_id, shipping_package_id)
     where u.tenant_id = $1 and exists (
       select from godown.return_item i where i.tenant_id = u.tenant_id and i.sale_order_item_id = u.sale_order_item_id and i.state in ('MISSING', 'LOST'))`,
  );
  for (const unit of missing) await foundAgain(world, unit);
  for (const word of await world.look<{ channelId: never; order: string }>(
    `select distinct o.channel_id as "channelId", o.code as order from godown.sale_order_item u join godown.sale_order o using (tenant_id, sale_order_id)
     where u.tenant_id = $1 and u.state = 'DELIVERED'`,
  ))
    await t.db.transaction(world.tenantId, (tx) =>
      announceReturn(tx, world.ctx(), {
        ...{ channelId: word.channelId, channelOrderId: word.order, kind: "CIR", products: null, lines: null },
        ...{ reason: null, awb: null, courierCode: null, channelReturnId: null, warehouse: null, via: "PUSH" },
        at: t.clock.now(),
      }),
    );
  const parcels = new Set(
    (await unitsAt(world)).flatMap(({ state, packageId }) => (LEFT.has(state) ? (packageId ?? []) : [])),
  );
  // What was announced of a delivered parcel comes first; then what nobody announced of it.
  for (const shippingPackageId of [...parcels, ...parcels])
    await receiveAtDesk(world.ctx(), {
      ...{ held: { shippingPackageId }, facilityId: world.sends, units: null, grade: "good" },
      ...{ unannounced: true, putawayId: null },
    });
  for (const itemIds of await waitingRows(world)) must(await createPutaway(world.ctx(), { itemIds }));
  for (const putawayId of await openLists(world)) {
    const itemIds = await itemsOn(world, putawayId, true);
    if (itemIds.length > 0)
      must(await gradePutaway(world.ctx(), { putawayId, gradings: [{ itemIds, grade: "good" }] }));
    if ((await itemsOn(world, putawayId)).length > 0)
      must(await completePutaway(world.ctx(), { putawayId, confirmAll: true }));
  }
  await world.creditNotes();
}
const LEFT = new Set(["DISPATCHED", "DELIVERED"]);

/** What a run was about: a property that nothing happens to holds always. */
const seen = { orders: 0, cancelled: 0, back: 0, ours: 0, theirs: 0, missing: 0, rejected: 0, partly: 0 };
function look(books: Books): void {
  seen.orders += new Set(books.invoices.map((invoice) => invoice.id)).size;
  seen.cancelled += books.units.filter((unit) => unit.state === "CANCELLED").length;
  seen.back += books.units.filter((unit) => unit.state === "RETURNED").length;
  seen.ours += books.notes.filter((note) => note.by === "SERIES").length;
  seen.theirs += books.notes.filter((note) => note.by === "CHANNEL").length;
  seen.missing += books.returned.filter((each) => each.state === "MISSING" || each.state === "LOST").length;
  seen.rejected += books.rows.filter((row) => row.grade !== null && row.grade !== "good").length;
  const notesOf = Map.groupBy(books.notes, (note) => note.invoice);
  seen.partly += [...notesOf.values()].filter((notes) => notes.length > 1).length;
}

describe("whatever is ordered, cancelled, sent back, graded and credited, in whatever order and how often", () => {
  it(
    `stock, units, parcels and money add up, and everything that comes home is credited to the paisa (seed ${SEED}, ${RUNS} runs)`,
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(returnStep, { minLength: 1, maxLength: 60, size: "max" }), async (steps) => {
          const world = await ReturnsWorld.begin(t, sources);
          for (const step of steps) await takeStep(world, step);
          const midway = await readBooks(t, world.tenantId);
          expect(audit(midway, STOCKED)).toEqual([]);
          await comeHome(world);
          const home = await readBooks(t, world.tenantId);
          expect(audit(home, STOCKED)).toEqual([]);
          expect(home.units.filter((unit) => LEFT.has(unit.state))).toEqual([]);
          look(midway);
          look(home);
        }),
        { numRuns: RUNS, seed: SEED },
      );
      expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
    },
    RUN_MAX_MS,
  );
});
