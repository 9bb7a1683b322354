/** The channel's own hand-over list and its PDF. */
import { createHash } from "node:crypto";
import type { RequestBody } from "../../../contract/types.ts";
import type { Answer, Fault, SimOrder } from "../../kit/simulator/index.ts";
import { drawManifest, type ManifestRow } from "./papers/manifest.ts";
import { createPaper } from "./papers/paper.ts";
import { courierOf, openParcel } from "./parcels.ts";
import { sellerOf } from "./parties.ts";
import { BATCH_FAULTS, DEMANDED, lineOf, NO_ITEM, type Parts, serveOffered, stamp, struck } from "./parts.ts";
import { itemTotalPaise } from "./wire.ts";

/** Files past these are forgotten, the oldest first. */
const FILES_MAX = 500;

export interface ManifestState {
  /** PDF documents by file name. */
  readonly files: Map<string, Buffer>;
  /** File name by the lines of a manifest: the same list asked for twice is one list. */
  readonly made: Map<string, string>;
}

type Wish = RequestBody<"marketplace", "fetchManifest">;
type Failure = { readonly orderItemId: string; readonly errorMessage: string };

export function serveManifests(parts: Parts, state: ManifestState): void {
  const { world, server } = parts.sim;
  serveOffered(
    parts,
    "fetchManifest",
    async ({ body, seller, at, fault }): Promise<Answer> => {
      const orders = ordersOf(parts, seller, body);
      const failures = failuresOf(parts, seller, body, fault, orders.length);
      // One item stops the whole manifest.
      const status = failures.length === 0 ? "SUCCESS" : "FAILED";
      const key = `${seller}\n${body.manifestItems
        .map((entry) => entry.orderItemId)
        .toSorted()
        .join(",")}`;
      const known = state.made.get(key);
      const orderIds = orders.map((order) => order.id);
      const refused = status === "FAILED";
      const name = refused ? null : (known ?? fileName(parts, key));
      world.manifests.add({
        receivedAt: stamp(at),
        seller,
        orderId: orderIds[0] ?? null,
        orderIds,
        orderItemIds: body.manifestItems.map((entry) => entry.orderItemId),
        repeated: known !== undefined,
        file: name,
        body,
        outcome: status,
        failures,
      });
      if (name === null) return { status: 200, orderIds, body: { status, manifestUrl: "", orderItems: failures } };
      // Kept before it is drawn: a second call meanwhile is given the same name.
      keep(state.made, key, name);
      if (!state.files.has(name)) keep(state.files, name, await manifestPdf(parts, { seller, body, orders, name, at }));
      return {
        status: 200,
        orderIds,
        body: { status, manifestUrl: `${server.url()}/files/${name}`, orderItems: [] },
      };
    },
    BATCH_FAULTS,
  );

  server.serveFiles("downloadFile", (name) => {
    const bytes = state.files.get(name);
    return bytes ? { bytes, type: "application/pdf" } : (parts.offer.files?.(parts, name) ?? null);
  });
}

function ordersOf({ sim }: Parts, seller: string, body: Wish): SimOrder[] {
  const found = body.manifestItems.flatMap((entry) => lineOf(sim.world, seller, entry.orderItemId)?.order ?? []);
  return [...new Set(found)];
}

function failuresOf(parts: Parts, seller: string, body: Wish, fault: Fault | null, parcels: number): Failure[] {
  const max = parts.offer.manifestParcelsMax ?? Number.POSITIVE_INFINITY;
  const refused = struck(fault, body.manifestItems);
  return body.manifestItems.flatMap((entry) => {
    const found = lineOf(parts.sim.world, seller, entry.orderItemId);
    const words = refused.has(entry)
      ? (fault?.message ?? DEMANDED)
      : parcels > max
        ? `a manifest holds at most ${max} shipments, not ${parcels}`
        : !found
          ? NO_ITEM
          : found.item.status === "CANCELLED"
            ? "item cancelled by customer"
            : null;
    return words === null ? [] : [{ orderItemId: entry.orderItemId, errorMessage: words }];
  });
}

/** Not to be guessed: whoever has the address may read the file, as with many real shops. */
function fileName({ offer, numbers }: Parts, key: string): string {
  const number = numbers.next("MANIFEST");
  return `${number}-${createHash("sha256").update(`${offer.source}\n${number}\n${key}`).digest("hex").slice(0, 20)}.pdf`;
}

interface Making {
  readonly seller: string;
  readonly body: Wish;
  readonly orders: readonly SimOrder[];
  readonly name: string;
  readonly at: Temporal.Instant;
}

function manifestPdf(parts: Parts, { seller, body, orders, name, at }: Making): Promise<Buffer> {
  const asked = new Map(body.manifestItems.map((entry) => [entry.orderItemId, entry.quantity]));
  const rows = orders.map((order): ManifestRow => {
    const items = order.items.filter((item) => asked.has(item.orderItemId));
    const ids = items.map((item) => item.orderItemId);
    const courier = courierOf(parts, order, openParcel(order, ids, at), at);
    const collect = items.reduce((sum, item) => sum + itemTotalPaise(item) * (asked.get(item.orderItemId) ?? 0), 0);
    return {
      awb: courier?.awb ?? "-",
      orderId: order.id,
      invoiceNumber: order.invoices[0]?.number ?? "-",
      units: items.reduce((sum, item) => sum + (asked.get(item.orderItemId) ?? 0), 0),
      collectPaise: order.paymentType === "COD" ? collect : null,
    };
  });
  const number = name.replace(/-[0-9a-f]{20}\.pdf$/, "");
  const paper = createPaper({ title: `Manifest ${number}`, at });
  drawManifest(paper, {
    marketplace: parts.offer.label,
    number,
    madeAt: stamp(at),
    courier: body.courierCode,
    seller: sellerOf(parts, seller).name,
    rows,
  });
  return paper.end();
}

function keep<T>(map: Map<string, T>, key: string, value: T): void {
  map.set(key, value);
  const oldest = map.keys().next().value;
  if (map.size > FILES_MAX && oldest !== undefined) map.delete(oldest);
}
