/** The token: who gets one, who does not, and what happens without. */
import { operation, validator } from "../../../contract/validators.ts";
import { came, expectObject, mustFit, textOf } from "../../answers.ts";
import { type Check, findings, pass, skip } from "../../check.ts";
import { expectUnauthorized } from "../answers.ts";
import { COURIER_OPERATIONS, type CourierOperation } from "../options.ts";
import { type CourierSession, tokenIn } from "../session.ts";

type CourierCheck = Check<CourierSession, CourierOperation>;

const HEADER = ["components", "securitySchemes", "ShipperToken"];

export const authChecks: readonly CourierCheck[] = [
  {
    id: "auth.login",
    operation: "getShipperToken",
    title: "the right user name and password give a token",
    contract: ["components", "schemas", "AuthResponse"],
    todo: 'Answer 200 {"status": "SUCCESS", "token": "…"}. If the answer is right and the credentials are not, look at --username and --password.',
    run: async (session) => {
      const found = findings();
      const exchange = await session.logIn();
      if (exchange.status !== 200) {
        found.must(`login: ${came(exchange)}, where 200 is meant`, exchange);
        return found.verdict();
      }
      const body = expectObject(found, exchange, "login", "status");
      if (body === null) return found.verdict();
      mustFit(found, validator("shipping-provider", "AuthResponse")(body), exchange, "login", body);
      if (body.status !== "SUCCESS" && found.count === 0)
        found.must(
          `status is ${JSON.stringify(body.status)} for the credentials given to this run`,
          exchange,
          "status",
        );
      if (body.status === "SUCCESS" && tokenIn(exchange) === null)
        found.must("status is SUCCESS, and token is missing or empty", exchange, "token");
      return found.verdict();
    },
  },
  {
    id: "auth.refused",
    operation: "getShipperToken",
    title: "wrong credentials: INVALID_CREDENTIALS and no token",
    contract: ["components", "schemas", "AuthResponse", "properties", "status"],
    todo: 'Answer 200 {"status": "INVALID_CREDENTIALS"}, or 401, whether the user name or the password is wrong.',
    run: async (session) => {
      const found = findings();
      const { username, password } = session.options;
      const wrong = [
        ["a wrong password", { username, password: `not-${password}` }],
        ["an unknown user name", { username: "godown-conform-no-such-user", password }],
      ] as const;
      for (const [what, credentials] of wrong) {
        const exchange = await session.tryCredentials(credentials);
        if (exchange.status === 401) continue;
        if (exchange.status !== 200) {
          found.must(`${what}: ${came(exchange)}, where 200 or 401 is meant`, exchange);
          continue;
        }
        const body = expectObject(found, exchange, what, "status");
        if (body === null) continue;
        mustFit(found, validator("shipping-provider", "AuthResponse")(body), exchange, what, body);
        if (body.status === "SUCCESS") found.must(`${what}: status is SUCCESS`, exchange, "status");
        else if (textOf(body.token) !== "") found.must(`${what}: a token is given`, exchange, "token");
      }
      return found.verdict();
    },
  },
  {
    id: "auth.header",
    operation: "getWaybillDetails",
    title: "the token is taken bare from the header Authorization",
    contract: HEADER,
    todo: 'Read the token from the header Authorization as it is. "Bearer " before it may be taken too; it is not sent.',
    run: async (session) => {
      const token = await session.token();
      if (!token.known) return skip(token.why);
      if ((await session.tokenTaken()).known) return pass();
      const found = findings();
      const exchange = await session.track([session.unknownNumber]);
      found.must(`a token that was just given: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
  {
    id: "auth.token-required",
    operation: "getWaybillDetails",
    title: "every operation without a token is refused with 401",
    contract: ["paths", "/waybillDetails", "get", "responses", "401"],
    todo: "Check the token before anything else, and answer 401.",
    run: async (session) => {
      const found = findings();
      for (const id of guarded(session)) {
        if ((await session.offered(id)).offered === false) continue;
        expectUnauthorized(found, await session.withoutToken(id), `${named(id)} without a token`);
      }
      return found.verdict();
    },
  },
  {
    id: "auth.token-checked",
    operation: "getWaybillDetails",
    title: "a token that was never given is refused with 401",
    contract: ["paths", "/waybillDetails", "get", "responses", "401"],
    todo: "Answer 401 for an unknown or expired token: any other status leaves the hub with a token that it never renews.",
    run: async (session) => {
      const found = findings();
      const exchange = await session.call(
        "getWaybillDetails",
        { query: { waybills: `"${session.unknownNumber}"` } },
        { credentials: "a token nobody was given" },
      );
      expectUnauthorized(found, exchange, "/waybillDetails with a token nobody was given");
      return found.verdict();
    },
  },
  {
    id: "auth.token-kept",
    operation: "getWaybillDetails",
    title: "a token stays good when the same seller asks for another",
    contract: ["paths", "/authToken", "post"],
    todo: "Keep several tokens of one seller alive: a hub asks for one each time it books or tracks, from several processes.",
    run: async (session) => {
      const before = await session.tokenTaken();
      if (!before.known) return skip(before.why);
      await session.logIn(true);
      const found = findings();
      const query = { waybills: `"${session.unknownNumber}"` };
      const exchange = await session.call("getWaybillDetails", { query }, { token: before.value });
      if (exchange.status === 401) found.advise(`the token of the login before: ${came(exchange)}`, exchange);
      return found.verdict();
    },
  },
];

function guarded({ options: { only } }: CourierSession): readonly CourierOperation[] {
  return COURIER_OPERATIONS.filter((id) => id !== "getShipperToken" && (only === null || only.includes(id)));
}

function named(id: CourierOperation): string {
  const { method, path } = operation("shipping-provider", id);
  return `${method} ${path}`;
}
