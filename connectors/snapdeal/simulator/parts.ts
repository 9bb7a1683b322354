/** What the files that serve Snapdeal's operations share. */
import { createHash } from "node:crypto";
import type { OperationId } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import type { Answer, Call, Fault, FaultKind, SimOrder, Simulation } from "../../kit/simulator/index.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";

export interface Upload {
  readonly seller: string;
  readonly at: Temporal.Instant;
  readonly rows: readonly {
    readonly supc: string;
    readonly operationSuccessful: boolean;
    readonly errorMessage: string | null;
  }[];
}

export interface HandOverList {
  readonly code: string;
  readonly seller: string;
  readonly kind: "hos" | "manifest";
  orderIds: readonly string[];
  closedAt: string | null;
}

/** All in memory, and gone with `POST /_sim/reset`. */
export interface State {
  readonly uploads: Map<string, Upload>;
  readonly lists: Map<string, HandOverList>;
  readonly files: Map<string, Buffer>;
  readonly confirmed: string[];
  made: number;
}

export interface Parts {
  readonly sim: Simulation;
  readonly state: State;
}

/** Kept of each kind; past it the oldest are forgotten. */
const KEPT_MAX = 2_000;
export const DEMANDED = "refused on demand";

export function serve<O extends OperationId<"snapdeal">>(
  { sim }: Parts,
  id: O,
  handler: (call: Call<"snapdeal", O>) => Answer | Promise<Answer>,
  acts: readonly FaultKind[] = [],
): void {
  sim.server.serve(operation(SNAPDEAL_CONTRACT, id), handler, { acts });
}

/** The envelope of every answer. */
export function answer(payload: unknown, more: Partial<Answer> = {}): Answer {
  return { status: 200, body: { metadata: { requestId: "sim", message: "OK" }, payload }, ...more };
}

export function refusal(status: number, message: string): Answer {
  return { status, body: { metadata: { requestId: "sim", message } } };
}

export const done = { operationSuccessful: true, errorMessage: null } as const;

export function failed(errorMessage: string) {
  return { operationSuccessful: false, errorMessage };
}

/** Which entries of a batch a fault strikes: all of them, or the later half (at least one). */
export function struck<T>(fault: Fault | null, entries: readonly T[]): ReadonlySet<T> {
  if (fault?.kind === "failed") return new Set(entries);
  if (fault?.kind === "partial_success") return new Set(entries.slice(Math.floor(entries.length / 2)));
  return new Set();
}

export function packageOf({ sim }: Parts, seller: string, code: string): SimOrder | null {
  const order = sim.world.orders.get(code);
  return order && order.seller === seller ? order : null;
}

export function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > KEPT_MAX && oldest !== undefined) map.delete(oldest);
}

/** Not to be guessed: whoever has the address may read the file. The same again has the same name. */
export function fileName(stem: string, about: string): string {
  return `${stem}-${createHash("sha256").update(`snapdeal\n${stem}\n${about}`).digest("hex").slice(0, 16)}.pdf`;
}

export function stamp(at: Temporal.Instant): string {
  return at.toString({ smallestUnit: "millisecond" });
}
