import { describe, expect, it } from "vitest";
import { createSecrets, type Exchange, printable, show } from "./exchange.ts";

const anExchange = (over: Partial<Exchange> = {}): Exchange => ({
  number: 7,
  operation: "getOrders",
  method: "GET",
  url: "https://api.example.in/orders?pageNumber=1",
  credentials: "token",
  header: "apiKey",
  sent: undefined,
  status: 200,
  headers: { "content-type": "application/json" },
  json: {},
  content: null,
  bytes: 2,
  durationMs: 12.4,
  failure: null,
  unreachable: false,
  ...over,
});
const secrets = () => {
  const known = createSecrets();
  known.add("password", 'S3ller#"2025');
  known.add("token", "tok-abcdef");
  return known;
};

describe("a shown exchange", () => {
  it("hides password and token wherever they stand, as they are and as they are written in an address or in JSON", () => {
    const shown = show(
      anExchange({
        url: `https://api.example.in/authToken?username=u&password=${encodeURIComponent('S3ller#"2025')}&next=tok-abcdef`,
        sent: { username: "u", password: "something else" },
        json: { status: "SUCCESS", accessToken: "other", message: 'no such tok-abcdef or S3ller#"2025' },
        failure: "at tok-abcdef",
      }),
      secrets(),
    );
    const text = JSON.stringify(shown);
    for (const secret of ["S3ller", "tok-abcdef", "something else", "other"]) expect(text).not.toContain(secret);
    expect(shown.request.url).toContain("username=u&password=[password]&next=[token]");
    expect(shown.answer?.body).toMatchObject({ accessToken: "[token]", message: "no such [token] or [password]" });
  });

  it("does not blank every word for a password of one letter", () => {
    const known = createSecrets();
    known.add("password", "a");
    expect(known.strike("a")).toBe("[password]");
    expect(known.strike("a banana")).toBe("a banana");
  });

  it("hides the buyer, and says of what kind a value is that is no text", () => {
    const shippingAddress = {
      name: "Asha",
      phone: 9876543210,
      city: "Bengaluru",
      pincode: "560034",
      addressLine1: "42",
    };
    const shown = show(anExchange({ json: { orders: [{ id: "OD1", shippingAddress }] } }), secrets());
    expect(shown.answer?.body).toEqual({
      orders: [
        {
          id: "OD1",
          shippingAddress: {
            name: "[personal]",
            phone: "[personal, a number]",
            city: "Bengaluru",
            pincode: "560034",
            addressLine1: "[personal]",
          },
        },
      ],
    });
  });

  it("shows of long lists the first rows, or those that matter with what stands beside the way folded", () => {
    const orders = Array.from({ length: 9 }, (_, n) => ({
      id: `OD${n}`,
      orderItems: [{ orderItemId: "1", price: { sum: 1 } }],
      tags: ["a"],
    }));
    const whole = show(anExchange({ json: { orders } }), secrets());
    expect(whole.answer?.body).toEqual({ orders: [orders[0], orders[1], "… 7 more"] });
    const narrow = show(anExchange({ json: { orders } }), secrets(), ["orders/4/orderItems/0/status", "orders/7"]);
    expect(narrow.answer?.body).toEqual({
      orders: [
        "… 4 more",
        { id: "OD4", orderItems: [{ orderItemId: "1", price: "{…}" }], tags: "[… 1]" },
        "… 2 more",
        orders[7],
        "… 1 more",
      ],
    });
  });

  it("never prints a file, nor the query of its address, which may be a key", () => {
    const file = anExchange({
      operation: "download",
      url: "https://files.example.in/m.pdf?sig=abc",
      json: undefined,
      content: Buffer.from("private"),
      bytes: 7,
    });
    const shown = show(file, secrets());
    expect(shown.request.url).toBe("https://files.example.in/m.pdf?…");
    expect(shown.answer?.body).toBe("(a file of 7 bytes)");
  });

  it("keeps control characters of an answer from the terminal", () => {
    expect(printable("a\u001b[2Jb\u0000c\u202ed\te\n")).toBe("a·[2Jb·c·d\te\n");
    const shown = show(
      anExchange({ json: undefined, content: Buffer.from("\u001b]0;title\u0007<html>"), bytes: 15 }),
      secrets(),
    );
    expect(shown.answer?.body).toBe("·]0;title·<html>");
  });

  it("cuts long texts and says so", () => {
    const shown = show(anExchange({ json: "x".repeat(1_000) }), secrets());
    expect(shown.answer?.body).toBe(`${"x".repeat(400)}… (1000 characters)`);
  });
});
