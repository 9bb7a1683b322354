import type { ImportedAddress } from "../../connectors/kit/index.ts";
import { skusByCodes } from "../catalog/index.ts";
import { allSources } from "../channels/index.ts";
import {
  assert,
  type ChannelId,
  ok,
  type Paise,
  paise,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  ZERO,
} from "../kernel/index.ts";
import { createCustomOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { LockedCase } from "./case.store.ts";
import { note, reachCase, tell } from "./case-record.ts";
import type { ReturnCaseId } from "./return-case.ts";
import {
  channelsByHand,
  deliveryAddress,
  detailsOf,
  type InsteadUnit,
  insteadUnits,
  saveAnswers,
  saveOffers,
} from "./reverse-pickup.store.ts";

/** Offers another SKU for a unit that comes back, or another offer. Refusals: NOT_FOUND, REPLACEMENT_UNITS, REPLACEMENT_SKU_UNKNOWN. */
export function offerReplacement(
  ctx: Ctx,
  id: ReturnCaseId,
  offer: { unitId: SaleOrderItemId; sku: string; price: Paise },
): Promise<Result<undefined>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const free = decideFree(reached.value, await insteadUnits(tx, id), [offer.unitId]);
    if (!free.ok) return free;
    const [sku] = await skusByCodes(tx, [offer.sku]);
    if (!sku) return refuse("REPLACEMENT_SKU_UNKNOWN", { skus: [offer.sku] });
    await saveOffers(tx, id, [{ unitId: offer.unitId, skuId: sku.skuId, price: offer.price, instead: "REPLACEMENT" }]);
    await note(tx, ctx, reached.value, "replacement_offered", {
      after: { unit: free.value[0]?.code ?? "", sku: offer.sku, pricePaise: offer.price },
    });
    return ok();
  });
}

/** The customer does not want what was offered. Refusals: NOT_FOUND, REPLACEMENT_NOT_OFFERED. */
export function declineReplacement(
  ctx: Ctx,
  id: ReturnCaseId,
  unitIds: readonly SaleOrderItemId[] | null,
): Promise<Result<{ declined: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const offered = decideOffered(reached.value, await insteadUnits(tx, id), unitIds);
    if (!offered.ok) return offered;
    const ids = offered.value.map((unit) => unit.unitId);
    await saveAnswers(tx, id, ids, { state: "DECLINED", orderId: null }, ctx.now);
    await note(tx, ctx, reached.value, "replacement_declined", { after: { units: offered.value.map((u) => u.code) } });
    return ok({ declined: ids.length });
  });
}

/** How what is sent instead is ordered. */
export interface InsteadOrder {
  /** A channel of the source Custom; null: the tenant's only one. */
  readonly channelId: ChannelId | null;
  readonly paymentType: "COD" | "PREPAID";
}

/** The new order, and by how much its goods cost more (or less) than what comes back. */
export interface SentInstead {
  readonly saleOrderId: SaleOrderId;
  readonly order: string;
  readonly units: number;
  readonly difference: number;
}

/**
 * The customer takes what was offered: a new order is made by the road of custom orders, and the units are REPLACED once they
 * are back. Refusals: NOT_FOUND, REPLACEMENT_NOT_OFFERED and those of the order.
 */
export function acceptReplacement(
  ctx: Ctx,
  id: ReturnCaseId,
  input: InsteadOrder & { unitIds: readonly SaleOrderItemId[] | null },
): Promise<Result<SentInstead>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const offered = decideOffered(reached.value, await insteadUnits(tx, id), input.unitIds);
    if (!offered.ok) return offered;
    return order(tx, ctx, reached.value, offered.value, "Replacement", input);
  });
}

/** Sends the same once more: a new order of the same SKUs at what was paid for them. Refusals: NOT_FOUND, REPLACEMENT_UNITS and those of the order. */
export function reship(
  ctx: Ctx,
  id: ReturnCaseId,
  input: InsteadOrder & { unitIds: readonly SaleOrderItemId[] },
): Promise<Result<SentInstead>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const reached = await reachCase(tx, ctx, id);
    if (!reached.ok) return reached;
    const free = decideFree(reached.value, await insteadUnits(tx, id), input.unitIds);
    if (!free.ok) return free;
    await saveOffers(
      tx,
      id,
      free.value.map(({ unitId, skuId, paid }) => ({ unitId, skuId, price: paid, instead: "RESHIP" as const })),
    );
    const units = free.value.map((unit) => ({ ...unit, insteadSku: unit.sku, insteadPrice: unit.paid }));
    return order(tx, ctx, reached.value, units, "Reshipment", input);
  });
}

/** Units for which nothing was ordered yet and which do come back. Pure. */
function decideFree(
  found: LockedCase,
  units: readonly InsteadUnit[],
  wanted: readonly SaleOrderItemId[],
): Result<InsteadUnit[]> {
  const chosen = units.filter((unit) => wanted.includes(unit.unitId));
  const free = chosen.filter(
    (unit) => unit.insteadState !== "ACCEPTED" && !["MISSING", "LOST", "CANCELLED"].includes(unit.itemState),
  );
  if (free.length === new Set(wanted).size && free.length > 0) return ok(free);
  const wrong = wanted.filter((id) => !free.some((unit) => unit.unitId === id));
  return refuse("REPLACEMENT_UNITS", {
    return: found.code,
    units: wrong.map((id) => chosen.find((unit) => unit.unitId === id)?.code ?? id),
  });
}

/** Units for which something is offered. Pure. */
function decideOffered(
  found: LockedCase,
  units: readonly InsteadUnit[],
  wanted: readonly SaleOrderItemId[] | null,
): Result<InsteadUnit[]> {
  const offered = units.filter(
    (unit) => unit.insteadState === "OFFERED" && (wanted === null || wanted.includes(unit.unitId)),
  );
  return offered.length === 0 || (wanted !== null && offered.length < new Set(wanted).size)
    ? refuse("REPLACEMENT_NOT_OFFERED", { return: found.code })
    : ok(offered);
}

/** Makes the order and ties the units to it. Refusals: REPLACEMENT_NO_CHANNEL, REPLACEMENT_WHICH_CHANNEL, REPLACEMENT_NO_ADDRESS, REPLACEMENT_TENANT_NOT_LIVE and those of `createCustomOrders`. */
async function order(
  tx: Tx,
  ctx: Ctx,
  found: LockedCase,
  units: readonly InsteadUnit[],
  what: "Replacement" | "Reshipment",
  input: InsteadOrder,
): Promise<Result<SentInstead>> {
  const channel = await chooseChannel(tx, input.channelId);
  if (!channel.ok) return channel;
  const address = await addressOf(tx, found);
  if (address === null) return refuse("REPLACEMENT_NO_ADDRESS", { return: found.code });
  const [entered] = await createCustomOrders(
    tx,
    ctx,
    [
      {
        ...{ channelId: channel.value, code: null, placedAt: null, dispatchBy: null, priority: 0, buyerGstin: null },
        ...{ paymentType: input.paymentType, lines: linesOf(units), shippingCharges: ZERO },
        ...{ shippingAddress: address, billingAddress: address },
        additionalInfo: `${what} of ${found.orderCode} (${found.code})`,
      },
    ],
    "FORM",
  );
  assert(entered !== undefined, "an order that is entered has a result");
  if (!entered.ok) return entered;
  const { saleOrderId, code } = entered.value;
  if (saleOrderId === null) return refuse("REPLACEMENT_TENANT_NOT_LIVE", { return: found.code });
  const ids = units.map((unit) => unit.unitId);
  await saveAnswers(tx, found.returnCaseId, ids, { state: "ACCEPTED", orderId: saleOrderId }, ctx.now);
  const sum = (of: (unit: InsteadUnit) => number) => units.reduce((total, unit) => total + of(unit), 0);
  const difference = sum((unit) => unit.insteadPrice ?? 0) - sum((unit) => unit.paid);
  const facts = { order: code, what, units: units.map((unit) => unit.code), differencePaise: difference };
  await tell(tx, ctx, found, "SENT_INSTEAD", facts);
  await tell(tx, ctx, { saleOrderId, code: found.code }, "ORDER_INSTEAD_OF", { ...facts, order: found.orderCode });
  await note(tx, ctx, found, what === "Replacement" ? "replacement_accepted" : "reshipped", { after: facts });
  return ok({ saleOrderId, order: code, units: units.length, difference });
}

/** Where it goes: as the return says, else where it is collected, else where the order went. */
async function addressOf(tx: Tx, found: LockedCase): Promise<ImportedAddress | null> {
  const details = await detailsOf(tx, found.returnCaseId);
  return details.shippingAddress ?? details.pickupAddress ?? (await deliveryAddress(tx, found.saleOrderId));
}

async function chooseChannel(tx: Tx, wanted: ChannelId | null): Promise<Result<ChannelId>> {
  if (wanted !== null) return ok(wanted); // judged with the order
  const sources = allSources().filter((source) => source.rules.ordersArrive === "by hand");
  const [first, ...others] = await channelsByHand(
    tx,
    sources.map((source) => source.id),
  );
  if (!first) return refuse("REPLACEMENT_NO_CHANNEL");
  return others.length > 0
    ? refuse("REPLACEMENT_WHICH_CHANNEL", { channels: [first, ...others].map((channel) => channel.code) })
    : ok(first.channelId);
}

/** One line for each SKU and price. */
function linesOf(units: readonly InsteadUnit[]) {
  const groups = Map.groupBy(units, (unit) => `${unit.insteadSku} ${unit.insteadPrice}`);
  return [...groups.values()].flatMap((group) => {
    const [first] = group;
    if (!first || first.insteadSku === null) return [];
    const sellingPrice = first.insteadPrice ?? paise(0);
    return [{ sku: first.insteadSku, quantity: group.length, sellingPrice, discount: ZERO, facility: null }];
  });
}
