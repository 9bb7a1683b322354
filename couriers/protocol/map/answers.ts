/** Answers of couriers in our words: refusals, cancellations, manifests. Pure. */
import {
  badAnswer,
  fail,
  type InAnswer,
  type Outcome,
  type OutRequest,
  succeed,
} from "../../../connectors/kit/index.ts";
import { describeMisfits, type Misfit, validator } from "../../../contract/validators.ts";
import type { CourierManifestAnswer } from "../../kit/index.ts";

type Json = Readonly<Record<string, unknown>>;

/** What an answer says: a value, a refusal in the courier's words, or something that the contract does not allow. */
export type Reading<T> =
  | { readonly kind: "read"; readonly value: T }
  | { readonly kind: "refused"; readonly code: string | null; readonly words: string }
  | { readonly kind: "unfit"; readonly words: string };

export function isJson(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A text in use; "" and null are none. A number is taken as its text: the protocol's pages disagree about both. */
export function textOf(value: unknown): string | null {
  if (typeof value === "number") return String(value);
  if (typeof value !== "string") return null;
  const trimmed = value.trim();
  return trimmed === "" ? null : trimmed;
}

export function unfit(
  operation: string,
  errors: readonly Misfit[],
): { readonly kind: "unfit"; readonly words: string } {
  return { kind: "unfit", words: `The answer does not fit ${operation}: ${describeMisfits(errors)}` };
}

/** Code and words of an answer that is not 2xx. */
export const explain: NonNullable<OutRequest["explain"]> = ({ json }) => {
  if (!isJson(json)) return {};
  const code = textOf(json.reason) ?? textOf(json.status);
  const message = textOf(json.message) ?? textOf(json.errorMessage) ?? textOf(json.reason);
  return { ...(code === null ? {} : { code }), ...(message === null ? {} : { message }) };
};

/** A reading as the outcome of its call. */
export function outcomeOf<T>(reading: Reading<T>, request: Pick<OutRequest, "idempotent">, status: number): Outcome<T> {
  if (reading.kind === "read") return succeed(reading.value);
  if (reading.kind === "unfit") return fail(badAnswer(request, status, reading.words));
  const code = reading.code === null ? {} : { channelCode: reading.code };
  return fail({ reached: "yes", kind: "refused", status, channelMessage: reading.words, ...code });
}

const updateAnswer = validator("shipping-provider", "WaybillUpdateResponse");

export function readUpdate({ json }: Pick<InAnswer, "json">): Reading<null> {
  const checked = updateAnswer(json);
  if (!checked.ok) return unfit("updateWaybill", checked.errors);
  if (checked.value.status === "SUCCESS") return { kind: "read", value: null };
  return { kind: "refused", code: "FAILED", words: textOf(checked.value.message) ?? "FAILED" };
}

const cancelAnswer = validator("shipping-provider", "CancelResponse");

/** @param awb what was asked: an answer about another number says nothing about it */
export function readCancel({ json }: Pick<InAnswer, "json">, awb: string): Reading<null> {
  // "success" in 2023, "SUCCESS" later: compared without regard to case, as the contract says.
  const plain = isJson(json) && typeof json.status === "string" ? { ...json, status: json.status.toUpperCase() } : json;
  const checked = cancelAnswer(plain);
  if (!checked.ok) return unfit("cancelWaybill", checked.errors);
  const { status, waybill, errorMessage } = checked.value;
  if (!isSameNumber(waybill, awb))
    return unfit("cancelWaybill", [{ path: "waybill", message: `is ${waybill}, not ${awb}` }]);
  if (status === "SUCCESS" || saysCancelledAlready(errorMessage)) return { kind: "read", value: null };
  return { kind: "refused", code: "FAILED", words: textOf(errorMessage) ?? "FAILED" };
}

/**
 * A number that was given back before is no failure. "Not cancelled: already picked up" is one, so the two words must stand
 * together.
 */
export function saysCancelledAlready(words: string): boolean {
  const plain = words.toLowerCase().replaceAll(/[^a-z]+/g, " ");
  return /\balready (been |is |was |marked )?(as )?cancell?ed\b|\b(?<!not )cancell?ed already\b/.test(plain);
}

/** Couriers pad numbers and change their case. */
export function isSameNumber(one: string, other: string): boolean {
  return plainNumber(one) === plainNumber(other);
}

export function plainNumber(awb: string): string {
  return awb.trim().toUpperCase();
}

const made = validator("shipping-provider", "ManifestSuccess");
const already = validator("shipping-provider", "ManifestAlready");
const invalid = validator("shipping-provider", "ManifestInvalid");

/** Made is 201 alone, as the protocol says; and its document must have an address. */
export function readManifest({ json, status }: Pick<InAnswer, "json" | "status">): Reading<CourierManifestAnswer> {
  const checked = made(json);
  if (!checked.ok) return unfit("generateManifest", checked.errors);
  if (status !== 201)
    return { kind: "unfit", words: `The answer does not fit generateManifest: HTTP ${status} in place of 201` };
  const { manifestNumber, manifestDownloadUrl: url } = checked.value;
  if (!URL.canParse(url) || !/^https?:/i.test(url))
    return unfit("generateManifest", [{ path: "manifestDownloadUrl", message: "is not an address of the web" }]);
  return { kind: "read", value: { kind: "made", number: String(manifestNumber), url } };
}

/** A refusal that names numbers: the rest may be asked for without them. Null: another refusal. */
export function readManifestRefusal({ json }: Pick<InAnswer, "json">): CourierManifestAnswer | null {
  const known = already(json);
  if (known.ok && known.value.alreadyManifestedAWBs.length > 0)
    return {
      kind: "refused",
      why: "ALREADY",
      awbs: known.value.alreadyManifestedAWBs.map(String),
      words: known.value.message,
    };
  const strange = invalid(json);
  if (strange.ok && strange.value.invalidAWBs.length > 0)
    return {
      kind: "refused",
      why: "UNKNOWN",
      awbs: strange.value.invalidAWBs.map(String),
      words: strange.value.message,
    };
  return null;
}
