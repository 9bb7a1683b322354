/** For tests of simulators: the other side of a push, and a client that says what came back. */
import { createServer, type IncomingHttpHeaders } from "node:http";
import { isJson, type Json } from "./json.ts";

export interface ReceivedPush {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

export interface Receiver {
  readonly url: string;
  /** Whole calls only: one cut off in its body is counted in `cutOff`. */
  readonly pushes: readonly ReceivedPush[];
  readonly cutOff: () => number;
  answer: { status: number; body: unknown };
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const pushes: ReceivedPush[] = [];
  let cutOff = 0;
  const receiver = {
    answer: { status: 200, body: { status: "success", message: "stored", data: null } } as Receiver["answer"],
  };
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("error", () => cutOff++);
    request.on("end", () => {
      const body: unknown = JSON.parse(Buffer.concat(chunks).toString("utf8"));
      pushes.push({ path: request.url ?? "", headers: request.headers, body });
      response.writeHead(receiver.answer.status, { "content-type": "application/json" });
      response.end(JSON.stringify(receiver.answer.body));
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the receiver listens on a port");
  return Object.assign(receiver, {
    url: `http://127.0.0.1:${address.port}`,
    pushes,
    cutOff: () => cutOff,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  });
}

export interface Said {
  readonly status: number;
  readonly body: Json;
  readonly raw: unknown;
}

/** Calls and reads the answer as JSON; rejects where no whole answer came. */
export async function call(
  url: string,
  options: { method?: string; body?: unknown; headers?: Record<string, string>; signal?: AbortSignal } = {},
): Promise<Said> {
  const { body, headers, method, signal } = options;
  const answer = await fetch(url, {
    method: method ?? (body === undefined ? "GET" : "POST"),
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    ...(signal ? { signal } : {}),
  });
  const text = await answer.text();
  const raw: unknown = (answer.headers.get("content-type") ?? "").includes("json") ? JSON.parse(text) : text;
  return { status: answer.status, body: isJson(raw) ? raw : {}, raw };
}

/** Waits until a condition holds, for five seconds at most. */
export async function until(condition: () => boolean | Promise<boolean>, what: string): Promise<void> {
  for (let tries = 0; tries < 500; tries++) {
    if (await condition()) return;
    await new Promise((done) => setTimeout(done, 10));
  }
  throw new Error(`within five seconds: ${what}`);
}
