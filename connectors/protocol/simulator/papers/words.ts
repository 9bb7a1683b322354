/** Amounts, times and addresses as Indian papers write them. */
import type { Address } from "../../../kit/simulator/index.ts";

const ZONE = "Asia/Kolkata";
const AMOUNT = new Intl.NumberFormat("en-IN", { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `1,23,456.00` of whole paise. */
export function amount(paise: number): string {
  return AMOUNT.format(paise / 100);
}

/** `Rs. 1,23,456.00`: the fonts that every reader has lack the rupee sign. */
export function rupeeAmount(paise: number): string {
  return `Rs. ${amount(paise)}`;
}

/** `20-11-2026 19:40`. */
export function dateTime(at: string): string {
  const local = Temporal.Instant.from(at).toZonedDateTimeISO(ZONE);
  const two = (part: number) => String(part).padStart(2, "0");
  return `${two(local.day)}-${two(local.month)}-${local.year} ${two(local.hour)}:${two(local.minute)}`;
}

export function addressLines(address: Address): string[] {
  const { name, addressLine1, addressLine2, city, state, pincode, phone } = address;
  return [
    name,
    addressLine1,
    ...(addressLine2 ? [addressLine2] : []),
    `${city}, ${state} ${pincode}`,
    `Phone ${phone}`,
  ];
}
