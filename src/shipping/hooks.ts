import type { Tx } from "../platform/db.ts";

type OnServiceabilityChanged = (tx: Tx) => Promise<void>;

const handlers: OnServiceabilityChanged[] = [];

/** Called in the transaction in which a courier or its pincodes changed: what no courier served may be served now. */
export function onServiceabilityChanged(handler: OnServiceabilityChanged): void {
  if (!handlers.includes(handler)) handlers.push(handler);
}

export async function tellServiceabilityChanged(tx: Tx): Promise<void> {
  for (const handler of handlers) await handler(tx);
}
