import { describe, expect, it } from "vitest";
import { type FacilityId, newId, paise } from "../kernel/index.ts";
import {
  checkHeader,
  decideIssue,
  decideOutcome,
  decideRecall,
  decideScanBack,
  decideShort,
  type GatepassHeader,
  type GatepassLine,
  type GatepassState,
  type GatepassType,
  gatepassLifecycle,
  PIECES_MAX,
} from "./gatepass.ts";

const here: FacilityId = newId();
const there: FacilityId = newId();
const party = {
  name: "Murugan Works",
  line1: "4 Mount Road",
  line2: null,
  city: "Chennai",
  stateCode: "33",
  pincode: "600002",
  gstin: null,
  phone: null,
};
const header = (over: Partial<GatepassHeader> = {}): GatepassHeader => ({
  ...{ type: "STOCK_TRANSFER", facilityId: here, purpose: "p", reference: null, toFacilityId: there },
  ...{ party: null, vendorInvoice: null },
  ...over,
});
const pass = (state: GatepassState, type: GatepassType = "STOCK_TRANSFER") => ({ code: "GP-1", state, type });
const line = (over: Partial<GatepassLine> = {}): GatepassLine => ({
  ...{ lineId: newId<"GatepassLine">(), lineNo: 1, skuId: newId<"Sku">(), sku: "PUMP", name: "Pump", hsn: "8413" },
  ...{ taxClassId: null, shelfId: newId<"Shelf">(), shelf: "A1", inventoryType: "good" as const, quantity: 3 },
  ...{ price: paise(100), received: 0, back: 0, lost: 0 },
  ...over,
});
const refused = (code: string) => ({ ok: false, refusal: { code } });

describe("the header of a gatepass", () => {
  it("names a facility for a transfer, and a party for everything else", () => {
    expect(checkHeader(header())).toMatchObject({ ok: true });
    expect(checkHeader(header({ toFacilityId: null }))).toMatchObject(refused("GATEPASS_TO_FACILITY_MISSING"));
    expect(checkHeader(header({ toFacilityId: here }))).toMatchObject(refused("GATEPASS_SAME_FACILITY"));
    expect(checkHeader(header({ party }))).toMatchObject(refused("GATEPASS_PARTY_NOT_WANTED"));
    for (const type of ["RETURNABLE", "NON_RETURNABLE", "RETURN_TO_VENDOR"] as const) {
      expect(checkHeader(header({ type }))).toMatchObject(refused("GATEPASS_PARTY_MISSING"));
      expect(checkHeader(header({ type, party }))).toMatchObject(refused("GATEPASS_PARTY_MISSING"));
      expect(checkHeader(header({ type, party, toFacilityId: null }))).toMatchObject({ ok: true });
    }
  });

  it("names a vendor's invoice only on the way back to him", () => {
    const vendorInvoice = { number: "V-1", on: Temporal.PlainDate.from("2026-11-02") };
    const to = { party, toFacilityId: null, vendorInvoice };
    expect(checkHeader(header({ type: "RETURNABLE", ...to }))).toMatchObject(refused("GATEPASS_NOT_TO_A_VENDOR"));
    expect(checkHeader(header({ type: "RETURN_TO_VENDOR", ...to }))).toMatchObject({ ok: true });
  });
});

describe("issuing", () => {
  it("leads each type into its state", () => {
    const stateOf = (type: GatepassType) => decideIssue(pass("CREATED", type), [{ quantity: 1 }]);
    expect(stateOf("RETURNABLE")).toEqual({ ok: true, value: "RETURN_AWAITED" });
    expect(stateOf("NON_RETURNABLE")).toEqual({ ok: true, value: "CLOSED" });
    expect(stateOf("RETURN_TO_VENDOR")).toEqual({ ok: true, value: "CLOSED" });
    expect(stateOf("STOCK_TRANSFER")).toEqual({ ok: true, value: "IN_TRANSIT" });
  });

  it("is refused twice, empty, and beyond what can be put away", () => {
    for (const state of gatepassLifecycle.states.filter((s) => s !== "CREATED"))
      expect(decideIssue(pass(state), [{ quantity: 1 }])).toMatchObject(refused("GATEPASS_NOT_OPEN"));
    expect(decideIssue(pass("CREATED"), [])).toMatchObject(refused("GATEPASS_EMPTY"));
    expect(decideIssue(pass("CREATED"), [{ quantity: PIECES_MAX }, { quantity: 1 }])).toMatchObject(
      refused("GATEPASS_TOO_LARGE"),
    );
  });
});

describe("what came of pieces", () => {
  const [a, b] = [line({ quantity: 3, received: 1 }), line({ sku: "FAN", quantity: 2 })];
  const said = (quantity: number, outcome: "RECEIVED" | "BACK" | "LOST" = "RECEIVED", of = a) => ({
    outcome,
    pieces: [{ lineId: of.lineId, quantity }],
  });

  it("closes the gatepass with the last piece, whichever way it went", () => {
    expect(decideOutcome(pass("IN_TRANSIT"), [a, b], said(2))).toEqual({ ok: true, value: "IN_TRANSIT" });
    expect(decideOutcome(pass("IN_TRANSIT"), [a], said(2))).toEqual({ ok: true, value: "CLOSED" });
    expect(decideOutcome(pass("SHORT"), [a], said(2, "LOST"))).toEqual({ ok: true, value: "CLOSED" });
    expect(decideOutcome(pass("SHORT"), [a], said(1, "BACK"))).toEqual({ ok: true, value: "SHORT" });
  });

  it("is never more than left, also where one line is named twice", () => {
    expect(decideOutcome(pass("IN_TRANSIT"), [a, b], said(3))).toMatchObject(refused("GATEPASS_MORE_THAN_SENT"));
    const twice = { outcome: "RECEIVED" as const, pieces: [...said(1).pieces, ...said(2).pieces] };
    expect(decideOutcome(pass("IN_TRANSIT"), [a, b], twice)).toMatchObject({
      refusal: { code: "GATEPASS_MORE_THAN_SENT", facts: { lines: ["PUMP: 3 said, 2 awaited"] } },
    });
    expect(decideOutcome(pass("IN_TRANSIT"), [b], said(1))).toMatchObject(refused("GATEPASS_LINES_UNKNOWN"));
  });

  it("is loss or return only after the rest was reported short, and return only of a transfer", () => {
    expect(decideOutcome(pass("IN_TRANSIT"), [a], said(1, "LOST"))).toMatchObject(refused("GATEPASS_NOT_SHORT"));
    expect(decideOutcome(pass("IN_TRANSIT"), [a], said(1, "BACK"))).toMatchObject(refused("GATEPASS_NOT_SHORT"));
    expect(decideOutcome(pass("SHORT", "RETURNABLE"), [a], said(1, "BACK"))).toMatchObject(
      refused("GATEPASS_NOT_BACK"),
    );
    expect(decideOutcome(pass("CLOSED"), [a], said(1))).toMatchObject(refused("GATEPASS_NOTHING_AWAITED"));
    expect(decideShort(pass("RETURN_AWAITED"))).toEqual({ ok: true, value: "SHORT" });
    expect(decideShort(pass("CLOSED"))).toMatchObject(refused("GATEPASS_NOTHING_AWAITED"));
  });

  it("is found by a scan on the first line that awaits a piece", () => {
    const full = line({ quantity: 1, received: 1 });
    const open = line({ quantity: 2, inventoryType: "bad" });
    expect(decideScanBack(pass("IN_TRANSIT"), [full, open], "pump")).toEqual({ ok: true, value: open });
    expect(decideScanBack(pass("IN_TRANSIT"), [full], "PUMP")).toMatchObject(refused("GATEPASS_SCANNED_ALL"));
    expect(decideScanBack(pass("IN_TRANSIT"), [full], "LAMP")).toMatchObject(refused("GATEPASS_SCAN_UNKNOWN"));
    expect(decideScanBack(pass("CREATED"), [open], "PUMP")).toMatchObject(refused("GATEPASS_NOTHING_AWAITED"));
  });
});

describe("recalling", () => {
  it("takes back what has not moved", () => {
    expect(decideRecall(pass("IN_TRANSIT"), [line()])).toEqual({ ok: true, value: "CANCELLED" });
    expect(decideRecall(pass("RETURN_AWAITED", "RETURNABLE"), [line()])).toMatchObject({ ok: true });
    expect(decideRecall(pass("IN_TRANSIT"), [line({ received: 1 })])).toMatchObject(
      refused("GATEPASS_PARTLY_RECEIVED"),
    );
    for (const state of ["CREATED", "SHORT", "CLOSED", "CANCELLED"] as const)
      expect(decideRecall(pass(state), [line()])).toMatchObject(refused("GATEPASS_NOT_RECALLABLE"));
  });
});
