/** Bodies of calls as they arrive: JSON whatever its label says, forms, and bytes of other types as they are. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { send } from "./answering.ts";
import { isJson } from "./json.ts";
import type { Refusals } from "./server.ts";

const bytesOf = new WeakMap<FastifyRequest, Buffer>();

/** The body of a call as it came; empty where it had none. */
export function rawBody(request: FastifyRequest): Buffer {
  return bytesOf.get(request) ?? Buffer.alloc(0);
}

/** None is no fault of its own: the contract decides what must be there. */
export function readBodiesLeniently(app: FastifyInstance, refusals: Refusals): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "buffer" }, (request, body, done) => {
    const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body);
    bytesOf.set(request, bytes);
    if (bytes.length === 0) return done(null, undefined);
    const type = (request.headers["content-type"] ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
    if (type === "application/x-www-form-urlencoded")
      return done(null, Object.fromEntries(new URLSearchParams(bytes.toString("utf8"))));
    if (type !== "" && type !== "text/plain" && !/[/+]json$/.test(type)) return done(null, bytes);
    try {
      const parsed: unknown = JSON.parse(bytes.toString("utf8"));
      done(null, parsed);
    } catch {
      done(Object.assign(new Error("body is not JSON"), { statusCode: 400 }), undefined);
    }
  });
  app.setErrorHandler((error, _request, reply) => {
    const status = isJson(error) && typeof error.statusCode === "number" ? error.statusCode : 500;
    const words = error instanceof Error ? error.message : String(error);
    if (status === 400) return send(reply, refusals.invalid([{ path: "", message: words.replace(/^body /, "") }]));
    return send(reply, { status, body: { message: words } });
  });
  app.setNotFoundHandler((request, reply) =>
    send(reply, { status: 404, body: { message: `nothing at ${request.method} ${request.url.split("?")[0]}` } }),
  );
}
