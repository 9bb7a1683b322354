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
  orderStep,
  returnStep,
  takeStep,
  unitsAt,
  waitingRows,
} from "../support/returns-steps.ts";
import { ReturnsWorld, returnSources, type Sources, STOCKED } from "../support/returns-world.ts";

const SEED = Number(process.env.GODOWN_SEED ?? 20_261_122);
const RUNS = Number(process.env.GODOWN_RETURNS_RUNS ?? 12);
const ordersFirst = fc.array(orderStep, { minLength: 1, maxLength: 5, size: "max" });
const whatFollows = fc.array(returnStep, { minLength: 1, maxLength: 50, size: "max" });
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
        fc.asyncProperty(ordersFirst, whatFollows, async (orders, steps) => {
          const world = await ReturnsWorld.begin(t, sources);
          for (const step of [...orders, ...steps]) await takeStep(world, step);
          const midway = await readBooks(t, world.tenantId);
          expect(audit(midway, STOCKED)).toEqual([]);
          await comeHome(world);
          const home = await readBooks(t, world.tenantId);
          expect(audit(home, STOCKED)).toEqual([]);
          expect(home.units.filter((unit) => LEFT.has(unit.state))).toEqual([]);
          look(midway);
          look(home);
        }),
        // With the bias of fast-check to small values hardly anything would happen.
        { numRuns: RUNS, seed: SEED, unbiased: true },
      );
      expect(Object.entries(seen).filter(([, count]) => count === 0)).toEqual([]);
    },
    RUN_MAX_MS,
  );
});

describe("the auditor of that", () => {
  type Changed = { -readonly [K in keyof Books]: Record<string, unknown>[] };
  const first = (rows: Record<string, unknown>[], fits: (row: Record<string, unknown>) => boolean) => {
    const row = rows.find(fits);
    if (!row) throw new Error("there is something to spoil");
    return row;
  };
  const returned = (row: Record<string, unknown>) => row.state === "RETURNED";
  const more = (row: Record<string, unknown>, name: string, by = 1) =>
    Object.assign(row, { [name]: Number(row[name]) + by });
  const stocked = (row: Record<string, unknown>) => Number(row.good) > 0;

  const SPOILT: Readonly<Record<string, (books: Changed) => unknown>> = {
    "a level that nobody posted": ({ levels }) => more(first(levels, stocked), "good"),
    "a piece from nowhere": ({ levels, ledger, shelves }) => {
      const { facility, sku } = more(first(levels, stocked), "good");
      for (const rows of [ledger, shelves])
        more(
          first(rows, (row) => row.facility === facility && row.sku === sku && row.bucket === "good"),
          "quantity",
        );
    },
    "a shelf that holds less than its ledger": ({ shelves }) =>
      more(
        first(shelves, () => true),
        "quantity",
        -1,
      ),
    "a unit on two shelves": ({ rows }) => rows.push({ ...first(rows, (row) => row.done === true) }),
    "a unit that came back to no place": (books) => {
      const { unit } = first(books.returned, returned);
      books.rows = books.rows.filter((row) => row.unit !== unit);
    },
    "a unit that is RETURNED without a credit note": (books) => {
      books.noteLines = books.noteLines.slice(1);
    },
    "a unit that is credited twice": ({ notes, noteLines }) => {
      notes.push({ ...notes[0], id: "another" });
      noteLines.push({ ...noteLines.find((line) => line.note === notes[0]?.id), note: "another" });
    },
    "a grade that its shelf does not know": ({ returned: units }) =>
      Object.assign(first(units, returned), { grade: "bad" }),
    "a parcel that is RETURNED too early": ({ parcels }) =>
      Object.assign(
        first(parcels, (row) => row.state === "DELIVERED"),
        { state: "RETURNED" },
      ),
    "a parcel that is never RETURNED": ({ parcels }) => Object.assign(first(parcels, returned), { state: "DELIVERED" }),
    "a return that is over too early": ({ cases, returned: units }) =>
      Object.assign(
        first(units, (row) => row.return === cases[0]?.id),
        { state: "EXPECTED" },
      ),
    "a paisa of tax that is kept": ({ noteLines, notes, invoices }) => {
      const line = first(noteLines, (row) => Number(row.cgst) > 0);
      const note = first(notes, (row) => row.id === line.note);
      for (const paper of [line, note]) more(more(paper, "cgst", -1), "total", -1);
      more(
        first(invoices, (row) => row.id === note.invoice),
        "credited",
        -1,
      );
    },
    "a paisa from one head to the other": ({ noteLines, notes }) => {
      const line = first(noteLines, (row) => Number(row.cgst) > 0);
      const note = first(notes, (row) => row.id === line.note);
      for (const paper of [line, note]) more(more(paper, "cgst", -1), "sgst", 1);
    },
    "a gap in the numbers": ({ numbers }) =>
      Object.assign(
        first(numbers, (row) => Array.isArray(row.given) && row.given.length > 0),
        { given: [2], next: 3 },
      ),
  };
  let books: Books;
  beforeAll(async () => {
    const world = await ReturnsWorld.begin(t, sources);
    const line = { sku: 0, quantity: 2, paise: 3_333, shippingPaise: 101 };
    const [again, stays] = [
      { ...line, sku: 1, quantity: 1 },
      { ...line, quantity: 1 },
    ];
    for (const lines of [[line, again], [stays]]) await world.order({ side: "US", far: false, lines });
    await world.send("gone");
    const orders = Map.groupBy(await unitsAt(world), (unit) => unit.order);
    for (const [i, [unit]] of [...orders.values()].entries()) {
      if (!unit) throw new Error("an order has units");
      const step = { pick: i, bits: 63, times: "once" as const };
      await takeStep(world, { do: "deliver", ...step });
    }
    await takeStep(world, { do: "announce", kind: "CIR", pick: 0, bits: 63, times: "once", whole: true, named: true });
    const packageId = [...orders.values()][0]?.[0]?.packageId;
    if (!packageId) throw new Error("what left is in a parcel");
    const held = { shippingPackageId: packageId };
    const desk = { held, facilityId: world.sends, units: null, grade: "good" as const, unannounced: true };
    must(await receiveAtDesk(world.ctx(), { ...desk, putawayId: null }));
    for (const putawayId of await openLists(world))
      must(await completePutaway(world.ctx(), { putawayId, confirmAll: true }));
    await world.makeCreditSeries();
    await world.creditNotes();
    books = await readBooks(t, world.tenantId);
  });

  it("finds nothing where all is well", () => expect(audit(books, STOCKED)).toEqual([]));
  it.each(Object.entries(SPOILT))("finds %s", (_, spoil) => {
    const spoilt = structuredClone(books) as unknown as Changed; // spoilt books have any shape
    spoil(spoilt);
    expect(audit(spoilt as unknown as Books, STOCKED)).not.toEqual([]);
  });
});
