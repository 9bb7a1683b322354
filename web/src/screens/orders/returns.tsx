import { useMay } from "../../lib/session.ts";
import { Code, Instant, Section, StateChip } from "../../ui/index.ts";
import { CreditNoteTable, useCreditNotes } from "../credit-notes/credit-note-table.tsx";
import { returnStates } from "../shared/states.ts";
import classes from "./detail.module.css";
import type { OrderDetail } from "./types.ts";

const kinds: Readonly<Record<string, string>> = {
  RTO: "Returned to origin: it was not delivered",
  CIR: "Customer initiated: reverse pickup",
};

/** What comes back of an order, and what was given back for it. */
export function Returns({ order }: { order: OrderDetail }) {
  const notes = useCreditNotes({ saleOrderId: order.id }, useMay()("billing.view"));
  return (
    <Section title="Returns">
      <div className={classes.scroll}>
        <table className={classes.table}>
          <thead>
            <tr>
              <th>Return</th>
              <th>State</th>
              <th>Kind</th>
              <th>AWB</th>
              <th>Announced</th>
            </tr>
          </thead>
          <tbody>
            {order.returns.map((each) => (
              <tr key={each.id}>
                <td>
                  <Code href={`/returns/${each.id}`}>{each.code}</Code>
                </td>
                <td>
                  <StateChip state={each.state} table={returnStates} />
                </td>
                <td>
                  {kinds[each.kind] ?? each.kind}
                  {each.reason !== null && <div className={classes.small}>{each.reason}</div>}
                </td>
                <td>{each.awb === null ? "–" : <Code>{each.awb}</Code>}</td>
                <td>
                  <Instant at={each.announcedAt} />
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {notes.length > 0 && (
        <div className={classes.creditNotes}>
          <CreditNoteTable notes={notes} />
        </div>
      )}
    </Section>
  );
}
