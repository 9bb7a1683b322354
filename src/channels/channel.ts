import { type ChannelId, type FacilityId, lifecycle } from "../kernel/index.ts";

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
  /** In the order in which orders are routed to them. */
  readonly facilities: readonly {
    readonly facilityId: FacilityId;
    readonly code: string;
    readonly channelWarehouse: string | null;
  }[];
}
