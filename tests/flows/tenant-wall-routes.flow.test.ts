import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { z } from "zod";
import { routes } from "../../src/app/routes.ts";
import { createTenant } from "../../src/identity/index.ts";
import { must, newId, type TenantId } from "../../src/kernel/index.ts";
import type { Route } from "../../src/platform/http/route.ts";
import { type TestApp, testApp } from "../support/app.ts";
import type { HttpClient } from "../support/client.ts";
import { fillEveryTable } from "../support/every-table.ts";
import { sampleOf } from "../support/sample.ts";

const PASSWORD = "brown paper, twine and tape";
/** The registration that `sampleOf` gives where one is asked for. */
const GSTIN_OF_SAMPLES = "29AAGCB7383J1Z4";
/**
 * Routes that make the caller's own record under a key of his choice: what another tenant has under the same key is not
 * seen, so that the record begins anew, and what a first one needs is missed by this code.
 */
const BEGIN_ANEW: Readonly<Record<string, string>> = { "PUT /e-invoice-accounts/:gstin": "EINVOICE_CREDENTIALS" };

/**
 * An administrator of one tenant, who holds every right there, calls every route of the product with the ids of another
 * tenant's records: nothing is found, nothing is told, nothing is changed.
 */
describe("the wall between tenants, tried through every route", () => {
  let app: TestApp;
  let victim: TenantId;
  let attacker: HttpClient;
  let tables: string[];
  /** By the name of an id's column: the victim's record. */
  const ids = new Map<string, string>();
  beforeAll(async () => {
    app = await testApp({ workers: false });
    const tenant = async (code: string) =>
      must(
        await createTenant(app.services, {
          tenant: { code, name: code, edition: "ENTERPRISE", sandbox: true, live: true },
          admin: { name: code, username: code, password: PASSWORD },
        }),
      ).tenantId;
    victim = await tenant("victim");
    await tenant("attacker");
    tables = await fillEveryTable(app.raw, [victim]);
    // A key that sample requests name, too: the victim's user at the portal is not to be found by it.
    await app.raw("update godown.e_invoice_account set gstin = $2 where tenant_id = $1", [victim, GSTIN_OF_SAMPLES]);
    for (const table of tables) {
      const columns = await app.raw<{ name: string }>(
        "select attname as name from pg_attribute where attrelid = ('godown.' || $1)::regclass and atttypid = 'uuid'::regtype and attnum > 0 and not attisdropped",
        [table],
      );
      const [row] = await app.raw<Record<string, string | null>>(`select * from godown.${table} where tenant_id = $1`, [
        victim,
      ]);
      // The table whose own id it is knows it; others only refer to it.
      for (const { name } of columns)
        if (name !== "tenant_id" && row?.[name] && (!ids.has(name) || name === `${table}_id`)) ids.set(name, row[name]);
    }
    attacker = await app.login("attacker", PASSWORD);
  });
  afterAll(() => app.close());

  const snake = (name: string) => name.replaceAll(/[A-Z]/g, (c) => `_${c.toLowerCase()}`);
  /** The victim's id for a member of this name; an id of nobody where no table has one of that name. */
  const idOf = (name: string) => ids.get(snake(name)) ?? ids.get(snake(name.replace(/s$/, ""))) ?? newId();
  const schemaOf = (type: z.ZodType) => z.toJSONSchema(type, { io: "input", unrepresentable: "any" });

  /** Where a path calls its parameter only "id", the segment before it says of what. */
  const OF_SEGMENT: Readonly<Record<string, string>> = {
    orders: "saleOrderId",
    packages: "shippingPackageId",
    "under-review": "pendencyId",
  };
  function nameOfId(route: Route, name: string): string {
    if (name !== "id") return name;
    const segment = /\/([\w-]+)\/:id\b/.exec(route.path)?.[1] ?? "";
    return (
      OF_SEGMENT[segment] ?? `${segment.replace(/s$/, "").replaceAll(/-(\w)/g, (_, c: string) => c.toUpperCase())}Id`
    );
  }

  function pathOf(route: Route): string {
    const named = (name: string) => idOf(nameOfId(route, name));
    const params = route.params ? (sampleOf(schemaOf(route.params), named) as Record<string, unknown>) : {};
    const path = route.path.replaceAll(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
    const query = route.query ? (sampleOf(schemaOf(route.query), idOf) as Record<string, string>) : {};
    return Object.keys(query).length === 0 ? path : `${path}?${new URLSearchParams(query)}`;
  }

  async function digest(): Promise<string[]> {
    const rows: string[] = [];
    for (const table of tables) {
      const [found] = await app.raw<{ digest: string }>(
        `select count(*) || ' ' || md5(coalesce(string_agg(t::text, '|' order by t::text), '')) as digest from godown.${table} t where tenant_id = $1`,
        [victim],
      );
      rows.push(`${table} ${found?.digest}`);
    }
    return rows;
  }

  it("knows how to call each of them", () => {
    const uncallable = routes.filter((r) => {
      const body = r.body && sampleOf(schemaOf(r.body), idOf);
      return r.body && !r.body.safeParse(body).success;
    });
    expect(
      uncallable.map((r) => `${r.method} ${r.path}: ${JSON.stringify(r.body && sampleOf(schemaOf(r.body), idOf))}`),
    ).toEqual([]);
  });

  it("would find these records if they were one's own: the ids are good", async () => {
    const owner = await app.login("victim", PASSWORD);
    const single = routes.filter((r) => r.method === "GET" && r.path.includes(":"));
    const missed: string[] = [];
    for (const route of single) if ((await owner.api("GET", pathOf(route))).status === 404) missed.push(route.path);
    // A document's bytes, or a record that only a real story makes, cannot be planted by one row.
    expect(single.length).toBeGreaterThan(5);
    expect(missed.length, missed.join(", ")).toBeLessThan(single.length / 2);
  });

  it("finds nothing of another tenant, tells nothing, changes nothing", async () => {
    const before = await digest();
    const secrets = [...ids.values()];
    const wrong: string[] = [];
    for (const route of routes) {
      const body = route.body ? sampleOf(schemaOf(route.body), idOf) : undefined;
      const path = pathOf(route);
      const answer = await attacker.api(route.method, path, body);
      const name = `${route.method} ${route.path} → ${answer.status} ${answer.code}`;
      const anew = BEGIN_ANEW[`${route.method} ${route.path}`];
      const namesRecord = route.path.includes(":") && anew === undefined;
      if (anew !== undefined && answer.code !== anew) wrong.push(`${name}: should be ${anew}`);
      else if (namesRecord && answer.status !== 404) wrong.push(`${name}: should be 404`);
      else if (answer.status >= 500) wrong.push(`${name}: ${answer.text.slice(0, 300)}`);
      // What the caller sent himself may come back in a refusal; an answer may not hold it at all.
      const sent = `${path} ${JSON.stringify(body ?? {})}`;
      const told = secrets.filter((id) => answer.text.includes(id) && (answer.status < 300 || !sent.includes(id)));
      if (told.length > 0) wrong.push(`${name}: tells ${told.join(", ")}`);
    }
    expect(wrong).toEqual([]);
    expect(await digest()).toEqual(before);
  });
});
