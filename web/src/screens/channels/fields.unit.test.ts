import { describe, expect, it } from "vitest";
import type { ApiError } from "../../lib/problem.ts";
import type { CredentialField, Rules } from "./data.ts";
import {
  credentialBody,
  credentialFields,
  followSame,
  settingsBody,
  settingsFields,
  settingsValues,
} from "./fields.ts";
import { healthOf } from "./health.ts";
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
  labelBy: "channel",
  split: false,
  channelCancelRule: "",
  reports: [],
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

  it("names the field that differs before anything is sent", () => {
    expect(() => credentialBody(jupiter, { username: "a", vendorCode: "b" })).toThrow(
      expect.objectContaining<Partial<ApiError>>({
        problem: expect.objectContaining({
          fields: [{ path: "vendorCode", message: "must be the same as the Username" }],
        }),
      }),
    );
    expect(credentialBody(jupiter, { username: "a", vendorCode: "a" })).toEqual({ username: "a", vendorCode: "a" });
  });

  it("says of a kept secret when and by whom it was set, and draws a warehouse map as a table", () => {
    const map = field({ name: "map", type: "warehouse-map" });
    expect(credentialFields([password, map], [])).toMatchObject([
      { type: "password", kept: "set on 12 Nov 2026 by Asha" },
      { type: "json-map" },
    ]);
    expect(credentialBody([map], { map: { W1: "BLR1" } })).toEqual({ map: '{"W1":"BLR1"}' });
  });
});

describe("the Settings form", () => {
  const settings = [{ name: "zone", label: "Zone", help: "", type: "text" as const, default: "IST" }];
  const fields = settingsFields({ label: "Oker", rules, settings, notifies: true, billingParties: [] });

  it("fixes what the source forbids, and says why", () => {
    const fixed = Object.fromEntries(fields.flatMap((f) => (f.fixed === undefined ? [] : [[f.name, f.fixed]])));
    expect(fixed).toEqual({
      packageType: "Oker does not allow an order to be split.",
    });
  });

  it("leaves notifications out where the source hears of nothing", () => {
    const quiet = settingsFields({ label: "Custom", rules, settings: [], notifies: false, billingParties: [] });
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
      },
      ...{ notifyOnDispatch: true, returnedOnChannelWord: false, priority: 0, billingPartyId: null },
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
