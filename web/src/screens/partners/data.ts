import { type QueryClient, queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";

/** One of the events of the contract: the last part of the address to which it is sent. */
export interface EventChoice {
  readonly event: string;
  readonly title: string;
}

export type PartnerAuth = "TOKEN_JSON" | "TOKEN_BASIC" | "STATIC_HEADER";

/** A partner of `GET /api/v1/partners`, with the line to it and what went over it. Never a secret. */
export interface Partner {
  readonly partnerId: string;
  readonly code: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly auth: PartnerAuth;
  readonly headerName: string;
  readonly username: string | null;
  readonly secretSetAt: string;
  readonly secretSetBy: string;
  readonly events: readonly string[];
  /** Null: all. */
  readonly channelIds: readonly string[] | null;
  /** Null: all. */
  readonly facilityIds: readonly string[] | null;
  readonly enabled: boolean;
  readonly line: {
    readonly held: "DOWN" | "REFUSES_CREDENTIALS" | null;
    readonly heldSince: string | null;
    readonly nextLookAt: string | null;
    readonly failures: number;
    readonly failingSince: string | null;
    readonly lastMessage: string | null;
    readonly lastAnswerAt: string | null;
    readonly lastDeliveredAt: string | null;
  };
  readonly waiting: number;
  readonly oldestWaitingAt: string | null;
  readonly deliveredToday: number;
  /** Refused or given up, and seen to by nobody yet. */
  readonly flagged: number;
  /** Of the last hour, from the event to the partner's word; null: nothing was delivered in it. */
  readonly medianMs: number | null;
  readonly p99Ms: number | null;
}

export interface Partners {
  readonly partners: readonly Partner[];
  /** All that a partner can be told of, in the order in which one parcel meets them. */
  readonly events: readonly EventChoice[];
}

/** What `POST /partners/:id/test` tried, and what came back. */
export interface TestAnswer {
  readonly good: boolean;
  readonly tried: "TOKEN" | "EMPTY_EVENT";
  readonly at: string;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly status: number | null;
  readonly answer: unknown;
  readonly words: string;
}

export type DeliveryState = "PENDING" | "DELIVERED" | "FAILED" | "GIVEN_UP" | "DISCARDED";

/** A row of `GET /api/v1/partner-deliveries`. */
export interface Delivery {
  readonly partnerDeliveryId: string;
  readonly partnerId: string;
  readonly partnerCode: string;
  readonly event: string;
  readonly eventTitle: string;
  readonly subject: string;
  readonly saleOrderId: string | null;
  readonly orderCode: string | null;
  readonly shippingPackageId: string | null;
  readonly packageCode: string | null;
  readonly happenedAt: string;
  readonly createdAt: string;
  readonly state: DeliveryState;
  readonly flagged: boolean;
  /** An earlier one of the same shipment, order, return or gatepass is still to be sent. */
  readonly behind: boolean;
  /** Requests ever sent. */
  readonly attempts: number;
  readonly nextAttemptAt: string | null;
  readonly status: number | null;
  readonly message: string | null;
  readonly settledAt: string | null;
  readonly dismissedAt: string | null;
  readonly dismissedBy: string | null;
}

export type AttemptOutcome =
  | "DELIVERED"
  | "REFUSED"
  | "UNREADABLE"
  | "BREAKDOWN"
  | "NO_ANSWER"
  | "CREDENTIALS_REFUSED"
  | "NO_TOKEN";

/** One request and what came back; secrets are struck out. */
export interface Attempt {
  readonly partnerAttemptId: string;
  readonly at: string;
  readonly durationMs: number;
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly outcome: AttemptOutcome;
  readonly status: number | null;
  readonly answer: unknown;
  readonly message: string | null;
}

export interface DeliveryDetail extends Delivery {
  /** Failed tries that the pauses are counted by. */
  readonly tries: number;
  readonly firstTriedAt: string | null;
  readonly request: {
    readonly method: string;
    readonly url: string;
    readonly headers: Readonly<Record<string, string>>;
    /** Exactly as it is sent, each time. */
    readonly body: string;
  };
  readonly attemptList: readonly Attempt[];
}

export const partnersPath = "/api/v1/partners";
export const deliveriesPath = "/api/v1/partner-deliveries";

export const partnersQuery = queryOptions({
  queryKey: ["partners"],
  queryFn: ({ signal }) => api.get<Partners>(partnersPath, {}, signal),
  refetchInterval: 5_000,
});

const noStops: ReadonlySet<string> = new Set();

/** Partners to whom nothing is sent just now, by id: off, or held back as a whole. */
export function useStopped(): ReadonlySet<string> {
  const { data } = useQuery({ ...partnersQuery, refetchInterval: 15_000 });
  return useMemo(() => {
    const stopped = data?.partners.filter(({ enabled, line }) => !enabled || line.held !== null) ?? [];
    return stopped.length === 0 ? noStops : new Set(stopped.map(({ partnerId }) => partnerId));
  }, [data]);
}

export const deliveryQuery = (id: string) =>
  queryOptions({
    queryKey: ["partner-delivery", id],
    queryFn: ({ signal }) => api.get<DeliveryDetail>(`${deliveriesPath}/${id}`, {}, signal),
    // What waits may have its answer any second; what is settled changes only when somebody acts.
    refetchInterval: (query) => (query.state.data?.state === "PENDING" ? 2_000 : 15_000),
  });

/** After somebody acted: everything that shows partners or what they are told is read anew. */
export function partnersChanged(client: QueryClient): Promise<void> {
  return client.invalidateQueries({
    predicate: ({ queryKey: [first, second] }) =>
      first === "partners" || first === "partner-delivery" || first === "told-partners" || second === deliveriesPath,
  });
}

/** The published JSON schema of an event's body: opens without login, for whoever builds the other side. */
export const schemaPath = (event: string): string => `/api/v1/public/partner-events/${event}.schema.json`;

/** "partner.example.com/wms": where it goes, short. Pure. */
export function hostOf(baseUrl: string): string {
  const url = URL.parse(baseUrl);
  return url === null ? baseUrl : `${url.host}${url.pathname}`.replace(/\/$/, "");
}
