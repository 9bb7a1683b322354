/** What a channel says of lines that changes nothing here and that a person has to see. */
import type { NeedsPerson, ReportedOrder } from "../../connectors/kit/index.ts";
import type { ChannelId, Facts } from "../kernel/index.ts";
import { type NewException, openExceptions, settleExceptions, settleOfOrders } from "../orders/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Tx } from "../platform/db.ts";
import { changeUnknown, type OpenUnknown, type OrderHere, openUnknown, ordersHere } from "./line-doubts.store.ts";
import { type ChannelShipped, channelShipped } from "./tracking.store.ts";

/** How lines were told. */
interface Told {
  /** Orders that are not here are passed over: one that this page makes is told of again when it is made. */
  readonly onlyHere: boolean;
  /** All that there is to say of each order, not one change of it: what it leaves out is so no more. */
  readonly whole: boolean;
}

/**
 * Asks about words that nobody knows, once for each order and word, and about labels that the channel voided, once for each; what
 * is told no more is settled.
 */
export async function askAboutLines(
  tx: Tx,
  ctx: Ctx,
  channelId: ChannelId,
  orders: readonly ReportedOrder[],
  { onlyHere, whole }: Told,
): Promise<void> {
  const asked = orders.filter(({ lines }) =>
    lines.some((line) => line.status === "unknown" || line.needsPerson !== undefined),
  );
  const here = await ordersHere(
    tx,
    channelId,
    asked.map((order) => order.channelOrderId),
  );
  const ids = orders.map((order) => order.channelOrderId);
  const unknown = unknownWords(channelId, orders, await openUnknown(tx, channelId, ids), whole);
  await openExceptions(
    tx,
    ctx,
    unknown.opened.filter(({ facts }) => !onlyHere || here.has(String(facts.order))),
  );
  await changeUnknown(tx, unknown.changed);
  const note = "The channel says a status of these lines that is known here.";
  await settleExceptions(tx, ctx, { kind: "UNKNOWN_STATUS", key: unknown.over, note });
  const voided = await voidLabels(tx, channelId, asked, here);
  // Of an order in a state that nobody knows it is not known either whether its label is good again.
  const clear = orders.filter(({ lines }) => lines.every((line) => line.status !== "unknown"));
  if (whole && clear.length > 0)
    await settleOfOrders(tx, ctx, {
      ...{ kind: "LABEL_VOID", channelId, channelOrderIds: clear.map((order) => order.channelOrderId) },
      ...{ but: voided.map(({ key }) => key), note: "The channel speaks of this void label no more." },
    });
  await openExceptions(tx, ctx, voided);
}

/** What is to be written of words that nobody knows. */
interface UnknownWords {
  readonly opened: readonly NewException[];
  /** Open ones that are about other lines now. */
  readonly changed: readonly { readonly key: string; readonly facts: Facts }[];
  /** Keys of those of which no line is said to be so any more. */
  readonly over: readonly string[];
}

/** One doubt for each order and word, about the lines of which it was said last. Pure. @param open those that are open */
export function unknownWords(
  channelId: ChannelId,
  orders: readonly ReportedOrder[],
  open: readonly OpenUnknown[],
  whole: boolean,
): UnknownWords {
  const opened: NewException[] = [];
  const changed: { key: string; facts: Facts }[] = [];
  const over: string[] = [];
  for (const [order, of] of Map.groupBy(orders, ({ channelOrderId }) => channelOrderId)) {
    const told = of.flatMap((each) => each.lines);
    // Of several changes of a line the latest is how it stands.
    const lines = whole ? told : told.filter((line) => !told.some((other) => isAfter(other, line)));
    const named = new Set(lines.map((line) => line.channelOrderItemId));
    const said = Map.groupBy(
      lines.filter((line) => line.status === "unknown"),
      (line) => line.raw,
    );
    const before = open.filter((doubt) => doubt.channelOrderId === order);
    for (const raw of new Set([...before.map((doubt) => doubt.raw), ...said.keys()])) {
      const was = before.find((doubt) => doubt.raw === raw);
      const kept = whole ? [] : (was?.lines ?? []).filter((line) => !named.has(line));
      const about = [...new Set([...kept, ...(said.get(raw) ?? []).map((line) => line.channelOrderItemId)])].toSorted();
      const key = `${channelId}:${order}:${raw}`;
      const what = `${about.length === 1 ? "line" : "lines"} ${about.join(", ")} of ${order}`;
      const facts = { order, channelOrderId: order, status: raw, lines: about, what };
      if (about.length === 0) over.push(key);
      else if (was === undefined) opened.push({ kind: "UNKNOWN_STATUS", channelId, key, facts });
      else if (was.lines.join() !== about.join()) changed.push({ key, facts });
    }
  }
  return { opened, changed, over };
}

function isAfter(other: ReportedOrder["lines"][number], line: ReportedOrder["lines"][number]): boolean {
  if (other.channelOrderItemId !== line.channelOrderItemId || !other.changedAt || !line.changedAt) return false;
  return Temporal.Instant.compare(other.changedAt, line.changedAt) > 0;
}

/** Each void label of orders that are here, with the package that is under it. */
async function voidLabels(
  tx: Tx,
  channelId: ChannelId,
  orders: readonly ReportedOrder[],
  here: ReadonlyMap<string, OrderHere>,
): Promise<NewException[]> {
  const told = orders.flatMap(({ channelOrderId, lines }) => {
    const order = here.get(channelOrderId);
    const under = lines.flatMap(({ channelOrderItemId: line, needsPerson }) =>
      needsPerson?.kind === "LABEL_VOID" ? [{ line, label: needsPerson }] : [],
    );
    if (order === undefined) return [];
    return [...Map.groupBy(under, ({ label }) => label.awb)].flatMap(([, [first, ...rest]]) =>
      first === undefined ? [] : [{ order, label: first.label, lines: [first, ...rest].map(({ line }) => line) }],
    );
  });
  if (told.length === 0) return [];
  const packages = await channelShipped(tx, channelId, [...new Set(told.map(({ order }) => order.channelOrderId))]);
  return told.map(({ order, label, lines }) => {
    const ofOrder = packages.filter((each) => each.channelOrderId === order.channelOrderId);
    return voidLabel(channelId, order, label, packageUnder(label, lines, ofOrder));
  });
}

/** The package with the label's number; else the only one that holds its lines. */
function packageUnder(
  { awb }: NeedsPerson,
  lines: readonly string[],
  packages: readonly ChannelShipped[],
): ChannelShipped | null {
  const numbered = packages.find((each) => awb !== null && each.awb === awb);
  const [first, ...others] = packages.filter((each) => each.lines.some((line) => lines.includes(line)));
  return numbered ?? (others.length === 0 ? (first ?? null) : null);
}

function voidLabel(
  channelId: ChannelId,
  { saleOrderId, channelOrderId, code }: OrderHere,
  { awb, panel }: NeedsPerson,
  parcel: ChannelShipped | null,
): NewException {
  return {
    ...{ kind: "LABEL_VOID", channelId, saleOrderId, shippingPackageId: parcel?.shippingPackageId ?? null },
    key: `${channelId}:${channelOrderId}:${awb ?? ""}`,
    facts: {
      ...{ order: code, channelOrderId, package: parcel?.code ?? null, awb, panel },
      label: awb === null ? "the label" : `label ${awb}`,
      parcel: parcel === null ? code : `package ${parcel.code} of ${code}`,
    },
  };
}
