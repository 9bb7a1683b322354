import { type OperationTable, succeed } from "../../kit/index.ts";
import { answerOf } from "../map/results.ts";
import { ask, token } from "../wire.ts";

/** The seller's cancellation, by the unit: told twice it would count twice. */
export const cancel: OperationTable["cancel"] = async (call, { channelOrderId, lines }) => {
  const body = { lines: lines.map((line) => ({ line: line.channelOrderItemId, units: line.quantity })) };
  const answered = await token.withToken(call, (headers) =>
    ask(call, { id: "postCancelled", path: { id: channelOrderId }, body, idempotent: false }, headers),
  );
  if (!answered.ok) return answered;
  const results = answered.value.results.map((result) => ({ ...result, key: result.line }));
  return succeed(
    answerOf(
      body.lines.map(({ line }) => line),
      results,
    ),
  );
};
