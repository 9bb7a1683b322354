/** What an HTTP call answered. */
export interface HttpAnswer<T = unknown> {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The parsed body; undefined where there is none or it is no JSON. A test says what it expects it to be. */
  readonly json: T;
  /** Code of the refusal; "" for none. */
  readonly code: string;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A browser of one person against a real server: keeps the session's cookie and sends the CSRF token along. */
export class HttpClient {
  readonly baseUrl: string;
  #cookie: string | undefined;
  #csrf: string | undefined;

  constructor(baseUrl: string) {
    this.baseUrl = baseUrl;
  }

  /** Any path of the server. @param body sent as JSON unless it is text or bytes already */
  async send<T = unknown>(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<HttpAnswer<T>> {
    const raw = typeof body === "string" || body instanceof Uint8Array;
    const response = await fetch(this.baseUrl + path, {
      method,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.#cookie === undefined ? {} : { cookie: this.#cookie }),
        ...(this.#csrf === undefined ? {} : { "x-csrf": this.#csrf }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: raw ? (body as string) : JSON.stringify(body) }),
      redirect: "manual",
    });
    const set = response.headers.getSetCookie().find((c) => c.startsWith("godown_session="));
    if (set !== undefined) this.#cookie = set.split(";")[0];
    const text = await response.text();
    const json = parsed(response, text) as T & { error?: { code?: string } };
    return { status: response.status, headers: response.headers, text, json, code: json?.error?.code ?? "" };
  }

  /** A path of our own API, below /api/v1. */
  api<T = unknown>(method: Method, path: string, body?: unknown): Promise<HttpAnswer<T>> {
    return this.send(method, `/api/v1${path}`, body);
  }

  /** Like `api`, for calls that must succeed. @returns the answer's JSON */
  async must<T = unknown>(method: Method, path: string, body?: unknown): Promise<T> {
    const answer = await this.api<T>(method, path, body);
    if (answer.status >= 300)
      throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text.slice(0, 500)}`);
    return answer.json;
  }

  /** A file of our own API, as the browser would be given it. */
  async file(path: string): Promise<{ type: string; bytes: Buffer }> {
    const response = await fetch(`${this.baseUrl}/api/v1${path}`, {
      headers: this.#cookie === undefined ? {} : { cookie: this.#cookie },
      redirect: "manual",
    });
    if (response.status !== 200) throw new Error(`GET ${path} answered ${response.status}: ${await response.text()}`);
    return {
      type: response.headers.get("content-type") ?? "",
      bytes: Buffer.from(await response.arrayBuffer()),
    };
  }

  /** Logs in and learns the CSRF token as the web app does. */
  async logIn(username: string, password: string): Promise<this> {
    await this.must("POST", "/session", { username, password });
    const { csrf } = await this.must<{ csrf: string }>("GET", "/session");
    this.#csrf = csrf;
    return this;
  }
}

function parsed(response: Response, text: string): unknown {
  const isJson = /json/.test(response.headers.get("content-type") ?? "") && text !== "";
  return isJson ? JSON.parse(text) : undefined;
}
