/** A server in front of an honest marketplace that spoils one thing: an implementation with a known fault. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { isJson, type Json } from "../../contract/compile.ts";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: unknown;
}

export interface Answered {
  readonly status: number;
  /** JSON, unless `text` is given. */
  readonly body: unknown;
  readonly text?: string;
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
  const body: unknown = text === "" ? undefined : JSON.parse(text);
  const { apikey, host = "" } = request.headers;
  const asked: Asked = {
    method: request.method ?? "GET",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: { host, ...(typeof apikey === "string" ? { apikey } : {}) },
    body,
  };
  const answered = await fault(asked, (changed = {}) => forward(behind, { ...asked, ...changed }));
  const json = answered.text === undefined;
  response.writeHead(answered.status, { ...(json ? { "content-type": "application/json" } : {}), ...answered.headers });
  response.end(json ? JSON.stringify(answered.body) : answered.text);
}

async function forward(behind: string, { method, path, query, headers, body }: Asked): Promise<Answered> {
  const url = new URL(path, behind);
  for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
  const answer = await fetch(url, {
    method,
    headers: {
      ...(headers.apikey === undefined ? {} : { apikey: headers.apikey }),
      ...(body === undefined ? {} : { "content-type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const said: unknown = await answer.json();
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
