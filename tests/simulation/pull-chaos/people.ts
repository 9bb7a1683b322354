/** The people of the warehouse: what a round of work is, done by the calls of the screens. */
import type { HttpAnswer, HttpClient } from "../../support/client.ts";
import { waitFor } from "../../support/wait.ts";
import type { Market } from "./market.ts";
import type { Fate, Plan, PlannedOrder } from "./plan.ts";
import { type ChaosChannel, connect, type Scene } from "./scene.ts";

const RUN_MAX_MS = 90_000;
const AT_ONCE = 20; // more become long work
const PAGE = 200;
const PAGES_MAX = 100;

export type SyncKind = "ORDERS" | "PENDENCY" | "STATUS_CANCELLED" | "STATUS_DELIVERED" | "INVENTORY";

export interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly total: number;
  readonly nextCursor: string | null;
}

/** All rows of a list, page by page. */
export async function allRows<Row>(client: HttpClient, path: string): Promise<Row[]> {
  const rows: Row[] = [];
  let cursor: string | null = "0";
  for (let page = 0; cursor !== null && page < PAGES_MAX; page++) {
    const link: string = `${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}&cursor=${cursor}`;
    const answer: Rows<Row> = await client.must<Rows<Row>>("GET", link);
    rows.push(...answer.rows);
    cursor = answer.nextCursor;
  }
  return rows;
}

export interface Parcel {
  readonly shippingPackageId: string;
  readonly code: string;
  readonly orderCode: string;
  readonly channelId: string;
  readonly onHold: boolean;
}

interface StepResult {
  readonly shippingPackageId: string;
  readonly outcome: "DONE" | "UNCHANGED" | "WAITING" | "FAILED";
  readonly refusal: { readonly code: string; readonly message: string } | null;
}

interface OrderDetail {
  readonly units: readonly { readonly id: string; readonly line: string; readonly state: string }[];
}

interface Doubt {
  readonly id: string;
  readonly kind: string;
  readonly orderCode: string | null;
  readonly choices: readonly { readonly code: string }[];
}

/** What a person does about each doubt, whenever it is met. */
const CHOICES: Readonly<Record<string, string>> = {
  CHANNEL_CANCEL_TOO_LATE: "CANCEL_HERE",
  SELLER_CANCEL_REFUSED: "GO_ON",
  UNKNOWN_STATUS: "DISMISS",
  DELIVERED_WITHOUT_DISPATCH: "DISMISS",
  RETURN_WITHOUT_DISPATCH: "DISMISS",
};

/** A refusal has a code and words for a person; an answer without is a fault of the product. */
function mustBeSaid(what: string, { status, code, text }: HttpAnswer): void {
  if (status === 500 || (status >= 300 && code === "")) throw new Error(`${what} is answered ${status}: ${text}`);
}

export class People {
  readonly #scene: Scene;
  readonly #plan: Plan;
  readonly #market: Market;
  readonly #planned: ReadonlyMap<string, PlannedOrder>;
  /** Ids here by the marketplace's ids. */
  readonly #orderIds = new Map<string, string>();
  /** Manifests of which every list is here. */
  readonly #fetched = new Set<string>();

  constructor(scene: Scene, plan: Plan, market: Market) {
    this.#scene = scene;
    this.#plan = plan;
    this.#market = market;
    this.#planned = new Map(plan.orders.map((order) => [order.id, order]));
  }

  get #client(): HttpClient {
    return this.#scene.client;
  }

  /** Sync now on every channel that has the kind. @returns how many runs ended otherwise than well */
  async sync(kind: SyncKind): Promise<number> {
    await this.reconnect();
    const has = (channel: ChaosChannel) => kind !== "PENDENCY" || channel.source !== "OKER";
    const ended = await Promise.all(this.#scene.channels.filter(has).map((channel) => this.#syncOne(channel, kind)));
    return ended.filter((state) => state !== "DONE").length;
  }

  async #syncOne({ channelId, code }: ChaosChannel, kind: SyncKind): Promise<string> {
    const started = await this.#client.api<{ syncRunId: string }>("POST", `/channels/${channelId}/syncs/${kind}/run`);
    if (started.status === 409) return started.code; // the channel is to be connected again first
    if (started.status !== 200) throw new Error(`${kind} of ${code} begins: ${started.text}`);
    return waitFor(
      `${kind} of ${code} to end`,
      async () => {
        const run = await this.#client.must<{ state: string; finishedAt: string | null }>(
          "GET",
          `/sync-runs/${started.json.syncRunId}`,
        );
        return run.finishedAt === null ? undefined : run.state;
      },
      RUN_MAX_MS,
    );
  }

  /** Channels that a refused log-in has stopped are connected again. */
  async reconnect(): Promise<void> {
    const { channels } = await this.#client.must<{ channels: { channelId: string; state: string }[] }>(
      "GET",
      "/channels",
    );
    for (const { channelId, state } of channels) if (state !== "CONNECTED") await connect(this.#client, channelId);
  }

  async knowOrders(): Promise<void> {
    for (const row of await allRows<{ id: string; code: string }>(this.#client, "/orders?tab=all&sort=code"))
      this.#orderIds.set(row.code, row.id);
  }

  async verify(): Promise<void> {
    const waiting = await allRows<{ id: string }>(this.#client, "/orders?tab=pendingVerification&sort=code");
    const ids = waiting.map((row) => row.id);
    for (let i = 0; i < ids.length; i += PAGE)
      await this.#client.must("POST", "/orders/verify", { ids: ids.slice(i, i + PAGE) });
  }

  /** The seller's own cancellations of this round. One that the rule refuses is left alone. */
  async cancelOwn(round: number): Promise<void> {
    for (const order of this.#plan.orders) {
      const { fate } = order;
      if (fate.kind === "seller cancels" && fate.round === round) await this.#cancelOne(order, fate);
    }
  }

  async #cancelOne(order: PlannedOrder, fate: Extract<Fate, { kind: "seller cancels" }>): Promise<void> {
    const saleOrderId = this.#orderIds.get(order.id);
    if (saleOrderId === undefined) return; // not here yet: nobody can cancel what he does not see
    const reason = "Damaged on the shelf";
    const wish: { reason: string; unitIds?: string[] } = { reason };
    if (fate.line !== null) {
      const { units } = await this.#client.must<OrderDetail>("GET", `/orders/${saleOrderId}`);
      const line = `${order.id}-${fate.line + 1}`;
      const open = units.filter((unit) => unit.line === line && unit.state !== "CANCELLED").map((unit) => unit.id);
      if (open.length === 0) return;
      wish.unitIds = fate.units === null ? open : open.slice(0, fate.units);
    }
    const answer = await this.#client.api("POST", `/orders/${saleOrderId}/cancel`, wish);
    mustBeSaid(`cancelling ${order.id}`, answer);
  }

  /** Invoice and label: those whose round has come, each package's own channel asked where it makes them. */
  async pack(round: number): Promise<void> {
    await this.reconnect();
    const due = (parcel: Parcel) => (this.#planned.get(parcel.orderCode)?.packRound ?? 0) <= round && !parcel.onHold;
    await this.#step("invoice", (await this.parcels("new")).filter(due));
    await this.#step("label", (await this.parcels("packed")).filter(due));
  }

  parcels(tab: string): Promise<Parcel[]> {
    return allRows<Parcel>(this.#client, `/shipments?tab=${tab}&sort=createdAt`);
  }

  /** One person a channel: each works through his packages. */
  async #step(step: "invoice" | "label", parcels: readonly Parcel[]): Promise<void> {
    const byChannel = Map.groupBy(parcels, (parcel) => parcel.channelId);
    await Promise.all(
      [...byChannel.values()].map(async (own) => {
        for (let i = 0; i < own.length; i += AT_ONCE) {
          const ids = own.slice(i, i + AT_ONCE).map((parcel) => parcel.shippingPackageId);
          await this.#client.must<{ results: StepResult[] }>("POST", `/shipments/${step}`, { ids });
        }
      }),
    );
  }

  /** Everything that is labelled goes onto manifests, and those are closed: the courier is here. */
  async handOver(): Promise<void> {
    await this.reconnect();
    const ready = (await this.parcels("readyToShip")).filter((parcel) => !parcel.onHold);
    for (let i = 0; i < ready.length; i += PAGE)
      await this.#client.must("POST", "/manifests/add", {
        packageIds: ready.slice(i, i + PAGE).map((parcel) => parcel.shippingPackageId),
      });
    const open = await allRows<{ manifestId: string; parcels: number; channelId: string }>(
      this.#client,
      "/manifests?state=CREATED&sort=code",
    );
    const byChannel = Map.groupBy(open, (manifest) => manifest.channelId);
    await Promise.all(
      [...byChannel.values()].map(async (own) => {
        for (const { manifestId, parcels } of own) await this.#close(manifestId, parcels);
      }),
    );
  }

  async #close(manifestId: string, parcels: number): Promise<void> {
    if (parcels === 0) return void (await this.#client.api("POST", `/manifests/${manifestId}/discard`));
    const closed = await this.#client.api("POST", `/manifests/${manifestId}/close`);
    mustBeSaid("closing a manifest", closed);
    if (closed.code === "MANIFEST_REFUSED_BY_CHANNEL")
      await this.#client.api("POST", `/manifests/${manifestId}/take-off-refused`);
  }

  /** Lists of the channel that are not here yet are downloaded by their button. @returns how many were not */
  async fetchLists(): Promise<number> {
    let missing = 0;
    for (const { manifestId } of await allRows<{ manifestId: string }>(
      this.#client,
      "/manifests?state=CLOSED&sort=code",
    )) {
      if (this.#fetched.has(manifestId)) continue;
      const { files } = await this.#client.must<{ files: { manifestFileId: string; state: string }[] }>(
        "GET",
        `/manifests/${manifestId}`,
      );
      const open = files.filter((file) => file.state !== "STORED");
      if (open.length === 0) this.#fetched.add(manifestId);
      for (const { manifestFileId } of open)
        mustBeSaid(
          "downloading a list",
          await this.#client.api("POST", `/manifests/${manifestId}/files/${manifestFileId}/download`),
        );
      missing += open.length;
    }
    return missing;
  }

  /** @returns how many doubts were open */
  async decide(): Promise<number> {
    const open = await allRows<Doubt>(this.#client, "/exceptions?tab=open");
    for (const doubt of open) await this.#decideOne(doubt);
    return open.length;
  }

  async #decideOne(doubt: Doubt): Promise<void> {
    const choice = CHOICES[doubt.kind] ?? (await this.#looked(doubt));
    const resolve = () => this.#client.api("POST", `/exceptions/${doubt.id}/resolve`, { choice });
    const answer = await resolve();
    mustBeSaid(`resolving ${doubt.kind}`, answer);
    // It stands on a manifest: taken off first, as the refusal says.
    if (answer.code === "UNITS_NOT_CANCELLABLE" && doubt.orderCode !== null) {
      await this.#takeOff(doubt.orderCode);
      await resolve();
    }
  }

  /** The person looks at the marketplace's panel first. */
  async #looked({ kind, orderCode }: Doubt): Promise<string> {
    const order = orderCode === null ? undefined : this.#planned.get(orderCode);
    const gone = order !== undefined && (await this.#market.order(order)).orderStatus === "CANCELLED";
    // Where only a part of it was cancelled on the way the parcel is delivered all the same.
    if (kind === "CANCEL_AFTER_DISPATCH") return gone ? "EXPECT_RETURN" : "DISMISS";
    if (kind === "ACCEPTANCE_REFUSED") return gone ? "CANCEL_HERE" : "RETRY";
    if (kind === "DISPATCHED_ON_CHANNEL") return "GO_ON";
    throw new Error(`nobody said what to do about ${kind} of ${orderCode}`);
  }

  async #takeOff(orderCode: string): Promise<void> {
    const mine = (await this.parcels("manifested")).filter((parcel) => parcel.orderCode === orderCode);
    for (const { shippingPackageId } of mine)
      for (const { manifestId } of await allRows<{ manifestId: string }>(this.#client, "/manifests?state=CREATED")) {
        const answer = await this.#client.api("POST", `/manifests/${manifestId}/take-off`, {
          packageIds: [shippingPackageId],
        });
        if (answer.status === 200) break;
      }
  }

  /**
   * What is expected back is brought to where it left from: received at the desk, looked at, and put on its shelf; credit
   * notes are fetched by their button. @returns how many came, and how many are not over
   */
  async takeBack(): Promise<number> {
    const { rows: places } = await this.#client.must<Rows<{ facilityId: string; code: string }>>("GET", "/facilities");
    const placeOf = new Map(places.map((place) => [place.code, place.facilityId]));
    const expected = await allRows<ReturnRow>(this.#client, "/returns?tab=expected&sort=code");
    for (const row of expected) {
      const order = this.#planned.get(row.order);
      if (order === undefined) throw new Error(`a return of ${row.order}, which nobody placed`);
      await this.#client.must("POST", "/returns/desk/receive", {
        ...{ facilityId: placeOf.get(row.dispatchFacility ?? ""), returnCaseId: row.returnCaseId },
        grade: order.cameBackAs,
      });
    }
    await this.putAway();
    const waiting = await allRows<{ dueId: string }>(this.#client, "/pending-credit-notes?sort=putAwayAt");
    for (let i = 0; i < waiting.length; i += AT_ONCE)
      await this.#client.must("POST", "/pending-credit-notes/fetch", {
        dueIds: waiting.slice(i, i + AT_ONCE).map((due) => due.dueId),
      });
    let open = expected.length;
    for (const tab of ["expected", "received", "pendingInvoice"])
      open += (await allRows(this.#client, `/returns?tab=${tab}&sort=code`)).length;
    return open;
  }

  /** Goods of cancelled parcels, and what came back, go to their shelves. */
  async putAway(): Promise<void> {
    const waiting = await allRows<{ itemId: string; facilityId: string; kind: string; putawayId: string | null }>(
      this.#client,
      "/putaway-items",
    );
    const free = waiting.filter((item) => item.putawayId === null);
    for (const items of Map.groupBy(free, (item) => `${item.facilityId} ${item.kind}`).values())
      await this.#client.must("POST", "/putaways", { itemIds: items.map((item) => item.itemId) });
    const lists: { putawayId: string }[] = [];
    for (const state of ["CREATED", "PENDING"])
      lists.push(...(await allRows<{ putawayId: string }>(this.#client, `/putaways?state=${state}`)));
    for (const { putawayId } of lists)
      await this.#client.must("POST", `/putaways/${putawayId}/complete`, { confirmAll: true });
  }

  /** Notices that did not arrive are repeated by their button; one that nobody can read back is settled by a look. @returns how many are open */
  async repeatNotices(): Promise<number> {
    const open: NoticeRow[] = [];
    for (const state of ["PENDING", "UNKNOWN", "PAUSED", "REFUSED"])
      open.push(...(await allRows<NoticeRow>(this.#client, `/channel-notices?state=${state}&sort=seq`)));
    let left = 0;
    for (const notice of open) if (await this.#repeatOne(notice)) left++;
    return left;
  }

  async #repeatOne(notice: NoticeRow): Promise<boolean> {
    const order = this.#planned.get(notice.orderCode);
    if (order === undefined) throw new Error(`notice of ${notice.orderCode}, which nobody placed`);
    if (notice.needsPerson) {
      const as = await this.#wasCancelled(order, notice);
      await this.#client.must("POST", `/channel-notices/${notice.noticeId}/settle`, { as });
      return true;
    }
    if (notice.state === "REFUSED") {
      // An answer is an answer; a dispatch of what the marketplace cancelled, all of it or the rest, stays refused.
      if (notice.kind === "CANCEL" || notice.kind === "ACKNOWLEDGE") return false;
      const there = await this.#market.order(order);
      if (notice.kind === "DISPATCH" && there.items.every((item) => item.status !== "CREATED")) return false;
    }
    const answer = await this.#client.api("POST", `/channel-notices/${notice.noticeId}/repeat`);
    mustBeSaid("repeating a notice", answer);
    return true;
  }

  /** Of a part of a line the protocol tells nothing: the person asks the marketplace how many it has cancelled. */
  async #wasCancelled(order: PlannedOrder, notice: NoticeRow): Promise<"SUCCESS" | "FAILED"> {
    const { fate } = order;
    if (notice.kind !== "CANCEL" || fate.kind !== "seller cancels") throw new Error(`why ${JSON.stringify(notice)}?`);
    const items = (await this.#market.order(order)).items;
    const meant = fate.line === null ? items : items.slice(fate.line, fate.line + 1);
    return meant.some((item) => item.cancelledQuantity > 0) ? "SUCCESS" : "FAILED";
  }
}

interface ReturnRow {
  readonly returnCaseId: string;
  readonly order: string;
  readonly dispatchFacility: string | null;
}

interface NoticeRow {
  readonly noticeId: string;
  readonly orderCode: string;
  readonly kind: string;
  readonly state: string;
  readonly needsPerson: boolean;
}
