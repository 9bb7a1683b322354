/** Tokens: who gets one, who does not, and what happens without. */
import { isJson } from "../../../contract/compile.ts";
import { operation } from "../../../contract/validators.ts";
import { came, expectAnswer, expectInvalid, expectUnauthorized, saysNotOffered } from "../answers.ts";
import { type Check, findings, type MarketplaceOperation, pass, skip, type Verdict } from "../check.ts";
import { guardedOperations, sampleOf, UNKNOWN_ID } from "../samples.ts";
import { AUTH_FORMS, type AuthForm, type CallParts, type Session, tokenIn } from "../session.ts";

const WORDS = { getAuthentication: "GET", postAuthentication: "POST" } as const;

export const authChecks: readonly Check[] = [
  ...AUTH_FORMS.flatMap(checksOfForm),
  {
    id: "auth.header",
    operation: "getProductsCount",
    title: "the token is taken bare from the header apiKey, in any case",
    contract: ["components", "securitySchemes", "apiKey"],
    todo: 'Read the token from the header apiKey as it is, without "Bearer ", and compare header names without regard to case.',
    run: async (session) => {
      const found = findings();
      for (const header of ["apiKey", "apikey", "APIKEY"]) {
        const exchange = await session.call("getProductsCount", sampleOf("getProductsCount"), { header });
        if (exchange.status !== 200)
          found.must(`a token that was just given, in the header ${header}: ${came(exchange)}`, exchange);
      }
      const token = await session.token();
      if (found.count > 0 && token.known) {
        const bearer = { token: `Bearer ${token.value}` };
        const exchange = await session.call("getProductsCount", sampleOf("getProductsCount"), bearer);
        if (exchange.status === 200)
          found.must('the token is taken with "Bearer " before it, which is not sent', exchange);
      }
      return found.verdict();
    },
  },
  {
    id: "auth.token-reused",
    operation: "getProductsCount",
    title: "one token serves several calls",
    contract: ["paths", "/authToken", "get"],
    todo: "Let a token live until it expires; it is no one-time code. 48 hours are usual.",
    run: async (session) => {
      const token = await session.tokenTaken();
      if (!token.known) return skip(token.why);
      const found = findings();
      for (let times = 1; times <= 3; times++) {
        const exchange = await session.call("getProductsCount", sampleOf("getProductsCount"), { token: token.value });
        if (exchange.status !== 200) found.must(`call ${times} of 3 with one token: ${came(exchange)}`, exchange);
      }
      return found.verdict();
    },
  },
  {
    id: "auth.token-kept",
    operation: "getProductsCount",
    title: "a token stays good when the same seller logs in again",
    contract: ["paths", "/authToken", "get"],
    todo: "Keep several tokens of one seller alive: two processes of one hub would otherwise log each other out again and again.",
    run: async (session) => {
      const before = await session.tokenTaken();
      if (!before.known) return skip(before.why);
      const form = await workingForm(session);
      if (form === null) return skip("no form of /authToken gives a token a second time");
      const found = findings();
      const exchange = await session.call("getProductsCount", sampleOf("getProductsCount"), { token: before.value });
      if (exchange.status !== 200) found.advise(`the token of the login before: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
  {
    id: "auth.token-required",
    operation: "getProductsCount",
    title: "every operation refuses a call without a token with 401",
    contract: ["components", "responses", "Unauthorized"],
    todo: "Check the token before anything else; answer 401 with {reason, description}, and {message} at /productsCount.",
    run: async (session) => {
      const found = findings();
      for (const id of asked(session)) {
        const exchange = await session.withoutToken(id);
        if (!saysNotOffered(exchange)) expectUnauthorized(found, id, exchange, `${named(id)} without a token`);
      }
      return found.verdict();
    },
  },
  {
    id: "auth.token-checked",
    operation: "getProductsCount",
    title: "a token that was never given is refused with 401",
    contract: ["components", "responses", "Unauthorized"],
    todo: "Answer 401 for an unknown or expired token. Any other status leaves the hub with a token that it never renews.",
    run: async (session) => {
      const found = findings();
      for (const id of asked(session)) {
        if (operation("marketplace", id).method !== "GET" || saysNotOffered(await session.withoutToken(id))) continue;
        const exchange = await session.call(id, sampleOf(id), { credentials: "a token nobody was given" });
        expectUnauthorized(found, id, exchange, `${named(id)} with a token nobody was given`);
      }
      return found.verdict();
    },
  },
];

function asked({ options: { only } }: Session) {
  return guardedOperations().filter((id) => only === null || only.includes(id));
}

function named(id: MarketplaceOperation): string {
  const { method, path } = operation("marketplace", id);
  return `${method} ${path}`;
}

/** The first form that gives a token when asked anew. */
async function workingForm(session: Session): Promise<AuthForm | null> {
  for (const form of AUTH_FORMS)
    if (tokenIn(await session.logIn(form)) !== null && tokenIn(await session.logIn(form, true)) !== null) return form;
  return null;
}

function checksOfForm(form: AuthForm): Check[] {
  const word = WORDS[form];
  const place = ["paths", "/authToken", word.toLowerCase()];
  const suffix = word.toLowerCase();
  return [
    {
      id: `auth.login-${suffix}`,
      operation: form,
      title: "the right user name and password give a token",
      contract: [...place, "responses", "200"],
      todo: 'Answer 200 {"status": "SUCCESS", "accessToken": "…"}. One of the two forms of /authToken must be offered. If the answer is right and the credentials are not, look at --username and --password.',
      run: (session) => judgeLogin(session, form),
    },
    {
      id: `auth.refused-${suffix}`,
      operation: form,
      title: "wrong credentials: 200, a status word and no token",
      contract: ["components", "schemas", "AuthResponse", "properties", "status"],
      todo: `Answer 200 {"status": "${form === "getAuthentication" ? "FAILED" : "INVALID_CREDENTIALS"}"}, whether the user name or the password is wrong.`,
      run: (session) => judgeRefusal(session, form),
    },
    {
      id: `auth.incomplete-${suffix}`,
      operation: form,
      title: "a login without a password is refused with 400",
      contract: ["components", "responses", "InvalidRequest"],
      todo: 'Answer 400 {"errors": [{"code", "message"}]} where user name or password are missing.',
      run: async (session) => {
        if (saysNotOffered(await session.logIn(form))) return notOfferedForm();
        const found = findings();
        const { username } = session.options;
        const exchange = await session.tryCredentials(form, partsOf(form, { username }));
        if (tokenIn(exchange) !== null) found.must("a login without a password gives a token", exchange, "accessToken");
        else expectInvalid(found, form, exchange, "without a password");
        return found.verdict();
      },
    },
  ];
}

function partsOf(form: AuthForm, fields: Readonly<Record<string, string>>): CallParts {
  return form === "getAuthentication" ? { query: fields } : { body: fields };
}

function notOfferedForm(): Verdict {
  return { ...pass("this form is not offered; one of the two is enough"), result: "NOT_OFFERED" };
}

async function judgeLogin(session: Session, form: AuthForm): Promise<Verdict> {
  const exchange = await session.logIn(form);
  if (saysNotOffered(exchange)) {
    const other = form === "getAuthentication" ? "postAuthentication" : "getAuthentication";
    if (!saysNotOffered(await session.logIn(other))) return notOfferedForm();
    const found = findings();
    found.must(`neither GET nor POST /authToken is offered: ${came(exchange)}`, exchange);
    return found.verdict();
  }
  const found = findings();
  const body = expectAnswer(found, form, exchange, "login", "status");
  if (body && body.status !== "SUCCESS" && found.count === 0)
    found.must(`status is ${JSON.stringify(body.status)} for the credentials given to this run`, exchange, "status");
  if (body && body.status === "SUCCESS" && (typeof body.accessToken !== "string" || body.accessToken === ""))
    found.must("status is SUCCESS, and accessToken is missing or empty", exchange, "accessToken");
  return found.verdict();
}

async function judgeRefusal(session: Session, form: AuthForm): Promise<Verdict> {
  if (saysNotOffered(await session.logIn(form))) return notOfferedForm();
  const found = findings();
  const { username, password } = session.options;
  const wrong = [
    ["a wrong password", { username, password: `not-${password}` }],
    ["an unknown user name", { username: UNKNOWN_ID, password }],
  ] as const;
  for (const [what, fields] of wrong) {
    const exchange = await session.tryCredentials(form, partsOf(form, fields));
    const body = expectAnswer(found, form, exchange, what, "status");
    if (body?.status === "SUCCESS") found.must(`${what}: status is SUCCESS`, exchange, "status");
    else if (isJson(body) && tokenIn(exchange) !== null)
      found.must(`${what}: an accessToken is given`, exchange, "accessToken");
  }
  return found.verdict();
}
