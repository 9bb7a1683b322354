import type { SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

type OnSkusChanged = (tx: Tx, ctx: Ctx, skuIds: readonly SkuId[]) => Promise<void>;

const handlers: OnSkusChanged[] = [];

/** Called in the transaction in which SKUs were made, renamed, switched on or off, or bundles got other components. */
export function onSkusChanged(handler: OnSkusChanged): void {
  if (!handlers.includes(handler)) handlers.push(handler);
}

export async function tellSkusChanged(tx: Tx, ctx: Ctx, skuIds: readonly SkuId[]): Promise<void> {
  if (skuIds.length === 0) return;
  for (const handler of handlers) await handler(tx, ctx, skuIds);
}
