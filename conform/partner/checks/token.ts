/** The token: who gets one, who does not, and what happens without. */
import { operation } from "../../../contract/validators.ts";
import { came, expectObject, mustFit, textOf } from "../../answers.ts";
import { type Check, type Findings, findings, pass, skip, type Verdict } from "../../check.ts";
import type { Exchange } from "../../exchange.ts";
import { expectUnauthorized } from "../answers.ts";
import { EVENT_OPERATIONS, nameOf } from "../events.ts";
import type { EventOperation, PartnerOperation } from "../options.ts";
import { type PartnerSession, TOKEN_CALL, type TokenForm, tokenIn } from "../session.ts";

type PartnerCheck = Check<PartnerSession, PartnerOperation>;

const FORMS: Readonly<Record<TokenForm, { readonly words: string; readonly member: string }>> = {
  json: { words: "user name and password in the body", member: "token" },
  basic: { words: "Basic credentials and an empty body", member: "access_token" },
};
const NO_TOKEN_ASKED = "a header stands for the token: --auth header";
const CODES = ["components", "securitySchemes", "PartnerToken"];

export const tokenChecks: readonly PartnerCheck[] = [
  ...(["json", "basic"] as const).flatMap(checksOfForm),
  {
    id: "token.required",
    operation: "notifyShipmentCreated",
    title: "every event without a token, or its header, is refused with 401",
    contract: ["components", "responses", "TokenExpired"],
    todo: 'Check the token before anything else; answer 401 {"status": "Failed", "message": "…"}.',
    run: async (session) => {
      const found = findings();
      for (const id of asked(session)) {
        if ((await session.offered(id)).offered === false) continue;
        expectUnauthorized(found, id, await session.withoutToken(id), `/${nameOf(id)} without a token`);
      }
      return found.verdict();
    },
  },
  {
    id: "token.checked",
    operation: "notifyShipmentCreated",
    title: "a token that was never given, or is over, is refused with 401",
    contract: ["components", "responses", "TokenExpired"],
    todo: "Answer 401 for an unknown or expired token: any other status leaves the hub with a token that it never renews.",
    run: async (session) => {
      const found = findings();
      for (const id of asked(session)) {
        if ((await session.offered(id)).offered === false) continue;
        const exchange = await session.send(id, session.tale[id].nobody, {
          credentials: "a token nobody was given",
        });
        expectUnauthorized(found, id, exchange, `/${nameOf(id)} with a token nobody was given`);
      }
      return found.verdict();
    },
  },
  {
    id: "token.header",
    operation: "notifyShipmentCreated",
    title: "the token is taken bare from Authorization, or its own header",
    contract: CODES,
    todo: 'Read the token from the header Authorization as it is. "Bearer " before it may be taken too; it is not sent.',
    run: async (session) => {
      const token = await session.proof();
      if (!token.known) return skip(token.why);
      if ((await session.proofTaken()).known) return pass();
      const found = findings();
      const exchange = await session.first("notifyShipmentCreated");
      const what = session.forms.length === 0 ? "the header of --header-name" : "a token that was just given";
      found.must(`${what}: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
  {
    id: "token.reused",
    operation: "notifyShipmentCreated",
    title: "one token serves many events",
    contract: CODES,
    todo: "Let a token live until it expires; it is no one-time code.",
    run: async (session) => {
      const first = await tokenAndEvent(session);
      if (!first.known) return skip(first.why);
      const again = await refusalOf(session, first);
      if (again === null) return pass();
      // It may have ended by itself just then: another one must live longer.
      const second = await tokenAndEvent(session);
      const refusal = second.known ? await refusalOf(session, second) : null;
      const found = findings();
      if (refusal !== null) found.must(`call ${refusal.times} of 3 with one token: HTTP 401`, refusal.exchange);
      return found.verdict();
    },
  },
  {
    id: "token.kept",
    operation: "notifyShipmentCreated",
    title: "a token stays good when the same seller asks for another",
    contract: CODES,
    todo: "Keep several tokens of one seller alive: two processes of one hub would otherwise end each other's.",
    run: async (session) => {
      const asking = await tokenAndEvent(session);
      if (!asking.known) return skip(asking.why);
      const [form] = await givingForms(session);
      if (form === undefined) return skip("no form of /oauth/token gives a token");
      await session.logIn(form, true);
      const found = findings();
      const exchange = await session.send(asking.id, asking.body, { token: asking.token });
      if (exchange.status === 401) found.advise(`the token of the login before: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
];

function asked({ options: { only } }: PartnerSession): readonly EventOperation[] {
  return EVENT_OPERATIONS.filter((id) => only === null || only.includes(id));
}

type Asking =
  | {
      readonly known: true;
      readonly token: string;
      readonly id: EventOperation;
      readonly body: Readonly<Record<string, unknown>>;
    }
  | { readonly known: false; readonly why: string };

/** The first of three calls with one token that is refused for it; null where none is. */
async function refusalOf(session: PartnerSession, { id, body, token }: Extract<Asking, { known: true }>) {
  for (let times = 1; times <= 3; times++) {
    const exchange = await session.send(id, body, { token });
    if (exchange.status === 401) return { times, exchange };
  }
  return null;
}

/** An event that the partner has already taken: told again it changes nothing. */
async function tokenAndEvent(session: PartnerSession): Promise<Asking> {
  if (session.forms.length === 0) return { known: false, why: NO_TOKEN_ASKED };
  const taken = await session.proofTaken();
  if (!taken.known) return taken;
  for (const id of asked(session)) {
    const exchange = await session.first(id);
    if (exchange.status !== 200) continue;
    // Sent once more, so that a token that has ended meanwhile is renewed.
    const body = session.tale[id].first;
    await session.send(id, body);
    const token = await session.proof();
    return token.known ? { known: true, token: token.value, id, body } : token;
  }
  return { known: false, why: "no event is answered with 200" };
}

/** Forms that give a token to the right credentials. */
async function givingForms(session: PartnerSession): Promise<TokenForm[]> {
  const giving: TokenForm[] = [];
  for (const form of session.forms) if (tokenIn(await session.logIn(form), form) !== null) giving.push(form);
  return giving;
}

function checksOfForm(form: TokenForm): PartnerCheck[] {
  const { words, member } = FORMS[form];
  return [
    {
      id: `token.given-${form}`,
      operation: TOKEN_CALL,
      title: `${words} give a token`,
      contract: ["components", "schemas", "TokenResponse"],
      todo: `Answer 200 {"status": "SUCCESS", "${member}": "…"}; with both names it works for either generation. One of the two forms must be offered. If the answer is right and the credentials are not, look at --username and --password.`,
      run: (session) => judgeLogin(session, form),
    },
    {
      id: `token.refused-${form}`,
      operation: TOKEN_CALL,
      title: `wrong credentials: INVALID_CREDENTIALS and no token (${form === "json" ? "body" : "Basic"})`,
      contract: ["components", "schemas", "TokenResponse", "properties", "status"],
      todo: 'Answer {"status": "INVALID_CREDENTIALS"} with 200 or 401, whether the user name or the password is wrong.',
      run: (session) => judgeRefusal(session, form),
    },
  ];
}

/** Why this form is not to be judged; null where it is. */
async function notTried(session: PartnerSession, form: TokenForm): Promise<Verdict | null> {
  if (session.forms.length === 0) return skip(NO_TOKEN_ASKED);
  if (!session.forms.includes(form)) return skip("not the form that was asked for with --auth");
  const giving = await givingForms(session);
  const isAnother = !giving.includes(form) && giving.length > 0;
  return isAnother ? { ...pass("this form gives no token; one of the two is enough"), result: "NOT_OFFERED" } : null;
}

async function judgeLogin(session: PartnerSession, form: TokenForm): Promise<Verdict> {
  const instead = await notTried(session, form);
  if (instead) return instead;
  const { words, member } = FORMS[form];
  const found = findings();
  const exchange = await session.logIn(form);
  const body = expectTokenAnswer(found, exchange, words, [200]);
  if (body && body.status !== "SUCCESS" && found.count === 0)
    found.must(`status is ${JSON.stringify(body.status)} for the credentials given to this run`, exchange, "status");
  if (body?.status === "SUCCESS" && tokenIn(exchange, form) === null)
    found.must(`status is SUCCESS, and ${member} is missing or empty`, exchange, member);
  else if (body?.status === "SUCCESS" && textOf(body[member]) === "")
    found.advise(`the token does not stand under "${member}", this generation's name for it`, exchange);
  return found.verdict();
}

async function judgeRefusal(session: PartnerSession, form: TokenForm): Promise<Verdict> {
  const instead = await notTried(session, form);
  if (instead) return instead;
  const found = findings();
  const { username, password } = session.options;
  const wrong = [
    ["a wrong password", { username, password: `not-${password}` }],
    ["an unknown user name", { username: "godown-conform-no-such-user", password }],
  ] as const;
  for (const [what, credentials] of wrong) {
    const exchange = await session.tryCredentials(form, credentials);
    const body = expectTokenAnswer(found, exchange, what, [200, 401]);
    if (body?.status === "SUCCESS") found.must(`${what}: status is SUCCESS`, exchange, "status");
    else if (body && (textOf(body.token) !== "" || textOf(body.access_token) !== ""))
      found.must(`${what}: a token is given`, exchange);
  }
  return found.verdict();
}

/** The answer of the token call, bare and as the contract has it; null where it is none. */
function expectTokenAnswer(found: Findings, exchange: Exchange, what: string, statuses: readonly (200 | 401)[]) {
  const status = statuses.find((one) => one === exchange.status);
  if (status === undefined) {
    found.must(`${what}: ${came(exchange)}, where ${statuses.join(" or ")} is meant`, exchange);
    return null;
  }
  const body = expectObject(found, { ...exchange, status: 200 }, what, "status");
  if (body) mustFit(found, operation("partner-notifications", TOKEN_CALL).response(status, body), exchange, what, body);
  return body;
}
