/** One call of the protocol, checked by the contract on the way out and in. */
import type { OperationId, QueryOf, RequestBody, ResponseBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit, type Operation, operation } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { badAnswer, type Call, type Fetched, fail, type InAnswer, type Outcome, succeed } from "../../kit/index.ts";
import { explainError, misfit } from "../failures.ts";
import { isJson, type Json } from "../map/json.ts";

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
  return sent.ok ? fitting(request, sent.value) : sent;
}

/** A good answer's body, once it is what the contract says. */
export function fitting<O extends Name>(
  request: Pick<Request<O>, "id" | "idempotent">,
  answer: InAnswer,
): Outcome<ResponseBody<"marketplace", O, 200>> {
  const contract: Operation<"marketplace", O> = operation("marketplace", request.id);
  const checked = contract.response(200, answer.json);
  return checked.ok
    ? succeed(checked.value)
    : fail(misfit(request.id, request.idempotent, answer.status, checked.errors));
}

/** Answered 404, or 202 (in process), what is asked for is not there yet. */
const NOT_YET = new Set([202, 404]);

/** Sends a question for something that may not be there yet. Its body is not checked here. */
export async function sendForFetched<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
): Promise<Outcome<Fetched<InAnswer>>> {
  return fetchedOf(await send(call, request, headers));
}

export function fetchedOf(sent: Outcome<InAnswer>): Outcome<Fetched<InAnswer>> {
  const status = sent.ok ? sent.value.status : sent.failure.status;
  if (status !== undefined && NOT_YET.has(status)) {
    const words = sent.ok ? explainError(sent.value).message : sent.failure.channelMessage;
    return succeed({ state: "NOT_YET", message: words ?? null });
  }
  return sent.ok ? succeed({ state: "READY", value: sent.value }) : sent;
}

export interface Rows {
  readonly rows: readonly unknown[];
  /** The envelope, for what stands beside the rows. */
  readonly page: Json;
}

/** Sends; of the answer only the envelope is checked here: each row is then judged by itself. */
export async function sendForRows<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
  member: string,
  rowsMax = ROWS_MAX,
): Promise<Outcome<Rows>> {
  const sent = await send(call, request, headers);
  if (!sent.ok) return sent;
  const { json: page, status } = sent.value;
  const rows = isJson(page) ? page[member] : undefined;
  if (!isJson(page) || !Array.isArray(rows))
    return fail(badAnswer(request, status, `The answer of ${request.id} has no list "${member}".`));
  if (rows.length > rowsMax)
    return fail(
      badAnswer(request, status, `The answer of ${request.id} has ${rows.length} rows; ${rowsMax} are a page.`),
    );
  return succeed({ rows, page });
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
    path: call.path(request.id, contract.path).replaceAll(/\{(\w+)\}/g, (_, name: string) => part(name)),
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
