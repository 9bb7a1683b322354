import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { tellServiceabilityChanged } from "./hooks.ts";
import { checkProvider, type ProviderInput, type ShippingProviderId } from "./provider.ts";
import * as store from "./store.ts";

/** Makes a provider, or changes one when `id` is given. Refusals: NOT_FOUND, PROVIDER_TRACKING_URL, PROVIDER_CODE_TAKEN. */
export function saveProvider(
  ctx: Ctx,
  id: ShippingProviderId | null,
  input: ProviderInput,
): Promise<Result<{ providerId: ShippingProviderId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = id === null ? undefined : await store.providerById(tx, id);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "shipping provider", id });
    const checked = checkProvider(input);
    if (!checked.ok) return checked;
    const providerId = id ?? newId<"ShippingProvider">();
    const saved =
      before === undefined
        ? await store.insertProvider(tx, providerId, input, ctx.now)
        : await store.updateProvider(tx, providerId, input);
    if (!saved) return refuse("PROVIDER_CODE_TAKEN", { code: input.code });
    await tellServiceabilityChanged(tx);
    await audit(tx, ctx, {
      action: before === undefined ? "shipping.provider_created" : "shipping.provider_changed",
      recordType: "shipping_provider",
      recordId: providerId,
      recordCode: input.code,
      ...(before === undefined ? {} : { before }),
      after: input,
    });
    return ok({ providerId });
  });
}
