/** The marketplaces' own books, as their logs give them. */
import type { AuditBrief, AuditedChannel } from "./brief.ts";

export interface ItemThere {
  readonly orderItemId: string;
  readonly productId: string;
  readonly variantId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly sellingPricePaise: number;
  readonly shippingChargesPaise: number;
  readonly cashOnDeliveryChargesPaise: number;
  readonly discountPaise: number;
  readonly giftWrap: { readonly chargesPaise: number } | null;
  readonly facilityCode: string | null;
  readonly status: "CREATED" | "CANCELLED" | "DISPATCHED" | "DELIVERED" | "RETURN_REQUESTED" | "COURIER_RETURN";
  readonly cancelledQuantity: number;
  readonly dispatchedQuantity: number;
}

export interface OrderThere {
  readonly id: string;
  readonly seller: string;
  readonly paymentType: string;
  readonly thirdPartyShipping: boolean;
  readonly items: readonly ItemThere[];
  readonly orderStatus: "PENDING_VERIFICATION" | "CREATED" | "COMPLETE" | "CANCELLED";
  readonly underReview: boolean;
  readonly invoices: readonly { readonly kind: "INVOICE" | "B2B" | "B2C"; readonly number: string }[];
  readonly parcels: readonly { readonly courier: { readonly awb: string } | null }[];
  readonly shipments: readonly { readonly trackingNumber: string; readonly orderItemIds: readonly string[] }[];
  /** Each is one parcel that comes back. */
  readonly returns: readonly { readonly type: "COURIER_RETURN" | "CUSTOMER_RETURN" }[];
}

export interface FigureThere {
  readonly quantity: number;
  readonly seller: string;
  readonly productId: string;
  readonly variantId: string;
  readonly facilityCode: string | null;
}

export interface CallThere {
  readonly seq: number;
  readonly operation: string;
  readonly status: number | null;
  readonly fault: string | null;
  readonly done: boolean;
  readonly sent: "whole" | "half" | "nothing";
  readonly orderIds?: readonly string[];
}

/** A dispatch, cancellation or manifest that a marketplace took or refused. */
export interface WriteEntry {
  readonly orderId?: string | null;
  readonly orderIds?: readonly string[];
  readonly orderItemIds?: readonly string[];
  readonly outcome?: string;
  readonly accepted?: readonly { readonly orderItemId: string; readonly repeated: boolean }[];
  readonly invoiceNumber?: string | null;
  readonly trackingNumber?: string | null;
  /** Of a credit note. */
  readonly number?: string;
}

interface Log {
  readonly orders: readonly OrderThere[];
  readonly stock: readonly FigureThere[];
  readonly writes: readonly { readonly seq: number; readonly kind: string; readonly entry: WriteEntry & FigureThere }[];
  readonly calls: readonly CallThere[];
  readonly forgotten: Readonly<Record<string, number>>;
}

export interface There {
  readonly source: string;
  readonly log: Log;
}

/** An order with everything its marketplace knows of it. */
export interface BookedOrder {
  readonly order: OrderThere;
  readonly source: string;
  readonly channel: AuditedChannel;
  readonly dispatches: readonly WriteEntry[];
  readonly cancels: readonly WriteEntry[];
  readonly manifests: readonly WriteEntry[];
  readonly creditNotes: readonly WriteEntry[];
  readonly calls: readonly CallThere[];
}

export async function readThere(brief: AuditBrief): Promise<There[]> {
  return Promise.all(
    brief.marketplaces.map(async ({ source, url }) => {
      const answer = await fetch(`${url}/_sim/log`);
      if (!answer.ok) throw new Error(`the log of ${source} can be read: ${await answer.text()}`);
      return { source, log: (await answer.json()) as Log };
    }),
  );
}

export function bookedOrders(brief: AuditBrief, books: readonly There[]): BookedOrder[] {
  return books.flatMap(({ source, log }) => {
    const calls = byOrder(log.calls, (call) => call.orderIds ?? []);
    const writes = (kind: string) =>
      byOrder(
        log.writes.filter((write) => write.kind === kind).map((write) => write.entry),
        ({ orderIds, orderId }) => orderIds ?? (orderId ? [orderId] : []),
      );
    const [dispatches, cancels, manifests] = [writes("dispatch"), writes("cancel"), writes("manifest")];
    const creditNotes = writes("creditNote");
    return log.orders.map((order): BookedOrder => {
      const channel = brief.channels.find((c) => c.source === source && c.seller === order.seller);
      if (!channel) throw new Error(`the seller ${order.seller} of ${source} has a channel`);
      const of = <T>(map: ReadonlyMap<string, readonly T[]>) => map.get(order.id) ?? [];
      return {
        ...{ order, source, channel, calls: of(calls) },
        ...{ dispatches: of(dispatches), cancels: of(cancels), manifests: of(manifests) },
        creditNotes: of(creditNotes),
      };
    });
  });
}

function byOrder<T>(entries: readonly T[], idsOf: (entry: T) => readonly string[]): Map<string, T[]> {
  const map = new Map<string, T[]>();
  for (const entry of entries)
    for (const id of new Set(idsOf(entry))) {
      const known = map.get(id);
      if (known) known.push(entry);
      else map.set(id, [entry]);
    }
  return map;
}

/** The caller was given the whole answer, and it said that it was done. */
export function wasAnswered(call: CallThere): boolean {
  return call.done && call.sent === "whole" && call.status === 200;
}
