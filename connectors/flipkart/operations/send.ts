/** One call, checked by our description of Flipkart's interface on the way out and in. */
import type { OperationId } from "../../../contract/types.ts";
import { type ContractRequest, contractCaller, type Headers } from "../../kit/contract-call.ts";
import { badAnswer, type Call, fail, type Outcome, type OutRequest, succeed } from "../../kit/index.ts";
import { isJson, type Json, text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { wordsOf } from "../map/words.ts";

export type Name = OperationId<"flipkart">;
export type Request<O extends Name> = ContractRequest<"flipkart", O>;

/** `{errors: [{code, message | description}]}` of most, `{error, error_description}` of the log-in. */
const explain: NonNullable<OutRequest["explain"]> = ({ json }) => {
  if (!isJson(json)) return {};
  const errors = Array.isArray(json.errors) ? json.errors.filter(isJson) : [];
  const code = codeOf(errors[0]?.code) ?? codeOf(json.error);
  const said = errors.flatMap((error) => textOf(error.message) ?? textOf(error.description) ?? []);
  const message = said.length > 0 ? said.join("; ") : textOf(json.error_description);
  if (code === null && message === null) return {};
  return { ...(code === null ? {} : { code }), message: wordsOf(code, message) };
};

function codeOf(value: unknown): string | null {
  return typeof value === "number" ? String(value) : textOf(value);
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? text(value) : null;
}

/** `send` gives a 2xx answer as it came, `ask` its body once it is what the contract says. */
export const { send, ask } = contractCaller(FLIPKART_CONTRACT, explain);

/** Rows of one answer at most: no page is longer than 500. */
const ROWS_MAX = 1_000;

/** Sends; of the answer only the envelope is checked here: each row is then judged by itself. */
export async function askForRows<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
  member: string,
): Promise<Outcome<{ readonly rows: readonly unknown[]; readonly page: Json }>> {
  const sent = await send(call, request, headers);
  if (!sent.ok) return sent;
  const { json: page, status } = sent.value;
  const rows = isJson(page) ? page[member] : undefined;
  if (!isJson(page) || !Array.isArray(rows))
    return fail(badAnswer(request, status, `The answer of ${request.id} has no list "${member}".`));
  if (rows.length > ROWS_MAX)
    return fail(
      badAnswer(request, status, `The answer of ${request.id} has ${rows.length} rows; ${ROWS_MAX} are the most.`),
    );
  return succeed({ rows, page });
}
