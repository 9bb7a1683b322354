import type { Queue } from "../../lib/board.ts";
import { countdown } from "../../lib/format.ts";
import type { Tone } from "../../ui/index.ts";

/** One queue on the board: `key` is the server's name for it, `to` and `search` the list behind the number. */
export interface QueueCard {
  readonly key: string;
  readonly label: string;
  readonly to: string;
  readonly search?: Readonly<Record<string, string>>;
  /** The colour of its number when it is above zero and nothing in it is due. */
  readonly tone?: Tone;
  /** Who does not hold this right sees no such card. */
  readonly needs: string;
}

export const queueGroups: readonly {
  readonly title: string;
  readonly line: string;
  readonly cards: readonly QueueCard[];
}[] = [
  {
    title: "To send",
    line: "Parcels by their next step, the first due on top of each list.",
    cards: [
      { key: "toInvoice", label: "To invoice", to: "/shipments", search: { tab: "new" }, needs: "shipments.view" },
      { key: "toLabel", label: "To label", to: "/shipments", search: { tab: "packed" }, needs: "shipments.view" },
      {
        key: "toManifest",
        label: "To manifest",
        to: "/shipments",
        search: { tab: "readyToShip" },
        needs: "shipments.view",
      },
      { key: "toHandOver", label: "To hand over", to: "/manifests", needs: "manifests.view" },
    ],
  },
  {
    title: "Wants a person",
    line: "Nothing of this goes on by itself.",
    cards: [
      {
        key: "toVerify",
        label: "Orders to verify",
        to: "/orders",
        search: { tab: "pendingVerification" },
        tone: "attention",
        needs: "orders.view",
      },
      {
        key: "onHold",
        label: "Orders on hold",
        to: "/orders",
        search: { tab: "onHold" },
        tone: "attention",
        needs: "orders.view",
      },
      {
        key: "unfulfillable",
        label: "Unfulfillable orders",
        to: "/orders",
        search: { tab: "unfulfillable" },
        tone: "attention",
        needs: "orders.view",
      },
      { key: "failedOrders", label: "Failed orders", to: "/failed-orders", tone: "failed", needs: "intake.view" },
      { key: "exceptions", label: "Exceptions", to: "/exceptions", tone: "attention", needs: "exceptions.view" },
      { key: "putawayPending", label: "Putaway", to: "/putaway", needs: "putaway.view" },
    ],
  },
  {
    title: "Channels",
    line: "What keeps channels and us from being equal.",
    cards: [
      {
        key: "channelsBroken",
        label: "Broken channels",
        to: "/settings/channels",
        tone: "failed",
        needs: "channels.view",
      },
      {
        key: "listingsUnmapped",
        label: "Unmapped listings",
        to: "/listings",
        search: { tab: "unmapped" },
        tone: "attention",
        needs: "listings.view",
      },
      {
        key: "notificationsPaused",
        label: "Paused notifications",
        to: "/orders",
        search: { tab: "noticesPaused" },
        tone: "attention",
        needs: "orders.view",
      },
    ],
  },
];

/** Late is red, due within two hours amber; else the colour the queue always has. */
export function toneOf(card: QueueCard, queue: Queue | undefined, nowMs: number): Tone | undefined {
  if (queue === undefined || queue.count === 0) return undefined;
  const urgency = queue.dueBy === null ? "calm" : countdown(queue.dueBy, nowMs).urgency;
  return (queue.late ?? 0) > 0 || urgency === "late" ? "failed" : urgency === "soon" ? "attention" : card.tone;
}

/** One hour of the chart. */
export interface Hour {
  readonly at: string;
  readonly arrived: number;
  readonly dispatched: number;
}

/** The chart's question, answered in words. */
export function flowAnswer(hours: readonly Hour[]): string | undefined {
  const arrived = hours.reduce((sum, hour) => sum + hour.arrived, 0);
  const dispatched = hours.reduce((sum, hour) => sum + hour.dispatched, 0);
  if (arrived === 0 && dispatched === 0) return undefined;
  const difference = arrived - dispatched;
  if (difference === 0) return `Yes: ${arrived} came in and as many went out in these ${hours.length} hours.`;
  return difference > 0
    ? `No: ${difference} more came in than went out in these ${hours.length} hours.`
    : `Yes: ${-difference} more went out than came in in these ${hours.length} hours.`;
}
