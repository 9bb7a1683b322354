import type { Ctx, Services } from "../platform/context.ts";
import { systemCtx } from "../platform/context.ts";
import { lockStandings } from "./pull.store.ts";
import { ordersToRelease } from "./standing.store.ts";
import { followStandings } from "./standing.ts";

const ORDERS_AT_ONCE = 200;
const ROUNDS_MAX = 500;

/** Each minute: orders whose moment has come may be processed. One tenant's trouble does not stop the others. */
export async function releaseDue(services: Services): Promise<void> {
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    const ctx = systemCtx(services, tenantId, "orders.release_due", "orders.release_due");
    try {
      await releaseOf(ctx);
    } catch (error) {
      services.log.error({ err: error, tenantId, outcome: "failed" }, "orders whose moment came could not be released");
    }
  }
}

/** Releases a tenant's orders that stood still until now. Gives how many. */
export async function releaseOf(ctx: Ctx): Promise<number> {
  let released = 0;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const count = await ctx.db.transaction(ctx.tenantId, async (tx) => {
      const ids = await ordersToRelease(tx, ctx.now, ORDERS_AT_ONCE);
      const locked = ids.length === 0 ? [] : [...(await lockStandings(tx, ids)).values()];
      await followStandings(
        tx,
        ctx,
        // Its channel says what it said last.
        locked.map((now) => ({
          now,
          shown: { ...now, accepted: !now.acceptanceAwaited, held: now.channelHold },
        })),
      );
      return ids.length;
    });
    released += count;
    if (count < ORDERS_AT_ONCE) break;
  }
  return released;
}
