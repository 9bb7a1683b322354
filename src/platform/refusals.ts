import { assert, type Facts, INDIA, type Refusal } from "../kernel/index.ts";

/** One entry of the error catalogue. `{fact}` in the sentences is replaced by the refusal's fact of that name. */
export interface RefusalEntry {
  readonly status: 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;
  /** What was refused, on which record, and why. */
  readonly message: string;
  /** What the person can do now. */
  readonly whatToDo: string;
}

export interface Explained {
  readonly code: string;
  readonly status: RefusalEntry["status"];
  readonly message: string;
  readonly whatToDo: string;
  readonly facts: Facts;
}

const entries = new Map<string, RefusalEntry & { module: string }>();

/** Declares a module's refusals (its `errors.ts`). The joined catalogue is one generated page; a code belongs to one module. */
export function defineRefusals<const C extends string>(
  module: string,
  catalogue: Record<C, RefusalEntry>,
): Record<C, RefusalEntry> {
  for (const [code, entry] of Object.entries<RefusalEntry>(catalogue)) {
    assert(/^[A-Z][A-Z0-9_]+$/.test(code), `a refusal's code is UPPER_SNAKE: ${code}`);
    assert(!entries.has(code), `the code ${code} is declared once`);
    entries.set(code, { ...entry, module });
  }
  return catalogue;
}

/** A refusal in words. @throws AssertionFailure where the code is not in the catalogue: that is a bug of ours. */
export function explain(refusal: Refusal): Explained {
  const entry = entries.get(refusal.code);
  assert(entry !== undefined, `the refusal ${refusal.code} is in the catalogue`);
  return {
    code: refusal.code,
    status: entry.status,
    message: fill(entry.message, refusal.facts),
    whatToDo: fill(entry.whatToDo, refusal.facts),
    facts: refusal.facts,
  };
}

export function refusalCatalogue(): ReadonlyMap<string, RefusalEntry & { module: string }> {
  return entries;
}

const RUPEES = new Intl.NumberFormat("en-IN", { style: "currency", currency: "INR" });

const INSTANT = new Intl.DateTimeFormat("en-IN", {
  ...{ dateStyle: "medium", timeStyle: "short", hourCycle: "h23", timeZone: INDIA },
});

/**
 * Puts facts into a sentence: `{order}` becomes the fact of that name, `{price:rupees}` an amount of paise in rupees,
 * `{leftAt:instant}` a moment as the clocks of India show it: "21 Nov 2026, 10:35".
 */
export function fill(sentence: string, facts: Facts): string {
  return sentence.replaceAll(/\{(\w+)(?::(rupees|instant))?\}/g, (_, name: string, as?: string) => {
    const fact = facts[name];
    if (fact === undefined || fact === null) return "(unknown)";
    if (as === "rupees" && typeof fact === "number") return RUPEES.format(fact / 100);
    if (as === "instant" && typeof fact === "string")
      return INSTANT.format(Temporal.Instant.from(fact).epochMilliseconds);
    return typeof fact === "object" ? fact.join(", ") : String(fact);
  });
}

defineRefusals("platform", {
  NOT_FOUND: {
    status: 404,
    message: "There is no {what} {id} here.",
    whatToDo: "Check the code; it may belong to a facility that you do not see.",
  },
  NOT_LOGGED_IN: {
    status: 401,
    message: "You are not logged in, or your session has ended.",
    whatToDo: "Log in again; what you typed is kept.",
  },
  NOT_ALLOWED: {
    status: 403,
    message: "Your roles do not include the right {permission}.",
    whatToDo: "Ask an administrator to give you a role with this right under Settings > Users.",
  },
  CSRF_REFUSED: {
    status: 403,
    message: "The request did not come from this application's own page.",
    whatToDo: "Reload the page and try again.",
  },
  MALFORMED: {
    status: 400,
    message: "The request is not understood: {detail}.",
    whatToDo: "Correct the fields named and send it again.",
  },
  BODY_NOT_JSON: {
    status: 400,
    message: "The body is not valid JSON in UTF-8: {detail}.",
    whatToDo: "Send a JSON object with content-type application/json.",
  },
  BODY_TOO_LARGE: {
    status: 413,
    message: "The body is larger than {limitBytes} bytes.",
    whatToDo: "Send less at once.",
  },
  MEDIA_TYPE: {
    status: 415,
    message: "The content type {mediaType} is not accepted here.",
    whatToDo: "Send application/json.",
  },
  NO_SUCH_ROUTE: {
    status: 404,
    message: "There is no {method} {path}.",
    whatToDo: "See /api/v1/openapi.json for what is offered.",
  },
  TOO_MANY_REQUESTS: {
    status: 429,
    message: "Too many requests: {detail}.",
    whatToDo: "Wait {retryAfterSeconds} seconds and try again.",
  },
  EXPORT_TOO_LONG: {
    status: 422,
    message: "The list has {rows} rows; {rowsMax} are given as one file.",
    whatToDo: "Narrow the filters and export in parts.",
  },
  OUTCOME_UNKNOWN: {
    status: 503,
    message: "The connection to the database broke at the last moment: the change was made whole or not at all.",
    whatToDo: "Look whether it is there before you repeat it.",
  },
  DOCUMENT_STORE_AWAY: {
    status: 503,
    message: "The store in which files lie did not take or give this one.",
    whatToDo: "Try again in a minute; if it stays so, tell your operator, whose log says what the store answered.",
  },
  DATABASE_AWAY: {
    status: 503,
    message: "The database does not answer at this moment; nothing was changed.",
    whatToDo: "Send the request again in a few seconds.",
  },
});

defineRefusals("imports", {
  CSV_NOT_UTF8: {
    status: 422,
    message: "The file is not UTF-8 text.",
    whatToDo: "Save it as CSV UTF-8 and upload it again.",
  },
  CSV_UNREADABLE: {
    status: 422,
    message: "The file is not readable as CSV: {detail}.",
    whatToDo: "Start from the CSV format that the page offers for download.",
  },
  CSV_EMPTY: {
    status: 422,
    message: "The file has no rows below its titles.",
    whatToDo: "Add rows below the line of titles.",
  },
  CSV_COLUMN_MISSING: {
    status: 422,
    message: "The file lacks the columns {missing}; it has {found}.",
    whatToDo: "Add the columns, or start from the CSV format that the page offers for download.",
  },
  CSV_TOO_LONG: {
    status: 422,
    message: "The file has {rows} rows; {rowsMax} are taken at once.",
    whatToDo: "Split the file.",
  },
});
