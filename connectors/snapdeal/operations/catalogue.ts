/** Signing in, listings, stock. */
import { describeMisfits, validator } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { type LineResult, type OperationTable, succeed } from "../../kit/index.ts";
import { excerpt } from "../../protocol/map/json.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";
import { answerOfResults, readProduct } from "../map/answers.ts";
import { listingOf } from "../map/package.ts";
import { send, sendForRows } from "./send.ts";

const isProduct = validator(SNAPDEAL_CONTRACT, "Product");

/** A batch of the pages. */
export const STOCK_BATCH_MAX = 1_000;
const PRODUCTS_PER_PAGE = 50;
const RESULT_PAGES_MAX = 100;

/** There is no call that only signs in: the first product answers whether the three headers are good. */
export const verify: OperationTable["verify"] = async (call, step) => {
  const query = { pageNumber: 1, pageSize: 1, active: true };
  const asked = await send(call, { id: "searchProducts", query, idempotent: true });
  if (!asked.ok) return asked;
  step({ title: "Sign in", detail: "Snapdeal accepted the partner's and the seller's tokens." });
  return succeed({ listings: null });
};

/** A page of the seller's products. One that is not full is the last. */
export const pullListings: OperationTable["pullListings"] = async (call, pageNumber) => {
  const query = { pageNumber, pageSize: PRODUCTS_PER_PAGE };
  const rows = await sendForRows(call, { id: "searchProducts", query, idempotent: true }, "products");
  if (!rows.ok) return rows;
  // Each product by itself: one that cannot be read does not sink the page.
  const checked = rows.value.map((row) => ({ row, product: isProduct(row) }));
  return succeed({
    rows: checked.flatMap(({ product }) => (product.ok ? [readProduct(product.value)] : [])),
    rejected: checked.flatMap(({ row, product }) =>
      product.ok ? [] : [`product ${excerpt(row)}: ${describeMisfits(product.errors, "product")}`],
    ),
    last: rows.value.length < PRODUCTS_PER_PAGE,
  });
};

/** Absolute figures. They are taken as an upload, whose rows are judged later: the upload's id is the ticket. */
export const pushInventory: OperationTable["pushInventory"] = async (call, lines) => {
  assert(lines.length > 0 && lines.length <= STOCK_BATCH_MAX, `an upload has 1 to ${STOCK_BATCH_MAX} figures`);
  const body = lines.map((line) => ({ supc: line.variantId, availableInventory: line.quantity }));
  const taken = await send(call, { id: "postInventory", body, idempotent: true });
  if (!taken.ok) return taken;
  return succeed({ status: "TAKEN", ticket: taken.value.payload.uploadId, results: [], message: null });
};

/** What became of an upload. All of its pages together, once it is finished. */
export const readStockResult: OperationTable["readStockResult"] = async (call, uploadId) => {
  const results: LineResult[] = [];
  for (let pageNumber = 1; pageNumber <= RESULT_PAGES_MAX; pageNumber++) {
    const asked = await send(call, {
      id: "getFeedResult",
      path: { uploadId },
      query: { pageNumber },
      idempotent: true,
    });
    if (!asked.ok) return asked;
    const { finished, totalPages = 1, rows = [] } = asked.value.payload;
    if (!finished)
      return succeed({ state: "NOT_YET", message: `Snapdeal is still working on the upload ${uploadId}.` });
    for (const row of rows)
      results.push({
        key: listingOf(row.supc).channelProductId,
        accepted: row.operationSuccessful,
        message: row.operationSuccessful ? null : (row.errorMessage ?? "refused without a reason"),
      });
    if (pageNumber >= totalPages) break;
  }
  return succeed({ state: "READY", value: answerOfResults(results) });
};
