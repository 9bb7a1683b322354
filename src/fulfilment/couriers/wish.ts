import type { NamedValue, WaybillChange, WaybillParty, WaybillWish } from "../../../couriers/kit/index.ts";
import { ok, type Result, refuse } from "../../kernel/index.ts";
import { stateByCode } from "../../warehouse/index.ts";
import { missingOf } from "../channel-steps/parcel-facts.ts";
import type { StoredParty, WaybillFacts } from "./facts.store.ts";

/** Orders carry no method of their own: all go as standard ones. */
const STANDARD = "STD";

/** An address as couriers are told it. Pure, as all of this file. */
export function partyOf(party: StoredParty): WaybillParty {
  const { name, line1, line2, city, pincode, email, gstin } = party;
  const stateCode = party.stateCode ?? "";
  return {
    ...{ name, line1, line2, city, pincode, email, gstin, stateCode },
    phone: party.phone ?? "",
    stateName: party.stateName ?? stateByCode(stateCode)?.name ?? "",
    country: countryOf(party.country),
  };
}

/** Orders name the country as their channel writes it. */
function countryOf(text: string): string {
  const word = text.trim();
  return /^[a-z]{2}$/i.test(word) ? word.toUpperCase() : "IN";
}

type Measures = Pick<WaybillWish, "weightGrams" | "lengthMm" | "widthMm" | "heightMm">;

/** Weight and size of a package. Refuses COURIER_BOX_MISSING, saying what is missing and which SKUs to measure. */
export function measuresOf(facts: WaybillFacts, courier: string): Result<Measures> {
  const { weightGrams, lengthMm, widthMm, heightMm } = facts;
  if (weightGrams !== null && lengthMm !== null && widthMm !== null && heightMm !== null)
    return ok({ weightGrams, lengthMm, widthMm, heightMm });
  const missing = missingOf({ ...facts, channelCode: facts.channelCode });
  const measure = [
    ...(weightGrams === null && facts.unweighed.length > 0 ? [`the weight of ${facts.unweighed.join(", ")}`] : []),
    ...(missing.some((each) => each !== "weight") && facts.unsized.length > 0
      ? [`the size of ${facts.unsized.join(", ")}`]
      : []),
  ];
  return refuse("COURIER_BOX_MISSING", {
    ...{ package: facts.code, courier, missing },
    measure: measure.length > 0 ? measure.join(" and ") : "the parcel",
  });
}

/** A package as its courier is asked for a tracking number. */
export function wishOf(
  facts: WaybillFacts,
  measures: Measures,
  more: { readonly code: string; readonly customFields: readonly NamedValue[] },
): WaybillWish {
  const { facilityCode, orderCode, displayOrderCode, channelCode, channelName, orderedAt, dispatchBy } = facts;
  return {
    direction: "FORWARD",
    code: more.code,
    ...{ facilityCode, orderCode, displayOrderCode, channelCode, channelName, orderedAt, dispatchBy },
    invoiceNumber: facts.invoiceNumber,
    ...measures,
    boxes: facts.boxes,
    lines: facts.lines.map((line) => ({ ...line, color: null, size: null, ean: null })),
    ...{ pickup: partyOf(facts.facility), delivery: partyOf(facts.customer), returnTo: partyOf(facts.returnFacility) },
    ...{ total: facts.total, collect: facts.collect, shippingMethod: STANDARD, customFields: more.customFields },
  };
}

/** A package whose weight, size or boxes have changed. */
export function changeOf(
  facts: WaybillFacts,
  measures: Measures,
  of: { readonly awb: string; readonly code: string },
): WaybillChange {
  const { orderCode, displayOrderCode, channelCode, channelName, orderedAt, boxes } = facts;
  return {
    ...{ direction: "FORWARD", awb: of.awb, code: of.code, orderCode, displayOrderCode, channelCode, channelName },
    ...{ orderedAt, boxes, ...measures },
  };
}
