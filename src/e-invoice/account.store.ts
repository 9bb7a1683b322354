import type { Instant } from "../kernel/index.ts";
import { sql, type Tx } from "../platform/db.ts";
import type { Told } from "./store.ts";

export type AccountState = "UNTRIED" | "ACCEPTED" | "REFUSED";

/** The user of a registration at the portal; secrets as they lie in the database, sealed. */
export interface AccountRow {
  readonly gstin: string;
  readonly clientId: string;
  readonly clientSecret: Buffer;
  readonly username: string;
  readonly password: Buffer;
  readonly credentialsVersion: string;
  readonly state: AccountState;
  readonly code: string | null;
  readonly words: string | null;
  readonly whatToDo: string | null;
  readonly askingAs: string | null;
  readonly askingUntil: Instant | null;
}

const columns = sql`gstin, client_id as "clientId", client_secret as "clientSecret", username, password, credentials_version as "credentialsVersion",
  state, code, words, what_to_do as "whatToDo", asking_as as "askingAs", asking_until as "askingUntil"`;

export function readAccount(tx: Tx, gstin: string): Promise<AccountRow | undefined> {
  return tx.first(sql<AccountRow>`
    select ${columns} from godown.e_invoice_account where tenant_id = ${tx.tenantId} and gstin = ${gstin}`);
}

/** The account, locked: always before its documents, so that two processes never wait for each other in a ring. */
export function lockAccount(tx: Tx, gstin: string): Promise<AccountRow | undefined> {
  return tx.first(sql<AccountRow>`
    select ${columns} from godown.e_invoice_account where tenant_id = ${tx.tenantId} and gstin = ${gstin} for no key update`);
}

export interface NewCredentials
  extends Pick<AccountRow, "gstin" | "clientId" | "clientSecret" | "username" | "password" | "credentialsVersion"> {
  readonly by: string;
}

/** Stores credentials: nothing is known of them yet. */
export async function saveAccount(tx: Tx, a: NewCredentials, at: Instant): Promise<void> {
  await tx.run(sql`
    insert into godown.e_invoice_account (tenant_id, gstin, client_id, client_secret, username, password, credentials_version, state, set_at, set_by)
    values (${tx.tenantId}, ${a.gstin}, ${a.clientId}, ${a.clientSecret}, ${a.username}, ${a.password}, ${a.credentialsVersion}, 'UNTRIED', ${at}, ${a.by})
    on conflict (tenant_id, gstin) do update set client_id = excluded.client_id, client_secret = excluded.client_secret, username = excluded.username,
      password = excluded.password, credentials_version = excluded.credentials_version, state = 'UNTRIED', code = null, words = null, what_to_do = null,
      checked_at = null, set_at = excluded.set_at, set_by = excluded.set_by`);
}

/** What the portal said to credentials; nothing where they were replaced meanwhile. */
export async function judgeAccount(
  tx: Tx,
  of: { readonly gstin: string; readonly credentialsVersion: string },
  verdict: { readonly state: "ACCEPTED" } | ({ readonly state: "REFUSED" } & Told),
  at: Instant,
): Promise<boolean> {
  const told = verdict.state === "REFUSED" ? verdict : null;
  const changed = await tx.count(sql`
    update godown.e_invoice_account set state = ${verdict.state}, code = ${told?.code ?? null}, words = ${told?.words ?? null},
      what_to_do = ${told?.whatToDo ?? null}, checked_at = ${at}
    where tenant_id = ${tx.tenantId} and gstin = ${of.gstin} and credentials_version = ${of.credentialsVersion}`);
  return changed === 1;
}

/** Takes the right to speak to the portal for a registration until a moment. */
export async function claimAccount(tx: Tx, gstin: string, claim: { as: string; until: Instant }): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice_account set asking_as = ${claim.as}, asking_until = ${claim.until}
    where tenant_id = ${tx.tenantId} and gstin = ${gstin}`);
}

/** Gives the right back, where it was not taken by somebody else after its time. */
export async function releaseAccount(tx: Tx, gstin: string, as: string): Promise<void> {
  await tx.run(sql`
    update godown.e_invoice_account set asking_as = null, asking_until = null
    where tenant_id = ${tx.tenantId} and gstin = ${gstin} and asking_as = ${as}`);
}
