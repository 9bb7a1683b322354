import { type ChannelId, newId, type Refusal, type TenantId } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { explain } from "../platform/refusals.ts";
import { insertAside } from "./receive.store.ts";

/** Keeps an order that does not fit its contract in the log of what the channel ever showed us. It claims no order id. */
export async function recordMalformed(
  services: Services,
  caller: { tenantId: TenantId; channelId: ChannelId },
  order: { channelOrderId: string; raw: unknown; contentHash: string; detail: string },
): Promise<void> {
  const { detail, ...given } = order;
  const refusal: Refusal = { code: "ORDER_MALFORMED", facts: { detail } };
  const row = {
    intakeId: newId<"Intake">(),
    channelId: caller.channelId,
    via: "PUSH" as const,
    ...given,
    state: "IGNORED" as const,
    code: refusal.code,
    facts: refusal.facts,
    message: explain(refusal).message,
    saleOrderId: null,
  };
  await services.db.transaction(caller.tenantId, (tx) =>
    insertAside(tx, [row], services.clock.now(), "marketplace push"),
  );
}
