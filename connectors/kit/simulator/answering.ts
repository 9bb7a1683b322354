/** How answers leave a simulator: whole, half, late or never. */
import type { FastifyReply } from "fastify";
import type { Fault } from "./faults.ts";
import type { Answer, Refusals } from "./server.ts";

/** An answer never given is given up after this, so that a forgotten client does not hold a socket for ever. */
const HOLD_MAX_MS = 120_000;

export function send(reply: FastifyReply, answer: Answer): FastifyReply {
  const { bytes, type } = written(answer);
  return reply
    .code(answer.status)
    .headers({ "content-type": type, ...answer.headers })
    .send(bytes);
}

/** Half of the answer under the full length's header, then the connection ends. */
export function sendHalf(reply: FastifyReply, answer: Answer): FastifyReply {
  const { bytes, type } = written(answer);
  const whole = Buffer.from(bytes);
  reply.hijack();
  reply.raw.writeHead(answer.status, { "content-type": type, ...answer.headers, "content-length": whole.length });
  reply.raw.write(whole.subarray(0, Math.floor(whole.length / 2)), () => reply.raw.destroy());
  return reply;
}

/** JSON, unless the body is bytes or a text that says what it is. */
function written({ body, headers }: Answer): { readonly bytes: Buffer | string; readonly type: string } {
  if (Buffer.isBuffer(body)) return { bytes: body, type: "application/octet-stream" };
  const said = headers?.["content-type"];
  if (typeof body === "string" && said !== undefined) return { bytes: body, type: said };
  return { bytes: JSON.stringify(body), type: "application/json; charset=utf-8" };
}

/** Closes the connection without an answer; at once, or after long enough for any client to give up. */
export async function leave(
  reply: FastifyReply,
  fault: Fault,
  sleep: (ms: number) => Promise<void>,
): Promise<FastifyReply> {
  reply.hijack();
  if (fault.kind === "timeout") {
    const gone = Promise.withResolvers<void>();
    reply.raw.once("close", gone.resolve);
    await Promise.race([sleep(HOLD_MAX_MS), gone.promise]);
  }
  reply.raw.destroy();
  return reply;
}

/** The refusal of a call that came too soon. */
export function tooMany(refusals: Refusals, words: string): Answer {
  return refusals.tooMany?.(words) ?? { status: 429, headers: { "retry-after": "1" }, body: { message: words } };
}

/** What a fault says instead of doing anything; null for one that lets the call through. */
export function refusalBy(fault: Fault, refusals: Refusals): Answer | null {
  if (fault.kind === "401") return refusals.unauthorized(fault.message ?? "token refused on demand");
  if (fault.kind === "403") return { ...refusals.unauthorized(fault.message ?? "this right is missing"), status: 403 };
  if (fault.kind === "429") return tooMany(refusals, fault.message ?? "too many requests");
  // In turns, what an application says and what a proxy before it says: HTML where JSON was promised.
  if (fault.kind === "5xx")
    return fault.fired % 2 === 1
      ? { status: 503, body: { message: fault.message ?? "service unavailable" } }
      : {
          status: 502,
          headers: { "content-type": "text/html" },
          body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
        };
  return null;
}
