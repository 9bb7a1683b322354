import "./errors.ts";

export { onSkusChanged } from "./hooks.ts";
export { type Hsn, hsnFitsTurnover, parseHsn } from "./hsn.ts";
export { importBundles } from "./import-bundles.ts";
export { importSkus } from "./import-skus.ts";
export { registerJobs } from "./jobs.ts";
export { catalogRoutes } from "./routes.ts";
export { type ComponentInput, setComponents } from "./save-bundle.ts";
export { createSku, type SkuInput, updateSku } from "./save-sku.ts";
export { installStandardTaxClasses, saveTaxClass } from "./save-tax-class.ts";
export { checkSkuCode } from "./sku.ts";
export { STANDARD_TAX_CLASSES, type StandardTaxClass } from "./standard-tax-classes.ts";
export {
  type Component,
  componentsOf,
  readTaxClasses,
  type SkuRow,
  type StoredTaxClass,
  skuById,
  skusByCodes,
  skusByIds,
  type TaxClassId,
} from "./store.ts";
export { rateFor, type SlabPrice, type TaxClass, type TaxRate, type TaxRateRow, type UnitPrice } from "./tax-class.ts";
