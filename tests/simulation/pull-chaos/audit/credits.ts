/** What came back is credited once and to the paisa: by the marketplace where it makes the credit notes, else by a series of ours. */
import { type Finding, finding } from "./finding.ts";
import type { Here } from "./here.ts";
import type { BookedOrder } from "./there.ts";

/** Sources whose marketplace makes the credit note. */
const MADE_THERE: ReadonlySet<string> = new Set(["AJIO_DROPSHIP"]);

export function checkCredits(booked: readonly BookedOrder[], here: Here): Finding[] {
  const orders = new Map(here.orders.map((order) => [order.code, order]));
  const notesOf = Map.groupBy(
    here.creditNotes.filter((note) => note.state !== "CANCELLED"),
    (note) => note.orderCode,
  );
  const found = booked.flatMap(({ order: there, source, creditNotes }): Finding[] => {
    const order = orders.get(there.id);
    const own = notesOf.get(there.id) ?? [];
    const back = new Set(order?.parcels.filter((parcel) => parcel.state === "RETURNED").map((parcel) => parcel.id));
    const billed = (order?.invoices ?? []).filter((each) => each.state !== "CANCELLED" && back.has(each.packageId));
    const [due, given] = [billed.map((each) => each.totalPaise), own.map((note) => note.total)].map((paise) =>
      paise.reduce((sum, each) => sum + each, 0),
    );
    const wrong: Finding[] = [];
    const say = (words: string) => wrong.push(finding("CREDIT_DIFFERS", there.id, words));
    if (due !== given) say(`${due} paise came back, ${given} were credited by ${own.length} credit notes`);
    const known = new Set(creditNotes.map((note) => note.number));
    const strange = own.filter((note) => known.has(note.number) !== MADE_THERE.has(source));
    if (strange.length > 0) say(`${strange[0]?.number} was ${MADE_THERE.has(source) ? "never" : ""} made there`);
    return wrong;
  });
  for (const [number, uses] of Map.groupBy(here.creditNotes, (note) => note.number))
    if (uses.length > 1)
      found.push(finding("CREDIT_DIFFERS", number, `given to ${uses.map((use) => use.orderCode).join(", ")}`));
  return found;
}
