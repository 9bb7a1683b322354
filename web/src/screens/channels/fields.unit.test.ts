import { describe, expect, it } from "vitest";
import { ApiError } from "../../lib/problem.ts";
import {
  credentialBody,
  credentialFields,
  facilitiesField,
  followNamed,
  followSame,
  namedFacilities,
  withNotes,
} from "./credential-fields.ts";
import type { CredentialField, Rules } from "./data.ts";
import { atFields, facilityFault } from "./faults.ts";
import { healthOf } from "./health.ts";
import { settingsBody, settingsFields, settingsValues } from "./settings-fields.ts";
import { onColor } from "./tile.tsx";

const field = (over: Partial<CredentialField> & { name: string }): CredentialField => ({
  label: over.name,
  type: "text",
  required: true,
  help: "",
  value: null,
  isSet: false,
  setAt: null,
  setBy: null,
  byConsent: false,
  ...over,
});
const username = field({ name: "username", label: "Username" });
const password = field({
  name: "password",
  type: "password",
  isSet: true,
  setAt: "2026-11-12T05:00:00Z",
  setBy: "Asha",
});
const vendorCode = field({ name: "vendorCode", label: "Vendor Code", sameAs: "username" });
const jupiter = [username, password, vendorCode];
const rules: Rules = {
  ordersArrive: "push",
  invoiceBy: "us",
  invoiceOfSellerShipped: "us",
  labelBy: "channel",
  manifestBy: "us",
  split: false,
  multiBox: false,
  sellerCancel: "never",
  channelCancel: "dispatched",
  channelCancelRule: "",
  sellerCancelRule: null,
  oneStore: null,
  reports: [],
  reportsOf: "all",
  channelShips: [true],
  creditNoteBy: "us",
  sendsReturns: [],
  manualReturnRule: null,
  stockAfterCancel: null,
};

describe("the Connectors form", () => {
  it("keeps a vendor code equal to the user name until somebody types another", () => {
    const apart = new Set<string>();
    const typed = followSame(jupiter, apart, { username: "asha", vendorCode: "" }, "username");
    expect(typed).toEqual({ username: "asha", vendorCode: "asha" });
    followSame(jupiter, apart, { username: "asha", vendorCode: "other" }, "vendorCode");
    expect(followSame(jupiter, apart, { username: "asha2", vendorCode: "other" }, "username").vendorCode).toBe("other");
    followSame(jupiter, apart, { username: "asha2", vendorCode: "asha2" }, "vendorCode");
    expect(followSame(jupiter, apart, { username: "asha3", vendorCode: "asha2" }, "username").vendorCode).toBe("asha3");
  });

  it("lets what the marketplace's own page gives stay empty: Connect asks for it, not the form", () => {
    const fields = [username, field({ name: "refreshToken", type: "password", byConsent: true })];
    expect(credentialFields(fields, [], "Amazon").map((each) => each.required)).toEqual([true, false]);
  });

  it("names the field that differs before anything is sent", () => {
    expect(() => credentialBody(jupiter, { username: "a", vendorCode: "b" }, [])).toThrow(
      expect.objectContaining<Partial<ApiError>>({
        problem: expect.objectContaining({
          fields: [{ path: "vendorCode", message: "must be the same as the Username" }],
        }),
      }),
    );
    expect(credentialBody(jupiter, { username: "a", vendorCode: "a" }, [])).toEqual({
      fields: { username: "a", vendorCode: "a" },
    });
  });

  it("says of a kept secret when and by whom it was set", () => {
    expect(credentialFields([password], [], "Jupiter Money")).toMatchObject([
      { type: "password", kept: "set on 12 Nov 2026 by Asha" },
    ]);
  });

  it("looks for a source's pattern as the server does: anywhere, and says what it wants", () => {
    const [pob] = credentialFields([field({ name: "username", pattern: "^DV" })], [], "AJIO Dropship");
    const fits = (value: string) => new RegExp(`^(?:${pob?.pattern})$`, "u").test(value);
    expect([fits("DV10023"), fits("XDV1"), fits("dv1")]).toEqual([true, false, false]);
    expect(pob?.patternHelp).toBe("must start with DV");
  });
});

describe("the Connectors form of a source whose fields name facilities", () => {
  const map = field({ name: "map", label: "Warehouse Location", type: "warehouse-map" });
  const store = field({ name: "storeCode", label: "Store Code", type: "facility" });
  const places = ["BLR1", "DEL1", "MUM1"].map((code) => ({
    facilityId: `id-${code}`,
    code,
    name: code,
    enabled: true,
  }));
  const oker = [username, map];
  const ajio = [username, store];
  const two = '{"W1": "BLR1", "W2": "DEL1"}';

  it("draws the map with our facilities, and the choice of those whose stock is told", () => {
    expect(credentialFields(oker, places, "Oker")).toMatchObject([
      { name: "username" },
      { type: "json-map", options: [{ value: "BLR1" }, { value: "DEL1" }, { value: "MUM1" }] },
      { name: facilitiesField, type: "ranked", required: true },
    ]);
    expect(credentialFields(jupiter, places, "Jupiter Money")).toHaveLength(3);
  });

  it("fills the choice from the map as it is edited, and keeps what a person chose", () => {
    const byHand = new Set(["MUM1"]);
    const start = { map: two, [facilitiesField]: ["MUM1"] };
    const filled = followNamed(oker, byHand, start, "map");
    expect(filled[facilitiesField]).toEqual(["MUM1", "BLR1", "DEL1"]);
    const fewer = followNamed(oker, byHand, { ...filled, map: '{"W1": "BLR1"}' }, "map");
    expect(fewer[facilitiesField]).toEqual(["MUM1", "BLR1"]);
    const half = followNamed(oker, byHand, { ...fewer, map: '{"W1": "BLR1"' }, "map");
    expect(half[facilitiesField]).toEqual(["MUM1", "BLR1"]);
    // Taken off by a person: it stays off until the map is edited.
    const off = followNamed(oker, byHand, { ...fewer, [facilitiesField]: ["BLR1"] }, facilitiesField);
    expect(off[facilitiesField]).toEqual(["BLR1"]);
    expect(followNamed(oker, byHand, { ...off, map: two }, "map")[facilitiesField]).toEqual(["BLR1", "DEL1"]);
  });

  it("chooses the store's facility with it, and lets the earlier one go", () => {
    const byHand = new Set<string>();
    const first = followNamed(ajio, byHand, { storeCode: "BLR1", [facilitiesField]: [] }, "storeCode");
    expect(first[facilitiesField]).toEqual(["BLR1"]);
    const second = followNamed(ajio, byHand, { ...first, storeCode: "DEL1" }, "storeCode");
    expect(second[facilitiesField]).toEqual(["DEL1"]);
    const summed = followNamed(ajio, byHand, { ...second, [facilitiesField]: ["DEL1", "MUM1"] }, facilitiesField);
    expect(followNamed(ajio, byHand, { ...summed, storeCode: "BLR1" }, "storeCode")[facilitiesField]).toEqual([
      "MUM1",
      "BLR1",
    ]);
    expect(namedFacilities(ajio, { storeCode: null })).toEqual([]);
  });

  it("says beside a facility what names it", () => {
    const choice = credentialFields(oker, places, "Oker").at(-1);
    if (choice === undefined) throw new Error("the choice is drawn");
    expect(withNotes(oker, choice, { map: two }).options?.map((option) => option.note)).toEqual([
      "for W1",
      "for W2",
      undefined,
    ]);
    const stores = withNotes(ajio, choice, { storeCode: "MUM1" });
    expect(stores.options?.at(-1)?.note).toBe("Store Code");
  });

  it("sends the map as it is written, and facilities by id in their order", () => {
    const values = { username: "a", map: two, [facilitiesField]: ["DEL1", "BLR1"] };
    expect(credentialBody(oker, values, places)).toEqual({
      fields: { username: "a", map: two },
      facilities: ["id-DEL1", "id-BLR1"],
    });
  });

  it("puts what the server refuses at the fields that it is about", () => {
    const refused = (code: string, facts: Record<string, unknown>) => {
      const placed = atFields(new ApiError(422, { code, message: "No.", facts }), { fields: [...oker, store] });
      return placed instanceof ApiError ? placed.problem.fields : undefined;
    };
    const faults = ["Username does not look right (DV)", "Warehouse Location: the warehouse W1 is named twice"];
    expect(refused("CREDENTIALS_INVALID", { fields: ["username", "map"], faults })).toEqual([
      { path: "username", message: "does not look right (DV)" },
      { path: "map", message: "the warehouse W1 is named twice" },
    ]);
    expect(refused("CHANNEL_FIELD_TAKEN", { other: "AJIO_1", field: "Store Code", value: "BLR1" })).toEqual([
      { path: "storeCode", message: "is that of the channel AJIO_1 already" },
    ]);
    const lacking = { field: "Warehouse Location", facilities: ["DEL1", "MUM1"] };
    expect(refused("MAPPED_FACILITY_NOT_CHOSEN", lacking)).toEqual([
      { path: facilitiesField, message: "lacks DEL1, MUM1, which Warehouse Location names" },
    ]);
    const store1 = new ApiError(422, {
      ...{ code: "STORE_NOT_CHOSEN", message: "No." },
      facts: { field: "Store Code", store: "BLR1" },
    });
    expect(facilityFault(atFields(store1, {}))).toBe("lacks BLR1, the Store Code");
    expect(facilityFault(atFields(new Error("x"), {}))).toBeNull();
    expect(refused("INTERNAL", {})).toBeUndefined();
  });
});

describe("the Settings form", () => {
  const settings = [{ name: "zone", label: "Zone", help: "", type: "text" as const, default: "IST" }];
  const fields = settingsFields({ label: "Oker", rules, settings, hears: "dispatch", billingParties: [] });

  it("fixes what the source forbids, and says why", () => {
    const fixed = Object.fromEntries(fields.flatMap((f) => (f.fixed === undefined ? [] : [[f.name, f.fixed]])));
    expect(fixed).toEqual({
      packageType: "Oker does not allow an order to be split.",
    });
  });

  it("leaves notifications out where the source hears of nothing", () => {
    const quiet = settingsFields({ label: "Custom", rules, settings: [], hears: "nothing", billingParties: [] });
    expect(fields.map((f) => f.name)).toContain("notifyOnDispatch");
    expect(quiet.map((f) => f.name)).not.toContain("notifyOnDispatch");
  });

  it("parts the source's own settings from ours, there and back, and ranks facilities", () => {
    const channel = {
      ...{
        name: "Oker_1",
        tatHours: 24,
        packageType: "FIXED",
        autoVerify: true,
        createOnHold: false,
        singleAction: "OFF",
        gstEInvoicing: "NO",
      },
      ...{
        notifyOnDispatch: true,
        returnedOnChannelWord: false,
        dispatchedOnPanel: "ADOPT",
        priority: 0,
        billingPartyId: null,
      },
      sourceSettings: { zone: "UTC" },
      facilities: [
        { facilityId: "b", channelWarehouse: " WH-2 " },
        { facilityId: "a", channelWarehouse: "" },
      ],
    };
    const values = settingsValues(channel);
    expect(values).toMatchObject({ name: "Oker_1", "source.zone": "UTC" });
    expect(settingsBody({ name: "Oker_1", "source.zone": "UTC" }, channel.facilities)).toEqual({
      name: "Oker_1",
      sourceSettings: { zone: "UTC" },
      facilities: [
        { facilityId: "b", channelWarehouse: "WH-2" },
        { facilityId: "a", channelWarehouse: null },
      ],
    });
  });
});

it("says the worst of a channel first", () => {
  const well = {
    ...{ state: "CONNECTED" as const, brokenReason: null, failing: [], behind: [] },
    ...{ publishingStopped: false, stockRefused: 0, unmapped: 0 },
  };
  const failing = [{ kind: "INVENTORY", title: "Inventory", message: "401" }];
  expect(healthOf(well)).toEqual({ words: "All well", tone: undefined });
  expect(healthOf({ ...well, unmapped: 3 })).toEqual({ words: "3 listings without SKU", tone: "attention" });
  expect(healthOf({ ...well, unmapped: 3, failing })).toEqual({ words: "Inventory: 401", tone: "failed" });
  expect(healthOf({ ...well, failing, state: "BROKEN", brokenReason: "Token refused" }).words).toBe("Token refused");
  const behind = [{ kind: "INVENTORY", title: "Inventory", lagSeconds: 780 }];
  expect(healthOf({ ...well, behind }).words).toBe("Inventory: 13 min behind");
});

it("writes a monogram in the ink that stands out on its colour", () => {
  expect(onColor("#ffffff")).toBe("#17181d");
  expect(onColor("#101828")).toBe("#ffffff");
});
