import { audit } from "../identity/index.ts";
import { newId, ok, type Refusal, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { explain } from "../platform/refusals.ts";
import { tellSkusChanged } from "./hooks.ts";
import { parseHsn } from "./hsn.ts";
import { type ComponentInput, saveComponents } from "./save-bundle.ts";
import { type SkuFields, skuFaults } from "./sku.ts";
import * as store from "./store.ts";

export interface SkuInput extends SkuFields {
  readonly brand: string | null;
  /** Code of the tax class. */
  readonly taxClass: string | null;
  readonly enabled: boolean;
}

/**
 * Makes a SKU; with components it is a bundle, which it stays. Refusals: SKU_FAULTS with every fault, TAX_CLASS_UNKNOWN,
 * SKU_CODE_TAKEN, those of the components.
 */
export function createSku(
  ctx: Ctx,
  input: SkuInput,
  components: readonly ComponentInput[] | null = null,
): Promise<Result<{ skuId: SkuId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const values = await judge(tx, input);
    if (!values.ok) return values;
    const skuId = newId<"Sku">();
    const isBundle = components !== null;
    const written = await store.insertSkus(tx, [{ skuId, values: values.value, isBundle }], ctx.now);
    if (!written.has(skuId)) return refuse("SKU_CODE_TAKEN", { sku: input.code });
    await audit(tx, ctx, {
      action: "catalog.sku_created",
      recordType: "sku",
      recordId: skuId,
      recordCode: input.code,
      after: { ...input, isBundle },
    });
    if (components !== null) {
      const saved = await saveComponents(tx, ctx, { skuId, code: input.code }, components);
      if (!saved.ok) return saved;
    }
    await tellSkusChanged(tx, ctx, [skuId]);
    return ok({ skuId });
  });
}

/** Changes a SKU. Refusals: NOT_FOUND, SKU_FAULTS, TAX_CLASS_UNKNOWN, SKU_CODE_TAKEN. */
export function updateSku(ctx: Ctx, skuId: SkuId, input: SkuInput): Promise<Result<{ skuId: SkuId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const before = await store.skuById(tx, skuId);
    if (before === undefined) return refuse("NOT_FOUND", { what: "SKU", id: skuId });
    const values = await judge(tx, input);
    if (!values.ok) return values;
    const holders = await store.lockSkusByCodes(tx, [before.code, input.code]);
    if (holders.some((h) => h.code === input.code && h.skuId !== skuId))
      return refuse("SKU_CODE_TAKEN", { sku: input.code });
    await store.updateSkus(tx, [{ skuId, values: values.value, isBundle: before.isBundle }], ctx.now);
    await audit(tx, ctx, {
      action: "catalog.sku_changed",
      recordType: "sku",
      recordId: skuId,
      recordCode: input.code,
      before,
      after: input,
    });
    if (before.enabled !== input.enabled || before.code !== input.code) await tellSkusChanged(tx, ctx, [skuId]);
    return ok({ skuId });
  });
}

const BRAND_LENGTH_MAX = 100;

/** All faults of a SKU as one refusal (those of cells that could not be read too), or its values with the HSN as digits. */
export function checkSku(
  input: SkuInput,
  taxClassId: store.TaxClassId | null,
  unreadable: readonly Refusal[] = [],
): Result<store.SkuValues> {
  const faults: Refusal[] = [...unreadable, ...skuFaults(input)];
  if (input.brand !== null && (input.brand.length > BRAND_LENGTH_MAX || /\p{Cc}/u.test(input.brand)))
    faults.push(refuse("SKU_BRAND_INVALID", { lengthMax: BRAND_LENGTH_MAX }).refusal);
  if (input.taxClass !== null && taxClassId === null)
    faults.push(refuse("TAX_CLASS_UNKNOWN", { taxClass: input.taxClass }).refusal);
  if (faults.length > 0)
    return refuse("SKU_FAULTS", { sku: input.code, faults: faults.map((f) => explain(f).message) });
  const hsn = input.hsn === null ? null : parseHsn(input.hsn);
  return ok({
    code: input.code,
    name: input.name.trim(),
    category: input.category,
    brand: input.brand,
    hsn: hsn?.ok ? hsn.value.code : null,
    taxClassId,
    mrp: input.mrp,
    weightGrams: input.weightGrams,
    lengthMm: input.lengthMm,
    widthMm: input.widthMm,
    heightMm: input.heightMm,
    imageUrl: input.imageUrl,
    enabled: input.enabled,
  });
}

async function judge(tx: Tx, input: SkuInput): Promise<Result<store.SkuValues>> {
  const classes = input.taxClass === null ? null : await store.taxClassIdsByCode(tx, [input.taxClass]);
  return checkSku(input, classes?.get(input.taxClass ?? "") ?? null);
}
