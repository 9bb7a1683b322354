import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { GradedItem, GradedUnit, Putaway } from "./putaway.ts";

type OnGraded = (tx: Tx, ctx: Ctx, graded: { putaway: Putaway; items: readonly GradedUnit[] }) => Promise<void>;
type OnComplete = (tx: Tx, ctx: Ctx, done: { putaway: Putaway; items: readonly GradedItem[] }) => Promise<void>;

const gradedHandlers: OnGraded[] = [];
const completeHandlers: OnComplete[] = [];

/**
 * Called in the transaction in which units on a list got a grade, or another one than was told before: each change once,
 * also the grade with which a unit is taken onto a list.
 */
export function onPutawayGraded(handler: OnGraded): void {
  if (!gradedHandlers.includes(handler)) gradedHandlers.push(handler);
}

/** Called in the transaction in which a list was completed, after its stock was counted. */
export function onPutawayComplete(handler: OnComplete): void {
  if (!completeHandlers.includes(handler)) completeHandlers.push(handler);
}

export const tellGraded: OnGraded = async (tx, ctx, graded) => {
  if (graded.items.length === 0) return;
  for (const handler of gradedHandlers) await handler(tx, ctx, graded);
};

export const tellComplete: OnComplete = async (tx, ctx, done) => {
  for (const handler of completeHandlers) await handler(tx, ctx, done);
};
