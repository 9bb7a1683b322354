import { INDIA, type Instant, type Refusal, refuse } from "../../kernel/index.ts";
import { plainText, RAW_MAX } from "./limits.ts";

/** A word that a courier pushed, as far as we read it. */
export interface PushedWord {
  readonly awb: string;
  readonly raw: string;
  readonly at: Instant;
  readonly packageCode: string | null;
  readonly place: string | null;
  readonly remark: string | null;
  readonly ndrCode: string | null;
  readonly ndrReason: string | null;
  readonly attempts: number | null;
  readonly nextAttemptAt: Instant | null;
  readonly expectedAt: Instant | null;
  readonly rtoAwb: string | null;
}

export type PushRead =
  | { readonly ok: true; readonly value: PushedWord }
  | { readonly ok: false; readonly refusal: Refusal; readonly awb: string; readonly raw: string };

/** A clock of the other side may go wrong by so much. */
const AHEAD_MAX_MINUTES = 15;

type Members = Readonly<Record<string, unknown>>;

/**
 * Reads the body of a push. Beside the published members it takes those of /waybillDetails, which couriers add: place, remark, why
 * a delivery failed, attempts, the next one. Pure.
 */
export function readPush(body: unknown, provider: string, now: Instant): PushRead {
  const members: Members = isMembers(body) ? body : {};
  const awb = textOf(members.trackingNumber) ?? "";
  const raw = plainText(textOf(members.trackingStatus), RAW_MAX) ?? "";
  const no = (refusal: Refusal): PushRead => ({ ok: false, refusal, awb: awb.slice(0, 60), raw });
  const unfit = (detail: string) => no(refuse("COURIER_PUSH_NOT_UNDERSTOOD", { detail }).refusal);
  if (!isNumber(awb)) return unfit("trackingNumber is 1 to 48 signs without spaces");
  if (raw === "") return unfit("trackingStatus is empty");
  const said = textOf(members.providerCode) ?? "";
  if (said.toUpperCase() !== provider.toUpperCase())
    return no(refuse("COURIER_PUSH_OTHER_PROVIDER", { said, provider }).refusal);
  const date = textOf(members.statusDate) ?? "";
  const at = timeOf(date);
  if (at === null) return unfit(`statusDate is ${date}: no such time exists`);
  if (Temporal.Instant.compare(at, now.add({ minutes: AHEAD_MAX_MINUTES })) > 0)
    return no(refuse("COURIER_PUSH_IN_FUTURE", { said: date }).refusal);
  const rtoAwb = textOf(members.rto_awb);
  return {
    ok: true,
    value: {
      ...{ awb, raw, at, packageCode: textOf(members.shippingPackageCode) },
      place: textOf(members.current_location) ?? textOf(members.current_city),
      remark: textOf(members.current_status_remark) ?? textOf(members.remark),
      ndrCode: textOf(members.ndr_code),
      ndrReason: textOf(members.ndr_reason),
      attempts: countOf(members.attempt_count),
      nextAttemptAt: timeOf(textOf(members.next_delivery_date) ?? ""),
      expectedAt: timeOf(textOf(members.expected_date_of_delivery) ?? ""),
      rtoAwb: rtoAwb !== null && isNumber(rtoAwb) && rtoAwb !== awb ? rtoAwb : null,
    },
  };
}

export function isNumber(text: string): boolean {
  return /^[\x21-\x7e]{1,48}$/.test(text);
}

function isMembers(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Text or a number, trimmed and of a length that fits a screen; null where there is none. */
function textOf(value: unknown): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  return plainText(String(value));
}

function countOf(value: unknown): number | null {
  const text = textOf(value);
  return text !== null && /^\d{1,2}$/.test(text) ? Number(text) : null;
}

const MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/** "2026-11-21 14:05:00" (the push) or "21-Nov-2026 14:05:00" (/waybillDetails), in India; null where no such time exists. */
function timeOf(text: string): Instant | null {
  const found = /^(\d{2})-([a-z]{3})-(\d{4})(?: (.+))?$/i.exec(text);
  const month = MONTHS.indexOf((found?.[2] ?? "").toLowerCase()) + 1;
  const iso =
    found && month > 0
      ? `${found[3]}-${String(month).padStart(2, "0")}-${found[1]}T${found[4] ?? "00:00:00"}`
      : text.replace(" ", "T");
  if (!/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}$/.test(iso)) return null;
  try {
    return Temporal.PlainDateTime.from(iso, { overflow: "reject" }).toZonedDateTime(INDIA).toInstant();
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}
