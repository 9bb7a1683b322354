import { type ChannelId, type FacilityId, type Id, type Instant, lifecycle } from "../kernel/index.ts";

/** Life of a channel (behaviours (a)): a draft has a name, a configured one its settings, a connected one accepted credentials. */
export const channelLifecycle = lifecycle({
  name: "channel",
  states: ["DRAFT", "CONFIGURED", "CONNECTED", "DISABLED", "BROKEN"],
  initial: ["DRAFT", "CONFIGURED"],
  terminal: [],
  events: {
    configure: { from: ["DRAFT"], to: "CONFIGURED" },
    connect: { from: ["CONFIGURED", "CONNECTED", "BROKEN", "DISABLED"], to: "CONNECTED" },
    disable: { from: ["CONNECTED", "BROKEN", "CONFIGURED"], to: "DISABLED" },
    enable: { from: ["DISABLED"], to: "CONNECTED" }, // only where its credentials were accepted before; otherwise connect
    breakDown: { from: ["CONNECTED"], to: "BROKEN" },
  },
});
export type ChannelState = (typeof channelLifecycle.states)[number];

/** What the intake of orders must know of a channel. */
export interface IntakeChannel {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly state: ChannelState;
  readonly autoVerify: boolean;
  readonly createOnHold: boolean;
  readonly packageType: "FIXED" | "FLEXIBLE";
  readonly priority: number;
  readonly tenantLive: boolean;
  /** Since when the channel is here. */
  readonly createdAt: Instant;
  /**
   * Where all its orders are allocated, whatever they say themselves: the facility of its Store Code. Null where the source
   * has no such rule. (A store that is not there any more leaves `facilities` empty: its orders wait, and go nowhere else.)
   */
  readonly ordersFacilityId: FacilityId | null;
  /** Its source names warehouses by the channel's map alone: a code that happens to be a facility's own is not mapped by that. */
  readonly mapAlone: boolean;
  /** In the order in which orders are routed to them; of a channel with a store that one alone. */
  readonly facilities: readonly {
    readonly facilityId: FacilityId;
    readonly code: string;
    readonly channelWarehouse: string | null;
  }[];
}

export const PACKAGE_TYPES = ["FLEXIBLE", "FIXED"] as const;
export const SINGLE_ACTIONS = ["OFF", "INVOICE_THEN_LABEL", "INVOICE_AND_LABEL_MERGED"] as const;

/** "GstEInvoicing Enabled From NIC": only YES has invoices reported to the portal before their packages are packed. */
export const GST_E_INVOICING = ["NONE", "NO", "YES"] as const;

/** "When dispatched on the panel": adopted here, or held until a person says what became of it. */
export const DISPATCHED_ON_PANEL = ["ADOPT", "ASK"] as const;

/** What a person sets on the details page of a channel. */
export interface ChannelSettings {
  readonly name: string;
  /** Hours until dispatch where the channel gives no deadline. */
  readonly tatHours: number;
  readonly packageType: (typeof PACKAGE_TYPES)[number];
  readonly autoVerify: boolean;
  readonly createOnHold: boolean;
  readonly singleAction: (typeof SINGLE_ACTIONS)[number];
  readonly gstEInvoicing: (typeof GST_E_INVOICING)[number];
  readonly notifyOnDispatch: boolean;
  readonly returnedOnChannelWord: boolean;
  readonly dispatchedOnPanel: (typeof DISPATCHED_ON_PANEL)[number];
  /** Higher gets scarce stock first. */
  readonly priority: number;
  readonly billingPartyId: string | null;
  /** Values of the source's own settings, by name. */
  readonly sourceSettings: Readonly<Record<string, string | number | boolean>>;
  /** In the order in which orders are routed to them. */
  readonly facilities: readonly { readonly facilityId: FacilityId; readonly channelWarehouse: string | null }[];
}

export interface Channel extends ChannelSettings {
  readonly channelId: ChannelId;
  readonly code: string;
  readonly source: string;
  readonly state: ChannelState;
  readonly brokenReason: string | null;
  /** Connector fields that are no secrets, by name. */
  readonly fields: Readonly<Record<string, string>>;
  readonly createdAt: Instant;
  readonly connectedAt: Instant | null;
}

export const SYNC_KINDS = [
  "CATALOG",
  "INVENTORY",
  "ORDERS",
  "PENDENCY",
  "STATUS_CANCELLED",
  "STATUS_DELIVERED",
  "NOTIFICATIONS",
  "DISPATCH",
] as const;
export type SyncKind = (typeof SYNC_KINDS)[number];

export type SyncRunId = Id<"SyncRun">;
export type NoticeId = Id<"ChannelNotice">;
export type ExchangeId = Id<"Exchange">;
