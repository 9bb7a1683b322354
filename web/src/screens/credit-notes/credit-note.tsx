import { Textarea } from "@mantine/core";
import { IconBan, IconPrinter } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatPaise } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  Day,
  Facts,
  Instant,
  Money,
  Page,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { creditNoteStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { type CreditNoteDetail, originWords, rateWords, taxHeads, taxOf } from "./credit-note-data.ts";
import classes from "./credit-notes.module.css";
import { InvoiceCredit } from "./invoice-credit.tsx";

/** A credit note: what it gives back of which invoice, line by line, its paper, and what is left. */
export function Screen() {
  const { creditNoteId = "" } = useParams({ strict: false });
  const { data, error, refetch } = useQuery({
    queryKey: ["credit-note", creditNoteId],
    queryFn: ({ signal }) => api.get<CreditNoteDetail>(`/api/v1/credit-notes/${creditNoteId}`, {}, signal),
    refetchInterval: (query) => (query.state.data?.state === "IRN_PENDING" ? 5_000 : false),
  });
  const back = { to: "/credit-notes", label: "Credit notes" };
  if (data === undefined)
    return (
      <Page title="Credit note" back={back}>
        {error === null ? <p role="status">Reading the credit note…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.number}
      title={
        <>
          <Code>{data.number}</Code>
          <StateChip state={data.state} table={creditNoteStates} size="md" />
        </>
      }
      line={
        <>
          {originWords(data)} · dated <Day on={data.issuedOn} /> · of invoice <Code>{data.invoiceNumber}</Code> of{" "}
          <Day on={data.invoicedOn} />
        </>
      }
      actions={<Actions note={data} onChanged={refetch} />}
    >
      {data.warning !== null && <p className={classes.warning}>{data.warning}</p>}
      <div className={classes.columns}>
        <div>
          <Section title="Lines">
            <Lines note={data} />
          </Section>
          <Section title="Details">
            <Details note={data} />
          </Section>
          <Section title={`Invoice ${data.invoiceNumber}: what is left to credit`}>
            <InvoiceCredit invoiceId={data.invoiceId} but={data.creditNoteId} />
          </Section>
        </div>
        {data.state !== "IRN_PENDING" && (
          <Section title="Its paper">
            <iframe
              className={classes.sheet}
              src={`/api/v1/credit-notes/${data.creditNoteId}/pdf#toolbar=0&view=FitH`}
              title={`Credit note ${data.number}`}
            />
          </Section>
        )}
      </div>
    </Page>
  );
}

function Actions({ note, onChanged }: { note: CreditNoteDetail; onChanged: () => Promise<unknown> }) {
  const client = useQueryClient();
  const may = useMay();
  const pdf = usePdf();
  const [cancelling, setCancelling] = useState(false);
  const [reason, setReason] = useState("");
  return (
    <>
      <ExchangeButton id={note.exchangeId} title={`Credit note ${note.number}: what was said`} />
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
      <ActionButton
        danger
        label="Cancel"
        icon={IconBan}
        notNow={
          !may("billing.manage")
            ? "Your role does not include this."
            : note.state === "CANCELLED"
              ? "It is cancelled already."
              : null
        }
        onClick={() => setCancelling(true)}
      />
      <ConfirmAction
        danger
        opened={cancelling}
        onClose={() => setCancelling(false)}
        title={`Cancel credit note ${note.number}`}
        verb="Cancel credit note"
        willHappen="It keeps its number and is cancelled; what it gave back is owed again, and its return waits for another credit note."
        notNow={reason.trim().length < 3 ? "Say why; the audit keeps it." : null}
        onConfirm={async () => {
          await api.post(`/api/v1/credit-notes/${note.creditNoteId}/cancel`, { reason: reason.trim() });
          void client.invalidateQueries({ queryKey: ["list"] });
          await onChanged();
          reportDone(`${note.number} is cancelled.`);
        }}
      >
        <Textarea
          data-autofocus
          label="Why"
          maxLength={200}
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
        />
      </ConfirmAction>
      {pdf.preview}
    </>
  );
}

function Lines({ note }: { note: CreditNoteDetail }) {
  return (
    <div className={classes.scroll}>
      <table className={classes.table}>
        <thead>
          <tr>
            <th>Item</th>
            <th className={classes.wide}>HSN</th>
            <th className={classes.number}>Units</th>
            <th className={`${classes.number} ${classes.wide}`}>Taxable</th>
            <th className={classes.number}>Tax</th>
            <th className={classes.number}>Total</th>
          </tr>
        </thead>
        <tbody>
          {note.lines.map((line) => (
            <tr key={line.lineNo}>
              <td>
                {line.description}
                <div className={classes.small}>
                  {line.sku} · line {line.invoiceLineNo} of the invoice
                </div>
              </td>
              <td className={classes.wide}>{line.hsn ?? "–"}</td>
              <td className={classes.number}>{line.quantity}</td>
              <td className={`${classes.number} ${classes.wide}`}>
                <Money paise={line.taxable} />
              </td>
              <td className={classes.number}>
                <Money paise={taxOf(line)} />
                <div className={classes.small}>
                  {rateWords(line.gstBps)}
                  {line.cessBps > 0 && ` + cess ${rateWords(line.cessBps)}`}
                </div>
              </td>
              <td className={classes.number}>
                <Money paise={line.total} />
              </td>
            </tr>
          ))}
        </tbody>
        <tfoot>
          <tr>
            <td>
              Together
              {note.roundOff !== 0 && <div className={classes.small}>Round-off {formatPaise(note.roundOff)}</div>}
            </td>
            <td className={classes.wide} />
            <td className={classes.number}>{note.quantity}</td>
            <td className={`${classes.number} ${classes.wide}`}>
              <Money paise={note.taxable} />
            </td>
            <td className={classes.number}>
              <Money paise={taxOf(note)} />
            </td>
            <td className={classes.number}>
              <Money paise={note.total} strong />
            </td>
          </tr>
        </tfoot>
      </table>
    </div>
  );
}

function Details({ note }: { note: CreditNoteDetail }) {
  return (
    <Facts
      facts={[
        ...taxHeads(note).map(([label, paise]) => [label, <Money key={label} paise={paise} />] as const),
        [
          "Return",
          note.returnCode === null || note.returnCaseId === null ? (
            "–"
          ) : (
            <Code key="return" href={`/returns/${note.returnCaseId}`}>
              {note.returnCode}
            </Code>
          ),
        ],
        [
          "Order",
          <Code key="order" href={`/orders/${note.saleOrderId}`}>
            {note.orderCode}
          </Code>,
        ],
        [
          "Package",
          <Code key="package" href={`/shipments/${note.packageCode}`}>
            {note.packageCode}
          </Code>,
        ],
        ["Channel", note.channelCode],
        ["Facility", note.facilityCode],
        ["Our GSTIN", note.sellerGstin === null ? "–" : <Code key="gstin">{note.sellerGstin}</Code>],
        ["Buyer", note.buyer],
        ["Buyer’s GSTIN", note.buyerGstin === null ? "–" : <Code key="buyer">{note.buyerGstin}</Code>],
        ["Place of supply", note.placeOfSupply],
        ["IRN", note.irn === null ? "–" : <Code key="irn">{note.irn}</Code>],
        ["Lowers tax if dated by", <Day key="by" on={note.taxLoweredBy} />],
        ...(note.channelTaxable !== null && note.channelTax !== null
          ? [
              [
                "The channel’s own sums",
                `${formatPaise(note.channelTaxable)} and tax ${formatPaise(note.channelTax)}`,
              ] as const,
            ]
          : []),
        ["Stored", <Instant key="at" at={note.issuedAt} />],
        ...(note.cancelledAt === null
          ? []
          : [["Cancelled", <Instant key="cancelled" at={note.cancelledAt} />] as const]),
      ]}
    />
  );
}
