import type { Services } from "../../platform/context.ts";
import type { JobRegistry } from "../../platform/jobs.ts";
import type { ShippingProviderId } from "../provider.ts";
import { tryCourierJob } from "./credential-tries.ts";
import { deleteOldExchanges, EXCHANGES_KEPT_DAYS } from "./exchange.store.ts";
import { tryCourier } from "./try-credentials.ts";

const DELETED_AT_ONCE = 5_000;

export function registerCourierAccounts(registry: JobRegistry): void {
  registry.handle(tryCourierJob, (ctx, p) =>
    tryCourier(ctx, { providerId: p.providerId as ShippingProviderId, tried: p.tried }),
  );
  registry.schedule("shipping.expire_courier_exchanges", "25 20 * * *", expireExchanges);
}

/** Each night: exchanges past their days. One tenant's trouble does not stop the others. */
export async function expireExchanges(services: Services): Promise<void> {
  const before = services.clock.now().subtract({ hours: 24 * EXCHANGES_KEPT_DAYS });
  for (const { tenantId, live } of await services.db.tenants()) {
    if (!live) continue;
    try {
      for (let gone = DELETED_AT_ONCE; gone === DELETED_AT_ONCE; )
        gone = await services.db.transaction(tenantId, (tx) => deleteOldExchanges(tx, before, DELETED_AT_ONCE));
    } catch (error) {
      services.log.error(
        { err: error, tenantId, outcome: "failed" },
        "old exchanges with couriers could not be removed",
      );
    }
  }
}
