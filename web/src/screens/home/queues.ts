import type { Tone } from "../../ui/index.ts";

/** One queue on the board: `key` is the server's name for it, `to` and `search` the list behind the number. */
export interface QueueCard {
  readonly key: string;
  readonly label: string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  readonly tone?: Tone;
}

export const queueGroups: readonly { readonly title: string; readonly cards: readonly QueueCard[] }[] = [
  {
    title: "To send today",
    cards: [
      { key: "toInvoice", label: "To invoice", to: "/shipments", search: { tab: "CREATED" } },
      { key: "toLabel", label: "To label", to: "/shipments", search: { tab: "PACKED" } },
      { key: "toManifest", label: "To manifest", to: "/shipments", search: { tab: "READY_TO_SHIP" } },
      { key: "toHandOver", label: "To hand over", to: "/manifests" },
    ],
  },
  {
    title: "Wants a person",
    cards: [
      {
        key: "toVerify",
        label: "Orders to verify",
        to: "/orders",
        search: { tab: "PENDING_VERIFICATION" },
        tone: "attention",
      },
      { key: "onHold", label: "Orders on hold", to: "/orders", search: { hold: "true" }, tone: "attention" },
      {
        key: "unfulfillable",
        label: "Unfulfillable units",
        to: "/orders",
        search: { unfulfillable: "true" },
        tone: "attention",
      },
      { key: "failedOrders", label: "Failed orders", to: "/failed-orders", tone: "failed" },
      { key: "exceptions", label: "Exceptions", to: "/exceptions", tone: "attention" },
      { key: "putawayPending", label: "Putaway", to: "/putaway" },
    ],
  },
  {
    title: "Channels",
    cards: [
      {
        key: "channelsBroken",
        label: "Broken channels",
        to: "/settings/channels",
        search: { tab: "BROKEN" },
        tone: "failed",
      },
      {
        key: "listingsUnmapped",
        label: "Unmapped listings",
        to: "/listings",
        search: { tab: "UNMAPPED" },
        tone: "attention",
      },
      { key: "notificationsPaused", label: "Paused notifications", to: "/exceptions", tone: "attention" },
    ],
  },
];
