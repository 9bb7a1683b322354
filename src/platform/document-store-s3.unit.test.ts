import { createHash, randomBytes } from "node:crypto";
import { request } from "undici";
import { afterEach, describe, expect, it } from "vitest";
import { type S3Server, type S3ServerOptions, startS3Server } from "../../tests/support/s3-server.ts";
import { readConfig } from "./config.ts";
import type { S3Place } from "./document-place.ts";
import { S3DocumentStore } from "./document-store-s3.ts";
import { Secret } from "./secret.ts";

const NOW = Temporal.Instant.from("2026-11-21T06:00:00.4Z");
const KEYS = { accessKey: "GODOWNKEY", secretKey: "a secret / with + signs" };
const closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

async function aStore(
  over: { server?: Partial<S3ServerOptions>; place?: Partial<S3Place>; now?: Temporal.Instant } = {},
) {
  const server = await startS3Server({
    ...{ bucket: "godown-documents", region: "ap-south-1", ...KEYS, now: () => NOW },
    ...over.server,
  });
  closing.push(() => server.close());
  const store = new S3DocumentStore(
    {
      ...{ bucket: "godown-documents", prefix: "live/documents", region: "ap-south-1", virtualHost: false },
      ...{ endpoint: server.url, accessKey: KEYS.accessKey, secretKey: new Secret(KEYS.secretKey) },
      ...over.place,
    },
    { clock: { now: () => over.now ?? NOW }, timeoutMs: 500, retryPauseMs: 1 },
  );
  closing.push(() => store.close());
  return { server, store };
}

const digest = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest();
const methods = (server: S3Server) =>
  server.calls.map((call) =>
    call
      .split(" ")
      .filter((_, i) => i !== 1)
      .join(" "),
  );

describe("a document store in a bucket", () => {
  it("keeps bytes under their digest and gives them back", async () => {
    const { server, store } = await aStore();
    const bytes = randomBytes(300_000);
    const sha256 = await store.put(bytes);
    expect(sha256).toEqual(digest(bytes));
    const hex = sha256.toString("hex");
    expect([...server.objects.keys()]).toEqual([`live/documents/${hex.slice(0, 2)}/${hex.slice(2, 4)}/${hex}`]);
    expect((await store.get(sha256))?.equals(bytes)).toBe(true);
    expect(await store.get(digest(Buffer.from("never stored")))).toBeNull();
    expect(await store.get(await store.put(Buffer.alloc(0)))).toEqual(Buffer.alloc(0));
  });

  it("stores the same bytes once, and again where half of them lie there", async () => {
    const { server, store } = await aStore();
    const bytes = randomBytes(1000);
    await store.put(bytes);
    await store.put(bytes);
    expect(methods(server)).toEqual(["HEAD 404", "PUT 200", "HEAD 200"]);
    const [key = ""] = server.objects.keys();
    server.objects.set(key, bytes.subarray(0, 500));
    const sha256 = await store.put(bytes);
    expect((await store.get(sha256))?.equals(bytes)).toBe(true);
  });

  it("stores also where it may not list, which is answered 403 for what is not there", async () => {
    const { store } = await aStore({ server: { mayList: false } });
    const bytes = Buffer.from("label");
    expect(await store.get(await store.put(bytes))).toEqual(bytes);
  });

  it("tries again while the server is busy, breaks off or hangs", async () => {
    const { server, store } = await aStore();
    server.faults = [503, "hang", "none", 500, 429, "none"];
    const bytes = Buffer.from("label");
    const sha256 = await store.put(bytes);
    expect(methods(server)).toEqual(["HEAD 503", "HEAD hang", "HEAD 404", "PUT 500", "PUT 429", "PUT 200"]);
    server.faults = ["cut", "none"];
    expect(await store.get(sha256)).toEqual(bytes);
  });

  it("gives up after four tries and says what it was told", async () => {
    const { server, store } = await aStore();
    server.faults = Array.from({ length: 9 }, () => 503);
    await expect(store.put(Buffer.from("label"))).rejects.toMatchObject({
      name: "DocumentStoreFault",
      passing: true,
      message: expect.stringMatching(
        /^The document store s3:\/\/godown-documents\/live\/documents at 127\.0\.0\.1:\d+ did not take HEAD .* in 4 tries: status 503/,
      ),
    });
    expect(server.calls).toHaveLength(4);
  });

  it("never passes on other bytes than were stored", async () => {
    const { server, store } = await aStore();
    const sha256 = await store.put(Buffer.from("label"));
    server.faults = ["other bytes"];
    await expect(store.get(sha256)).rejects.toThrow("gave other bytes");
  });

  it("tells at the start that it is well, by writing and reading", async () => {
    const { server, store } = await aStore();
    expect(await store.check()).toEqual({ ok: true });
    expect(await store.check()).toEqual({ ok: true });
    expect(methods(server)).toEqual(["PUT 200", "GET 200", "PUT 200", "GET 200"]);
  });

  it.each([
    ["the secret key is wrong", { place: { secretKey: new Secret("other") } }, "SignatureDoesNotMatch"],
    ["the access key is wrong", { place: { accessKey: "OTHER" } }, "InvalidAccessKeyId"],
    ["the bucket is not there", { place: { bucket: "other-bucket" } }, "NoSuchBucket"],
    ["the region is wrong", { place: { region: "us-east-1" } }, "the region 'us-east-1' is wrong"],
    ["our clock is wrong", { now: NOW.add({ hours: 1 }) }, "RequestTimeTooSkewed"],
  ])("says at the start in words that %s", async (_, over, words) => {
    const { store } = await aStore(over);
    expect(await store.check()).toMatchObject({ ok: false, passing: false, words: expect.stringContaining(words) });
  });

  it("names the bucket in the host where it is told to", async () => {
    const { store } = await aStore({ place: { endpoint: "http://localhost:1", virtualHost: true } });
    expect(await store.check()).toMatchObject({ words: expect.stringContaining("at godown-documents.localhost:1 ") });
    const dotted = await aStore({ place: { endpoint: "http://localhost:1", virtualHost: true, bucket: "my.labels" } });
    expect(await dotted.store.check()).toMatchObject({ words: expect.stringContaining("at localhost:1 ") });
  });

  it("says at the start that nobody answers, which may pass", async () => {
    const { server, store } = await aStore();
    await server.close();
    closing.shift();
    expect(await store.check()).toMatchObject({
      ok: false,
      passing: true,
      words: expect.stringContaining("ECONNREFUSED"),
    });
  });
});

describe("the store of these tests", () => {
  // "Example: GET Object" of Amazon's "Authenticating Requests: Using the Authorization Header".
  const published = {
    host: "examplebucket.s3.amazonaws.com",
    range: "bytes=0-9",
    "x-amz-content-sha256": digest(Buffer.alloc(0)).toString("hex"),
    "x-amz-date": "20130524T000000Z",
    authorization:
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request,SignedHeaders=host;range;x-amz-content-sha256;x-amz-date,Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41",
  };
  const ask = async (headers: Record<string, string>) => {
    const server = await startS3Server({
      ...{ bucket: "none", region: "us-east-1", accessKey: "AKIAIOSFODNN7EXAMPLE" },
      ...{
        secretKey: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY",
        now: () => Temporal.Instant.from("2013-05-24T00:00:00Z"),
      },
    });
    closing.push(() => server.close());
    const answer = await request(`${server.url}/test.txt`, { headers });
    return /<Code>(.*)<\/Code>/.exec(await answer.body.text())?.[1];
  };

  it("takes the signature that Amazon publishes as an example, and no other", async () => {
    expect(await ask(published)).toBe("NoSuchBucket"); // past the signature
    expect(await ask({ ...published, range: "bytes=0-8" })).toBe("SignatureDoesNotMatch");
    expect(await ask({ host: published.host })).toBe("AccessDenied");
  });
});

describe("where documents lie", () => {
  const read = (place: string, keys: Record<string, string> = { access: "A", secret: "S" }) =>
    readConfig({
      GODOWN_DOCUMENTS: place,
      ...(keys.access === undefined ? {} : { GODOWN_DOCUMENTS_ACCESS_KEY: keys.access }),
      ...(keys.secret === undefined ? {} : { GODOWN_DOCUMENTS_SECRET_KEY: keys.secret }),
    }).documents;

  it("is the data directory unless a bucket is named", () => {
    expect(readConfig({}).documents).toBeNull();
  });

  it("is a bucket of any server, the secret never printed", () => {
    expect(read("s3://labels/live/2026?endpoint=http://minio:9000&region=eu-1")).toMatchObject({
      ...{ bucket: "labels", prefix: "live/2026", endpoint: "http://minio:9000", region: "eu-1", virtualHost: false },
    });
    expect(read("s3://labels?region=ap-south-1")).toMatchObject({ prefix: "", endpoint: null, virtualHost: true });
    expect(read("s3://labels/?endpoint=https://r2.example&style=host")).toMatchObject({ virtualHost: true });
    expect(JSON.stringify(read("s3://labels?region=x", { access: "A", secret: "hunter2" }))).not.toContain("hunter2");
  });

  it.each([
    ["file:///tmp", {}, /GODOWN_DOCUMENTS: "file:\/\/\/tmp" is not s3:/],
    ["s3://Labels?region=x", {}, /is not s3:/],
    ["s3://labels", { access: "A", secret: "S" }, /need a region/],
    ["s3://labels?endpoint=minio:9000", { access: "A", secret: "S" }, /does not begin with https/],
    ["s3://labels?region=x&sytle=host", { access: "A", secret: "S" }, /"sytle" is none of endpoint, region, style/],
    ["s3://labels?region=x", { access: "A" }, /GODOWN_DOCUMENTS_SECRET_KEY: is needed/],
    ["s3://labels?region=x", { secret: "S" }, /GODOWN_DOCUMENTS_ACCESS_KEY: is needed/],
  ])("is refused in words: %s", (place, keys, words) => {
    expect(() => read(place, keys)).toThrow(words);
  });
});
