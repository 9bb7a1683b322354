import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { examineTenant } from "../../src/app/doctor.ts";
import { ComingBack, type CreditNote, lookForDue } from "../support/coming-back.ts";
import { creditsWrong } from "../support/credit-builders.ts";
import { expectStockTrue } from "../support/invariants.ts";
import { aReturnYard, COOKER, KETTLE, KURTA, REJECTS, type ReturnYard, SHOES } from "../support/return-yard.ts";
import { waitFor } from "../support/wait.ts";

const SETUP_MAX_MS = 180_000;
const DELAY = { minutes: 150 };

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
    const of = await ajio.gone([{ sku: KURTA.sku, quantity: 2 }]);
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
