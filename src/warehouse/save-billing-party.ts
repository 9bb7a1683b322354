import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { type BillingPartyInput, checkBillingParty } from "./facility.ts";
import { moveSeriesToGstin } from "./save-series.ts";
import type { BillingPartyId } from "./store.ts";
import * as store from "./store.ts";

/** Makes a billing party, or changes one when `id` is given. Refusals: NOT_FOUND, those of its fields, BILLING_PARTY_CODE_TAKEN, those of its series. */
export function saveBillingParty(
  ctx: Ctx,
  id: BillingPartyId | null,
  input: BillingPartyInput,
): Promise<Result<{ billingPartyId: BillingPartyId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    // A billing party invoices for channels of any facility.
    if (ctx.facilities !== "all") return refuse("NOT_ALLOWED", { permission: "warehouse.edit for all facilities" });
    await store.lockSettings(tx);
    const before = id === null ? undefined : await store.billingPartyById(tx, id);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "billing party", id });
    const checked = checkBillingParty(input, await store.tenantRules(tx));
    if (!checked.ok) return checked;
    const party = checked.value;
    const holder = await store.billingPartyIdByCode(tx, party.code);
    if (holder !== undefined && holder !== id) return refuse("BILLING_PARTY_CODE_TAKEN", { code: party.code });
    const billingPartyId = id ?? newId<"BillingParty">();
    if (before === undefined) await store.insertBillingParty(tx, billingPartyId, party, ctx.now);
    else await store.updateBillingParty(tx, billingPartyId, party);
    if (before !== undefined && before.gstin !== party.gstin) {
      const moved = await moveSeriesToGstin(tx, ctx, await store.seriesOfBillingParty(tx, billingPartyId));
      if (!moved.ok) return moved;
    }
    await audit(tx, ctx, {
      action: before === undefined ? "warehouse.billing_party_created" : "warehouse.billing_party_changed",
      recordType: "billing_party",
      recordId: billingPartyId,
      recordCode: party.code,
      ...(before === undefined ? {} : { before }),
      after: party,
    });
    return ok({ billingPartyId });
  });
}
