import { describe, expect, it } from "vitest";
import { Breaker } from "./breaker.ts";
import type { InAnswer, OutRequest } from "./connector.ts";
import { judge, pinnedUrl, retryAfter } from "./http.ts";
import { Limiter, type Timer } from "./limiter.ts";
import { RepeatGuard } from "./paging.ts";
import { redact, redactUrl } from "./redact.ts";
import { isPrivateAddress, userUrlFault } from "./url-safety.ts";

const READ: OutRequest = { operation: "get", method: "GET", path: "/x", idempotent: true };
const WRITE: OutRequest = { operation: "post", method: "POST", path: "/x", idempotent: false };

function answer(status: number, body = "{}", headers: Record<string, string> = {}): InAnswer & { isJson: boolean } {
  const isJson = body.startsWith("{");
  return { status, headers, json: isJson ? JSON.parse(body) : null, bytes: Buffer.from(body), isJson };
}

describe("what an answer means", () => {
  it.each([
    [200, READ, null],
    [202, WRITE, null],
    [401, READ, { kind: "auth", reached: "yes" }],
    [403, WRITE, { kind: "auth", reached: "yes" }],
    [400, WRITE, { kind: "refused", reached: "yes" }],
    [404, READ, { kind: "refused", reached: "yes" }],
    [429, WRITE, { kind: "throttle", reached: "yes" }],
    [500, READ, { kind: "transient", reached: "yes" }],
    [502, WRITE, { kind: "transient", reached: "unknown" }],
    [408, READ, { kind: "transient", reached: "yes" }],
    [499, WRITE, { kind: "transient", reached: "unknown" }],
    [302, READ, { kind: "bad_answer", reached: "no" }],
  ] as const)("HTTP %i", (status, out, failure) => {
    const outcome = judge(out, answer(status));
    if (failure === null) expect(outcome.ok).toBe(true);
    else expect(outcome).toMatchObject({ ok: false, failure });
  });
  it("200 that is not JSON is a bad answer, and the effect of a write is unknown", () => {
    expect(judge(READ, answer(200, "<html>hello</html>"))).toMatchObject({
      failure: { kind: "bad_answer", reached: "yes" },
    });
    expect(judge(WRITE, answer(200, "<html>"))).toMatchObject({ failure: { kind: "bad_answer", reached: "unknown" } });
  });
  it("keeps the channel's own code and words", () => {
    const out = { ...READ, explain: () => ({ code: "E1", message: "no such item" }) };
    expect(judge(out, answer(400))).toMatchObject({ failure: { channelCode: "E1", channelMessage: "no such item" } });
  });
  it("keeps how long the channel asks to be left alone, with 429 as with 503", () => {
    const asked = (status: number) => judge(READ, { ...answer(status), headers: { "retry-after": "90" } });
    expect(asked(429)).toMatchObject({ failure: { kind: "throttle", retryAfterMs: 90_000 } });
    expect(asked(503)).toMatchObject({ failure: { kind: "transient", retryAfterMs: 90_000 } });
    expect(judge(READ, answer(503))).not.toHaveProperty("failure.retryAfterMs");
  });
  it("reads Retry-After as seconds and as a date against the server's own clock", () => {
    expect(retryAfter("7", undefined)).toBe(7_000);
    expect(retryAfter("Fri, 20 Nov 2026 10:00:09 GMT", "Fri, 20 Nov 2026 10:00:00 GMT")).toBe(9_000);
    expect(retryAfter("soon", undefined)).toBeNull();
    expect(retryAfter(undefined, undefined)).toBeNull();
  });
});

describe("the pinned base URL", () => {
  it("joins path and query below a prefix", () => {
    expect(pinnedUrl("https://m.example/uniware", "/orders", { orderIds: "a,b" }).toString()).toBe(
      "https://m.example/uniware/orders?orderIds=a%2Cb",
    );
  });
  it.each(["/../admin", "/order/..", "/order/%2e%2E", "//evil.example/x/../y"])("refuses %s", (path) => {
    expect(() => pinnedUrl("https://m.example/uniware", path)).toThrow(/stays below/);
  });
  it("takes a host in the path as a path", () => {
    expect(pinnedUrl("https://m.example", "//evil.example").host).toBe("m.example");
  });
});

/** A clock that moves only by sleeping. */
function handTimer(): Timer & { ms: number } {
  return {
    ms: 0,
    nowMs() {
      return this.ms;
    },
    async sleep(ms) {
      this.ms += ms;
    },
  };
}

describe("the limiter", () => {
  it("lets a burst through, then one call per interval", async () => {
    const timer = handTimer();
    const limiter = new Limiter({ requestsPerSecond: 10, burst: 2, interactiveShare: 0 }, timer);
    for (let i = 0; i < 4; i++) await limiter.take(false);
    expect(timer.ms).toBe(200);
  });
  it("keeps a share for people who click", async () => {
    const timer = handTimer();
    const limiter = new Limiter({ requestsPerSecond: 1, burst: 4, interactiveShare: 0.5 }, timer);
    await limiter.take(false);
    await limiter.take(false);
    await limiter.take(true);
    await limiter.take(true);
    expect(timer.ms).toBe(0);
    await limiter.take(false); // waits until the share is whole again and one more
    expect(timer.ms).toBe(3_000);
  });
});

describe("the breaker", () => {
  const down = { reached: "unknown", kind: "transient" } as const;
  function opened(): Breaker {
    const breaker = new Breaker();
    for (let i = 0; i < 5; i++) breaker.failed(down, 0);
    return breaker;
  }
  it("opens after five failures in a row and lets one probe through later", () => {
    const breaker = opened();
    expect(breaker.ask(0, false)).toBe(15_000);
    expect(breaker.ask(15_000, false)).toBeNull();
    expect(breaker.ask(15_000, false)).toBeGreaterThan(0);
    breaker.failed(down, 15_000);
    expect(breaker.ask(15_000, false)).toBe(30_000);
  });
  it("closes when the probe succeeds", () => {
    const breaker = opened();
    breaker.ask(15_000, false);
    breaker.succeeded();
    expect([breaker.ask(15_000, false), breaker.ask(15_000, false)]).toEqual([null, null]);
  });
  it("lets a person's click be the probe", () => {
    expect(opened().ask(1, true)).toBeNull();
  });
  it("does not count refusals: the other side is there", () => {
    const breaker = new Breaker();
    for (let i = 0; i < 20; i++) breaker.failed({ reached: "yes", kind: "refused" }, 0);
    expect(breaker.ask(0, false)).toBeNull();
  });
});

describe("what the exchange log keeps", () => {
  it("strikes out secrets and buyers at every depth, and keeps what decides tax and courier", () => {
    const kept = redact({
      accessToken: "abc",
      password: "p",
      orders: [
        {
          id: "OD1",
          gstin: "29AAAAA0000A1Z5",
          shippingAddress: {
            name: "Asha",
            addressLine1: "42",
            phone: "98",
            email: "a@b",
            city: "Bengaluru",
            state: "Karnataka",
            pincode: "560034",
            country: "India",
          },
        },
      ],
    });
    expect(kept).toEqual({
      accessToken: "[secret]",
      password: "[secret]",
      orders: [
        {
          id: "OD1",
          gstin: "[personal]",
          shippingAddress: {
            name: "[personal]",
            addressLine1: "[personal]",
            phone: "[personal]",
            email: "[personal]",
            city: "Bengaluru",
            state: "Karnataka",
            pincode: "560034",
            country: "India",
          },
        },
      ],
    });
  });
  it("knows a buyer by each name that the contracts have for him, and by no other", () => {
    const personal = [
      ...["firstName", "lastName", "alternateContactName", "phoneNo", "alternatePhoneNo", "alternatePhone"],
      ...["contactNumber", "primaryContact", "emailID", "notificationEmail", "notificationMobile"],
      ...["customerEmailOrMobile", "customerName", "customerGSTIN", "gstNumber", "pan", "toPartyName", "nonLatinName"],
      ...["address1", "address2", "address3", "AddressLine3", "landmark", "streetName", "StreetNumber"],
      ...["AddressInstructions", "companyTaxIdentificationNumber", "delivery_agent_name", "delivery_agent_number"],
      ...["BuyerGstin", "BuyerLegalCompanyName"],
    ];
    const plain = ["orderNo", "itemName", "contactType", "addressType", "line", "displayName", "courierName", "awbNo"];
    const kept = redact(Object.fromEntries([...personal, ...plain].map((name) => [name, "x"])));
    const struck = Object.entries(kept ?? {}).filter(([, value]) => value === "[personal]");
    expect(struck.map(([name]) => name)).toEqual(personal);
  });
  it("strikes out an address under each name, but what decides tax and courier in each spelling", () => {
    const shown = { city: "Leh", stateOrRegion: "Ladakh", stateCode: "LA", pinCode: 194101, countryCode: "IN" };
    for (const name of ["addressInfo", "returnAddressDetails", "recipient"])
      expect(redact({ [name]: { ...shown, area: "Main Bazaar", addressType: "home" } }), name).toEqual({
        [name]: { ...shown, area: "[personal]", addressType: "[personal]" },
      });
    expect(redact({ address: "14, Main Bazaar", consignee: "Asha" })).toEqual({
      ...{ address: "[personal]", consignee: "[personal]" },
    });
    expect(redact({ addresses: [{ ...shown, postalCode: "194101", area: "Main Bazaar" }] })).toEqual({
      addresses: [{ ...shown, postalCode: "194101", area: "[personal]" }],
    });
  });
  it("strikes the password out of an address and cuts long lists", () => {
    expect(redactUrl(new URL("http://m.example/authToken?username=u&password=p%26q"))).toBe(
      "http://m.example/authToken?username=u&password=[secret]",
    );
    expect(redactUrl(new URL("https://files.example/m.pdf?X-Amz-Signature=abc&X-Amz-Expires=60"))).not.toContain("abc");
    expect(redact(Array.from({ length: 100 }, (_, i) => i))).toHaveLength(61);
  });
  it("shows an address with percent signs that stand for nothing, instead of throwing over it", () => {
    expect(redactUrl(new URL("https://files.example/list%ZZ%E0%A4.pdf?sig=abc"))).toBe(
      "https://files.example/list%ZZ%E0%A4.pdf?sig=[secret]",
    );
  });
  it("strikes signatures out of addresses inside answers: who has a signed one has the file", () => {
    const kept = redact({
      manifestUrl: "https://files.example/m.pdf?X-Amz-Credential=key&X-Amz-Signature=abcdef&part=1",
      message: "Fetch https://files.example/m.pdf?sig=abcdef now.",
    });
    expect(kept).toEqual({
      manifestUrl: "https://files.example/m.pdf?X-Amz-Credential=[secret]&X-Amz-Signature=[secret]&part=1",
      message: "Fetch https://files.example/m.pdf?sig=[secret] now.",
    });
  });
});

describe("addresses that users give", () => {
  it.each([
    "10.1.2.3",
    "127.0.0.1",
    "169.254.169.254",
    "192.168.1.1",
    "::1",
    "fd00::1",
    "::ffff:10.0.0.1",
    "::ffff:a00:1",
    "::7f00:1",
    "2002:7f00:1::",
    "2001::1",
    "64:ff9b:1::a00:1",
    "fec0::1",
    "100.64.1.1",
  ])("%s is private", (a) => {
    expect(isPrivateAddress(a)).toBe(true);
  });
  it.each(["8.8.8.8", "2606:4700::1111"])("%s is public", (a) => {
    expect(isPrivateAddress(a)).toBe(false);
  });
  it.each([
    "http://localhost/x",
    "http://localhost./x",
    "http://metadata.google.internal./",
    "http://0x7f.1/",
    "http://[::1]/",
    "http://10.0.0.1/",
    "ftp://x.example/",
    "https://u:p@x.example/",
    "nonsense",
  ])("refuses %s", (url) => {
    expect(userUrlFault(url)).not.toBeNull();
  });
  it("takes a public one", () => {
    expect(userUrlFault("https://partner.example.in/hooks")).toBeNull();
  });
});

it("a page that begins like an earlier one repeats it; empty pages repeat nothing", () => {
  const guard = new RepeatGuard();
  expect(["a", "b", undefined, undefined, "a"].map((key) => guard.repeats(key))).toEqual([
    false,
    false,
    false,
    false,
    true,
  ]);
});
