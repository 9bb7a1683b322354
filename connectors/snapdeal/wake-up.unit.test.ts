import { generateKeyPairSync, sign } from "node:crypto";
import { describe, expect, it } from "vitest";
import { callByHand } from "../kit/call-by-hand.ts";
import { consent, redeemConsent } from "./consent.ts";
import { publicKeyOf, readWakeUp, signedText } from "./wake-up.ts";

const NOW = Temporal.Instant.from("2026-11-20T04:30:00Z");
const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const PEM = publicKey.export({ type: "spki", format: "pem" }).toString();
const ONE_LINE = PEM.replaceAll("\n", " ").trim();

const notice = JSON.stringify({ event: "NEW_ORDER", packageReferenceCodes: ["SLP1"] });

function push(
  over: object = {},
  fields: Readonly<Record<string, string>> = { snsCertificate: ONE_LINE },
  version: "1" | "2" = "1",
) {
  const message = {
    ...{ Type: "Notification" as const, MessageId: "m-1", TopicArn: "arn:aws:sns:x", Message: notice },
    ...{ Timestamp: "2026-11-20T04:29:00.000Z", SignatureVersion: version },
    SigningCertURL: "https://sns.ap-southeast-1.amazonaws.com/cert.pem",
  };
  const Signature = sign(
    version === "2" ? "RSA-SHA256" : "RSA-SHA1",
    Buffer.from(signedText(message)),
    privateKey,
  ).toString("base64");
  const bytes = Buffer.from(JSON.stringify({ ...message, Signature, ...over }));
  const isOwn = (address: string) => address.startsWith("https://staging.snapdeal.example/");
  return readWakeUp({ headers: {}, url: "https://godown.example/hooks/key", bytes, fields, now: NOW, isOwn });
}

describe("pushes of Amazon SNS", () => {
  it("name the packages to look at, under either version of the signature", () => {
    expect(push()).toEqual({ kind: "LOOK", key: "m-1", channelOrderIds: ["SLP1"] });
    expect(push({}, { snsCertificate: ONE_LINE }, "2")).toMatchObject({ kind: "LOOK" });
  });

  it("whose message cannot be read are a reason to look at everything, if they are signed", () => {
    expect(push({ Message: "hello" }, {})).toEqual({ kind: "LOOK", key: "m-1", channelOrderIds: [] });
  });

  it.each([
    ["changed on the way", { Message: "{}" }],
    ["without a signature", { Signature: undefined }],
    ["with somebody else's signature", { Signature: "AAAA" }],
    [
      "with a certificate of another host",
      { SigningCertURL: "https://sns.ap-south-1.amazonaws.com.evil.example/c.pem" },
    ],
    ["with a certificate that is not secured", { SigningCertURL: "http://sns.ap-south-1.amazonaws.com/c.pem" }],
    ["of last week", { Timestamp: "2026-11-13T04:29:00.000Z" }],
    ["of next week", { Timestamp: "2026-11-27T04:29:00.000Z" }],
    ["without a time", { Timestamp: "today" }],
  ])("%s are refused", (_, over) => {
    expect(push(over)).toMatchObject({ kind: "REFUSED", status: 401 });
  });

  it("are believed by their address alone where no certificate is entered, and refused where it cannot be read", () => {
    expect(push({ Signature: "AAAA" }, {})).toMatchObject({ kind: "LOOK" });
    expect(push({}, { snsCertificate: "not a certificate" })).toMatchObject({
      kind: "REFUSED",
      words: expect.stringContaining("certificate"),
    });
  });

  it("that begin a subscription give the address to open, those that end one nothing", () => {
    const more = { SubscribeURL: "https://sns.ap-southeast-1.amazonaws.com/?Action=ConfirmSubscription", Token: "t" };
    expect(push({ Type: "SubscriptionConfirmation", ...more }, {})).toEqual({
      kind: "CONFIRM",
      key: "m-1",
      url: more.SubscribeURL,
    });
    expect(push({ Type: "UnsubscribeConfirmation", ...more }, {})).toEqual({ kind: "NOTHING", key: "m-1" });
    expect(push({ Type: "SubscriptionConfirmation" }, {})).toMatchObject({ kind: "REFUSED", status: 400 });
  });

  it.each([
    ["of SNS in another region", "https://sns.eu-west-1.amazonaws.com/?Action=ConfirmSubscription", "CONFIRM"],
    ["at an address of the operator's", "https://staging.snapdeal.example/confirm", "CONFIRM"],
    ["elsewhere", "https://elsewhere.example/?Action=ConfirmSubscription", "REFUSED"],
    ["that only looks like SNS", "https://sns.ap-south-1.amazonaws.com.evil.example/", "REFUSED"],
    ["of SNS that is not secured", "http://sns.ap-south-1.amazonaws.com/", "REFUSED"],
  ])("whose subscription is confirmed %s: %s is %s", (_, SubscribeURL, kind) => {
    expect(push({ Type: "SubscriptionConfirmation", SubscribeURL, Token: "t" }, {})).toMatchObject({ kind });
  });

  it("have a key that is read from PEM, from one line and from bare base64", () => {
    for (const text of [PEM, ONE_LINE, PEM.replaceAll("\n", "\\n")])
      expect(publicKeyOf(text)?.asymmetricKeyType).toBe("rsa");
    expect(publicKeyOf("-----BEGIN PUBLIC KEY-----")).toBeNull();
  });
});

describe("the seller's consent", () => {
  const wish = { fields: { clientId: "godown" }, state: "s t", redirectUri: "https://godown.example/consent?x=1" };

  it("is given on Snapdeal's page, which sends the browser back with the state", () => {
    const url = new URL(consent.url({ ...wish, origin: null }));
    expect(`${url.origin}${url.pathname}`).toBe("https://authorize.snapdeal.com/authserverui/login");
    expect(url.searchParams.get("appId")).toBe("godown");
    expect(new URL(url.searchParams.get("returnURL") ?? "").searchParams.get("state")).toBe("s t");
    expect(
      new URL(
        consent.url({ ...wish, fields: { clientId: "a", appId: "b" }, origin: "http://127.0.0.1:9" }),
      ).searchParams.get("appId"),
    ).toBe("b");
  });

  it("brings the token itself, whatever Snapdeal calls it; nothing is asked for", async () => {
    const { call, sent } = callByHand(NOW, {});
    const redeem = (parameters: Readonly<Record<string, string>>) =>
      redeemConsent(call, { parameters, redirectUri: "https://godown.example/consent" });
    expect(await redeem({ state: "s", token: " abc " })).toEqual({ ok: true, value: { sellerToken: "abc" } });
    expect(await redeem({ sellerToken: "abc" })).toMatchObject({ ok: true });
    expect(await redeem({ state: "s", token: "" })).toMatchObject({ ok: false, failure: { kind: "refused" } });
    expect(sent).toEqual([]);
  });
});
