/** Every order of both sides, side by side: there once, here once, with the same lines, amounts and states. */
import type { AuditBrief } from "./brief.ts";
import { counted, type Finding, finding } from "./finding.ts";
import type { Here, OrderHere, UnitHere } from "./here.ts";
import { type BookedOrder, type ItemThere, wasAnswered } from "./there.ts";

/** Units that want goods and have none. */
export const WAITING: ReadonlySet<string> = new Set(["CREATED", "UNFULFILLABLE", "LOCATION_NOT_SERVICEABLE"]);
/** Units that have left the house. */
export const LEFT: ReadonlySet<string> = new Set(["DISPATCHED", "DELIVERED", "RETURNED"]);

/**
 * States that agree. Of a line there are units that are cancelled, that left and that wait for goods; nothing may be under way
 * when both sides rest. `left`: what the units that left are called here; `waits`: some may not have left.
 */
const AGREES: Readonly<Record<ItemThere["status"], { readonly left: readonly string[]; readonly waits: boolean }>> = {
  CANCELLED: { left: [], waits: false },
  CREATED: { left: ["DISPATCHED"], waits: true }, // a part of its units may have left before the rest
  DISPATCHED: { left: ["DISPATCHED"], waits: false },
  DELIVERED: { left: ["DELIVERED"], waits: false },
  // Everything that comes back is brought back, put on its shelf and credited before both sides rest.
  COURIER_RETURN: { left: ["RETURNED"], waits: false },
  RETURN_REQUESTED: { left: ["RETURNED"], waits: false },
};

const ORDER_AGREES: Readonly<Record<BookedOrder["order"]["orderStatus"], readonly string[]>> = {
  PENDING_VERIFICATION: ["PENDING_VERIFICATION"],
  CREATED: ["CREATED", "PROCESSING"],
  COMPLETE: ["COMPLETE"],
  CANCELLED: ["CANCELLED"],
};

/** Orders that the marketplace cancelled at the moment in which they left: a person has said what becomes of them. */
export function cancelledOnTheWay(here: Here): ReadonlySet<string> {
  const settled = here.doubts.filter((d) => d.kind === "CANCEL_AFTER_DISPATCH" && d.state === "RESOLVED" && d.choice);
  return new Set(settled.flatMap((doubt) => doubt.orderCode ?? []));
}

/** Of those, the ones whose parcel a person expects back: no return of it is known there. */
export function expectedBack(here: Here): ReadonlySet<string> {
  const said = here.doubts.filter((d) => d.kind === "CANCEL_AFTER_DISPATCH" && d.choice === "EXPECT_RETURN");
  return new Set(said.flatMap((doubt) => doubt.orderCode ?? []));
}

export function compareOrders(brief: AuditBrief, booked: readonly BookedOrder[], here: Here): Finding[] {
  const byCode = Map.groupBy(here.orders, (order) => order.code);
  const onTheWay = cancelledOnTheWay(here);
  const found: Finding[] = [];
  for (const entry of booked) {
    const mine = byCode.get(entry.order.id) ?? [];
    const [order, ...more] = mine;
    if (order === undefined) found.push(...missing(entry, here));
    else if (more.length > 0)
      found.push(finding("ORDER_TWICE", entry.order.id, `placed once and here ${mine.length} times`));
    else found.push(...compareOne(entry, order, onTheWay.has(entry.order.id)));
  }
  const known = new Set(booked.map(({ order }) => order.id));
  for (const id of brief.placed) if (!known.has(id)) found.push(finding("LOG_INCOMPLETE", id, "not in any log"));
  for (const { code, channel } of here.orders)
    if (!known.has(code)) found.push(finding("ORDER_INVENTED", code, `here on ${channel}; no marketplace knows it`));
  return found;
}

/** An order may be absent that was cancelled before any answer told of it, or that is still under review. */
function missing({ order, calls, channel }: BookedOrder, here: Here): Finding[] {
  const gone = order.orderStatus === "CANCELLED";
  const told = calls.some((call) => call.operation === "getOrders" && wasAnswered(call));
  if (order.underReview || (gone && !told)) return [];
  const entry = here.intake.find((row) => row.channelOrderId === order.id && row.channel === channel.code);
  if (gone && entry?.state === "IGNORED" && entry.message) return [];
  const why = entry ? `intake has it as ${entry.state} (${entry.message ?? "no reason"})` : "intake never saw it";
  return [finding("ORDER_MISSING", order.id, `${order.orderStatus} on ${channel.code}, not here; ${why}`)];
}

function compareOne(entry: BookedOrder, here: OrderHere, onTheWay: boolean): Finding[] {
  const { order: there, channel } = entry;
  const found: Finding[] = [];
  const say = (kind: Finding["kind"], words: string) => found.push(finding(kind, there.id, words));
  if (here.channel !== channel.code) say("ORDER_OF_OTHER_CHANNEL", `of ${channel.code}, here on ${here.channel}`);
  if (here.paymentType !== there.paymentType) say("AMOUNTS_DIFFER", `${there.paymentType}, here ${here.paymentType}`);
  const lines = Map.groupBy(here.units, (unit) => unit.line);
  for (const item of there.items) {
    const units = lines.get(item.orderItemId) ?? [];
    lines.delete(item.orderItemId);
    // A line that was cancelled before the order was seen is no line here.
    if (units.length === 0 && item.status === "CANCELLED") continue;
    for (const words of lineFaults(item, units)) say("LINES_DIFFER", words);
    for (const words of amountFaults(item, units)) say("AMOUNTS_DIFFER", words);
    const state = stateFault(item, units, onTheWay);
    if (state !== null) say("LINE_STATE_DIFFERS", state);
    for (const words of facilityFaults(entry, item, units)) say("FACILITY_DIFFERS", words);
  }
  for (const line of lines.keys()) say("LINES_DIFFER", `the line ${line} is here alone`);
  const total = here.units.reduce((sum, unit) => sum + unit.totalPaise, 0);
  if (total !== here.totalPaise) say("AMOUNTS_DIFFER", `units sum to ${total} paise, the order to ${here.totalPaise}`);
  if (!onTheWay && !ORDER_AGREES[there.orderStatus].includes(here.state))
    say("ORDER_STATE_DIFFERS", `${there.orderStatus} there, ${here.state} here`);
  if (here.onHold || here.units.some((unit) => unit.onHold)) say("LEFT_OVER", "is on hold");
  return found;
}

function lineFaults(item: ItemThere, units: readonly UnitHere[]): string[] {
  const words: string[] = [];
  if (units.length !== item.quantity)
    words.push(`${item.orderItemId}: ${item.quantity} ordered, ${units.length} units here`);
  const others = units.filter((unit) => unit.sku !== item.sku);
  if (others.length > 0) words.push(`${item.orderItemId}: ${item.sku} ordered, here ${others[0]?.sku}`);
  return words;
}

function amountFaults(item: ItemThere, units: readonly UnitHere[]): string[] {
  const wrap = item.giftWrap?.chargesPaise ?? 0;
  const charges = item.shippingChargesPaise + item.cashOnDeliveryChargesPaise + wrap;
  const told = [
    ...[item.sellingPricePaise, item.discountPaise, item.shippingChargesPaise, item.cashOnDeliveryChargesPaise],
    ...[wrap, item.sellingPricePaise + charges - item.discountPaise],
  ].join(" ");
  const here = units.map((unit) =>
    [
      ...[unit.sellingPricePaise, unit.discountPaise, unit.shippingChargesPaise, unit.codChargesPaise],
      ...[unit.giftWrapChargesPaise, unit.totalPaise],
    ].join(" "),
  );
  const wrong = here.find((amounts) => amounts !== told);
  return wrong === undefined ? [] : [`${item.orderItemId}: a unit costs ${told}, here ${wrong}`];
}

function stateFault(item: ItemThere, units: readonly UnitHere[], onTheWay: boolean): string | null {
  const { left, waits } = AGREES[item.status];
  const cancelled = units.filter((unit) => unit.state === "CANCELLED").length;
  const gone = units.filter((unit) => LEFT.has(unit.state));
  const waiting = units.filter((unit) => WAITING.has(unit.state)).length;
  const says = `${item.orderItemId}: ${item.status} there (${item.quantity} ordered, ${item.cancelledQuantity} cancelled, ${item.dispatchedQuantity} dispatched), here ${counted(units.map((unit) => unit.state))}`;
  if (onTheWay && item.status === "CANCELLED" && gone.length + cancelled === units.length) return null;
  const agree =
    cancelled === item.cancelledQuantity &&
    gone.length === item.dispatchedQuantity &&
    gone.every((unit) => left.includes(unit.state)) &&
    cancelled + gone.length + waiting === units.length &&
    (waits || waiting === 0);
  return agree ? null : says;
}

/** Where an order must be packed is the marketplace's word, or its channel's one store. */
function facilityFaults({ channel }: BookedOrder, item: ItemThere, units: readonly UnitHere[]): string[] {
  const must = channel.store ?? (channel.warehouses ? channel.warehouses[item.facilityCode ?? ""] : undefined);
  const may = must === undefined ? channel.facilities : [must];
  const wrong = units.filter((unit) => unit.facility !== null && !may.includes(unit.facility));
  return wrong.length === 0 ? [] : [`${item.orderItemId}: at ${wrong[0]?.facility} instead of ${may.join(" or ")}`];
}
