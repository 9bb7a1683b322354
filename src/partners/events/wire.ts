import type { components } from "../../../contract/generated/partner-notifications.ts";
import { type Instant, type LocalDate, type Paise, rupeesText, toRupees } from "../../kernel/index.ts";
import { currentState, stateByCode } from "../../warehouse/states.ts";
import type { AddressFacts } from "./facts.ts";

/** How partners read our facts: dates, money, rates, addresses. Pure. */

/** The contract's types by name. */
export type Wire = components["schemas"];

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `Jul 9, 2024 3:34:35 PM`, with plain spaces, in the zone given. English whatever the machine speaks, hence no Intl. */
export function partnerTime(at: Instant, zone: string): string {
  const { year, month, day, hour, minute, second } = at.toZonedDateTimeISO(zone);
  const two = (n: number) => String(n).padStart(2, "0");
  return `${MONTHS[month - 1]} ${day}, ${year} ${hour % 12 || 12}:${two(minute)}:${two(second)} ${hour < 12 ? "AM" : "PM"}`;
}

/** A day in the contract's only form of a date: its first moment. */
export function partnerDay(on: LocalDate): string {
  return partnerTime(on.toZonedDateTime("UTC").toInstant(), "UTC");
}

/** Rupees as a number with at most two decimals: 76415 paise → 764.15. */
export function amount(paise: Paise): number {
  return toRupees(paise);
}

/** Rupees as text without needless zeros, where the published sample has text: 9000 paise → "90". */
export function amountText(paise: Paise): string {
  return rupeesText(paise)
    .replace(/\.00$/, "")
    .replace(/(\.\d)0$/, "$1");
}

/** A rate in percent: 1800 basis points → 18. */
export function percent(bps: number): number {
  return bps / 100;
}

/** An address of an order: state by its letters, country by its code, as the order's own protocol has them. */
export function wireAddress(address: AddressFacts): Wire["Address"] {
  const { stateCode, stateName, country } = address;
  const state = stateCode === null ? null : stateByCode(stateCode);
  return {
    name: address.name,
    addressLine1: address.line1,
    addressLine2: address.line2,
    city: address.city,
    state: state === null ? stateName : currentState(state).letters,
    country: INDIA_NAMES.has(country.trim().toUpperCase()) ? "IN" : country,
    pincode: address.pincode,
    phone: address.phone,
    email: address.email,
    type: address.kind,
  };
}

const INDIA_NAMES: ReadonlySet<string> = new Set(["", "IN", "IND", "INDIA", "BHARAT", "भारत"]);

/** The components of one bundle of an order share this; null outside bundles. */
export function bundleOf(unit: {
  readonly bundleSku: string | null;
  readonly channelOrderItemId: string;
}): string | null {
  return unit.bundleSku === null ? null : unit.channelOrderItemId;
}
