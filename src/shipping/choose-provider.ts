import { assert, ok, type Result, type ShippingPackageId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { takeAwbs } from "./awb-pool.ts";
import type { Candidate, Parcel, PassedOver, ProviderChoice } from "./provider.ts";
import { decideCourier, type JudgedRule, judgeRules, weighCouriers } from "./rules/decide.ts";
import type { RuleType, ShippingRule } from "./rules/rule.ts";
import { rulesInForce } from "./rules/store.ts";
import * as store from "./store.ts";

/** Chooses the courier of a parcel by the shipping rules, serviceability, preference and free tracking numbers. Refuses NO_PROVIDER with the reason for each. */
export async function chooseProvider(
  tx: Tx,
  parcel: Parcel,
  type: RuleType = "FORWARD",
): Promise<Result<ProviderChoice>> {
  const [choice] = await chooseProviders(tx, [parcel], type);
  assert(choice !== undefined, "one parcel has one choice");
  return choice;
}

/** `chooseProvider` for many parcels, in three statements. Parcels that share a pool use it up: the later ones go to the next courier. */
export async function chooseProviders(
  tx: Tx,
  parcels: readonly Parcel[],
  type: RuleType = "FORWARD",
): Promise<Result<ProviderChoice>[]> {
  const { candidatesOf, taken } = await readCouriers(tx, parcels);
  const rules = await rulesInForce(tx, type);
  return parcels.map((parcel) => {
    const choice = decideCourier(candidatesOf(parcel), judgeRules(rules, parcel), parcel);
    if (choice.ok) taken(choice.value);
    return choice;
  });
}

/** What a choice saw of one parcel. */
export interface ExplainedChoice {
  readonly judged: readonly JudgedRule[];
  readonly choice: Result<ProviderChoice>;
  /** Couriers and rules before it, or all where there is no choice. */
  readonly rejected: readonly PassedOver[];
}

/** `chooseProvider` with what each rule said, and by rules that are not (or not yet) in force. Changes nothing. */
export async function explainChoice(tx: Tx, parcel: Parcel, rules: readonly ShippingRule[]): Promise<ExplainedChoice> {
  const { candidatesOf } = await readCouriers(tx, [parcel]);
  const judged = judgeRules(rules, parcel);
  const { choice, rejected } = weighCouriers(candidatesOf(parcel), judged, parcel);
  return { judged, choice, rejected };
}

/**
 * Which of these parcels some courier goes to, by lists and rules; numbers that have run out and accounts that do not answer
 * now do not count, since they come back. In three statements.
 */
export async function servedParcels(tx: Tx, parcels: readonly Parcel[]): Promise<boolean[]> {
  const { candidatesOf } = await readCouriers(tx, parcels);
  const rules = await rulesInForce(tx, "FORWARD");
  return parcels.map(
    (parcel) => decideCourier(candidatesOf(parcel), judgeRules(rules, parcel), parcel, { anyNumbers: true }).ok,
  );
}

interface Couriers {
  readonly candidatesOf: (parcel: Parcel) => Candidate[];
  /** A courier was chosen: one number less is free. */
  readonly taken: (choice: ProviderChoice) => void;
}

async function readCouriers(tx: Tx, parcels: readonly Parcel[]): Promise<Couriers> {
  const providers = await store.candidates(tx, Math.max(parcels.length, 1));
  const rows = await store.pincodeRows(tx, [...new Set(parcels.map((p) => p.pincode))]);
  const served = new Map(rows.map((r) => [`${r.providerId}/${r.pincode}`, r]));
  const left = new Map(providers.map((p) => [p.providerId, p.awbsLeft]));
  return {
    candidatesOf: (parcel) =>
      providers.map((p) => ({
        ...p,
        awbsLeft: left.get(p.providerId) ?? 0,
        pincode: served.get(`${p.providerId}/${parcel.pincode}`) ?? null,
      })),
    taken: ({ providerId }) => left.set(providerId, (left.get(providerId) ?? 0) - 1),
  };
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
