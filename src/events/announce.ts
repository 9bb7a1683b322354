import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { BusinessEvent } from "./business-event.ts";

type Listener = (tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]) => Promise<void>;

const listeners: Listener[] = [];
/** What a transaction collects its events under. */
const EVENTS = { of: "business events" };

/** Who is told what happened: called once a transaction, right before its commit, with all its events in their order. */
export function onBusinessEvents(listener: Listener): void {
  if (!listeners.includes(listener)) listeners.push(listener);
}

/**
 * Says what happened, in the transaction in which it does. It costs nothing where nobody listens, and stops nothing: a listener
 * that fails is undone alone and logged as our fault.
 */
export function announce(tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]): void {
  if (events.length === 0 || listeners.length === 0) return;
  tx.atEnd(EVENTS, events, async (all) => {
    for (const listener of listeners) {
      const told = await tx.attempt(() => listener(tx, ctx, all));
      if (told.ok) continue;
      const kinds = [...new Set(all.map((event) => event.kind))];
      ctx.log.error(
        { err: told.error, tenantId: ctx.tenantId, kinds, outcome: "failed" },
        "nobody was told what happened",
      );
    }
  });
}
