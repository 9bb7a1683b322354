/** Tells the other side of what happened to an order, and keeps what it answered beside the order. */
import { type Checked, describeMisfits } from "../../../contract/validators.ts";
import { type Fault, type Faults, PUSH_FAULTS, UNKNOWN_STATUS } from "./faults.ts";
import { createHolds } from "./holds.ts";
import { deepMerge, type Json, replaceMembers } from "./json.ts";
import type { Outbound } from "./outbound.ts";
import type { SimulatorServer } from "./server.ts";
import type { Clock, PushRecord, SimOrder } from "./types.ts";
import type { World } from "./world.ts";

/** An operation of the other side, as far as a push needs it. */
export interface PushOperation {
  readonly id: string;
  readonly path: string;
  body(value: unknown): Checked<unknown>;
  response(status: number, value: unknown): Checked<unknown>;
}

export interface Announcement {
  readonly operation: PushOperation;
  readonly body: Json;
  /** Headers beside the target's, over the very bytes that are sent: a signature. */
  readonly headers?: (bytes: Buffer, url: URL) => Readonly<Record<string, string>>;
  /** What is told of one order goes in its order: a call that is not answered 200 holds back all later ones until it is. */
  readonly inOrder?: true;
}

/** What the other side is told of: an order, or anything else that keeps what was answered about it. */
export type Told = Pick<SimOrder, "id" | "seller" | "pushes">;

export interface Pusher {
  /** Makes the calls one after the other. `raw` is laid over each body, which then need not fit the contract. */
  announce(order: Told, announcements: readonly Announcement[], raw: Json | null): Promise<PushRecord[]>;
  /** Drops what waits to be sent again: nothing of a world that was reset is told in the next. */
  forget(): void;
}

interface PusherParts {
  readonly world: Pick<World, "targets" | "defaultTarget">;
  readonly faults: Faults;
  readonly clock: Clock;
  readonly server: SimulatorServer;
  readonly outbound: Outbound;
}

const PUSHES_KEPT_PER_ORDER = 50;
/** What was not answered 200 is sent again so much later. */
const AGAIN_AFTER_MS = 2_000;
/** Calls that wait of one order; later ones are lost. */
const QUEUE_MAX = 100;
const STATUS_MEMBERS = new Set(["status", "orderStatus", "trackingStatus"]);
/** Any push releases those held: orders, cancellations and deliveries overtake each other alike. */
const ANY = "any";

export function createPusher(parts: PusherParts): Pusher {
  const { faults, server, clock } = parts;
  const holds = createHolds(server.sleep);

  const post = async (order: Told, push: Announcement, body: unknown, fault: Fault | null) => {
    const first = await postOnce(parts, order, push, body, fault);
    const last = fault?.kind === "twice" ? await postOnce(parts, order, push, body, fault) : first;
    holds.release(ANY);
    return last;
  };

  const push = async (order: Told, announcement: Announcement, raw: Json | null): Promise<PushRecord> => {
    const { operation, body } = announcement;
    const merged = raw === null ? body : deepMerge(body, raw);
    const checked = operation.body(merged);
    if (raw === null && !checked.ok)
      throw new Error(`the simulator's own ${operation.id} does not fit: ${describeMisfits(checked.errors)}`);
    const fault = faults.draw(operation.id, (kind) => PUSH_FAULTS.has(kind));
    const sent = fault?.kind === "unknown_status" ? replaceMembers(merged, STATUS_MEMBERS, UNKNOWN_STATUS) : merged;
    if (fault?.kind !== "late" && fault?.kind !== "out_of_order") return post(order, announcement, sent, fault);
    const gone = fault.kind === "late" ? server.sleep(fault.delayMs) : holds.until(ANY, fault.delayMs);
    // In the background: who placed the order is answered now, as a shopper is. Posting never rejects.
    void gone.then(async () => {
      if (!server.closing.aborted) await post(order, announcement, sent, fault);
    });
    const at = clock().toString({ smallestUnit: "millisecond" });
    const error = `held back up to ${fault.delayMs} ms, on demand`;
    return { operation: operation.id, at, url: "", status: null, body: null, error, misfit: null, fault: fault.kind };
  };

  /** Calls that wait for those before them, by order. */
  const queues = new Map<string, Waiting[]>();
  const drained = async (order: Told, queue: Waiting[]): Promise<PushRecord[]> => {
    const records: PushRecord[] = [];
    for (let next = queue[0]; next !== undefined; next = queue[0]) {
      const record = await push(order, next.announcement, next.raw);
      records.push(record);
      // One that is held back on demand goes by itself.
      if (record.status !== 200 && record.fault === null) break;
      queue.shift();
    }
    if (queue.length === 0 && queues.get(order.id) === queue) queues.delete(order.id);
    return records;
  };
  const again = async (order: Told, queue: Waiting[]): Promise<void> => {
    while (queue.length > 0 && !server.closing.aborted) {
      await server.sleep(AGAIN_AFTER_MS);
      if (!server.closing.aborted) await drained(order, queue);
    }
  };
  const inOrder = async (order: Told, announcements: readonly Announcement[], raw: Json | null) => {
    const held = queues.get(order.id);
    const queue = held ?? [];
    queue.push(...announcements.map((announcement) => ({ announcement, raw })));
    queue.splice(QUEUE_MAX);
    if (held) return []; // they go when what is before them was taken
    queues.set(order.id, queue);
    const records = await drained(order, queue);
    void again(order, queue); // in the background; posting never rejects
    return records;
  };

  return {
    announce: async (order, announcements, raw) => {
      const records: PushRecord[] = [];
      for (const announcement of announcements.filter((each) => !each.inOrder))
        records.push(await push(order, announcement, raw));
      const ordered = announcements.filter((each) => each.inOrder);
      return ordered.length === 0 ? records : [...records, ...(await inOrder(order, ordered, raw))];
    },
    forget: () => {
      for (const queue of queues.values()) queue.length = 0;
      queues.clear();
    },
  };
}

interface Waiting {
  readonly announcement: Announcement;
  readonly raw: Json | null;
}

async function postOnce(
  { world, clock, outbound }: PusherParts,
  order: Told,
  { operation, headers }: Announcement,
  body: unknown,
  fault: Fault | null,
): Promise<PushRecord> {
  const target = world.targets.get(order.seller) ?? world.defaultTarget;
  const at = clock().toString({ smallestUnit: "millisecond" });
  const about = { operation: operation.id, at, url: target?.url ?? "", fault: fault?.kind ?? null };
  if (!target)
    return keep(order, {
      ...about,
      status: null,
      body: null,
      error: "no target is set: POST /_sim/target",
      misfit: null,
    });
  const sent = await outbound.post(target, { path: operation.path, body, ...(headers ? { headers } : {}) }, fault);
  const checked = sent.status === null ? null : operation.response(sent.status, sent.body);
  const misfit = checked && !checked.ok ? describeMisfits(checked.errors) : null;
  return keep(order, { ...about, ...sent, misfit });
}

function keep(order: Told, record: PushRecord): PushRecord {
  order.pushes.push(record);
  if (order.pushes.length > PUSHES_KEPT_PER_ORDER) order.pushes.shift();
  return record;
}
