import type { SettingValues } from "../../../couriers/kit/index.ts";
import type { Instant } from "../../kernel/index.ts";
import { json, sql, type Tx } from "../../platform/db.ts";
import type { ShippingProviderId } from "../provider.ts";
import type { AccountState, CourierAccount } from "./account.ts";

const accounts = sql`
  select a.shipping_provider_id as "providerId", p.code, p.name, a.courier, a.base_url as "baseUrl", a.fields, a.settings,
    a.credentials_version as "credentialsVersion", a.state, a.broken_reason as "brokenReason", a.connected_at as "connectedAt",
    a.connected_by as "connectedBy", a.set_at as "setAt", a.set_by as "setBy"
  from godown.courier_account a join godown.shipping_provider p using (tenant_id, shipping_provider_id)`;

export function findAccount(tx: Tx, providerId: ShippingProviderId): Promise<CourierAccount | undefined> {
  return tx.first(sql<CourierAccount>`
    ${accounts} where a.tenant_id = ${tx.tenantId} and a.shipping_provider_id = ${providerId}`);
}

export function lockAccount(tx: Tx, providerId: ShippingProviderId): Promise<CourierAccount | undefined> {
  return tx.first(sql<CourierAccount>`
    ${accounts} where a.tenant_id = ${tx.tenantId} and a.shipping_provider_id = ${providerId} for no key update of a`);
}

/** Every account of the tenant, by the provider's code. */
export function allAccounts(tx: Tx): Promise<CourierAccount[]> {
  return tx.run(sql<CourierAccount>`${accounts} where a.tenant_id = ${tx.tenantId} order by p.code`);
}

export interface StoredSecret {
  readonly name: string;
  readonly sealed: Buffer;
}

export function readSecrets(tx: Tx, providerId: ShippingProviderId): Promise<StoredSecret[]> {
  return tx.run(sql<StoredSecret>`
    select name, sealed from godown.courier_secret
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId} order by name`);
}

export interface NewAccount {
  readonly providerId: ShippingProviderId;
  readonly courier: string;
  readonly baseUrl: string | null;
  readonly fields: Readonly<Record<string, string>>;
  readonly settings: SettingValues;
  readonly credentialsVersion: string;
  readonly state: AccountState;
  readonly secrets: readonly StoredSecret[];
  /** Names of secrets that stay: another kind of API has none of the former's. */
  readonly keptSecrets: readonly string[];
  readonly by: string;
}

/** Writes an account with its new secrets; those that are neither new nor kept are forgotten. */
export async function saveAccount(tx: Tx, a: NewAccount, at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.courier_account (tenant_id, shipping_provider_id, courier, base_url, fields, settings, credentials_version, state, set_at, set_by)
    values (${tx.tenantId}, ${a.providerId}, ${a.courier}, ${a.baseUrl}, ${json(a.fields)}, ${json(a.settings)}, ${a.credentialsVersion}, 'NOT_CONNECTED', ${at}, ${a.by})
    on conflict (tenant_id, shipping_provider_id) do update set courier = excluded.courier, base_url = excluded.base_url, fields = excluded.fields,
      settings = excluded.settings, credentials_version = excluded.credentials_version, state = ${a.state},
      broken_reason = case when ${a.state} = 'BROKEN' then godown.courier_account.broken_reason end, set_at = excluded.set_at, set_by = excluded.set_by`);
  await tx.run(sql`
    delete from godown.courier_secret where tenant_id = ${tx.tenantId} and shipping_provider_id = ${a.providerId} and name <> all(${a.keptSecrets}::text[])`);
  for (const { name, sealed } of a.secrets)
    await tx.run(sql`
      insert into godown.courier_secret (tenant_id, shipping_provider_id, name, sealed, set_at, set_by)
      values (${tx.tenantId}, ${a.providerId}, ${name}, ${sealed}, ${at}, ${a.by})
      on conflict (tenant_id, shipping_provider_id, name) do update set sealed = excluded.sealed, set_at = excluded.set_at, set_by = excluded.set_by`);
}

export async function setAccountState(
  tx: Tx,
  providerId: ShippingProviderId,
  change: {
    readonly state: AccountState;
    readonly brokenReason: string | null;
    readonly by?: string;
    readonly at?: Instant;
  },
): Promise<void> {
  await tx.run(sql`
    update godown.courier_account set state = ${change.state}, broken_reason = ${change.brokenReason},
      connected_at = coalesce(${change.at ?? null}::timestamptz, connected_at), connected_by = coalesce(${change.by ?? null}, connected_by)
    where tenant_id = ${tx.tenantId} and shipping_provider_id = ${providerId}`);
}
