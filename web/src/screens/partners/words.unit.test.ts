import { describe, expect, it } from "vitest";
import type { TestAnswer } from "./data.ts";
import { hostOf } from "./data.ts";
import { bodyOf, type Kept, lookOfField, partnerFields, whySecretAnew } from "./form-fields.ts";
import {
  deliveryStateOf,
  eventGroups,
  eventWords,
  fromIndianTime,
  indianTime,
  lineStateOf,
  momentOf,
  testSteps,
} from "./words.ts";

const line = {
  ...{ held: null, heldSince: null, nextLookAt: null, failures: 0, failingSince: null, lastMessage: null },
  ...{ lastAnswerAt: null, lastDeliveredAt: null },
};
const before: Kept["partner"] = { baseUrl: "https://a.example/hooks", auth: "TOKEN_JSON", username: "asha" };
const kept: Kept = { partner: before, words: "set on 12 Nov by Asha" };
const same = { baseUrl: "https://a.example/other", auth: "TOKEN_JSON", username: " asha " };

describe("partners in words", () => {
  it("says how a line is: off before anything else", () => {
    expect(lineStateOf({ enabled: true, line })).toBe("UP");
    expect(lineStateOf({ enabled: true, line: { ...line, failures: 2 } })).toBe("FAILING");
    expect(lineStateOf({ enabled: true, line: { ...line, held: "DOWN", failures: 9 } })).toBe("DOWN");
    expect(lineStateOf({ enabled: false, line: { ...line, held: "DOWN" } })).toBe("OFF");
  });

  it("tells a delivery that waits its turn from one that is tried again, and a dismissed one from a flagged one", () => {
    const one = { state: "PENDING", behind: false, attempts: 0, dismissedAt: null } as const;
    expect(deliveryStateOf(one, false)).toBe("PENDING");
    expect(deliveryStateOf({ ...one, behind: true }, true)).toBe("HELD");
    expect(deliveryStateOf({ ...one, attempts: 1 }, false)).toBe("AGAIN");
    expect(deliveryStateOf({ ...one, attempts: 1, behind: true }, false)).toBe("BEHIND");
    expect(deliveryStateOf({ ...one, state: "FAILED", attempts: 1 }, false)).toBe("FAILED");
    expect(deliveryStateOf({ ...one, state: "GIVEN_UP", dismissedAt: "2026-11-22T10:00:00Z" }, false)).toBe(
      "DISMISSED",
    );
  });

  it("says of each event in a group what it tells", () => {
    const grouped = eventGroups.flatMap((group) => group.events);
    expect(new Set(grouped).size).toBe(14);
    expect(grouped.filter((event) => (eventWords[event] ?? "") === "")).toEqual([]);
  });

  it("takes days and moments of India", () => {
    expect(momentOf("2026-11-22")).toBe("2026-11-21T18:30:00.000Z");
    expect(momentOf("2026-11-22", true)).toBe("2026-11-22T18:30:00.000Z");
    expect(momentOf("2026-11-22T05:00:00Z")).toBe("2026-11-22T05:00:00Z");
    const ms = Date.parse("2026-11-22T06:00:00Z");
    expect(indianTime(ms)).toBe("2026-11-22T11:30");
    expect(fromIndianTime(indianTime(ms))).toBe("2026-11-22T06:00:00.000Z");
    expect([fromIndianTime(""), fromIndianTime("2026-13-40T11:30")]).toEqual([null, null]);
  });

  it("names where it goes", () => {
    expect(hostOf("https://a.example:8443/hooks/")).toBe("a.example:8443/hooks");
    expect(hostOf("no address")).toBe("no address");
  });
});

describe("the steps of a test", () => {
  const answer: TestAnswer = {
    ...{ good: true, tried: "TOKEN", at: "2026-11-22T06:00:00Z", durationMs: 84, method: "POST", headers: {} },
    ...{ url: "https://a.example/oauth/token", status: 200, answer: {}, words: "The partner gave a token." },
  };
  const states = (over: Partial<TestAnswer>) => testSteps({ ...answer, ...over }).map((step) => step.state);

  it("ends with the first that fails", () => {
    expect(states({})).toEqual(["DONE", "DONE", "DONE"]);
    expect(states({ good: false, status: 401 })).toEqual(["DONE", "DONE", "FAILED"]);
    expect(states({ good: false, status: null })).toEqual(["FAILED", "UNTRIED", "UNTRIED"]);
  });

  it("says what came back", () => {
    expect(testSteps(answer).map((step) => step.detail)).toEqual([
      "It answers within 84 ms.",
      "POST /oauth/token was answered with HTTP 200.",
      "The partner gave a token.",
    ]);
  });
});

describe("the form of a partner", () => {
  it("asks for the secret again where the stored one would go elsewhere", () => {
    expect(whySecretAnew(before, same)).toBeNull();
    expect(whySecretAnew(before, { ...same, baseUrl: "https://b.example" })).toContain("another server");
    expect(whySecretAnew(before, { ...same, username: "ravi" })).toContain("other credentials");
    expect(whySecretAnew(before, { ...same, auth: "STATIC_HEADER" })).toContain("other credentials");
    const secret = partnerFields({ channels: [], facilities: [] }, kept).find((field) => field.name === "secret");
    if (secret === undefined) throw new Error("there is a field for the secret");
    expect(lookOfField(kept, secret, same)).toMatchObject({ label: "Password", kept: kept.words });
    const anew = lookOfField(kept, secret, { ...same, auth: "STATIC_HEADER" });
    expect(anew).toMatchObject({ label: "Key", required: true });
    expect(anew.kept).toBeUndefined();
  });

  it("sends all where nothing is chosen", () => {
    expect(bodyOf({ name: "A", channelIds: [], facilityIds: ["f1"] }, ["invoiced"])).toEqual({
      ...{ name: "A", events: ["invoiced"], channelIds: null, facilityIds: ["f1"] },
    });
  });
});
