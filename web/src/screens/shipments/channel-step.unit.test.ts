import { describe, expect, it } from "vitest";
import { mayRepeat, owedStep, shortWords, sizeWords } from "./channel-step.ts";
import { ruleWords } from "./rules.tsx";
import type { ChannelStep } from "./shipment.ts";

const step = (name: ChannelStep["step"], state: ChannelStep["state"]): ChannelStep => ({
  step: name,
  state,
  attempts: 1,
  code: null,
  message: null,
  whatToDo: null,
  channelSays: null,
  exchangeId: null,
  providerId: null,
  requestedAt: "2026-11-22T02:00:00Z",
  requestedBy: "Asha",
  nextAttemptAt: null,
});

describe("what a channel owes a package", () => {
  it("is the invoice before the label, and nothing once both are done", () => {
    expect(owedStep({ steps: [step("LABEL", "WAITING"), step("INVOICE", "FAILED")] })?.step).toBe("INVOICE");
    expect(owedStep({ steps: [step("LABEL", "FAILED"), step("INVOICE", "DONE")] })?.step).toBe("LABEL");
    expect(owedStep({ steps: [step("INVOICE", "DONE"), step("LABEL", "DONE")] })).toBeUndefined();
  });

  it("is repeated when it failed or waits, not while it is asked for or the order is held", () => {
    expect(mayRepeat({ steps: [step("LABEL", "FAILED")], onHold: false })).toBe(true);
    expect(mayRepeat({ steps: [step("LABEL", "WAITING")], onHold: false })).toBe(true);
    expect(mayRepeat({ steps: [step("LABEL", "ASKING")], onHold: false })).toBe("being asked now");
    expect(mayRepeat({ steps: [step("LABEL", "FAILED")], onHold: true })).toBe("on hold");
    expect(mayRepeat({ steps: [], onHold: false })).toBe("nobody owes it an invoice or a label");
  });

  it("is said in two words in a list", () => {
    expect([step("INVOICE", "FAILED"), step("LABEL", "WAITING"), step("LABEL", "ASKING")].map(shortWords)).toEqual([
      "Invoice failed",
      "Label waits",
      "Label asked",
    ]);
  });
});

it("reads sizes as people do", () => {
  expect([512, 8_641, 1_250_000].map(sizeWords)).toEqual(["512 B", "9 kB", "1.3 MB"]);
});

it("says of a source what it does not allow, and nothing of one that allows all", () => {
  const free = {
    invoiceBy: "us",
    labelBy: "us",
    manifestBy: "us",
    channelShips: [false],
    sellerCancel: "dispatched",
  } as const;
  expect(
    ruleWords({ label: "Bazaar", rules: { ...free, split: true, multiBox: true, sellerCancelRule: null } }),
  ).toEqual([]);
  expect(
    ruleWords({
      label: "Oker",
      rules: { ...free, split: false, multiBox: false, sellerCancelRule: "Only before invoicing." },
    }),
  ).toEqual([
    "Oker takes an order as one parcel in one box: it is not split, and gets no second box.",
    "Only before invoicing.",
  ]);
});
