import { auditAll } from "../identity/index.ts";
import { type Result, refuse, type SkuId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { CsvRow } from "../platform/csv.ts";
import { csvImport, noOptions } from "../platform/csv-import.ts";
import type { Tx } from "../platform/db.ts";
import type { WorkedRow } from "../platform/work.ts";
import { tellSkusChanged } from "./hooks.ts";
import { type ComponentInput, checkComponents } from "./save-bundle.ts";
import * as store from "./store.ts";

/** A bundle with all its lines of the file. */
interface BundleLines {
  readonly line: number;
  readonly code: string;
  readonly components: readonly ComponentInput[];
}

/** Upload of what bundles are made of. The lines of a bundle together replace what it had; the bundle itself is a SKU of type BUNDLE. */
export const importBundles = csvImport({
  kind: "catalog.import_bundles",
  title: "Import of bundles",
  path: "/bundles/import",
  summary: "Import the components of bundles from CSV",
  permission: "catalog.edit",
  rowsMax: 100_000,
  columns: [
    { title: "Bundle SKU Code", required: true, example: "GIFT-BOX" },
    { title: "Component SKU Code", required: true, example: "TSHIRT-BLUE-M" },
    { title: "Quantity", required: true, example: "2" },
  ],
  options: noOptions,
  items: byBundle,
  chunkSize: 1000,
  chunk: importChunk,
});

/** Gathers the lines of each bundle, wherever in the file they stand. Pure. */
export function byBundle(rows: readonly CsvRow[]): BundleLines[] {
  return [...Map.groupBy(rows, (row) => row.cells.bundleskucode ?? "")].map(([code, lines]) => ({
    line: lines[0]?.line ?? 0,
    code,
    components: lines.map((row) => ({
      sku: row.cells.componentskucode ?? "",
      // What is no whole number is refused as a quantity, with the component's name.
      quantity: /^\d{1,6}$/.test(row.cells.quantity ?? "") ? Number(row.cells.quantity) : 0,
    })),
  }));
}

type Planned = {
  readonly skuId: SkuId;
  readonly bundle: BundleLines;
  readonly components: readonly { componentSkuId: SkuId; quantity: number }[];
  readonly before: readonly store.Component[];
  readonly unchanged: boolean;
};

async function importChunk(ctx: Ctx, tx: Tx, bundles: readonly BundleLines[]): Promise<WorkedRow[]> {
  const own = new Map(
    (
      await store.lockSkusByCodes(
        tx,
        bundles.map((b) => b.code),
      )
    ).map((s) => [s.code, s]),
  );
  const parts = await store.skusByCodes(tx, [...new Set(bundles.flatMap((b) => b.components.map((c) => c.sku)))]);
  const known = new Map(parts.map((s) => [s.code, s]));
  const present = Map.groupBy(
    await store.componentsOf(
      tx,
      [...own.values()].map((s) => s.skuId),
    ),
    (c) => c.bundleSkuId,
  );
  const planned = bundles.map((bundle): Result<Planned> => {
    const sku = own.get(bundle.code);
    if (sku === undefined) return refuse("BUNDLE_UNKNOWN", { sku: bundle.code });
    if (!sku.isBundle) return refuse("NOT_A_BUNDLE", { sku: bundle.code });
    const checked = checkComponents(bundle.code, bundle.components, known);
    if (!checked.ok) return checked;
    const before = present.get(sku.skuId) ?? [];
    const had = new Map(before.map((c) => [c.componentSkuId, c.quantity]));
    const unchanged =
      had.size === checked.value.length && checked.value.every((c) => had.get(c.componentSkuId) === c.quantity);
    return { ok: true, value: { skuId: sku.skuId, bundle, components: checked.value, before, unchanged } };
  });
  const writes = planned.flatMap((p) => (p.ok && !p.value.unchanged ? [p.value] : []));
  await store.replaceComponents(
    tx,
    writes.map((w) => w.skuId),
    writes.flatMap((w) => w.components.map((c) => ({ ...c, bundleSkuId: w.skuId }))),
  );
  await auditAll(
    tx,
    ctx,
    writes.map((w) => ({
      action: "catalog.bundle_changed",
      recordType: "sku",
      recordId: w.skuId,
      recordCode: w.bundle.code,
      before: w.before.map((c) => ({ sku: c.componentCode, quantity: c.quantity })),
      after: w.bundle.components,
    })),
  );
  await tellSkusChanged(
    tx,
    ctx,
    writes.map((w) => w.skuId),
  );
  return planned.map((p, i) => {
    const bundle = bundles[i];
    const about = { rowNo: bundle?.line ?? i, recordType: "sku", recordCode: bundle?.code ?? "" };
    if (!p.ok) return { ...about, outcome: "FAILED", refusal: p.refusal };
    return { ...about, outcome: p.value.unchanged ? "UNCHANGED" : "DONE", recordId: p.value.skuId };
  });
}
