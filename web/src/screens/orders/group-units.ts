import type { Unit } from "./types.ts";

/** Units of one line that are in the same place and state: shown together, for a line may have hundreds. */
export interface UnitGroup {
  readonly key: string;
  readonly units: readonly Unit[];
}
export interface OrderLine {
  readonly line: string;
  readonly units: readonly Unit[];
  readonly groups: readonly UnitGroup[];
}

const sameness = (unit: Unit): string =>
  JSON.stringify([
    unit.sku,
    unit.state,
    unit.onHold,
    unit.package,
    unit.facility,
    unit.short,
    unit.cancelRequestedAt !== null,
    unit.cancelReason,
  ]);

/** The order's lines as the channel counts them, each with its units in groups. The units' order is kept. */
export function linesOf(units: readonly Unit[]): readonly OrderLine[] {
  return [...Map.groupBy(units, (unit) => unit.line)].map(([line, own]) => ({
    line,
    units: own,
    groups: [...Map.groupBy(own, sameness)].map(([key, together]) => ({ key: `${line} ${key}`, units: together })),
  }));
}

/** Money parts of an order, in the order in which a person adds them up. */
export const moneyParts = [
  ["sellingPricePaise", "Goods", 1],
  ["discountPaise", "Discount", -1],
  ["shippingChargesPaise", "Shipping", 1],
  ["codChargesPaise", "COD charges", 1],
  ["giftWrapChargesPaise", "Gift wrap", 1],
] as const satisfies readonly (readonly [keyof Unit, string, 1 | -1])[];
export const paidParts = [
  ["storeCreditPaise", "Store credit"],
  ["voucherPaise", "Voucher"],
  ["prepaidPaise", "Paid online"],
] as const satisfies readonly (readonly [keyof Unit, string])[];

type Part = (typeof moneyParts)[number][0] | (typeof paidParts)[number][0] | "totalPaise";

/** One part over many units, in paise. */
export const sumOf = (units: readonly Unit[], part: Part): number => units.reduce((sum, unit) => sum + unit[part], 0);
