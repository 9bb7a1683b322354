/** Calls that a simulator makes to the other side, well or badly on demand. */
import { type ClientRequest, type IncomingMessage, Agent as PlainAgent, request as plainRequest } from "node:http";
import { Agent as TlsAgent, request as tlsRequest } from "node:https";
import type { Fault } from "./faults.ts";
import type { Target } from "./types.ts";

const ANSWER_WAIT_MAX_MS = 30_000;
const ANSWER_MAX_BYTES = 1024 * 1024;

export interface SentCall {
  /** Null where no answer came. */
  readonly status: number | null;
  readonly body: unknown;
  readonly error: string | null;
}

export interface OutCall {
  readonly path: string;
  readonly body: unknown;
  /** Beside the target's; one of these takes the place of one of the same name. */
  readonly headers?: (bytes: Buffer, url: URL) => Readonly<Record<string, string>>;
}

export interface Outbound {
  post(target: Target, call: OutCall, fault: Fault | null): Promise<SentCall>;
  close(): void;
}

/** node:http, not fetch: a fault must be able to stop in the middle of a body, which fetch hides. */
export function createOutbound(): Outbound {
  const plain = new PlainAgent({ keepAlive: true, maxSockets: 64 });
  const tls = new TlsAgent({ keepAlive: true, maxSockets: 64 });
  const open = new Set<ClientRequest>();
  return {
    post(target, { path, body, headers: more }, fault) {
      const url = new URL(target.url.replace(/\/+$/, "") + path);
      const bytes = Buffer.from(JSON.stringify(body));
      const proof = { ...target.headers, ...more?.(bytes, url) };
      const headers = {
        "content-type": "application/json",
        ...(fault?.kind === "401" ? wrong(proof) : proof),
        "content-length": bytes.length,
      };
      const { promise, resolve } = Promise.withResolvers<SentCall>();
      const options = { method: "POST", headers, timeout: ANSWER_WAIT_MAX_MS };
      const sent =
        url.protocol === "https:"
          ? tlsRequest(url, { ...options, agent: tls })
          : plainRequest(url, { ...options, agent: plain });
      open.add(sent);
      const finish = (result: SentCall) => {
        open.delete(sent);
        resolve(result);
      };
      const cut = (words: string) => {
        finish({ status: null, body: null, error: words });
        sent.destroy();
      };
      sent.on("error", (error) => finish({ status: null, body: null, error: error.message }));
      sent.on("timeout", () => cut(`no answer within ${ANSWER_WAIT_MAX_MS} ms`));
      sent.on("response", (response) => {
        if (fault?.kind === "half_answer") return cut("cut off before the answer was read, on demand");
        void readAnswer(response).then(finish);
      });
      if (fault?.kind === "drop") sent.write(half(bytes), () => cut("cut off in the middle of the body, on demand"));
      else if (fault?.kind === "timeout") {
        const words = "stalled in the middle of the body, on demand";
        sent.write(half(bytes), () => void setTimeout(() => cut(words), fault.delayMs).unref());
      } else sent.end(bytes);
      return promise;
    },
    close() {
      for (const sent of open) sent.destroy();
      plain.destroy();
      tls.destroy();
    },
  };
}

function half(bytes: Buffer): Buffer {
  return bytes.subarray(0, Math.floor(bytes.length / 2));
}

function wrong(headers: Readonly<Record<string, string>>): Record<string, string> {
  const spoilt = (name: string, value: string) => (name.toLowerCase() === "content-type" ? value : `wrong-${value}`);
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, spoilt(name, value)]));
}

async function readAnswer(response: IncomingMessage): Promise<SentCall> {
  const chunks: Buffer[] = [];
  let length = 0;
  try {
    for await (const chunk of response) {
      const bytes = Buffer.from(chunk);
      length += bytes.length;
      if (length > ANSWER_MAX_BYTES)
        return { status: response.statusCode ?? null, body: null, error: "answer too long" };
      chunks.push(bytes);
    }
  } catch (error) {
    return { status: null, body: null, error: error instanceof Error ? error.message : String(error) };
  }
  const text = Buffer.concat(chunks).toString("utf8");
  try {
    const body: unknown = JSON.parse(text);
    return { status: response.statusCode ?? null, body, error: null };
  } catch {
    return { status: response.statusCode ?? null, body: text, error: null };
  }
}
