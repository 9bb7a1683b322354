/**
 * The auditor. He reads the logs of the marketplaces and the answers of the product, and nothing else: no file here imports one
 * of the product or of the simulators. Everything that he says about stock he has summed up by himself.
 */
import type { AuditBrief } from "./brief.ts";
import { checkCredits } from "./credits.ts";
import { counted, type Finding, finding } from "./finding.ts";
import { type Here, readHere } from "./here.ts";
import { checkIntake } from "./intake.ts";
import { checkLooseEnds } from "./loose-ends.ts";
import { compareOrders } from "./orders.ts";
import { compareParcels } from "./parcels.ts";
import { compareStock } from "./stock.ts";
import { type BookedOrder, bookedOrders, readThere, type There } from "./there.ts";

export type { Finding, FindingKind } from "./finding.ts";

export interface Verdict {
  readonly findings: readonly Finding[];
  /** How much there was to judge. */
  readonly figures: Readonly<Record<string, unknown>>;
}

export async function judge(brief: AuditBrief): Promise<Verdict> {
  const [books, here] = await Promise.all([readThere(brief), readHere(brief)]);
  const booked = bookedOrders(brief, books);
  return {
    findings: [
      ...checkLogs(books),
      ...compareOrders(brief, booked, here),
      ...checkIntake(brief, here),
      ...compareParcels(booked, here),
      ...checkCredits(booked, here),
      ...compareStock(brief, books, booked, here),
      ...checkLooseEnds(here),
    ],
    figures: figuresOf(books, booked, here),
  };
}

/** A log that forgot something proves nothing. */
function checkLogs(books: readonly There[]): Finding[] {
  return books.flatMap(({ source, log }) =>
    Object.entries(log.forgotten).flatMap(([what, count]) =>
      count > 0 ? [finding("LOG_INCOMPLETE", source, `${count} ${what} were forgotten`)] : [],
    ),
  );
}

function figuresOf(books: readonly There[], booked: readonly BookedOrder[], here: Here): Record<string, unknown> {
  const calls = books.flatMap(({ log }) => {
    const last = log.calls.findLast((call) => call.fault !== null)?.seq ?? 0;
    const first = log.calls.find((call) => call.fault !== null)?.seq ?? 0;
    return log.calls.filter((call) => call.seq >= first && call.seq <= last);
  });
  const struck = calls.flatMap((call) => call.fault ?? []);
  const lines = booked.flatMap(({ order }) => order.items);
  return {
    ordersThere: booked.length,
    ordersHere: here.orders.length,
    channels: new Set(booked.map(({ channel }) => channel.code)).size,
    units: lines.reduce((sum, line) => sum + line.quantity, 0),
    linesThere: counted(lines.map((line) => line.status)),
    unitsHere: counted(here.orders.flatMap((order) => order.units.map((unit) => unit.state))),
    parcelsHere: counted(here.orders.flatMap((order) => order.parcels.map((parcel) => parcel.state))),
    creditNotes: here.creditNotes.length,
    doubts: counted(here.doubts.map((doubt) => `${doubt.kind} ${doubt.choice}`)),
    notices: here.notices.length,
    figuresTold: books.reduce((sum, { log }) => sum + log.writes.filter((write) => write.kind === "stock").length, 0),
    callsInBadWeather: calls.length,
    struckShare: calls.length === 0 ? 0 : Math.round((1_000 * struck.length) / calls.length) / 1_000,
    struck: counted(struck.sort()),
  };
}
