/** Access tokens: the application's own (self access), or those of a seller who gave consent to it (third party). */
import { type Call, type ConsentAnswer, fail, type OperationTable, type Outcome, succeed } from "../../kit/index.ts";
import { type Headers, sendChecked } from "./send.ts";

const SCOPE = "Seller_Api"; // with ",Default", as the pages have it, production answers invalid_scope
const TOKEN = "token";
const UNTIL = "tokenUntil";
/** A token is left alone so long before its end: a call that takes a while must not outlive it. */
const SPARE_SECONDS = 3_600;

/** `Authorization: Basic` of the application. */
function application({ appId = "", appSecret = "" }: Call["fields"]): Headers {
  return { authorization: `Basic ${Buffer.from(`${appId}:${appSecret}`).toString("base64")}` };
}

/** The token that is kept, or a new one: asked for once, however many calls want it. */
export function tokenOf(call: Call): Promise<Outcome<string>> {
  const known = call.memory.get(TOKEN);
  const until = Number(call.memory.get(UNTIL) ?? 0);
  if (known !== undefined && call.now.epochMilliseconds < until) return Promise.resolve(succeed(known));
  return call.once(TOKEN, () => ask(call));
}

/** With the consent's refresh token where there is one, as the application itself otherwise. */
async function ask(call: Call): Promise<Outcome<string>> {
  const { refreshToken = "" } = call.fields;
  const query =
    refreshToken === ""
      ? { grant_type: "client_credentials" as const, scope: SCOPE }
      : { grant_type: "refresh_token" as const, refresh_token: refreshToken };
  const answered = await sendChecked(call, { id: "getToken", query, idempotent: true }, application(call.fields));
  if (!answered.ok) return answered;
  const { access_token: token, expires_in: seconds } = answered.value;
  call.memory.set(TOKEN, token);
  call.memory.set(UNTIL, String(call.now.epochMilliseconds + Math.max(0, seconds - SPARE_SECONDS) * 1000));
  return succeed(token);
}

/** Forgets the token: it was refused, or new credentials are to be proved. */
export function dropToken(call: Call): void {
  call.memory.drop(TOKEN);
}

/**
 * Makes a call with the token. One that is refused is renewed once and the call made again: refused with 401, it had no
 * effect. (Tokens are said to die long before their `expires_in`.)
 */
export async function withToken<T>(call: Call, send: (headers: Headers) => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const token = await tokenOf(call);
  if (!token.ok) return token;
  const first = await send(bearer(token.value));
  if (first.ok || first.failure.kind !== "auth" || first.failure.status !== 401) return first;
  // Another call of this process may have renewed it meanwhile: then that one is used.
  if (call.memory.get(TOKEN) === token.value) dropToken(call);
  const renewed = await tokenOf(call);
  return renewed.ok ? send(bearer(renewed.value)) : renewed;
}

function bearer(token: string): Headers {
  return { authorization: `Bearer ${token}` };
}

/** The consent page sent the browser back with a code: it is turned into the seller's refresh token, good for 180 days. */
export const redeemConsent: OperationTable["redeemConsent"] = async (call, answer: ConsentAnswer) => {
  const { code = "", state = "", error = "", error_description: words = "" } = answer.parameters;
  if (code === "") {
    const channelMessage = [error, words].filter((part) => part !== "").join(": ") || "Flipkart sent no code back.";
    return fail({ reached: "yes", kind: "auth", channelMessage });
  }
  const query = { grant_type: "authorization_code", code, redirect_uri: answer.redirectUri, state } as const;
  // A code can be redeemed once: what became of a lost answer is not known, and the seller consents again.
  const answered = await sendChecked(call, { id: "getToken", query, idempotent: false }, application(call.fields));
  if (!answered.ok) return answered;
  const refreshToken = answered.value.refresh_token ?? "";
  if (refreshToken !== "") return succeed({ refreshToken });
  const channelMessage = "Flipkart gave no refresh token: the application is not registered for third-party access.";
  return fail({ reached: "yes", kind: "bad_answer", channelMessage });
};
