import { Textarea } from "@mantine/core";
import { IconBan, IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  Day,
  type Exchange,
  ExchangeView,
  Facts,
  Instant,
  Money,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { eInvoiceStates } from "../shared/states.ts";
import { documentWords, type EInvoice, type EInvoiceDetail, operationWords, type PortalExchange } from "./data.ts";
import classes from "./e-invoices.module.css";

const reasonMin = 3;

/** One document at the portal: why it stands as it does, what a person can do, and what was said to and fro. */
export function EInvoicePanel({ row }: { row: EInvoice }) {
  const client = useQueryClient();
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ["e-invoice", row.eInvoiceId, row.state, row.attempts],
    queryFn: ({ signal }) => api.get<EInvoiceDetail>(`/api/v1/e-invoices/${row.eInvoiceId}`, {}, signal),
  });
  const [cancelling, setCancelling] = useState(false);
  const notMine = may("billing.manage") ? null : "Your role does not include e-invoices.";
  const changed = () =>
    client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey[1] === "/api/v1/e-invoices" || queryKey[0] === "e-invoice",
    });
  const allowed = (action: "tryNow" | "cancel") => row.allowed.includes(action);
  return (
    <>
      <div className={classes.state}>
        <StateChip state={row.state} table={eInvoiceStates} size="md" />
        {row.wish === "CANCEL" && row.state !== "CANCELLED" && <span>Its IRN is to be cancelled.</span>}
      </div>
      {row.words !== null && (
        <div className={classes.words} data-stuck={row.state === "BLOCKED" || undefined} role="status">
          <p>
            {row.code !== null && <Code>{row.code}</Code>} {row.words}
          </p>
          {row.said !== null && <p className={classes.said}>NIC says: {row.said}</p>}
          {row.whatToDo !== null && <p>{row.whatToDo}</p>}
          {row.nextAttemptAt !== null && (
            <p>
              Asked again <Instant at={row.nextAttemptAt} />.
            </p>
          )}
        </div>
      )}
      <div className={classes.buttons}>
        {allowed("tryNow") && (
          <ActionButton
            primary
            label="Try now"
            icon={IconRefresh}
            notNow={notMine}
            onClick={async () => {
              await api.post(`/api/v1/e-invoices/${row.eInvoiceId}/try-now`);
              await changed();
              reportDone(`NIC is asked for ${row.number} again.`);
            }}
          />
        )}
        {allowed("cancel") && (
          <ActionButton
            label={row.irn === null ? "Cancel the document" : "Cancel the IRN"}
            icon={IconBan}
            notNow={notMine}
            onClick={() => setCancelling(true)}
          />
        )}
      </div>
      <Section title="Document">
        <Facts facts={factsOf(row)} />
      </Section>
      <Section title="Said to and fro" line="Names and addresses are struck out; kept for 30 days.">
        {error !== null && <Refusal error={error} title="It could not be read" />}
        {data?.exchanges.length === 0 && <p className={classes.said}>NIC has not been asked yet.</p>}
        {data?.exchanges.map((each) => (
          <details key={each.exchangeId} className={classes.exchange}>
            <summary>
              {operationWords[each.operation] ?? each.operation}: {each.message ?? each.outcome}{" "}
              <Instant at={each.at} />
            </summary>
            <ExchangeView exchange={exchangeOf(each)} />
          </details>
        ))}
      </Section>
      <CancelDialog row={row} opened={cancelling} onClose={() => setCancelling(false)} onDone={changed} />
    </>
  );
}

function factsOf(row: EInvoice): Parameters<typeof Facts>[0]["facts"] {
  return [
    ["Document", `${documentWords[row.subjectType]} (${row.documentType})`],
    ["Number", <Code key="number">{row.number}</Code>],
    ["Date", <Day key="date" on={row.issuedOn} />],
    ["Our GSTIN", <Code key="gstin">{row.gstin}</Code>],
    ["Buyer", row.buyer],
    ["Buyer’s GSTIN", <Code key="buyer">{row.buyerGstin}</Code>],
    ["Total", <Money key="total" paise={Math.round(row.total * 100)} />],
    ...(row.irn === null
      ? []
      : ([
          ["IRN", <Code key="irn">{row.irn}</Code>],
          ["Acknowledgement", row.ackNo ?? "–"],
          ["Acknowledged", <Instant key="ack" at={row.ackAt} />],
          ["Signatures", row.proved === true ? "Proved with NIC’s key" : "Not proved: the operator has set no key"],
        ] as const)),
    ...(row.irn !== null && row.cancelledAt === null && row.cancelBy !== null
      ? ([["May be cancelled until", <Instant key="until" at={row.cancelBy} />]] as const)
      : []),
    ...(row.cancelledAt === null ? [] : ([["Cancelled", <Instant key="cancelled" at={row.cancelledAt} />]] as const)),
    ["Tries", String(row.attempts)],
  ];
}

function exchangeOf(each: PortalExchange): Exchange {
  return {
    request: { method: each.method, url: each.url, body: each.request },
    answer: each.status === null ? null : { status: each.status, body: each.response },
    at: each.at,
    ...(each.durationMs === null ? {} : { durationMs: each.durationMs }),
    ...(each.message === null ? {} : { failure: each.message }),
  };
}

const effects: Readonly<Record<EInvoice["subjectType"], string>> = {
  INVOICE:
    "The invoice is cancelled and keeps its number. A packed parcel is opened: its goods go into a new package, to be invoiced anew.",
  CREDIT_NOTE: "The credit note is cancelled and keeps its number.",
  GATEPASS: "The document of the stock transfer is cancelled and keeps its number.",
};

function CancelDialog({
  row,
  opened,
  onClose,
  onDone,
}: {
  row: EInvoice;
  opened: boolean;
  onClose: () => void;
  onDone: () => unknown;
}) {
  const [reason, setReason] = useState("");
  return (
    <ConfirmAction
      danger
      opened={opened}
      onClose={onClose}
      title={`Cancel ${row.number}`}
      verb={row.irn === null ? "Cancel the document" : "Cancel the IRN"}
      willHappen={`${effects[row.subjectType]}${row.irn === null ? "" : " NIC is asked to cancel its IRN, which it does within 24 hours only."}`}
      notNow={reason.trim().length < reasonMin ? "Say why; NIC and the audit keep it." : null}
      onConfirm={async () => {
        await api.post(`/api/v1/e-invoices/${row.eInvoiceId}/cancel`, { reason: reason.trim() });
        await onDone();
        reportDone(`${row.number} is cancelled.`);
      }}
    >
      <Textarea
        label="Why"
        placeholder="Wrong GSTIN of the buyer"
        value={reason}
        maxLength={100}
        onChange={(event) => setReason(event.currentTarget.value)}
        data-autofocus
      />
    </ConfirmAction>
  );
}
