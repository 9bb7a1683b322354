import { DEMO_ACCOUNT, type RunningNicSimulator, startNicSimulator } from "../../../connectors/nic/simulator/index.ts";
import { configureChannel } from "../../channels/index.ts";
import { listAccounts, saveAccount } from "../../e-invoice/index.ts";
import { must } from "../../kernel/index.ts";
import type { Config } from "../../platform/config.ts";
import type { Ctx } from "../../platform/context.ts";
import { demoChannels } from "./demo.store.ts";

/** The channel of the demo whose invoices are reported: AJIO buys each of its orders, under its own GSTIN. */
const REPORTING_CHANNEL = "AJIO_Dropship_1";

/** A simulated portal of the demo's own, unless the operator has set one. Its memory ends with the process. */
export async function startPortal(config: Config): Promise<RunningNicSimulator | null> {
  return config.invoicePortal === null ? startNicSimulator({ accounts: [] }) : null;
}

/** The configuration with the demo's portal in it. */
export function withPortal(config: Config, portal: RunningNicSimulator | null): Config {
  if (portal === null) return config;
  const { encryption: key, signing } = portal.keys;
  return { ...config, invoicePortal: { url: portal.url, key, signingKeys: [signing], paths: {} } };
}

/** Lets the demo's registrations report: users at the portal at the first start, and a channel that has e-invoicing on. */
export async function openEInvoicing(ctx: Ctx, portal: RunningNicSimulator | null): Promise<void> {
  if (portal === null) return;
  const { clientId, clientSecret, username, password } = DEMO_ACCOUNT;
  const accounts = await ctx.db.read(ctx.tenantId, (tx) => listAccounts(tx));
  for (const { gstin, entered } of accounts) {
    portal.addAccount({ gstin, clientId, clientSecret, username, password });
    if (!entered)
      must(await saveAccount(ctx, { gstin, clientId, clientSecret, username, password }, { sandbox: true }));
  }
  if (accounts.some(({ entered }) => entered)) return; // a later start: what a visitor has chosen since stays
  const channel = (await demoChannels(ctx, ctx.tenantId)).find(({ code }) => code === REPORTING_CHANNEL);
  if (channel !== undefined) must(await configureChannel(ctx, channel.channelId, { gstEInvoicing: "YES" }));
}
