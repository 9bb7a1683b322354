/** One call of Amazon's, with the seller's token, checked by Amazon's models on the way out and in. */
import type { OperationId, ResponseBody } from "../../../contract/types.ts";
import { operation } from "../../../contract/validators.ts";
import { type ContractRequest, contractCaller, type Headers } from "../../kit/contract-call.ts";
import { badAnswer, type Call, fail, type InAnswer, type Outcome, type OutRequest, succeed } from "../../kit/index.ts";
import { isJson, text } from "../../protocol/map/json.ts";
import { AMAZON_CONTRACT } from "../contract/index.ts";
import { fitsAt } from "../map/fits.ts";
import { amzDate } from "../map/time.ts";
import { dropToken, tokenOf } from "./token.ts";

export type Name = OperationId<"amazon">;
export type Request<O extends Name> = ContractRequest<"amazon", O> & {
  /** What a refusal of the right to it means: of one thing that needs a role of its own "refused", of the connection itself "auth". */
  readonly deniedIs?: "auth" | "refused";
  /** Sent in place of the seller's token: for documents with personal data. */
  readonly restrictedToken?: string;
};

/** At most 500 characters, as Amazon asks of applications. */
const USER_AGENT = "Godown/0.1 (Language=TypeScript; Platform=Node.js)";

/** `{errors: [{code, message, details}]}` of every operation. */
export const explain: NonNullable<OutRequest["explain"]> = ({ json }) => {
  const errors = isJson(json) && Array.isArray(json.errors) ? json.errors.filter(isJson) : [];
  const code = textOf(errors[0]?.code);
  const said = errors.flatMap(({ message, details }) => {
    const parts = [textOf(message), textOf(details)].filter((part) => part !== null);
    return parts.length === 0 ? [] : [[...new Set(parts)].join(" ")];
  });
  return {
    ...(code === null ? {} : { code }),
    ...(said.length === 0 ? {} : { message: said.join("; ") }),
  };
};

const { send: sendChecked } = contractCaller(AMAZON_CONTRACT, explain);

/**
 * Sends with the seller's token. Refused with 401 or 403 the token is renewed once (an expired one is answered either way) and
 * the call made again: what was refused so had no effect. A right that is missing with a new token too is a role that the
 * application does not have.
 */
export async function send<O extends Name>(call: Call, request: Request<O>): Promise<Outcome<InAnswer>> {
  const { deniedIs = "refused", restrictedToken, ...asked } = request;
  const once = (token: string) => sendChecked(call, asked, headersOf(call, token));
  if (restrictedToken !== undefined) return denied(await once(restrictedToken), deniedIs);
  const token = await tokenOf(call);
  if (!token.ok) return token;
  const first = await once(token.value);
  if (first.ok || first.failure.kind !== "auth") return first;
  dropToken(call, token.value);
  const renewed = await tokenOf(call);
  return renewed.ok ? denied(await once(renewed.value), deniedIs) : renewed;
}

/** Sends; the answer to a status is what Amazon's model says (200 where none is named), or a failure. */
export async function ask<O extends Name, S extends number = 200>(
  call: Call,
  request: Request<O>,
  status?: S,
): Promise<Outcome<ResponseBody<"amazon", O, S>>> {
  const sent = await send(call, request);
  return sent.ok ? fitting<O, S>(request, sent.value, status) : sent;
}

/** A good answer's body, once it is what the model says. */
export function fitting<O extends Name, S extends number = 200>(
  request: Pick<Request<O>, "id" | "idempotent">,
  answer: InAnswer,
  status?: S,
): Outcome<ResponseBody<"amazon", O, S>> {
  const { method, path } = operation(AMAZON_CONTRACT, request.id);
  const place = ["responses", String(status ?? 200), "content", "application/json", "schema"];
  const fits = fitsAt<ResponseBody<"amazon", O, S>>(["paths", path, method.toLowerCase(), ...place], answer.json);
  if (fits.ok) return succeed(fits.value);
  return fail(badAnswer(request, answer.status, `The answer does not fit ${request.id}: ${fits.words}`));
}

function headersOf(call: Call, token: string): Headers {
  return {
    "x-amz-access-token": token,
    "x-amz-date": amzDate(call.now),
    "user-agent": USER_AGENT,
    accept: "application/json",
  };
}

/** 403 with a token that is good: the application lacks a role. It breaks the connection only where everything needs it. */
function denied(outcome: Outcome<InAnswer>, deniedIs: "auth" | "refused"): Outcome<InAnswer> {
  if (outcome.ok || outcome.failure.status !== 403 || deniedIs === "auth") return outcome;
  return fail({ ...outcome.failure, kind: "refused" });
}

function textOf(value: unknown): string | null {
  return typeof value === "string" ? text(value) : null;
}
