/** Hand-over sheets of Oneship and manifests of dropship: begun, set anew as often as wished, then printed, which closes them. */
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
type Changed = Call<"snapdeal", "updateHandOverSheet"> | Call<"snapdeal", "updateManifest">;

export function serveHandOver(parts: Parts): void {
  const acts = ["partial_success", "failed"] as const;
  serve(parts, "createHandOverSheet", (call) => begin(parts, call, "hos"), acts);
  serve(parts, "createManifest", (call) => begin(parts, call, "manifest"), acts);
  serve(parts, "updateHandOverSheet", (call) => change(parts, call, "hos"), acts);
  serve(parts, "updateManifest", (call) => change(parts, call, "manifest"), acts);
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

function begin(parts: Parts, call: Made, kind: HandOverList["kind"]): Answer {
  const { sim, state } = parts;
  const { body, seller, at } = call;
  const { taken, updates } = judged(parts, call, kind, "");
  // One parcel stops the list: who holds the paper would look for what is not on it.
  if (taken.length < body.orderCodes.length)
    return answer({ handOverCode: null, updates }, { orderIds: body.orderCodes });
  state.made++;
  const code = `${kind === "hos" ? "HOS" : "MF"}-${at.epochMilliseconds}-${state.made}`;
  keep(state.lists, code, { code, seller, kind, orderIds: body.orderCodes, closedAt: null });
  for (const order of taken) mark(sim.world, order, { list: code });
  return answer({ handOverCode: code, updates }, { orderIds: body.orderCodes });
}

/** What is named is all that stands on the list from then on; what it does not name is free for another. */
function change(parts: Parts, call: Changed, kind: HandOverList["kind"]): Answer {
  const { world } = parts.sim;
  const { code } = call.path;
  const { orderCodes } = call.body;
  const list = listOf(parts, kind, call.seller, code);
  if (!list) return refusal(400, `no list ${code}`);
  if (list.closedAt !== null) return refusal(400, `the list ${code} is closed`);
  const { taken, updates } = judged(parts, call, kind, code);
  if (taken.length === orderCodes.length) {
    const off = list.orderIds.filter((id) => !orderCodes.includes(id)).flatMap((id) => world.orders.get(id) ?? []);
    for (const order of off) mark(world, order, { list: "" });
    for (const order of taken) mark(world, order, { list: code });
    list.orderIds = orderCodes;
  }
  return answer({ handOverCode: code, updates }, { orderIds: orderCodes });
}

/** Which of the packages may stand on a list, and what is said of each. @param code the list's, where it is there already */
function judged(parts: Parts, { body, seller, at, fault }: Made | Changed, kind: HandOverList["kind"], code: string) {
  const refused = struck(fault, body.orderCodes);
  const taken: SimOrder[] = [];
  const updates = body.orderCodes.map((id) => {
    const order = packageOf(parts, seller, id);
    const words = refused.has(id) ? (fault?.message ?? DEMANDED) : whyNot(order, kind, code, at);
    if (words !== null || !order) return [id, failed(words ?? `no package ${id}`)] as const;
    taken.push(order);
    return [id, done] as const;
  });
  return { taken, updates: Object.fromEntries(updates) };
}

function whyNot(order: SimOrder | null, kind: HandOverList["kind"], code: string, at: Temporal.Instant): string | null {
  if (!order) return "no such package";
  const { model, list } = marksOf(order);
  if (order.items.every((item) => item.status === "CANCELLED")) return "the package is cancelled";
  if ((model === "ONESHIP") !== (kind === "hos")) return `the package is fulfilled by ${model}`;
  const state = stateOf(order, at);
  if (state !== "PRNT") return `the package is ${state ?? "cancelled"}, not PRNT`;
  return list === "" || list === code ? null : `the package stands on the list ${list}`;
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
