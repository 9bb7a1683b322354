import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { Code, Day, Money, Refusal, StateChip } from "../../ui/index.ts";
import { creditNoteStates } from "../shared/states.ts";
import type { CreditNote } from "./credit-note-data.ts";
import classes from "./credit-notes.module.css";

/** The answer of `GET /api/v1/invoices/:invoiceId/credit`. */
interface Credit {
  readonly creditedPaise: number;
  readonly leftPaise: number;
  readonly lines: readonly {
    readonly lineNo: number;
    readonly sku: string;
    readonly quantity: number;
    readonly creditedQuantity: number;
    readonly total: number;
    readonly creditedTotal: number;
  }[];
  readonly creditNotes: readonly CreditNote[];
}

/** What was given back of an invoice, by which credit notes, and what is left. @param but a credit note that is shown already. */
export function InvoiceCredit({ invoiceId, but = null }: { invoiceId: string; but?: string | null }) {
  const { data, error } = useQuery({
    queryKey: ["list", "/api/v1/credit-notes", "invoice", invoiceId],
    queryFn: ({ signal }) => api.get<Credit>(`/api/v1/invoices/${invoiceId}/credit`, {}, signal),
    refetchInterval: 15_000,
  });
  if (data === undefined)
    return error === null ? <p role="status">Being read…</p> : <Refusal error={error} title="It could not be read" />;
  const others = data.creditNotes.filter((note) => note.creditNoteId !== but);
  return (
    <>
      <p className={classes.sum}>
        Given back <Money paise={data.creditedPaise} />, left <Money paise={data.leftPaise} strong />
      </p>
      <div className={classes.scroll}>
        <table className={classes.table}>
          <tbody>
            {data.lines.map((line) => (
              <tr key={line.lineNo}>
                <td>
                  <code>{line.sku}</code>
                </td>
                <td className={classes.number}>
                  {line.creditedQuantity} of {line.quantity}
                </td>
                <td className={classes.number}>
                  <Money paise={line.creditedTotal} /> of <Money paise={line.total} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {others.length > 0 && (
        <ul className={classes.others}>
          {others.map((note) => (
            <li key={note.creditNoteId}>
              <Code href={`/credit-notes/${note.creditNoteId}`}>{note.number}</Code>
              <StateChip state={note.state} table={creditNoteStates} />
              <Day on={note.issuedOn} />
              <Money paise={note.total} />
            </li>
          ))}
        </ul>
      )}
    </>
  );
}
