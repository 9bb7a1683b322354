/** Access tokens: the application's own (self access), or those of a seller who gave consent to it (third party). */

import { type Headers, tokenKeeper } from "../../kit/contract-call.ts";
import {
  type Call,
  type ConnectorFailure,
  type ConsentAnswer,
  fail,
  type OperationTable,
  type Outcome,
  succeed,
} from "../../kit/index.ts";
import { ask } from "./send.ts";

const SCOPE = "Seller_Api"; // with ",Default", as the pages have it, production answers invalid_scope
/** The log-in service has a host of its own. */
const HOST = "oauth";

/** `Authorization: Basic` of the application. */
function application({ appId = "", appSecret = "" }: Call["fields"]): Headers {
  return { authorization: `Basic ${Buffer.from(`${appId}:${appSecret}`).toString("base64")}` };
}

/** With the consent's refresh token where there is one, as the application itself otherwise. */
async function make(call: Call): Promise<Outcome<string>> {
  const { refreshToken = "" } = call.fields;
  const query =
    refreshToken === ""
      ? { grant_type: "client_credentials" as const, scope: SCOPE }
      : { grant_type: "refresh_token" as const, refresh_token: refreshToken };
  const request = { id: "getToken", query, host: HOST, idempotent: true } as const;
  const answered = await ask(call, request, application(call.fields));
  return answered.ok ? succeed(answered.value.access_token) : fail(judged(answered.failure));
}

/** Errors that no repeat heals, some of which come with 400: which credential they are about. */
const CREDENTIALS: ReadonlyMap<string, string> = new Map([
  [
    "invalid_grant",
    "Flipkart no longer takes the seller's consent (Refresh Token): it was withdrawn or has lapsed (180 days). Authorize again.",
  ],
  ["invalid_client", "Flipkart does not know the application: compare Application ID and Application Secret."],
  ["unauthorized", "Flipkart does not know the application: compare Application ID and Application Secret."],
  ["unauthorized_client", "Flipkart does not let this application (Application ID) ask for a token in this way."],
  ["invalid_scope", "Flipkart has not opened its seller API (Seller_Api) to this application (Application ID)."],
]);

function judged(failure: ConnectorFailure): ConnectorFailure {
  const words = CREDENTIALS.get(failure.channelCode ?? "");
  if (words === undefined) return failure;
  const { channelMessage } = failure;
  return {
    ...failure,
    kind: "auth",
    channelMessage: channelMessage === undefined ? words : `${words} (${channelMessage})`,
  };
}

/** Kept until it is refused: 60 days as a rule, and it is said to die long before its `expires_in`. */
export const { renew, withToken } = tokenKeeper({
  make,
  headers: (token) => ({ authorization: `Bearer ${token}` }),
});

/** The consent page sent the browser back with a code: it is turned into the seller's refresh token, good for 180 days. */
export const redeemConsent: OperationTable["redeemConsent"] = async (call, answer: ConsentAnswer) => {
  const { code = "", state = "", error = "", error_description: words = "" } = answer.parameters;
  if (code === "") {
    const channelMessage = [error, words].filter((part) => part !== "").join(": ") || "Flipkart sent no code back.";
    return fail({ reached: "no", kind: "refused", channelMessage });
  }
  const query = { grant_type: "authorization_code", code, redirect_uri: answer.redirectUri, state } as const;
  // A code can be redeemed once: what became of a lost answer is not known, and the seller consents again.
  const request = { id: "getToken", query, host: HOST, idempotent: false } as const;
  const answered = await ask(call, request, application(call.fields));
  if (!answered.ok) return answered;
  const refreshToken = answered.value.refresh_token ?? "";
  if (refreshToken !== "") return succeed({ refreshToken });
  const channelMessage = "Flipkart gave no refresh token: the application is not registered for third-party access.";
  return fail({ reached: "yes", kind: "bad_answer", channelMessage });
};
