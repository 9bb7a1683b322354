import { describe, expect, it } from "vitest";
import { type ChannelId, type FacilityId, newId, ok, refuse } from "../../kernel/index.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";
import { packageLifecycle } from "../shipping-package.ts";
import {
  channelParcelsMax,
  decideAdd,
  decideClose,
  decideDiscard,
  decideRoom,
  decideScan,
  type Manifest,
  PARCELS_MAX,
  type Parcel,
} from "./manifest.ts";

const of = {
  facilityId: newId<"Facility">(),
  facilityCode: "BLR",
  channelId: newId<"Channel">(),
  channelCode: "JUPITER",
  shippingProviderId: newId<"ShippingProvider">() as ShippingProviderId | null,
  courier: "Delhivery",
  thirdPartyShipping: false,
  channelCourierCode: null as string | null,
  source: "JUPITER_MONEY",
};
const aManifest = (over: Partial<Manifest> = {}): Manifest => ({
  ...of,
  manifestId: newId<"Manifest">(),
  code: "MF-1",
  state: "CREATED",
  asking: false,
  askingUntil: null,
  ...over,
});
const aParcel = (over: Partial<Parcel> = {}): Parcel => ({
  ...of,
  shippingPackageId: newId<"ShippingPackage">(),
  code: "BLR-1",
  orderCode: "JM-1",
  state: "READY_TO_SHIP",
  onHold: false,
  holdReason: null,
  heldUnits: 0,
  lockedUnits: 0,
  manifestId: null,
  manifestCode: null,
  ...over,
});
const codeOf = (result: ReturnType<typeof decideAdd>) => (result.ok ? "ok" : result.refusal.code);

describe("adding a parcel to a manifest", () => {
  it("takes one that is ready and goes the same way", () => {
    expect(decideAdd(aManifest(), aParcel())).toEqual(ok());
  });

  it.each([
    ["cancelled", { state: "CANCELLED" }, "PARCEL_CANCELLED"],
    ["of another facility", { facilityId: newId<"Facility">() as FacilityId }, "PARCEL_OTHER_FACILITY"],
    ["of another channel", { channelId: newId<"Channel">() as ChannelId }, "PARCEL_OTHER_CHANNEL"],
    ["of another courier", { shippingProviderId: newId<"ShippingProvider">() }, "PARCEL_OTHER_PROVIDER"],
    ["shipped by the channel", { thirdPartyShipping: true }, "PARCEL_OTHER_PROVIDER"],
    ["on hold", { onHold: true, holdReason: "address" }, "PARCEL_ON_HOLD"],
    ["held in part", { heldUnits: 1 }, "PARCEL_ON_HOLD"],
    ["about to be cancelled", { lockedUnits: 1 }, "PARCEL_LOCKED"],
  ] as const)("refuses one that is %s", (_, over, code) => {
    expect(codeOf(decideAdd(aManifest(), aParcel(over)))).toBe(code);
  });

  it("tells where one is that stands on a manifest, and that a second scan of the same counts once", () => {
    const here = aManifest();
    const on = { state: "MANIFESTED", manifestId: here.manifestId, manifestCode: here.code } as const;
    expect(decideAdd(here, aParcel(on))).toEqual(refuse("ON_THIS_MANIFEST", { package: "BLR-1", manifest: "MF-1" }));
    expect(decideAdd(aManifest({ code: "MF-2" }), aParcel(on))).toEqual(
      refuse("ON_OTHER_MANIFEST", { package: "BLR-1", manifest: "MF-1" }),
    );
  });

  it("names the state and the next step of every other state", () => {
    const others = packageLifecycle.states.filter((s) => !["READY_TO_SHIP", "MANIFESTED", "CANCELLED"].includes(s));
    for (const state of others) {
      const refused = decideAdd(aManifest(), aParcel({ state, shippingProviderId: null, courier: "no courier yet" }));
      expect(refused).toMatchObject({ refusal: { code: "PARCEL_NOT_READY", facts: { state } } });
      if (!refused.ok) expect(String(refused.refusal.facts.nextStep).length).toBeGreaterThan(10);
    }
  });

  it("takes whichever courier the channel sends, where the manifest names none", () => {
    const manifest = aManifest({ thirdPartyShipping: true, shippingProviderId: null });
    expect(codeOf(decideAdd(manifest, aParcel({ thirdPartyShipping: true })))).toBe("ok");
    expect(codeOf(decideAdd(manifest, aParcel({ thirdPartyShipping: true, shippingProviderId: null })))).toBe("ok");
  });

  it.each([
    ["CLOSED", "MANIFEST_ALREADY_CLOSED"],
    ["DISCARDED", "MANIFEST_DISCARDED"],
  ] as const)("refuses once the manifest is %s", (state, code) => {
    expect(codeOf(decideAdd(aManifest({ state }), aParcel()))).toBe(code);
  });
});

describe("what a scan means", () => {
  const ready = aParcel({ code: "BLR-1" });
  const other = aParcel({ code: "BLR-2" });

  it("is the one parcel of an order that fits", () => {
    expect(decideScan(aManifest(), "JM-1", [aParcel({ state: "CANCELLED" }), ready])).toEqual(ok(ready));
  });

  it("is refused where two fit, naming them", () => {
    expect(decideScan(aManifest(), "JM-1", [ready, other])).toEqual(
      refuse("SCAN_AMBIGUOUS", { code: "JM-1", packages: ["BLR-1", "BLR-2"] }),
    );
  });

  it("tells why the likeliest does not fit", () => {
    const found = [aParcel({ code: "BLR-0", state: "CANCELLED" }), aParcel({ code: "BLR-3", state: "PACKED" })];
    expect(decideScan(aManifest(), "JM-1", found)).toMatchObject({
      refusal: { code: "PARCEL_NOT_READY", facts: { package: "BLR-3", nextStep: "Print its label." } },
    });
  });

  it("is refused where nothing is known by that code", () => {
    expect(decideScan(aManifest(), "XYZ", [])).toEqual(refuse("SCAN_UNKNOWN", { code: "XYZ" }));
  });
});

describe("closing and discarding a manifest", () => {
  it("closes what has parcels", () => {
    expect(decideClose(aManifest(), [aParcel({ state: "MANIFESTED" })])).toEqual(ok());
  });

  it("is stopped by a parcel that was cancelled meanwhile, naming it", () => {
    const parcels = [aParcel({ state: "MANIFESTED" }), aParcel({ code: "BLR-9", state: "CANCELLED" })];
    expect(decideClose(aManifest(), parcels)).toEqual(
      refuse("MANIFEST_PARCEL_CANCELLED", { manifest: "MF-1", packages: ["BLR-9"] }),
    );
  });

  it("closes nothing that is empty, closed or discarded", () => {
    expect(codeOf(decideClose(aManifest(), []))).toBe("MANIFEST_EMPTY");
    expect(codeOf(decideClose(aManifest({ state: "CLOSED" }), []))).toBe("MANIFEST_ALREADY_CLOSED");
    expect(codeOf(decideClose(aManifest({ state: "DISCARDED" }), []))).toBe("MANIFEST_DISCARDED");
  });

  it("discards only what is empty and open", () => {
    expect(codeOf(decideDiscard(aManifest(), 0))).toBe("ok");
    expect(codeOf(decideDiscard(aManifest(), 2))).toBe("MANIFEST_NOT_EMPTY");
    expect(codeOf(decideDiscard(aManifest({ state: "CLOSED" }), 0))).toBe("MANIFEST_ALREADY_CLOSED");
  });
});

describe("a manifest whose channel is asked at this moment", () => {
  it("is left alone by everybody", () => {
    const asked = aManifest({ asking: true });
    const refused = refuse("MANIFEST_BEING_CLOSED", { manifest: "MF-1", channel: "JUPITER" });
    expect(decideAdd(asked, aParcel())).toEqual(refused);
    expect(decideClose(asked, [aParcel({ state: "MANIFESTED" })])).toEqual(refused);
    expect(decideDiscard(asked, 0)).toEqual(refused);
    expect(decideScan(asked, "BLR-1", [aParcel()])).toEqual(refused);
  });
});

describe("parcels that the channel ships", () => {
  const ships = { thirdPartyShipping: true, shippingProviderId: null };
  it.each([
    ["whichever courier", null, "ECOM", "ok"],
    ["whichever courier, also one without a name yet", null, null, "ok"],
    ["its courier", "ECOM", "ECOM", "ok"],
    ["another courier", "ECOM", "DELH", "PARCEL_OTHER_PROVIDER"],
    ["one without a name yet", "ECOM", null, "PARCEL_OTHER_PROVIDER"],
  ])("on a manifest for %s", (_, wanted, given, outcome) => {
    const manifest = aManifest({ ...ships, channelCourierCode: wanted });
    expect(codeOf(decideAdd(manifest, aParcel({ ...ships, channelCourierCode: given })))).toBe(outcome);
  });
});

describe("room on a manifest", () => {
  const lists = { rules: { manifestBy: "channel" as const }, capabilities: { fetchManifest: { parcelsMax: 250 } } };
  const ours = { rules: { manifestBy: "us" as const }, capabilities: {} };

  it("is the channel's where it makes the list of what it ships, and ours elsewhere", () => {
    expect(channelParcelsMax(lists, { thirdPartyShipping: true })).toBe(250);
    expect(channelParcelsMax(lists, { thirdPartyShipping: false })).toBeNull();
    expect(channelParcelsMax(ours, { thirdPartyShipping: true })).toBeNull();
  });

  it.each([
    ["the last that the channel takes", lists, true, 249, 1, "ok"],
    ["one too many for the channel", lists, true, 250, 1, "MANIFEST_TOO_LARGE_FOR_CHANNEL"],
    ["the same where the seller ships", lists, false, 250, 1, "ok"],
    ["the last that our list takes", ours, true, PARCELS_MAX - 1, 1, "ok"],
    ["one too many for our list", ours, true, PARCELS_MAX, 1, "MANIFEST_FULL"],
  ])("%s", (_, source, thirdPartyShipping, on, more, outcome) => {
    expect(codeOf(decideRoom(aManifest({ thirdPartyShipping }), source, on, more))).toBe(outcome);
  });
});
