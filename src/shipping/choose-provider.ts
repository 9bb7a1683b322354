import { assert, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { takeAwbs } from "./awb-pool.ts";
import { type Candidate, decideProvider, type Parcel, type ProviderChoice } from "./provider.ts";
import * as store from "./store.ts";

/** Chooses the courier of a parcel by preference, serviceability and free tracking numbers. Refuses NO_PROVIDER with the reason for each. */
export async function chooseProvider(tx: Tx, parcel: Parcel): Promise<Result<ProviderChoice>> {
  const [choice] = await chooseProviders(tx, [parcel]);
  assert(choice !== undefined, "one parcel has one choice");
  return choice;
}

/** `chooseProvider` for many parcels, in two statements. Parcels that share a pool use it up: the later ones go to the next courier. */
export async function chooseProviders(tx: Tx, parcels: readonly Parcel[]): Promise<Result<ProviderChoice>[]> {
  const providers = await store.candidates(tx, Math.max(parcels.length, 1));
  const rows = await store.pincodeRows(tx, [...new Set(parcels.map((p) => p.pincode))]);
  const served = new Map(rows.map((r) => [`${r.providerId}/${r.pincode}`, r]));
  const left = new Map(providers.map((p) => [p.providerId, p.awbsLeft]));
  return parcels.map((parcel) => {
    const candidates = providers.map(
      (p): Candidate => ({
        ...p,
        awbsLeft: left.get(p.providerId) ?? 0,
        pincode: served.get(`${p.providerId}/${parcel.pincode}`) ?? null,
      }),
    );
    const choice = decideProvider(candidates, parcel);
    if (choice.ok) left.set(choice.value.providerId, (left.get(choice.value.providerId) ?? 0) - 1);
    return choice;
  });
}

export interface AssignedCourier {
  readonly choice: ProviderChoice;
  /** Null where the courier's API is yet to be asked for it. */
  readonly awb: string | null;
}

/** Chooses couriers and takes their tracking numbers, for many packages at once. Refusals per package: NO_PROVIDER, AWB_POOL_EMPTY. */
export async function assignCouriers(
  tx: Tx,
  ctx: Pick<Ctx, "now">,
  packages: readonly (Parcel & { readonly packageId: ShippingPackageId })[],
): Promise<Map<ShippingPackageId, Result<AssignedCourier>>> {
  const choices = await chooseProviders(tx, packages);
  const kinds = new Map((await store.candidates(tx, 1)).map((p) => [p.providerId, p.kind]));
  const wanted = packages.flatMap(({ packageId }, i) => {
    const choice = choices[i];
    return choice?.ok && kinds.get(choice.value.providerId) === "AWB_POOL"
      ? [{ packageId, providerId: choice.value.providerId }]
      : [];
  });
  const taken = await takeAwbs(tx, ctx, wanted);
  return new Map(
    packages.map(({ packageId }, i): [ShippingPackageId, Result<AssignedCourier>] => {
      const choice = choices[i];
      assert(choice !== undefined, "each parcel has a choice");
      if (!choice.ok) return [packageId, choice];
      const awb = taken.get(packageId) ?? ok(null);
      return [packageId, awb.ok ? ok({ choice: choice.value, awb: awb.value }) : awb];
    }),
  );
}
