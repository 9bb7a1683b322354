import type { ExchangeRecord, PortalAccount, PortalOutcome } from "../../connectors/kit/index.ts";
import { audit } from "../identity/index.ts";
import { newId, ok, type Result, refuse, type TenantId } from "../kernel/index.ts";
import type { Ctx } from "../platform/context.ts";
import { enqueue } from "../platform/jobs.ts";
import { Secret } from "../platform/secret.ts";
import type { Vault } from "../platform/vault.ts";
import { parseGstin } from "../warehouse/index.ts";
import type { AccountRow } from "./account.store.ts";
import * as accounts from "./account.store.ts";
import { askPortalJob } from "./definitions.ts";
import { insertExchanges } from "./exchange.store.ts";
import { invoicePortal } from "./portal.ts";
import { wakeAll } from "./store.ts";

const CONTROL = /\p{Cc}/u;

const purposeOf = (tenantId: TenantId, gstin: string, name: "clientSecret" | "password") =>
  `e-invoice:${tenantId}:${gstin}:${name}`;

/** Credentials as the portal is asked with them. */
export function openAccount(vault: Vault, tenantId: TenantId, row: AccountRow): PortalAccount {
  const { gstin, clientId, username, credentialsVersion } = row;
  return {
    ...{ gstin, clientId, username, credentialsVersion },
    clientSecret: vault.open(row.clientSecret, purposeOf(tenantId, gstin, "clientSecret")).reveal(),
    password: vault.open(row.password, purposeOf(tenantId, gstin, "password")).reveal(),
  };
}

export interface Credentials {
  readonly gstin: string;
  readonly clientId: string;
  /** Empty: the stored one stays. */
  readonly clientSecret: string;
  readonly username: string;
  /** Empty: the stored one stays. */
  readonly password: string;
}

/**
 * Stores the user of a registration at the portal: secrets sealed and never shown again. What waited for other credentials,
 * or for its time, is asked for at once. Refusals: those of `parseGstin`, EINVOICE_CREDENTIALS.
 */
export function saveAccount(
  ctx: Ctx,
  given: Credentials,
  options: { readonly sandbox: boolean },
): Promise<Result<{ readonly gstin: string; readonly woken: number }>> {
  return ctx.db.transaction(ctx.tenantId, async (tx) => {
    const parsed = parseGstin(given.gstin, options);
    if (!parsed.ok) return parsed;
    const gstin = parsed.value.text;
    const before = await accounts.lockAccount(tx, gstin);
    const texts = { "client id": given.clientId, user: given.username };
    const secrets = { "client secret": given.clientSecret, password: given.password };
    const faults = [
      ...Object.entries(texts).flatMap(([name, text]) => (text.trim() === "" ? [`${name} is empty`] : [])),
      ...Object.entries(secrets).flatMap(([name, text]) =>
        text === "" && before === undefined ? [`${name} is empty`] : [],
      ),
      ...Object.entries({ ...texts, ...secrets }).flatMap(([name, text]) =>
        CONTROL.test(text) ? [`${name} has a character that cannot be seen`] : [],
      ),
    ];
    if (faults.length > 0) return refuse("EINVOICE_CREDENTIALS", { gstin, detail: faults.join("; ") });
    const seal = (name: "clientSecret" | "password", text: string) =>
      text === "" && before !== undefined
        ? before[name]
        : ctx.vault.seal(new Secret(text), purposeOf(ctx.tenantId, gstin, name));
    const account = {
      ...{ gstin, clientId: given.clientId.trim(), username: given.username.trim() },
      clientSecret: seal("clientSecret", given.clientSecret),
      password: seal("password", given.password),
      credentialsVersion: newId<"Credentials">(),
      by: ctx.actor.name,
    };
    await accounts.saveAccount(tx, account, ctx.now);
    await audit(tx, ctx, {
      action: "e-invoice.account_saved",
      recordType: "e_invoice_account",
      recordId: gstin,
      recordCode: gstin,
      before: before === undefined ? null : { clientId: before.clientId, username: before.username },
      after: {
        ...{ clientId: account.clientId, username: account.username },
        ...{ secretsChanged: given.clientSecret !== "" || given.password !== "" },
      },
    });
    const woken = await wakeAll(tx, gstin, ctx.now);
    if (woken > 0) await enqueue(tx, askPortalJob, { gstin });
    return ok({ gstin, woken });
  });
}

/**
 * Begins a session with the portal: are the stored credentials taken? What it says is kept beside them.
 * Refusals: NOT_FOUND, EINVOICE_PORTAL_NOT_SET, EINVOICE_SESSION with the portal's code and words.
 */
export async function verifyAccount(ctx: Ctx, gstin: string): Promise<Result<{ readonly goodUntil: string }>> {
  const row = await ctx.db.read(ctx.tenantId, (tx) => accounts.readAccount(tx, gstin));
  if (row === undefined) return refuse("NOT_FOUND", { what: "e-invoice user", id: gstin });
  const portal = invoicePortal();
  if (portal === null) return refuse("EINVOICE_PORTAL_NOT_SET", { number: gstin });
  const records: ExchangeRecord[] = [];
  const onExchange = (record: ExchangeRecord) => void records.push(record);
  const begun = await portal.begin({ ...openAccount(ctx.vault, ctx.tenantId, row), onExchange });
  const now = ctx.clock.now();
  await ctx.db.transaction(ctx.tenantId, async (tx) => {
    await insertExchanges(tx, { gstin, eInvoiceId: null }, records);
    const verdict = verdictOf(begun);
    if (verdict !== null) await accounts.judgeAccount(tx, row, verdict, now);
    if (begun.ok && (await wakeAll(tx, gstin, now)) > 0) await enqueue(tx, askPortalJob, { gstin });
    return ok();
  });
  if (begun.ok) return ok({ goodUntil: begun.value.goodUntil.toString() });
  const { words, whatToDo, channelMessage } = begun.failure;
  return refuse("EINVOICE_SESSION", { gstin, words, said: channelMessage ?? "nothing", whatToDo });
}

/** Null: a portal that does not answer says nothing about credentials. */
function verdictOf(begun: PortalOutcome<unknown>): Parameters<typeof accounts.judgeAccount>[2] | null {
  if (begun.ok) return { state: "ACCEPTED" };
  const { advice, channelCode, faults, words, whatToDo } = begun.failure;
  if (advice !== "ACCOUNT") return null;
  return { state: "REFUSED", advice, code: channelCode ?? null, faults, words, whatToDo };
}
