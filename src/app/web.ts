import type { FastifyInstance } from "fastify";
import { createServer } from "../platform/http/server.ts";
import type { Foundation } from "./compose.ts";
import { authenticate } from "./modules.ts";
import { addMonitoring, Readiness } from "./monitor.ts";
import { openApiText } from "./openapi.ts";
import { addPages, PAGES_DIR, pageFor } from "./pages.ts";
import { protocolRoutes, publicRoutes, routes } from "./routes.ts";

const CLOSE_IDLE_EVERY_MS = 50;

/** A web server that listens. */
export interface Web {
  /** As this machine reaches it. */
  readonly url: string;
  readonly server: FastifyInstance;
  /** Not ready from now on; takes no new connections; comes back when every request is answered. */
  stop(): Promise<void>;
}

/** Makes and starts the web server: our API, the protocols, the screens, monitoring. */
export async function startWeb(foundation: Foundation, options: { pagesDir?: string } = {}): Promise<Web> {
  const { config, services, metrics } = foundation;
  const pagesDir = options.pagesDir ?? PAGES_DIR;
  const readiness = new Readiness();
  const server = await createServer({
    services,
    routes,
    publicRoutes,
    protocolRoutes: protocolRoutes(),
    authenticate,
    observe: metrics.observeRequest,
    trustedProxies: config.trustedProxies,
    page: pageFor(pagesDir),
  });
  addMonitoring(server, foundation, readiness);
  server.get("/api/v1/openapi.json", async (_request, reply) =>
    reply.type("application/json; charset=utf-8").send(openApiText()),
  );
  await addPages(server, pagesDir);
  await server.listen({ host: config.host, port: config.port });
  const address = server.server.address();
  const port = typeof address === "object" && address !== null ? address.port : config.port;
  const host = config.host === "0.0.0.0" || config.host === "::" ? "127.0.0.1" : config.host;
  return {
    url: `http://${host.includes(":") ? `[${host}]` : host}:${port}`,
    server,
    stop: async () => {
      readiness.stop();
      // A connection whose last request is answered while the server closes would be kept alive for another minute.
      const idle = setInterval(() => server.server.closeIdleConnections(), CLOSE_IDLE_EVERY_MS);
      try {
        await server.close();
      } finally {
        clearInterval(idle);
      }
    },
  };
}
