import { type IssuedTokens, issueTokens, refreshTokens } from "../identity/index.ts";
import type { Refusal } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import type { ProtocolAnswer, ProtocolRequest, ProtocolRoute } from "../platform/http/route.ts";
import { explain } from "../platform/refusals.ts";

const CLIENT_ID = "my-trusted-client";
const SCOPE = "read trust write";
const BODY_BYTES_MAX = 16 * 1024;
const FORM = "application/x-www-form-urlencoded";

/** What `/oauth/token` understands, from wherever it came. */
type Parameters = Readonly<Partial<Record<(typeof NAMES)[number], string>>>;
const NAMES = ["grant_type", "client_id", "username", "password", "refresh_token"] as const;
/** Only the credentials may come as headers (the second documented form). */
const HEADER_NAMES = ["username", "password"] as const;

/**
 * `GET` and `POST /oauth/token` as Uniware offers it: password and refresh grants without a client secret, parameters in
 * the query, the credentials also as headers, a POST also as a form. Answers carry no envelope (specs/uniware-rest.md, 2).
 * Clients look for the text `invalid_grant` with status 400 and then fall back to the password grant.
 */
export const oauthRoutes: ProtocolRoute[] = (["GET", "POST"] as const).map((method) => ({
  method,
  path: "/oauth/token",
  bodyBytesMax: BODY_BYTES_MAX,
  handle: token,
}));

async function token(services: Services, request: ProtocolRequest): Promise<ProtocolAnswer> {
  const read = readParameters(request);
  if ("fault" in read) return oauthError(400, "invalid_request", read.fault);
  const { grant_type: grantType, client_id: clientId } = read;
  if (grantType === undefined) return oauthError(400, "invalid_request", "Missing grant type");
  if (clientId !== CLIENT_ID) return oauthError(401, "invalid_client", "Bad client credentials");
  if (grantType === "password") return passwordGrant(services, read, request.remoteAddress);
  if (grantType === "refresh_token") return refreshGrant(services, read);
  return oauthError(400, "unsupported_grant_type", "Unsupported grant type; use password or refresh_token");
}

async function passwordGrant(services: Services, read: Parameters, address: string): Promise<ProtocolAnswer> {
  const { username, password } = read;
  if (username === undefined || password === undefined)
    return oauthError(400, "invalid_request", "Missing username or password");
  const issued = await issueTokens(services, { username, password, address });
  return issued.ok ? tokenAnswer(issued.value) : refusalAnswer(issued.refusal);
}

async function refreshGrant(services: Services, read: Parameters): Promise<ProtocolAnswer> {
  if (read.refresh_token === undefined) return oauthError(400, "invalid_request", "Missing refresh token");
  const issued = await refreshTokens(services, read.refresh_token);
  return issued.ok ? tokenAnswer(issued.value) : refusalAnswer(issued.refusal);
}

function refusalAnswer(refusal: Refusal): ProtocolAnswer {
  const { status, message, facts } = explain(refusal);
  if (status !== 429) return oauthError(400, "invalid_grant", message);
  // The contract describes 429 with the envelope of the REST calls.
  return {
    status,
    headers: { ...NOT_STORED, "retry-after": String(facts.retryAfterSeconds) },
    body: {
      successful: false,
      message,
      errors: [
        { code: 2, fieldName: null, description: message, message: "AUTHENTICATION_FAILURE", errorParams: null },
      ],
      warnings: null,
    },
  };
}

/** Tokens must not stay in a cache on the way (RFC 6749, 5.1). */
const NOT_STORED = { "cache-control": "no-store", pragma: "no-cache" } as const;

function tokenAnswer(tokens: IssuedTokens): ProtocolAnswer {
  const body = {
    access_token: tokens.accessToken,
    token_type: "bearer",
    refresh_token: tokens.refreshToken,
    // Whole seconds left, rounded down as upstream does: the token never dies before the client expects it.
    expires_in: tokens.expiresInSeconds - 1,
    scope: SCOPE,
  };
  return { status: 200, headers: NOT_STORED, body };
}

function oauthError(status: number, error: string, description: string): ProtocolAnswer {
  return { status, headers: NOT_STORED, body: { error, error_description: description } };
}

/**
 * The parameters of a call: query, then form, then headers. One that is given twice with different values is refused,
 * since guessing which is meant would hide a client's mistake. Empty counts as absent. What else is sent is passed over.
 */
function readParameters(request: ProtocolRequest): Parameters | { fault: string } {
  const form = readForm(request);
  if (form === null) return { fault: `The body is not ${FORM} in UTF-8` };
  const parameters: { -readonly [N in keyof Parameters]: Parameters[N] } = {};
  for (const name of NAMES) {
    const header = HEADER_NAMES.find((n) => n === name);
    const given = [request.query[name], form.getAll(name), header && request.headers[header]].flat();
    const values = new Set(given.filter((value) => typeof value === "string" && value !== ""));
    const [value] = values;
    if (values.size > 1) return { fault: `The parameter ${name} is given more than once` };
    if (typeof value === "string") parameters[name] = value;
  }
  return parameters;
}

/** The form in the body, empty where there is none; null for another media type or bytes that are not UTF-8. */
function readForm(request: ProtocolRequest): URLSearchParams | null {
  if (request.body.length === 0) return new URLSearchParams();
  const mediaType = String(request.headers["content-type"] ?? FORM).split(";")[0];
  if (mediaType?.trim().toLowerCase() !== FORM) return null;
  try {
    return new URLSearchParams(new TextDecoder("utf-8", { fatal: true }).decode(request.body));
  } catch {
    return null; // the decoder says only that some byte does not fit
  }
}
