import { describe, expect, it } from "vitest";
import type { ChannelAnswer, ConnectorFailure, Outcome } from "../../../connectors/kit/index.ts";
import { jupiterMoney } from "../../../tests/support/sources.ts";
import { invoicedBy, mayInvoiceHere } from "../../channels/index.ts";
import { refuse } from "../../kernel/index.ts";
import { courierFault } from "./ask-label.ts";
import {
  ATTEMPTS_MAX,
  isNews,
  judgeFailure,
  judgeFetched,
  judgeGiven,
  labelledBy,
  nextAttempt,
  type Question,
} from "./channel-step.ts";
import { decideBox } from "./parcel-facts.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const question = (attempts = 1): Question => ({ package: "P-1", channel: "OKER_1", what: "invoice", attempts });
const shown = (verdict: ReturnType<typeof judgeFailure>) =>
  verdict.kind === "ready" ? ["ready"] : [verdict.kind, verdict.refusal.code];

describe("who does a step", () => {
  const { rules, capabilities } = jupiterMoney;
  const asked = {
    rules: { ...rules, invoiceBy: "channel" as const },
    capabilities: { ...capabilities, fetchCourier: true as const },
  };
  it("is said by the source; the label is the channel's only where it ships and can tell its courier", () => {
    const [theirs, sellers] = [{ thirdPartyShipping: true }, { thirdPartyShipping: false }];
    expect([invoicedBy(jupiterMoney, theirs), invoicedBy(asked, sellers), invoicedBy(undefined, theirs)]).toEqual([
      ...["us", "channel", "us"],
    ]);
    const apart = { rules: { ...asked.rules, invoiceOfSellerShipped: "us" as const } };
    expect([invoicedBy(apart, theirs), invoicedBy(apart, sellers)]).toEqual(["channel", "us"]);
    expect([mayInvoiceHere(asked), mayInvoiceHere(jupiterMoney)]).toEqual([false, true]);
    expect(labelledBy(asked, { thirdPartyShipping: false })).toBe("us");
    expect(labelledBy(asked, { thirdPartyShipping: true })).toBe("channel");
    expect(labelledBy(jupiterMoney, { thirdPartyShipping: true })).toBeNull();
  });
});

describe("what asking came to", () => {
  it.each<[Partial<ConnectorFailure>, number, string[]]>([
    [{ kind: "auth", reached: "yes" }, 1, ["fail", "CHANNEL_LOGIN_REFUSED"]],
    [{ kind: "refused", reached: "no" }, 1, ["fail", "CHANNEL_NOT_ASKED"]],
    [{ kind: "refused", reached: "yes" }, 1, ["fail", "CHANNEL_STEP_REFUSED"]],
    [{ kind: "bad_answer", reached: "yes" }, 1, ["wait", "CHANNEL_ANSWER_UNREADABLE"]],
    [{ kind: "bad_answer", reached: "yes" }, 2, ["wait", "CHANNEL_ANSWER_UNREADABLE"]],
    [{ kind: "bad_answer", reached: "yes" }, 3, ["fail", "CHANNEL_ANSWER_UNREADABLE"]],
    [{ kind: "transient", reached: "unknown" }, 1, ["wait", "CHANNEL_NOT_REACHED"]],
    [{ kind: "throttle", reached: "yes" }, 50, ["wait", "CHANNEL_NOT_REACHED"]],
    [{ kind: "breaker_open", reached: "no" }, 1, ["wait", "CHANNEL_NOT_REACHED"]],
    [{ kind: "transient", reached: "no" }, ATTEMPTS_MAX, ["fail", "CHANNEL_NOT_REACHED"]],
  ])("%o after %i tries is %o", (failure, attempts, expected) => {
    expect(shown(judgeFailure({ reached: "no", kind: "auth", ...failure }, question(attempts)))).toEqual(expected);
  });

  it("waits for what is not there yet, with the channel's words, but not for ever", () => {
    const notYet = { ok: true, value: { state: "NOT_YET", message: "QC" } } as const;
    const first = judgeFetched(notYet, question(), "CHANNEL_INVOICE_NOT_YET");
    expect(first).toMatchObject({
      kind: "wait",
      words: "QC",
      refusal: { facts: { package: "P-1", channel: "OKER_1" } },
    });
    expect(judgeFetched(notYet, question(ATTEMPTS_MAX), "CHANNEL_INVOICE_NOT_YET").kind).toBe("fail");
    const ready = { ok: true, value: { state: "READY", value: 7 } } as const;
    expect(judgeFetched(ready, question(), "CHANNEL_INVOICE_NOT_YET")).toEqual({ kind: "ready", value: 7 });
  });

  it("keeps apart what arrived, what did not, and what nobody knows", () => {
    const said = (over: Partial<ChannelAnswer>): Outcome<ChannelAnswer> => ({
      ok: true,
      value: { status: "SUCCESS", results: [], message: null, ...over },
    });
    const refused = [{ key: "L1", accepted: false, message: "too heavy" }];
    const failed = (reached: ConnectorFailure["reached"]): Outcome<ChannelAnswer> => ({
      ok: false,
      failure: { reached, kind: "transient" },
    });
    const table = [
      said({}),
      said({ status: "FAILED", message: "closed" }),
      said({ status: "PARTIAL_SUCCESS", results: refused }),
      said({ results: refused }),
      failed("no"),
      failed("unknown"),
    ].map((outcome) => {
      const { arrived, verdict } = judgeGiven(outcome, question());
      return [arrived, verdict.kind, verdict.kind === "ready" ? "" : verdict.refusal.code];
    });
    expect(table).toEqual([
      ["yes", "ready", ""],
      ["no", "fail", "CHANNEL_STEP_REFUSED"],
      ["no", "fail", "CHANNEL_STEP_REFUSED"],
      ["no", "fail", "CHANNEL_STEP_REFUSED"],
      ["no", "wait", "CHANNEL_NOT_REACHED"],
      ["unknown", "wait", "SHIPMENT_OUTCOME_UNKNOWN"],
    ]);
  });

  it("keeps what the channel says of a package that it took", () => {
    const taken = (message: string | null) =>
      judgeGiven({ ok: true, value: { status: "SUCCESS", results: [], message } }, question()).verdict;
    expect(taken("its paper bears PANEL-1")).toEqual({ kind: "ready", value: "its paper bears PANEL-1" });
    for (const nothing of [null, ""]) expect(taken(nothing)).toEqual({ kind: "ready", value: null });
  });

  it("is asked again after 1, 2, 5, 10, 20 and then every 30 minutes, or later where the channel says so", () => {
    const minutes = (attempts: number, retryAfterMs?: number) =>
      NOW.until(nextAttempt(NOW, attempts, retryAfterMs)).total("minutes");
    expect([1, 2, 3, 4, 5, 6, 7, 99].map((n) => minutes(n))).toEqual([1, 2, 5, 10, 20, 30, 30, 30]);
    expect([minutes(1, 30_000), minutes(1, 600_000)]).toEqual([1, 10]);
  });

  it("is told on the timeline once per cause", () => {
    const verdict = (kind: "wait" | "fail", code: string, words: string) => ({ kind, words, ...refuse(code) });
    const before = { code: "A", words: "x" };
    expect(isNews(verdict("fail", "A", "x"), before)).toBe(false);
    expect(isNews(verdict("fail", "A", "y"), before)).toBe(true);
    expect(isNews(verdict("fail", "B", "x"), before)).toBe(true);
    expect(isNews(verdict("wait", "A", "request 4711"), before)).toBe(false);
    expect(isNews(verdict("wait", "CHANNEL_LABEL_NOT_YET", "x"), before)).toBe(false);
  });
});

describe("what a label is made from", () => {
  it("names what box and weight lack", () => {
    const box = { code: "P-1", channelCode: "C", weightGrams: 1, lengthMm: 2, widthMm: 3, heightMm: 4 };
    expect(decideBox(box).ok).toBe(true);
    expect(decideBox({ ...box, weightGrams: null, heightMm: null })).toMatchObject({
      ok: false,
      refusal: { code: "SHIPMENT_INCOMPLETE", facts: { missing: ["weight", "height"] } },
    });
  });

  it("takes a courier with a code, a name and a number that a label can show", () => {
    const courier = { code: "D", name: "Delhivery", awb: "1490812345678", sortCode: null };
    expect(courierFault(courier)).toBeNull();
    expect(courierFault({ ...courier, awb: "" })).toContain("empty");
    expect(courierFault({ ...courier, awb: "9".repeat(49) })).toContain("49");
    expect(courierFault({ ...courier, awb: "12 34" })).toContain("characters");
    expect(courierFault({ ...courier, name: " " })).toContain("no name");
  });
});
