/** One call of Snapdeal's, with its three headers, checked by the contract on the way out and in. */
import type { OperationId, ResponseBody } from "../../../contract/types.ts";
import { type ContractRequest, contractCaller, type Headers } from "../../kit/contract-call.ts";
import { badAnswer, type Call, fail, type InAnswer, type Outcome, succeed } from "../../kit/index.ts";
import { isJson } from "../../protocol/map/json.ts";
import { SNAPDEAL_CONTRACT } from "../contract/index.ts";
import { envelopeWords } from "../map/answers.ts";

type Name = OperationId<"snapdeal">;

const caller = contractCaller(SNAPDEAL_CONTRACT, explainEnvelope);

/** Who calls: the partner by two headers, the seller by the token that he gave at the consent page. */
export function headersOf({ fields }: Pick<Call, "fields">): Headers {
  return {
    clientId: fields.clientId ?? "",
    "X-Auth-Token": fields.authToken ?? "",
    "X-Seller-AuthZ-Token": fields.sellerToken ?? "",
  };
}

/** Sends; the answer is what the contract says, or a failure. */
export function send<O extends Name>(
  call: Call,
  request: ContractRequest<"snapdeal", O>,
): Promise<Outcome<ResponseBody<"snapdeal", O, 200>>> {
  return caller.ask(call, request, headersOf(call));
}

/** Sends a question for a list; of the answer only the envelope is checked here: each row is judged by itself. */
export async function sendForRows<O extends Name>(
  call: Call,
  request: ContractRequest<"snapdeal", O>,
  member: string,
): Promise<Outcome<readonly unknown[]>> {
  const sent = await caller.send(call, request, headersOf(call));
  if (!sent.ok) return sent;
  const payload = isJson(sent.value.json) ? sent.value.json.payload : undefined;
  const rows = isJson(payload) ? payload[member] : undefined;
  if (Array.isArray(rows)) return succeed(rows);
  return fail(badAnswer(request, sent.value.status, `The answer of ${request.id} has no list "${member}".`));
}

export function explainEnvelope(answer: InAnswer): { message?: string } {
  const message = envelopeWords(answer.json);
  return message === null ? {} : { message };
}
