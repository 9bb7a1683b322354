import { sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../../shipping/index.ts";

export interface ProviderKind {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly name: string;
  readonly kind: "AWB_POOL" | "API";
  readonly enabled: boolean;
}

/** The shipping providers of the tenant. */
export function allProviders(tx: Tx): Promise<ProviderKind[]> {
  return tx.run(sql<ProviderKind>`
    select shipping_provider_id as "providerId", code, name, kind, enabled from godown.shipping_provider where tenant_id = ${tx.tenantId} order by preference, code`);
}
