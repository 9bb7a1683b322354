/** The people of the warehouse: what they do through a day, by the calls of the screens. */
import type { HttpAnswer, HttpClient } from "../../support/client.ts";
import { ADMIN, FACILITY } from "./houses.ts";
import type { WeekPlan } from "./plan.ts";

const PAGE = 200;
const PAGES_MAX = 200;
const AT_ONCE = 20; // more become long work
const DAY = 1_440;
const ROUND_MINUTES = 30;
const OPENS = 8 * 60;
const CLOSES = 20 * 60;
const HAND_OVERS = [11 * 60, 15 * 60, 19 * 60 + 30];

interface Rows<Row> {
  readonly rows: readonly Row[];
  readonly nextCursor: string | null;
}

export interface Parcel {
  readonly shippingPackageId: string;
  readonly orderCode: string;
  readonly onHold: boolean;
}

interface Doubt {
  readonly id: string;
  readonly kind: string;
  readonly choices: readonly { readonly code: string }[];
}

/** What a person does about each doubt. */
const CHOICES: Readonly<Record<string, string>> = {
  ACCEPTANCE_REFUSED: "RETRY",
  CHANNEL_CANCEL_NOT_ALLOWED: "CANCEL_HERE",
  CHANNEL_CANCEL_TOO_LATE: "CANCEL_HERE",
  DELIVERED_WHILE_RETURNING: "KEEP",
  RETURN_UNIT_MISSING: "LOST",
  SELLER_CANCEL_REFUSED: "GO_ON",
  UNKNOWN_STATUS: "DISMISS",
  CANCEL_AFTER_DISPATCH: "DISMISS",
  DISPATCHED_ON_CHANNEL: "ADOPT",
  PART_LEFT_ON_CHANNEL: "ADOPT_PART",
  DELIVERED_WITHOUT_DISPATCH: "ADOPT",
  RETURN_WITHOUT_DISPATCH: "ADOPT",
};

export class People {
  readonly #client: HttpClient;
  readonly #plan: WeekPlan;
  /** Tells couriers who wait at the door which of the marketplaces' orders they may take. */
  readonly #handOver: (orderIds: readonly string[]) => Promise<void>;
  #round = 0;

  constructor(client: HttpClient, plan: WeekPlan, handOver: (orderIds: readonly string[]) => Promise<void>) {
    this.#client = client;
    this.#plan = plan;
    this.#handOver = handOver;
  }

  /** When they do something next, in minutes from the beginning. */
  nextAt(): number {
    return this.#round * ROUND_MINUTES;
  }

  /** @returns did they do anything? */
  async work(minute: number): Promise<boolean> {
    const before = this.#round;
    for (; this.nextAt() <= minute; this.#round++) await this.#doRound(this.nextAt() % DAY);
    return this.#round > before;
  }

  /** A new day begins with a new session, which ends after seven days at the latest. Shelves are filled at midnight; parcels are packed all day and handed over three times; somebody answers questions at night too. */
  async #doRound(minute: number): Promise<void> {
    if (minute === 0) {
      await this.#client.logIn(ADMIN.username, ADMIN.password);
      await this.restock();
    }
    await this.reconnect();
    await this.decide();
    if (minute < OPENS || minute > CLOSES) return;
    await this.pack();
    if (HAND_OVERS.includes(minute)) await this.handOver();
    if (minute === CLOSES) await this.putAway();
  }

  async restock(): Promise<void> {
    for (const [sku, quantity] of Object.entries(this.#plan.restock))
      await this.#client.must("POST", "/inventory/adjustments", { facility: FACILITY, sku, kind: "ADD", quantity });
  }

  /** Channels that a refused log-in has stopped are connected again. */
  async reconnect(): Promise<void> {
    const { channels } = await this.#client.must<{ channels: { channelId: string; state: string }[] }>(
      "GET",
      "/channels",
    );
    for (const { channelId, state } of channels)
      if (state !== "CONNECTED") await this.#client.must("POST", `/channels/${channelId}/connect`);
  }

  /** Invoice and label of all that lies ready. */
  async pack(): Promise<void> {
    await this.#step("invoice", await this.parcels("new"));
    await this.#step("label", await this.parcels("packed"));
  }

  parcels(tab: string): Promise<Parcel[]> {
    return this.#rows<Parcel>(`/shipments?tab=${tab}&sort=createdAt`);
  }

  async #step(step: "invoice" | "label", parcels: readonly Parcel[]): Promise<void> {
    const ids = parcels.filter((parcel) => !parcel.onHold).map((parcel) => parcel.shippingPackageId);
    for (let i = 0; i < ids.length; i += AT_ONCE)
      await this.#client.must("POST", `/shipments/${step}`, { ids: ids.slice(i, i + AT_ONCE) });
  }

  /** Everything that is labelled goes onto manifests, and those are closed: the courier is here. */
  async handOver(): Promise<void> {
    const ready = (await this.parcels("readyToShip")).filter((parcel) => !parcel.onHold);
    for (let i = 0; i < ready.length; i += PAGE)
      await this.#client.must("POST", "/manifests/add", {
        packageIds: ready.slice(i, i + PAGE).map((parcel) => parcel.shippingPackageId),
      });
    const open = await this.#rows<{ manifestId: string; parcels: number }>("/manifests?state=CREATED&sort=code");
    for (const { manifestId, parcels } of open) {
      const how = parcels === 0 ? "discard" : "close";
      const closed = await this.#client.api("POST", `/manifests/${manifestId}/${how}`);
      mustBeSaid(`${how} of a manifest`, closed);
      if (closed.code === "MANIFEST_REFUSED_BY_CHANNEL")
        await this.#client.api("POST", `/manifests/${manifestId}/take-off-refused`);
    }
    await this.#handOver(ready.map((parcel) => parcel.orderCode));
  }

  /** @returns how many doubts were open */
  async decide(): Promise<number> {
    const open = await this.#rows<Doubt>("/exceptions?tab=open");
    for (const { id, kind, choices } of open) {
      const wanted = CHOICES[kind] ?? "";
      const choice = [wanted, "DISMISS"].find((code) => choices.some((each) => each.code === code));
      if (choice === undefined) throw new Error(`nobody said what to do about ${kind}: ${JSON.stringify(choices)}`);
      mustBeSaid(`resolving ${kind}`, await this.#client.api("POST", `/exceptions/${id}/resolve`, { choice }));
    }
    return open.length;
  }

  /** Goods of cancelled parcels go to their shelves. */
  async putAway(): Promise<void> {
    const waiting = await this.#rows<{ itemId: string; facilityId: string; kind: string; putawayId: string | null }>(
      "/putaway-items",
    );
    const free = waiting.filter((item) => item.putawayId === null);
    for (const items of Map.groupBy(free, (item) => `${item.facilityId} ${item.kind}`).values())
      await this.#client.must("POST", "/putaways", { itemIds: items.map((item) => item.itemId) });
    for (const state of ["CREATED", "PENDING"])
      for (const { putawayId } of await this.#rows<{ putawayId: string }>(`/putaways?state=${state}`))
        await this.#client.must("POST", `/putaways/${putawayId}/complete`, { confirmAll: true });
  }

  async #rows<Row>(path: string): Promise<Row[]> {
    const rows: Row[] = [];
    let cursor: string | null = "0";
    for (let page = 0; cursor !== null && page < PAGES_MAX; page++) {
      const link: string = `${path}${path.includes("?") ? "&" : "?"}limit=${PAGE}&cursor=${cursor}`;
      const answer: Rows<Row> = await this.#client.must<Rows<Row>>("GET", link);
      rows.push(...answer.rows);
      cursor = answer.nextCursor;
    }
    return rows;
  }
}

/** A refusal has a code and words for a person; an answer without is a fault of the product. */
function mustBeSaid(what: string, { status, code, text }: HttpAnswer): void {
  if (status === 500 || (status >= 300 && code === "")) throw new Error(`${what} is answered ${status}: ${text}`);
}
