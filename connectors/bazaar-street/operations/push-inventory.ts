import { assert } from "../../../src/kernel/index.ts";
import { type OperationTable, succeed } from "../../kit/index.ts";
import { listingKey } from "../map/listing.ts";
import { answerOf } from "../map/results.ts";
import { ask, token } from "../wire.ts";

export const FIGURES_MAX = 100;

/** Tells absolute figures: told twice they are the same. */
export const pushInventory: OperationTable["pushInventory"] = async (call, lines) => {
  assert(lines.length > 0 && lines.length <= FIGURES_MAX, `a call tells 1 to ${FIGURES_MAX} figures`);
  const figures = lines.map(({ productId, variantId, quantity }) => ({
    product: productId,
    variant: variantId,
    units: quantity,
  }));
  const answered = await token.withToken(call, (headers) =>
    ask(call, { id: "putStock", body: { figures }, idempotent: true }, headers),
  );
  if (!answered.ok) return answered;
  const results = answered.value.results.map((result) => ({ ...result, key: listingKey(result) }));
  return succeed(answerOf(figures.map(listingKey), results));
};
