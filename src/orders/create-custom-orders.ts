import { skusByCodes } from "../catalog/index.ts";
import { type IntakeChannel, intakeChannels, sourceOf } from "../channels/index.ts";
import { assert, newId, ok, type Result, refuse, type SaleOrderId } from "../kernel/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { enteredFields } from "./custom-fields/entered.ts";
import { readFields } from "./custom-fields/store.ts";
import { tatHoursOf } from "./custom-order.store.ts";
import { type CustomOrder, hashOf, importedOf, named } from "./custom-order.ts";
import { listingsOf } from "./find-listings.ts";
import type { RawOrder } from "./judged.ts";
import { readOrder } from "./read-order.ts";
import { listingKey, lockSeen } from "./receive.store.ts";
import { receiveOrders } from "./receive-orders.ts";

/** What became of a custom order. UNCHANGED: it was entered before, as it is. RECEIVED: it is created once the tenant is live. */
export interface Entered {
  readonly code: string;
  readonly outcome: "CREATED" | "RECEIVED" | "UNCHANGED";
  readonly saleOrderId: SaleOrderId | null;
}

interface Prepared {
  readonly index: number;
  readonly code: string;
  readonly raw: RawOrder;
}

/**
 * Creates orders that people entered, by the same road as all others. Somebody is looking: what would wait in intake
 * elsewhere is refused here and leaves nothing behind, so that the form (or the row) can be put right. One result an
 * order, in their order; a refused one does not stop the others.
 * Refusals: CHANNEL_TAKES_NO_FORMS, CHANNEL_DISABLED, FACILITY_NOT_OF_CHANNEL, SKU_UNKNOWN, those of `enteredFields`,
 * SAME_ID_OTHER_CONTENT, and what intake refuses.
 */
export async function createCustomOrders(
  tx: Tx,
  ctx: Ctx,
  orders: readonly CustomOrder[],
  via: "FORM" | "CSV",
): Promise<Result<Entered>[]> {
  const channelIds = [...new Set(orders.map((o) => o.channelId))];
  const channels = await intakeChannels(tx, channelIds);
  const tatHours = await tatHoursOf(tx, channelIds);
  const skus = new Set(
    (await skusByCodes(tx, [...new Set(orders.flatMap((o) => o.lines.map((l) => l.sku)))])).map((s) => s.code),
  );
  const fields = await readFields(tx, { enabled: true });
  const results = new Map<number, Result<Entered>>();
  const prepared: Prepared[] = [];
  const unnamed = orders.filter((o) => o.code === null).length;
  const codes = unnamed === 0 ? [] : await takeCodes(tx, "CUSTOM_ORDER", "SO-", unnamed);
  for (const [index, order] of orders.entries()) {
    const channel = channels.get(order.channelId);
    const code = order.code ?? codes.shift();
    assert(code !== undefined, "an order without a code was given one");
    const may = mayEnter(ctx, order, channel, skus);
    if (!may.ok) {
      results.set(index, may);
      continue;
    }
    const filled = enteredFields(order, code, fields);
    if (!filled.ok) {
      results.set(index, filled);
      continue;
    }
    const whole = named(filled.value, code, ctx.now, tatHours.get(order.channelId) ?? 0);
    prepared.push({
      index,
      code,
      raw: {
        intakeId: newId<"Intake">(),
        channelId: order.channelId,
        via,
        channelOrderId: code,
        raw: whole,
        contentHash: hashOf(order),
        read: { ok: true, value: importedOf(whole) },
      },
    });
  }
  const sound = await judged(tx, ctx, prepared, channels, results);
  const receipts = await receiveOrders(
    tx,
    ctx,
    sound.map((p) => p.raw),
  );
  for (const { index, code, raw } of sound) {
    const receipt = receipts.get(raw.intakeId);
    assert(receipt !== undefined, `custom order ${code} has a receipt`);
    const { state, saleOrderId } = receipt;
    if (state === "CREATED" || state === "RECEIVED") results.set(index, ok({ code, outcome: state, saleOrderId }));
    else if (state === "DUPLICATE") results.set(index, ok({ code, outcome: "UNCHANGED", saleOrderId }));
    else
      results.set(index, {
        ok: false,
        refusal: receipt.refusal ?? refuse("ORDER_MALFORMED", { detail: state }).refusal,
      });
  }
  return orders.map((_, index) => {
    const result = results.get(index);
    assert(result !== undefined, "every order has a result");
    return result;
  });
}

/** What is wrong with where it is to go and what it names. */
function mayEnter(
  ctx: Pick<Ctx, "facilities">,
  order: CustomOrder,
  channel: IntakeChannel | undefined,
  skus: ReadonlySet<string>,
): Result<undefined> {
  if (!channel || sourceOf(channel.source).rules.ordersArrive !== "by hand")
    return refuse("CHANNEL_TAKES_NO_FORMS", { channel: channel?.code ?? order.channelId });
  if (channel.state === "DISABLED") return refuse("CHANNEL_DISABLED", { channel: channel.code });
  const reach = channel.facilities.filter((f) => ctx.facilities === "all" || ctx.facilities.includes(f.facilityId));
  const lost = order.lines.find((l) => l.facility !== null && !reach.some((f) => f.code === l.facility));
  if (lost) return refuse("FACILITY_NOT_OF_CHANNEL", { facility: lost.facility ?? "", channel: channel.code });
  const unknown = order.lines.filter((l) => !skus.has(l.sku)).map((l) => l.sku);
  return unknown.length > 0 ? refuse("SKU_UNKNOWN", { sku: [...new Set(unknown)] }) : ok();
}

/** Leaves those that can be created or were created before; the others get their refusal. */
async function judged(
  tx: Tx,
  ctx: Ctx,
  prepared: readonly Prepared[],
  channels: ReadonlyMap<string, IntakeChannel>,
  results: Map<number, Result<Entered>>,
): Promise<Prepared[]> {
  const orderOf = (p: Prepared) => (p.raw.read.ok ? p.raw.read.value : null);
  const seen = new Map(
    (
      await lockSeen(
        tx,
        prepared.map((p) => p.raw),
      )
    ).map((s) => [`${s.channelId} ${s.channelOrderId}`, s]),
  );
  const listings = await listingsOf(
    tx,
    ctx,
    prepared.map((p) => ({ channelId: p.raw.channelId, lines: orderOf(p)?.lines ?? [] })),
  );
  return prepared.filter((p) => {
    const { channelId, channelOrderId, contentHash } = p.raw;
    const entry = seen.get(`${channelId} ${channelOrderId}`);
    if (entry) {
      const same = entry.contentHash.toString("hex") === contentHash;
      results.set(
        p.index,
        same
          ? ok({ code: p.code, outcome: "UNCHANGED", saleOrderId: entry.saleOrderId })
          : refuse("SAME_ID_OTHER_CONTENT", { order: p.code }),
      );
      return false;
    }
    const channel = channels.get(channelId);
    const order = orderOf(p);
    assert(channel !== undefined && order !== null, "its channel was found before");
    const byProduct = new Map(
      order.lines.flatMap((line) => {
        const facts = listings.get(listingKey({ channelId, channelProductId: line.channelProductId }));
        return facts ? [[line.channelProductId, facts] as const] : [];
      }),
    );
    const verdict = readOrder(order, sourceOf(channel.source), channel, byProduct, ctx.now);
    if (verdict.kind === "create") return true;
    results.set(p.index, { ok: false, refusal: verdict.refusal });
    return false;
  });
}
