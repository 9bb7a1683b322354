import { timingSafeEqual } from "node:crypto";
import { type Instant, ok, type Result, refuse } from "../kernel/index.ts";
import type { Services } from "../platform/context.ts";
import { digest, newToken } from "../platform/vault.ts";
import { type CreatedTenant, createTenant, type InNewTenant, type NewTenant } from "./create-tenant.ts";
import { type FirstRunLink, lockFirstRun, NO_TENANT, readFirstRun, saveFirstRun } from "./store.ts";

const LINK_HOURS = 24;

/**
 * The address that sets up an installation without any tenant, or null where there is one. Each start makes a new link
 * and ends the former: it is printed where only the operator reads, and kept as a hash.
 */
export async function ensureFirstRunLink(services: Services): Promise<string | null> {
  if ((await services.db.tenants()).length > 0) return null;
  const token = newToken();
  const now = services.clock.now();
  await services.db.transaction(NO_TENANT, (tx) =>
    saveFirstRun(tx, { tokenHash: digest(token), now, expiresAt: now.add({ hours: LINK_HOURS }) }),
  );
  return `${services.publicUrl}/first-run/${token}`;
}

/** May this link set up the installation? Says until when. */
export async function checkFirstRun(services: Services, token: string): Promise<Result<{ expiresAt: Instant }>> {
  if ((await services.db.tenants()).length > 0) return refuse("FIRST_RUN_OVER");
  return decideLink(await services.db.read(NO_TENANT, readFirstRun), token, services.clock.now());
}

/** Is anybody set up yet? For the log-in page, which otherwise could only say "wrong password". */
export async function firstRunIsNeeded(services: Services): Promise<boolean> {
  return (await services.db.tenants()).length === 0;
}

/**
 * Makes tenant, administrator, facility and series in one transaction: all of it or nothing, once per installation.
 * @param makeFacility writes what belongs to modules that stand to the right of this one; its refusal undoes the rest
 */
export async function firstRun(
  services: Services,
  input: NewTenant & { readonly token: string },
  makeFacility: InNewTenant,
  requestId?: string,
): Promise<Result<CreatedTenant>> {
  const checked = await checkFirstRun(services, input.token);
  if (!checked.ok) return checked;
  return createTenant(services, input, {
    // The link's row stays locked to the end: of two who use the link at once, the second finds it used.
    before: async (tx, ctx) => decideLink(await lockFirstRun(tx), input.token, ctx.now),
    after: makeFacility,
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function decideLink(link: FirstRunLink | undefined, token: string, now: Instant): Result<{ expiresAt: Instant }> {
  if (!link || !timingSafeEqual(link.tokenHash, digest(token))) return refuse("FIRST_RUN_LINK_NOT_VALID");
  if (link.usedAt !== null || Temporal.Instant.compare(link.expiresAt, now) <= 0)
    return refuse("FIRST_RUN_LINK_NOT_VALID");
  return ok({ expiresAt: link.expiresAt });
}
