/** Takes whatever a simulator posts, and answers as the receiving side does. */
import { createServer } from "node:http";
import { assert } from "../../../src/kernel/index.ts";
import type { CaughtPush } from "./options.ts";

export interface Receiver {
  readonly url: string;
  readonly caught: CaughtPush[];
  close(): void;
}

/** @param path below the address that the simulator is told */
export async function startReceiver(path = ""): Promise<Receiver> {
  const caught: CaughtPush[] = [];
  let origin = "";
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => void chunks.push(chunk));
    request.on("end", () => {
      const headers = Object.fromEntries(
        Object.entries(request.headers).flatMap(([name, value]) => (typeof value === "string" ? [[name, value]] : [])),
      );
      caught.push({ headers, url: `${origin}${request.url ?? ""}`, bytes: Buffer.concat(chunks) });
      response.setHeader("content-type", "application/json");
      response.end(JSON.stringify({ status: "success", message: "", data: null }));
    });
  });
  const listening = Promise.withResolvers<void>();
  server.listen(0, "127.0.0.1", listening.resolve);
  await listening.promise;
  const address = server.address();
  assert(typeof address === "object" && address !== null, "a server that listens has a port");
  origin = `http://127.0.0.1:${address.port}`;
  return {
    url: `${origin}${path}`,
    caught,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
