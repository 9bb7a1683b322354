import { describe, expect, it } from "vitest";
import type { ChannelAnswer, Connector, ReportedOrder } from "../../connectors/kit/index.ts";
import { ajioDropship as ajio, custom, jupiterMoney } from "../../tests/support/sources.ts";
import { type FacilityId, must } from "../kernel/index.ts";
import { checkFields, codeFromName, decideSettings, defaultSettings, missingOfConsent, suggestName } from "./fields.ts";
import "./errors.ts";
import { explain } from "../platform/refusals.ts";
import { readListingLine } from "./listing-line.ts";
import { findCancel, findDispatch, firstState, judge, type Notice } from "./notice.ts";
import {
  canSyncNow,
  everyMinutes,
  lagMaxSeconds,
  lagSeconds,
  nextRunAfter,
  scheduleWords,
  syncKindsOf,
} from "./sync-kind.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z"); // 10:00 in India
const FACILITY = "01900000-0000-7000-8000-000000000001" as FacilityId;
const fresh = { stored: new Set<string>(), facilities: new Set<string>() };

describe("the credentials form of Jupiter Money", () => {
  const check = (given: Record<string, string>, known = fresh) => checkFields(jupiterMoney, "J1", given, known);
  it("takes the vendor code from the user name where it is left empty", () => {
    const { plain, secrets } = must(check({ username: " seller ", password: " p w " }));
    expect(plain).toEqual({ username: "seller", vendorCode: "seller" });
    expect(secrets.get("password")?.reveal()).toBe(" p w "); // a password keeps its blanks
  });
  it.each([
    [{ username: "seller", password: "x", vendorCode: "other" }, "Vendor Code must be the same as the Username"],
    [{ username: "", password: "x" }, "Username is required"],
    [{ username: "seller", password: "" }, "Password is required"],
    [{ username: "sel\u0007ler", password: "x" }, "control character"],
    [{ username: "seller", password: "x", storeCode: "1" }, "no field storeCode"],
  ])("refuses %j", (given, words) => {
    const refused = check(given);
    expect(refused).toMatchObject({ ok: false, refusal: { code: "CREDENTIALS_INVALID" } });
    if (!refused.ok) expect(refused.refusal.facts.details).toContain(words);
  });
  it("names every field at fault at once, in the form's order", () => {
    const refused = check({ nonsense: "1", password: "", vendorCode: "x" });
    if (refused.ok) throw new Error("it is refused");
    expect(refused.refusal.facts.fields).toEqual(["", "username", "password", "vendorCode"]);
    expect(refused.refusal.facts.faults).toHaveLength(4);
  });
  it("keeps a stored password where none is typed", () => {
    const kept = must(check({ username: "seller", password: "" }, { ...fresh, stored: new Set(["password"]) }));
    expect([...kept.secrets]).toEqual([]);
  });
});

describe("a form of which the source's own page gives a part", () => {
  const amazon: Connector = {
    ...jupiterMoney,
    fields: [
      { name: "clientId", label: "Client ID", type: "text", required: true, help: "" },
      { name: "refreshToken", label: "Refresh Token", type: "password", required: true, help: "" },
      { name: "sellerId", label: "Seller ID", type: "text", required: true, help: "", pattern: "^A" },
      { name: "note", label: "Note", type: "text", required: false, help: "" },
    ],
    consent: { label: "Authorize", gives: ["refreshToken", "sellerId", "note"], url: () => "" },
  };
  const ahead = { ...fresh, consentAhead: true };
  it("may be saved without that part, and with nothing else missing", () => {
    expect(must(checkFields(amazon, "A1", { clientId: "c" }, ahead)).plain).toEqual({ clientId: "c" });
    const refused = checkFields(amazon, "A1", {}, ahead);
    expect(refused).toMatchObject({ ok: false, refusal: { facts: { details: "Client ID is required" } } });
  });
  it("still checks what was typed by hand", () => {
    const refused = checkFields(amazon, "A1", { clientId: "c", sellerId: "zzz" }, ahead);
    expect(refused).toMatchObject({ ok: false, refusal: { facts: { fields: ["sellerId"] } } });
  });
  it("is whole only with it, typed or given", () => {
    const labels = (fields: Record<string, string>, stored: string[]) =>
      missingOfConsent(amazon, fields, new Set(stored)).map((field) => field.label);
    expect(labels({ clientId: "c" }, [])).toEqual(["Refresh Token", "Seller ID"]);
    expect(labels({ clientId: "c", sellerId: "A1" }, [])).toEqual(["Refresh Token"]);
    expect(labels({ clientId: "c", sellerId: "A1" }, ["refreshToken"])).toEqual([]);
    expect(missingOfConsent(jupiterMoney, {}, new Set())).toEqual([]);
  });
});

describe("settings", () => {
  const good = {
    ...defaultSettings(jupiterMoney, "J"),
    facilities: [{ facilityId: FACILITY, channelWarehouse: null }],
  };
  const fixed = { ...good, packageType: "FIXED" as const };
  const early: Connector = {
    ...jupiterMoney,
    settings: [
      {
        ...{ name: "someDay", label: "Some Day", help: "", type: "select", default: "No" },
        options: [
          { value: "No", label: "No" },
          { value: "Yes", label: "Yes", unavailable: "It comes with a later version." },
        ],
      },
    ],
  };
  const unsplit: Connector = { ...jupiterMoney, rules: { ...jupiterMoney.rules, split: false } };
  it("that are not there yet are refused with why", () => {
    const refused = decideSettings(early, { ...fixed, sourceSettings: { someDay: "Yes" } });
    if (refused.ok) throw new Error("it is refused");
    expect(explain(refused.refusal).message).toMatch(
      /^Some Day cannot be set to Yes yet: It comes with a later version/,
    );
  });
  it("begin with the source's defaults", () => {
    expect(defaultSettings(jupiterMoney, "J")).toMatchObject({
      packageType: "FLEXIBLE",
      notifyOnDispatch: true,
      singleAction: "OFF",
    });
    expect(defaultSettings(unsplit, "J").packageType).toBe("FIXED");
    expect(defaultSettings(custom, "C").notifyOnDispatch).toBe(false);
    expect(defaultSettings(ajio, "A")).toMatchObject({
      ...{ packageType: "FIXED", singleAction: "OFF", gstEInvoicing: "NO" },
    });
  });
  it.each([
    [jupiterMoney, good, null],
    [unsplit, good, "PACKAGE_TYPE_FIXED_ONLY"],
    [unsplit, { ...good, packageType: "FIXED" as const }, null],
    [jupiterMoney, { ...good, facilities: [] }, "CHANNEL_FACILITIES_MISSING"],
    [jupiterMoney, { ...good, sourceSettings: { nonsense: true } }, "CHANNEL_SETTING_INVALID"],
    [jupiterMoney, { ...good, facilities: [...good.facilities, ...good.facilities] }, "CHANNEL_SETTING_INVALID"],
    // The seed of AJIO: Off by default, "Seller can opt rest two options as per their choice", though AJIO makes the label.
    [ajio, { ...fixed, singleAction: "INVOICE_THEN_LABEL" as const }, null],
    [ajio, { ...fixed, singleAction: "INVOICE_AND_LABEL_MERGED" as const }, null],
    [ajio, { ...fixed, gstEInvoicing: "YES" as const }, null],
    [ajio, { ...fixed, sourceSettings: { creditNoteDelayMinutes: 0 } }, null],
    [ajio, { ...fixed, sourceSettings: { creditNoteDelayMinutes: -1 } }, "CHANNEL_SETTING_INVALID"],
    [ajio, { ...fixed, sourceSettings: { creditNoteDelayMinutes: 2.5 } }, "CHANNEL_SETTING_INVALID"],
    [ajio, { ...fixed, sourceSettings: { creditNoteDelayMinutes: 10_081 } }, "CHANNEL_SETTING_INVALID"],
    [ajio, { ...fixed, sourceSettings: { creditNoteDelayMinutes: "150" } }, "CHANNEL_SETTING_INVALID"],
    [early, { ...fixed, sourceSettings: { someDay: "No" } }, null],
    [early, { ...fixed, sourceSettings: { someDay: "Yes" } }, "CHANNEL_SETTING_UNAVAILABLE"],
    [early, { ...fixed, sourceSettings: { someDay: "Perhaps" } }, "CHANNEL_SETTING_INVALID"],
  ])("are allowed or refused by name (%#)", (source, settings, code) => {
    const decided = decideSettings(source, settings);
    expect(decided.ok ? null : decided.refusal.code).toBe(code);
  });
  it("a name is suggested that nobody has", () => {
    expect(suggestName(jupiterMoney, new Set())).toBe("Jupiter_Money_1");
    expect(suggestName(ajio, new Set(["ajio_dropship_1"]))).toBe("AJIO_Dropship_2");
    expect(suggestName(jupiterMoney, new Set(["jupiter_money_1", "jupiter_money_2"]))).toBe("Jupiter_Money_3");
    expect(codeFromName(" Jupiter / Delhi (new) ")).toBe("Jupiter_Delhi_new_");
  });
});

describe("how a notice begins", () => {
  const state = (packageState: "PACKED" | "CREATED"): Notice =>
    ({ kind: "STATE", packageState, channelOrderItemIds: ["L1"], courierStatus: null }) as unknown as Notice; // ids do not matter here
  const of = (kind: "DISPATCH" | "CANCEL" | "IRN"): Notice => ({ kind }) as unknown as Notice;
  const on = { notifyOnDispatch: true, paused: false };
  it.each([
    [state("PACKED"), on, "PENDING"],
    [state("PACKED"), { ...on, paused: true }, "PAUSED"],
    [state("PACKED"), { ...on, notifyOnDispatch: false }, "NOT_SENT"],
    [of("DISPATCH"), { ...on, paused: true }, "PENDING"], // dispatch details never stop
    [of("DISPATCH"), { ...on, notifyOnDispatch: false }, "NOT_SENT"],
    [of("CANCEL"), { notifyOnDispatch: false, paused: true }, "PENDING"],
  ] as const)("%#", (notice, channel, begins) => expect(firstState(notice, jupiterMoney, channel)).toBe(begins));
  it("an IRN is told whatever the settings, where the channel takes IRNs", () => {
    expect(firstState(of("IRN"), ajio, { notifyOnDispatch: false, paused: true })).toBe("PENDING");
  });
  it("leaves no trace where the source has no such call", () => {
    for (const notice of [state("PACKED"), of("DISPATCH"), of("CANCEL"), of("IRN")])
      expect(firstState(notice, custom, on)).toBeNull();
  });
});

describe("what to do after a call", () => {
  const answered = (status: ChannelAnswer["status"]) => ({
    ok: true as const,
    value: { status, results: [], message: null },
  });
  const failed = (
    kind: "auth" | "refused" | "transient" | "throttle" | "bad_answer" | "breaker_open",
    reached: "no" | "yes" | "unknown",
  ) => ({
    ok: false as const,
    failure: { kind, reached },
  });
  it.each([
    ["STATE", answered("SUCCESS"), 0, { kind: "sent" }],
    ["STATE", answered("PARTIAL_SUCCESS"), 0, { kind: "refused" }],
    ["CANCEL", answered("FAILED"), 0, { kind: "refused" }],
    ["CANCEL", answered("TAKEN"), 0, { kind: "taken" }],
    ["DISPATCH", answered("TAKEN"), 0, { kind: "sent" }],
    ["STATE", failed("auth", "yes"), 0, { kind: "wait" }],
    ["STATE", failed("refused", "no"), 0, { kind: "wait" }],
    ["STATE", failed("refused", "yes"), 0, { kind: "refused" }],
    ["STATE", failed("transient", "unknown"), 0, { kind: "again", unknown: false }],
    ["DISPATCH", failed("transient", "unknown"), 0, { kind: "again", unknown: true }],
    ["DISPATCH", failed("transient", "no"), 0, { kind: "again", unknown: false }],
    ["CANCEL", failed("throttle", "yes"), 0, { kind: "again", unknown: false }],
    ["CANCEL", failed("breaker_open", "no"), 0, { kind: "again", unknown: false }],
    ["CANCEL", failed("bad_answer", "unknown"), 9, { kind: "again", unknown: true }],
    ["STATE", failed("bad_answer", "yes"), 3, { kind: "again", unknown: false }],
    ["STATE", failed("bad_answer", "yes"), 4, { kind: "refused" }],
  ] as const)("%s %j after %i", (kind, outcome, attempts, verdict) =>
    expect(judge(kind, outcome, attempts)).toMatchObject(verdict),
  );
});

describe("reading back what became of a write", () => {
  const reported = (...statuses: ReportedOrder["lines"][number]["status"][]): ReportedOrder => ({
    channelOrderId: "O",
    lines: statuses.map((status, i) => ({
      ...{ channelOrderItemId: `L${i}`, status, raw: status },
      ...{ returnReason: null, returnAwb: null, returnCourier: null, channelReturnId: null },
    })),
  });
  it.each([
    [reported("DISPATCHED"), ["L0"], "done"],
    [reported("DELIVERED", "OPEN"), ["L0", "L1"], "not done"],
    [reported("OPEN"), ["L0"], "not done"],
    [reported("CANCELLED"), ["L0"], "refused"],
    [reported("CANCELLED", "DISPATCHED"), ["L0", "L1"], "refused"],
    [reported("CANCELLED", "OPEN"), ["L0", "L1"], "not done"], // the open one left too, and nobody there knows
    [undefined, ["L0"], "unclear"],
    [reported("OPEN"), ["L9"], "unclear"],
  ] as const)("dispatch %#", (order, lines, kind) => expect(findDispatch(order, lines).kind).toBe(kind));
  it.each([
    [reported("CANCELLED"), true, "done"],
    [reported("OPEN"), true, "not done"],
    [reported("OPEN"), false, "unclear"], // two of three units: the line's word cannot tell
    [reported("unknown"), true, "unclear"],
    [reported("DISPATCHED"), true, "refused"],
  ] as const)("cancellation %#", (order, whole, kind) =>
    expect(findCancel(order, [{ id: "L0", whole }]).kind).toBe(kind),
  );
  it.each([
    // Of three units one was cancelled before, and this is about one more: two then.
    [
      [
        ["CANCELLED", 2],
        ["OPEN", 1],
      ],
      "done",
    ],
    [
      [
        ["CANCELLED", 1],
        ["OPEN", 2],
      ],
      "unclear",
    ],
    [
      [
        ["CANCELLED", 1],
        ["DISPATCHED", 2],
      ],
      "refused",
    ],
    [[["CANCELLED", 1]], "unclear"],
    [[["CANCELLED", 3]], "done"],
  ] as const)("cancellation of a part, where units are counted %#", (said, kind) => {
    const [line] = reported("OPEN").lines;
    const lines = said.flatMap(([status, quantity]) => (line ? [{ ...line, status, quantity }] : []));
    const order = { channelOrderId: "O", lines };
    expect(findCancel(order, [{ id: "L0", whole: false, cancelledThen: 2 }]).kind).toBe(kind);
  });
});

describe("syncs of a source", () => {
  it("follow from what it declares", () => {
    expect(syncKindsOf(jupiterMoney)).toEqual([
      "CATALOG",
      "INVENTORY",
      "ORDERS",
      "STATUS_CANCELLED",
      "STATUS_DELIVERED",
      "NOTIFICATIONS",
      "DISPATCH",
    ]);
    expect(syncKindsOf(custom)).toEqual([]);
    expect(canSyncNow(jupiterMoney, "ORDERS")).toBe(false); // they are pushed
  });
  it.each([
    ["STATUS_CANCELLED", "2026-11-20T04:31:00Z"],
    ["STATUS_DELIVERED", "2026-11-20T05:30:00Z"],
    ["CATALOG", "2026-11-27T04:30:00Z"],
    ["INVENTORY", "2026-11-20T20:40:00Z"], // ten past two at night in India
    ["NOTIFICATIONS", undefined],
  ] as const)("%s runs next at %s", (kind, at) => expect(nextRunAfter(jupiterMoney, kind, NOW)?.toString()).toBe(at));
  it("of a source that is asked for orders are asked every minute, those under review every five", () => {
    expect(syncKindsOf(ajio)).toEqual(expect.arrayContaining(["ORDERS", "PENDENCY"]));
    for (const [kind, minutes] of [
      ["ORDERS", 1],
      ["PENDENCY", 5],
      ["STATUS_CANCELLED", 1],
    ] as const) {
      expect(canSyncNow(ajio, kind)).toBe(true);
      expect(nextRunAfter(ajio, kind, NOW)).toEqual(NOW.add({ minutes }));
    }
    const waited = { lastSuccessAt: NOW.subtract({ minutes: 4 }), connectedAt: NOW, waitingSince: null };
    expect(lagSeconds(ajio, "ORDERS", waited, NOW)).toBe(240);
    expect(lagMaxSeconds("ORDERS")).toBe(600);
  });
  it.each([
    [ajio, "ORDERS", 1, "every minute"],
    [ajio, "STATUS_CANCELLED", 1, "every minute"],
    [ajio, "PENDENCY", 5, "every 5 minutes"],
    [ajio, "CATALOG", 10_080, "every 7 days"],
    [ajio, "STATUS_DELIVERED", 60, "every hour"],
    [ajio, "INVENTORY", null, "with every change; all figures again every night at 02:10"],
    [ajio, "DISPATCH", null, null],
    [jupiterMoney, "ORDERS", null, null],
  ] as const)("say how often they run (%#)", (source, kind, minutes, words) => {
    expect(everyMinutes(source, kind)).toBe(minutes);
    expect(scheduleWords(source, kind)).toBe(words);
  });
  it("lag is the age of what waits, or of the last success", () => {
    const facts = {
      lastSuccessAt: NOW.subtract({ minutes: 4 }),
      connectedAt: NOW.subtract({ hours: 4 }),
      waitingSince: null,
    };
    expect(lagSeconds(jupiterMoney, "STATUS_CANCELLED", facts, NOW)).toBe(240);
    expect(lagSeconds(jupiterMoney, "STATUS_CANCELLED", { ...facts, lastSuccessAt: null }, NOW)).toBe(4 * 3600);
    expect(lagSeconds(jupiterMoney, "INVENTORY", facts, NOW)).toBe(0);
    expect(lagSeconds(jupiterMoney, "DISPATCH", { ...facts, waitingSince: NOW.subtract({ seconds: 9 }) }, NOW)).toBe(9);
    expect(lagSeconds(jupiterMoney, "ORDERS", facts, NOW)).toBeNull();
  });
});

describe("a line of an uploaded file", () => {
  const read = (cells: Record<string, string>) =>
    readListingLine({ line: 2, cells: { channelcode: "J1", channelproductid: "1-a", ...cells } });
  it("leaves what is not given", () => {
    expect(read({ buffer: "3" })).toMatchObject({
      skuCode: null,
      fault: null,
      figures: { buffer: 3, disabled: undefined, cap: undefined },
    });
    expect(read({ cap: "-", disabled: "Yes" }).figures).toMatchObject({ cap: null, disabled: true });
  });
  it.each([
    [{ buffer: "-1" }, "LISTING_FIGURE_INVALID"],
    [{ cap: "1.5" }, "LISTING_FIGURE_INVALID"],
    [{ reservedforchannel: "9999999" }, "LISTING_FIGURE_INVALID"],
    [{ disabled: "maybe" }, "LISTING_FLAG_INVALID"],
  ])("refuses %j", (cells, code) => expect(read(cells).fault?.code).toBe(code));
});
