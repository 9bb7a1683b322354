import { assert, ok, type Result, type ShippingPackageId } from "../../kernel/index.ts";
import type { Ctx } from "../../platform/context.ts";
import type { Tx } from "../../platform/db.ts";
import { chooseProviders, type Parcel, providerById, type ShippingProviderId, waybills } from "../../shipping/index.ts";
import { parcelsToAssign } from "../rule-facts.ts";
import { chosenBefore, type StepPackage } from "../steps.store.ts";

/** So long a courier that refused a parcel for where it goes is passed over for it; a person may choose it at any time. */
const REFUSAL_HOLDS_HOURS = 24;

/** Packages as the choice of couriers sees them, with the couriers that refused each of them. */
export async function parcelsToOffer(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  parcels: readonly StepPackage[],
): Promise<(Parcel & { packageId: ShippingPackageId })[]> {
  if (parcels.length === 0) return [];
  const ids = parcels.map((parcel) => parcel.shippingPackageId);
  const refused = await waybills.refusalsSince(tx, ids, ctx.now.subtract({ hours: REFUSAL_HOLDS_HOURS }));
  return (await parcelsToAssign(tx, parcels)).map((parcel) => {
    const refusedBy = refused.filter((each) => each.packageId === parcel.packageId);
    return refusedBy.length === 0 ? parcel : { ...parcel, refusedBy };
  });
}

/** A courier for one package, as it is written on it. */
export interface ChosenCourier {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly kind: "AWB_POOL" | "API";
  readonly sortCode: string | null;
  /** Why, and which were passed over. */
  readonly choice: unknown;
  /** A person chose it: no other is taken in its place. */
  readonly byPerson: boolean;
}

/** The courier that a person has chosen for a package, or the one that rules and lists choose. Refuses NO_PROVIDER. */
export async function chooseFor(tx: Tx, ctx: Pick<Ctx, "now">, parcel: StepPackage): Promise<Result<ChosenCourier>> {
  if (parcel.providerId !== null && parcel.awb === null) {
    const provider = await providerById(tx, parcel.providerId);
    const before = provider && (await chosenBefore(tx, parcel.shippingPackageId));
    if (provider && before) {
      const { providerId, code, kind } = provider;
      return ok({ providerId, code, kind, ...before, byPerson: true });
    }
  }
  const [chosen] = await chooseProviders(tx, await parcelsToOffer(tx, ctx, [parcel]));
  assert(chosen !== undefined, "one parcel has one choice");
  if (!chosen.ok) return chosen;
  const { providerId, code, sortCode, why, rule, rejected } = chosen.value;
  const provider = await providerById(tx, providerId);
  return ok({
    providerId,
    code,
    kind: provider?.kind ?? "AWB_POOL",
    sortCode,
    choice: { code, why, rule, rejected },
    byPerson: false,
  });
}
