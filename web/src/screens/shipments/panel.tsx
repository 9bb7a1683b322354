import { IconClipboardPlus, IconFileInvoice, IconPrinter, IconTag } from "@tabler/icons-react";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, Code, Deadline, Facts, Money, Section, StateChip } from "../../ui/index.ts";
import { GoodsList } from "../shared/goods-list.tsx";
import { packageStates } from "../shared/states.ts";
import { hasLabel } from "./bulk.ts";
import { IrnWaits } from "./irn-waits.tsx";
import { handedOver, type Shipment } from "./shipment.ts";
import classes from "./shipments.module.css";
import type { Steps } from "./use-steps.tsx";

/** Beside the list: what is in the parcel, where it goes, and its next step. */
export function ShipmentPanel({
  row,
  steps,
  may,
}: {
  row: Shipment;
  steps: Steps;
  may: (permission: string) => boolean;
}) {
  return (
    <>
      <div className={classes.chips}>
        <StateChip state={row.state} table={packageStates} size="md" />
        {row.onHold && <StateChip state="ON_HOLD" table={packageStates} size="md" />}
        {row.state !== "CANCELLED" && <Deadline by={row.dispatchBy} met={handedOver(row.state)} />}
      </div>
      {row.onHold && <p className={classes.hold}>{row.holdReason ?? "A person must decide first."}</p>}
      {row.irnWait !== null && <IrnWaits wait={row.irnWait} />}
      <div className={classes.buttons}>
        <NextStep row={row} steps={steps} may={may} />
        {row.invoiceId !== null && row.irnWait === null && may("billing.view") && (
          <ActionButton label="Print invoice" icon={IconPrinter} onClick={() => steps.print("invoices", [row])} />
        )}
        {hasLabel(row) && may("shipments.label") && (
          <ActionButton label="Print label" icon={IconPrinter} onClick={() => steps.print("labels", [row])} />
        )}
      </div>
      <Section title="Goods">
        <GoodsList items={row.items} />
      </Section>
      <Section title="Parcel">
        <Facts
          facts={[
            [
              "Order",
              <Code key="order" href={`/orders/${row.saleOrderId}`}>
                {row.orderCode}
              </Code>,
            ],
            ["Channel", row.channelCode],
            ["From", row.facilityCode],
            ["To", `${row.buyer}, ${row.city} ${row.pincode}`],
            ["Courier", row.courier ?? "chosen with the label"],
            ["AWB", row.awb === null ? "–" : <Code key="awb">{row.awb}</Code>],
            ["Invoice", row.invoiceNumber === null ? "–" : <Code key="invoice">{row.invoiceNumber}</Code>],
            ["Manifest", row.manifestCode === null ? "–" : <Code key="manifest">{row.manifestCode}</Code>],
            ["Value", <Money key="value" paise={row.totalPaise} />],
            [
              "Payment",
              row.cod ? (
                <span key="cod">
                  COD, collect <Money paise={row.collectPaise} strong />
                </span>
              ) : (
                "Prepaid"
              ),
            ],
          ]}
        />
      </Section>
    </>
  );
}

/** The one next step of the parcel as the primary button. */
function NextStep({ row, steps, may }: { row: Shipment; steps: Steps; may: (permission: string) => boolean }) {
  const take = async (step: Parameters<Steps["take"]>[0]) => {
    const answer = await steps.take(step, [row]);
    if (answer?.workId !== undefined) announceWork(answer.workId);
  };
  const single = row.singleAction !== "OFF";
  if (row.allowed.includes("pack") && may("shipments.invoice"))
    return single ? (
      <ActionButton primary label="Invoice and label" icon={IconTag} onClick={() => take("invoice-and-label")} />
    ) : (
      <ActionButton primary label="Create invoice" icon={IconFileInvoice} onClick={() => take("invoice")} />
    );
  if (row.allowed.includes("label") && may("shipments.label"))
    return <ActionButton primary label="Create label" icon={IconTag} onClick={() => take("label")} />;
  if (row.allowed.includes("manifest") && may("manifests.manage"))
    return (
      <ActionButton primary label="Add to manifest" icon={IconClipboardPlus} onClick={() => steps.toManifest([row])} />
    );
  return null;
}
