import { readTaxClasses, type TaxClassId } from "../catalog/index.ts";
import {
  assert,
  type LocalDate,
  ok,
  type Result,
  type SaleOrderItemId,
  type ShippingPackageId,
} from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { draftInvoice } from "./invoice-rules.ts";
import { readInvoiceFacts } from "./store.ts";

/** What a package would be taxed at, were its invoice made today. */
export interface PlannedRates {
  /** Today, in the facility's zone. */
  readonly on: LocalDate;
  readonly lines: readonly {
    readonly unitIds: readonly SaleOrderItemId[];
    readonly gstBps: number;
    readonly cessBps: number;
    readonly taxable: number;
    readonly interState: boolean;
    readonly unionTerritory: boolean;
  }[];
}

/**
 * Rates of a package before its invoice exists: for a channel that makes it from what the seller says. No number is taken.
 * Refusals: those of `draftInvoice` but HSN_MISSING, since the channel has its own.
 */
export async function plannedRates(tx: Tx, ctx: Ctx, id: ShippingPackageId): Promise<Result<PlannedRates>> {
  const [facts] = await readInvoiceFacts(tx, [id]);
  assert(facts !== undefined, "a package that is packed is there");
  const classIds = new Set(facts.units.flatMap((unit) => unit.taxClassId ?? []));
  // Ids of classes lose their brand on the way through the pure facts.
  const classes = await readTaxClasses(tx, [...classIds] as TaxClassId[]);
  const draft = draftInvoice(
    { ...facts, units: facts.units.map((unit) => ({ ...unit, hsn: unit.hsn ?? "" })) },
    new Map<string, (typeof classes)[number]>(classes.map((each) => [each.taxClassId, each])),
    { now: ctx.now, roundToRupee: false },
  );
  if (!draft.ok) return draft;
  const { on, supply, lines } = draft.value;
  return ok({
    on,
    lines: lines.map(({ units, taxed }) => ({
      unitIds: units.map((unit) => unit.unitId),
      ...{ gstBps: taxed.gstBps, cessBps: taxed.cessBps, taxable: taxed.taxable },
      ...{ interState: supply === "INTER_STATE", unionTerritory: supply === "INTRA_UNION_TERRITORY" },
    })),
  });
}
