/** One call of AJIO's own, beside the protocol, checked by our assumed contract on the way out and in. */
import type { OperationId, QueryOf, RequestBody, ResponseBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit, type Operation, operation } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { type Call, fail, type InAnswer, type Outcome, succeed } from "../../kit/index.ts";
import { explainError, misfit } from "../../protocol/failures.ts";
import type { Headers } from "../../protocol/operations/send.ts";
import { AJIO_CONTRACT } from "../contract/index.ts";

type Name = OperationId<"ajio-dropship">;

export interface AjioRequest<O extends Name> {
  readonly id: O;
  readonly query?: QueryOf<"ajio-dropship", O>;
  readonly body?: RequestBody<"ajio-dropship", O>;
}

/** Sends. Each of AJIO's own operations may be repeated. What does not fit the contract is a bug of ours, and is not sent. */
export function sendAjio<O extends Name>(
  call: Call,
  request: AjioRequest<O>,
  headers: Headers,
): Promise<Outcome<InAnswer>> {
  const contract: Operation<"ajio-dropship", O> = operation(AJIO_CONTRACT, request.id);
  const query = Object.fromEntries(Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value)]));
  mustFit(request.id, contract.query(query));
  mustFit(request.id, contract.body(request.body));
  return call.send({
    operation: request.id,
    method: contract.method,
    path: call.path(request.id, contract.path),
    query,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    idempotent: true,
    explain: explainError,
  });
}

/** A good answer's body, once it is what the contract says. */
export function fittingAjio<O extends Name>(id: O, answer: InAnswer): Outcome<ResponseBody<"ajio-dropship", O, 200>> {
  const contract: Operation<"ajio-dropship", O> = operation(AJIO_CONTRACT, id);
  const checked = contract.response(200, answer.json);
  return checked.ok ? succeed(checked.value) : fail(misfit(id, true, answer.status, checked.errors));
}

function mustFit(id: string, checked: { readonly ok: boolean; readonly errors?: readonly Misfit[] }): void {
  assert(checked.ok, `what ${id} sends fits the contract (${describeMisfits(checked.errors ?? [])})`);
}
