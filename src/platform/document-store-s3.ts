import { createHash } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { AwsV4Signer } from "aws4fetch";
import { Agent, request } from "undici";
import { assert } from "../kernel/index.ts";
import type { Clock } from "./context.ts";
import type { S3Place } from "./document-place.ts";
import { type DocumentStore, DocumentStoreFault, keyOf, PROBE, type StoreCheck } from "./document-store.ts";

export interface S3Options {
  /** Time of the signature. */
  readonly clock: Clock;
  /** One try: connection, head and each piece of the answer's body. */
  readonly timeoutMs?: number;
  /** Pause before the second try; each further one doubles it. */
  readonly retryPauseMs?: number;
}

const TIMEOUT_MS = 15_000;
const CONNECT_TIMEOUT_MS = 5_000;
const RETRY_PAUSE_MS = 250;
const TRIES_MAX = 4;
const CONNECTIONS_MAX = 16;
/** Larger than anything that is stored; a server that sends more does not fill the memory. */
const OBJECT_BYTES_MAX = 128 * 1024 * 1024;
const WORDS_BYTES_MAX = 4096;
/** The server is busy or broken for the moment; the same call may be made again, since all of them are repeatable. */
const PASSING = new Set([408, 429, 500, 502, 503, 504]);

interface Answer {
  readonly status: number;
  readonly sizeBytes: number | null;
  readonly bytes: Buffer;
}

/** The store did not answer, or answered that it cannot now: another try may succeed. */
class StoreAway extends Error {
  override readonly name = "StoreAway";
}

/** Documents in a bucket, under the same keys as files in a directory: `aws s3 sync` moves one to the other. */
export class S3DocumentStore implements DocumentStore {
  readonly #place: S3Place;
  readonly #base: string;
  readonly #options: Required<S3Options>;
  readonly #agent: Agent;

  constructor(place: S3Place, options: S3Options) {
    this.#place = place;
    this.#base = baseOf(place);
    this.#options = { timeoutMs: TIMEOUT_MS, retryPauseMs: RETRY_PAUSE_MS, ...options };
    this.#agent = new Agent({ connections: CONNECTIONS_MAX, connect: { timeout: CONNECT_TIMEOUT_MS } });
  }

  /** @throws DocumentStoreFault in words where the store refuses or stays away. */
  async put(bytes: Uint8Array): Promise<Buffer> {
    const sha256 = createHash("sha256").update(bytes).digest();
    const key = keyOf(sha256);
    // Asked first instead of sent with If-None-Match, which older servers do not know. Whoever may not list the bucket is
    // answered 403 for what is not there. An object of another size is one that a broken server kept half of.
    const there = await this.#call("HEAD", key);
    if (there.status === 200 && there.sizeBytes === bytes.byteLength) return sha256;
    if (![200, 403, 404].includes(there.status)) throw this.#fault("HEAD", key, there);
    await this.#write(key, bytes, sha256);
    return sha256;
  }

  /** @throws DocumentStoreFault in words where the store refuses, stays away, or gives other bytes than were stored. */
  async get(sha256: Buffer): Promise<Buffer | null> {
    return this.#read(keyOf(sha256), sha256);
  }

  /** Writes and reads a small object. */
  async check(): Promise<StoreCheck> {
    try {
      const sha256 = createHash("sha256").update(PROBE).digest();
      await this.#write("probe", PROBE, sha256);
      const found = await this.#read("probe", sha256);
      return found === null
        ? { ok: false, passing: false, words: `${this.#name()} lost what was written` }
        : { ok: true };
    } catch (error) {
      if (!(error instanceof DocumentStoreFault)) throw error;
      return { ok: false, passing: error.passing, words: error.message };
    }
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async #write(key: string, bytes: Uint8Array, sha256: Buffer): Promise<void> {
    const answer = await this.#call("PUT", key, { bytes, sha256 });
    if (answer.status !== 200) throw this.#fault("PUT", key, answer);
  }

  async #read(key: string, sha256: Buffer): Promise<Buffer | null> {
    const answer = await this.#call("GET", key);
    if (answer.status === 404 && !/NoSuchBucket/.test(answer.bytes.toString("latin1"))) return null;
    if (answer.status !== 200) throw this.#fault("GET", key, answer);
    if (createHash("sha256").update(answer.bytes).digest().equals(sha256)) return answer.bytes;
    throw new DocumentStoreFault(`${this.#name()} gave other bytes for ${key} than were stored there`, false);
  }

  /** One call, tried again while the failure is a passing one. */
  async #call(
    method: "HEAD" | "GET" | "PUT",
    key: string,
    body?: { readonly bytes: Uint8Array; readonly sha256: Buffer },
  ): Promise<Answer> {
    let last = "";
    for (let tries = 0; tries < TRIES_MAX; tries += 1) {
      if (tries > 0) await wait(this.#options.retryPauseMs * 2 ** (tries - 1));
      try {
        const answer = await this.#send(method, key, body);
        if (!PASSING.has(answer.status)) return answer;
        last = wordsOf(answer);
      } catch (error) {
        if (!(error instanceof StoreAway)) throw error;
        last = error.message;
      }
    }
    throw new DocumentStoreFault(`${this.#name()} did not take ${method} ${key} in ${TRIES_MAX} tries: ${last}`, true);
  }

  async #send(
    method: "HEAD" | "GET" | "PUT",
    key: string,
    body?: { readonly bytes: Uint8Array; readonly sha256: Buffer },
  ): Promise<Answer> {
    const { accessKey, secretKey, region } = this.#place;
    const { clock, timeoutMs } = this.#options;
    const signed = await new AwsV4Signer({
      method,
      url: `${this.#base}/${key}`,
      // With the digest the server checks that it got what was sent.
      headers: { "x-amz-content-sha256": (body?.sha256 ?? createHash("sha256").digest()).toString("hex") },
      service: "s3",
      region,
      accessKeyId: accessKey,
      secretAccessKey: secretKey.reveal(),
      datetime: clock.now().round("second").toString().replaceAll(/[-:]/g, ""),
    }).sign();
    try {
      const answer = await request(signed.url, {
        method,
        headers: Object.fromEntries(signed.headers),
        body: body ? Buffer.from(body.bytes.buffer, body.bytes.byteOffset, body.bytes.byteLength) : null,
        dispatcher: this.#agent,
        headersTimeout: timeoutMs,
        bodyTimeout: timeoutMs,
        signal: AbortSignal.timeout(timeoutMs * 4),
      });
      const length = answer.headers["content-length"];
      return {
        status: answer.statusCode,
        sizeBytes: typeof length === "string" ? Number(length) : null,
        bytes: await readBody(answer.body),
      };
    } catch (error) {
      // Whatever undici throws is about the connection: refused, reset, too slow, cut off.
      throw new StoreAway(error instanceof Error ? error.message || error.name : String(error));
    }
  }

  #fault(method: string, key: string, answer: Answer): DocumentStoreFault {
    return new DocumentStoreFault(`${this.#name()} refused ${method} ${key}: ${wordsOf(answer)}`, false);
  }

  #name(): string {
    const { bucket, prefix } = this.#place;
    return `The document store s3://${bucket}${prefix === "" ? "" : `/${prefix}`} at ${new URL(this.#base).host}`;
  }
}

function baseOf(place: S3Place): string {
  const { bucket, prefix, region } = place;
  const server = new URL(place.endpoint ?? `https://s3.${region}.amazonaws.com`);
  // A certificate of *.s3.… does not cover a bucket with dots in its name.
  const inHost = place.virtualHost && !bucket.includes(".");
  if (inHost) server.hostname = `${bucket}.${server.hostname}`;
  const path = [server.pathname.replaceAll(/^\/+|\/+$/g, ""), inHost ? "" : bucket, prefix].filter((p) => p !== "");
  return [server.origin, ...path].join("/");
}

async function readBody(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    assert(size <= OBJECT_BYTES_MAX, `an object has at most ${OBJECT_BYTES_MAX} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** The server's own words: S3 errors are XML with a code and a message. */
function wordsOf(answer: Answer): string {
  const text = answer.bytes.subarray(0, WORDS_BYTES_MAX).toString("utf8");
  const [code, message] = ["Code", "Message"].map((tag) => new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(text)?.[1]);
  return [`status ${answer.status}`, code, message].filter((part) => part !== undefined && part !== "").join(", ");
}
