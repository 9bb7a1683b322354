import type { SkuId } from "../kernel/index.ts";
import type { ShelfId } from "./ledger.ts";

/** From where a unit of a SKU is taken: a shelf, or virtual stock (made to order) where the shelves are empty. */
export interface Take {
  readonly skuId: SkuId;
  readonly shelfId: ShelfId | null;
  readonly bucket: "good" | "virtual";
}
