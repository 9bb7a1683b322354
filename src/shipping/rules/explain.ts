import type { Tx } from "../../platform/db.ts";
import { explain } from "../../platform/refusals.ts";
import { explainChoice } from "../choose-provider.ts";
import type { Parcel } from "../provider.ts";
import { type Field, type ParcelFacts, VARIABLES, volumetricGrams } from "./facts.ts";
import type { ShippingRule } from "./rule.ts";

/** What became of a choice of courier, and why, for people. */
export interface Explanation {
  /** What conditions saw. Null: not known. */
  readonly values: readonly { readonly path: string; readonly value: string | null }[];
  /** Rules in the order in which they were looked at. */
  readonly rules: readonly {
    readonly ruleId: string;
    readonly name: string;
    readonly ofAllFacilities: boolean;
    readonly preference: number;
    readonly criteria: ShippingRule["criteria"];
    readonly provider: string;
    readonly condition: string;
    readonly verdict: "HOLDS" | "DOES_NOT_HOLD" | "CANNOT_BE_JUDGED";
    readonly why: string | null;
  }[];
  readonly choice: { readonly code: string; readonly why: string; readonly ruleId: string | null } | null;
  /** Where no courier can take it. */
  readonly refusal: string | null;
  readonly rejected: readonly { readonly code: string; readonly reason: string }[];
}

/** Chooses a courier by these rules, of which any may be a draft, and tells everything that led there. Changes nothing. */
export async function explainParcel(
  tx: Tx,
  parcel: Parcel & { readonly facts: ParcelFacts },
  rules: readonly ShippingRule[],
): Promise<Explanation> {
  const { judged, choice, rejected } = await explainChoice(tx, parcel, rules);
  return {
    values: factValues(parcel.facts),
    rules: judged.map((rule) => ({
      ruleId: rule.ruleId,
      name: rule.name,
      ofAllFacilities: rule.facilityId === null,
      preference: rule.preference,
      criteria: rule.criteria,
      provider: rule.providerCode,
      condition: rule.condition,
      verdict: rule.verdict.holds === null ? "CANNOT_BE_JUDGED" : rule.verdict.holds ? "HOLDS" : "DOES_NOT_HOLD",
      why: rule.verdict.holds === null ? rule.verdict.why : null,
    })),
    choice: choice.ok
      ? { code: choice.value.code, why: choice.value.why, ruleId: choice.value.rule?.ruleId ?? null }
      : null,
    refusal: choice.ok ? null : explain(choice.refusal).message,
    rejected,
  };
}

/** Each variable with its value for a parcel, as text. Pure. */
export function factValues(facts: ParcelFacts): { path: string; value: string | null }[] {
  const { facility, order, package: parcel } = facts;
  const { lengthMm, widthMm, heightMm } = parcel;
  const sized = lengthMm !== null && widthMm !== null && heightMm !== null;
  const values: Readonly<Record<string, string | null>> = {
    "order.code": order.code,
    "order.channel": order.channel,
    "order.source": order.source,
    "order.cod": String(order.cod),
    "order.total": rupees(order.total),
    "order.collect": rupees(order.collect),
    "order.priority": String(order.priority),
    "order.gift": String(order.gift),
    "order.customer.pincode": order.customer.pincode,
    "order.customer.city": order.customer.city,
    "order.customer.state": order.customer.state,
    "order.customer.stateCode": order.customer.stateCode,
    "order.customer.country": order.customer.country,
    "order.customFields": named(order.customFields),
    "package.weight": number(parcel.weightGrams),
    "package.volumetricWeight": sized ? number(volumetricGrams(lengthMm, widthMm, heightMm)) : null,
    "package.length": number(lengthMm),
    "package.width": number(widthMm),
    "package.height": number(heightMm),
    "package.value": rupees(parcel.value),
    "package.units": String(parcel.units),
    "package.skus": parcel.skus.join(", "),
    "package.categories": parcel.categories.join(", "),
    "package.brands": parcel.brands.join(", "),
    "package.hsns": parcel.hsns.join(", "),
    "package.customFields": named(parcel.customFields),
    "package.itemFields": named(parcel.itemFields),
    "facility.code": facility.code,
    "facility.pincode": facility.pincode,
    "facility.state": facility.state,
    "facility.stateCode": facility.stateCode,
  };
  return VARIABLES.map(({ path }) => ({ path, value: values[path] ?? null }));
}

function number(value: number | null): string | null {
  return value === null ? null : String(value);
}

function rupees(paise: number): string {
  return (paise / 100).toFixed(2);
}

function named(fields: readonly Field[]): string {
  return fields.map(({ name, value }) => `${name}: ${value}`).join(", ");
}
