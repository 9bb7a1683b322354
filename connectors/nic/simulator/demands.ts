/** Codes that the portal is told to answer with, without doing anything. */
import { z } from "zod";
import type { SimFault } from "./rules.ts";

export const errorWish = z.strictObject({
  code: z.string().regex(/^\d{4}$/),
  message: z.string().max(500).optional(),
  /** operationId of the contract; absent: any but authenticate. */
  operation: z.string().optional(),
  /** How many times; absent: until cleared. */
  count: z.int().min(1).optional(),
});
export type ErrorWish = z.input<typeof errorWish>;

const DEMANDS_MAX = 50;

interface Demand {
  readonly fault: SimFault;
  readonly operation: string | null;
  left: number | null;
}

export class Demands {
  #list: Demand[] = [];

  add(wish: ErrorWish): void {
    const { code, message = "on demand", operation = null, count = null } = errorWish.parse(wish);
    this.#list = [...this.#list, { fault: { code, message }, operation, left: count }].slice(-DEMANDS_MAX);
  }

  /** What this call is refused with; null: it is served. */
  take(operation: string): SimFault | null {
    const found = this.#list.find((d) =>
      d.operation === null ? operation !== "authenticate" : d.operation === operation,
    );
    if (!found) return null;
    if (found.left !== null) found.left -= 1;
    if (found.left === 0) this.#list = this.#list.filter((demand) => demand !== found);
    return found.fault;
  }

  get list(): readonly Demand[] {
    return this.#list;
  }

  clear(): void {
    this.#list = [];
  }
}
