/** Products, uploads of stock and what becomes of them. */
import { fullTitle, stockOf, takeStock } from "../../kit/simulator/index.ts";
import { answer, DEMANDED, keep, type Parts, refusal, serve, stamp, struck } from "./parts.ts";

/** Uploads are worked on for so long. */
const UPLOAD_SECONDS = 20;
const ROWS_PER_PAGE = 100;

export function serveCatalogue(parts: Parts): void {
  const { world } = parts.sim;
  serve(parts, "searchProducts", ({ query, seller }) => {
    const from = (query.pageNumber - 1) * query.pageSize;
    const products = [...world.products.values()].slice(from, from + query.pageSize).map((variant) => ({
      supc: variant.variantId,
      sku: variant.sku,
      name: fullTitle(variant),
      mrp: variant.mrpPaise / 100,
      sellingPrice: variant.pricePaise / 100,
      availableInventory: stockOf(world, seller, variant.productId, variant.variantId) ?? 0,
      active: true,
    }));
    return answer({ products });
  });
  servePushes(parts);
}

function servePushes(parts: Parts): void {
  const { sim, state } = parts;
  serve(
    parts,
    "postInventory",
    ({ body, seller, at, fault }) => {
      const refused = struck(fault, body);
      const rows = body.map((line) => {
        const variant = sim.world.products.values().find((one) => one.variantId === line.supc);
        const words = refused.has(line) ? (fault?.message ?? DEMANDED) : variant ? null : `no product ${line.supc}`;
        if (words === null && variant)
          takeStock(sim.world, {
            quantity: line.availableInventory,
            receivedAt: stamp(at),
            seller,
            productId: variant.productId,
            variantId: variant.variantId,
            facilityCode: null,
          });
        return { supc: line.supc, operationSuccessful: words === null, errorMessage: words };
      });
      state.made++;
      const uploadId = `UP-${at.epochMilliseconds}-${state.made}`;
      keep(state.uploads, uploadId, { seller, at, rows });
      return answer({ uploadId });
    },
    ["partial_success", "failed"],
  );
  serve(parts, "getFeedResult", ({ path: { uploadId }, query, seller, at }) => {
    const upload = state.uploads.get(uploadId);
    if (upload?.seller !== seller) return refusal(404, `no upload ${uploadId}`);
    const readyAt = upload.at.add({ seconds: UPLOAD_SECONDS });
    if (Temporal.Instant.compare(at, readyAt) < 0) return answer({ uploadId, finished: false });
    const from = ((query.pageNumber ?? 1) - 1) * ROWS_PER_PAGE;
    const totalPages = Math.ceil(upload.rows.length / ROWS_PER_PAGE);
    return answer({ uploadId, finished: true, totalPages, rows: upload.rows.slice(from, from + ROWS_PER_PAGE) });
  });
}
