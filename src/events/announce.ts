import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { BusinessEvent } from "./business-event.ts";

type Listener = (tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]) => Promise<void>;

/** Who is told, and what is done instead where that fails. */
const listeners = new Map<Listener, Listener | undefined>();
/** What a transaction collects its events under. */
const EVENTS = { of: "business events" };

/**
 * Who is told what happened: called once a transaction, right before its commit, with all its events in their order.
 * @param otherwise called with the same where the listener failed: it puts off what must not be lost
 */
export function onBusinessEvents(listener: Listener, otherwise?: Listener): void {
  listeners.set(listener, otherwise);
}

/**
 * Says what happened, in the transaction in which it does. It costs nothing where nobody listens, and stops nothing: a listener
 * that fails is undone alone, logged as our fault, and given up for what takes its place.
 */
export function announce(tx: Tx, ctx: Ctx, events: readonly BusinessEvent[]): void {
  if (events.length === 0 || listeners.size === 0) return;
  tx.atEnd(EVENTS, events, async (all) => {
    for (const [listener, otherwise] of listeners) {
      const told = await tx.attempt(() => listener(tx, ctx, all));
      if (told.ok) continue;
      const fields = { tenantId: ctx.tenantId, kinds: [...new Set(all.map((event) => event.kind))], outcome: "failed" };
      ctx.log.error({ ...fields, err: told.error }, "who is told what happened could not hear it");
      if (otherwise === undefined) continue;
      const putOff = await tx.attempt(() => otherwise(tx, ctx, all));
      if (!putOff.ok) ctx.log.error({ ...fields, err: putOff.error }, "nobody was told what happened");
    }
  });
}
