import { setTimeout as pause } from "node:timers/promises";
import type { Random, RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import type { HttpClient } from "../support/client.ts";
import { type PlacedOrder, placeQuietly, push } from "../support/marketplace-client.ts";
import type { OnlineSeller, SellerChannel } from "../support/seller.ts";
import { waitFor } from "../support/wait.ts";

/** What the outside was promised. It lives here, in a process that is never killed. */
export interface Kept {
  /** Orders that were acknowledged, with their units. */
  readonly orders: Map<string, number>;
  /** Orders that were pushed and given up after a lost answer. */
  readonly unanswered: Set<string>;
  /** Invoice numbers that were answered, by package code. */
  readonly invoices: Map<string, string>;
  /** What should never be answered: a refusal of a good order, a package invoiced under two numbers. */
  readonly wrongs: string[];
}

export interface Load {
  readonly kept: Kept;
  stop(): Promise<void>;
}

interface LoadOptions {
  readonly sim: RunningSimulator;
  readonly baseUrl: string;
  /** Logged in as who may invoice. */
  readonly client: HttpClient;
  readonly seller: OnlineSeller;
  readonly skus: readonly string[];
  readonly random: Random;
}

const PUSHERS = 8;
/** Between orders of one pusher: a brisk marketplace, and little enough that no queue grows through the run. */
const PUSH_PAUSE_MS = 120;
const INVOICE_PAUSE_MS = 100;
const INVOICES_AT_ONCE = 8;
const AGAIN_PAUSE_MS = 100;
const AGAIN_MAX_MS = 60_000;
/** How often a marketplace gives up after a lost answer; otherwise it pushes the same order again until it is answered. */
const GIVES_UP_RATE = 0.05;

/** Pushes orders and invoices packages until it is stopped, and keeps what was acknowledged. */
export function startLoad(options: LoadOptions): Load {
  const kept: Kept = { orders: new Map(), unanswered: new Set(), invoices: new Map(), wrongs: [] };
  const ended = new AbortController();
  const going = () => !ended.signal.aborted;
  const workers = [
    ...Array.from({ length: PUSHERS }, (_, i) => pushOrders(options, kept, i, going)),
    invoicePackages(options, kept, going),
  ];
  // A worker that throws is a fault of the run, told by stop(); until then it must not end the process.
  const all = Promise.allSettled(workers);
  return {
    kept,
    stop: async () => {
      ended.abort();
      for (const outcome of await all) if (outcome.status === "rejected") kept.wrongs.push(String(outcome.reason));
    },
  };
}

async function pushOrders(options: LoadOptions, kept: Kept, no: number, going: () => boolean): Promise<void> {
  const { sim, seller, random, skus } = options;
  for (let n = no; going(); n += PUSHERS) {
    const channel = seller.channels[n % seller.channels.length];
    const sku = random.pick(skus);
    if (!channel || sku === undefined) throw new Error("the seller has channels and products");
    const quantity = random.integer(1, 2);
    await pushUntilSettled(options, kept, channel, await placeQuietly(sim, channel, [{ sku, quantity }]), quantity);
    await pause(PUSH_PAUSE_MS);
  }
}

async function pushUntilSettled(
  { baseUrl, random }: LoadOptions,
  kept: Kept,
  channel: SellerChannel,
  order: PlacedOrder,
  quantity: number,
): Promise<void> {
  await waitFor(
    `order ${order.id} to be answered`,
    async () => {
      const answer = await push(baseUrl, channel, order);
      if (answer.kind === "acknowledged") {
        kept.orders.set(order.id, quantity);
        kept.unanswered.delete(order.id);
        return true;
      }
      if (answer.kind === "refused" && answer.status < 500) {
        kept.wrongs.push(`order ${order.id} was answered ${answer.status}: ${answer.message}`);
        return true;
      }
      kept.unanswered.add(order.id); // nobody knows whether it was taken
      if (random.chance(GIVES_UP_RATE)) return true;
      await pause(AGAIN_PAUSE_MS);
      return false;
    },
    AGAIN_MAX_MS,
  );
}

interface Shipment {
  shippingPackageId: string;
}
interface Invoiced {
  results: { code: string; outcome: string; invoiceNumber: string | null }[];
}

/** Invoices what is packed and waits, some at a time, as a bulk action of the screens does. */
async function invoicePackages({ client }: LoadOptions, kept: Kept, going: () => boolean): Promise<void> {
  while (going()) {
    await pause(INVOICE_PAUSE_MS);
    const answer = await client
      .api<{ rows: Shipment[] }>("GET", `/shipments?tab=new&limit=${INVOICES_AT_ONCE}`)
      .catch(() => undefined); // killed at this moment: tried again
    const ids = answer?.status === 200 ? answer.json.rows.map((row) => row.shippingPackageId) : [];
    if (ids.length === 0) continue;
    const told = await client.api<Invoiced>("POST", "/shipments/invoice", { ids }).catch(() => undefined);
    if (told === undefined || told.status >= 500) continue;
    if (told.status !== 200) kept.wrongs.push(`invoicing was answered ${told.status}: ${told.text.slice(0, 300)}`);
    else for (const { code, invoiceNumber } of told.json.results) keepInvoice(kept, code, invoiceNumber);
  }
}

function keepInvoice(kept: Kept, packageCode: string, number: string | null): void {
  if (number === null) return;
  const before = kept.invoices.get(packageCode);
  if (before !== undefined && before !== number)
    kept.wrongs.push(`package ${packageCode} was answered with the numbers ${before} and ${number}`);
  kept.invoices.set(packageCode, number);
}
