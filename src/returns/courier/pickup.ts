import type { WaybillParty, WaybillWish } from "../../../couriers/kit/index.ts";
import { partyOf } from "../../fulfilment/index.ts";
import { ok, type Result, refuse, ZERO } from "../../kernel/index.ts";
import { stateByName } from "../../warehouse/index.ts";
import { returnLifecycle } from "../return-case.ts";
import type { PickupFacts } from "./facts.store.ts";

/** Until when a courier should have been at the customer's door: nobody promises customers more. */
const COLLECT_WITHIN_HOURS = 72;
const STANDARD = "STD";

/**
 * Does the seller collect this return himself? Pure, as all of this file. A channel that ships an order sends its own courier for
 * what its customer returns; a return that a person entered is ours to collect, whoever brought the goods.
 */
export function isOursToCollect(of: Pick<PickupFacts, "thirdPartyShipping" | "announcedVia">): boolean {
  return !of.thirdPartyShipping || of.announcedVia === "PERSON";
}

type Wanted = Pick<
  PickupFacts,
  "code" | "kind" | "state" | "courierCode" | "awb" | "channelCode" | "thirdPartyShipping" | "announcedVia"
>;

/**
 * May a courier be asked to collect this return? @param chosen a person chose the courier: another one may be there.
 * Refusals, in this order: RETURN_NOT_REVERSE_PICKUP, RETURN_STATE, RETURN_COLLECTED_BY_CHANNEL, RETURN_HAS_COURIER.
 */
export function decideWanted(of: Wanted, chosen: boolean): Result<undefined> {
  const { code, kind, state, awb, courierCode, channelCode } = of;
  if (kind !== "CIR") return refuse("RETURN_NOT_REVERSE_PICKUP", { return: code });
  if (!returnLifecycle.may("allocateCourier", state))
    return refuse("RETURN_STATE", {
      ...{ return: code, state, needed: returnLifecycle.from("allocateCourier").join(" or ") },
    });
  if (!isOursToCollect(of)) return refuse("RETURN_COLLECTED_BY_CHANNEL", { return: code, channel: channelCode });
  if (awb === null || chosen) return ok();
  return refuse("RETURN_HAS_COURIER", { return: code, courier: courierCode ?? "a courier", awb });
}

/** Where it is collected. Refuses RETURN_ADDRESS_INCOMPLETE, naming what a courier cannot do without. */
export function customerOf(facts: PickupFacts): Result<WaybillParty> {
  const { pickupAddress: given, code } = facts;
  const stored =
    given === null
      ? facts.customer
      : {
          ...{ ...given, stateName: given.state, stateCode: stateByName(given.state)?.code ?? null },
          ...{ gstin: null, line2: given.line2 ?? null, email: given.email ?? null },
        };
  if (stored === null) return refuse("RETURN_ADDRESS_INCOMPLETE", { return: code, missing: ["all of it: it expired"] });
  const party = partyOf(stored);
  const missing = [
    ...(party.name.trim() === "" ? ["name"] : []),
    ...(party.phone.trim() === "" ? ["phone"] : []),
    ...(party.line1.trim() === "" ? ["street"] : []),
    ...(party.city.trim() === "" ? ["city"] : []),
    ...(party.stateName.trim() === "" ? ["state"] : []),
    ...(/^[1-9]\d{5}$/.test(party.pincode.trim()) ? [] : ["PIN code"]),
  ];
  return missing.length === 0 ? ok(party) : refuse("RETURN_ADDRESS_INCOMPLETE", { return: code, missing });
}

/**
 * A reverse pickup as its courier is asked for a number: collected at the customer's, brought to the facility. Refuses RETURN_BOX_MISSING.
 * @param code as the courier is given it
 */
export function wishOf(
  facts: PickupFacts,
  of: { readonly courier: string; readonly code: string; readonly customer: WaybillParty },
): Result<WaybillWish> {
  const { weightGrams, lengthMm, widthMm, heightMm } = facts;
  if (weightGrams === null || lengthMm === null || widthMm === null || heightMm === null) {
    const missing = Object.entries({ weight: weightGrams, length: lengthMm, width: widthMm, height: heightMm });
    return refuse("RETURN_BOX_MISSING", {
      ...{ return: facts.code, courier: of.courier, skus: facts.unmeasured },
      missing: missing.flatMap(([name, value]) => (value === null ? [name] : [])),
    });
  }
  const { facilityCode, orderCode, displayOrderCode, channelCode, channelName, orderedAt, invoiceNumber } = facts;
  return ok({
    direction: "REVERSE",
    code: of.code,
    ...{ facilityCode, orderCode, displayOrderCode, channelCode, channelName, orderedAt, invoiceNumber },
    dispatchBy: facts.announcedAt.add({ hours: COLLECT_WITHIN_HOURS }),
    ...{ weightGrams, lengthMm, widthMm, heightMm, boxes: 1 },
    lines: facts.lines.map((line) => ({ ...line, color: null, size: null, ean: null })),
    ...{ pickup: of.customer, delivery: partyOf(facts.facility), returnTo: null },
    ...{ total: facts.total, collect: ZERO, shippingMethod: STANDARD, customFields: [] },
  });
}
