import { type Id, ok, type Result, refuse } from "../kernel/index.ts";
import type { ParcelFacts } from "./rules/facts.ts";

export type ShippingProviderId = Id<"ShippingProvider">;

/** AWB_POOL: its tracking numbers are uploaded. API: they are asked for at the courier. */
export const PROVIDER_KINDS = ["AWB_POOL", "API"] as const;

export interface ProviderInput {
  readonly code: string;
  readonly name: string;
  readonly kind: (typeof PROVIDER_KINDS)[number];
  /** Where a buyer follows the parcel; {awb} is replaced. */
  readonly trackingUrlTemplate: string | null;
  readonly transitDays: number;
  /** Off: only the uploaded pincodes. */
  readonly servesEverywhere: boolean;
  readonly cod: boolean;
  /** Lower is asked first. */
  readonly preference: number;
  /** Below so many free tracking numbers an alarm is raised. */
  readonly awbLowMark: number;
  readonly enabled: boolean;
}

const PLACEHOLDER = "{awb}";

/** Refusals: PROVIDER_TRACKING_URL. */
export function checkProvider(input: ProviderInput): Result<ProviderInput> {
  const url = input.trackingUrlTemplate;
  const usable = url === null || (/^https?:\/\//i.test(url) && url.includes(PLACEHOLDER) && URL.canParse(url));
  return usable ? ok(input) : refuse("PROVIDER_TRACKING_URL", { url, placeholder: PLACEHOLDER });
}

/** A parcel as the choice of a courier sees it. */
export interface Parcel {
  readonly pincode: string;
  readonly cod: boolean;
  /** What conditions of shipping rules ask. Left out: only rules without a condition can be judged. */
  readonly facts?: ParcelFacts;
  /** Couriers that have refused this very parcel, and their words. */
  readonly refusedBy?: readonly { readonly providerId: ShippingProviderId; readonly words: string }[];
  /** Couriers that cannot carry a parcel of this kind at all, and why, in words that follow their name. */
  readonly unable?: ReadonlyMap<ShippingProviderId, string>;
}

/** A provider, with what it says about one pincode. */
export interface Candidate {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly kind: ProviderInput["kind"];
  readonly enabled: boolean;
  readonly servesEverywhere: boolean;
  readonly cod: boolean;
  readonly preference: number;
  /** Its row for the parcel's pincode, if it has one. */
  readonly pincode: ServedPincode | null;
  /** Free tracking numbers, at least as far as this choice needs to know. */
  readonly awbsLeft: number;
  /** Of kind API: its account is connected. */
  readonly connected: boolean;
}

/** A provider's row for a pincode: which methods it takes there. */
export interface ServedPincode {
  readonly cod: boolean;
  readonly prepaid: boolean;
  /** 1 is asked first, before every courier without one. */
  readonly codPriority: number | null;
  readonly prepaidPriority: number | null;
  readonly sortCode: string | null;
}

export interface ProviderChoice {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly sortCode: string | null;
  /** Why this one. */
  readonly why: string;
  /** The shipping rule that proposed it; null: the general order of couriers did. */
  readonly rule: { readonly ruleId: string; readonly name: string; readonly preference: number } | null;
  /** Couriers and rules before it, in the order in which they were looked at, and why they were passed over. */
  readonly rejected: readonly PassedOver[];
}

export interface PassedOver {
  readonly code: string;
  readonly reason: string;
}

/** Its priority for the parcel's pincode and method, if its row has one. */
export function priorityFor(candidate: Pick<Candidate, "pincode">, parcel: Pick<Parcel, "cod">): number | null {
  const row = candidate.pincode;
  if (row === null) return null;
  return parcel.cod ? row.codPriority : row.prepaidPriority;
}

/**
 * The general order of couriers: those with a priority for the pincode and method by it, then the others; then by
 * preference and code. Pure.
 */
export function inGeneralOrder(candidates: readonly Candidate[], parcel: Pick<Parcel, "cod">): Candidate[] {
  const place = (candidate: Candidate) => priorityFor(candidate, parcel) ?? Number.MAX_SAFE_INTEGER;
  return candidates.toSorted(
    (a, b) => place(a) - place(b) || a.preference - b.preference || (a.code < b.code ? -1 : 1),
  );
}

/** What a choice leaves aside. */
export interface Leniency {
  /** Its list of pincodes is not asked (FORCE_ALLOCATE). */
  readonly anyPincode?: boolean;
  /** Whether it has numbers left or answers now is not asked: only whether it goes there at all. */
  readonly anyNumbers?: boolean;
}

/** Why a provider cannot take a parcel, in words that follow its name; null: it can. Pure. */
export function objection(candidate: Candidate, parcel: Parcel, lenient: Leniency = {}): string | null {
  const { pincode: row, kind } = candidate;
  if (!candidate.enabled) return "is disabled";
  const unable = parcel.unable?.get(candidate.providerId);
  if (unable !== undefined) return unable;
  const refused = parcel.refusedBy?.find((r) => r.providerId === candidate.providerId);
  if (refused !== undefined) return `refused this parcel: ${refused.words}`;
  if (!lenient.anyPincode) {
    if (!candidate.servesEverywhere && row === null) return `does not serve ${parcel.pincode}`;
    if (!parcel.cod && row !== null && !row.prepaid) return `takes no prepaid parcels to ${parcel.pincode}`;
  }
  if (parcel.cod && !candidate.cod) return "takes no cash on delivery";
  if (!lenient.anyPincode && parcel.cod && row !== null && !row.cod)
    return `takes no cash on delivery in ${parcel.pincode}`;
  if (lenient.anyNumbers) return null;
  if (kind === "AWB_POOL" && candidate.awbsLeft < 1) return "has no tracking numbers left";
  if (kind === "API" && !candidate.connected) return "is not connected";
  return null;
}
