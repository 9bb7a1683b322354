/** What left, under which number, by which paper: once on both sides. */
import { type Finding, finding } from "./finding.ts";
import type { Here, OrderHere, ParcelHere } from "./here.ts";
import { cancelledOnTheWay, expectedBack, LEFT } from "./orders.ts";
import { type BookedOrder, wasAnswered } from "./there.ts";

/** The invoice that a source's marketplace makes; none: the seller's own series. */
const INVOICE_THERE: Readonly<Record<string, "INVOICE" | "B2B">> = { OKER: "INVOICE", AJIO_DROPSHIP: "B2B" };
/** Sources whose marketplace makes the hand-over list of what it ships. */
const LISTS: ReadonlySet<string> = new Set(["AJIO_DROPSHIP", "MARKETPLACE"]);
const GONE: ReadonlySet<string> = new Set(["DISPATCHED", "SHIPPED", "DELIVERED", "RETURNED"]);

export function compareParcels(booked: readonly BookedOrder[], here: Here): Finding[] {
  const byCode = Map.groupBy(here.orders, (order) => order.code);
  const onTheWay = cancelledOnTheWay(here);
  const expected = expectedBack(here);
  const asked = Map.groupBy(
    here.notices.filter((notice) => notice.kind === "CANCEL"),
    (notice) => notice.orderCode,
  );
  return [
    ...booked.flatMap((entry) => {
      const [order] = byCode.get(entry.order.id) ?? [];
      if (order === undefined) return [];
      return [
        ...compareDispatch(entry, order, onTheWay.has(order.code)),
        ...compareCancels(entry, asked.get(order.code)?.length ?? 0),
        ...compareInvoices(entry, order),
        ...compareReturns(entry, order, expected.has(order.code)),
      ];
    }),
    ...checkNumbers(here),
  ];
}

function gone(order: OrderHere): ParcelHere[] {
  return order.parcels.filter((parcel) => GONE.has(parcel.state));
}

function compareDispatch(entry: BookedOrder, order: OrderHere, onTheWay: boolean): Finding[] {
  const { order: there, source, dispatches, calls, manifests } = entry;
  const say = (kind: Finding["kind"], words: string) => finding(kind, there.id, words);
  const found: Finding[] = [];
  const parcels = gone(order);
  const awbs = [...new Set(parcels.map((parcel) => parcel.awb ?? "(none)"))].sort();
  const told = [...new Set(there.shipments.map((shipment) => shipment.trackingNumber))].sort();
  if (parcels.length > 0 && told.length === 0 && !onTheWay)
    found.push(
      say("NOT_DISPATCHED_THERE", `${parcels.map((p) => p.code).join(", ")} left; the marketplace was not told`),
    );
  else if (parcels.length === 0 && told.length > 0)
    found.push(say("NOT_DISPATCHED_HERE", `shipped there under ${told.join(", ")}; no parcel left here`));
  else if (!onTheWay && awbs.join() !== told.join())
    found.push(say("AWB_DIFFERS", `${told.join(", ")} there, ${awbs.join(", ")} here`));
  if (there.thirdPartyShipping) {
    const given = new Set(there.parcels.map((parcel) => parcel.courier?.awb));
    const strange = parcels.filter((parcel) => !given.has(parcel.awb ?? ""));
    if (strange.length > 0) found.push(say("AWB_DIFFERS", `${strange[0]?.awb} was never given by the marketplace`));
  }
  // After one whole answer that it was taken nobody has a reason to tell it again; a refusal may be repeated.
  const answered = calls.filter((call) => call.operation === "dispatchOrderItems" && wasAnswered(call)).length;
  const refusals = dispatches.filter((write) => write.outcome !== "SUCCESS").length;
  if (answered > parcels.length + refusals)
    found.push(say("DISPATCHED_TWICE", `${answered} dispatches were answered for ${parcels.length} parcels`));
  if (LISTS.has(source) && there.thirdPartyShipping && parcels.length > 0) {
    const listed = new Set(
      manifests.flatMap((write) => (write.outcome === "SUCCESS" ? (write.orderItemIds ?? []) : [])),
    );
    const lines = new Set(order.units.filter((unit) => LEFT.has(unit.state)).map((unit) => unit.line));
    const lost = [...lines].filter((line) => !listed.has(line));
    if (lost.length > 0) found.push(say("MANIFEST_MISSING", `${lost.join(", ")} left and is on no list there`));
  }
  return found;
}

function compareCancels({ order, calls, cancels }: BookedOrder, asked: number): Finding[] {
  const answered = calls.filter((call) => call.operation === "cancelOrderItems" && wasAnswered(call)).length;
  const refusals = cancels.filter((write) => write.outcome !== "SUCCESS").length;
  if (answered <= asked + refusals) return [];
  return [finding("CANCELLED_TWICE", order.id, `${answered} cancellations were answered, ${asked} were wanted here`)];
}

function compareInvoices({ order: there, source }: BookedOrder, order: OrderHere): Finding[] {
  const found: Finding[] = [];
  const say = (words: string) => found.push(finding("INVOICE_DIFFERS", there.id, words));
  const kind = INVOICE_THERE[source];
  const given = there.invoices.filter((invoice) => invoice.kind === kind).map((invoice) => invoice.number);
  for (const parcel of gone(order)) {
    const own = order.invoices.filter((invoice) => invoice.packageId === parcel.id && invoice.state !== "CANCELLED");
    if (own.length !== 1) say(`${parcel.code} left with ${own.length} invoices`);
    else if (kind !== undefined && !given.includes(own[0]?.number ?? ""))
      say(`${parcel.code} left with ${own[0]?.number}; the marketplace made ${given.join(", ") || "none"}`);
  }
  const strange = kind === undefined ? [] : order.invoices.filter((invoice) => !given.includes(invoice.number));
  if (strange.length > 0) say(`${strange[0]?.number} is here alone`);
  return found;
}

const RETURNS = { COURIER_RETURN: "RTO", CUSTOMER_RETURN: "CIR" } as const;

function compareReturns({ order: there }: BookedOrder, order: OrderHere, byAPerson: boolean): Finding[] {
  const kinds: string[] = [...there.returns.map((each) => RETURNS[each.type]), ...(byAPerson ? ["RTO"] : [])];
  const here = order.returns.map((each) => each.kind);
  if (kinds.toSorted().join() === here.toSorted().join()) return [];
  return [
    finding("RETURN_DIFFERS", there.id, `${kinds.join(", ") || "none"} there, ${here.join(", ") || "none"} here`),
  ];
}

/** A number is given once. Those of the seller's own series follow each other. */
function checkNumbers(here: Here): Finding[] {
  const found: Finding[] = [];
  const all = here.orders.flatMap((order) => order.invoices.map((invoice) => ({ order: order.code, ...invoice })));
  for (const [number, uses] of Map.groupBy(all, (invoice) => invoice.number))
    if (uses.length > 1)
      found.push(finding("INVOICE_TWICE", number, `given to ${uses.map((use) => use.order).join(", ")}`));
  const own = all.flatMap(({ number }) => /^(K\w\/)(\d+)$/.exec(number)?.slice(1) ?? []);
  const series = new Map<string, number[]>();
  for (let i = 0; i + 1 < own.length; i += 2) {
    const prefix = own[i] ?? "";
    series.set(prefix, [...(series.get(prefix) ?? []), Number(own[i + 1])]);
  }
  for (const [prefix, numbers] of series)
    if (Math.max(...numbers) !== numbers.length)
      found.push(finding("INVOICE_GAP", prefix, `${numbers.length} numbers, the highest is ${Math.max(...numbers)}`));
  return found;
}
