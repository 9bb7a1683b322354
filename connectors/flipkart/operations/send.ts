/** One call, checked by our description of Flipkart's interface on the way out and in. */
import type { OperationId, PathOf, QueryOf, RequestBody, ResponseBody } from "../../../contract/types.ts";
import { describeMisfits, type Misfit, type Operation, operation } from "../../../contract/validators.ts";
import { assert } from "../../../src/kernel/index.ts";
import { badAnswer, type Call, fail, type InAnswer, type Outcome, type OutRequest, succeed } from "../../kit/index.ts";
import { isJson, type Json, text } from "../../protocol/map/json.ts";
import { FLIPKART_CONTRACT } from "../contract/index.ts";
import { wordsOf } from "../map/words.ts";

export type Name = OperationId<"flipkart">;
export type Headers = Readonly<Record<string, string>>;

export interface Request<O extends Name> {
  readonly id: O;
  readonly query?: QueryOf<"flipkart", O>;
  readonly path?: PathOf<"flipkart", O>;
  readonly body?: RequestBody<"flipkart", O>;
  /** A repeat changes nothing on the other side. */
  readonly idempotent: boolean;
  readonly expects?: "json" | "file";
}

/** Operations of the log-in service, which has a host of its own. */
const OAUTH: ReadonlySet<Name> = new Set(["getToken"]);

/** Sends. What does not fit the contract is a bug of ours, and is not sent. */
export function send<O extends Name>(call: Call, request: Request<O>, headers: Headers): Promise<Outcome<InAnswer>> {
  const contract: Operation<"flipkart", O> = operation(FLIPKART_CONTRACT, request.id);
  const query = texts(request.query ?? {});
  const places = texts(request.path ?? {});
  mustFit(request.id, contract.query(query));
  mustFit(request.id, contract.pathParameters(places));
  mustFit(request.id, contract.body(request.body));
  return call.send({
    operation: request.id,
    ...(OAUTH.has(request.id) ? { host: "oauth" } : {}),
    method: contract.method,
    path: call.path(request.id, contract.path).replaceAll(/\{(\w+)\}/g, (_, name: string) => list(places[name] ?? "")),
    query,
    headers,
    ...(request.body === undefined ? {} : { body: request.body }),
    ...(request.expects === undefined ? {} : { expects: request.expects }),
    idempotent: request.idempotent,
    explain,
  });
}

/** Sends; the answer is what the contract says, or a failure. */
export async function sendChecked<O extends Name>(
  call: Call,
  request: Request<O>,
  headers: Headers,
): Promise<Outcome<ResponseBody<"flipkart", O, 200>>> {
  const sent = await send(call, request, headers);
  return sent.ok ? fitting(request, sent.value) : sent;
}

/** A good answer's body, once it is what the contract says. */
export function fitting<O extends Name>(
  request: Pick<Request<O>, "id" | "idempotent">,
  answer: InAnswer,
): Outcome<ResponseBody<"flipkart", O, 200>> {
  const contract: Operation<"flipkart", O> = operation(FLIPKART_CONTRACT, request.id);
  const checked = contract.response(200, answer.json);
  if (checked.ok) return succeed(checked.value);
  const words = `The answer does not fit ${request.id}: ${describeMisfits(checked.errors)}`;
  return fail(badAnswer(request, answer.status, words));
}

/** Rows of one answer at most: no page is longer than 500. */
const ROWS_MAX = 1_000;

/** Sends; of the answer only the envelope is checked here: each row is then judged by itself. */
export async function sendForRows<O extends Name>(
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

function texts(members: object): Record<string, string> {
  return Object.fromEntries(Object.entries(members).map(([name, value]) => [name, String(value)]));
}

/** Ids in a path are joined with commas, which stay; all else that could lead elsewhere is encoded. */
function list(ids: string): string {
  return ids.split(",").map(encodeURIComponent).join(",");
}

function mustFit(id: string, checked: { readonly ok: boolean; readonly errors?: readonly Misfit[] }): void {
  assert(checked.ok, `what ${id} sends fits the contract (${describeMisfits(checked.errors ?? [])})`);
}
