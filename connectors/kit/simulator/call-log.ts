/** The last calls that a simulator received, and how many of each kind. Secrets are left out. */
import type { FastifyRequest } from "fastify";
import { type Bounded, bounded, isJson, type Json } from "./json.ts";
import type { Clock } from "./types.ts";
import type { Sequence } from "./world.ts";

const CALLS_KEPT = 200;
const EXCERPT_CHARACTERS = 2_000;
const SECRET_MEMBER = /^(password|.*secret|refresh_?token|access_?token|auth_?token)$/i;
const SECRET_PAIR = /([?&](?:password|\w*secret|refresh_?token|access_?token|auth_?token)=)[^&]*/gi;

interface NotedCall {
  readonly operation: string;
  readonly seller: string | null;
  /** Null where no answer was given. */
  readonly status: number | null;
  readonly fault: string | null;
  /** Whether the operation was done: a call may be refused before, or its answer be lost after. */
  readonly done: boolean;
  /** How much of the answer was sent. */
  readonly sent: "whole" | "half" | "nothing";
  /** Orders that the answer tells of. */
  readonly orderIds?: readonly string[];
}

export interface LoggedCall extends NotedCall {
  readonly seq: number;
  readonly at: string;
  readonly method: string;
  readonly path: string;
  readonly body: string | null;
}

export interface CallLog {
  note(request: FastifyRequest, call: NotedCall): void;
  view(): Json;
  /** All that is still known, oldest first. */
  readonly calls: Bounded<LoggedCall>;
  clear(): void;
}

export function createCallLog(clock: Clock, sequence: Sequence, callsMax = CALLS_KEPT): CallLog {
  const last = bounded<LoggedCall>(callsMax);
  const counts = new Map<string, { count: number; statuses: Map<string, number> }>();
  return {
    note(request, call) {
      const count = counts.get(call.operation) ?? { count: 0, statuses: new Map() };
      counts.set(call.operation, count);
      count.count++;
      const status = String(call.status ?? "none");
      count.statuses.set(status, (count.statuses.get(status) ?? 0) + 1);
      last.add({
        seq: sequence.next(),
        at: clock().toString({ smallestUnit: "millisecond" }),
        method: request.method,
        path: request.url.replace(SECRET_PAIR, "$1[secret]"),
        ...call,
        body: request.body === undefined ? null : excerpt(request.body),
      });
    },
    view: () => ({
      byOperation: Object.fromEntries(
        [...counts].map(([name, { count, statuses }]) => [name, { count, statuses: Object.fromEntries(statuses) }]),
      ),
      last: last.entries.slice(-CALLS_KEPT),
    }),
    calls: last,
    clear() {
      last.clear();
      counts.clear();
    },
  };
}

function excerpt(body: unknown): string {
  if (Buffer.isBuffer(body)) return `(${body.length} bytes)`;
  if (!isJson(body)) return JSON.stringify(body).slice(0, EXCERPT_CHARACTERS);
  const shown = Object.entries(body).map(([name, value]) => [name, SECRET_MEMBER.test(name) ? "[secret]" : value]);
  return JSON.stringify(Object.fromEntries(shown)).slice(0, EXCERPT_CHARACTERS);
}
