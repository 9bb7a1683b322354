import { audit, auditAll } from "../identity/index.ts";
import { ok, type Result, refuse } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { STANDARD_TAX_CLASSES } from "./standard-tax-classes.ts";
import * as store from "./store.ts";
import { checkTaxClass, type TaxClass } from "./tax-class.ts";

/** Makes a tax class, or replaces one when `id` is given. Refusals: NOT_FOUND, those of `checkTaxClass`, TAX_CLASS_CODE_TAKEN. */
export function saveTaxClass(
  ctx: Ctx,
  id: store.TaxClassId | null,
  taxClass: TaxClass,
): Promise<Result<{ taxClassId: store.TaxClassId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const [before] = id === null ? [] : await store.readTaxClasses(tx, [id]);
    if (id !== null && before === undefined) return refuse("NOT_FOUND", { what: "tax class", id });
    const checked = checkTaxClass(taxClass);
    if (!checked.ok) return checked;
    const taken = refuse("TAX_CLASS_CODE_TAKEN", { taxClass: taxClass.code });
    let taxClassId = id;
    if (taxClassId === null) {
      const [written] = await store.insertTaxClasses(tx, [taxClass], ctx.now);
      if (written === undefined) return taken;
      taxClassId = written.taxClassId;
    } else {
      const holder = (await store.taxClassIdsByCode(tx, [taxClass.code])).get(taxClass.code);
      if (holder !== undefined && holder !== taxClassId) return taken;
      await store.replaceTaxClass(tx, taxClassId, taxClass);
    }
    await audit(tx, ctx, {
      action: before === undefined ? "catalog.tax_class_created" : "catalog.tax_class_changed",
      recordType: "tax_class",
      recordId: taxClassId,
      recordCode: taxClass.code,
      ...(before === undefined ? {} : { before }),
      after: taxClass,
    });
    return ok({ taxClassId });
  });
}

/** Adds the starter set of Indian goods' rates. Classes whose code is there already stay as they are: it may be pressed again. */
export async function installStandardTaxClasses(tx: Tx, ctx: Ctx): Promise<Result<{ installed: string[] }>> {
  const written = await store.insertTaxClasses(tx, STANDARD_TAX_CLASSES, ctx.now);
  await auditAll(
    tx,
    ctx,
    written.map(({ code, taxClassId }) => ({
      action: "catalog.tax_class_created",
      recordType: "tax_class",
      recordId: taxClassId,
      recordCode: code,
      after: STANDARD_TAX_CLASSES.find((c) => c.code === code),
    })),
  );
  return ok({ installed: written.map((w) => w.code).sort() });
}
