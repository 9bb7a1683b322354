import { queryOptions } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";

/** What the server says of sources and channels (`/api/v1/sources`, `/api/v1/channels`), and how it is asked. */
export interface SourceField {
  readonly name: string;
  readonly label: string;
  readonly type: "text" | "password" | "facility" | "warehouse-map";
  readonly required: boolean;
  readonly help: string;
  readonly pattern?: string;
  readonly sameAs?: string;
  /** No two channels of the source may have the same value. */
  readonly unique?: true;
}

export interface SourceSetting {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly type: "switch" | "select" | "number" | "text";
  /** `unavailable`: why this version cannot do it yet. */
  readonly options?: readonly { readonly value: string; readonly label: string; readonly unavailable?: string }[];
  /** Of a number: whole, within these, and what it counts. */
  readonly range?: { readonly min: number; readonly max: number; readonly unit: string };
  readonly default: string | number | boolean;
}

export interface Rules {
  readonly ordersArrive: "push" | "pull" | "by hand";
  readonly invoiceBy: "us" | "channel";
  /** Who numbers it where the seller ships. */
  readonly invoiceOfSellerShipped: "us" | "channel";
  readonly labelBy: "us" | "channel";
  readonly manifestBy: "us" | "channel";
  readonly split: boolean;
  readonly multiBox: boolean;
  readonly sellerCancel: CancelUntil;
  readonly channelCancel: CancelUntil;
  readonly channelCancelRule: string;
  readonly sellerCancelRule: string | null;
  /** One store a channel: the field that names its facility, and what publishing more stock than its own may bring. */
  readonly oneStore: { readonly field: string; readonly warning: string } | null;
  readonly reports: readonly string[];
  /** Of whose parcels its statuses are believed. */
  readonly reportsOf: "all" | "channel-shipped";
  /** Who may ship: the channel (true), the seller (false), or either. */
  readonly channelShips: readonly boolean[];
  readonly creditNoteBy: "us" | "channel" | "none";
  /** Returns that it announces by itself: RTO, CIR. */
  readonly sendsReturns: readonly string[];
  readonly manualReturnRule: string | null;
  /** A cancellation takes its listing off sale there until a figure is told. */
  readonly stockAfterCancel: "push-again" | null;
}

/** Until which step a cancellation is allowed. */
export type CancelUntil = "never" | "invoiced" | "dispatched";

/** The page on which a seller gives access: what stands on the button, and labels of the fields that come of it. */
export interface Consent {
  readonly label: string;
  readonly gives: readonly string[];
}

/** What a source can do beside its rules, from its declaration. */
export interface Abilities {
  readonly catalogue: boolean;
  /** Orders are asked for back to so many days; null: they are not asked for. */
  readonly ordersBackDays: number | null;
  readonly underReview: boolean;
  readonly acknowledge: boolean;
  readonly stock: { readonly perWarehouse: boolean; readonly batchMax: number; readonly judgedLater: boolean } | null;
  readonly packed: boolean;
  readonly dispatched: boolean;
  readonly toldStates: readonly string[];
  readonly cancelLevel: "order" | "item" | "quantity" | null;
  readonly labelHolds: string | null;
  readonly manifestParcelsMax: number | null;
  readonly tellsByLists: readonly { readonly name: string; readonly tells: readonly string[] }[];
  /** Statuses that come with its list of orders. */
  readonly tellsWithOrders: readonly string[];
  readonly asksByOrder: boolean;
  readonly wakesUs: boolean;
  readonly consent: Consent | null;
}

export interface Limits {
  readonly requestsPerSecond: number;
  readonly burst: number;
  /** Of each limit kept for people who click, 0 to 1. */
  readonly interactiveShare: number;
  readonly operations: readonly {
    readonly operation: string;
    readonly requestsPerSecond: number;
    readonly burst: number;
  }[];
}

export interface TileLook {
  readonly monogram: string;
  readonly color: string;
}

export interface Source {
  readonly id: string;
  readonly label: string;
  readonly category: string;
  readonly state: "live" | "private" | "discontinued";
  readonly about: string;
  readonly tile: TileLook;
  /** Null: it can be added. */
  readonly unavailable: { readonly code: string; readonly message: string; readonly whatToDo: string } | null;
  /** Editions that may use it; null: all. */
  readonly editions: readonly string[] | null;
  readonly suggestedName: string;
  readonly fields: readonly SourceField[];
  readonly settings: readonly SourceSetting[];
  readonly rules: Rules;
  readonly abilities: Abilities;
  readonly limits: Limits;
  /** Null: changes or pushes start it. */
  readonly schedules: readonly { readonly kind: string; readonly title: string; readonly schedule: string | null }[];
  /** False: the operator has not said where it stands, and nothing can be connected. */
  readonly addressSet: boolean;
  readonly syncs: readonly string[];
  readonly channels: number;
}

export interface FacilityChoice {
  readonly facilityId: string;
  readonly channelWarehouse: string | null;
}

export interface ChannelSettings {
  readonly name: string;
  readonly tatHours: number;
  readonly packageType: string;
  readonly autoVerify: boolean;
  readonly createOnHold: boolean;
  readonly singleAction: string;
  readonly gstEInvoicing: string;
  readonly notifyOnDispatch: boolean;
  readonly returnedOnChannelWord: boolean;
  readonly dispatchedOnPanel: string;
  readonly priority: number;
  readonly billingPartyId: string | null;
  readonly sourceSettings: Readonly<Record<string, string | number | boolean>>;
  readonly facilities: readonly FacilityChoice[];
}

export interface Channel extends ChannelSettings {
  readonly channelId: string;
  readonly code: string;
  readonly source: string;
  readonly sourceLabel: string;
  readonly tile: TileLook;
  readonly state: "DRAFT" | "CONFIGURED" | "CONNECTED" | "DISABLED" | "BROKEN";
  readonly brokenReason: string | null;
  /** What was entered into the connectors, without secrets. */
  readonly fields: Readonly<Record<string, string>>;
  readonly connectedAt: string | null;
}

export interface ChannelRow extends Channel {
  readonly ordersToday: number;
  readonly ordersFailed: number;
  readonly lastOrderAt: string | null;
  readonly listings: number;
  readonly unmapped: number;
  readonly stockRefused: number;
  readonly publishingStopped: boolean;
  readonly lastSuccessAt: string | null;
  readonly failing: readonly { readonly kind: string; readonly title: string; readonly message: string | null }[];
  /** Syncs whose lag is past its ceiling. */
  readonly behind: readonly { readonly kind: string; readonly title: string; readonly lagSeconds: number }[];
}

export interface SyncRun {
  readonly syncRunId: string;
  readonly kind: string;
  readonly trigger: "SCHEDULE" | "CHANGE" | "PERSON" | "NIGHTLY";
  readonly state: "RUNNING" | "DONE" | "PARTIAL" | "FAILED" | "REFUSED";
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly okCount: number;
  readonly failedCount: number;
  readonly message: string | null;
  readonly startedBy: string | null;
}

export interface ExchangeRow {
  readonly exchangeId: string;
  readonly operation: string;
  readonly direction: "IN" | "OUT";
  readonly at: string;
  readonly durationMs: number | null;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly attempt: number;
  readonly saleOrderId: string | null;
  /** It brought nothing new, and stands for so many such answers since then; null: for itself. */
  readonly quietCount: number | null;
  readonly quietSince: string | null;
}

export interface ExchangeDetail extends ExchangeRow {
  readonly channelId: string;
  readonly request: unknown;
  readonly response: unknown;
  readonly repeatable: boolean;
}

export interface NoticeRow {
  readonly noticeId: string;
  readonly saleOrderId: string;
  readonly orderCode: string;
  readonly packageCode: string | null;
  readonly kind: string;
  readonly packageState: string | null;
  readonly state: string;
  readonly attempts: number;
  readonly message: string | null;
  readonly needsPerson: boolean;
  readonly createdAt: string;
  readonly sentAt: string | null;
}

export interface ReceivedRow {
  readonly intakeId: string;
  readonly kind: string;
  readonly channelOrderId: string;
  readonly state: string;
  readonly message: string | null;
  readonly receivedAt: string;
  readonly saleOrderId: string | null;
}

/** One sync of a channel on its summary. */
export interface SyncCardFacts {
  readonly kind: string;
  readonly title: string;
  readonly on: boolean;
  readonly canSyncNow: boolean;
  readonly state: "BLOCKED" | "OFF" | "RUNNING" | "FAILED" | "OK";
  readonly lastAttemptAt: string | null;
  readonly lastSuccessAt: string | null;
  /** "every 5 minutes"; null where only changes or pushes start it. */
  readonly schedule: string | null;
  readonly nextRunAt: string | null;
  readonly lagSeconds: number | null;
  readonly lagMaxSeconds: number | null;
  readonly message: string | null;
  readonly ok: number;
  readonly failed: number;
  readonly waiting: number;
  readonly notSent: number;
  readonly run: SyncRun | null;
  readonly exchanges: readonly ExchangeRow[];
  readonly received: readonly ReceivedRow[];
}

export interface PushCredential {
  readonly pushCredentialId: string;
  readonly clientId: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
}

export interface CredentialField extends SourceField {
  readonly value: string | null;
  readonly isSet: boolean;
  readonly setAt: string | null;
  readonly setBy: string | null;
  /** The source's own page gives it: it may stay empty until Connect. */
  readonly byConsent: boolean;
}

/** Where a marketplace wakes us. */
export interface Hook {
  readonly url: string;
  readonly lastUsedAt: string | null;
}

/** A warehouse of the channel beside the facility that is behind it; null: a chosen facility that has none there. */
export interface WarehouseRow {
  readonly warehouse: string | null;
  readonly facilityCode: string;
  readonly facilityId: string | null;
  readonly facilityName: string | null;
  readonly enabled: boolean;
  readonly chosen: boolean;
}

export interface Summary {
  readonly channel: Channel;
  readonly blocked: readonly string[];
  readonly fields: readonly CredentialField[];
  readonly rules: Rules;
  readonly consent: Consent | null;
  /** Its marketplace tells when something happens, at an address of the channel's own. */
  readonly wakesUs: boolean;
  readonly pace: { readonly wishedMinutes: number | null; readonly minutesMax: number };
  readonly doesNotReport: readonly string[];
  readonly listings: { readonly total: number; readonly unmapped: number };
  readonly publishingStopped: boolean;
  readonly notify: { readonly on: boolean; readonly notSent: number; readonly warning: string | null };
  readonly push: {
    readonly url: string;
    readonly paths: readonly string[];
    readonly curl: string;
    readonly clientid: string | null;
    readonly merchantid: string | null;
    readonly credentials: readonly PushCredential[];
  } | null;
  readonly warehouses: { readonly field: string; readonly rows: readonly WarehouseRow[] } | null;
  /** Where all orders are allocated; `warning` where stock of others is published with its own. */
  readonly store: {
    readonly field: string;
    readonly code: string | null;
    readonly combinedWith: readonly string[];
    readonly warning: string | null;
  } | null;
  readonly cards: readonly SyncCardFacts[];
}

export interface ConnectStep {
  readonly title: string;
  readonly state: "DONE" | "FAILED";
  readonly detail: string;
  readonly channelWords: string | null;
  readonly whatToDo: string | null;
}

export interface ConnectAnswer {
  readonly connected: boolean;
  readonly steps: readonly ConnectStep[];
}

export interface Repeated {
  readonly found: string | null;
  readonly done: string;
}

export interface Facility {
  readonly facilityId: string;
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
}

/** The category of made-up sources: nothing that a seller looks for. */
export const EXAMPLES = "Examples";

/** The state that its chip shows: a made-up source is no private marketplace. */
export const standingOf = ({ category, state }: Pick<Source, "category" | "state">): string =>
  category === EXAMPLES ? "example" : state;

/** Left out: those that are offered now; "all" asks for every one. */
export const sourcesQuery = (state: string | undefined) =>
  queryOptions({
    queryKey: ["sources", state ?? "offered"],
    queryFn: ({ signal }) => api.get<{ sources: readonly Source[] }>("/api/v1/sources", { state }, signal),
  });

export const summaryQuery = (channelId: string) =>
  queryOptions({
    queryKey: ["channel", channelId],
    queryFn: ({ signal }) => api.get<Summary>(`/api/v1/channels/${channelId}`, {}, signal),
    refetchInterval: 5_000,
  });

export const hookQuery = (channelId: string) =>
  queryOptions({
    queryKey: ["channel-hook", channelId],
    queryFn: ({ signal }) => api.get<{ hook: Hook | null }>(`/api/v1/channels/${channelId}/hook`, {}, signal),
    refetchInterval: 15_000,
  });

export const exchangeQuery = (exchangeId: string) =>
  queryOptions({
    queryKey: ["exchange", exchangeId],
    queryFn: ({ signal }) => api.get<ExchangeDetail>(`/api/v1/exchanges/${exchangeId}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY, // what was said does not change
  });

/** A run, followed until it ends. */
export const runQuery = (syncRunId: string) =>
  queryOptions({
    queryKey: ["sync-run", syncRunId],
    queryFn: ({ signal }) => api.get<SyncRun>(`/api/v1/sync-runs/${syncRunId}`, {}, signal),
    refetchInterval: (query) => (query.state.data === undefined || query.state.data.state === "RUNNING" ? 600 : false),
  });

export const facilitiesQuery = queryOptions({
  queryKey: ["facilities", "for-channels"],
  queryFn: ({ signal }) => api.get<ListPage<Facility>>("/api/v1/facilities", { limit: 200, sort: "code" }, signal),
  staleTime: 60_000,
});

export const billingPartiesQuery = queryOptions({
  queryKey: ["billing-parties", "for-channels"],
  queryFn: ({ signal }) =>
    api.get<ListPage<{ billingPartyId: string; code: string; legalName: string }>>(
      "/api/v1/billing-parties",
      { limit: 200 },
      signal,
    ),
  staleTime: 60_000,
});

/** What Connect answered last for a channel, kept while the app is open: the summary shows its steps after a success. */
export const connectedKey = (channelId: string) => ["channel-connected", channelId];
