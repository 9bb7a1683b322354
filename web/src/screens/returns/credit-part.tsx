import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { Section } from "../../ui/index.ts";
import { CreditNoteTable, useCreditNotes } from "../credit-notes/credit-note-table.tsx";
import type { PendingRow } from "./pending-data.ts";
import { PendingPanel } from "./pending-panel.tsx";
import type { ReturnDetail } from "./return-data.ts";
import classes from "./returns.module.css";

const by: Readonly<Record<ReturnDetail["creditNoteBy"], (channel: string) => string>> = {
  us: () => "Made here, in our own series, once the goods are on their shelves.",
  channel: (channel) => `Made by ${channel}, and fetched from it once the goods are on their shelves.`,
  none: () => "This source has none: the return is done once the goods are on their shelves.",
};

/** The credit notes of a return: those that are there, and what still waits, with why. */
export function CreditPart({ of }: { of: ReturnDetail }) {
  const may = useMay();
  const waits = useQuery({
    queryKey: ["list", "/api/v1/pending-credit-notes", of.returnCaseId],
    queryFn: ({ signal }) =>
      api.get<ListPage<PendingRow>>(
        "/api/v1/pending-credit-notes",
        { returnCaseId: of.returnCaseId, limit: 50 },
        signal,
      ),
    enabled: of.creditNoteDueId !== null,
    refetchInterval: 5_000,
  });
  const notes = useCreditNotes({ returnCaseId: of.returnCaseId }, may("billing.view") && of.creditNotes !== null);
  const pending = of.creditNoteDueId === null ? [] : (waits.data?.rows ?? []);
  return (
    <Section title="Credit note" line={by[of.creditNoteBy](of.channel)}>
      {notes.length > 0 && <CreditNoteTable notes={notes} />}
      {notes.length === 0 && of.creditNotes !== null && <p className={classes.hint}>{of.creditNotes}</p>}
      {pending.map((row) => (
        <PendingPanel key={row.dueId} row={row} />
      ))}
    </Section>
  );
}
