/** Both sides rest: nothing is half done, and nobody waits for an answer. */
import { type Finding, finding } from "./finding.ts";
import type { Here } from "./here.ts";
import { cancelledOnTheWay } from "./orders.ts";

/** Where a package may be when all is done. */
const RESTS: ReadonlySet<string> = new Set(["DISPATCHED", "SHIPPED", "DELIVERED", "RETURNED", "CANCELLED"]);

export function checkLooseEnds(here: Here): Finding[] {
  const onTheWay = cancelledOnTheWay(here);
  const found: Finding[] = [];
  const say = (about: string, words: string) => found.push(finding("LEFT_OVER", about, words));
  for (const order of here.orders)
    for (const parcel of order.parcels)
      if (!RESTS.has(parcel.state)) say(order.code, `package ${parcel.code} is ${parcel.state}`);
  for (const order of here.orders)
    for (const { kind, state } of order.returns)
      if (state !== "COMPLETED" && state !== "CANCELLED") say(order.code, `a return (${kind}) is ${state}`);
  for (const { code, orderCode } of here.openSteps) say(orderCode, `package ${code} waits for its channel's step`);
  for (const { orderCode, kind, packageState, state, message } of here.notices) {
    const answered = state === "REFUSED" && (kind === "CANCEL" || kind === "ACKNOWLEDGE");
    const tooLate = state === "REFUSED" && kind === "DISPATCH" && onTheWay.has(orderCode);
    if (state !== "SENT" && !answered && !tooLate)
      say(orderCode, `${kind} ${packageState ?? ""} is ${state}: ${message ?? "no word"}`);
  }
  for (const { kind, state, orderCode, message } of here.doubts)
    if (state !== "RESOLVED") say(orderCode ?? kind, `${kind} is open: ${message}`);
  for (const { code, state, files } of here.manifests) {
    if (state === "CREATED") say(code, "the manifest is open");
    for (const file of files)
      if (file.state !== "STORED") say(code, `the channel's list is ${file.state}: ${file.message ?? "no word"}`);
  }
  for (const { channelOrderId, state } of here.reviews)
    if (state === "OPEN") say(channelOrderId, "stock is still kept for its review");
  for (const { code, state } of here.channels) if (state !== "CONNECTED") say(code, `the channel is ${state}`);
  return found;
}
