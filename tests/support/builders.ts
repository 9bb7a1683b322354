import { createHash } from "node:crypto";
import { type FacilityId, newId, type SkuId, type TenantId, type UserId } from "../../src/kernel/index.ts";
import { type Db, sql } from "../../src/platform/db.ts";
import type { Principal } from "../../src/platform/http/server.ts";
import { TEST_MORNING } from "./database.ts";

let count = 0;

/** A number that no other builder of this test file got: codes made from it never collide. */
export function next(): number {
  count += 1;
  return count;
}

/** A tenant that is live, STANDARD and empty. */
export async function aTenant(
  db: Db,
  over: {
    code?: string;
    name?: string;
    edition?: "STANDARD" | "PROFESSIONAL" | "ENTERPRISE";
    live?: boolean;
    sandbox?: boolean;
  } = {},
): Promise<TenantId> {
  const tenantId = newId<"Tenant">();
  const n = next();
  const live = over.live ?? true;
  await db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.tenant (tenant_id, code, name, edition, live, sandbox, created_at, live_at)
      values (${tenantId}, ${over.code ?? `tenant-${n}-${tenantId.slice(-6)}`}, ${over.name ?? `Tenant ${n}`},
        ${over.edition ?? "STANDARD"}, ${live}, ${over.sandbox ?? true}, ${TEST_MORNING}, ${live ? TEST_MORNING : null})`),
  );
  return tenantId;
}

/** A facility in Bengaluru with a DEFAULT shelf, and no GSTIN unless one is given (it must be of the state). */
export async function aFacility(
  db: Db,
  tenantId: TenantId,
  over: {
    code?: string;
    name?: string;
    stateCode?: string;
    pincode?: string;
    city?: string;
    gstin?: string | null;
    enabled?: boolean;
  } = {},
): Promise<FacilityId> {
  const facilityId = newId<"Facility">();
  const code = over.code ?? `WH${next()}`;
  await db.transaction(tenantId, async (tx) => {
    await tx.run(sql`
      insert into godown.facility (tenant_id, facility_id, code, name, line1, city, state_code, pincode, gstin, legal_name, enabled, created_at)
      values (${tenantId}, ${facilityId}, ${code}, ${over.name ?? `Warehouse ${code}`}, '1 Hosur Road', ${over.city ?? "Bengaluru"},
        ${over.stateCode ?? "29"}, ${over.pincode ?? "560068"}, ${over.gstin ?? null}, 'Test Traders', ${over.enabled ?? true}, ${TEST_MORNING})`);
    await tx.run(sql`
      insert into godown.shelf (tenant_id, shelf_id, facility_id, code)
      values (${tenantId}, ${newId()}, ${facilityId}, 'DEFAULT')`);
  });
  return facilityId;
}

/** An enabled SKU of 300 g without tax class, unless one is given. */
export async function aSku(
  db: Db,
  tenantId: TenantId,
  over: { code?: string; name?: string; hsn?: string; taxClassId?: string; mrpPaise?: number; enabled?: boolean } = {},
): Promise<SkuId> {
  const skuId = newId<"Sku">();
  const code = over.code ?? `SKU-${next()}`;
  await db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.sku (tenant_id, sku_id, code, name, hsn, tax_class_id, mrp_paise, weight_grams, length_mm, width_mm, height_mm, enabled, created_at, updated_at)
      values (${tenantId}, ${skuId}, ${code}, ${over.name ?? `Item ${code}`}, ${over.hsn ?? "62046200"}, ${over.taxClassId ?? null},
        ${over.mrpPaise ?? 99_900}, 300, 300, 200, 50, ${over.enabled ?? true}, ${TEST_MORNING}, ${TEST_MORNING})`),
  );
  return skuId;
}

/**
 * An enabled user without password or roles, and the principal that the HTTP server would make of its login.
 * @param over.rights by right: everywhere, or in these facilities; none unless given
 */
export async function aUserPrincipal(
  db: Db,
  tenantId: TenantId,
  over: {
    username?: string;
    name?: string;
    rights?: Record<string, "all" | readonly FacilityId[]>;
    csrf?: string | null;
  } = {},
): Promise<{ userId: UserId; username: string; principal: Principal }> {
  const userId = newId<"User">();
  const username = over.username ?? `user-${next()}`;
  const name = over.name ?? `User ${username}`;
  await db.transaction(tenantId, (tx) =>
    tx.run(sql`
      insert into godown.app_user (tenant_id, user_id, username, name, state, created_at)
      values (${tenantId}, ${userId}, ${username}, ${name}, 'ENABLED', ${TEST_MORNING})`),
  );
  const principal: Principal = {
    tenantId,
    actor: { kind: "USER", id: userId, name },
    rights: new Map(Object.entries(over.rights ?? {})),
    csrf: over.csrf ?? null,
  };
  return { userId, username, principal };
}

/** A content hash of the right length, for rows that need one. */
export function aHash(text = String(next())): Buffer {
  return createHash("sha256").update(text).digest();
}
