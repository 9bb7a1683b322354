import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examineTenant } from "../../src/app/doctor.ts";
import { ComingBack, type CreditNote, type Gone, lookForDue, type ReturnDetail } from "../support/coming-back.ts";
import { creditsWrong } from "../support/credit-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { readPages } from "../support/read-pdf.ts";
import {
  aReturnYard,
  COOKER,
  KETTLE,
  KURTA,
  REJECTS,
  type ReturnYard,
  SHOES,
  YARD_STOCK,
} from "../support/return-yard.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const DELAY = { minutes: 150 };
const HOUR_MS = 3_600_000;

let yard: ReturnYard;
let ajio: ComingBack;
let oker: ComingBack;
let jupiter: ComingBack;

beforeAll(async () => {
  yard = await aReturnYard();
  ajio = new ComingBack(yard, yard.ajio);
  oker = new ComingBack(yard, yard.oker);
  jupiter = new ComingBack(yard, yard.jupiter);
}, SETUP_MAX_MS);
afterAll(() => yard?.close());

/** What AJIO pays for a piece: the price less 15 %. Both are of one state, so the tax inside is two equal halves, rounded down. */
function ajioLine(price: number, quantity: number, percent: number) {
  const total = Math.round(price * 0.85) * quantity;
  const half = Math.floor((total - Math.round((total * 100) / (100 + percent))) / 2);
  return { taxable: total - 2 * half, cgst: half, sgst: half, igst: 0, total };
}

const amountsOf = ({ taxable, cgst, sgst, igst, total }: CreditNote | Awaited<ReturnType<ComingBack["invoice"]>>) => ({
  taxable,
  cgst,
  sgst,
  igst,
  total,
});

function add(...parts: ReturnType<typeof ajioLine>[]) {
  const sum = { taxable: 0, cgst: 0, sgst: 0, igst: 0, total: 0 };
  for (const part of parts) for (const name of Object.keys(sum) as (keyof typeof sum)[]) sum[name] += part[name];
  return sum;
}

/** Pieces of a SKU by shelf and bucket, as the screen of stock shows them. */
async function onShelves(sku: string): Promise<Record<string, number>> {
  const { rows } = await yard.client.must<{ rows: { shelf: string; bucket: string; quantity: number; sku: string }[] }>(
    "GET",
    `/shelf-stock?facilityId=${yard.facilityId}&search=${sku}`,
  );
  return Object.fromEntries(
    rows
      .filter((row) => row.sku === sku && row.quantity > 0)
      .map((row) => [`${row.shelf} ${row.bucket}`, row.quantity]),
  );
}

describe("an RTO that AJIO announces", () => {
  it("is expected, put away by its grades, credited by AJIO after two hours and a half, and RETURNED", async () => {
    const before = await onShelves(KURTA.sku);
    const of = await ajio.gone([{ product: KURTA, quantity: 2 }]);
    await ajio.story.act(of.id, "rto", { reason: "Customer refused" });
    expect(await ajio.syncOrder(of)).toBe(true);
    expect(await ajio.packageState(of)).toBe("RETURN_EXPECTED");
    expect(await ajio.back(of)).toMatchObject({ kind: "RTO", state: "RETURN_EXPECTED", awb: of.awb, units: 2 });
    expect(await onShelves(KURTA.sku)).toEqual({ ...before, "DEFAULT good": (before["DEFAULT good"] ?? 0) - 2 });

    const seen = await yard.client.must<{
      meant: string;
      candidates: { road: string; announced: boolean; syncFirst: boolean; units: { unitId: string }[] }[];
    }>("GET", `/returns/look-up?code=${of.awb}&facilityId=${yard.facilityId}`);
    expect(seen.candidates).toMatchObject([{ road: "RTO", announced: true, syncFirst: false }]);
    const [one, two] = seen.candidates[0]?.units.map((unit) => unit.unitId) ?? [];
    const desk = await yard.client.must<{ putaway: { putawayId: string } }>("POST", "/returns/desk/receive", {
      ...{ facilityId: yard.facilityId, code: of.awb },
      units: [
        { unitId: one, grade: "good" },
        { unitId: two, grade: "bad" },
      ],
    });
    expect(await ajio.packageState(of)).toBe("RETURN_ACKNOWLEDGED");
    await ajio.told(of, ["1 BAD", "1 GOOD"]);
    const lying = await ajio.waiting(of);
    expect(lying.map((item) => `${item.kind} ${item.grade}`).toSorted()).toEqual([
      "PUTAWAY_RECEIVED_RETURNS bad",
      "PUTAWAY_RECEIVED_RETURNS good",
    ]);
    const bad = lying.filter((item) => item.grade === "bad").map((item) => item.itemId);
    await ajio.putAway(desk.putaway.putawayId, [{ itemIds: bad, grade: "bad", shelf: REJECTS }]);
    expect(await onShelves(KURTA.sku)).toEqual({
      "DEFAULT good": (before["DEFAULT good"] ?? 0) - 1,
      [`${REJECTS} bad`]: 1,
    });

    const back = await ajio.back(of);
    expect(back).toMatchObject({ state: "PENDING_INVOICE", creditNotes: null });
    expect(await ajio.packageState(of)).toBe("RETURN_ACKNOWLEDGED");
    const [due] = await ajio.pending(back);
    expect(due).toMatchObject({
      kind: "RTO",
      state: "WAITING",
      attempts: 0,
      lastError: null,
      actions: ["FETCH", "UPLOAD"],
    });
    const dueAt = Temporal.Instant.from(due?.putAwayAt ?? "").add(DELAY);
    expect(due?.nextAttemptAt).toBe(dueAt.toString());
    yard.clock.aheadTo(dueAt.subtract({ minutes: 1 }));
    await lookForDue(yard);
    expect([ajio.asked(), (await ajio.notes(back)).length]).toEqual([0, 0]);
    yard.clock.aheadTo(dueAt);
    await lookForDue(yard);
    expect(await ajio.completed(of)).toMatchObject({
      unitsIn: [
        { unitState: "RETURNED", state: "RETURNED" },
        { unitState: "RETURNED", state: "RETURNED" },
      ],
    });
    expect(await ajio.packageState(of)).toBe("RETURNED");
    expect(await ajio.pending(back)).toEqual([]);
    const [note] = await ajio.notes(back);
    if (!note) throw new Error("there is a credit note");
    const made = ajio.at(of).returns[0]?.creditNote;
    expect(note).toMatchObject({
      ...{ number: made?.number, series: made?.series, numberedBy: "CHANNEL", state: "ISSUED", quantity: 2 },
      ...{ invoiceNumber: of.invoiceNumber, utgst: 0, cess: 0, roundOff: 0 },
    });
    expect(amountsOf(note)).toEqual(ajioLine(KURTA.pricePaise, 2, 5));
    expect(amountsOf(note)).toEqual({ taxable: 145_552, cgst: 3_639, sgst: 3_639, igst: 0, total: 152_830 });
    expect(amountsOf(await ajio.invoice(note))).toEqual(amountsOf(note));
    const paper = await ajio.paper(note);
    for (const words of ["Credit note (B2B)", note.number, of.invoiceNumber, "1,528.30"])
      expect(paper).toContain(words);
  });
});

describe("an RTO that nobody announced", () => {
  it("is refused until a person has seen that, received on a return manifest, and told to AJIO by its grades", async () => {
    const of = await ajio.gone([{ product: KURTA }, { product: SHOES }]);
    const { returnManifestId: manifest } = await yard.client.must<{ returnManifestId: string }>(
      "POST",
      "/return-manifests",
      { facilityId: yard.facilityId, courier: "AJIO Express" },
    );
    const scan = (more: object = {}) =>
      yard.client.api("POST", `/return-manifests/${manifest}/scan`, { code: of.awb, ...more });
    expect((await scan()).code).toBe("RETURN_NOT_ANNOUNCED");
    expect(await ajio.syncOrder(of)).toBe(false);
    expect((await scan({ unannounced: true })).json).toMatchObject({
      package: of.packageCode,
      announced: false,
      units: 2,
    });
    expect((await scan({ unannounced: true })).code).toBe("RETURN_ON_THIS_MANIFEST");
    expect(await yard.client.must("POST", `/return-manifests/${manifest}/close`)).toEqual({
      ...{ parcels: 1, units: 2, missing: 0 },
    });
    const { bytes } = await yard.client.file(`/return-manifests/${manifest}/pdf`);
    const list = (await readPages(bytes)).map((page) => page.text).join("\n");
    for (const words of [of.packageCode, of.awb]) expect(list).toContain(words);
    expect(await ajio.packageState(of)).toBe("RETURN_ACKNOWLEDGED");
    expect(await ajio.back(of)).toMatchObject({ kind: "RTO", state: "RECEIVED", announcedVia: "PERSON" });

    await setDelay(3 * HOUR_MS);
    const { putawayId } = await onList(of, "PUTAWAY_COURIER_RETURNED_ITEMS");
    const waiting = await ajio.waiting(of);
    const itemIds = waiting.map((item) => item.itemId);
    await yard.client.must("POST", `/putaways/${putawayId}/grade`, { gradings: [{ itemIds, grade: "good" }] });
    expect(await ajio.told(of, ["1 GOOD", "1 GOOD"])).toMatchObject({ announced: false, type: "COURIER_RETURN" });
    await ajio.putAway(putawayId, []);
    const back = await ajio.back(of);
    const [due] = await ajio.pending(back);
    const first = Temporal.Instant.from(due?.putAwayAt ?? "").add(DELAY);
    expect(due?.nextAttemptAt).toBe(first.toString());

    const pauses = await triedUntilThere(back, first);
    expect(pauses).toEqual([5, 10, 20]); // 150, 155 and 165 minutes are too early for AJIO, 185 are not
    expect(await ajio.completed(of)).toMatchObject({ unitsIn: [{ unitState: "RETURNED" }, { unitState: "RETURNED" }] });
    expect(await ajio.packageState(of)).toBe("RETURNED");
    const [note] = await ajio.notes(back);
    if (!note) throw new Error("there is a credit note");
    expect(amountsOf(note)).toEqual(add(ajioLine(KURTA.pricePaise, 1, 5), ajioLine(SHOES.pricePaise, 1, 18)));
    expect(note).toMatchObject({ total: 458_830, number: ajio.at(of).returns[0]?.creditNote?.number });
    expect(amountsOf(await ajio.invoice(note))).toEqual(amountsOf(note));
    await setDelay(0);
  });
});

/** Moves the clock from attempt to attempt until AJIO gives the credit note. @returns minutes between them */
async function triedUntilThere(back: ReturnDetail, first: Temporal.Instant): Promise<number[]> {
  const pauses: number[] = [];
  let at = first;
  for (let attempt = 1; ; attempt += 1) {
    yard.clock.aheadTo(at);
    await lookForDue(yard);
    const due = await waitFor(`attempt ${attempt}`, async () => {
      const [row] = await ajio.pending(back);
      return row === undefined ? "done" : row.state === "WAITING" && row.attempts === attempt && row;
    });
    if (due === "done") return pauses;
    expect(due).toMatchObject({
      lastError: { code: "CREDIT_NOTE_NOT_YET" },
      channelSays: expect.stringContaining("not available"),
    });
    const next = Temporal.Instant.from(due.nextAttemptAt ?? "");
    pauses.push(Math.round(next.since(yard.clock.now()).total("minutes")));
    at = next;
  }
}

const setDelay = (creditNoteDelayMs: number) => simulate("settings", { creditNoteDelayMs });

async function simulate(what: string, wish: object): Promise<void> {
  const answer = await fetch(`${yard.ajio.sim.url}/_sim/${what}`, { method: "POST", body: JSON.stringify(wish) });
  if (!answer.ok) throw new Error(await answer.text());
}

/** All that waits of an order, taken onto a list. */
async function onList(of: Gone, kind: string, by = ajio): Promise<{ putawayId: string; itemIds: string[] }> {
  const waiting = await by.waiting(of);
  expect(new Set(waiting.map((item) => item.kind))).toEqual(new Set([kind]));
  const itemIds = waiting.map((item) => item.itemId);
  const { putawayId } = await yard.client.must<{ putawayId: string }>("POST", "/putaways", { itemIds });
  return { putawayId, itemIds };
}

describe("a return from AJIO's customer", () => {
  let of: Gone;

  it("of one piece of three comes by status, is received as a reverse pickup, and waits while AJIO is down", async () => {
    of = await ajio.gone([{ product: KURTA, quantity: 3 }]);
    await ajio.story.act(of.id, "deliver");
    await ajio.story.sync("STATUS_DELIVERED");
    expect(await ajio.packageState(of)).toBe("DELIVERED");
    await sendBack(1);
    await ajio.story.sync("STATUS_DELIVERED");
    const back = await ajio.back(of);
    expect(back).toMatchObject({
      // A status speaks of whole lines: how many of the three are in the parcel is seen when it is opened.
      ...{ kind: "CIR", state: "CREATED", units: 3, announcedVia: "SYNC", reason: "Too small" },
      channelReturnId: ajio.at(of).returns[0]?.returnId,
    });
    expect(await ajio.packageState(of)).toBe("DELIVERED");
    const [inIt, ...elsewhere] = back.unitsIn.map((unit) => unit.unitId);
    const byHand = await yard.client.api<{ error: { message: string } }>("POST", "/returns/reverse-pickups", {
      saleOrderId: of.orderId,
      units: [{ unitId: inIt, reason: "Too small" }],
    });
    expect(byHand.code).toBe("REVERSE_PICKUP_NOT_BY_HAND");
    expect(byHand.json.error.message).toContain("Sellers are recommended not to create reverse pickup manually.");

    const received = await yard.client.must("POST", `/returns/${back.returnCaseId}/receive`, {
      facilityId: yard.facilityId,
      units: [{ unitId: inIt }, ...elsewhere.map((unitId) => ({ unitId, missing: true }))],
    });
    expect(received).toEqual({ received: 1, missing: 2 });
    const { putawayId, itemIds } = await onList(of, "PUTAWAY_REVERSE_PICKUP_ITEM");
    const rejected = [{ itemIds, grade: "qc_rejected" as const, shelf: REJECTS }];
    await yard.client.must("POST", `/putaways/${putawayId}/grade`, { gradings: rejected });
    await ajio.told(of, ["1 BAD"]);
    await ajio.putAway(putawayId, []);
    await ajio.story.faults({ kind: "5xx", operation: "getCreditNote" });
    const [due] = await ajio.pending(back);
    yard.clock.aheadTo(Temporal.Instant.from(due?.nextAttemptAt ?? ""));
    await lookForDue(yard);
    const down = await waitFor("the failure to be shown", async () => {
      const [row] = await ajio.pending(back);
      return row?.lastError && row;
    });
    expect(down).toMatchObject({
      kind: "CIR",
      state: "WAITING",
      attempts: 1,
      lastError: { code: "CREDIT_NOTE_NOT_REACHED" },
    });
    expect(down.lastError?.message).toContain("AJIO_DROPSHIP_1");
    await ajio.story.faults(null);
    yard.clock.aheadTo(Temporal.Instant.from(down.nextAttemptAt ?? ""));
    await lookForDue(yard);
    const [unit, ...missing] = (await ajio.completed(of)).unitsIn;
    expect(unit).toMatchObject({ unitState: "RETURNED", grade: "qc_rejected", shelf: REJECTS });
    expect(missing.map(({ unitState, state }) => `${unitState} ${state}`)).toEqual([
      "DELIVERED MISSING",
      "DELIVERED MISSING",
    ]);
    expect(await ajio.packageState(of)).toBe("DELIVERED"); // two of it are with the customer
    const [note] = await ajio.notes(back);
    expect(note).toMatchObject({ quantity: 1, total: 76_415, number: ajio.at(of).returns[0]?.creditNote?.number });
  });

  it("of the rest reverses its invoice to the paisa, fetched by a person who does not wait", async () => {
    await sendBack(2);
    await ajio.syncOrder(of);
    const found = (await ajio.back(of)).unitsIn.filter((unit) => unit.state === "MISSING");
    const desk = await yard.client.must<{ putaway: { putawayId: string } }>("POST", "/returns/desk/receive", {
      ...{ facilityId: yard.facilityId, code: of.awb, grade: "good" },
      units: found.map(({ unitId }) => ({ unitId })),
    });
    const back = await waitFor("the second return", async () => (await ajio.returns(of))[1]);
    await ajio.told(of, ["2 GOOD"]);
    await ajio.putAway(desk.putaway.putawayId, []);
    const [due] = await ajio.pending(back);
    const fetched = await yard.client.must("POST", "/pending-credit-notes/fetch", { dueIds: [due?.dueId] });
    expect(fetched).toMatchObject({
      results: [{ outcome: "DONE", creditNoteNumber: ajio.at(of).returns[1]?.creditNote?.number }],
    });
    await ajio.completed(of);
    expect(await ajio.packageState(of)).toBe("RETURNED");
    const notes = await Promise.all((await ajio.returns(of)).map((each) => ajio.notes(each)));
    const whole = add(...notes.flat().map(amountsOf));
    expect(whole).toEqual(ajioLine(KURTA.pricePaise, 3, 5));
    const [first] = notes.flat();
    if (!first) throw new Error("there is a credit note");
    expect(amountsOf(await ajio.invoice(first))).toEqual(whole);
  });

  async function sendBack(quantity: number): Promise<void> {
    const [line] = ajio.at(of).items;
    await ajio.story.act(of.id, "return", {
      ...{ reason: "Too small", items: [{ orderItemId: line?.orderItemId, quantity }] },
    });
  }
});

describe("a return from Oker", () => {
  it("is credited at once in our own series, which names Oker's invoice", async () => {
    const of = await oker.gone([{ product: COOKER, quantity: 2 }], { state: "Tamil Nadu", pincode: "600001" });
    await oker.story.act(of.id, "rto", { reason: "Nobody at home" });
    await oker.story.sync("STATUS_DELIVERED");
    expect(await oker.packageState(of)).toBe("RETURN_EXPECTED");
    const { returnManifestId: manifest } = await yard.client.must<{ returnManifestId: string }>(
      "POST",
      "/return-manifests",
      { facilityId: yard.facilityId, channelId: oker.story.channel.channelId },
    );
    const scanned = await yard.client.must("POST", `/return-manifests/${manifest}/scan`, { code: of.packageCode });
    expect(scanned).toMatchObject({ announced: true, units: 2 });
    await yard.client.must("POST", `/return-manifests/${manifest}/close`);
    const { putawayId, itemIds } = await onList(of, "PUTAWAY_COURIER_RETURNED_ITEMS", oker);
    await oker.putAway(putawayId, [{ itemIds, grade: "good" }]);
    expect(await oker.back(of)).toMatchObject({ state: "COMPLETED", creditNotes: "CN26-1" });
    expect(await oker.packageState(of)).toBe("RETURNED");
    const [note] = await oker.notes(await oker.back(of));
    if (!note) throw new Error("there is a credit note");
    const made = oker.at(of).invoices[0]?.number;
    expect(note).toMatchObject({ numberedBy: "SERIES", number: "CN26-1", invoiceNumber: made, quantity: 2 });
    // Two at ₹3,249 with 5 % inside, to another state.
    expect(amountsOf(note)).toEqual({ taxable: 618_857, cgst: 0, sgst: 0, igst: 30_943, total: 649_800 });
    expect(amountsOf(await oker.invoice(note))).toEqual(amountsOf(note));
    const paper = await oker.paper(note);
    for (const words of ["CN26-1", made ?? "", "6,498.00"]) expect(paper).toContain(words);
    expect(await onShelves(COOKER.sku)).toEqual({ "DEFAULT good": YARD_STOCK });
  });
});

describe("a return from Jupiter Money's customer", () => {
  it("is pushed, received at the desk, and credited in our own series by its share of our invoice", async () => {
    const of = await jupiter.gone([{ product: KETTLE, quantity: 3 }], { state: "Karnataka", pincode: "560001" });
    await jupiter.story.act(of.id, "deliver", { push: true });
    await jupiter.story.units(of.id, "DELIVERED");
    const [line] = jupiter.at(of).items;
    const pushed = await jupiter.story.act(of.id, "return", {
      ...{ reason: "Lid does not close", items: [{ orderItemId: line?.orderItemId, quantity: 2 }] },
    });
    expect(pushed.body).toMatchObject({ status: "success" });
    const back = await jupiter.back(of);
    expect(back).toMatchObject({
      kind: "CIR",
      state: "CREATED",
      units: 2,
      announcedVia: "PUSH",
      reason: "Lid does not close",
    });
    const [one, two] = back.unitsIn.map((unit) => unit.unitId);
    const desk = await yard.client.must<{ putaway: { putawayId: string } }>("POST", "/returns/desk/receive", {
      ...{ facilityId: yard.facilityId, code: back.awb },
      units: [
        { unitId: one, grade: "good" },
        { unitId: two, grade: "bad" },
      ],
    });
    const bad = (await jupiter.waiting(of)).filter((item) => item.grade === "bad").map((item) => item.itemId);
    await jupiter.putAway(desk.putaway.putawayId, [{ itemIds: bad, grade: "bad", shelf: REJECTS }]);
    expect(await jupiter.completed(of)).toMatchObject({ creditNotes: "CN26-2" });
    expect(await jupiter.packageState(of)).toBe("DELIVERED"); // one kettle stays with the customer
    const [note] = await jupiter.notes(back);
    if (!note) throw new Error("there is a credit note");
    expect(note).toMatchObject({ numberedBy: "SERIES", invoiceNumber: of.invoiceNumber, quantity: 2, roundOff: 0 });
    // Two of three at ₹1,299 with 18 % inside: the halves of the tax of one are ₹99.08 each.
    expect(note.total).toBe(259_800);
    expect(note.cgst).toBe(note.sgst);
    expect(note.taxable + note.cgst + note.sgst).toBe(259_800);
    expect(Math.abs(note.taxable - 259_800 / 1.18)).toBeLessThanOrEqual(2);
    const paper = await jupiter.paper(note);
    for (const words of ["CN26-2", of.invoiceNumber, "2,598.00"]) expect(paper).toContain(words);
    expect(await onShelves(KETTLE.sku)).toEqual({ "DEFAULT good": YARD_STOCK - 2, [`${REJECTS} bad`]: 1 });
  });
});

describe("after all of this", () => {
  it("ledger, levels, shelves, series, invoices and credit notes agree, and each piece lies in one place", async () => {
    expect(await onShelves(KURTA.sku)).toEqual({
      ...{ "DEFAULT good": YARD_STOCK - 2, [`${REJECTS} bad`]: 1, [`${REJECTS} qc_rejected`]: 1 },
    });
    expect(await onShelves(SHOES.sku)).toEqual({ "DEFAULT good": YARD_STOCK });
    await expectStockTrue(yard.app, yard.tenant.tenantId);
    expect(await creditsWrong(yard.app, yard.tenant.tenantId)).toEqual([]);
    expect(await examineTenant(yard.app.services, yard.tenant)).toEqual([]);
  });
});
