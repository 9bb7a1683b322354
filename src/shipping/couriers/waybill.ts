import type { ConnectorFailure, Outcome } from "../../../connectors/kit/index.ts";
import type { Waybill } from "../../../couriers/kit/index.ts";
import type { Id, Instant, ShippingPackageId } from "../../kernel/index.ts";
import type { ShippingProviderId } from "../provider.ts";

export type WaybillId = Id<"CourierWaybill">;
export type TellingId = Id<"CourierTelling">;

export const WAYBILL_STATES = ["ASKED", "UNSURE", "GIVEN", "GIVING_BACK", "GIVEN_BACK", "LAPSED", "REFUSED"] as const;
export type WaybillState = (typeof WAYBILL_STATES)[number];

/** Whose tracking number it is: a package's, or a customer's return's that the courier collects. */
export type WaybillSubject =
  | { readonly packageId: ShippingPackageId; readonly returnCaseId?: never }
  | { readonly returnCaseId: Id<"ReturnCase">; readonly packageId?: never };

/** A tracking number that was asked for at a courier. */
export interface WaybillRow {
  readonly waybillId: WaybillId;
  readonly providerId: ShippingProviderId;
  readonly providerCode: string;
  readonly direction: "FORWARD" | "REVERSE";
  readonly packageId: ShippingPackageId | null;
  readonly returnCaseId: Id<"ReturnCase"> | null;
  /** The shipment's code as the courier was given it. */
  readonly subjectCode: string;
  readonly state: WaybillState;
  readonly askingUntil: Instant | null;
  readonly awb: string | null;
  readonly carrier: string | null;
  readonly routingCode: string | null;
  readonly labelUrl: string | null;
  readonly labelDocumentId: string | null;
  readonly labelTries: number;
  readonly triesNext: boolean | null;
  readonly words: string | null;
  readonly choice: unknown;
  readonly askedAt: Instant;
}

const AWB_MAX = 48;
const TEXT_MAX = 200;

/** What keeps a courier's answer from being a tracking number; null: it is one. Pure, as all of this file. */
export function awbFault(awb: string): string | null {
  if (awb === "") return "the tracking number is empty";
  if (awb.length > AWB_MAX) return `the tracking number has ${awb.length} characters, ${AWB_MAX} at most`;
  return /^[\x21-\x7e]+$/.test(awb) ? null : "the tracking number has characters that no label can show";
}

/** What asking for a number came to. */
export type WaybillAnswer =
  | { readonly kind: "given"; readonly waybill: Waybill }
  /** The courier says no. `triesNext`: because of where it goes or how it is paid, so that another courier may be asked. */
  | { readonly kind: "refused"; readonly words: string; readonly code: string | null; readonly triesNext: boolean }
  /** It may have given a number that we do not know. */
  | { readonly kind: "unsure"; readonly words: string }
  /** It was certainly not asked, or gave nothing. */
  | { readonly kind: "not asked"; readonly failure: ConnectorFailure };

/** Reads what came of asking for a number. What arrived and cannot be read may have made one: only a clear no is a no. */
export function judgeWaybill(outcome: Outcome<Waybill>): WaybillAnswer {
  if (!outcome.ok) return judgeFailure(outcome.failure);
  const awb = outcome.value.awb.trim();
  const fault = awbFault(awb);
  if (fault !== null) return { kind: "unsure", words: `The answer cannot be used: ${fault}.` };
  const { carrier, routingCode, labelUrl } = outcome.value;
  return { kind: "given", waybill: { awb, carrier: text(carrier), routingCode: text(routingCode), labelUrl } };
}

function judgeFailure(failure: ConnectorFailure): WaybillAnswer {
  const { reached, kind, channelMessage, channelCode } = failure;
  const words = channelMessage ?? kind;
  if (reached === "no") return { kind: "not asked", failure };
  if (kind === "refused")
    return { kind: "refused", words, code: channelCode ?? null, triesNext: goesElsewhere(channelCode ?? null, words) };
  // Turned away at the door, by who answers for the courier: nothing was made.
  if (kind === "auth" || kind === "throttle") return { kind: "not asked", failure };
  return { kind: "unsure", words };
}

function text(given: string | null): string | null {
  const plain = given?.replaceAll(/\p{Cc}+/gu, " ").trim() ?? "";
  return plain === "" ? null : plain.slice(0, TEXT_MAX);
}

/**
 * Words of a refusal that hold for this courier and this destination alone: it does not go there, or takes no cash there. The
 * protocol has no codes for them; these are the words that couriers of India use. Whatever is not among them (an address that
 * is incomplete, a weight out of bounds, an account without credit) another courier would refuse as well, or somebody has to
 * mend: it is a person's.
 */
const ELSEWHERE = [
  /\b(?:not|non|un)[\s-]*serviceable\b/i,
  /\bnot?\s+(?:a\s+)?serv(?:ed|iced?)\b/i,
  /\bserviceab\w*\b.{0,40}\b(?:not|no|unavailable|fail\w*)\b/i,
  /\b(?:pin\s*code|pincode|location|area|destination)\b.{0,40}\b(?:not\s+(?:served|covered|supported|available)|embargo\w*|invalid\s+for)\b/i,
  /\b(?:cod|cash\s+on\s+delivery)\b.{0,40}\b(?:not|no|un)\s*-?\s*(?:available|supported|allowed|possible|serviceable|offered|accepted)\b/i,
  /\b(?:does\s+not|doesn't|cannot|can't)\s+(?:serve|deliver\s+to|collect\s+cash)\b/i,
  /\bout\s+of\s+delivery\s+area\b/i,
] as const;
/** Does a refusal say that another courier may take the parcel? */
export function goesElsewhere(code: string | null, words: string): boolean {
  const said = [words, (code ?? "").replaceAll(/[_.-]+/g, " ")];
  return ELSEWHERE.some((pattern) => said.some((text) => pattern.test(text)));
}

/** The shipment's code as a courier is given it: a number that was given back is dead there, so a later one has a code of its own. */
export function subjectCodeOf(code: string, givenBackBefore: number): string {
  return givenBackBefore === 0 ? code : `${code}-${givenBackBefore + 1}`;
}
