import { IconExternalLink, IconPrinter } from "@tabler/icons-react";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Day, Money, Section, StateChip } from "../../ui/index.ts";
import { invoiceStates } from "../shared/states.ts";
import { hasLabel } from "./bulk.ts";
import type { ShipmentDetail } from "./shipment.ts";
import classes from "./shipments.module.css";
import type { Steps } from "./use-steps.tsx";

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

/** Invoice and label. The invoice shows itself; a label is fetched only to be printed, since each print is counted. */
export function Papers({ shipment, steps }: { shipment: ShipmentDetail; steps: Steps }) {
  const may = useMay();
  const [current, ...older] = shipment.invoices;
  return (
    <Section title="Documents">
      <div className={classes.papers}>
        <div className={classes.paper}>
          <div className={classes.paperHead}>
            <strong>Invoice</strong>
            {current !== undefined && <Code>{current.number}</Code>}
          </div>
          {current === undefined ? (
            <div className={classes.none}>Made when the package is packed; its number is given then.</div>
          ) : may("billing.view") ? (
            <>
              <iframe
                className={classes.sheet}
                src={`/api/v1/invoices/${current.invoiceId}/pdf#toolbar=0&view=FitH`}
                title={`Invoice ${current.number}`}
              />
              <div className={classes.paperHead}>
                <span>
                  <StateChip state={current.state} table={invoiceStates} /> <Day on={current.issuedOn} />{" "}
                  <Money paise={current.totalPaise} />
                </span>
                <a href={`/api/v1/invoices/${current.invoiceId}/pdf`} target="_blank" rel="noreferrer">
                  Open <IconExternalLink size={13} aria-hidden />
                </a>
              </div>
            </>
          ) : (
            <div className={classes.none}>You may not see invoices.</div>
          )}
          {older.map((invoice) => (
            <div key={invoice.invoiceId} className={classes.paperHead}>
              <Code>{invoice.number}</Code>
              <StateChip state={invoice.state} table={invoiceStates} />
            </div>
          ))}
        </div>
        <div className={classes.paper}>
          <div className={classes.paperHead}>
            <strong>Label</strong>
            {shipment.awb !== null && <Code>{shipment.awb}</Code>}
          </div>
          <div className={classes.none}>
            {hasLabel(shipment) ? (
              <div>
                <p>
                  {shipment.labelCopies === 0
                    ? "Ready to print."
                    : `Printed ${times(shipment.labelCopies)}; the next print is marked as a copy.`}
                </p>
                {may("shipments.label") && (
                  <ActionButton
                    label="Print label"
                    icon={IconPrinter}
                    onClick={() => steps.print("labels", [shipment])}
                  />
                )}
              </div>
            ) : (
              "Made after the invoice, with the courier's tracking number."
            )}
          </div>
        </div>
      </div>
    </Section>
  );
}
