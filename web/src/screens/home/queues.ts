import type { Hour, Queue } from "../../lib/board.ts";
import { countdown } from "../../lib/format.ts";
import type { Tone } from "../../ui/index.ts";

/** One queue on the board: `key` is the server's name for it; the server says which list is behind the number. */
export interface QueueCard {
  readonly key: string;
  readonly label: string;
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
      { key: "toInvoice", label: "To invoice", needs: "shipments.view" },
      { key: "picking", label: "Picking", needs: "shipments.view" },
      { key: "toLabel", label: "To label", needs: "shipments.view" },
      { key: "toManifest", label: "To manifest", needs: "shipments.view" },
      { key: "toHandOver", label: "To hand over", needs: "manifests.view" },
      { key: "dueToday", label: "Orders due today", needs: "orders.view" },
    ],
  },
  {
    title: "Coming back",
    line: "Returns on their way, and those on their shelves that wait for their credit note.",
    cards: [
      { key: "ndrOpen", label: "Failed deliveries", tone: "attention", needs: "shipments.view" },
      { key: "ndrFlagged", label: "Failed three times or more", tone: "failed", needs: "shipments.view" },
      { key: "rtoExpected", label: "RTO expected", needs: "returns.view" },
      { key: "rtoExpected8to15", label: "RTO for 8–15 days", tone: "attention", needs: "returns.view" },
      { key: "rtoExpectedOver15", label: "RTO for over 15 days", tone: "failed", needs: "returns.view" },
      { key: "reversePickups", label: "Reverse pickups open", needs: "returns.view" },
      { key: "pendingRtoInvoice", label: "Pending RTO invoice", needs: "returns.view" },
      { key: "pendingCirInvoice", label: "Pending CIR Return Invoice", needs: "returns.view" },
    ],
  },
  {
    title: "Waits for others",
    line: "Goes on by itself when the marketplace, the courier or the tax portal answers.",
    cards: [
      { key: "channelStepsWaiting", label: "Invoices and labels", needs: "shipments.view" },
      { key: "courierLabelsWaiting", label: "Labels from couriers", needs: "shipments.view" },
      { key: "eInvoicesWaiting", label: "IRNs from NIC", needs: "billing.view" },
      { key: "underReview", label: "Orders under review", needs: "orders.view" },
    ],
  },
  {
    title: "Wants a person",
    line: "Nothing of this goes on by itself.",
    cards: [
      { key: "exceptions", label: "Exceptions", tone: "attention", needs: "exceptions.view" },
      { key: "failedOrders", label: "Failed orders", tone: "failed", needs: "intake.view" },
      { key: "channelStepsFailed", label: "Channel steps failed", tone: "failed", needs: "shipments.view" },
      { key: "courierLabelsFailed", label: "Courier labels failed", tone: "failed", needs: "shipments.view" },
      { key: "eInvoicesBlocked", label: "E-invoices stopped", tone: "failed", needs: "billing.view" },
      { key: "toVerify", label: "Orders to verify", tone: "attention", needs: "orders.view" },
      { key: "onHold", label: "Orders on hold", tone: "attention", needs: "orders.view" },
      { key: "unfulfillable", label: "Unfulfillable orders", tone: "attention", needs: "orders.view" },
      { key: "notServiceable", label: "Not serviceable", tone: "attention", needs: "orders.view" },
      { key: "pastDispatchBy", label: "Past their deadline", tone: "failed", needs: "orders.view" },
      { key: "putawayPending", label: "Putaway", needs: "putaway.view" },
      { key: "purchaseOrdersToApprove", label: "Purchases to approve", tone: "attention", needs: "purchasing.approve" },
      { key: "grnsOpen", label: "Goods being counted", needs: "grn.receive" },
      { key: "listingsUnmapped", label: "Unmapped listings", tone: "attention", needs: "listings.view" },
      { key: "notificationsPaused", label: "Paused notifications", tone: "attention", needs: "orders.view" },
      { key: "channelsBroken", label: "Broken channels", tone: "failed", needs: "channels.view" },
      { key: "partnersHeld", label: "Partners held back", tone: "failed", needs: "partners.view" },
      { key: "partnerDeliveriesFailed", label: "Partners not told", tone: "failed", needs: "partners.view" },
    ],
  },
];

/** Late is red, due within two hours amber; else the colour the queue always has. */
export function toneOf(card: QueueCard, queue: Queue | undefined, nowMs: number): Tone | undefined {
  if (queue === undefined || queue.count === 0) return undefined;
  const urgency = queue.dueBy === null ? "calm" : countdown(queue.dueBy, nowMs).urgency;
  return queue.late > 0 || urgency === "late" ? "failed" : urgency === "soon" ? "attention" : card.tone;
}

/** The chart's question, answered in words. */
export function flowAnswer(hours: readonly Hour[]): string | undefined {
  const arrived = hours.reduce((sum, hour) => sum + hour.received, 0);
  const dispatched = hours.reduce((sum, hour) => sum + hour.dispatched, 0);
  if (arrived === 0 && dispatched === 0) return undefined;
  const difference = arrived - dispatched;
  if (difference === 0) return `Yes: ${arrived} came in and as many went out in these ${hours.length} hours.`;
  return difference > 0
    ? `No: ${difference} more came in than went out in these ${hours.length} hours.`
    : `Yes: ${-difference} more went out than came in in these ${hours.length} hours.`;
}
