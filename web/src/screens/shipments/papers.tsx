import { IconDownload, IconExternalLink, IconPrinter } from "@tabler/icons-react";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, Day, Instant, Money, Section, StateChip } from "../../ui/index.ts";
import { CourierExchangeButton } from "../shared/courier-exchange.tsx";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { invoiceStates } from "../shared/states.ts";
import { hasLabel } from "./bulk.ts";
import channelClasses from "./channel.module.css";
import { courierLabel, documentName, owedStep, sizeWords } from "./channel-step.ts";
import type { ShipmentDetail } from "./shipment.ts";
import classes from "./shipments.module.css";
import type { Steps } from "./use-steps.tsx";

const times = (count: number): string => (count === 1 ? "once" : count === 2 ? "twice" : `${count} times`);

/** Invoice and label. The invoice shows itself; a label is fetched only to be printed, since each print is counted. */
export function Papers({ shipment, steps }: { shipment: ShipmentDetail; steps: Steps }) {
  return (
    <Section title="Documents">
      <div className={classes.papers}>
        <InvoicePaper shipment={shipment} />
        <LabelPaper shipment={shipment} steps={steps} />
      </div>
      <ChannelFiles shipment={shipment} />
    </Section>
  );
}

function InvoicePaper({ shipment }: { shipment: ShipmentDetail }) {
  const may = useMay();
  const [current, ...older] = shipment.invoices;
  const owed = owedStep(shipment);
  return (
    <div className={classes.paper}>
      <div className={classes.paperHead}>
        <strong>Invoice</strong>
        {current !== undefined && <Code>{current.number}</Code>}
      </div>
      {current?.irn != null && (
        <div className={channelClasses.small}>
          IRN <Code>{current.irn}</Code>
        </div>
      )}
      {current?.state === "IRN_PENDING" ? (
        <div className={classes.none}>Not printed yet: it is valid with its IRN, which NIC is asked for.</div>
      ) : current === undefined ? (
        <div className={classes.none}>
          {owed?.step === "INVOICE"
            ? `${shipment.channelCode} makes it and has not given it yet.`
            : "Made when the package is packed; its number is given then."}
        </div>
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
          {current.numberedBy === "CHANNEL" && <div className={channelClasses.small}>{numberedWords(shipment)}</div>}
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
  );
}

/** Whose number and whose paper it is. */
function numberedWords({ channelCode, documents }: ShipmentDetail): string {
  return documents.some((file) => file.kind === "CHANNEL_INVOICE")
    ? `Number and file are ${channelCode}'s; our own series is not touched.`
    : `Number, date and taxes are ${channelCode}'s, the page is drawn here; our own series is not touched.`;
}

function LabelPaper({ shipment, steps }: { shipment: ShipmentDetail; steps: Steps }) {
  const may = useMay();
  const owed = owedStep(shipment);
  return (
    <div className={classes.paper}>
      <div className={classes.paperHead}>
        <strong>Label</strong>
        {shipment.awb !== null && <Code>{shipment.awb}</Code>}
      </div>
      <div className={classes.none}>
        {hasLabel(shipment) ? (
          <div>
            <p>{labelWords(shipment)}</p>
            {may("shipments.label") && (
              <ActionButton label="Print label" icon={IconPrinter} onClick={() => steps.print("labels", [shipment])} />
            )}
          </div>
        ) : owed?.step === "LABEL" ? (
          `${owed.providerId === null ? shipment.channelCode : "The courier"} makes it and has not given it yet.`
        ) : shipment.thirdPartyShipping ? (
          `Made after the invoice by ${shipment.channelCode}, with its courier's tracking number.`
        ) : (
          "Made after the invoice, with the courier's tracking number."
        )}
      </div>
    </div>
  );
}

/** A file of the channel's or the courier's own prints as it came, however often. */
function labelWords({ labelCopies, channelCode, courier, documents }: ShipmentDetail): string {
  const own = documents.find((file) => file.kind === "CHANNEL_LABEL" || file.kind === courierLabel);
  if (own === undefined)
    return labelCopies === 0 ? "Ready to print." : `Printed ${times(labelCopies)}; the next print is marked as a copy.`;
  const whose = own.kind === courierLabel ? (courier ?? "The courier") : channelCode;
  return labelCopies === 0
    ? `${whose}'s own file, ready to print.`
    : `${whose}'s own file, printed ${times(labelCopies)}.`;
}

/**
 * What the channel or the courier gave, as it came: with its size, since when it is here, and the exchange that brought it. Opened by who
 * may see invoices: prices and buyers stand on them. Labels are printed above.
 */
function ChannelFiles({ shipment }: { shipment: ShipmentDetail }) {
  const mayOpen = useMay()("billing.view");
  if (shipment.documents.length === 0) return null;
  return (
    <ul className={channelClasses.files} aria-label="Files that others gave">
      {shipment.documents.map((file) => (
        <li key={file.documentId}>
          <span className={channelClasses.fileName}>
            {mayOpen ? (
              <a href={file.url} target="_blank" rel="noreferrer">
                {documentName(file.kind)} <IconExternalLink size={13} aria-hidden />
              </a>
            ) : (
              documentName(file.kind)
            )}
          </span>
          <span className={channelClasses.small}>
            {sizeWords(file.sizeBytes)} · fetched <Instant at={file.fetchedAt} />
          </span>
          <span className={channelClasses.stepActions}>
            {mayOpen && (
              <a className={channelClasses.small} href={file.url} download={file.name}>
                <IconDownload size={13} aria-hidden /> Download
              </a>
            )}
            {file.kind === courierLabel ? (
              <CourierExchangeButton id={file.exchangeId} title="Label of the courier: what was said" />
            ) : (
              <ExchangeButton id={file.exchangeId} title={`${documentName(file.kind)}: what was said`} />
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}
