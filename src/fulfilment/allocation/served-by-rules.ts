import type { FacilityId, SaleOrderId } from "../../kernel/index.ts";
import type { Tx } from "../../platform/db.ts";
import { type RulesReach, rulesReach, servedParcels } from "../../shipping/index.ts";
import { parcelsOfWaiting } from "../rule-facts.ts";
import type { Candidate } from "./decide.ts";

/**
 * Candidates with what shipping rules say of who is served: a rule may send where no courier's list goes, and may leave a
 * place without a courier. An order is judged as the one parcel that it would be; what its parcels turn out to be is
 * judged again when they are labelled. No statement where no rule changes who is served.
 */
export async function servedByRules<Unit extends Candidate>(
  tx: Tx,
  facilityId: FacilityId,
  candidates: readonly Unit[],
  rules: RulesReach,
): Promise<readonly Unit[]> {
  if (!rules.forces && !rules.forbids) return candidates;
  const orders = [...new Set(candidates.map((c) => c.saleOrderId))];
  const served = await ordersServed(
    tx,
    orders.map((saleOrderId) => ({ saleOrderId, facilityId })),
  );
  return candidates.map((c) => ({ ...c, served: served.get(`${c.saleOrderId} ${facilityId}`) ?? c.served }));
}

/** Orders and facilities from which rules and lists serve them, by `saleOrderId facilityId`. Orders that their channel ships are left out. */
export async function ordersServed(
  tx: Tx,
  which: readonly { readonly saleOrderId: SaleOrderId; readonly facilityId: FacilityId }[],
): Promise<Map<string, boolean>> {
  const parcels = (await parcelsOfWaiting(tx, which)).filter((p) => !p.thirdPartyShipping);
  const served = parcels.length === 0 ? [] : await servedParcels(tx, parcels);
  return new Map(parcels.map((p, i) => [`${p.saleOrderId} ${p.facts.facility.facilityId}`, served[i] ?? false]));
}

/** `ordersServed`, where rules change who is served; empty where none does. */
export async function ordersServedByRules(
  tx: Tx,
  which: readonly { readonly saleOrderId: SaleOrderId; readonly facilityId: FacilityId }[],
): Promise<Map<string, boolean>> {
  const rules = await rulesReach(tx);
  return rules.forces || rules.forbids ? ordersServed(tx, which) : new Map();
}
