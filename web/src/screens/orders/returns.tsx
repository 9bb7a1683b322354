import { IconArrowBackUp } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Instant, Section, StateChip } from "../../ui/index.ts";
import { CreditNoteTable, useCreditNotes } from "../credit-notes/credit-note-table.tsx";
import { returnStates } from "../shared/states.ts";
import classes from "./detail.module.css";
import type { OrderDetail, Unit } from "./types.ts";

const kinds: Readonly<Record<string, string>> = {
  RTO: "Returned to origin: it was not delivered",
  CIR: "Customer initiated: reverse pickup",
};

/** A unit that left: its customer has it, or it is on its way to him. */
export const isAway = ({ state }: Unit): boolean => state === "DISPATCHED" || state === "DELIVERED";

/** What comes back of an order, and what was given back for it. */
export function Returns({ order }: { order: OrderDetail }) {
  const may = useMay();
  const notes = useCreditNotes({ saleOrderId: order.id }, may("billing.view") && order.returns.length > 0);
  const navigate = useNavigate();
  return (
    <Section
      title="Returns"
      actions={
        <ActionButton
          label="Create reverse pickup"
          icon={IconArrowBackUp}
          notNow={
            !may("returns.manage") && !may("returns.override")
              ? "Your roles do not include this."
              : order.units.some(isAway)
                ? null
                : "No unit of it is with the customer."
          }
          onClick={() => navigate({ to: "/reverse-pickups/new", search: { order: order.id } })}
        />
      }
    >
      {order.returns.length === 0 && <p className={classes.small}>Nothing of it comes back.</p>}
      {order.returns.length > 0 && <ReturnTable order={order} />}
      {notes.length > 0 && (
        <div className={classes.creditNotes}>
          <CreditNoteTable notes={notes} />
        </div>
      )}
    </Section>
  );
}

function ReturnTable({ order }: { order: OrderDetail }) {
  return (
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
  );
}
