import { plural } from "../../lib/format.ts";
import type { UnitJudged } from "./types.ts";

/** What cancelling these units will do, a sentence each: the dialog says it before the button is pressed. */
export function cancelEffects(
  chosen: readonly UnitJudged[],
  facts: { readonly asksChannel: boolean; readonly source: string; readonly wholeOrder: boolean },
): readonly string[] {
  if (chosen.length === 0) return [];
  const count = (becomes: UnitJudged["becomes"]): number => chosen.filter((unit) => unit.becomes === becomes).length;
  const free = count("FREE");
  const putaway = count("PUTAWAY");
  const without = count("NOTHING");
  const invoicesOf = (byCreditNote: boolean) => [
    ...new Set(chosen.flatMap((unit) => (unit.byCreditNote === byCreditNote ? (unit.invoice ?? []) : []))),
  ];
  const invoices = invoicesOf(false);
  const credited = invoicesOf(true);
  const rest = (words: string) => (facts.wholeOrder ? "" : ` What stays of the package is ${words}.`);
  return [
    ...(facts.asksChannel
      ? [
          `${facts.source} is asked first. ${plural(chosen.length, "unit is", "units are")} locked until it answers; what it refuses stays as it is.`,
        ]
      : []),
    ...(free > 0 ? [`Stock of ${plural(free, "unit")} is free at once, and channels are told.`] : []),
    ...(putaway > 0
      ? [`${plural(putaway, "unit is", "units are")} in hand already: they wait in Putaway to go back to a shelf.`]
      : []),
    ...(without > 0 ? [`${plural(without, "unit has", "units have")} no stock blocked; nothing moves.`] : []),
    ...(invoices.length > 0
      ? [
          `${invoices.length === 1 ? "Invoice" : "Invoices"} ${invoices.join(", ")} will be cancelled; the number is kept and never used again.${rest("packed anew")}`,
        ]
      : []),
    ...credited.map(
      (invoice) =>
        `Invoice ${invoice} stands: its IRN is older than 24 hours. A credit note of your own series takes all of it back.${rest("packed and invoiced anew")}`,
    ),
    facts.wholeOrder
      ? "The order is then cancelled. This cannot be undone."
      : "The other units go on. This cannot be undone.",
  ];
}
