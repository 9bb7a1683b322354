import { type Id, ok, type Refusal, type Result, refuse } from "../kernel/index.ts";

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
  readonly pincode: { readonly cod: boolean; readonly sortCode: string | null } | null;
  /** Free tracking numbers, at least as far as this choice needs to know. */
  readonly awbsLeft: number;
}

export interface ProviderChoice {
  readonly providerId: ShippingProviderId;
  readonly code: string;
  readonly sortCode: string | null;
  /** Why this one. */
  readonly why: string;
  /** Those before it in order of preference, and why they were passed over. */
  readonly rejected: readonly { readonly code: string; readonly reason: string }[];
}

/**
 * Chooses the courier: the first by preference (then code) that is enabled, goes to the pincode, collects money there
 * if need be, and has a tracking number. Pure. Refuses NO_PROVIDER with the reason for each.
 */
export function decideProvider(
  candidates: readonly Candidate[],
  parcel: Parcel,
): Result<ProviderChoice, Refusal<"NO_PROVIDER">> {
  const rejected: { code: string; reason: string }[] = [];
  for (const candidate of candidates.toSorted((a, b) => a.preference - b.preference || (a.code < b.code ? -1 : 1))) {
    const { code, providerId } = candidate;
    const reason = objection(candidate, parcel);
    if (reason === null) {
      const why = `preference ${candidate.preference}, serves ${parcel.pincode}${parcel.cod ? " with cash on delivery" : ""}`;
      return ok({ providerId, code, sortCode: candidate.pincode?.sortCode ?? null, why, rejected });
    }
    rejected.push({ code, reason });
  }
  const words = rejected.map((r) => `${r.code} ${r.reason}`);
  return refuse("NO_PROVIDER", { pincode: parcel.pincode, rejected: words.length > 0 ? words : ["there is none"] });
}

function objection(candidate: Candidate, parcel: Parcel): string | null {
  if (!candidate.enabled) return "is disabled";
  if (!candidate.servesEverywhere && candidate.pincode === null) return `does not serve ${parcel.pincode}`;
  if (parcel.cod && !candidate.cod) return "takes no cash on delivery";
  if (parcel.cod && candidate.pincode !== null && !candidate.pincode.cod)
    return `takes no cash on delivery in ${parcel.pincode}`;
  if (candidate.kind === "AWB_POOL" && candidate.awbsLeft < 1) return "has no tracking numbers left";
  return null;
}
