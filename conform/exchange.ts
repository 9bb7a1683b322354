/** One call to the implementation under test, and how it is shown: without password, token or buyer, and not too long. */
import { isJson } from "../contract/compile.ts";

export interface Exchange {
  /** Counted from 1 in the order of the calls. */
  readonly number: number;
  /** operationId of the contract, or "download" for a file that an answer named. */
  readonly operation: string;
  readonly method: string;
  /** As called, the query included; shown only through `show`. */
  readonly url: string;
  /** What the header of credentials carried; "credentials": user name and password, or what stands for both. */
  readonly credentials: "none" | "token" | "a token nobody was given" | "credentials" | "wrong credentials";
  /** Name of that header. */
  readonly header: string;
  readonly sent: unknown;
  /** Null where no whole answer came; `failure` then says why. */
  readonly status: number | null;
  readonly headers: Readonly<Record<string, string>>;
  /** The answer as JSON; undefined where it is none. */
  readonly json: unknown;
  /** The answer as it came, where it is not JSON. */
  readonly content: Buffer | null;
  readonly bytes: number;
  readonly durationMs: number;
  readonly failure: string | null;
  /** No connection was made at all. */
  readonly unreachable: boolean;
}

/** An exchange as printed and as given in JSON. */
export interface ShownExchange {
  readonly number: number;
  readonly operation: string;
  readonly request: {
    readonly method: string;
    readonly url: string;
    /** Name of the header that carried credentials. */
    readonly header: string;
    /** What it carried. */
    readonly apiKey: string;
    readonly body: unknown;
  };
  readonly answer: {
    readonly status: number;
    readonly contentType: string | null;
    readonly location: string | null;
    readonly bytes: number;
    readonly body: unknown;
  } | null;
  readonly failure: string | null;
  readonly durationMs: number;
}

const CREDENTIALS_SHOWN: Readonly<Record<Exchange["credentials"], string>> = {
  none: "none",
  token: "[token]",
  "a token nobody was given": "a token nobody was given",
  credentials: "[credentials]",
  "wrong credentials": "wrong credentials",
};
const SECRET_NAME = /pass(word|wd)|secret|token|api[_-]?key|authorization|cookie/i;
const ADDRESS_NAME = /address$/i;
const ADDRESS_KEPT = new Set(["city", "state", "country", "pincode"]);
const PERSON_NAME = /^(name|phone|mobile|email|addressline\d?|gstin)$/i;
const DEPTH_MAX = 12;
const MEMBERS_MAX = 60;
const ENTRIES_SHOWN = 2;
const TEXT_MAX = 400;
/** Shorter secrets are struck out only where they stand alone: "a" as a password must not blank every word. */
const SECRET_INSIDE_MIN = 4;

export interface Secrets {
  add(kind: "password" | "token", value: string): void;
  /** A text with every known secret struck out. */
  strike(text: string): string;
}

export function createSecrets(): Secrets {
  const known = new Map<string, string>();
  return {
    add(kind, value) {
      if (value === "") return;
      // As they may stand in a query or in JSON, too.
      for (const form of [value, encodeURIComponent(value.toWellFormed()), JSON.stringify(value).slice(1, -1)])
        known.set(form, `[${kind}]`);
    },
    strike(text) {
      const whole = known.get(text);
      if (whole !== undefined) return whole;
      let struck = text;
      for (const [value, mark] of known) if (value.length >= SECRET_INSIDE_MIN) struck = struck.replaceAll(value, mark);
      return struck;
    },
  };
}

/** @param places paths in the answer that matter (`orders/3/sla`): of a long list the entries on them are shown. */
export function show(exchange: Exchange, secrets: Secrets, places: readonly string[] = []): ShownExchange {
  const chosen = places.length === 0 ? null : places.map((place) => place.split("/"));
  return {
    number: exchange.number,
    operation: exchange.operation,
    request: {
      method: exchange.method,
      url: showUrl(exchange.url, secrets, exchange.operation === "download"),
      header: exchange.header,
      apiKey: CREDENTIALS_SHOWN[exchange.credentials],
      // What is sent is made up here, names and addresses included.
      body: exchange.sent === undefined ? null : copy(exchange.sent, null, 0, "invented", secrets),
    },
    answer:
      exchange.status === null
        ? null
        : {
            status: exchange.status,
            contentType: exchange.headers["content-type"] ?? null,
            location:
              exchange.headers.location === undefined ? null : showUrl(exchange.headers.location, secrets, true),
            bytes: exchange.bytes,
            body:
              exchange.json === undefined
                ? showText(exchange, secrets)
                : copy(exchange.json, chosen, 0, "somebody's", secrets),
          },
    failure: exchange.failure === null ? null : secrets.strike(exchange.failure),
    durationMs: Math.round(exchange.durationMs),
  };
}

/** A file that an answer named may be anywhere, also behind a wall that only this machine may pass: it is never printed. */
function showText({ operation, content, bytes }: Exchange, secrets: Secrets): string {
  if (content === null || bytes === 0) return "(empty)";
  if (operation === "download") return `(a file of ${bytes} bytes)`;
  return cut(secrets.strike(printable(content.toString("utf8"))));
}

/** The query's secrets struck out. A file's address keeps no query at all: it may be a key of its own. */
function showUrl(text: string, secrets: Secrets, isFile: boolean): string {
  if (!URL.canParse(text)) return cut(secrets.strike(printable(text)));
  const url = new URL(text);
  url.username = "";
  url.password = "";
  const query = [...url.searchParams].map(([name, value]) => {
    const shown = name === "password" ? "[password]" : SECRET_NAME.test(name) ? "[token]" : secrets.strike(value);
    return `${name}=${shown}`;
  });
  url.search = "";
  const words = query.length === 0 ? "" : isFile ? "?…" : `?${query.join("&")}`;
  return cut(printable(`${secrets.strike(url.href)}${words}`));
}

/** Paths from here to what matters; null where nothing is chosen, so that all is shown. */
type Chosen = readonly (readonly string[])[] | null;

/** What of `chosen` lies below a member: null where the member itself is meant, and so all of it. */
function below(chosen: Chosen, key: string): Chosen {
  if (chosen === null) return null;
  const paths = chosen.filter(([first]) => first === key).map((path) => path.slice(1));
  return paths.some((path) => path.length === 0) ? null : paths;
}

/** Beside the way to what matters, values are shown and what is nested is folded, unless it is empty. */
function isFolded(chosen: Chosen, value: object): boolean {
  return chosen !== null && chosen.length === 0 && Object.keys(value).length > 0;
}

/** Whose the names and addresses are: in an address nearly every member is personal. */
type Whose = "invented" | "somebody's" | "an address of somebody";

function copy(value: unknown, chosen: Chosen, depth: number, whose: Whose, secrets: Secrets): unknown {
  if (typeof value === "string") return cut(secrets.strike(printable(value)));
  if (typeof value !== "object" || value === null) return value;
  if (depth >= DEPTH_MAX) return "[too deep]";
  if (isFolded(chosen, value)) return Array.isArray(value) ? `[… ${value.length}]` : "{…}";
  if (Array.isArray(value)) return copyList(value, chosen, depth, whose, secrets);
  if (!isJson(value)) return null;
  const members = Object.entries(value);
  const shown = members.slice(0, MEMBERS_MAX).map(([name, member]) => {
    const key = printable(name);
    if (SECRET_NAME.test(name) && member !== null && member !== "")
      return [key, `[${/pass/i.test(name) ? "password" : "token"}]`];
    const personal = whose === "an address of somebody" ? !ADDRESS_KEPT.has(name) : PERSON_NAME.test(name);
    if (personal && whose !== "invented" && typeof member !== "object" && member !== "")
      return [key, ofAPerson(member)];
    const inside = whose !== "invented" && ADDRESS_NAME.test(name) ? "an address of somebody" : whose;
    return [key, copy(member, below(chosen, name), depth + 1, inside, secrets)];
  });
  if (members.length > MEMBERS_MAX) shown.push(["…", `${members.length - MEMBERS_MAX} more members`]);
  return Object.fromEntries(shown);
}

/** Of a buyer the kind of value is shown: whether it is text may be what is wrong. */
function ofAPerson(value: unknown): string {
  return typeof value === "string" ? "[personal]" : `[personal, a ${typeof value}]`;
}

function copyList(list: readonly unknown[], chosen: Chosen, depth: number, whose: Whose, secrets: Secrets): unknown[] {
  const asked = chosen === null ? null : new Set(chosen.flatMap(([first]) => (first === undefined ? [] : [first])));
  const shown: unknown[] = [];
  let entries = 0;
  let left = 0;
  const tellLeft = () => {
    if (left > 0) shown.push(`… ${left} more`);
    left = 0;
  };
  for (const [index, entry] of list.entries()) {
    const wanted = asked === null ? index < ENTRIES_SHOWN : asked.has(String(index));
    if (wanted && entries < MEMBERS_MAX) {
      tellLeft();
      entries++;
      shown.push(copy(entry, below(chosen, String(index)), depth + 1, whose, secrets));
    } else left++;
  }
  tellLeft();
  return shown;
}

function cut(text: string): string {
  return text.length > TEXT_MAX ? `${text.slice(0, TEXT_MAX)}… (${text.length} characters)` : text;
}

/** Without control characters: what an implementation answers must not steer the terminal that shows it. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: striking them out is the purpose
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, "\u00b7");
}
