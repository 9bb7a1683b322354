import type { FacilityId, SaleOrderId, SaleOrderItemId, SkuId } from "../../kernel/index.ts";

/** A unit that waits for stock in one facility, in the order in which units are served. */
export interface Candidate {
  readonly unitId: SaleOrderItemId;
  readonly saleOrderId: SaleOrderId;
  readonly skuId: SkuId;
  /** For people: the unit's code. */
  readonly unitCode: string;
  readonly state: "CREATED" | "UNFULFILLABLE" | "LOCATION_NOT_SERVICEABLE";
  readonly packageType: "FIXED" | "FLEXIBLE";
  readonly packetNumber: number;
  /** A courier of ours serves the address (or the channel ships). */
  readonly served: boolean;
  /** Units of its order that wait in this facility: a FIXED order is served whole or not at all. */
  readonly unitsOfOrder: number;
  /** The channel's line. */
  readonly line: string;
  /**
   * Units of its line that wait in this facility, where its channel gives courier and tracking number by line: two parcels of
   * one line would be given the same number, so a line is served whole or not at all. 0: its units may travel apart.
   */
  readonly unitsOfLine: number;
}

export interface Allocation {
  readonly blocked: readonly {
    readonly unitId: SaleOrderItemId;
    readonly saleOrderId: SaleOrderId;
    readonly skuId: SkuId;
    readonly packetNumber: number;
    /** It gets what was kept for its order while the channel reviewed it. */
    readonly kept: boolean;
  }[];
  readonly unfulfillable: readonly WaitingUnit[];
  readonly unserved: readonly WaitingUnit[];
}

/** A unit that begins to wait for something else than before. */
export type WaitingUnit = Pick<Candidate, "unitId" | "saleOrderId" | "unitCode">;

/**
 * Who gets the stock of a facility. Pure. Candidates come by (priority, dispatch-by, created); each order takes what
 * there is (FLEXIBLE; whole lines where the channel gives couriers by line), or waits until there is enough for all of
 * it (FIXED). A FIXED order that waits keeps no stock from those behind it: stock that lies idle for a large order is sold to the next buyer, as users of such products expect.
 * What was kept for an order (`kept`, by order and SKU, beside what is available) is given to its own units first, and to
 * no others.
 */
export function decideAllocation(
  candidates: readonly Candidate[],
  available: ReadonlyMap<SkuId, number>,
  kept: ReadonlyMap<SaleOrderId, ReadonlyMap<SkuId, number>> = new Map(),
): Allocation {
  const left = new Map(available);
  const blocked: Allocation["blocked"][number][] = [];
  const unfulfillable: Candidate[] = [];
  const unserved: Candidate[] = [];
  for (const order of byOrder(candidates)) {
    const served = order.filter((unit) => unit.served);
    unserved.push(...order.filter((unit) => !unit.served && unit.state !== "LOCATION_NOT_SERVICEABLE"));
    const taken = takeOrder(served, left, new Map(order[0] && kept.get(order[0].saleOrderId)));
    for (const unit of served) {
      const given = taken.get(unit.unitId);
      if (given !== undefined)
        blocked.push({
          kept: given === "kept",
          unitId: unit.unitId,
          saleOrderId: unit.saleOrderId,
          skuId: unit.skuId,
          packetNumber: unit.packetNumber,
        });
      else if (unit.state !== "UNFULFILLABLE") unfulfillable.push(unit);
    }
  }
  return { blocked, unfulfillable, unserved };
}

/** Takes stock for one order from what was kept for it and from what is left, and gives the units that got it, and whence. */
function takeOrder(
  units: readonly Candidate[],
  left: Map<SkuId, number>,
  own: Map<SkuId, number>,
): Map<SaleOrderItemId, "kept" | "free"> {
  const all = new Map<SaleOrderItemId, "kept" | "free">();
  for (const { together, size } of parted(units)) {
    const got = new Map<Candidate, "kept" | "free">();
    for (const unit of together) {
      const name = takeOne(unit.skuId, own) ? "kept" : takeOne(unit.skuId, left) ? "free" : null;
      if (name !== null) got.set(unit, name);
    }
    if (got.size === size) for (const [unit, name] of got) all.set(unit.unitId, name);
    // Not all of it: everything is given back.
    else for (const [{ skuId }, name] of got) giveBack(skuId, name === "kept" ? own : left);
  }
  return all;
}

/** Which units get their goods together or not at all, and how many that are. */
function parted(units: readonly Candidate[]): { together: readonly Candidate[]; size: number }[] {
  const first = units[0];
  if (first?.packageType === "FIXED") return [{ together: units, size: first.unitsOfOrder }];
  const alone = (unit: Candidate) => ({ together: [unit], size: 1 });
  return [...Map.groupBy(units, (unit) => unit.line).values()].flatMap((line) => {
    const size = line[0]?.unitsOfLine ?? 0;
    return size === 0 ? line.map(alone) : [{ together: line, size }];
  });
}

function takeOne(skuId: SkuId, from: Map<SkuId, number>): boolean {
  const rest = from.get(skuId) ?? 0;
  if (rest > 0) from.set(skuId, rest - 1);
  return rest > 0;
}

function giveBack(skuId: SkuId, to: Map<SkuId, number>): void {
  to.set(skuId, (to.get(skuId) ?? 0) + 1);
}

function byOrder(candidates: readonly Candidate[]): Candidate[][] {
  const orders = new Map<SaleOrderId, Candidate[]>();
  for (const candidate of candidates) {
    const units = orders.get(candidate.saleOrderId);
    if (units) units.push(candidate);
    else orders.set(candidate.saleOrderId, [candidate]);
  }
  return [...orders.values()];
}

/** Where the units of an order could ship from, for an order that names no facility. */
export interface RoutingFacility {
  readonly facilityId: FacilityId;
  readonly code: string;
  /** A courier of ours serves the address (or the channel ships). */
  readonly served: boolean;
  /** Free stock by SKU, after the demand of orders before this one. */
  readonly free: ReadonlyMap<SkuId, number>;
}

export interface FacilityChoice {
  readonly chosen: FacilityId;
  readonly chosenCode: string;
  readonly why: string;
  readonly rejected: readonly { readonly facility: string; readonly why: string }[];
}

/**
 * The facility of an order that names none (issue: the channel's ordered list, first that has all units and serves the
 * PIN code, else first that has any). When none has any, the first that serves it, so that the order waits where stock
 * is expected; when none serves it, the first. Null only for an empty list.
 */
export function chooseFacility(
  wanted: ReadonlyMap<SkuId, number>,
  facilities: readonly RoutingFacility[],
): FacilityChoice | null {
  const seen = facilities.map((facility): Seen => ({ facility, ...look(facility, wanted) }));
  const chosen =
    seen.find((s) => s.hasAll && s.facility.served) ??
    seen.find((s) => s.hasAny && s.facility.served) ??
    seen.find((s) => s.hasAny) ??
    seen.find((s) => s.facility.served) ??
    seen[0];
  if (!chosen) return null;
  return {
    chosen: chosen.facility.facilityId,
    chosenCode: chosen.facility.code,
    why: chosen.words,
    rejected: seen.filter((s) => s !== chosen).map((s) => ({ facility: s.facility.code, why: whyNot(s, chosen) })),
  };
}

/** One that would have done as well says that its place in the list decided. */
function whyNot(passed: Seen, chosen: Seen): string {
  const asGood =
    passed.facility.served === chosen.facility.served &&
    (chosen.hasAll ? passed.hasAll : passed.hasAny === chosen.hasAny && !passed.hasAll);
  return asGood ? `${passed.words}, but ${chosen.facility.code} comes first in the channel's list` : passed.words;
}

interface Look {
  readonly hasAll: boolean;
  readonly hasAny: boolean;
  readonly words: string;
}

interface Seen extends Look {
  readonly facility: RoutingFacility;
}

function look(facility: RoutingFacility, wanted: ReadonlyMap<SkuId, number>): Look {
  const total = [...wanted.values()].reduce((a, b) => a + b, 0);
  const has = [...wanted].reduce(
    (units, [skuId, quantity]) => units + Math.min(quantity, Math.max(0, facility.free.get(skuId) ?? 0)),
    0,
  );
  const stock =
    has === total ? (total === 1 ? "has the unit" : `has all ${total} units`) : `has ${has} of ${total} units`;
  return {
    hasAll: has === total,
    hasAny: has > 0,
    words: facility.served ? stock : `${stock}, but no courier serves the PIN code from here`,
  };
}
