/** Login with Amazon: the seller's consent (a refresh token) becomes a token for an hour. */
import {
  badAnswer,
  type Call,
  type ConnectorFailure,
  fail,
  type OperationTable,
  type Outcome,
  type OutRequest,
  succeed,
} from "../../kit/index.ts";
import { isJson, text } from "../../protocol/map/json.ts";
import { fitsSchema } from "../map/fits.ts";

/** The log-in service has a host of its own. */
const HOST = "token";
const PATH = "/auth/o2/token";
const KEPT = "token";
/** Renewed so long before it ends: a call under way must not outlive it. */
const MARGIN_SECONDS = 60;

/** Errors that no repeat heals: the seller took his consent back, or the application's own credentials are wrong. */
const CONSENT: ReadonlyMap<string, string> = new Map([
  [
    "invalid_grant",
    "Amazon no longer takes the seller's consent: it was withdrawn or has lapsed (365 days). Authorize again.",
  ],
  [
    "invalid_client",
    "Amazon does not know the application: client ID or client secret is wrong, or the secret was replaced.",
  ],
  ["unauthorized_client", "Amazon does not allow this application to ask for the seller's token."],
  ["unsupported_grant_type", "Amazon does not take this kind of grant."],
]);

const explain: NonNullable<OutRequest["explain"]> = ({ json }) => {
  if (!isJson(json)) return {};
  const code = typeof json.error === "string" ? text(json.error) : null;
  const words = typeof json.error_description === "string" ? text(json.error_description) : null;
  if (code === null) return {};
  const said = CONSENT.get(code);
  return { code, message: said === undefined ? (words ?? code) : words === null ? said : `${said} (${words})` };
};

interface Token {
  readonly value: string;
  readonly refreshToken: string | null;
  /** Seconds. */
  readonly lives: number;
}

/** The seller's token, kept in memory until a minute before it ends, and asked for once however many need it. */
export async function tokenOf(call: Call): Promise<Outcome<string>> {
  const kept = keptToken(call);
  if (kept !== null) return succeed(kept);
  return call.once(KEPT, async () => {
    const again = keptToken(call);
    if (again !== null) return succeed(again);
    const { refreshToken = "" } = call.fields;
    const made = await exchange(call, { grant_type: "refresh_token", refresh_token: refreshToken }, true);
    if (!made.ok) return made;
    const ends = call.now.epochMilliseconds + Math.max(0, made.value.lives - MARGIN_SECONDS) * 1000;
    call.memory.set(KEPT, `${ends} ${made.value.value}`);
    return succeed(made.value.value);
  });
}

function keptToken(call: Call): string | null {
  const [ends = "", value = ""] = (call.memory.get(KEPT) ?? "").split(" ");
  return value !== "" && Number(ends) > call.now.epochMilliseconds ? value : null;
}

/** Forgets a token that was refused, unless another call has renewed it already. */
export function dropToken(call: Call, refused: string): void {
  if (call.memory.get(KEPT)?.endsWith(` ${refused}`)) call.memory.drop(KEPT);
}

async function exchange(
  call: Call,
  grant: Readonly<Record<string, string>>,
  idempotent: boolean,
): Promise<Outcome<Token>> {
  const { clientId = "", clientSecret = "" } = call.fields;
  const answered = await call.send({
    operation: "getToken",
    host: HOST,
    method: "POST",
    path: call.path("getToken", PATH),
    form: { ...grant, client_id: clientId, client_secret: clientSecret },
    idempotent,
    explain,
  });
  if (!answered.ok) return fail(judged(answered.failure));
  const fits = fitsSchema("Token", answered.value.json);
  if (!fits.ok)
    return fail(badAnswer({ idempotent }, answered.value.status, `The answer does not fit getToken: ${fits.words}`));
  const { access_token: value, expires_in: lives, refresh_token: refreshToken } = fits.value;
  return succeed({ value, lives, refreshToken: text(refreshToken) });
}

/** Amazon answers a lost consent with 400: it is a matter of credentials all the same. */
function judged(failure: ConnectorFailure): ConnectorFailure {
  return CONSENT.has(failure.channelCode ?? "") ? { ...failure, kind: "auth" } : failure;
}

/**
 * The consent page sent the browser back with a code that is good for five minutes: it becomes the seller's refresh token, and
 * tells whose it is.
 */
export const redeemConsent: OperationTable["redeemConsent"] = async (call, { parameters, redirectUri }) => {
  const { spapi_oauth_code: code = "", selling_partner_id: sellerId = "" } = parameters;
  if (code === "" || sellerId === "") {
    const words = text(parameters.error_description) ?? text(parameters.error);
    const channelMessage = words ?? "Amazon sent neither a code nor a seller back.";
    return fail({ reached: "yes", kind: "refused", channelMessage });
  }
  const grant = { grant_type: "authorization_code", code, redirect_uri: redirectUri };
  // A code can be redeemed once: what became of a lost answer is not known, and the seller consents again.
  const made = await exchange(call, grant, false);
  if (!made.ok) return made;
  const { refreshToken } = made.value;
  if (refreshToken === null)
    return fail({ reached: "yes", kind: "bad_answer", channelMessage: "Amazon gave no refresh token." });
  return succeed({ refreshToken, sellerId });
};
