import { describe, expect, it } from "vitest";
import { abilitiesOf } from "../kit/index.ts";
import { protocolCourier } from "./index.ts";

describe("what an account of a courier can do", () => {
  it("is what its courier declares, where no setting says otherwise", () => {
    expect(abilitiesOf(protocolCourier)).toEqual({
      reverse: true,
      repeatGivesSame: true,
      updates: true,
      cancels: true,
      manifests: false,
      trackBatchMax: 50,
      trackEveryMinutes: 360,
    });
  });

  it("follows the account's settings", () => {
    const settings = { manifests: true, repeatGivesSame: false, trackEveryMinutes: 60 };
    const now = { manifests: true, repeatGivesSame: false, trackEveryMinutes: 60 };
    expect(abilitiesOf(protocolCourier, settings)).toMatchObject(now);
  });

  it("of a courier without corrections, cancellations and manifests is less", () => {
    const { verify, createWaybill, track } = protocolCourier.capabilities;
    const plain = { ...protocolCourier, capabilities: { verify, createWaybill, track } };
    expect(abilitiesOf(plain, { manifests: true })).toMatchObject({ updates: false, cancels: false, manifests: false });
  });

  it("names a setting that the declaration forgot", () => {
    const { capabilities } = protocolCourier;
    const forgetful = { ...protocolCourier, settings: [], capabilities };
    expect(() => abilitiesOf(forgetful)).toThrow("declares the setting repeatGivesSame");
  });
});
