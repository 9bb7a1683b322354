/** What the server says when it says no, and what we say when it says nothing. */
export interface Problem {
  readonly code: string;
  readonly message: string;
  readonly whatToDo?: string | undefined;
  readonly record?: { readonly type: string; readonly code: string } | undefined;
  readonly facts?: Readonly<Record<string, unknown>> | undefined;
  readonly requestId?: string | undefined;
  readonly fields?: readonly FieldFault[] | undefined;
}

export interface FieldFault {
  readonly path: string;
  readonly message: string;
}

/** Thrown by every call that did not end in a 2xx. `status` is 0 when no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem;
  constructor(status: number, problem: Problem) {
    super(problem.message);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const text = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);

function readFields(value: unknown): FieldFault[] | undefined {
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((entry: unknown) => {
    if (!isRecord(entry)) return [];
    const message = text(entry.message);
    return message === undefined ? [] : [{ path: text(entry.path) ?? "", message }];
  });
}

/** Reads `{error: {...}}`. An answer of another shape (a proxy's page, say) still becomes a problem a person can act on. */
export function readProblem(status: number, body: unknown): Problem {
  const error = isRecord(body) && isRecord(body.error) ? body.error : undefined;
  const message = error === undefined ? undefined : text(error.message);
  if (error === undefined || message === undefined)
    return {
      code: `HTTP_${status}`,
      message: `The server answered ${status} without saying why.`,
      whatToDo:
        status >= 500
          ? "Try again in a minute; if it stays, give the time of this message to whoever runs the server."
          : undefined,
    };
  const record = isRecord(error.record) ? error.record : undefined;
  const type = text(record?.type);
  const code = text(record?.code);
  return {
    code: text(error.code) ?? `HTTP_${status}`,
    message,
    whatToDo: text(error.whatToDo),
    record: type !== undefined && code !== undefined ? { type, code } : undefined,
    facts: isRecord(error.facts) ? error.facts : undefined,
    requestId: text(error.requestId),
    fields: readFields(error.fields),
  };
}

/** No answer came. A read can simply be repeated; whether a write was done is not known, and saying otherwise would be a lie. */
export function noAnswer(method: string): Problem {
  return method === "GET"
    ? {
        code: "NO_ANSWER",
        message: "The server did not answer.",
        whatToDo: "Check the connection; the page tries again by itself.",
      }
    : {
        code: "NO_ANSWER",
        message: "The server did not answer, so it is not known whether this was done.",
        whatToDo: "Check the connection and look at the record before repeating it.",
      };
}

/** Anything thrown, as a problem that can be shown. A fault in the page itself is named as such. */
export function toProblem(error: unknown): Problem {
  if (error instanceof ApiError) return error.problem;
  const message = error instanceof Error ? error.message : String(error);
  return {
    code: "PAGE_FAULT",
    message: `This page failed: ${message}`,
    whatToDo: "Reload the page; nothing on the server was changed by this.",
  };
}

/** Of a refusal, in one paragraph: what was refused of which record, what to do, and what its person loses by it. */
export function refusalWords(error: unknown, lost: string | null): string {
  const { record, message, whatToDo } = toProblem(error);
  const of = record === undefined ? "" : `${record.type} ${record.code}: `;
  return [`${of}${message}`, whatToDo, lost].filter((part) => part != null).join(" ");
}
