/** Misbehaviour on demand, repeatable by seed. */
import { z } from "zod";
import type { Random } from "./random.ts";

/** | kind | a call that arrives | a call that the simulator makes |
 *  |---|---|---|
 *  | late | processed, answered after `delayMs` | made after `delayMs` |
 *  | twice | processed twice, as behind a proxy that repeats | made twice |
 *  | out_of_order | processed after the next call of its kind, at the latest after `delayMs` | held until another was made |
 *  | 401 | refused with 401 | made with wrong credentials |
 *  | 403 | refused with 403, as where a right is missing | - |
 *  | 429, 5xx | refused so; 5xx after the work was done if `processed` is true | - |
 *  | half_answer | processed, the answer cut in the middle | cut off before the answer is read |
 *  | drop | closed before it is processed, or after if `processed` is true | cut in the middle of the body |
 *  | timeout | never answered, and not processed unless `processed` is true | stalls in the middle of the body |
 *  | repeat_page | answers the page before | - |
 *  | unknown_status | answers with a status nobody knows | carries one |
 *  | bad_file | gives a web page where a PDF was promised | - |
 *  | partial_success, failed | says so, and what it names as failed is not done | - | */
export const FAULT_KINDS = [
  "late",
  "twice",
  "out_of_order",
  "401",
  "403",
  "429",
  "5xx",
  "half_answer",
  "drop",
  "timeout",
  "repeat_page",
  "unknown_status",
  "bad_file",
  "partial_success",
  "failed",
] as const;
export type FaultKind = (typeof FAULT_KINDS)[number];

/** Faults that a simulator has for the calls it makes itself. */
export const PUSH_FAULTS: ReadonlySet<FaultKind> = new Set([
  "late",
  "twice",
  "out_of_order",
  "401",
  "half_answer",
  "drop",
  "timeout",
  "unknown_status",
]);

/** A status that no contract knows. */
export const UNKNOWN_STATUS = "IN_LIMBO";

/** Kinds that only an operation itself can act out, where it can. */
export const ACTED_FAULTS: ReadonlySet<FaultKind> = new Set(["bad_file", "partial_success", "failed"]);

/** What `bad_file` gives: the page of a portal that wants a person to sign in. */
export const NOT_A_FILE = Buffer.from("<!doctype html><html><body><h1>Please sign in to continue</h1></body></html>");

const DELAY_MS = 3_000;
const DELAY_MAX_MS = 600_000;
const FAULTS_MAX = 50;

/** `kind` may be given as a number too: 401, 403, 429. */
export const faultWish = z.strictObject({
  kind: z.preprocess((kind) => (typeof kind === "number" ? String(kind) : kind), z.enum(FAULT_KINDS)),
  /** How often, 0 to 1. */
  rate: z.number().min(0).max(1).default(1),
  /** operationId of the contract; absent or "*": all that it can apply to. */
  operation: z.string().min(1).optional(),
  /** How many times at most; absent: until cleared. */
  count: z.int().min(1).optional(),
  delayMs: z.int().min(0).max(DELAY_MAX_MS).default(DELAY_MS),
  /** Words used where the fault needs some. */
  message: z.string().min(1).max(500).optional(),
  processed: z.boolean().optional(),
});
export type FaultWish = z.infer<typeof faultWish>;

export interface Fault {
  readonly kind: FaultKind;
  readonly rate: number;
  readonly operation: string | null;
  readonly delayMs: number;
  readonly message: string | null;
  readonly processed: boolean;
  /** Times left; null: no limit. */
  remaining: number | null;
  fired: number;
}

export interface Faults {
  /** Adds one, or replaces the one of the same kind and operation. */
  set(wish: FaultWish): void;
  clear(): void;
  readonly list: readonly Fault[];
  /** The fault that strikes this call, if one does. `applies` says which kinds make sense for it. */
  draw(operation: string, applies: (kind: FaultKind) => boolean): Fault | null;
}

export function createFaults(random: Random): Faults {
  let list: Fault[] = [];
  return {
    get list() {
      return list;
    },
    set(wish) {
      const operation = wish.operation === undefined || wish.operation === "*" ? null : wish.operation;
      list = list.filter((fault) => fault.kind !== wish.kind || fault.operation !== operation);
      list.push({
        kind: wish.kind,
        rate: wish.rate,
        operation,
        delayMs: wish.delayMs,
        message: wish.message ?? null,
        processed: wish.processed ?? false,
        remaining: wish.count ?? null,
        fired: 0,
      });
      list = list.slice(-FAULTS_MAX);
    },
    clear() {
      list = [];
    },
    draw(operation, applies) {
      for (const fault of list) {
        if (fault.operation !== null && fault.operation !== operation) continue;
        if (fault.remaining === 0 || !applies(fault.kind) || !random.chance(fault.rate)) continue;
        fault.fired++;
        if (fault.remaining !== null) fault.remaining--;
        return fault;
      }
      return null;
    },
  };
}
