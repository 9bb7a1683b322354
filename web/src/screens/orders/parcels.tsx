import { IconFileInvoice, IconTag } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Instant, Money, Section, StateChip } from "../../ui/index.ts";
import { invoiceStates, packageStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import classes from "./detail.module.css";
import type { OrderDetail, Parcel } from "./types.ts";

type Invoice = OrderDetail["invoices"][number];
type Show = (title: string, path: string) => Promise<void>;

/** Packages with their courier, manifest and documents to look at; then the invoices that were cancelled. */
export function Parcels({ order }: { order: OrderDetail }) {
  const { open, preview } = usePdf();
  const show: Show = (title, path) => open(title, [{ label: title, path }]);
  const cancelled = order.invoices.filter((invoice) => invoice.state === "CANCELLED");
  return (
    <Section title="Packages and documents">
      {order.parcels.length === 0 ? (
        <p className={classes.small}>
          None yet. A package is made when stock is blocked for units: that happens by itself once there is stock.
        </p>
      ) : (
        <div className={classes.scroll}>
          <table className={`${classes.table} ${classes.stacks}`}>
            <thead>
              <tr>
                <th>Package</th>
                <th>State</th>
                <th className={classes.number}>Units</th>
                <th>Courier, AWB</th>
                <th>Manifest</th>
                <th>Documents</th>
              </tr>
            </thead>
            <tbody>
              {order.parcels.map((parcel) => (
                <ParcelRow
                  key={parcel.id}
                  parcel={parcel}
                  invoice={order.invoices.find((each) => each.packageId === parcel.id && each.state !== "CANCELLED")}
                  show={show}
                />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {cancelled.length > 0 && <OldInvoices invoices={cancelled} show={show} />}
      {preview}
    </Section>
  );
}

function ParcelRow({ parcel, invoice, show }: { parcel: Parcel; invoice: Invoice | undefined; show: Show }) {
  const may = useMay();
  return (
    <tr>
      <td>
        <Code href={`/shipments/${parcel.code}`}>{parcel.code}</Code>
        <div className={classes.small}>{parcel.facility}</div>
      </td>
      <td>
        <StateChip state={parcel.state} table={packageStates} />
        <div className={classes.small}>
          <Instant at={parcel.stateChangedAt} />
          {parcel.courierStatus !== null && ` · courier: ${parcel.courierStatus}`}
        </div>
        {parcel.dispatchedHow === "ADOPTED" && (
          <div className={classes.small}>adopted: it was processed on the channel’s panel</div>
        )}
        {parcel.invoiceAwaited === true && (
          <div className={`${classes.small} ${classes.warn}`}>the channel has not given its invoice yet</div>
        )}
        {invoice?.waitsFor != null && (
          <div className={classes.small} role="status">
            {waitingWords(invoice.number, invoice.waitsFor)}{" "}
            <Link to="/e-invoices" search={{ open: invoice.waitsFor.eInvoiceId }}>
              Open the e-invoice
            </Link>
          </div>
        )}
      </td>
      <td className={classes.number} data-label="Units">
        {parcel.units}
      </td>
      <td data-label="Courier">
        {parcel.courier ?? "–"}
        {parcel.awb !== null && (
          <div>
            <Code>{parcel.awb}</Code>
          </div>
        )}
        {parcel.thirdPartyShipping && parcel.courier !== null && (
          <div className={classes.small}>chosen by the channel</div>
        )}
      </td>
      <td data-label="Manifest">
        {parcel.manifest === null ? (
          parcel.dispatchedHow === "ADOPTED" ? (
            "none"
          ) : (
            "–"
          )
        ) : (
          <Code href={`/manifests/${parcel.manifestId}`}>{parcel.manifest}</Code>
        )}
      </td>
      <td>
        <span className={classes.buttons}>
          <ActionButton
            label={invoice?.number ?? "Invoice"}
            icon={IconFileInvoice}
            notNow={noInvoice(parcel, invoice, may("billing.view"))}
            onClick={() => show(`Invoice ${invoice?.number ?? ""}`, `/api/v1/invoices/${invoice?.id ?? ""}/pdf`)}
          />
          <ActionButton
            label="Label"
            icon={IconTag}
            notNow={noLabel(parcel, may("shipments.label"))}
            onClick={() =>
              show(`Label of ${parcel.code}`, `/api/v1/shipments/${encodeURIComponent(parcel.code)}/label.pdf`)
            }
          />
        </span>
      </td>
    </tr>
  );
}

/** Why a parcel is not packed although its invoice has a number. */
function waitingWords(number: string, { code, words, whatToDo }: NonNullable<Invoice["waitsFor"]>): string {
  const told =
    words === null ? "NIC is being asked." : `${code === null ? "" : `NIC ${code}. `}${words} ${whatToDo ?? ""}`;
  return `Invoice ${number} waits for its IRN: ${told}`.trim();
}

function noInvoice(parcel: Parcel, invoice: Invoice | undefined, may: boolean): string | null {
  if (invoice === undefined)
    return parcel.state === "CANCELLED"
      ? "The package was cancelled."
      : "There is none yet: it is created when the package is invoiced.";
  if (invoice.state === "IRN_PENDING") return "It waits for its IRN and is not valid before.";
  return may ? null : "Your roles do not include invoices.";
}

function noLabel(parcel: Parcel, may: boolean): string | null {
  if (parcel.state === "CANCELLED") return "The package was cancelled.";
  if (!parcel.labelled) return "There is none yet: the label comes after the invoice.";
  return may ? null : "Your roles do not include labels.";
}

function OldInvoices({ invoices, show }: { invoices: readonly Invoice[]; show: Show }) {
  return (
    <div className={classes.scroll} style={{ marginTop: 12 }}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Cancelled invoices keep their number</th>
            <th>State</th>
            <th>Issued</th>
            <th className={classes.number}>Total</th>
          </tr>
        </thead>
        <tbody>
          {invoices.map((invoice) => (
            <tr key={invoice.id}>
              <td>
                <ActionButton
                  label={invoice.number}
                  icon={IconFileInvoice}
                  onClick={() => show(`Invoice ${invoice.number}`, `/api/v1/invoices/${invoice.id}/pdf`)}
                />
              </td>
              <td>
                <StateChip state={invoice.state} table={invoiceStates} />
              </td>
              <td>
                <Instant at={invoice.issuedAt} />
              </td>
              <td className={classes.number}>
                <Money paise={invoice.totalPaise} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
