import { queryOptions } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import type { Grade } from "../putaway/putaway-data.ts";

export type ReturnKind = "RTO" | "CIR";
export type Via = "PUSH" | "SYNC" | "COURIER" | "PERSON";

/** A row of `GET /api/v1/returns`. */
export interface ReturnRow {
  readonly returnCaseId: string;
  readonly code: string;
  readonly kind: ReturnKind;
  readonly state: string;
  readonly channelId: string;
  readonly channel: string;
  readonly source: string;
  readonly saleOrderId: string;
  readonly order: string;
  readonly packages: readonly string[];
  readonly units: number;
  readonly missing: number;
  readonly channelReturnId: string | null;
  readonly reason: string | null;
  readonly courier: string | null;
  readonly awb: string | null;
  readonly announcedVia: Via;
  readonly announcedAt: string;
  readonly ageDays: number;
  readonly dispatchFacility: string | null;
  readonly expectedFacility: string | null;
  readonly facility: string | null;
  readonly receivedAt: string | null;
  readonly receivedBy: string | null;
  readonly putAwayAt: string | null;
  readonly pendingSince: string | null;
  readonly completedAt: string | null;
  readonly cancelledAt: string | null;
  readonly replacement: string | null;
  readonly creditNoteDueId: string | null;
  readonly creditState: string | null;
  readonly creditNotes: string | null;
}

export interface ReturnAddress {
  readonly name: string;
  readonly line1: string;
  readonly line2: string | null;
  readonly city: string;
  readonly state: string;
  readonly country: string;
  readonly pincode: string;
  readonly phone: string;
  readonly email: string | null;
}

/** A unit of a return. */
export interface ReturnUnit {
  readonly unitId: string;
  readonly code: string;
  readonly sku: string;
  readonly name: string;
  readonly imageUrl: string | null;
  readonly unitState: string;
  readonly state: string;
  readonly package: string | null;
  readonly invoice: string | null;
  readonly reason: string | null;
  readonly imageUrls: readonly string[];
  readonly grade: Grade | null;
  readonly putawayId: string | null;
  readonly putaway: string | null;
  readonly facility: string | null;
  readonly shelf: string | null;
  readonly receivedAt: string | null;
  readonly receivedBy: string | null;
  readonly putAwayAt: string | null;
  readonly paidPaise: number;
  readonly instead: Instead | null;
}

/** What goes out instead of a unit that comes back. */
export interface Instead {
  readonly kind: "REPLACEMENT" | "RESHIP";
  readonly state: "OFFERED" | "ACCEPTED" | "DECLINED";
  readonly sku: string | null;
  readonly pricePaise: number;
  readonly differencePaise: number;
  readonly saleOrderId: string | null;
  readonly order: string | null;
}

/** The answer of `GET /api/v1/returns/:returnCaseId`. */
export interface ReturnDetail extends ReturnRow {
  readonly actionCode: string | null;
  readonly pickupAddress: ReturnAddress | null;
  readonly shippingAddress: ReturnAddress | null;
  readonly box: {
    readonly lengthMm: number | null;
    readonly widthMm: number | null;
    readonly heightMm: number | null;
    readonly weightGrams: number | null;
  };
  readonly returnFacilityId: string | null;
  readonly channelWarehouse: string | null;
  readonly createdBy: string | null;
  readonly cancelReason: string | null;
  readonly courierAllocatedAt: string | null;
  readonly pickedUpAt: string | null;
  readonly creditNoteBy: "us" | "channel" | "none";
  readonly allowed: readonly string[];
  readonly unitsIn: readonly ReturnUnit[];
  readonly timeline: readonly {
    readonly at: string;
    readonly actor: string;
    readonly kind: string;
    readonly package: string | null;
    readonly facts: Readonly<Record<string, unknown>>;
  }[];
  readonly exchanges: readonly {
    readonly exchangeId: string;
    readonly at: string;
    readonly operation: string;
    readonly direction: string;
    readonly outcome: string | null;
    readonly message: string | null;
  }[];
}

export const kindWords: Readonly<Record<ReturnKind, string>> = {
  RTO: "RTO: it was not delivered",
  CIR: "CIR: the customer sends it back",
};

export const viaWords: Readonly<Record<Via, string>> = {
  PUSH: "told by the channel",
  SYNC: "found by status sync",
  COURIER: "told by the courier",
  PERSON: "entered by a person",
};

/** Days since a return was announced, as the ageing counts them. */
export const ages = [
  { value: "0-3", label: "0–3 days ago", key: "days0to3" },
  { value: "4-7", label: "4–7 days ago", key: "days4to7" },
  { value: "8-15", label: "8–15 days ago", key: "days8to15" },
  { value: ">15", label: "over 15 days ago", key: "daysOver15" },
] as const;

export const returnQuery = (id: string) =>
  queryOptions({
    queryKey: ["return", id],
    queryFn: ({ signal }) => api.get<ReturnDetail>(`/api/v1/returns/${id}`, {}, signal),
    refetchInterval: 10_000,
  });

/** How many returns of a kind stand under each tab; what waits for a credit note comes from its own list. */
export const returnCounts = (kind: ReturnKind, facilityId: string | null) =>
  queryOptions({
    queryKey: ["return-counts", kind, facilityId],
    queryFn: async ({ signal }): Promise<Readonly<Record<string, number>>> => {
      const { total, counts } = await api.get<ListPage<ReturnRow>>(
        "/api/v1/returns",
        { kind, facilityId, limit: 1 },
        signal,
      );
      const pending = await api.get<ListPage<unknown>>(
        "/api/v1/pending-credit-notes",
        { kind, facilityId, limit: 1 },
        signal,
      );
      return { ...counts, pendingInvoice: pending.total, all: total };
    },
    refetchInterval: 15_000,
  });

/** A public page on the web, or nothing: what a channel or a customer wrote is not followed blindly. */
export function webAddress(text: string): string | null {
  return /^https?:\/\//i.test(text) ? text : null;
}
