/** Hand-over sheets of Oneship and manifests of dropship: begun, then printed, which closes them. */
import type { Answer, Call, SimOrder } from "../../kit/simulator/index.ts";
import { mark, marksOf, stateOf } from "./package.ts";
import { listFile } from "./papers.ts";
import {
  answer,
  DEMANDED,
  done,
  failed,
  type HandOverList,
  keep,
  type Parts,
  packageOf,
  refusal,
  serve,
  stamp,
  struck,
} from "./parts.ts";
import { leave } from "./writes.ts";

type Made = Call<"snapdeal", "createHandOverSheet"> | Call<"snapdeal", "createManifest">;

export function serveHandOver(parts: Parts): void {
  const acts = ["partial_success", "failed"] as const;
  serve(parts, "createHandOverSheet", (call) => begin(parts, call, "hos"), acts);
  serve(parts, "createManifest", (call) => begin(parts, call, "manifest"), acts);
  for (const [kind, print, reprint] of [
    ["hos", "printHandOverSheet", "reprintHandOverSheet"],
    ["manifest", "printManifest", "reprintManifest"],
  ] as const) {
    serve(
      parts,
      print,
      ({ body, seller, at, fault }) =>
        fault ? refusal(400, fault.message ?? DEMANDED) : close(parts, kind, seller, body.handOverCode, at),
      ["failed"],
    );
    serve(parts, reprint, async ({ body, seller, at }) => {
      const list = listOf(parts, kind, seller, body.handOverCode);
      if (!list?.closedAt) return refusal(400, `the list ${body.handOverCode} is not closed`);
      return answer({ downloadLink: await listFile(parts, list, at) }, { orderIds: list.orderIds });
    });
  }
}

function begin(parts: Parts, { body, seller, at, fault }: Made, kind: HandOverList["kind"]): Answer {
  const { sim, state } = parts;
  const refused = struck(fault, body.orderCodes);
  const taken: SimOrder[] = [];
  const updates = body.orderCodes.map((code) => {
    const order = packageOf(parts, seller, code);
    const words = refused.has(code) ? (fault?.message ?? DEMANDED) : whyNot(order, kind, at);
    if (words !== null || !order) return [code, failed(words ?? `no package ${code}`)] as const;
    taken.push(order);
    return [code, done] as const;
  });
  // One parcel stops the list: who holds the paper would look for what is not on it.
  if (taken.length < body.orderCodes.length)
    return answer({ handOverCode: null, updates: Object.fromEntries(updates) }, { orderIds: body.orderCodes });
  state.made++;
  const code = `${kind === "hos" ? "HOS" : "MF"}-${at.epochMilliseconds}-${state.made}`;
  keep(state.lists, code, { code, seller, kind, orderIds: body.orderCodes, closedAt: null });
  for (const order of taken) mark(sim.world, order, { list: code });
  return answer({ handOverCode: code, updates: Object.fromEntries(updates) }, { orderIds: body.orderCodes });
}

function whyNot(order: SimOrder | null, kind: HandOverList["kind"], at: Temporal.Instant): string | null {
  if (!order) return "no such package";
  const { model, list } = marksOf(order);
  if (order.items.every((item) => item.status === "CANCELLED")) return "the package is cancelled";
  if ((model === "ONESHIP") !== (kind === "hos")) return `the package is fulfilled by ${model}`;
  const state = stateOf(order, at);
  if (state !== "PRNT") return `the package is ${state ?? "cancelled"}, not PRNT`;
  if (order.items.some((item) => item.status === "CANCELLED")) return "a unit of the package is cancelled";
  return list === "" ? null : `the package stands on the list ${list}`;
}

function listOf({ state }: Parts, kind: HandOverList["kind"], seller: string, code: string): HandOverList | null {
  const list = state.lists.get(code);
  return list && list.kind === kind && list.seller === seller ? list : null;
}

async function close(
  parts: Parts,
  kind: HandOverList["kind"],
  seller: string,
  code: string,
  at: Temporal.Instant,
): Promise<Answer> {
  const list = listOf(parts, kind, seller, code);
  if (!list) return refusal(400, `no list ${code}`);
  if (list.closedAt !== null) return refusal(400, `the list ${code} is closed: use reprint`);
  const { world } = parts.sim;
  list.closedAt = stamp(at);
  for (const id of list.orderIds) {
    const order = world.orders.get(id);
    if (!order) continue;
    leave(parts, order, at, marksOf(order).invoice);
    mark(world, order, { state: kind === "hos" ? "AHOS" : "MFG", listedAt: stamp(at) });
  }
  const downloadLink = await listFile(parts, list, at);
  world.manifests.add({
    ...{ receivedAt: stamp(at), seller, orderId: list.orderIds[0] ?? null, orderIds: list.orderIds, file: code },
    outcome: "SUCCESS",
    failures: [],
  });
  return answer({ downloadLink }, { orderIds: list.orderIds });
}
