import type { RunningSimulator } from "../../connectors/kit/simulator/index.ts";
import { setFaults } from "./channel-builders.ts";
import type { HttpClient } from "./client.ts";
import { figuresOf, orderOf } from "./marketplace-client.ts";
import type { SellerChannel } from "./seller.ts";
import { waitFor } from "./wait.ts";

interface Rows<Row> {
  rows: Row[];
  total: number;
}

export interface OrderRow {
  id: string;
  code: string;
  state: string;
  noticesPausedAt: string | null;
  heldUnits: number;
  openExceptions: number;
  items: { sku: string; quantity: number; states: string[] }[];
  packages: { id: string; code: string; state: string }[];
}

interface NoticeRow {
  noticeId: string;
  kind: string;
  packageState: string | null;
  state: string;
  message: string | null;
}

interface ExceptionRow {
  id: string;
  kind: string;
  message: string;
  choices: { code: string }[];
}

/** What the simulator wrote down of a call about an order. */
export interface Received {
  orderId: string;
  statuses?: string[];
  outcome: string;
  [member: string]: unknown;
}

/** One seller's channel as a story tells it: the marketplace on one side, a person at the screens on the other. */
export class Story {
  readonly sim: RunningSimulator;
  readonly client: HttpClient;
  readonly channel: SellerChannel;

  constructor(sim: RunningSimulator, client: HttpClient, channel: SellerChannel) {
    this.sim = sim;
    this.client = client;
    this.channel = channel;
  }

  /** A shopper buys; the marketplace pushes the order. */
  async place(
    items: readonly { sku: string; quantity?: number }[],
    over: Record<string, unknown> = {},
  ): Promise<string> {
    const wish = { seller: this.channel.username, items, paymentType: "PREPAID", ...over };
    const { id, pushed } = await this.sim.placeOrder(wish);
    if (over.push !== false && pushed?.status !== 200)
      throw new Error(`the push is answered: ${JSON.stringify(pushed)}`);
    return id;
  }

  /** Something happens on the marketplace's side. */
  async act(
    id: string,
    action: "cancel" | "deliver" | "rto" | "return",
    wish: object = {},
  ): Promise<{ body: unknown }> {
    const answer = await fetch(`${this.sim.url}/_sim/orders/${id}/${action}`, {
      method: "POST",
      body: JSON.stringify(wish),
    });
    if (!answer.ok) throw new Error(`${action} at the simulator: ${await answer.text()}`);
    const { pushed } = (await answer.json()) as { pushed: { body: unknown } | null };
    return { body: pushed?.body ?? null };
  }

  faults(wish: Record<string, unknown> | Record<string, unknown>[] | null): Promise<void> {
    return setFaults(this.sim, wish as Record<string, unknown> | null);
  }

  async find(id: string): Promise<OrderRow | undefined> {
    const { rows } = await this.client.must<Rows<OrderRow>>("GET", `/orders?tab=all&search=${id}`);
    return rows.find((row) => row.code === id);
  }

  async order(id: string): Promise<OrderRow> {
    return waitFor(`order ${id} to be here`, () => this.find(id));
  }

  /** Waits until all units of the order stand in one of these states. */
  units(id: string, ...states: string[]): Promise<OrderRow> {
    return waitFor(`the units of ${id} to be ${states.join(" or ")}`, async () => {
      const order = await this.find(id);
      return order?.items.every((item) => item.states.every((state) => states.includes(state))) && order;
    });
  }

  async packages(id: string): Promise<OrderRow["packages"]> {
    return (await this.order(id)).packages.filter((p) => p.state !== "CANCELLED");
  }

  /** Invoice → label → manifest → closed, each as the screens do it. */
  async handOver(id: string): Promise<void> {
    await this.units(id, "FULFILLABLE");
    await this.pack(id);
    await this.close(id);
  }

  async pack(id: string): Promise<void> {
    const ids = (await this.packages(id)).map((p) => p.id);
    for (const step of ["invoice", "label"]) {
      const { results } = await this.client.must<{ results: { outcome: string; refusal: unknown }[] }>(
        "POST",
        `/shipments/${step}`,
        { ids },
      );
      const bad = results.filter((result) => result.outcome === "FAILED");
      if (bad.length > 0 || results.length !== ids.length) throw new Error(`${step}: ${JSON.stringify(results)}`);
    }
  }

  async close(id: string): Promise<void> {
    const packageIds = (await this.packages(id)).map((p) => p.id);
    const added = await this.client.must<{ manifests: { manifestId: string }[]; refused: unknown[] }>(
      "POST",
      "/manifests/add",
      { packageIds },
    );
    if (added.refused.length > 0) throw new Error(`onto the manifest: ${JSON.stringify(added.refused)}`);
    for (const { manifestId } of added.manifests) await this.client.must("POST", `/manifests/${manifestId}/close`);
  }

  shipment(code: string) {
    return this.client.must<{ state: string; awb: string; invoiceNumber: string; issuedOn: string; courier: string }>(
      "GET",
      `/shipments/${code}`,
    );
  }

  /** Asks the marketplace for its statuses now, and waits for the run's end. */
  async sync(kind: "ORDERS" | "STATUS_CANCELLED" | "STATUS_DELIVERED" | "NOTIFICATIONS" | "DISPATCH"): Promise<void> {
    const { syncRunId } = await this.client.must<{ syncRunId: string }>(
      "POST",
      `/channels/${this.channel.channelId}/syncs/${kind}/run`,
    );
    await waitFor(`the run of ${kind} to end`, async () => {
      const run = await this.client.must<{ state: string }>("GET", `/sync-runs/${syncRunId}`);
      return run.state !== "RUNNING" && run.state !== "QUEUED";
    });
  }

  received(kind: "notifications" | "dispatches" | "cancellations", id: string): Received[] {
    return (this.sim.state()[kind] as Received[]).filter((entry) => entry.orderId === id);
  }

  /** States that the marketplace was told of an order, in the order in which they came. */
  told(id: string): string[] {
    return this.received("notifications", id).flatMap((entry) => entry.statuses ?? []);
  }

  at(id: string) {
    return orderOf(this.sim, id);
  }

  figure(productId: string): number | undefined {
    return figuresOf(this.sim, this.channel, productId).at(-1)?.quantity;
  }

  async notices(id: string): Promise<NoticeRow[]> {
    const order = await this.order(id);
    return (await this.client.must<Rows<NoticeRow>>("GET", `/channel-notices?saleOrderId=${order.id}&sort=seq`)).rows;
  }

  /** What is to be told of an order and what came of it: "PACKED SENT". */
  async stand(id: string): Promise<string[]> {
    return (await this.notices(id)).map((notice) => `${notice.packageState ?? notice.kind} ${notice.state}`);
  }

  /** Waits until nothing is left to be told: a fault that is set now strikes what comes, not what was under way. */
  async quiet(): Promise<void> {
    const url = `/channel-notices?channelId=${this.channel.channelId}&state=PENDING&limit=1`;
    await waitFor("every notification to be settled", async () => {
      return (await this.client.must<Rows<unknown>>("GET", url)).total === 0;
    });
  }

  exceptions(id: string): Promise<ExceptionRow[]> {
    return this.client
      .must<Rows<ExceptionRow & { orderCode: string | null }>>("GET", `/exceptions?tab=open&search=${id}`)
      .then(({ rows }) => rows.filter((row) => row.orderCode === id));
  }

  summary() {
    return this.client.must<{
      channel: { state: string };
      blocked: string[];
      notify: { on: boolean; notSent: number; warning: string | null };
      cards: { kind: string; state: string; notSent: number; failed: number; waiting: number }[];
    }>("GET", `/channels/${this.channel.channelId}`);
  }
}
