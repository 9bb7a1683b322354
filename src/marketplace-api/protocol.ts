import { describeMisfits, type Validator } from "../../contract/validators.ts";
import { authenticatePush, type PushCaller, type PushHeaders } from "../channels/index.ts";
import type { Refusal, Result } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import type { ProtocolAnswer, ProtocolRequest, ProtocolRoute } from "../platform/http/route.ts";
import { readJson } from "../platform/http/server.ts";
import { explain } from "../platform/refusals.ts";

export const BODY_BYTES_MAX = 1024 * 1024;

export interface PushAnswer extends ProtocolAnswer {
  readonly body: { readonly status: "success" | "failure"; readonly message: string; readonly data: null };
}

/** The protocol's answer: HTTP 200 tells the outcome in the body; 400 what is not understood; 401 who is not known. */
export function answer(outcome: "success" | "failure", message: string, status = 200): PushAnswer {
  return {
    status,
    body: { status: outcome, message, data: null },
    ...(status === 503 ? { headers: { "retry-after": "2" } } : {}),
  };
}

/** A refusal in the protocol's shape, in our words with what to do. */
export function refused(refusal: Refusal, status = 200): PushAnswer {
  const { message, whatToDo } = explain(refusal);
  return answer("failure", `${message} ${whatToDo}`, status);
}

/**
 * A call that a marketplace makes on us: known by its three headers, strict JSON, checked by the contract, then handled.
 * Nothing is written for a call that is not known or not understood, but what `rejected` chooses to keep.
 */
export function pushRoute<T>(declared: {
  path: string;
  check: Validator<T>;
  handle: (services: Services, caller: PushCaller, body: T, request: ProtocolRequest) => Promise<ProtocolAnswer>;
  rejected?: (services: Services, caller: PushCaller, body: unknown, detail: string) => Promise<void>;
}): ProtocolRoute {
  return {
    method: "POST",
    path: declared.path,
    bodyBytesMax: BODY_BYTES_MAX,
    handle: async (services, request) => {
      const opened = await openCall(services, request, authenticatePush);
      if ("status" in opened) return opened;
      const { caller, json } = opened;
      const checked = declared.check(json);
      if (checked.ok) return declared.handle(services, caller, checked.value, request);
      const detail = describeMisfits(checked.errors);
      await declared.rejected?.(services, caller, json, detail);
      return misfit(detail);
    },
  };
}

/** Who calls and what was sent, as JSON; or the answer to who is not known, or sent something else. */
export async function openCall<C>(
  services: Services,
  request: ProtocolRequest,
  authenticate: (services: Services, headers: PushHeaders) => Promise<Result<C>>,
): Promise<{ readonly caller: C; readonly json: unknown } | PushAnswer> {
  const caller = await authenticate(services, {
    clientid: header(request, "clientid"),
    merchantid: header(request, "merchantid"),
    securitykey: header(request, "securitykey"),
  });
  if (!caller.ok) return refused(caller.refusal, 401);
  const read = readJson(request.body);
  return read.ok ? { caller: caller.value, json: read.value } : refused(read.refusal, 400);
}

export function misfit(detail: string): PushAnswer {
  return answer("failure", `The request does not fit the contract: ${detail}`, 400);
}

function header(request: ProtocolRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}
