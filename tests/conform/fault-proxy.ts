/** A server in front of an honest marketplace that spoils one thing: an implementation with a known fault. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isJson, type Json } from "../../contract/compile.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  /** JSON; undefined where there was none. */
  readonly body: unknown;
  /** As it came, where it is no JSON. */
  readonly raw?: string;
}

export interface Answered {
  readonly status: number;
  /** JSON, unless `text` or `bytes` is given. */
  readonly body: unknown;
  readonly text?: string;
  readonly bytes?: Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Answers a call; `pass` asks the marketplace behind, with the call as it came or changed. */
export type Fault = (asked: Asked, pass: (changed?: Partial<Asked>) => Promise<Answered>) => Promise<Answered>;

export interface Proxy {
  readonly url: string;
  close(): Promise<void>;
}

export async function startFaultProxy(behind: string, fault: Fault): Promise<Proxy> {
  const server = createServer((request, response) => {
    serve(behind, fault, request, response).catch((error: unknown) => {
      response.writeHead(599, { "content-type": "text/plain" }).end(String(error)); // the test sees it: no check expects 599
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the proxy listens on a port");
  return {
    url: `http://127.0.0.1:${address.port}`,
    close: async () => {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

async function serve(behind: string, fault: Fault, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const text = Buffer.concat(chunks).toString("utf8");
  const url = new URL(request.url ?? "/", behind);
  const { host = "" } = request.headers;
  const asked: Asked = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host, ...forwarded(request.headers) },
    ...read(text),
  };
  const answered = await fault(asked, (changed = {}) => forward(behind, { ...asked, ...changed }));
  const other = answered.bytes ?? answered.text;
  const type = other === undefined ? { "content-type": "application/json" } : {};
  response.writeHead(answered.status, { ...type, ...answered.headers });
  if (answered.status === 204) response.end();
  else response.end(other ?? JSON.stringify(answered.body));
}

/** Headers that go on to the server behind. */
const FORWARDED = ["apikey", "authorization", "x-api-key", "idempotency-key"] as const;

function forwarded(headers: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    FORWARDED.flatMap((name) => {
      const value = headers[name];
      return typeof value === "string" ? [[name, value]] : [];
    }),
  );
}

function read(text: string): { body: unknown; raw?: string } {
  if (text === "") return { body: undefined };
  try {
    return { body: JSON.parse(text) };
  } catch {
    return { body: undefined, raw: text };
  }
}

async function forward(behind: string, { method, path, query, headers, body, raw }: Asked): Promise<Answered> {
  const url = new URL(path, behind);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const sent = raw ?? (body === undefined ? undefined : JSON.stringify(body));
  const answer = await fetch(url, {
    method,
    headers: { ...forwarded(headers), ...(sent === undefined ? {} : { "content-type": "application/json" }) },
    ...(sent === undefined ? {} : { body: sent }),
  });
  const type = answer.headers.get("content-type") ?? "";
  const bytes = Buffer.from(await answer.arrayBuffer());
  if (!type.includes("json")) return { status: answer.status, body: null, bytes, headers: { "content-type": type } };
  const said: unknown = JSON.parse(bytes.toString("utf8"));
  return { status: answer.status, body: said };
}

/** The rows of a list in an answer, to be spoilt in place. */
export function rowsOf(answered: Answered, list: string): Json[] {
  const rows = isJson(answered.body) ? answered.body[list] : undefined;
  return Array.isArray(rows) ? rows.filter(isJson) : [];
}

/** The answer with other members; an answer that is no object stays as it is. */
export function altered(answered: Answered, members: Json): Answered {
  return isJson(answered.body) ? { ...answered, body: { ...answered.body, ...members } } : answered;
}

/** The answer with each row of a list replaced. */
export function mapRows(answered: Answered, list: string, change: (row: Json, index: number) => Json): Answered {
  const rows = rowsOf(answered, list);
  return rows.length === 0 ? answered : altered(answered, { [list]: rows.map(change) });
}
