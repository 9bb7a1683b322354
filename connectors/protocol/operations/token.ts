/** The seller's token: asked for with user name and password, kept in memory until it is refused. */
import type { ResponseBody } from "../../../contract/types.ts";
import { type Call, type ConnectorFailure, fail, type Outcome, succeed } from "../../kit/index.ts";
import { type Headers, sendChecked } from "./send.ts";

/** A marketplace offers one of the two forms. "EITHER": GET, and POST where GET is not offered. */
export type TokenForm = "GET" | "POST" | "EITHER";

type Answered = Outcome<ResponseBody<"marketplace", "getAuthentication", 200>>;

async function ask(call: Call, form: TokenForm): Promise<Answered> {
  const { username = "", password = "" } = call.fields;
  if (form === "POST" || (form === "EITHER" && call.memory.get("tokenForm") === "POST"))
    return sendChecked(call, { id: "postAuthentication", body: { username, password }, idempotent: true }, {});
  const got = await sendChecked(call, { id: "getAuthentication", query: { username, password }, idempotent: true }, {});
  if (form === "GET" || got.ok || (got.failure.status !== 404 && got.failure.status !== 405)) return got;
  call.memory.set("tokenForm", "POST");
  return ask(call, form);
}

export async function tokenOf(call: Call, form: TokenForm): Promise<Outcome<string>> {
  const known = call.memory.get("token");
  if (known !== undefined) return succeed(known);
  const answered = await ask(call, form);
  if (!answered.ok) return answered;
  const { status, accessToken } = answered.value;
  // Wrong credentials come with HTTP 200: FAILED in the GET form, INVALID_CREDENTIALS in the POST form.
  if (status !== "SUCCESS") return fail(refused(status));
  if (accessToken === undefined || accessToken === "")
    return fail({
      reached: "yes",
      kind: "bad_answer",
      channelMessage: "SUCCESS was answered without an access token.",
    });
  call.memory.set("token", accessToken);
  return succeed(accessToken);
}

/**
 * Makes a call with the token in `apiKey` (bare, without "Bearer"). A token that is refused is renewed once and the call
 * made again: a call that was refused with 401 had no effect.
 */
export async function withToken<T>(
  call: Call,
  form: TokenForm,
  send: (headers: Headers) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const token = await tokenOf(call, form);
  if (!token.ok) return token;
  const first = await send({ apiKey: token.value });
  if (first.ok || first.failure.kind !== "auth" || first.failure.status !== 401) return first;
  // Another call of this process may have renewed it meanwhile: then that one is used.
  if (call.memory.get("token") === token.value) call.memory.drop("token");
  const renewed = await tokenOf(call, form);
  return renewed.ok ? send({ apiKey: renewed.value }) : renewed;
}

function refused(channelCode: string): ConnectorFailure {
  const channelMessage = `The marketplace refused user name and password (${channelCode}).`;
  return { reached: "yes", kind: "auth", channelCode, channelMessage };
}
