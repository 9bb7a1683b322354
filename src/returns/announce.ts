import { announce, type BusinessEvent } from "../events/index.ts";
import {
  findOrder,
  type LockedUnit,
  lockUnits,
  movePackages,
  type PackageState,
  packageLifecycle,
  packagesOfLines,
} from "../fulfilment/index.ts";
import {
  type ChannelId,
  type Instant,
  newId,
  ok,
  type Result,
  refuse,
  type SaleOrderId,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import { openExceptions, writeEvents } from "../orders/index.ts";
import { takeCodes } from "../platform/codes.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import type { ReturnCaseId, ReturnKind } from "./return-case.ts";
import { caseExists, confirmCase, insertCase, markReturned, markUnitsReturned, unitsInCases } from "./store.ts";
import { tellReverse } from "./tell-reverse.ts";

/** What a channel says comes back. */
export interface AnnouncedReturn {
  readonly channelId: ChannelId;
  readonly channelOrderId: string;
  /** RTO (undelivered) or CIR (from the customer); null where it says only that it comes back. */
  readonly kind: "RTO" | "CIR" | null;
  /** Pieces by the channel's product key, or by its lines; null: every unit that left. */
  readonly products: readonly { readonly channelProductId: string; readonly quantity: number }[] | null;
  /** `pieces` null: the whole line. */
  readonly lines: readonly { readonly line: string; readonly pieces: number | null }[] | null;
  readonly reason: string | null;
  readonly awb: string | null;
  readonly courierCode: string | null;
  readonly channelReturnId: string | null;
  readonly warehouse: string | null;
  readonly at: Instant;
  readonly via: "PUSH" | "SYNC" | "COURIER";
}

const GONE = ["DISPATCHED", "DELIVERED"];

/**
 * Takes a channel's word that something comes back. It shows at once on order and package; the parcel is expected (RTO)
 * or a reverse pickup opens (CIR); RETURNED follows the shelf, unless the channel's setting takes the word at once, and
 * then no stock is added. Said twice: no change, but a return that was known before its channel spoke learns its words. Refuses ORDER_NOT_FOUND, RETURN_LINES_NOT_FOUND.
 */
export async function announceReturn(
  tx: Tx,
  ctx: Ctx,
  word: AnnouncedReturn,
): Promise<Result<{ changed: boolean; doubt: boolean }>> {
  const order = await findOrder(tx, word.channelId, word.channelOrderId);
  if (!order) return refuse("ORDER_NOT_FOUND", { order: word.channelOrderId });
  const units = await lockUnits(tx, order.saleOrderId);
  const known = await unitsInCases(tx, order.saleOrderId, word.via === "SYNC" && word.channelReturnId === null);
  const named = unitsNamed(units, known, word);
  // A status of a whole line says nothing new where the line comes back in part already.
  const whole = new Set(word.lines?.filter((wish) => wish.pieces === null).map((wish) => wish.line));
  const spoken = new Set(named.filter((u) => known.has(u.unitId)).map((u) => u.channelOrderItemId));
  const isNews = ({ unitId, channelOrderItemId: line }: LockedUnit) =>
    !known.has(unitId) && !(whole.has(line) && spoken.has(line));
  if (named.length === 0)
    return refuse("RETURN_LINES_NOT_FOUND", {
      order: order.code,
      lines: word.lines?.map((wish) => wish.line) ?? word.products?.map((p) => p.channelProductId) ?? [],
    });
  const gone = named.filter((u) => GONE.includes(u.state) && isNews(u));
  if (gone.length === 0) {
    if (named.some((u) => u.state === "RETURNED" || known.has(u.unitId)))
      return ok({ changed: await confirmReturn(tx, ctx, order.saleOrderId, word, named), doubt: false });
    await openExceptions(tx, ctx, [
      {
        kind: "RETURN_WITHOUT_DISPATCH",
        channelId: word.channelId,
        saleOrderId: order.saleOrderId,
        key: order.saleOrderId,
        facts: { order: order.code, kind: word.kind ?? "RETURN" },
      },
    ]);
    return ok({ changed: false, doubt: true });
  }
  if (await caseExists(tx, word.channelId, word.channelReturnId)) return ok({ changed: false, doubt: false });
  // A parcel that was delivered comes back from the customer; one that was not is undelivered.
  const kind = word.kind ?? (gone.some((u) => u.state === "DELIVERED") ? "CIR" : "RTO");

  const parcels = (
    await packagesOfLines(tx, order.saleOrderId, [...new Set(gone.map((u) => u.channelOrderItemId))])
  ).filter((p) => gone.some((u) => u.shippingPackageId === p.shippingPackageId));
  const [code] = await takeCodes(tx, `RETURN:${kind}`, kind === "RTO" ? "RTO-" : "RP-", 1);
  const atOnce = order.returnedOnChannelWord;
  const returnCaseId = newId<"ReturnCase">();
  await insertCase(
    tx,
    {
      returnCaseId,
      code: code ?? "",
      channelId: word.channelId,
      saleOrderId: order.saleOrderId,
      shippingPackageId: parcels.length === 1 ? (parcels[0]?.shippingPackageId ?? null) : null,
      kind,
      state: atOnce ? "COMPLETED" : kind === "RTO" ? "RETURN_EXPECTED" : "CREATED",
      channelReturnId: word.channelReturnId,
      reason: word.reason,
      courierCode: word.courierCode,
      awb: word.awb,
      warehouse: word.warehouse,
      via: word.via,
      announcedAt: word.at,
      unitIds: gone.map((u) => u.unitId),
    },
    ctx.now,
  );
  announce(tx, ctx, eventsOf({ returnCaseId, kind, atOnce }, word, ctx.now));
  if (!atOnce)
    await tellReverse(
      tx,
      ctx,
      { returnCaseId, kind, channelId: word.channelId, saleOrderId: order.saleOrderId },
      "CREATED",
    );
  await markReturned(
    tx,
    order.saleOrderId,
    parcels.map((p) => p.shippingPackageId),
    word.at,
  );
  await writeEvents(
    tx,
    [
      {
        id: newId(),
        saleOrderId: order.saleOrderId,
        packageId: parcels[0]?.shippingPackageId ?? null,
        kind: "RETURN_ANNOUNCED",
        facts: {
          return: code ?? "",
          kind,
          reason: word.reason,
          units: gone.map((u) => u.code),
          awb: word.awb,
          at: word.at.toString(),
        },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  const event = atOnce ? ("returned" as const) : ("turnBack" as const);
  // A parcel turns back whole; the customer may send a part of it: then the parcel stays what it is, its units do not.
  const isWhole = (id: ShippingPackageId) =>
    units.every((u) => u.shippingPackageId !== id || !GONE.includes(u.state) || gone.includes(u));
  const movable = parcels.filter(
    (p) =>
      (atOnce ? isWhole(p.shippingPackageId) : kind === "RTO") &&
      packageLifecycle.may(event, p.state satisfies PackageState),
  );
  if (atOnce)
    await markUnitsReturned(
      tx,
      gone.map((u) => u.unitId),
      ctx.now,
    );
  const moved = await movePackages(
    tx,
    ctx,
    movable.map((p) => p.shippingPackageId),
    event,
    { facts: { return: code ?? "" } },
  );
  return moved.ok ? ok({ changed: true, doubt: false }) : moved;
}

/** What a channel's word means for partners: a return, with its courier where the channel named him; over, where its word is taken at once. */
function eventsOf(
  made: { readonly returnCaseId: ReturnCaseId; readonly kind: ReturnKind; readonly atOnce: boolean },
  word: AnnouncedReturn,
  now: Instant,
): BusinessEvent[] {
  const about = { returnCaseId: made.returnCaseId, happenedAt: now };
  const courier = made.kind === "CIR" && word.awb !== null && word.courierCode !== null;
  return [
    { kind: "RETURN_CREATED", ...about },
    ...(courier ? [{ kind: "RETURN_COURIER_ALLOCATED" as const, ...about }] : []),
    ...(made.atOnce ? [{ kind: "RETURN_COMPLETED" as const, ...about }] : []),
  ];
}

/**
 * A parcel was received, or expected by a courier's or a person's word, before its channel spoke: what the channel says of it
 * now is known of that return too. False where it says nothing new.
 */
async function confirmReturn(
  tx: Tx,
  ctx: Ctx,
  saleOrderId: SaleOrderId,
  word: AnnouncedReturn,
  named: readonly LockedUnit[],
): Promise<boolean> {
  if (word.channelReturnId === null || (await caseExists(tx, word.channelId, word.channelReturnId))) return false;
  const confirmed = await confirmCase(tx, saleOrderId, { ...word, unitIds: named.map((u) => u.unitId) }, ctx.now);
  if (!confirmed) return false;
  const { returnCaseId } = confirmed;
  // Its courier may be known only now; who was told of this tracking number already is not told again.
  if (confirmed.kind === "CIR" && word.courierCode !== null && word.awb !== null && confirmed.awb === word.awb)
    announce(tx, ctx, [{ kind: "RETURN_COURIER_ALLOCATED", returnCaseId, happenedAt: ctx.now }]);
  const parcels = [...new Set(named.flatMap((u) => u.shippingPackageId ?? []))];
  await markReturned(tx, saleOrderId, parcels, word.at);
  const facts = { return: confirmed.code, kind: confirmed.kind, reason: word.reason, awb: word.awb };
  const units = named.map((u) => u.code);
  await writeEvents(
    tx,
    [
      {
        ...{ id: newId(), saleOrderId, packageId: parcels[0] ?? null, kind: "RETURN_ANNOUNCED" },
        facts: { ...facts, units, at: word.at.toString() },
      },
    ],
    ctx.actor,
    ctx.now,
  );
  return true;
}

/**
 * The units that the word means, each once: whole lines, so many pieces of a line or of a product, or all. Of pieces first
 * those whose return is known already, so that a word said twice means the same units; a word with an id of its own means others.
 */
function unitsNamed(
  units: readonly LockedUnit[],
  known: ReadonlySet<SaleOrderItemId>,
  word: AnnouncedReturn,
): LockedUnit[] {
  if (word.lines === null && word.products === null) return units.filter((u) => u.state !== "CANCELLED");
  const isNew = word.channelReturnId !== null;
  const score = (u: LockedUnit) => {
    if (known.has(u.unitId) || u.state === "RETURNED") return isNew ? 2 : 0;
    return GONE.includes(u.state) ? 1 : 3;
  };
  const named = new Set<LockedUnit>();
  const isOpen = (u: LockedUnit) => u.state !== "CANCELLED" && !named.has(u);
  for (const { line, pieces } of word.lines ?? []) {
    const of = units.filter((u) => u.channelOrderItemId === line);
    for (const unit of pieces === null ? of : pick(of, pieces, isOpen, score)) named.add(unit);
  }
  for (const { channelProductId, quantity } of word.products ?? []) {
    const of = units.filter((u) => `${u.productId}-${u.variantId}` === channelProductId);
    for (const unit of pick(of, quantity, isOpen, score)) named.add(unit);
  }
  return [...named];
}

/**
 * So many pieces, as the channel counts them, those of the lowest score first. A bundle is one piece, and its components come
 * back together: the units of a line stand in the order of its pieces.
 */
function pick(
  units: readonly LockedUnit[],
  wanted: number,
  isOpen: (u: LockedUnit) => boolean,
  score: (u: LockedUnit) => number,
): LockedUnit[] {
  const pieces = [...Map.groupBy(units, (u) => u.channelOrderItemId).values()].flatMap((line) => {
    const ordered = line.toSorted((a, b) => a.unitNo - b.unitNo);
    return [...Map.groupBy(ordered.entries(), ([at, unit]) => Math.floor(at / unit.parts)).values()];
  });
  const open = pieces.map((piece) => piece.map(([, unit]) => unit).filter(isOpen)).filter((piece) => piece.length > 0);
  const mean = (piece: readonly LockedUnit[]) => piece.reduce((sum, unit) => sum + score(unit), 0) / piece.length;
  return open
    .toSorted((a, b) => mean(a) - mean(b))
    .flat()
    .slice(0, wanted * (units[0]?.parts ?? 1));
}
