/** Parcels and invoices of a marketplace that ships: made once, kept with their order. */
import type { SimInvoice, SimOrder, SimParcel } from "../../kit/simulator/index.ts";
import { type Parts, stamp } from "./parts.ts";

interface Carrier {
  readonly code: string;
  readonly name: string;
}

const COURIERS: readonly [Carrier, ...Carrier[]] = [
  { code: "DELHIVERY_SURFACE", name: "Delhivery" },
  { code: "EKART", name: "Ekart Logistics" },
  { code: "XPRESSBEES", name: "Xpressbees" },
];

/** The parcel of these lines, if the marketplace has heard of it. */
export function findParcel(order: SimOrder, orderItemIds: readonly string[]): SimParcel | undefined {
  const wanted = new Set(orderItemIds);
  return order.parcels.find(
    (parcel) => parcel.orderItemIds.length === wanted.size && parcel.orderItemIds.every((id) => wanted.has(id)),
  );
}

/** The same, made where there is none yet: from now on a courier is looked for. */
export function openParcel(order: SimOrder, orderItemIds: readonly string[], at: Temporal.Instant): SimParcel {
  const known = findParcel(order, orderItemIds);
  if (known) return known;
  const parcel = { orderItemIds: [...new Set(orderItemIds)].sort(), openedAt: stamp(at), courier: null, box: null };
  order.parcels.push(parcel);
  return parcel;
}

/** The parcel's courier, assigned as soon as its delay is over; null before. */
export function courierOf(
  { sim }: Parts,
  order: SimOrder,
  parcel: SimParcel,
  at: Temporal.Instant,
): SimParcel["courier"] {
  if (parcel.courier) return parcel.courier;
  const readyAt = Temporal.Instant.from(parcel.openedAt).add({ milliseconds: sim.settings.now().courierDelayMs });
  if (Temporal.Instant.compare(at, readyAt) < 0) return null;
  const { code, name } = sim.random.pick(COURIERS);
  const sortCode = `${order.shippingAddress.city.slice(0, 3).toUpperCase()}/${order.shippingAddress.pincode.slice(0, 3)}`;
  parcel.courier = { code, name, awb: sim.random.digits(13), sortCode, assignedAt: stamp(at) };
  const { orderItemIds } = parcel;
  sim.world.write("courier", {
    orderId: order.id,
    seller: order.seller,
    at: stamp(at),
    orderItemIds,
    ...parcel.courier,
  });
  return parcel.courier;
}

export type InvoiceAnswer =
  | { readonly is: "made"; readonly invoice: SimInvoice }
  | { readonly is: "not yet" }
  | { readonly is: "never"; readonly why: string };

/** The order's invoice, made when it is first asked for (or after the delay since then) and the same ever after. */
export function invoiceOf(
  parts: Parts,
  order: SimOrder,
  kind: SimInvoice["kind"],
  at: Temporal.Instant,
): InvoiceAnswer {
  const known = order.invoices.find((invoice) => invoice.kind === kind);
  if (known) return { is: "made", invoice: known };
  if (order.orderStatus === "CANCELLED") return { is: "never", why: "order is cancelled" };
  if (order.orderStatus === "PENDING_VERIFICATION") return { is: "never", why: "order is not accepted yet" };
  const { sim, numbers } = parts;
  const askedAt = numbers.asked(`${kind} ${order.id}`, at);
  const readyAt = askedAt.add({ milliseconds: sim.settings.now().invoiceDelayMs });
  if (Temporal.Instant.compare(at, readyAt) < 0) return { is: "not yet" };
  const invoice = { kind, number: numbers.next(kind), issuedAt: stamp(at) };
  order.invoices.push(invoice);
  sim.world.write("invoice", { orderId: order.id, seller: order.seller, at: stamp(at), ...invoice });
  // Packed and invoiced: the marketplace now looks for a courier by itself. No split, so the whole order is one parcel.
  if (order.thirdPartyShipping)
    openParcel(
      order,
      order.items.filter((item) => item.status !== "CANCELLED").map((item) => item.orderItemId),
      at,
    );
  return { is: "made", invoice };
}

/** Numbers of what the marketplace makes. At most 16 characters, and never again after a new start. */
export interface Numbers {
  next(kind: string): string;
  /** When this was first asked for. */
  asked(key: string, at: Temporal.Instant): Temporal.Instant;
  forget(): void;
}

/** Marks kept of what was asked for; past it the oldest are forgotten, and their delay begins anew. */
const ASKED_MAX = 20_000;

export function createNumbers(prefix: string, startedAt: Temporal.Instant): Numbers {
  const life = Math.floor(startedAt.epochMilliseconds / 1000)
    .toString(36)
    .toUpperCase();
  const last = new Map<string, number>();
  const asked = new Map<string, Temporal.Instant>();
  return {
    next(kind) {
      const number = (last.get(kind) ?? 0) + 1;
      last.set(kind, number);
      return `${prefix}${LETTERS[kind] ?? ""}${life}-${String(number).padStart(4, "0")}`;
    },
    asked(key, at) {
      const first = asked.get(key) ?? at;
      asked.set(key, first);
      const oldest = asked.keys().next().value;
      if (asked.size > ASKED_MAX && oldest !== undefined) asked.delete(oldest);
      return first;
    },
    forget: () => asked.clear(),
  };
}

const LETTERS: Readonly<Record<string, string>> = { B2B: "B", B2C: "C", MANIFEST: "M", CREDIT_NOTE: "R" };
