import type { Result } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { ReturnCaseId } from "./credit-facts.ts";

type OnCredited = (
  tx: Tx,
  ctx: Ctx,
  returnCaseId: ReturnCaseId,
  facts: Readonly<Record<string, unknown>>,
) => Promise<Result<unknown>>;

let handler: OnCredited | null = null;

/**
 * Who ends a return, in the transaction in which the last of its credit notes is there (registered, where it needs an
 * IRN). A refusal leaves the return as it is; the credit notes stand.
 */
export function onReturnCredited(next: OnCredited): void {
  handler = next;
}

export const tellReturnCredited: OnCredited = async (tx, ctx, returnCaseId, facts) =>
  handler === null ? { ok: true, value: undefined } : handler(tx, ctx, returnCaseId, facts);
