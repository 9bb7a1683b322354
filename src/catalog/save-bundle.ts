import { audit } from "../identity/index.ts";
import { ok, type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { tellSkusChanged } from "./hooks.ts";
import * as store from "./store.ts";

export interface ComponentInput {
  /** Code of the component. */
  readonly sku: string;
  readonly quantity: number;
}

export const COMPONENT_QUANTITY_MAX = 1000;
export const COMPONENTS_MAX = 100;

/** What a component's code leads to. */
export interface KnownSku {
  readonly skuId: SkuId;
  readonly code: string;
  readonly isBundle: boolean;
}

/**
 * Checks the components of one bundle. Pure. Refusals: BUNDLE_WITHOUT_COMPONENTS, then per component in their order: BUNDLE_COMPONENT_UNKNOWN, BUNDLE_NESTED,
 * BUNDLE_QUANTITY_INVALID, BUNDLE_COMPONENT_TWICE.
 */
export function checkComponents(
  bundle: string,
  components: readonly ComponentInput[],
  known: ReadonlyMap<string, KnownSku>,
): Result<{ componentSkuId: SkuId; quantity: number }[]> {
  if (components.length === 0) return refuse("BUNDLE_WITHOUT_COMPONENTS", { sku: bundle });
  const checked = new Map<SkuId, { componentSkuId: SkuId; quantity: number }>();
  for (const { sku, quantity } of components) {
    const facts = { sku: bundle, component: sku, quantity };
    const component = known.get(sku);
    if (component === undefined) return refuse("BUNDLE_COMPONENT_UNKNOWN", facts);
    if (component.isBundle) return refuse("BUNDLE_NESTED", facts);
    if (!Number.isSafeInteger(quantity) || quantity < 1 || quantity > COMPONENT_QUANTITY_MAX)
      return refuse("BUNDLE_QUANTITY_INVALID", facts);
    if (checked.has(component.skuId)) return refuse("BUNDLE_COMPONENT_TWICE", facts);
    checked.set(component.skuId, { componentSkuId: component.skuId, quantity });
  }
  return ok([...checked.values()]);
}

/** Replaces the components of a bundle. Refusals: NOT_FOUND, NOT_A_BUNDLE, those of `checkComponents`. */
export function setComponents(
  ctx: Ctx,
  skuId: SkuId,
  components: readonly ComponentInput[],
): Promise<Result<{ skuId: SkuId }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const bundle = await store.skuById(tx, skuId);
    if (bundle === undefined) return refuse("NOT_FOUND", { what: "SKU", id: skuId });
    if (!bundle.isBundle) return refuse("NOT_A_BUNDLE", { sku: bundle.code });
    await store.lockSkusByCodes(tx, [bundle.code]); // two people editing one bundle take turns
    const saved = await saveComponents(tx, ctx, bundle, components);
    return saved.ok ? ok({ skuId }) : saved;
  });
}

export async function saveComponents(
  tx: Tx,
  ctx: Ctx,
  bundle: { skuId: SkuId; code: string },
  components: readonly ComponentInput[],
): Promise<Result<undefined>> {
  const found = await store.skusByCodes(
    tx,
    components.map((c) => c.sku),
  );
  const checked = checkComponents(bundle.code, components, new Map(found.map((s) => [s.code, s])));
  if (!checked.ok) return checked;
  const before = await store.componentsOf(tx, [bundle.skuId]);
  await store.replaceComponents(
    tx,
    [bundle.skuId],
    checked.value.map((c) => ({ ...c, bundleSkuId: bundle.skuId })),
  );
  await audit(tx, ctx, {
    action: "catalog.bundle_changed",
    recordType: "sku",
    recordId: bundle.skuId,
    recordCode: bundle.code,
    before: before.map((c) => ({ sku: c.componentCode, quantity: c.quantity })),
    after: components,
  });
  await tellSkusChanged(tx, ctx, [bundle.skuId]);
  return ok();
}
