/** POST /orders/cancel, with --write: what must be refused on the order that is dispatched later, and a whole order cancelled. */

import type { Exchange } from "../../exchange.ts";
import { expectAnswer, objects, textOf } from "../answers.ts";
import { type Check, type Findings, findings, skip, type Verdict } from "../check.ts";
import type { Item, Target } from "../facts.ts";
import { UNKNOWN_ID } from "../samples.ts";
import type { Session } from "../session.ts";
import { emptyBodyCheck, expectNamed, ITEM_FAILURES, reasons } from "./writes.ts";

export const cancelChecks: readonly Check[] = [
  {
    id: "cancel.too-many",
    operation: "cancelOrderItems",
    title: "more units than were ordered are refused and named",
    writes: true,
    contract: ["paths", "/orders/cancel", "post", "responses", "200"],
    todo: 'Answer 200 {"status": "FAILED", "orderItems": [{orderItemId, errorMessage}]} and cancel none of the item\'s units.',
    run: async (session) => {
      const target = await session.facts.target();
      if (!target.known) return skip(target.why);
      const [item] = target.value.items;
      if (!item) return skip("the order has no item");
      const found = findings();
      const exchange = await cancel(session, target.value.id, [{ ...item, quantity: item.quantity + 1 }]);
      const what = `order ${target.value.id}: ${item.quantity + 1} of ${item.quantity} units`;
      expectNamed(found, "cancelOrderItems", exchange, what, ITEM_FAILURES, { refused: [item.orderItemId] });
      await judgeUntouched(found, session, target.value);
      return found.verdict(what);
    },
  },
  {
    id: "cancel.unknown",
    operation: "cancelOrderItems",
    title: "an unknown item is refused and named",
    writes: true,
    contract: ["paths", "/orders/cancel", "post", "responses", "200"],
    todo: 'Answer 200 {"status": "FAILED", "orderItems": [{orderItemId, errorMessage}]}; what is not named is taken for cancelled.',
    run: async (session) => {
      const target = await session.facts.target();
      if (!target.known) return skip(target.why);
      const found = findings();
      const stranger: Item = {
        orderItemId: UNKNOWN_ID,
        productId: UNKNOWN_ID,
        variantId: UNKNOWN_ID,
        quantity: 1,
        status: "",
      };
      const exchange = await cancel(session, target.value.id, [stranger]);
      expectNamed(found, "cancelOrderItems", exchange, "an unknown item", ITEM_FAILURES, { refused: [UNKNOWN_ID] });
      await judgeUntouched(found, session, target.value);
      return found.verdict();
    },
  },
  {
    id: "cancel.whole",
    operation: "cancelOrderItems",
    title: "a whole order is cancelled, also when told twice",
    writes: true,
    contract: ["paths", "/orders/cancel", "post"],
    todo: "Answer SUCCESS and give items and order as CANCELLED from then on, also when the call comes twice.",
    run: async (session) => {
      const target = await session.facts.cancelTarget();
      return target.known ? judgeWhole(session, target.value) : skip(target.why);
    },
  },
  emptyBodyCheck("cancel", "cancelOrderItems", "CancelRequest"),
];

function cancel(session: Session, orderId: string, items: readonly Item[]): Promise<Exchange> {
  const orderItems = items.map(({ orderItemId, productId, variantId, quantity }) => ({
    orderItemId,
    productId,
    variantId,
    quantity,
  }));
  return session.call("cancelOrderItems", { body: { orderId, orderItems } });
}

async function judgeUntouched(found: Findings, session: Session, target: Target): Promise<void> {
  const { rows, exchange } = await session.facts.statusOf([target.id]);
  const cancelled = objects(rows[0]?.json.orderItems).filter(({ status }) => status === "CANCELLED");
  if (cancelled.length > 0 || rows[0]?.json.orderStatus === "CANCELLED")
    found.must(`order ${target.id}: cancelled although the call was to be refused`, exchange, rows[0]?.at ?? "");
}

async function judgeWhole(session: Session, target: Target): Promise<Verdict> {
  const found = findings();
  const first = await cancel(session, target.id, target.items);
  const body = expectAnswer(found, "cancelOrderItems", first, `order ${target.id}`, "status");
  if (!body || found.count > 0) return found.verdict();
  if (body.status !== "SUCCESS") {
    // Which cancellations are allowed is agreed per channel: a refusal that says why is within the contract.
    if (reasons(body, ITEM_FAILURES) === "")
      found.must(`order ${target.id}: status is ${textOf(body.status)}, and no item is named`, first, "orderItems");
    else
      found.advise(
        `order ${target.id}: the cancellation is refused${reasons(body, ITEM_FAILURES)}; fine if sellers may not cancel`,
        first,
        "status",
      );
    return found.verdict();
  }
  const judge = async (what: string) => {
    const { rows, exchange } = await session.facts.statusOf([target.id]);
    const status = rows[0]?.json.orderStatus;
    if (status !== "CANCELLED")
      found.must(
        `order ${target.id}: orderStatus is ${textOf(status) || "not given"} ${what}, not CANCELLED`,
        exchange,
        rows[0]?.at ?? "",
      );
  };
  await judge("after it was cancelled");
  const again = await cancel(session, target.id, target.items);
  expectAnswer(found, "cancelOrderItems", again, `order ${target.id}, a second time`, "status");
  await judge("after it was cancelled twice");
  return found.verdict(`order ${target.id}`);
}
