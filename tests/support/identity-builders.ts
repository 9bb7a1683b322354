import type { FastifyInstance, LightMyRequestResponse } from "fastify";
import { z } from "zod";
import {
  authenticate,
  createTenant,
  createUser,
  identityPublicRoutes,
  identityRoutes,
  type RoleCode,
} from "../../src/identity/index.ts";
import { type FacilityId, must, type TenantId, type UserId } from "../../src/kernel/index.ts";
import type { PublicRoute } from "../../src/platform/http/public-route.ts";
import type { ProtocolRoute, Route } from "../../src/platform/http/route.ts";
import { createServer } from "../../src/platform/http/server.ts";
import { next } from "./builders.ts";
import type { TestDatabase } from "./database.ts";

export const TEST_PASSWORD = "brown paper, twine and tape";

/** A live tenant with an administrator who can log in with TEST_PASSWORD. */
export async function aTenantWithAdmin(
  t: TestDatabase,
  over: { code?: string; edition?: "STANDARD" | "PROFESSIONAL" | "ENTERPRISE"; live?: boolean } = {},
): Promise<{ tenantId: TenantId; adminId: UserId; username: string; code: string }> {
  const n = next();
  const code = over.code ?? `traders-${n}`;
  const username = `admin-${n}`;
  const { live = true, edition = "ENTERPRISE" } = over;
  const made = await createTenant(t.services, {
    tenant: { code, name: `Traders ${n}`, edition, live, sandbox: true },
    admin: { name: `Admin ${n}`, username, password: TEST_PASSWORD },
  });
  return { ...must(made), username, code };
}

/** A user who can log in with TEST_PASSWORD, holding one role everywhere or in the facilities named. */
export async function aUserWithRole(
  t: TestDatabase,
  tenantId: TenantId,
  role: RoleCode,
  facilityIds: "all" | FacilityId[] = "all",
): Promise<{ userId: UserId; username: string }> {
  const username = `${role.toLowerCase().replaceAll("_", "-")}-${next()}`;
  const roles = [{ role, facilityIds }];
  const user = { username, name: `A ${role}`, email: null, phone: null, roles, password: TEST_PASSWORD };
  const made = await createUser(t.ctx(tenantId), user);
  return { ...must(made), username };
}

/** The HTTP server with the identity module's routes and those given. Call it with `inject`; close it at the end. */
export function aServer(
  t: TestDatabase,
  more: { routes?: Route[]; publicRoutes?: PublicRoute[]; protocolRoutes?: ProtocolRoute[] } = {},
): Promise<FastifyInstance> {
  return createServer({
    services: t.services,
    routes: [...identityRoutes, ...(more.routes ?? [])],
    publicRoutes: [...identityPublicRoutes, ...(more.publicRoutes ?? [])],
    protocolRoutes: more.protocolRoutes ?? [],
    authenticate,
    observe: () => undefined,
  });
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

/** A browser of one person: keeps the cookie and sends the CSRF token along. */
export class TestBrowser {
  readonly #server: FastifyInstance;
  readonly address: string;
  cookie: string | undefined;
  csrf: string | undefined;

  constructor(server: FastifyInstance, address = `10.0.${next() % 250}.${next() % 250}`) {
    this.#server = server;
    this.address = address;
  }

  async call(
    method: Method,
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<LightMyRequestResponse> {
    const response = await this.#server.inject({
      method,
      url: `/api/v1${path}`,
      remoteAddress: this.address,
      headers: {
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(this.cookie === undefined ? {} : { cookie: `godown_session=${this.cookie}` }),
        ...(this.csrf === undefined ? {} : { "x-csrf": this.csrf }),
        ...headers,
      },
      ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
    });
    const set = response.cookies.find((c) => c.name === "godown_session");
    if (set) this.cookie = set.value === "" ? undefined : set.value;
    return response;
  }

  /** Logs in and learns the CSRF token as the web app does. @returns the answer to the log-in */
  async logIn(username: string, password = TEST_PASSWORD): Promise<LightMyRequestResponse> {
    const answer = await this.call("POST", "/session", { username, password });
    if (answer.statusCode < 300) this.csrf = (await this.call("GET", "/session")).json<{ csrf: string }>().csrf;
    return answer;
  }
}

/** Code of the refusal that an answer of our API carries; "none" where it carries none. */
export function errorCode(answer: LightMyRequestResponse): string {
  const parsed = z.object({ error: z.object({ code: z.string() }) }).safeParse(answer.body === "" ? {} : answer.json());
  return parsed.success ? parsed.data.error.code : "none";
}
