/** One call of the protocol, checked by the contract on the way out and in. */
import type { OperationId, QueryOf, RequestBody, ResponseBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit, type Operation, operation } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { badAnswer, type Call, fail, type InAnswer, type Outcome, succeed } from "../../kit/index.ts";
import { explainError, misfit } from "../failures.ts";
import { isJson } from "../map/incoming.ts";

type Name = OperationId<"marketplace">;
export type Headers = Readonly<Record<string, string>>;

export interface Request<O extends Name> {
  readonly id: O;
  readonly query?: QueryOf<"marketplace", O>;
  readonly path?: Readonly<Record<string, string>>;
  readonly body?: RequestBody<"marketplace", O>;
  /** A repeat changes nothing on the other side. */
  readonly idempotent: boolean;
}

/** Rows of one answer at most: far above any page size, low enough to stay in memory. */
const ROWS_MAX = 10_000;

/** Sends; the answer is what the contract says, or a failure. */
export async function sendChecked<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
): Promise<Outcome<ResponseBody<"marketplace", O, 200>>> {
  const sent = await send(call, request, headers);
  if (!sent.ok) return sent;
  const contract: Operation<"marketplace", O> = operation("marketplace", request.id);
  const answer = contract.response(200, sent.value.json);
  if (answer.ok) return succeed(answer.value);
  return fail(misfit(request.id, request.idempotent, sent.value.status, answer.errors));
}

/** Sends; of the answer only the envelope is checked here: each row is then judged by itself. */
export async function sendForRows<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
  member: string,
): Promise<Outcome<readonly unknown[]>> {
  const sent = await send(call, request, headers);
  if (!sent.ok) return sent;
  const rows = isJson(sent.value.json) ? sent.value.json[member] : undefined;
  if (Array.isArray(rows) && rows.length <= ROWS_MAX) return succeed(rows);
  return fail(badAnswer(request, sent.value.status, `The answer of ${request.id} has no list "${member}".`));
}

/** A request that does not fit the contract is a bug of ours, and is not sent. */
function send<O extends Name>(call: Call, request: Request<O>, headers: Headers): Promise<Outcome<InAnswer>> {
  const contract: Operation<"marketplace", O> = operation("marketplace", request.id);
  const query = Object.fromEntries(Object.entries(request.query ?? {}).map(([name, value]) => [name, String(value)]));
  mustFit(request.id, contract.query(query));
  mustFit(request.id, contract.body(request.body));
  const part = (name: string) => encodeURIComponent(request.path?.[name] ?? "");
  return call.send({
    operation: request.id,
    method: contract.method,
    path: contract.path.replaceAll(/\{(\w+)\}/g, (_, name: string) => part(name)),
    query,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    idempotent: request.idempotent,
    explain: explainError,
  });
}

function mustFit(id: string, checked: { readonly ok: boolean; readonly errors?: readonly Misfit[] }): void {
  assert(checked.ok, `what ${id} sends fits the contract (${describeMisfits(checked.errors ?? [])})`);
}
