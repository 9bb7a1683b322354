/** Why the embedded server was not started. Each code stands for one thing a person can do about it. */
export type PostgresRefusalCode =
  | "PLATFORM_UNSUPPORTED" // no binaries for this operating system or processor
  | "BINARIES_UNUSABLE" // binaries are there but cannot be copied or executed
  | "NO_ACCOUNT" // running as root and no unprivileged account can be used
  | "DATA_DIR_UNREACHABLE" // the server's account cannot get to the data directory
  | "DATA_DIR_NOT_OURS" // the directory belongs to another account or holds something else
  | "DATA_DIR_DAMAGED"
  | "DATA_DIR_OLDER"
  | "DATA_DIR_NEWER"
  | "PASSWORD_MISSING"
  | "PORT_IN_USE"
  | "SERVER_DID_NOT_START"
  | "SERVER_DID_NOT_STOP";

/** An expected "no" of the supervisor: the message is one sentence or more that says what, why and what to do. */
export class PostgresRefusal extends Error {
  override readonly name = "PostgresRefusal";
  readonly code: PostgresRefusalCode;

  constructor(code: PostgresRefusalCode, message: string, options?: { cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}

/** The words of anything thrown, for use inside a longer sentence. */
export function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The `code` of a Node or PostgreSQL error ("EACCES", "28P01"), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (typeof error !== "object" || error === null || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
