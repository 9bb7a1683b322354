import { type ChannelId, newId, type Refusal, type TenantId } from "../kernel/index.ts";
import { type Ctx, type Services, systemCtx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { contentHash } from "./content-hash.ts";
import { setAside } from "./keep-repeats.ts";

/** What stands in the place of an id that a channel did not give. */
export const NO_ID = "(no id)";

export interface MalformedOrder {
  readonly channelId: ChannelId;
  readonly via: "PUSH" | "PULL";
  /** Left out where there is none that could be used. */
  readonly channelOrderId?: string;
  readonly raw: unknown;
  /** What does not fit. */
  readonly words: string;
}

/**
 * Keeps orders that do not fit their contract in the log of what the channel ever showed us. They claim no order id. One
 * that is pulled again as it was is counted. Gives how many are new.
 */
export async function keepMalformed(tx: Tx, ctx: Ctx, orders: readonly MalformedOrder[]): Promise<number> {
  if (orders.length === 0) return 0;
  const kept = await setAside(
    tx,
    ctx,
    orders.map(({ channelId, via, channelOrderId = NO_ID, raw, words }) => {
      const refusal: Refusal = { code: "ORDER_MALFORMED", facts: { detail: words } };
      return {
        ...{ intakeId: newId<"Intake">(), channelId, via, channelOrderId, contentHash: contentHash(raw) },
        raw: raw ?? { given: null }, // a row that is null itself
        ...{ state: "IGNORED" as const, code: refusal.code, facts: refusal.facts },
        message: explain(refusal).message,
        ...{ saleOrderId: null, changedAt: null },
      };
    }),
  );
  return kept.size;
}

/** Keeps a pushed order that does not fit its contract. */
export async function recordMalformed(
  services: Services,
  caller: { tenantId: TenantId; channelId: ChannelId },
  order: { channelOrderId: string; raw: unknown; detail: string },
): Promise<void> {
  const { channelOrderId, raw, detail: words } = order;
  const ctx: Ctx = {
    ...systemCtx(services, caller.tenantId, "push", "push"),
    actor: { kind: "CHANNEL", id: null, name: "marketplace push" },
  };
  await ctx.db.transaction(ctx.tenantId, (tx) =>
    keepMalformed(tx, ctx, [{ channelId: caller.channelId, via: "PUSH", channelOrderId, raw, words }]),
  );
}
