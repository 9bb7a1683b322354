/** Every order there against its units here, in both directions: what they did must be true here, and what we did told there. */
import type { House } from "../houses.ts";
import type { PanelAct } from "../market.ts";
import {
  type AuditBrief,
  AWAY,
  type Books,
  type Finding,
  isBelieved,
  type LineThere,
  type OrderThere,
  type Question,
  type UnitHere,
} from "./books.ts";

/** Somebody finished an order on the panel so soon that nobody here could see it in the list of open orders. */
const UNSEEN_MINUTES = 10;

/** What must be true here of a line. `anything`: the marketplace does not tell it, or is not believed about it. */
type Must = "open" | "cancelled" | "travelling" | "delivered" | "left" | "coming back" | "sent back" | "anything";

export interface OrdersCompared {
  readonly findings: readonly Finding[];
  /** Orders that were over before anybody here could see them, by marketplace. */
  readonly overAtOnce: readonly string[];
}

export function compareOrders(
  { houses, placed, acts }: AuditBrief,
  books: Books,
  units: readonly UnitHere[],
  questions: ReadonlyMap<string, readonly Question[]>,
): OrdersCompared {
  const byOrder = Map.groupBy(units, (unit) => `${unit.source} ${unit.order}`);
  const actOf = new Map(acts.map((act) => [`${act.source} ${act.orderId}`, act]));
  const findings: Finding[] = [];
  const overAtOnce: string[] = [];
  const known = new Set<string>();
  for (const { house } of houses)
    for (const order of books.get(house.source)?.orders ?? []) {
      const about = `${house.source} ${order.id}`;
      known.add(about);
      const act = actOf.get(about);
      const mine = byOrder.get(about);
      if (mine !== undefined) findings.push(...compareOrder(house, order, mine, act, questions.get(about) ?? []));
      else if (wasOverAtOnce(house, act, order)) overAtOnce.push(house.source);
      else findings.push({ kind: "ORDER_MISSING", about, words: order.items.map((item) => item.status).join(", ") });
    }
  for (const about of byOrder.keys())
    if (!known.has(about)) findings.push({ kind: "ORDER_INVENTED", about, words: "no marketplace knows it" });
  const ids = new Set([...known].map((about) => about.split(" ")[1]));
  for (const id of placed)
    if (!ids.has(id))
      findings.push({ kind: "LOG_INCOMPLETE", about: id, words: "was placed, and no marketplace knows it" });
  return { findings, overAtOnce };
}

/**
 * All of it was finished on the marketplace's panel within the ten minutes in which orders come here. Where the marketplace shows
 * also what has left, and is believed about it, that is no excuse.
 */
function wasOverAtOnce(house: House, act: PanelAct | undefined, order: OrderThere): boolean {
  if (!act || act.lines.length < order.items.length) return false;
  if (act.kind === "dispatch" && house.showsFinished === true && isBelieved(house, order.thirdPartyShipping))
    return false;
  return act.at.since(Temporal.Instant.from(order.orderDate)).total("minutes") <= UNSEEN_MINUTES;
}

function compareOrder(
  house: House,
  order: OrderThere,
  units: readonly UnitHere[],
  act: PanelAct | undefined,
  questions: readonly Question[],
): Finding[] {
  const about = `${house.source} ${order.id}`;
  const byLine = Map.groupBy(units, (unit) => unit.line);
  const strange = [...byLine.keys()].filter((line) => !order.items.some((item) => item.orderItemId === line));
  return [
    ...strange.map((line) => ({ kind: "LINE_UNKNOWN_THERE", about, words: line })),
    ...order.items.flatMap((item) => {
      const mine = byLine.get(item.orderItemId) ?? [];
      const words = `${item.orderItemId}: ${item.quantity} there, ${mine.length} here`;
      if (mine.length !== item.quantity) return [{ kind: "UNITS_DIFFER", about, words }];
      const onPanel = act?.lines.includes(item.orderItemId) ? act.kind : null;
      const wasAsked = onPanel === "cancel" && questions.some(({ kind }) => kind === "CANCEL_AFTER_DISPATCH");
      return [
        ...compareAmounts(about, item, mine),
        ...compareState(about, item, mine, mustBe(house, order, item, onPanel), wasAsked),
      ];
    }),
  ];
}

function mustBe(house: House, order: OrderThere, item: LineThere, onPanel: PanelAct["kind"] | null): Must {
  const believed = isBelieved(house, order.thirdPartyShipping);
  const tells = (word: House["tells"][number]) => believed && house.tells.includes(word);
  // It has left there: by our hand, or by its panel, of which not every marketplace tells.
  const left = onPanel !== "dispatch" || tells("DISPATCHED") ? "left" : "anything";
  switch (item.status) {
    case "CREATED":
      return "open";
    case "CANCELLED":
      return tells("CANCELLED") ? "cancelled" : "anything";
    case "DISPATCHED":
      return tells("DISPATCHED") ? "travelling" : left;
    case "DELIVERED":
      return tells("DELIVERED") ? "delivered" : left;
    case "COURIER_RETURN":
      return tells("RETURNED") ? "coming back" : left;
    case "RETURN_REQUESTED":
      return tells("RETURNED") ? "sent back" : left;
    default:
      throw new Error(`a line is ${item.status} there, and nobody said what that means`);
  }
}

function compareState(
  about: string,
  item: LineThere,
  units: readonly UnitHere[],
  must: Must,
  wasAsked: boolean,
): Finding[] {
  // Units of a line that was cancelled in part stand as cancelled there and here, as many.
  const alive = units.filter((unit) => unit.state !== "CANCELLED");
  const cancelled = units.length - alive.length;
  const inPart = item.cancelledQuantity > 0 && item.status !== "CANCELLED" ? item.cancelledQuantity : 0;
  const away = alive.filter((unit) => AWAY.has(unit.state)).length;
  const agrees =
    must === "anything" ||
    (must === "cancelled" && (alive.length === 0 || (wasAsked && away === alive.length))) ||
    (must === "open" && cancelled === inPart && away === item.dispatchedQuantity && alive.every(isNotOver)) ||
    (must !== "cancelled" && must !== "open" && cancelled === inPart && alive.every((unit) => isSo(unit, must)));
  if (agrees) return [];
  const states = units.map(
    (unit) => `${unit.state}${unit.packageState ? ` (${unit.package} ${unit.packageState})` : ""}`,
  );
  const kind = must === "open" && away > item.dispatchedQuantity ? "NOT_TOLD" : "STATE_DIFFERS";
  return [{ kind, about, words: `${item.orderItemId} is ${item.status} there and ${states.join(", ")} here` }];
}

function isNotOver({ state }: UnitHere): boolean {
  return state !== "DELIVERED" && state !== "RETURNED";
}

function isSo({ state, packageState, returns }: UnitHere, must: Must): boolean {
  if (must === "travelling") return state === "DISPATCHED";
  if (must === "delivered") return state === "DELIVERED";
  if (must === "coming back") return packageState === "RETURN_EXPECTED";
  return AWAY.has(state) && (must === "left" || returns > 0);
}

function compareAmounts(about: string, item: LineThere, units: readonly UnitHere[]): Finding[] {
  const { sellingPricePaise, shippingChargesPaise, cashOnDeliveryChargesPaise, discountPaise, quantity } = item;
  const there = quantity * (sellingPricePaise + shippingChargesPaise + cashOnDeliveryChargesPaise - discountPaise);
  const here = units.reduce((sum, unit) => sum + unit.totalPaise, 0);
  const words = `${item.orderItemId} is worth ${there} paise there and ${here} here`;
  return here === there ? [] : [{ kind: "AMOUNTS_DIFFER", about, words }];
}
