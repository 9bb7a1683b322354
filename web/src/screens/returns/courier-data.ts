import { queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";

interface Why {
  readonly code: string;
  readonly message: string;
  readonly whatToDo: string;
}

/** A number that a courier gave for a return, or was asked for. */
export interface ReturnNumber {
  readonly courier: string;
  readonly awb: string | null;
  readonly state: "ASKED" | "UNSURE" | "GIVEN" | "GIVING_BACK" | "GIVEN_BACK" | "LAPSED" | "REFUSED";
  readonly carrier: string | null;
  readonly words: string | null;
  readonly choice: unknown;
  readonly labelUrl: string | null;
  readonly trackingUrl: string | null;
  readonly askedAt: string;
  readonly askedBy: string;
  readonly exchangeId: string | null;
  readonly tellingId: string | null;
  readonly telling: string | null;
  readonly tellingWords: string | null;
}

/** A word of a courier about a return. */
export interface ReturnWord {
  readonly awb: string;
  readonly raw: string;
  readonly meaning: string | null;
  readonly label: string | null;
  readonly at: string | null;
  readonly heardAt: string;
  readonly via: "COURIER_DETAILS" | "COURIER_PUSH";
  readonly place: string | null;
  readonly remark: string | null;
  readonly outcome: "MOVED" | "NOTHING" | "DOUBT" | "UNKNOWN";
}

/** The answer of `GET /api/v1/returns/:returnCaseId/courier`. */
export interface ReturnCourier {
  readonly ours: boolean;
  readonly notNow: Why | null;
  readonly ask: {
    readonly state: "WAITING" | "ASKING" | "FAILED" | "DONE" | "DROPPED";
    readonly wantedProvider: string | null;
    readonly provider: string | null;
    readonly nextAttemptAt: string | null;
    readonly attempts: number;
    readonly refusal: Why | null;
    readonly courierSays: string | null;
    readonly exchangeId: string | null;
    readonly wantedAt: string;
    readonly wantedBy: string;
  } | null;
  readonly unsure: { readonly courier: string; readonly code: string } | null;
  readonly numbers: readonly ReturnNumber[];
  readonly askedAt: string | null;
  readonly pushedAt: string | null;
  readonly unknownSince: string | null;
  readonly expectedAt: string | null;
  readonly words: readonly ReturnWord[];
  readonly exchanges: readonly {
    readonly exchangeId: string;
    readonly courier: string;
    readonly at: string;
    readonly operation: string;
    readonly outcome: string;
    readonly message: string | null;
  }[];
  readonly couriers: readonly {
    readonly providerId: string;
    readonly code: string;
    readonly name: string;
    readonly why: string | null;
  }[];
}

export const returnCourierQuery = (id: string, kind: string) =>
  queryOptions({
    queryKey: ["return", id, "courier"],
    queryFn: ({ signal }) => api.get<ReturnCourier>(`/api/v1/returns/${id}/courier`, {}, signal),
    refetchInterval: 5_000,
    enabled: kind === "CIR",
  });

/** What asking has come to, for the person who pressed. */
export interface Asked {
  readonly outcome: "DONE" | "WAITING" | "FAILED";
  readonly courier: string | null;
  readonly awb: string | null;
  readonly refusal: Why | null;
}

/** Asks a courier to collect a return: by rules, or the chosen one. @throws what was refused before anybody was asked */
export function askCourier(id: string, providerId: string | null): Promise<Asked> {
  return api.post<Asked>(`/api/v1/returns/${id}/allocate-courier`, { providerId });
}

/** What asking has come to, in a sentence. */
export function askedWords(code: string, { outcome, courier, awb, refusal }: Asked): string {
  if (outcome === "DONE") return `${courier} collects ${code}: ${awb}.`;
  return refusal?.message ?? `No courier was asked to collect ${code}.`;
}
