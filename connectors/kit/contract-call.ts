/**
 * Calls of a source's own contract: what goes out and what comes in is checked by its file. For sources that have an API of
 * their own; those of the marketplace protocol have `connectors/protocol/operations/send.ts`.
 */
import { isJson, type Json } from "../../contract/compile.ts";
import type { ContractName, OperationId, PathOf, QueryOf, RequestBody, ResponseBody } from "../../contract/types.ts";
import { describeMisfits, type Misfit, type Operation, operation } from "../../contract/validators.ts";
import { assert } from "../../src/kernel/index.ts";
import type { Call, InAnswer, OutRequest } from "./connector.ts";
import { fail, type Outcome, succeed } from "./failure.ts";
import { badAnswer } from "./http.ts";

export type Headers = Readonly<Record<string, string>>;

export interface ContractRequest<C extends ContractName, O extends OperationId<C>> {
  readonly id: O;
  readonly query?: QueryOf<C, O>;
  readonly path?: PathOf<C, O>;
  readonly body?: RequestBody<C, O>;
  /** One of the source's `hosts`; its main one when left out. */
  readonly host?: string;
  /** "file": any bytes are a good answer, not JSON alone. */
  readonly expects?: "json" | "file";
  /** A repeat changes nothing on the other side. */
  readonly idempotent: boolean;
}

export interface ContractCaller<C extends ContractName> {
  /** Sends; a 2xx answer as it came. What does not fit the contract is a bug of ours, and is not sent. */
  send<O extends OperationId<C>>(
    call: Call,
    request: ContractRequest<C, O>,
    headers: Headers,
  ): Promise<Outcome<InAnswer>>;
  /** Sends; the answer to 200 is what the contract says, or a failure. */
  ask<O extends OperationId<C>>(
    call: Call,
    request: ContractRequest<C, O>,
    headers: Headers,
  ): Promise<Outcome<ResponseBody<C, O, 200>>>;
  /** Sends; of the answer only its list is looked at: each row is then judged by itself, and a broken one sinks no other. */
  askRows<O extends OperationId<C>>(
    call: Call,
    request: ContractRequest<C, O>,
    headers: Headers,
    member: string,
  ): Promise<Outcome<Rows>>;
}

export interface Rows {
  readonly rows: readonly unknown[];
  /** The envelope, for what stands beside the rows. */
  readonly page: Json;
}

/**
 * @param contract the contract's name, as its file is called
 * @param explain reads the source's own code and words out of an answer that is not 2xx
 */
export function contractCaller<C extends ContractName>(
  contract: C,
  explain: NonNullable<OutRequest["explain"]>,
): ContractCaller<C> {
  const send: ContractCaller<C>["send"] = (call, request, headers) => {
    const { id, body, host, expects, idempotent } = request;
    const of = operation(contract, id);
    const query = Object.fromEntries(
      Object.entries(request.query ?? {}).flatMap(([name, value]) =>
        value === undefined ? [] : [[name, String(value)]],
      ),
    );
    const path = new Map(Object.entries(request.path ?? {}).map(([name, value]) => [name, String(value)]));
    mustFit(id, of.query(query));
    mustFit(id, of.pathParameters(Object.fromEntries(path)));
    mustFit(id, of.body(body));
    const part = (name: string) => encodeURIComponent(path.get(name) ?? "");
    return call.send({
      operation: id,
      method: of.method,
      path: call.path(id, of.path).replaceAll(/\{(\w+)\}/g, (_, name: string) => part(name)),
      query,
      headers,
      ...(body === undefined ? {} : { body }),
      ...(host === undefined ? {} : { host }),
      ...(expects === undefined ? {} : { expects }),
      idempotent,
      explain,
    });
  };
  return {
    send,
    ask: async (call, request, headers) => {
      const sent = await send(call, request, headers);
      return sent.ok ? fitting(operation(contract, request.id), request, sent.value) : sent;
    },
    askRows: async (call, request, headers, member) => {
      const sent = await send(call, request, headers);
      if (!sent.ok) return sent;
      const { json: page, status } = sent.value;
      const rows = isJson(page) ? page[member] : undefined;
      if (isJson(page) && Array.isArray(rows)) return succeed({ rows, page });
      return fail(badAnswer(request, status, `The answer of ${request.id} has no list "${member}".`));
    },
  };
}

function fitting<C extends ContractName, O extends OperationId<C>>(
  of: Operation<C, O>,
  request: ContractRequest<C, O>,
  answer: InAnswer,
): Outcome<ResponseBody<C, O, 200>> {
  const checked = of.response(200, answer.json);
  if (checked.ok) return succeed(checked.value);
  const words = `The answer does not fit ${request.id}: ${describeMisfits(checked.errors)}`;
  return fail(badAnswer(request, answer.status, words));
}

function mustFit(id: string, checked: { readonly ok: boolean; readonly errors?: readonly Misfit[] }): void {
  assert(checked.ok, `what ${id} sends fits the contract (${describeMisfits(checked.errors ?? [])})`);
}

const TOKEN = "token";

/**
 * Makes a call with the source's token: asked for once however many need it, kept in memory, and renewed once where it is
 * refused with 401 (a call that was refused so had no effect).
 * @param make asks the source for a token
 * @param headers how a call carries it
 */
export function tokenKeeper(of: {
  readonly make: (call: Call) => Promise<Outcome<string>>;
  readonly headers: (token: string) => Headers;
}) {
  const tokenOf = async (call: Call): Promise<Outcome<string>> => {
    const known = call.memory.get(TOKEN);
    if (known !== undefined) return succeed(known);
    return call.once(TOKEN, async () => {
      const made = await of.make(call);
      if (made.ok) call.memory.set(TOKEN, made.value);
      return made;
    });
  };
  return {
    /** A new token whatever is kept: proves the credentials. */
    renew: (call: Call): Promise<Outcome<string>> => {
      call.memory.drop(TOKEN);
      return tokenOf(call);
    },
    withToken: async <T>(call: Call, send: (headers: Headers) => Promise<Outcome<T>>): Promise<Outcome<T>> => {
      const token = await tokenOf(call);
      if (!token.ok) return token;
      const first = await send(of.headers(token.value));
      if (first.ok || first.failure.kind !== "auth" || first.failure.status !== 401) return first;
      // Another call of this process may have renewed it meanwhile: then that one is used.
      if (call.memory.get(TOKEN) === token.value) call.memory.drop(TOKEN);
      const renewed = await tokenOf(call);
      return renewed.ok ? send(of.headers(renewed.value)) : renewed;
    },
  };
}
