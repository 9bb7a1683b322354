import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";

/** What modules further right do when something here changes, in the same transaction. Filled by the composition root. */
type OnConnected = (tx: Tx, ctx: Ctx, providerId: ShippingProviderId) => Promise<void>;

const connectedHandlers: OnConnected[] = [];

/** Called after a courier's account was connected: what waited for it is tried again. */
export function onCourierConnected(handler: OnConnected): void {
  if (!connectedHandlers.includes(handler)) connectedHandlers.push(handler);
}

export async function tellConnected(tx: Tx, ctx: Ctx, providerId: ShippingProviderId): Promise<void> {
  for (const handler of connectedHandlers) await handler(tx, ctx, providerId);
}
