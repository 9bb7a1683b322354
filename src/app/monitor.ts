import { timingSafeEqual } from "node:crypto";
import { type FastifyInstance, type FastifyRequest, fastify } from "fastify";
import { missingMigrations } from "../platform/migrate.ts";
import { digest } from "../platform/vault.ts";
import { VERSION } from "../platform/version.ts";
import type { Foundation } from "./compose.ts";

const READY_WITHIN_MS = 3_000;

/** What a load balancer must know before it sends anybody here. */
export class Readiness {
  #stopping = false;

  /** From now on not ready: callers are sent elsewhere while the last requests are finished. */
  stop(): void {
    this.#stopping = true;
  }

  /** Why nobody should be sent here; undefined when all is well. */
  async obstacle(foundation: Foundation): Promise<string | undefined> {
    if (this.#stopping) return "this process is stopping";
    const late = AbortSignal.timeout(READY_WITHIN_MS);
    const timeout = new Promise<string>((resolve) => {
      late.addEventListener("abort", () => resolve("the database does not answer in time"), { once: true });
    });
    return Promise.race([timeout, lookAtDatabase(foundation)]);
  }
}

async function lookAtDatabase(foundation: Foundation): Promise<string | undefined> {
  try {
    const missing = await missingMigrations(foundation.connectionString);
    return missing.length === 0 ? undefined : `the database lacks the migrations ${missing.join(", ")}`;
  } catch (error) {
    foundation.services.log.debug({ err: error }, "not ready");
    return "the database does not answer";
  }
}

/** `/health` (the process is up), `/ready` (it can work), `/metrics` (Prometheus). */
export function addMonitoring(server: FastifyInstance, foundation: Foundation, readiness: Readiness): void {
  server.get("/health", async () => ({ status: "up", version: VERSION }));
  server.get("/ready", async (_request, reply) => {
    const obstacle = await readiness.obstacle(foundation);
    if (obstacle === undefined) return { ready: true };
    return reply.code(503).send({ ready: false, why: obstacle });
  });
  server.get("/metrics", async (request, reply) => {
    if (!mayRead(foundation, request))
      return reply.code(403).send("Set GODOWN_METRICS_TOKEN and send it as bearer token.\n");
    return reply.header("content-type", foundation.metrics.contentType).send(await foundation.metrics.text());
  });
}

/** With a token: who sends it. Without: callers on this machine that no proxy has passed on. */
function mayRead({ config }: Foundation, request: FastifyRequest): boolean {
  if (config.metricsToken !== null)
    return timingSafeEqual(
      digest(request.headers.authorization ?? ""),
      digest(`Bearer ${config.metricsToken.reveal()}`),
    );
  const address = request.socket.remoteAddress ?? "";
  const isLocal = /^(::ffff:)?127\./.test(address) || address === "::1";
  return isLocal && request.headers["x-forwarded-for"] === undefined && request.headers.forwarded === undefined;
}

/** A server for monitoring alone, for processes that serve nothing else. */
export async function startMonitor(
  foundation: Foundation,
  readiness: Readiness,
  port: number,
): Promise<FastifyInstance> {
  const server = fastify({ logger: false, forceCloseConnections: "idle" });
  addMonitoring(server, foundation, readiness);
  await server.listen({ host: foundation.config.host, port });
  return server;
}
