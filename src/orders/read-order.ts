import type { Connector, ImportedLine, ImportedSaleOrder } from "../../connectors/kit/index.ts";
import type { IntakeChannel } from "../channels/index.ts";
import {
  apportion,
  type FacilityId,
  type Facts,
  type Instant,
  type ListingId,
  ok,
  type Paise,
  paise,
  type Refusal,
  type SkuId,
  ZERO,
} from "../kernel/index.ts";
import { parsePincode } from "../warehouse/pincode.ts";
import { stateByName } from "../warehouse/states.ts";
import { HELD_BY_CHANNEL, HELD_BY_SETTING, HELD_UNTIL } from "./hold-reasons.ts";
import { splitOrder, type UnitAmounts } from "./price-split.ts";

/** What a listing stands for: one SKU, or a bundle's components. */
export interface ListingFacts {
  readonly listingId: ListingId;
  readonly skuId: SkuId | null;
  readonly skuCode: string | null;
  readonly enabled: boolean;
  readonly components: readonly { readonly skuId: SkuId; readonly quantity: number; readonly weight: number }[] | null;
}

export interface PlannedUnit extends UnitAmounts {
  readonly lineOf: ImportedLine;
  readonly listingId: ListingId;
  readonly skuId: SkuId;
  readonly bundleSkuId: SkuId | null;
  readonly facilityId: FacilityId | null;
}

export interface PlannedOrder {
  readonly imported: ImportedSaleOrder;
  readonly priority: number;
  readonly units: readonly PlannedUnit[];
  readonly total: Paise;
  readonly collect: Paise;
  readonly stateCode: string;
  readonly billingStateCode: string | null;
  readonly state: "PENDING_VERIFICATION" | "CREATED";
  readonly onHold: boolean;
  readonly holdReason: string | null;
  /** The channel holds one of its lines. */
  readonly channelHold: boolean;
  /** Nobody may process it before; null: at once. */
  readonly actionableFrom: Instant | null;
  /** The channel waits for the seller's acceptance, and can be told of it. */
  readonly acceptanceAwaited: boolean;
  /** Stock may have been kept for it while the channel reviewed it. */
  readonly reviewed: boolean;
  readonly packageType: "FIXED" | "FLEXIBLE";
}

/** What becomes of a raw order that was read. `waitsFor` names what heals a failed one by itself; null: only a correction does. */
export type Verdict =
  | { readonly kind: "create"; readonly order: PlannedOrder }
  | { readonly kind: "fail"; readonly refusal: Refusal; readonly waitsFor: readonly string[] | null }
  | { readonly kind: "ignore"; readonly refusal: Refusal };

/**
 * Decides what becomes of an order. Pure. Faults of the order itself come first (they are refused to the channel), then
 * what waits for us: mapping, SKU, facility, PIN code, state. The first that holds is the one that is told.
 */
export function readOrder(
  order: ImportedSaleOrder,
  source: Connector,
  channel: IntakeChannel,
  listings: ReadonlyMap<string, ListingFacts>,
  now: Instant,
): Verdict {
  const name = order.channelOrderId;
  if (!source.rules.thirdPartyShipping.allowed.includes(order.thirdPartyShipping))
    return fail("SHIPPING_NOT_ALLOWED", {
      order: name,
      given: order.thirdPartyShipping,
      source: source.label,
      allowed: source.rules.thirdPartyShipping.allowed.map(String),
    });
  const lines = order.status === "CANCELLED" ? [] : order.lines.filter((line) => !line.cancelled);
  if (lines.length === 0) return { kind: "ignore", refusal: { code: "ALL_LINES_CANCELLED", facts: { order: name } } };
  const split = splitAlive(order, lines, source);
  if (!split.ok)
    return {
      kind: "fail",
      refusal: { code: split.refusal.code, facts: { order: name, ...split.refusal.facts } },
      waitsFor: null,
    };
  const waiting = waitingFault(order, lines, channel, listings);
  if (waiting !== null) return waiting;
  const places = placesOf(lines, source, channel);
  if (places !== null) return plan(order, lines, { ...split.value, places }, { source, channel, listings, now });
  const warehouses = [...new Set(lines.map((line) => line.channelWarehouse ?? ""))];
  return wait("ORDER_WOULD_SPLIT", { order: name, source: source.label, warehouses }, []);
}

/**
 * Where each line is allocated; null: an order that may not be split would be. Lines of such an order that name no warehouse
 * go where the others go.
 */
function placesOf(
  lines: readonly ImportedLine[],
  source: Connector,
  channel: IntakeChannel,
): readonly (FacilityId | null)[] | null {
  const places = lines.map((line) => facilityOf(line, channel) ?? null);
  const [place = null, ...others] = new Set(places.filter((each) => each !== null));
  if (source.rules.split) return places;
  return others.length > 0 ? null : places.map(() => place);
}

/**
 * Splits an order's amounts over the units of its lines that are not cancelled. A channel that cancelled a line before we
 * saw the order may go on telling what was paid for all of it: where the amounts fit only with the cancelled lines, those
 * take their part of them along.
 */
function splitAlive(
  order: ImportedSaleOrder,
  alive: readonly ImportedLine[],
  source: Connector,
): ReturnType<typeof splitOrder> {
  const over = (lines: readonly ImportedLine[]) =>
    splitOrder({
      paymentType: order.paymentType,
      lineAmounts: source.rules.lineAmounts,
      order: order.orderAmounts,
      lines: lines.map((line) => ({ ...line, lineId: line.channelOrderItemId })),
    });
  const split = over(alive);
  if (split.ok || alive.length === order.lines.length) return split;
  const whole = over(order.lines);
  if (!whole.ok) return split;
  const units = whole.value.units.flatMap((unit) => {
    const line = order.lines[unit.line];
    const at = line === undefined ? -1 : alive.indexOf(line);
    return at === -1 ? [] : [{ ...unit, line: at }];
  });
  const total = paise(units.reduce((sum, unit) => sum + unit.total, 0));
  const collectable = paise(units.reduce((sum, unit) => sum + unit.collectable, 0));
  return ok({ units, total, collectable });
}

/** What keeps a sound order waiting here, the nearest to a person's daily work first. */
function waitingFault(
  order: ImportedSaleOrder,
  lines: readonly ImportedLine[],
  channel: IntakeChannel,
  listings: ReadonlyMap<string, ListingFacts>,
): Verdict | null {
  const name = order.channelOrderId;
  const unmapped = lines.filter((line) => listings.get(line.channelProductId)?.skuId == null);
  if (unmapped.length > 0)
    return wait(
      "LISTING_NOT_MAPPED",
      { order: name, listings: unmapped.map((l) => `${l.channelProductId} (${l.channelSku})`) },
      unmapped.map((l) => `LISTING:${l.channelProductId}`),
    );
  const empty = lines
    .flatMap((line) => listings.get(line.channelProductId) ?? [])
    .filter((l) => l.components?.length === 0);
  if (empty.length > 0)
    return wait(
      "BUNDLE_EMPTY",
      { order: name, skus: empty.map((l) => l.skuCode ?? "") },
      empty.map((l) => `SKU:${l.skuId}`),
    );
  const disabled = lines.flatMap((line) => listings.get(line.channelProductId) ?? []).filter((l) => !l.enabled);
  if (disabled.length > 0)
    return wait(
      "SKU_DISABLED",
      { order: name, skus: disabled.map((l) => l.skuCode ?? "") },
      disabled.map((l) => `SKU:${l.skuId}`),
    );
  if (channel.facilities.length === 0)
    return wait("NO_FACILITY", { order: name, channel: channel.code }, [`CHANNEL:${channel.channelId}`]);
  const lost = lines.filter((line) => facilityOf(line, channel) === undefined);
  if (lost.length > 0)
    return wait(
      "FACILITY_NOT_MAPPED",
      { order: name, channel: channel.code, warehouses: lost.map((l) => l.channelWarehouse ?? "") },
      [`CHANNEL:${channel.channelId}`],
    );
  if (!parsePincode(order.shippingAddress.pincode).ok)
    return wait("PINCODE_INVALID", { order: name, pincode: order.shippingAddress.pincode }, []);
  if (stateByName(order.shippingAddress.state) === null)
    return wait("STATE_UNKNOWN", { order: name, state: order.shippingAddress.state }, []);
  return null;
}

function plan(
  order: ImportedSaleOrder,
  lines: readonly ImportedLine[],
  split: {
    units: readonly UnitAmounts[];
    total: Paise;
    collectable: Paise;
    places: readonly (FacilityId | null)[];
  },
  by: {
    readonly source: Connector;
    readonly channel: IntakeChannel;
    readonly listings: ReadonlyMap<string, ListingFacts>;
    readonly now: Instant;
  },
): Verdict {
  const { source, channel, listings, now } = by;
  const units = split.units.flatMap((unit) => {
    const line = lines[unit.line];
    const listing = line && listings.get(line.channelProductId);
    if (!line || !listing?.skuId) return []; // waitingFault has refused these
    // Boxes that the channel counted are no boxes where the whole order is one parcel.
    const lineOf = source.rules.split ? line : { ...line, packetNumber: 0 };
    const facilityId = split.places[unit.line] ?? null;
    return explode(unit, listing).map((part) => ({ ...part, lineOf, listingId: listing.listingId, facilityId }));
  });
  const held = lines.some((line) => line.onHold);
  const { actionableFrom = null } = order;
  const early = actionableFrom !== null && Temporal.Instant.compare(actionableFrom, now) > 0;
  const reasons = [
    ...(channel.createOnHold ? [HELD_BY_SETTING] : []),
    ...(held ? [HELD_BY_CHANNEL] : []),
    ...(early ? [HELD_UNTIL] : []),
  ];
  return {
    kind: "create",
    order: {
      // Higher gets scarce stock first: what the order brings, and what its channel is given here.
      priority: order.priority + channel.priority,
      imported: order,
      units,
      total: split.total,
      collect: split.collectable,
      stateCode: stateByName(order.shippingAddress.state)?.code ?? "",
      billingStateCode: stateByName(order.billingAddress.state)?.code ?? null,
      // A channel that verifies by itself skips the queue; everything else waits for a person.
      state: channel.autoVerify ? "CREATED" : "PENDING_VERIFICATION",
      onHold: reasons.length > 0,
      holdReason: reasons[0] ?? null,
      channelHold: held,
      actionableFrom,
      acceptanceAwaited: order.status === "PENDING_VERIFICATION" && source.capabilities.acknowledge !== undefined,
      // Pages of orders may show some before they may be processed.
      reviewed: source.capabilities.pullPendency !== undefined || source.capabilities.pullOrders !== undefined,
      packageType: source.rules.split ? channel.packageType : "FIXED",
    },
  };
}

/**
 * A bundle's unit becomes its components' units. Price and charges are shared by the components' worth, what is taken off
 * in proportion to what is left to take it from: to the paisa, and no piece is worth less than nothing. (Sharing the
 * discount by worth too would round it above the price of a piece where it takes nearly everything off.)
 */
function explode(
  unit: UnitAmounts,
  listing: ListingFacts,
): (UnitAmounts & { skuId: SkuId; bundleSkuId: SkuId | null })[] {
  const skuId = listing.skuId;
  if (skuId === null) return [];
  if (listing.components === null) return [{ ...unit, skuId, bundleSkuId: null }];
  const pieces = listing.components.flatMap((c) => Array.from({ length: c.quantity }, () => c));
  const weights = pieces.map((piece) => piece.weight);
  const prices = apportion(unit.sellingPrice, weights);
  const shippings = apportion(unit.shippingCharges, weights);
  const cods = apportion(unit.codCharges, weights);
  const gifts = apportion(unit.giftWrapCharges, weights);
  const transfers = unit.transferPrice === null ? null : apportion(unit.transferPrice, weights);
  const open = prices.map((price, i) => price + (shippings[i] ?? 0) + (cods[i] ?? 0) + (gifts[i] ?? 0));
  const takeOff = (amount: Paise): Paise[] => {
    const shares = amount === 0 ? open.map(() => ZERO) : apportion(amount, open);
    for (const [i, share] of shares.entries()) open[i] = (open[i] ?? 0) - share;
    return shares;
  };
  const discounts = takeOff(unit.discount);
  const totals = open.map((amount) => paise(amount));
  const [credits, vouchers, prepaids] = [unit.storeCredit, unit.voucher, unit.prepaid].map(takeOff);
  return pieces.map((piece, i) => ({
    line: unit.line,
    skuId: piece.skuId,
    bundleSkuId: skuId,
    sellingPrice: prices[i] ?? ZERO,
    shippingCharges: shippings[i] ?? ZERO,
    codCharges: cods[i] ?? ZERO,
    giftWrapCharges: gifts[i] ?? ZERO,
    discount: discounts[i] ?? ZERO,
    storeCredit: credits?.[i] ?? ZERO,
    voucher: vouchers?.[i] ?? ZERO,
    prepaid: prepaids?.[i] ?? ZERO,
    transferPrice: transfers?.[i] ?? null,
    total: totals[i] ?? ZERO,
    collectable: paise(open[i] ?? 0),
  }));
}

/**
 * Where a line is allocated: at the store of a channel that has one, at the facility of the warehouse that the channel
 * names, else at the channel's only facility. Null: routing chooses. Undefined: the warehouse is not mapped.
 */
function facilityOf(line: ImportedLine, channel: IntakeChannel): FacilityId | null | undefined {
  const { facilities, ordersFacilityId, mapAlone } = channel;
  if (ordersFacilityId !== null) return ordersFacilityId;
  if (line.channelWarehouse === null) return facilities.length === 1 ? (facilities[0]?.facilityId ?? null) : null;
  const found =
    facilities.find((f) => f.channelWarehouse === line.channelWarehouse) ??
    // A facility that the map gives another name is not meant by its own.
    (mapAlone ? undefined : facilities.find((f) => f.channelWarehouse === null && f.code === line.channelWarehouse));
  return found?.facilityId;
}

function fail(code: string, facts: Facts): Verdict {
  return { kind: "fail", refusal: { code, facts }, waitsFor: null };
}

function wait(code: string, facts: Facts, waitsFor: readonly string[]): Verdict {
  return { kind: "fail", refusal: { code, facts }, waitsFor };
}
