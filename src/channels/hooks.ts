import type { ChannelId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";

/** What modules further right do when something here changes, in the same transaction. Filled by the composition root. */
export interface MappedListing {
  readonly channelId: ChannelId;
  readonly channelProductId: string;
}
type OnMapped = (tx: Tx, ctx: Ctx, mapped: readonly MappedListing[]) => Promise<void>;
type OnChannelChanged = (tx: Tx, ctx: Ctx, channelId: ChannelId) => Promise<void>;

const mappedHandlers: OnMapped[] = [];
const changedHandlers: OnChannelChanged[] = [];

/** Called after listings got a SKU: orders that waited for the mapping are tried again. */
export function onListingMapped(handler: OnMapped): void {
  if (!mappedHandlers.includes(handler)) mappedHandlers.push(handler);
}

/** Called after a channel was connected, switched on, or got other facilities: what waited for it is tried again. */
export function onChannelChanged(handler: OnChannelChanged): void {
  if (!changedHandlers.includes(handler)) changedHandlers.push(handler);
}

export async function tellMapped(tx: Tx, ctx: Ctx, mapped: readonly MappedListing[]): Promise<void> {
  if (mapped.length === 0) return;
  for (const handler of mappedHandlers) await handler(tx, ctx, mapped);
}

export async function tellChannelChanged(tx: Tx, ctx: Ctx, channelId: ChannelId): Promise<void> {
  for (const handler of changedHandlers) await handler(tx, ctx, channelId);
}
