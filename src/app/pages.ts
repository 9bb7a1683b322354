import { existsSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import fastifyStatic from "@fastify/static";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { PAGE_POLICY } from "../platform/http/headers.ts";

/** Where the built screens lie. */
export const PAGES_DIR = fileURLToPath(new URL("../../web/dist/", import.meta.url));

/** Paths of interfaces: an unknown one is an error there and never a screen. */
const INTERFACES = /^\/(api|uc|oauth|services|data|health|ready|metrics)(\/|$)/;

/**
 * Answers a GET of an address that is a screen with the web app's page, which finds out itself what to show there.
 * False: not a screen's address, or something with a file's ending that is not there.
 */
export function pageFor(dir: string): (request: FastifyRequest, reply: FastifyReply) => FastifyReply | false {
  return (request, reply) => {
    const path = request.url.split("?")[0] ?? "";
    if (INTERFACES.test(path) || /\.[a-z0-9]{2,5}$/i.test(path)) return false;
    if (!existsSync(join(dir, "index.html")))
      return reply
        .code(503)
        .type("text/plain; charset=utf-8")
        .send("The screens are not built yet. Build them with: ./godown run tools/build-web.ts\n");
    return reply.headers(PAGE_POLICY).header("cache-control", "no-cache").sendFile("index.html", dir);
  };
}

/** Serves the built files. Those named by their content are kept for a year; the page itself is asked for each time. */
export async function addPages(server: FastifyInstance, dir: string): Promise<void> {
  await server.register(fastifyStatic, {
    root: dir,
    prefix: "/",
    preCompressed: true,
    cacheControl: false,
    etag: true,
    setHeaders: (reply, path) => {
      const isNamedByContent = /[/\\]assets[/\\]/.test(path);
      reply.header("cache-control", isNamedByContent ? "public, max-age=31536000, immutable" : "no-cache");
      reply.headers(PAGE_POLICY);
    },
  });
}
