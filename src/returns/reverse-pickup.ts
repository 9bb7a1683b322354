import type { ImportedAddress } from "../../connectors/kit/index.ts";
import { type FacilityId, ok, type Paise, type Result, refuse, type SaleOrderItemId } from "../kernel/index.ts";
import { type ReturnKind, type ReturnState, returnLifecycle } from "./return-case.ts";

/** A box, in millimetres and grams; null: not known. */
export interface Box {
  readonly lengthMm: number | null;
  readonly widthMm: number | null;
  readonly heightMm: number | null;
  readonly weightGrams: number | null;
}

/** What a reverse pickup says besides its units; all of it may be changed while it is open. */
export interface PickupDetails {
  readonly reason: string | null;
  /** What the courier is to do, as agreed with him (behaviours: for example WAC). */
  readonly actionCode: string | null;
  /** Where it is collected; null: where the order was delivered. */
  readonly pickupAddress: ImportedAddress | null;
  /** Where what is sent instead goes; null: where it is collected. */
  readonly shippingAddress: ImportedAddress | null;
  readonly box: Box;
  /** Where it is to come back; null: by the mapping. */
  readonly returnFacilityId: FacilityId | null;
}

/** One unit that a customer sends back. */
export interface PickupUnit {
  readonly unitId: SaleOrderItemId;
  readonly reason: string | null;
  /** Addresses of the customer's pictures: shown as links, never fetched from here. */
  readonly imageUrls: readonly string[];
  /** Another SKU offered to the customer, at its price. */
  readonly replacement: { readonly sku: string; readonly price: Paise } | null;
}

/** The part of a source's declaration that decides about reverse pickups made by hand. */
export interface ManualReturnRules {
  readonly label: string;
  readonly rules: { readonly sendsReturns: readonly ReturnKind[]; readonly manualReturnRule?: string };
}

/**
 * Whether a reverse pickup may be made by hand. Pure. A source that announces its customers' returns is waited for, unless
 * the person holds the right to override. Refuses REVERSE_PICKUP_NOT_BY_HAND, with the source's own words.
 */
export function decideByHand(source: ManualReturnRules, order: string, override: boolean): Result<undefined> {
  if (override || !source.rules.sendsReturns.includes("CIR")) return ok();
  return refuse("REVERSE_PICKUP_NOT_BY_HAND", {
    order,
    source: source.label,
    rule: source.rules.manualReturnRule ?? `${source.label} announces what its customers send back by itself.`,
  });
}

/** A unit as it is judged for a reverse pickup. */
export interface PickupCandidate {
  readonly unitId: SaleOrderItemId;
  readonly code: string;
  readonly state: string;
  readonly packageState: string | null;
  /** The return that it is in already. */
  readonly returnCode: string | null;
}

const WITH_CUSTOMER = ["DISPATCHED", "SHIPPED", "DELIVERED"];

/** Whether chosen units can be sent back. Pure. Refusals: REVERSE_PICKUP_UNITS_UNKNOWN, REVERSE_PICKUP_UNITS (naming each with its cause). */
export function decideUnitsBack(
  order: string,
  wanted: readonly SaleOrderItemId[],
  units: readonly PickupCandidate[],
): Result<undefined> {
  const strange = wanted.filter((id) => !units.some((unit) => unit.unitId === id));
  if (strange.length > 0) return refuse("REVERSE_PICKUP_UNITS_UNKNOWN", { order, units: strange });
  const wrong = units
    .filter((unit) => wanted.includes(unit.unitId))
    .flatMap((unit) => {
      if (unit.returnCode !== null) return [`${unit.code} (in ${unit.returnCode})`];
      return WITH_CUSTOMER.includes(unit.packageState ?? "") && ["DISPATCHED", "DELIVERED"].includes(unit.state)
        ? []
        : [`${unit.code} (${unit.packageState ?? unit.state})`];
    });
  return wrong.length > 0 ? refuse("REVERSE_PICKUP_UNITS", { order, units: wrong }) : ok();
}

/** Whether a reverse pickup still changes. Pure. Refusals: RETURN_NOT_REVERSE_PICKUP, RETURN_STATE. */
export function decideEdit(found: {
  readonly code: string;
  readonly kind: ReturnKind;
  readonly state: ReturnState;
}): Result<undefined> {
  if (found.kind !== "CIR") return refuse("RETURN_NOT_REVERSE_PICKUP", { return: found.code });
  return returnLifecycle.may("receive", found.state)
    ? ok()
    : refuse("RETURN_STATE", { return: found.code, state: found.state, needed: "a reverse pickup that is on its way" });
}

/**
 * Whether a reverse pickup may be cancelled. Pure. As a whole, and before the courier has the goods (behaviours 6.3).
 * @param chosen units that somebody wants cancelled; null: all. Refusals, in this order: RETURN_NOT_REVERSE_PICKUP,
 * REVERSE_PICKUP_WHOLE_ONLY, REVERSE_PICKUP_GONE, REVERSE_PICKUP_HAS_REPLACEMENT.
 */
export function decideCancel(
  found: { readonly code: string; readonly kind: ReturnKind; readonly state: ReturnState },
  units: readonly { readonly unitId: string; readonly insteadState: string | null }[],
  chosen: readonly string[] | null,
): Result<undefined> {
  if (found.kind !== "CIR") return refuse("RETURN_NOT_REVERSE_PICKUP", { return: found.code });
  if (chosen !== null && units.some((unit) => !chosen.includes(unit.unitId)))
    return refuse("REVERSE_PICKUP_WHOLE_ONLY", { return: found.code, units: units.length });
  if (!returnLifecycle.may("cancel", found.state))
    return refuse("REVERSE_PICKUP_GONE", { return: found.code, state: found.state });
  return units.some((unit) => unit.insteadState === "ACCEPTED")
    ? refuse("REVERSE_PICKUP_HAS_REPLACEMENT", { return: found.code })
    : ok();
}
