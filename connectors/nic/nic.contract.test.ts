import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Inv01, Inv01Item } from "../../contract/inv01.ts";
import { aDocument, aLine, BUYER_GSTIN, NEAR_BUYER_GSTIN } from "../../tests/support/e-invoice-cases.ts";
import { failure, PORTAL_ACCOUNT, type PortalScene, portalScene, value, wishFor } from "../../tests/support/portal.ts";
import { readSigned } from "./crypto.ts";

let scene: PortalScene;
beforeEach(async () => {
  scene = await portalScene();
});
afterEach(() => scene.close());

const account = PORTAL_ACCOUNT;
const register = (document: Inv01 = aDocument(), triedBefore = false) =>
  scene.portal.register(account, wishFor(document, triedBefore));
const withItem = (document: Inv01, over: Partial<Inv01Item>): Inv01 => ({
  ...document,
  ItemList: document.ItemList.map((item) => ({ ...item, ...over })),
});

describe("registering (§7, §8)", () => {
  it("gives IRN, acknowledgement and both signed texts, proved with the portal's signing key", async () => {
    const lines = [aLine({ taxable: 100, hsn: "610910" }), aLine({ taxable: 90_000, hsn: "090121" })];
    const document = aDocument({ lines });
    const registered = value(await register(document));
    expect(registered).toMatchObject({
      state: "ACTIVE",
      proved: true,
      adopted: false,
      ackNo: expect.stringMatching(/^\d{15}$/),
    });
    expect(registered.ackAt.toString()).toBe("2026-11-21T05:00:00Z");
    expect(registered.qr).toEqual({
      SellerGstin: account.gstin,
      BuyerGstin: BUYER_GSTIN,
      DocNo: "INV26/1",
      DocTyp: "INV",
      DocDt: "21/11/2026",
      TotInvVal: document.ValDtls.TotInvVal,
      ItemCnt: 2,
      MainHsnCode: "090121",
      Irn: registered.irn,
      IrnDt: "2026-11-21 10:30:00",
    });
    // Printed as a QR code whole: 2,500 characters are what the page takes.
    expect(registered.signedQr.length).toBeLessThan(1_500);
    const { signing, encryption } = scene.simulator.keys;
    expect(readSigned(registered.signedQr, [signing])).toMatchObject({ ok: true, proved: true, data: registered.qr });
    expect(readSigned(registered.signedQr, [encryption])).toMatchObject({ ok: false });
    const signed = readSigned(registered.signedInvoice, [encryption, signing]);
    expect(signed.ok && signed.data).toMatchObject({ Irn: registered.irn, ItemList: document.ItemList });
  });

  it("takes credit and debit notes of the same number as documents of their own (§5, §12)", async () => {
    const precedes = [{ number: "INV26/1", on: Temporal.PlainDate.from("2026-11-21") }];
    const irns = [
      value(await register()).irn,
      value(await register(aDocument({ type: "CRN", precedes }))).irn,
      value(await register(aDocument({ type: "DBN", precedes }))).irn,
    ];
    expect(new Set(irns).size).toBe(3);
  });

  it("without a signing key is read and not proved", async () => {
    const portal = scene.another({ signingKeys: [] });
    expect(value(await portal.register(account, wishFor(aDocument())))).toMatchObject({ proved: false });
  });

  it("is not believed where the signature is another's; with the right key it is found again", async () => {
    const portal = scene.another({ signingKeys: [scene.simulator.keys.encryption] });
    expect(failure(await portal.register(account, wishFor(aDocument())))).toMatchObject({
      reached: "unknown",
      advice: "RETRY",
      channelMessage: expect.stringContaining("not signed with a key of the portal"),
    });
    expect(value(await register(aDocument(), true))).toMatchObject({ adopted: true });
    expect(scene.simulator.documents()).toHaveLength(1);
  });

  it.each<[string, string, () => Inv01]>([
    ["2140", "a member that the schema does not know", () => Object.assign({}, aDocument(), { Irn: "x" })],
    ["2172", "IGST within a state", () => ({ ...aDocument(), BuyerDtls: { ...aDocument().BuyerDtls, Pos: "29" } })],
    ["2176", "an HSN code of 5 digits", () => withItem(aDocument(), { HsnCd: "09012" })],
    ["2182", "a wrong AssVal", () => ({ ...aDocument(), ValDtls: { ...aDocument().ValDtls, AssVal: 1 } })],
    ["2189", "a wrong total", () => ({ ...aDocument(), ValDtls: { ...aDocument().ValDtls, TotInvVal: 1 } })],
    ["2193", "a discount that was not taken off", () => withItem(aDocument(), { Discount: 20 })],
    ["3028", "a GSTIN with a wrong check character", () => aDocument({ buyer: { gstin: "27AAPFU0939F1ZW" } })],
  ])("is refused with %s for %s: the document must be changed (§9)", async (code, _, make) => {
    expect(failure(await register(make()))).toMatchObject({ advice: "CHANGE", kind: "refused", reached: "yes" });
    const asked = scene.exchanges.findLast((exchange) => exchange.operation === "generate");
    expect(asked?.message).toContain(code);
    expect(scene.simulator.documents()).toEqual([]);
  });

  it("of a GSTIN that is inactive (3029) asks the portal to refresh its copy, once", async () => {
    scene.simulator.setGstin(BUYER_GSTIN, "INACTIVE");
    expect(failure(await register())).toMatchObject({ advice: "CHANGE", channelCode: "3029" });
    expect([scene.calls("syncGstin"), scene.calls("generate")]).toEqual([1, 1]);
    scene.simulator.refreshes(BUYER_GSTIN);
    expect(value(await register())).toMatchObject({ adopted: false });
    expect([scene.calls("syncGstin"), scene.calls("generate")]).toEqual([2, 3]);
  });

  it.each(["2146", "2147"])("that the portal cannot do just now (%s) may be repeated as it is", async (code) => {
    scene.simulator.fail({ code, count: 1 });
    expect(failure(await register())).toMatchObject({
      advice: "RETRY",
      kind: "transient",
      reached: "yes",
      channelCode: code,
    });
    expect(value(await register())).toMatchObject({ adopted: false });
    expect(scene.simulator.documents()).toHaveLength(1);
  });

  it("of a code that nobody described is not sent again blindly, and its words are kept", async () => {
    scene.simulator.fail({ code: "7777", message: "an odd thing" });
    expect(failure(await register())).toMatchObject({ advice: "CHANGE", channelMessage: "7777: an odd thing" });
  });
});

describe("a number that has an IRN already (2150)", () => {
  it("is ours where buyer and total are the same", async () => {
    const first = value(await register());
    const again = value(await register());
    expect(again).toEqual({ ...first, adopted: true });
    expect(scene.simulator.documents()).toHaveLength(1);
  });

  it("is found by its number where the portal does not say which IRN", async () => {
    const first = value(await register());
    scene.simulator.fail({ code: "2150", operation: "generate", count: 1 });
    expect(value(await register())).toMatchObject({ irn: first.irn, adopted: true });
    expect(scene.calls("getByDocument")).toBe(1);
  });

  it.each<[string, () => Inv01]>([
    ["another total", () => aDocument({ lines: [aLine({ taxable: 5_000 })] })],
    ["another buyer", () => aDocument({ buyer: { gstin: "27AAACJ3770E1ZQ" } })],
  ])("is another document's with %s: a person must look", async (_, make) => {
    value(await register());
    const other = failure(await register(make()));
    expect(other).toMatchObject({ advice: "DUPLICATE", channelCode: "2150" });
    expect(other.words).toContain(`buyer ${BUYER_GSTIN}, total 1180`);
  });

  it("gets no second one after its IRN was cancelled (§5)", async () => {
    const { irn } = value(await register());
    value(await scene.portal.cancel(account, { irn, reason: "ORDER_CANCELLED", remark: "x" }));
    expect(failure(await register())).toMatchObject({ advice: "FINAL", channelCode: "2150" });
    expect(failure(await register(aDocument(), true))).toMatchObject({ advice: "FINAL" });
  });

  it("that cannot be read just now is repeated later", async () => {
    value(await register());
    scene.simulator.fail({ code: "2146", operation: "getByIrn" });
    expect(failure(await register())).toMatchObject({ advice: "RETRY" });
  });

  it("that is too old to be read (2283) is a person's", async () => {
    value(await register());
    scene.pass({ hours: 49 });
    expect(failure(await register())).toMatchObject({ advice: "FINAL", channelCode: "2283" });
  });
});

describe("an answer that is lost", () => {
  it.each(["drop", "half_answer", "timeout", "5xx"] as const)(
    "(%s, after it was done) is read back by number, and nothing is sent twice",
    async (kind) => {
      scene.simulator.fault({ kind, operation: "generate", processed: true, count: 1 });
      expect(value(await register())).toMatchObject({ adopted: true });
      expect([scene.calls("generate"), scene.calls("getByDocument")]).toEqual([1, 1]);
      expect(scene.simulator.documents()).toHaveLength(1);
    },
  );

  it.each(["drop", "5xx"] as const)(
    "(%s, before it was done) is sent again once the portal says it is not known",
    async (kind) => {
      scene.simulator.fault({ kind, operation: "generate", count: 1 });
      expect(value(await register())).toMatchObject({ adopted: false });
      expect(scene.exchanges.slice(1).map((e) => e.operation)).toEqual(["generate", "getByDocument", "generate"]);
    },
  );

  it("again and again ends with a failure that did not reach anything", async () => {
    scene.simulator.fault({ kind: "drop", operation: "generate" });
    expect(failure(await register())).toMatchObject({ reached: "no", advice: "RETRY" });
    expect([scene.calls("generate"), scene.calls("getByDocument")]).toEqual([2, 2]);
  });

  it("and cannot be read back either stays unknown; the next try asks before it sends", async () => {
    scene.simulator.fault({ kind: "drop", operation: "generate", processed: true, count: 1 });
    scene.simulator.fault({ kind: "5xx", operation: "getByDocument", count: 1 });
    expect(failure(await register())).toMatchObject({ reached: "unknown", advice: "RETRY" });
    expect(value(await register(aDocument(), true))).toMatchObject({ adopted: true });
    expect(scene.calls("generate")).toBe(1);
  });

  it("tried before and not known there is sent", async () => {
    expect(value(await register(aDocument(), true))).toMatchObject({ adopted: false });
    expect(scene.exchanges.slice(1).map((e) => e.operation)).toEqual(["getByDocument", "generate"]);
  });

  it("of a portal that is down is nobody's fault and may be repeated", async () => {
    await scene.simulator.close();
    expect(failure(await register())).toMatchObject({ reached: "no", advice: "RETRY", words: "NIC does not answer." });
    scene = await portalScene();
  });
});

describe("one after another", () => {
  it("the same document asked for at once is registered once, and adopted by the others", async () => {
    scene.simulator.fault({ kind: "late", delayMs: 30, operation: "generate" });
    const all = await Promise.all([register(), register(), register()]);
    expect(all.map((outcome) => value(outcome).adopted)).toEqual([false, true, true]);
    expect(scene.calls("authenticate")).toBe(1);
    expect(scene.simulator.documents()).toHaveLength(1);
  });

  it("a failure leaves the queue open", async () => {
    scene.simulator.fail({ code: "2146", count: 1 });
    const [first, second] = await Promise.all([register(), register()]);
    expect([first?.ok, second?.ok]).toEqual([false, true]);
  });
});

describe("cancelling (§7)", () => {
  const cancel = (irn: string, remark = "Order cancelled by the buyer") =>
    scene.portal.cancel(account, { irn, reason: "ORDER_CANCELLED", remark });

  it("is done within 24 hours, and refused an hour later (2270)", async () => {
    const first = value(await register());
    const second = value(await register(aDocument({ number: "INV26/2" })));
    scene.pass({ hours: 23 });
    const cancelled = value(await cancel(first.irn));
    expect(cancelled.cancelledAt?.toString()).toBe("2026-11-22T04:00:00Z");
    scene.pass({ hours: 2 });
    expect(failure(await cancel(second.irn))).toMatchObject({
      ...{ advice: "FINAL", channelCode: "2270", whatToDo: "Make a credit note instead." },
    });
    expect(value(await scene.portal.byIrn(account, first.irn))?.state).toBe("CANCELLED");
  });

  it("of what is cancelled already (9999) is done", async () => {
    const { irn } = value(await register());
    value(await cancel(irn));
    expect(value(await cancel(irn))).toEqual({ irn, cancelledAt: null });
  });

  it.each(["drop", "half_answer", "5xx"] as const)("whose answer is lost (%s) is read back", async (kind) => {
    const { irn } = value(await register());
    scene.simulator.fault({ kind, operation: "cancel", processed: true, count: 1 });
    expect(value(await cancel(irn))).toEqual({ irn, cancelledAt: null });
    expect(scene.calls("cancel")).toBe(1);
  });

  it("that did not arrive is sent again", async () => {
    const { irn } = value(await register());
    scene.simulator.fault({ kind: "drop", operation: "cancel", count: 1 });
    expect(value(await cancel(irn)).cancelledAt).not.toBeNull();
  });

  it("is refused while an e-way bill is active (2230), for another's IRN (2143), for none (2148) and on demand (2141, 4002)", async () => {
    const { irn } = value(await register());
    scene.simulator.setEwayBill(irn, true);
    expect(failure(await cancel(irn))).toMatchObject({ channelCode: "2230", advice: "FINAL" });
    scene.simulator.addAccount({ ...account, gstin: NEAR_BUYER_GSTIN });
    const other = { ...account, gstin: NEAR_BUYER_GSTIN };
    const theirs = await scene.portal.cancel(other, { irn, reason: "OTHER", remark: "x" });
    expect(failure(theirs)).toMatchObject({ channelCode: "2143", advice: "FINAL" });
    expect(failure(await cancel("0".repeat(64)))).toMatchObject({ channelCode: "2148" });
    for (const code of ["2141", "4002"]) {
      scene.simulator.fail({ code, count: 1 });
      expect(failure(await cancel(irn))).toMatchObject({ channelCode: code, advice: "FINAL" });
    }
  });

  it.each(["DUPLICATE", "MISTAKE", "ORDER_CANCELLED", "OTHER"] as const)(
    "takes the reason %s, and a remark of any length",
    async (reason) => {
      const { irn } = value(await register());
      for (const remark of ["", `"${"क्ष ".repeat(80)}\\`]) {
        const outcome = await scene.portal.cancel(account, { irn, reason, remark });
        expect(value(outcome).irn).toBe(irn);
      }
    },
  );
});

describe("reading back (§7)", () => {
  it("by IRN and by number gives what registering gave; of what is not there, nothing", async () => {
    const document = { type: "INV", number: "inv26/1", on: Temporal.PlainDate.from("2026-11-21") } as const;
    expect(value(await scene.portal.byDocument(account, document))).toBeNull();
    expect(value(await scene.portal.byIrn(account, "0".repeat(64)))).toBeNull();
    const registered = value(await register());
    expect(value(await scene.portal.byIrn(account, registered.irn))).toEqual(registered);
    expect(value(await scene.portal.byDocument(account, document))).toEqual(registered);
    const yesterday = { ...document, on: Temporal.PlainDate.from("2026-11-20") };
    expect(value(await scene.portal.byDocument(account, yesterday))).toBeNull();
  });

  it("by IRN is refused after two days (2283)", async () => {
    const { irn } = value(await register());
    scene.pass({ hours: 48 });
    expect(value(await scene.portal.byIrn(account, irn))?.irn).toBe(irn);
    scene.pass({ hours: 1 });
    expect(failure(await scene.portal.byIrn(account, irn))).toMatchObject({ channelCode: "2283", advice: "FINAL" });
  });

  it("of a registration says whether it is active", async () => {
    expect(value(await scene.portal.syncGstin(account, BUYER_GSTIN))).toEqual({ active: true });
    scene.simulator.setGstin(BUYER_GSTIN, "INACTIVE");
    expect(value(await scene.portal.syncGstin(account, BUYER_GSTIN))).toEqual({ active: false });
    scene.simulator.setGstin(BUYER_GSTIN, "UNKNOWN");
    expect(failure(await scene.portal.syncGstin(account, BUYER_GSTIN))).toMatchObject({ channelCode: "3028" });
  });
});

describe("the exchange log", () => {
  it("has every exchange with its code, and no secret, name or address", async () => {
    value(
      await register(aDocument({ buyer: { line1: "17 Lotus Lane", email: "buyer@example.in", phone: "9812345678" } })),
    );
    scene.simulator.fail({ code: "2147", count: 1 });
    failure(await register(aDocument({ number: "INV26/2" })));
    const log = JSON.stringify(scene.exchanges);
    for (const secret of [
      "demo-password",
      "demo-client-secret",
      "Lotus",
      "buyer@example.in",
      "9812345678",
      "United Retail",
    ])
      expect(log).not.toContain(secret);
    expect(log).not.toContain("eyJ");
    expect(log).toContain("INV26/2");
    expect(scene.exchanges.at(-1)).toMatchObject({
      operation: "generate",
      outcome: "REFUSED",
      message: "2147: on demand",
    });
  });
});

describe("where the portal stands", () => {
  it("paths are the operator's; a wrong one is told, not repeated", async () => {
    const portal = scene.another({ paths: { generate: "/elsewhere/Invoice" } });
    expect(failure(await portal.register(account, wishFor(aDocument())))).toMatchObject({
      advice: "ACCOUNT",
      status: 404,
    });
    const moved = scene.another({ paths: { authenticate: "eivital/v1.04/auth" } });
    expect(value(await moved.register(account, wishFor(aDocument()))).adopted).toBe(false);
  });

  it("a page that is not the portal's (a proxy's) is no answer", async () => {
    scene.simulator.fault({ kind: "401", operation: "authenticate" });
    expect(failure(await register())).toMatchObject({ advice: "ACCOUNT", kind: "auth", status: 401, faults: [] });
  });
});

describe("the simulator's own controls", () => {
  const control = async (path: string, body?: unknown) => {
    const given = body === undefined ? {} : { method: "POST", body: JSON.stringify(body) };
    const response = await fetch(`${scene.simulator.url}${path}`, given);
    return { status: response.status, text: await response.text() };
  };

  it("set codes, faults, registrations, clock and accounts, and show its state", async () => {
    const { irn } = value(await register());
    expect((await control("/_sim/errors", { code: "2147", count: 1 })).status).toBe(200);
    expect(failure(await register(aDocument({ number: "INV26/2" })))).toMatchObject({ channelCode: "2147" });
    expect((await control("/_sim/hsn", { unknown: ["090121"] })).status).toBe(200);
    expect(failure(await register(aDocument({ number: "INV26/2" })))).toMatchObject({ channelCode: "2176" });
    expect((await control("/_sim/clock", { aheadSeconds: 90_000 })).status).toBe(200);
    const late = await scene.portal.cancel(account, { irn, reason: "OTHER", remark: "x" });
    expect(failure(late)).toMatchObject({ channelCode: "2270" });
    expect((await control("/_sim/gstins", [{ gstin: BUYER_GSTIN, state: "INACTIVE", refreshable: true }])).status).toBe(
      200,
    );
    expect((await control("/_sim/accounts", { gstin: "short" })).status).toBe(400);
    const state: unknown = JSON.parse((await control("/_sim/state")).text);
    expect(state).toMatchObject({
      documents: [{ irn, number: "INV26/1", cancelledAt: null }],
      gstins: { [BUYER_GSTIN]: "INACTIVE" },
    });
    expect(JSON.stringify(state)).not.toContain("demo-password");
    expect((await control("/")).text).toContain(irn);
    expect(JSON.parse((await control("/_sim/keys")).text)).toEqual({
      ...{ encryption: scene.simulator.keys.encryption, signing: scene.simulator.keys.signing },
    });
    expect((await control("/_sim/reset", {})).status).toBe(200);
    expect(scene.simulator.documents()).toEqual([]);
  });
});
