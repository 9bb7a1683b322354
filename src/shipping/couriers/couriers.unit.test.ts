import { describe, expect, it } from "vitest";
import { type ConnectorFailure, fail } from "../../../connectors/kit/index.ts";
import { judgeTold, nextTry, TRIES_MAX } from "./telling.ts";
import { awbFault, goesElsewhere, judgeWaybill, subjectCodeOf } from "./waybill.ts";

const WAYBILL = { awb: " HWK100 ", carrier: "Blue\u0000Heron", routingCode: "", labelUrl: null };
const failure = (over: Partial<ConnectorFailure>): ConnectorFailure => ({
  reached: "yes",
  kind: "refused",
  channelMessage: "no",
  ...over,
});

describe("what asking for a tracking number came to", () => {
  it("is a number where it is one, in plain words", () => {
    expect(judgeWaybill({ ok: true, value: WAYBILL })).toEqual({
      kind: "given",
      waybill: { awb: "HWK100", carrier: "Blue Heron", routingCode: null, labelUrl: null },
    });
  });

  it.each([
    ["", "empty"],
    ["A".repeat(49), "49 characters"],
    ["HWK 100", "characters that no label"],
    ["नंबर", "characters that no label"],
  ])("is a doubt where the answer has no number that can be printed (%j)", (awb, words) => {
    expect(awbFault(awb)).toContain(words);
    expect(judgeWaybill({ ok: true, value: { ...WAYBILL, awb } })).toMatchObject({ kind: "unsure" });
  });

  it.each([
    [{ kind: "refused" }, "refused"],
    [{ kind: "refused", reached: "no" }, "not asked"],
    [{ kind: "auth" }, "not asked"],
    [{ kind: "throttle" }, "not asked"],
    [{ kind: "breaker_open", reached: "no" }, "not asked"],
    [{ kind: "transient", reached: "no" }, "not asked"],
    [{ kind: "transient", reached: "unknown" }, "unsure"],
    // A repeatable request's 5xx is "answered", and may have made a number all the same.
    [{ kind: "transient", reached: "yes" }, "unsure"],
    [{ kind: "bad_answer", reached: "yes" }, "unsure"],
    [{ kind: "bad_answer", reached: "unknown" }, "unsure"],
  ] as const)("of %j is %s", (over, kind) => {
    expect(judgeWaybill(fail(failure(over)))).toMatchObject({ kind });
  });
});

describe("a refusal", () => {
  it.each([
    [null, "Pincode 744101 is not serviceable"],
    [null, "Non-serviceable area"],
    [null, "560001 is not served"],
    [null, "COD not available at this pincode"],
    [null, "Cash on delivery is not supported"],
    [null, "Shipment cannot deliver to ODA; we do not serve it"],
    [null, "Delivery pincode is not covered by this service"],
    ["PINCODE_NOT_SERVICEABLE", "Failed"],
    ["COD_NOT_SERVICEABLE", "Failed"],
  ])("makes room for the next courier where it is about the place or the cash (%s: %s)", (code, words) => {
    expect(goesElsewhere(code, words)).toBe(true);
  });

  it.each([
    [null, "Account balance is too low"],
    [null, "Consignee phone is invalid"],
    [null, "Weight exceeds 30 kg"],
    ["VALIDATION", "Missing required fields: Shipment.weight"],
    [null, "Unknown address id WH-9"],
    [null, "Duplicate order"],
  ])("is a person's otherwise (%s: %s)", (code, words) => {
    expect(goesElsewhere(code, words)).toBe(false);
  });
});

describe("telling a courier", () => {
  const about = { provider: "HAWK", awb: "HWK100", kind: "CANCEL", attempts: 1 } as const;

  it.each([
    [{ kind: "transient", reached: "unknown" }, "wait", "COURIER_NOT_TOLD_YET"],
    [{ kind: "auth" }, "wait", "COURIER_NOT_TOLD_YET"],
    [{ kind: "refused", reached: "no" }, "wait", "COURIER_NOT_TOLD_YET"],
    [{ kind: "refused" }, "fail", "COURIER_KEEPS_NUMBER"],
    [{ kind: "bad_answer" }, "wait", "COURIER_TELLING_UNREADABLE"],
  ] as const)("%j: %s with %s", (over, kind, code) => {
    expect(judgeTold(fail(failure(over)), about)).toMatchObject({ kind, refusal: { code } });
  });

  it("is given up after about two days, and an answer that stays unreadable after three", () => {
    const last = { ...about, attempts: TRIES_MAX };
    expect(judgeTold(fail(failure({ kind: "transient" })), last)).toMatchObject({ kind: "fail" });
    expect(judgeTold(fail(failure({ kind: "bad_answer" })), { ...about, attempts: 3 })).toMatchObject({ kind: "fail" });
    let at = Temporal.Instant.from("2026-11-20T04:30:00Z");
    const began = at;
    for (let attempts = 1; attempts < TRIES_MAX; attempts++) at = nextTry(at, attempts);
    expect(at.since(began).total("hours")).toBeGreaterThan(47);
    expect(at.since(began).total("hours")).toBeLessThan(49);
    expect(nextTry(began, 1, 3_600_000).since(began).total("minutes")).toBe(60);
  });
});

it("a number asked for after one went back has a code of its own", () => {
  expect([0, 1, 2].map((dead) => subjectCodeOf("BLR-100001", dead))).toEqual([
    "BLR-100001",
    "BLR-100001-2",
    "BLR-100001-3",
  ]);
});
