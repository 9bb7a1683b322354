import { IconPrinter } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { ActionButton, Code, Day, Money, StateChip } from "../../ui/index.ts";
import { creditNoteStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { type CreditNote, originWords } from "./credit-note-data.ts";
import classes from "./credit-notes.module.css";

const none: readonly CreditNote[] = [];

/** Credit notes of an order, an invoice or a return; asked only where `wanted`. */
export function useCreditNotes(
  of: { readonly saleOrderId?: string; readonly returnCaseId?: string; readonly invoiceId?: string },
  wanted: boolean,
): readonly CreditNote[] {
  const { data } = useQuery({
    queryKey: ["list", "/api/v1/credit-notes", of],
    queryFn: ({ signal }) => api.get<ListPage<CreditNote>>("/api/v1/credit-notes", { ...of, limit: 100 }, signal),
    enabled: wanted,
    refetchInterval: 15_000,
  });
  return data?.rows ?? none;
}

/** Credit notes beside the thing they belong to: number, day, invoice, sum, and their paper. */
export function CreditNoteTable({ notes }: { notes: readonly CreditNote[] }) {
  const pdf = usePdf();
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Credit note</th>
            <th>State</th>
            <th className={classes.wide}>Dated</th>
            <th className={classes.wide}>Of invoice</th>
            <th className={classes.number}>Total</th>
            <th aria-label="Paper" />
          </tr>
        </thead>
        <tbody>
          {notes.map((note) => (
            <tr key={note.creditNoteId}>
              <td>
                <Code href={`/credit-notes/${note.creditNoteId}`}>{note.number}</Code>
                <div className={classes.small}>{originWords(note)}</div>
              </td>
              <td>
                <StateChip state={note.state} table={creditNoteStates} />
              </td>
              <td className={classes.wide}>
                <Day on={note.issuedOn} />
              </td>
              <td className={classes.wide}>
                <Code>{note.invoiceNumber}</Code>
              </td>
              <td className={classes.number}>
                <Money paise={note.total} />
              </td>
              <td className={classes.number}>
                <ActionButton
                  label="Print"
                  icon={IconPrinter}
                  notNow={note.state === "IRN_PENDING" ? "It is printed once it has its IRN." : null}
                  onClick={() =>
                    pdf.open(`Credit note ${note.number}`, [
                      { label: "Credit note", path: `/api/v1/credit-notes/${note.creditNoteId}/pdf` },
                    ])
                  }
                />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      {pdf.preview}
    </div>
  );
}
