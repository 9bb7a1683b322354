import type { WaybillParty } from "../../../couriers/kit/index.ts";
import { parcelOfUnits, type RuleParcel } from "../../fulfilment/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import {
  accountAbilities,
  allCourierAccounts,
  chooseProvider,
  findCourier,
  type ProviderRow,
  providerById,
  rulesAskFacts,
  type ShippingProviderId,
  waybills,
} from "../../shipping/index.ts";
import type { PickupFacts } from "./facts.store.ts";

/** So long a courier that said that it does not collect there is passed over; a person may choose it at any time. */
const REFUSAL_HOLDS_HOURS = 24;

/** Why a courier cannot be asked to collect anything from a customer, in words that follow its name; of the others nothing. */
export async function whoCannotCollect(
  tx: Tx,
  providers: readonly Pick<ProviderRow, "providerId" | "kind">[],
): Promise<Map<ShippingProviderId, string>> {
  const accounts = new Map((await allCourierAccounts(tx)).map((account) => [account.providerId, account]));
  return new Map(
    providers.flatMap(({ providerId, kind }): [ShippingProviderId, string][] => {
      if (kind !== "API") return [[providerId, "has no API by which it could be told to collect"]];
      const account = accounts.get(providerId);
      if (!account) return [[providerId, "has no account yet"]];
      if (!findCourier(account.courier)) return [[providerId, "speaks an API that is not installed here"]];
      return accountAbilities(account).reverse ? [] : [[providerId, "does not collect from customers"]];
    }),
  );
}

/** A courier for a reverse pickup, and why. */
export interface ChosenCollector {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly choice: unknown;
  /** A person chose it: no other is taken in its place. */
  readonly byPerson: boolean;
}

/**
 * The courier that a person chose, or the one that the REVERSE rules and the lists choose: it must serve the PIN code where it
 * collects. Nothing is paid at the door. Refusals: RETURN_COURIER_NOT_BY_API, NO_PROVIDER.
 */
export async function chooseCollector(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  facts: PickupFacts,
  of: {
    readonly wanted: { readonly providerId: ShippingProviderId; readonly by: string } | null;
    readonly customer: WaybillParty;
    readonly providers: readonly Pick<ProviderRow, "providerId" | "kind">[];
  },
): Promise<Result<ChosenCollector>> {
  const unable = await whoCannotCollect(tx, of.providers);
  if (of.wanted !== null) {
    const { providerId, by } = of.wanted;
    const provider = await providerById(tx, providerId);
    const why = unable.get(providerId);
    if (!provider || why !== undefined)
      return refuse("RETURN_COURIER_NOT_BY_API", {
        ...{ return: facts.code, provider: provider?.code ?? "It", why: why ?? "is gone" },
      });
    const choice = { code: provider.code, why: `chosen by ${by}`, rule: null, rejected: [] };
    return ok({ providerId, code: provider.code, choice, byPerson: true });
  }
  const since = ctx.now.subtract({ hours: REFUSAL_HOLDS_HOURS });
  const refusedBy = await waybills.returnRefusalsSince(tx, facts.returnCaseId, since);
  const known = (await rulesAskFacts(tx, "REVERSE")) ? { facts: await factsForRules(tx, facts, of.customer) } : {};
  const parcel = { pincode: of.customer.pincode, cod: false, unable, refusedBy, ...known };
  const chosen = await chooseProvider(tx, parcel, "REVERSE");
  if (!chosen.ok) return chosen;
  const { providerId, code, why, rule, rejected } = chosen.value;
  return ok({ providerId, code, choice: { code, why, rule, rejected }, byPerson: false });
}

/** What conditions ask: the facility is the one that it comes to, the customer's place the one where it is collected. */
async function factsForRules(tx: Tx, of: PickupFacts, customer: WaybillParty): Promise<RuleParcel["facts"]> {
  const { saleOrderId, facilityId, unitIds, weightGrams, lengthMm, widthMm, heightMm } = of;
  const { facts } = await parcelOfUnits(tx, {
    ...{ saleOrderId, facilityId, unitIds, weightGrams, lengthMm, widthMm, heightMm },
  });
  const { pincode, city, stateName: state, stateCode } = customer;
  const order = { ...facts.order, cod: false, collect: 0 };
  return {
    ...facts,
    order: {
      ...order,
      customer: { ...order.customer, pincode, city, state, stateCode: stateCode === "" ? null : stateCode },
    },
  };
}
