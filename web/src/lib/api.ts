import { learnServerTime } from "./clock.ts";
import { ApiError, noAnswer, readProblem } from "./problem.ts";

export type QueryParams = Readonly<Record<string, string | number | boolean | null | undefined>>;
type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

// The token of the present session; every call that changes something carries it.
let csrfToken: string | null = null;
let onSessionLost: () => void = () => {};

/** Called with the session's token after `GET /api/v1/session`, and with null after logging out. */
export function setCsrf(token: string | null): void {
  csrfToken = token;
}

/** What to do when a call says 401: the session ran out under a page that was open. */
export function whenSessionLost(act: () => void): void {
  onSessionLost = act;
}

/** `/path?a=1`: empty values are left out, so that the same question always has the same address. */
export function withQuery(path: string, query: QueryParams = {}): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query))
    if (value !== null && value !== undefined && value !== "") search.set(name, String(value));
  const text = search.toString();
  return text === "" ? path : `${path}?${text}`;
}

async function readBody(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === "") return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return text; // a proxy's error page: readProblem turns it into a sentence
  }
}

async function send<T>(method: Method, path: string, body: unknown, signal: AbortSignal | undefined): Promise<T> {
  const headers: Record<string, string> = { accept: "application/json" };
  if (body !== undefined) headers["content-type"] = "application/json";
  if (method !== "GET" && csrfToken !== null) headers["x-csrf"] = csrfToken;
  const init: RequestInit = { method, headers, credentials: "same-origin" };
  if (body !== undefined) init.body = JSON.stringify(body);
  if (signal !== undefined) init.signal = signal;
  let response: Response;
  try {
    response = await fetch(path, init);
  } catch (error) {
    if (signal?.aborted === true) throw error;
    throw new ApiError(0, noAnswer(method));
  }
  learnServerTime(response.headers.get("date"));
  const answer = await readBody(response);
  if (!response.ok) {
    if (response.status === 401 && !path.startsWith("/api/v1/session")) onSessionLost();
    throw new ApiError(response.status, readProblem(response.status, answer));
  }
  return answer as T; // the parser of this boundary: the server's own contract gives the type
}

/** Our own API. Every method throws ApiError and nothing else, except AbortError when its signal was used. */
export const api = {
  get: <T>(path: string, query?: QueryParams, signal?: AbortSignal): Promise<T> =>
    send<T>("GET", withQuery(path, query), undefined, signal),
  post: <T>(path: string, body?: unknown): Promise<T> => send<T>("POST", path, body ?? {}, undefined),
  put: <T>(path: string, body: unknown): Promise<T> => send<T>("PUT", path, body, undefined),
  patch: <T>(path: string, body: unknown): Promise<T> => send<T>("PATCH", path, body, undefined),
  del: <T>(path: string): Promise<T> => send<T>("DELETE", path, undefined, undefined),
};

/** Reads a file as base64, the form in which our own API takes uploads. */
export function readBase64(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () =>
      reject(
        new ApiError(0, {
          code: "FILE_NOT_READ",
          message: `${file.name} could not be read from this computer.`,
          whatToDo: "Close the program that has it open, or save it elsewhere, and choose it again.",
        }),
      );
    // A data URL: "data:text/csv;base64,AAAA". An empty file has nothing after the comma, or no comma at all.
    reader.onload = () => resolve(typeof reader.result === "string" ? (reader.result.split(",")[1] ?? "") : "");
    reader.readAsDataURL(file);
  });
}

/** Sends one file as `{fileName, base64, options}`, telling how much of it has left (0 to 1). fetch cannot tell that, XMLHttpRequest can. */
export async function upload<T>(
  path: string,
  file: File,
  onProgress: (part: number) => void,
  options: Readonly<Record<string, unknown>> = {},
): Promise<T> {
  const body = JSON.stringify({ fileName: file.name, base64: await readBase64(file), options });
  return new Promise<T>((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", path);
    request.setRequestHeader("accept", "application/json");
    request.setRequestHeader("content-type", "application/json");
    if (csrfToken !== null) request.setRequestHeader("x-csrf", csrfToken);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) onProgress(event.loaded / event.total);
    };
    request.onerror = () => reject(new ApiError(0, noAnswer("POST")));
    request.onload = () => {
      let answer: unknown;
      try {
        answer = JSON.parse(request.responseText);
      } catch {
        answer = request.responseText;
      }
      if (request.status >= 200 && request.status < 300) resolve(answer as T);
      else reject(new ApiError(request.status, readProblem(request.status, answer)));
    };
    request.send(body);
  });
}

/** A file the server made: its bytes and the name it goes by. */
export interface ServerFile {
  readonly blob: Blob;
  readonly fileName: string;
}

/** Asks for a file (a PDF of many labels, say) by POST, or by GET where there is no body. Throws ApiError as `api` does. */
export async function fetchFile(path: string, body?: unknown): Promise<ServerFile> {
  const method = body === undefined ? "GET" : "POST";
  const headers: Record<string, string> = {};
  if (body !== undefined) headers["content-type"] = "application/json";
  if (body !== undefined && csrfToken !== null) headers["x-csrf"] = csrfToken;
  let response: Response;
  try {
    response = await fetch(path, {
      method,
      headers,
      credentials: "same-origin",
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  } catch {
    throw new ApiError(0, noAnswer(method));
  }
  if (!response.ok) {
    if (response.status === 401) onSessionLost();
    throw new ApiError(response.status, readProblem(response.status, await readBody(response)));
  }
  const named = /filename="?([^";]+)"?/.exec(response.headers.get("content-disposition") ?? "")?.[1];
  return { blob: await response.blob(), fileName: named ?? path.split("/").at(-1) ?? "file" };
}

/** One page of any list. `asOf` is the instant the figures were read; `counts` holds one number per tab. */
export interface ListPage<T> {
  readonly rows: readonly T[];
  readonly total: number;
  readonly nextCursor: string | null;
  readonly counts?: Readonly<Record<string, number>>;
  readonly asOf: string;
}
