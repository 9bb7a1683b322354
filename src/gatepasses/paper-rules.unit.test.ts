import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { basisPoints, type FacilityId, must, newId, paise, ZERO } from "../kernel/index.ts";
import type { Gatepass, GatepassLine, GatepassType } from "./gatepass.ts";
import { paperSchema } from "./paper.ts";
import { gatepassPage, paperPage, planOfPage } from "./paper-page.ts";
import { draftCredit, draftPaper, type PaperFacts, planPaper, type Side } from "./paper-rules.ts";

const KARNATAKA = "29AAFCC9980M1ZR";
const MAHARASHTRA = "27AAPFU0939F1ZV";
const CHANDIGARH = "04AAFCC9980M1ZX";
const on = Temporal.PlainDate.from("2026-11-20");

const side = (over: Partial<Side> = {}): Side => ({
  ...{ name: "Test Traders", code: "BLR1", line1: "1 Hosur Road", line2: null, city: "Bengaluru", pincode: "560068" },
  ...{ stateCode: "29", gstin: KARNATAKA, phone: null, email: null },
  ...over,
});
const delhi = side({ code: "DEL1", stateCode: "07", gstin: "07AAFCC9980M1ZR" });
const pass = (type: GatepassType, over: Partial<Gatepass> = {}): Gatepass => ({
  ...{ gatepassId: newId<"Gatepass">(), code: "GP-1", state: "CREATED" as const, type, purpose: "p", reference: null },
  ...{ facilityId: newId() as FacilityId, facilityCode: "BLR1", toFacilityId: null, toFacilityCode: null, party: null },
  ...{ vendorInvoice: null, issuedAt: null },
  ...over,
});
const line = (over: Partial<GatepassLine> = {}): GatepassLine => ({
  ...{ lineId: newId<"GatepassLine">(), lineNo: 1, skuId: newId<"Sku">(), sku: "PUMP", name: "Pump", hsn: "84137010" },
  ...{ taxClassId: "gst", shelfId: newId<"Shelf">(), shelf: "A1", inventoryType: "good" as const, quantity: 1 },
  ...{ price: paise(100_00), received: 0, back: 0, lost: 0 },
  ...over,
});
const classes = (gstBps: number, cessBps = 0) =>
  new Map([
    [
      "gst",
      {
        ...{ code: "GST", name: "GST", slabPrice: "EXCLUDING_TAX" as const },
        rows: [
          {
            ...{ holdsFrom: Temporal.PlainDate.from("2022-01-01"), unitPriceFromPaise: ZERO, unitPriceToPaise: null },
            ...{ gstBps: basisPoints(gstBps), cessBps: basisPoints(cessBps) },
          },
        ],
      },
    ],
  ]);
const facts = (over: Partial<PaperFacts> = {}): PaperFacts => ({
  ...{ gatepass: pass("STOCK_TRANSFER"), from: side(), to: delhi, lines: [line()], on },
  ...over,
});
const refused = (code: string) => ({ ok: false, refusal: { code } });

describe("the paper of a movement", () => {
  it("is a challan within one registration, an invoice between two", () => {
    expect(must(planPaper(facts()))).toMatchObject({ kind: "INVOICE", supply: "INTER_STATE", place: { code: "07" } });
    const same = side({ code: "BLR2" });
    expect(must(planPaper(facts({ to: same })))).toMatchObject({ kind: "DELIVERY_CHALLAN", supply: null });
    const second = side({ code: "BLR2", gstin: "29AAFCC9980M2ZQ" });
    expect(must(planPaper(facts({ to: second })))).toMatchObject({ kind: "INVOICE", supply: "INTRA_STATE" });
    const ut = { stateCode: "04", gstin: CHANDIGARH };
    const utSecond = { stateCode: "04", gstin: "04AAFCC9980M2ZW" };
    expect(must(planPaper(facts({ from: side(ut), to: side(utSecond) })))).toMatchObject({
      supply: "INTRA_UNION_TERRITORY",
    });
  });

  it("asks for the registration of a place in another state, and stands without one in the same", () => {
    expect(planPaper(facts({ to: { ...delhi, gstin: null } }))).toMatchObject({
      refusal: { code: "GATEPASS_REGISTRATION_MISSING", facts: { facility: "DEL1", other: "BLR1" } },
    });
    const beside = side({ code: "BLR2", gstin: null });
    expect(must(planPaper(facts({ to: beside })))).toMatchObject({ kind: "DELIVERY_CHALLAN" });
    const nobody = { from: side({ gstin: null }), to: { ...delhi, gstin: null } };
    expect(must(planPaper(facts(nobody)))).toMatchObject({ kind: "DELIVERY_CHALLAN", supply: null });
  });

  it("is a challan for what is lent or given away, whoever gets it", () => {
    for (const type of ["RETURNABLE", "NON_RETURNABLE"] as const)
      expect(must(planPaper(facts({ gatepass: pass(type) })))).toMatchObject({
        kind: "DELIVERY_CHALLAN",
        supply: null,
      });
  });

  it("is a debit note to a vendor, under the heads of the purchase, against his invoice", () => {
    const vendor = side({ code: null, name: "Mumbai Mills", stateCode: "27", gstin: MAHARASHTRA });
    const gatepass = pass("RETURN_TO_VENDOR", { vendorInvoice: { number: "V-1", on } });
    expect(must(planPaper(facts({ gatepass, to: vendor })))).toMatchObject({
      ...{ kind: "DEBIT_NOTE", supply: "INTER_STATE", place: { code: "29" } },
    });
    expect(must(planPaper(facts({ gatepass, to: { ...vendor, gstin: null } })))).toMatchObject({ supply: null });
    expect(planPaper(facts({ gatepass: pass("RETURN_TO_VENDOR"), to: vendor }))).toMatchObject(
      refused("GATEPASS_VENDOR_INVOICE_MISSING"),
    );
  });
});

describe("the amounts of a paper", () => {
  it("bear the tax on top of the price: 3 pumps of 999.99 at 18 % between two states", () => {
    const draft = must(draftPaper(facts({ lines: [line({ quantity: 3, price: paise(999_99) })] }), classes(1800)));
    expect(draft.kind).toBe("TAX_INVOICE");
    expect(draft.totals).toMatchObject({ taxable: 299_997, igst: 53_999, cgst: 0, sgst: 0, gross: 353_996 });
  });

  it("split into equal halves in one state, and into UTGST in a union territory without legislature", () => {
    const second = side({ code: "BLR2", gstin: "29AAFCC9980M2ZQ" });
    const intra = must(draftPaper(facts({ to: second, lines: [line({ price: paise(1_01) })] }), classes(500)));
    expect(intra.totals).toMatchObject({ taxable: 101, cgst: 3, sgst: 3, igst: 0, utgst: 0, gross: 107 });
    const [from, to] = [
      side({ stateCode: "04", gstin: CHANDIGARH }),
      side({ stateCode: "04", gstin: "04AAFCC9980M2ZW" }),
    ];
    expect(must(draftPaper(facts({ from, to }), classes(1800))).totals).toMatchObject({
      cgst: 900,
      utgst: 900,
      sgst: 0,
    });
  });

  it("have no tax on a challan, and none where the goods bear none", () => {
    const challan = must(
      draftPaper(facts({ gatepass: pass("RETURNABLE"), lines: [line({ price: ZERO })] }), classes(1800)),
    );
    expect(challan).toMatchObject({ kind: "DELIVERY_CHALLAN", totals: { gross: 0, tax: 0 } });
    expect(must(draftPaper(facts(), classes(0)))).toMatchObject({ kind: "BILL_OF_SUPPLY", totals: { tax: 0 } });
  });

  it("are refused, with all SKUs at once, where something is missing", () => {
    const two = [line({ sku: "A" }), line({ sku: "B" })];
    const lack = (over: Partial<GatepassLine>, taxes = classes(1800)) =>
      draftPaper(facts({ lines: two.map((each) => ({ ...each, ...over })) }), taxes);
    const skus = { facts: { skus: ["A", "B"] } };
    expect(lack({ hsn: null })).toMatchObject({ refusal: { code: "GATEPASS_HSN_MISSING", ...skus } });
    expect(lack({ price: ZERO })).toMatchObject({ refusal: { code: "GATEPASS_PRICE_MISSING", ...skus } });
    expect(lack({ taxClassId: null })).toMatchObject({ refusal: { code: "GATEPASS_TAX_CLASS_MISSING", ...skus } });
    expect(lack({}, new Map())).toMatchObject({ refusal: { code: "GATEPASS_TAX_RATE_MISSING", ...skus } });
  });

  it("add up for any lines: heads to lines, lines to totals, and the printed page says the same", () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({ quantity: fc.integer({ min: 1, max: 500 }), price: fc.integer({ min: 1, max: 9_999_999 }) }),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.constantFrom(0, 25, 300, 500, 1800, 4000),
        fc.constantFrom(0, 1200),
        fc.boolean(),
        (items, gstBps, cessBps, inter) => {
          const lines = items.map((item) => line({ quantity: item.quantity, price: paise(item.price) }));
          const to = inter ? delhi : side({ code: "BLR2", gstin: "29AAFCC9980M2ZQ" });
          const given = facts({ to, lines });
          const draft = must(draftPaper(given, classes(gstBps, cessBps)));
          let gross = 0;
          for (const [i, { taxed }] of draft.lines.entries()) {
            expect(taxed.taxable).toBe((items[i]?.price ?? 0) * (items[i]?.quantity ?? 0));
            expect(taxed.taxable + taxed.cgst + taxed.sgst + taxed.utgst + taxed.igst + taxed.cess).toBe(taxed.gross);
            expect(taxed.cgst).toBe(taxed.sgst);
            expect(taxed.igst === 0 || taxed.cgst === 0).toBe(true);
            gross += taxed.gross;
          }
          expect(draft.totals.gross).toBe(gross);
          const page = paperSchema.parse(paperPage(given, draft, "G-1", null));
          expect(page.totals.taxable + page.totals.taxes.reduce((all, tax) => all + tax.amount, 0)).toBe(gross);
        },
      ),
    );
  });
});

describe("the credit note for pieces that are back", () => {
  it("gives back the invoice to the paisa, whatever the steps, and never more on the way", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 999_999 }),
        fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 40 }),
        fc.boolean(),
        (quantity, price, steps, inter) => {
          const to = inter ? delhi : side({ code: "BLR2", gstin: "29AAFCC9980M2ZQ" });
          const given = facts({ to, lines: [line({ quantity, price: paise(price) })] });
          const invoice = must(draftPaper(given, classes(1800, 100)));
          const [only] = invoice.lines;
          if (only === undefined) throw new Error("the invoice has a line");
          const back = { taxable: 0, cgst: 0, sgst: 0, igst: 0, cess: 0, gross: 0 };
          let credited = 0;
          for (const step of [...steps, quantity]) {
            const take = Math.min(step, quantity - credited);
            if (take === 0) break;
            const lines = [{ line: only.line, taxed: only.taxed, creditedBefore: credited }];
            const note = draftCredit({ ...invoice, lines }, [{ lineId: only.line.lineId, quantity: take }]);
            expect(note.totals.quantity).toBe(take);
            for (const head of ["taxable", "cgst", "sgst", "igst", "cess", "gross"] as const) {
              expect(note.totals[head]).toBeGreaterThanOrEqual(0);
              back[head] += note.totals[head];
              expect(back[head]).toBeLessThanOrEqual(invoice.totals[head]);
            }
            expect(note.totals.cgst).toBe(note.totals.sgst);
            credited += take;
          }
          for (const head of ["taxable", "cgst", "sgst", "igst", "cess", "gross"] as const)
            expect(back[head]).toBe(invoice.totals[head]);
        },
      ),
    );
  });

  it("is taxed under the heads of its invoice, read from its page", () => {
    const second = side({ code: "BLR2", gstin: "29AAFCC9980M2ZQ" });
    for (const to of [delhi, second]) {
      const given = facts({ to });
      const draft = must(draftPaper(given, classes(1800)));
      const plan = planOfPage(paperPage(given, draft, "G-1", null));
      expect(plan).toMatchObject({ supply: draft.supply, place: { code: draft.place.code } });
    }
  });
});

describe("the gatepass on paper", () => {
  it("says what leaves from which shelf, and that it is not issued while it is not", () => {
    const page = paperSchema.parse(gatepassPage(facts(), [line({ quantity: 4, inventoryType: "qc_rejected" })]));
    expect(page).toMatchObject({ kind: "GATEPASS", draft: true, cancelled: false, totals: { quantity: 4 } });
    expect(page.lines[0]).toMatchObject({ shelf: "A1", grade: "QC rejected" });
  });
});
