import { createHash, createSign, generateKeyPairSync, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Ajv2020 } from "ajv/dist/2020.js";
import { describe, expect, it } from "vitest";
import { contractOf, isJson, reference } from "../../contract/compile.ts";
import { operationIds } from "../../contract/validators.ts";
import { duplicateIrn, openData, readRegistered } from "./answers.ts";
import { CODES, failureOf, failureWithoutAnswer, meaningOf } from "./codes.ts";
import { NIC_CONTRACT } from "./contract/index.ts";
import { isPublicKey, readSek, readSigned, seal, sealForPortal, unseal } from "./crypto.ts";
import { portalInstant } from "./session.ts";
import { irnFor } from "./simulator/registry.ts";
import { Turns } from "./turns.ts";

describe("the portal's contract", () => {
  it("has types made from the file as it stands now, and schemas that strict Ajv compiles", () => {
    const folder = join(import.meta.dirname, "contract");
    const source = createHash("sha256")
      .update(readFileSync(join(folder, "nic.openapi.yaml")))
      .digest("hex");
    const generated = readFileSync(join(folder, "generated", "nic.ts"), "utf8");
    expect(/source-sha256: ([0-9a-f]{64})/.exec(generated)?.[1]).toBe(source);
    const { document, ajv } = contractOf(NIC_CONTRACT);
    const schemas =
      isJson(document.components) && isJson(document.components.schemas) ? document.components.schemas : {};
    expect(operationIds(NIC_CONTRACT)).toHaveLength(6);
    for (const [name, definition] of Object.entries(schemas)) {
      expect(isJson(definition) && new Ajv2020().validateSchema(definition), name).toBe(true);
      expect(ajv.getSchema(reference(NIC_CONTRACT, ["components", "schemas", name])), name).toBeTypeOf("function");
    }
  });
});

describe("the table of codes (gst-einvoice §9)", () => {
  it.each([
    ["ACCOUNT", ["1004", "1006", "1010", "1013", "1015", "1016", "1017", "1019"]],
    ["RENEW", ["1005"]],
    ["RETRY", ["2146", "2147"]],
    ["DUPLICATE", ["2150"]],
    ["CHANGE", ["2140", "2142", "2172", "2176", "2182", "2189", "2193", "3028", "3029"]],
    ["FINAL", ["2141", "2143", "2148", "2154", "2230", "2270", "2283", "4002", "9999"]],
  ])("%s: %j", (advice, codes) => {
    expect(codes.map((code) => meaningOf(code).advice)).toEqual(codes.map(() => advice));
  });

  it("has words and something to do for each, and for codes that nobody described", () => {
    for (const [code, { words, whatToDo }] of CODES) {
      expect(words.endsWith("."), code).toBe(true);
      expect(whatToDo.endsWith("."), code).toBe(true);
    }
    expect(meaningOf("5555")).toMatchObject({ advice: "CHANGE" });
    expect(meaningOf("1020")).toMatchObject({ advice: "CHANGE" });
  });

  it("of several faults the gravest decides, and all are told", () => {
    const failure = failureOf(
      ["2146", "2182", "2193"].map((code) => ({ code, message: `m${code}` })),
      200,
    );
    expect(failure).toMatchObject({
      advice: "CHANGE",
      channelCode: "2182",
      channelMessage: "2146: m2146; 2182: m2182; 2193: m2193",
    });
    expect(failureOf([], 200)).toMatchObject({ advice: "CHANGE", faults: [] });
  });

  it("an answer without the portal's words is to be repeated, unless it refuses who calls", () => {
    const adviceOf = (kind: "auth" | "throttle" | "refused" | "transient" | "bad_answer") =>
      failureWithoutAnswer({ reached: "yes", kind }).advice;
    expect(["auth", "refused"].map((kind) => adviceOf(kind === "auth" ? "auth" : "refused"))).toEqual([
      "ACCOUNT",
      "ACCOUNT",
    ]);
    expect([adviceOf("throttle"), adviceOf("transient"), adviceOf("bad_answer")]).toEqual(["RETRY", "RETRY", "RETRY"]);
  });
});

describe("encryption (§7)", () => {
  const key = randomBytes(32);

  it("goes both ways, and fails with another key", () => {
    expect(unseal(seal("रुपये 10", key), key)?.toString()).toBe("रुपये 10");
    expect(unseal("no ciphertext", key)).toBeNull();
    expect(openData(seal("{}", key), randomBytes(32))).toBeUndefined();
    expect(openData(seal("not JSON", key), key)).toBeUndefined();
    expect(openData(null, key)).toBeUndefined();
  });

  it("is AES-256 in ECB with PKCS7: equal blocks make equal blocks, and a whole block of padding is added", () => {
    const sealed = Buffer.from(seal("0123456789abcdef".repeat(2), key), "base64");
    expect(sealed.length).toBe(48);
    expect(sealed.subarray(0, 16).equals(sealed.subarray(16, 32))).toBe(true);
  });

  it("takes a session's key of 32 bytes and nothing else", () => {
    const sealedBytes = (bytes: Buffer) => seal(bytes.toString("latin1"), key);
    expect(readSek(sealedBytes(Buffer.alloc(32, 65)), key)?.equals(Buffer.alloc(32, 65))).toBe(true);
    expect(readSek(sealedBytes(Buffer.alloc(31, 65)), key)).toBeNull();
  });

  it("for the portal's key says so where it cannot", () => {
    const pem = generateKeyPairSync("rsa", { modulusLength: 2048 })
      .publicKey.export({ type: "spki", format: "pem" })
      .toString();
    expect(sealForPortal({ a: 1 }, pem)).toMatch(/^[A-Za-z0-9+/]{342}==$/);
    expect(sealForPortal({ a: "x".repeat(200) }, pem)).toBeNull();
    expect(sealForPortal({ a: 1 }, "no key")).toBeNull();
    expect([isPublicKey(pem), isPublicKey("no key")]).toEqual([true, false]);
  });
});

describe("signed texts (§8)", () => {
  const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
  const pem = publicKey.export({ type: "spki", format: "pem" }).toString();
  const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const signed = (header: unknown, claims: unknown) => {
    const text = `${part(header)}.${part(claims)}`;
    return `${text}.${createSign("RSA-SHA256").update(text).sign(privateKey).toString("base64url")}`;
  };
  const good = signed({ alg: "RS256" }, { data: '{"Irn":"x"}', iss: "NIC" });

  it("are read, and proved with one of the keys", () => {
    expect(readSigned(good, [pem])).toEqual({ ok: true, data: { Irn: "x" }, proved: true });
    expect(readSigned(good, [])).toEqual({ ok: true, data: { Irn: "x" }, proved: false });
  });

  it("are refused where a character was changed, the kind of signature is another, or nothing is in them", () => {
    const [head, , signature] = good.split(".");
    const forged = `${head}.${part({ data: '{"Irn":"y"}', iss: "NIC" })}.${signature}`;
    expect(readSigned(forged, [pem])).toMatchObject({ ok: false });
    expect(readSigned(signed({ alg: "none" }, { data: "{}" }), [pem])).toMatchObject({ ok: false });
    expect(readSigned(signed({ alg: "HS256" }, { data: "{}" }), [])).toMatchObject({ ok: false });
    expect(readSigned(signed({ alg: "RS256" }, { data: "no JSON" }), [pem])).toMatchObject({ ok: false });
    expect(readSigned(signed({ alg: "RS256" }, {}), [pem])).toMatchObject({ ok: false });
    expect(readSigned("a.b", [pem])).toMatchObject({ ok: false });
    expect(readSigned(`${good}.x`, [pem])).toMatchObject({ ok: false });
  });

  it("of a registration must speak of its IRN", () => {
    const [irn, other] = ["1".repeat(64), "2".repeat(64)];
    const qr = (Irn: string) => ({
      ...{ SellerGstin: "s", BuyerGstin: "b", DocNo: "1", DocTyp: "INV", DocDt: "21/11/2026", TotInvVal: 1 },
      ...{ ItemCnt: 1, MainHsnCode: "0901", Irn, IrnDt: "2026-11-21 10:00:00" },
    });
    const jws = (data: unknown) => signed({ alg: "RS256" }, { data: JSON.stringify(data), iss: "NIC" });
    const answer = (invoice: unknown, code: unknown, over = {}) => ({
      ...{ AckNo: 112610000000001, AckDt: "2026-11-21 10:00:00", Irn: irn, Status: "CNL" },
      ...{ SignedInvoice: jws(invoice), SignedQRCode: jws(code) },
      ...over,
    });
    expect(readRegistered(answer({ Irn: irn }, qr(irn)), [pem])).toMatchObject({
      ok: true,
      value: { irn, ackNo: "112610000000001", state: "CANCELLED", proved: true },
    });
    expect(readRegistered(answer({ Irn: other }, qr(irn)), [pem])).toMatchObject({ ok: false });
    expect(readRegistered(answer({ Irn: irn }, qr(other)), [pem])).toMatchObject({ ok: false });
    expect(readRegistered(answer({ Irn: irn }, { Irn: irn }), [pem])).toMatchObject({ ok: false });
    expect(readRegistered(answer({ Irn: irn }, qr(irn), { AckDt: "2026-13-41 10:00:00" }), [pem])).toMatchObject({
      ok: false,
    });
    expect(readRegistered(answer({ Irn: irn }, qr(irn), { SignedQRCode: "x" }), [pem])).toMatchObject({ ok: false });
    expect(readRegistered({}, [pem])).toMatchObject({ ok: false });
  });
});

describe("small things of the wire", () => {
  it("the portal's clock is India's", () => {
    expect(portalInstant("2026-11-21 00:10:05")?.toString()).toBe("2026-11-20T18:40:05Z");
    expect([portalInstant("21/11/2026 10:00"), portalInstant("2026-02-30 10:00:00")]).toEqual([null, null]);
  });

  it("a duplicate's IRN is found as an object or as a text of JSON", () => {
    const Irn = "a".repeat(64);
    expect(
      duplicateIrn([
        { InfCd: "EWBPPD", Desc: "x" },
        { InfCd: "DUPIRN", Desc: { AckNo: 1, AckDt: "x", Irn } },
      ]),
    ).toBe(Irn);
    expect(duplicateIrn([{ InfCd: "DUPIRN", Desc: JSON.stringify({ Irn }) }])).toBe(Irn);
    expect(duplicateIrn([{ InfCd: "DUPIRN", Desc: "no JSON" }])).toBeNull();
    expect(duplicateIrn([])).toBeNull();
  });

  it("the simulator makes the IRNs of the known samples by itself (§6)", () => {
    expect(irnFor("29AAFCC9980M1ZR", "01/10/2019", "INV", "2019-20/KA/1")).toBe(
      "23f498ee41441ecad30f72ba5b9907506c3df70a17b0e0dff46b76a786400662",
    );
    expect(irnFor("01AMBPG7773M002", "17/09/2022", "INV", "SINV-CFY-00067")).toBe(
      "706daeccda0ef6f818da78f3a2a05a1288731057373002289b46c3229289a2e7",
    );
  });

  it("turns of one key follow each other, whatever becomes of them; keys do not wait for each other", async () => {
    const turns = new Turns();
    const gate = Promise.withResolvers<void>();
    const events: string[] = [];
    const first = turns.run("a", async () => {
      events.push("a1 begins");
      await gate.promise;
      events.push("a1 fails");
      throw new Error("of its own");
    });
    const second = turns.run("a", async () => void events.push("a2"));
    await turns.run("b", async () => void events.push("b1"));
    gate.resolve();
    await expect(first).rejects.toThrow("of its own");
    await second;
    expect(events).toEqual(["a1 begins", "b1", "a1 fails", "a2"]);
  });
});
