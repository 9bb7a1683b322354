import { IconCheck, IconRefresh, IconUpload } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatPaise, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  Facts,
  Instant,
  Money,
  Refusal,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { ExchangeButton } from "../shared/exchange-button.tsx";
import { creditDueStates } from "../shared/states.ts";
import {
  type DueResult,
  fetchNow,
  type PendingDetail,
  type PendingRow,
  pendingWords,
  saidByChannel,
} from "./pending-data.ts";
import classes from "./returns.module.css";
import { UploadCreditNote } from "./upload-form.tsx";

/** One return without its credit note: why, when it is tried again, what a person can do, and what is to be given back. */
export function PendingPanel({ row }: { row: PendingRow }) {
  const client = useQueryClient();
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ["pending-credit-note", row.dueId, row.state, row.attempts],
    queryFn: ({ signal }) => api.get<PendingDetail>(`/api/v1/pending-credit-notes/${row.dueId}`, {}, signal),
  });
  const [asking, setAsking] = useState<"upload" | "accept" | null>(null);
  const [told, setTold] = useState<DueResult | null>(null);
  const changed = () => client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
  const tell = async (result: DueResult | undefined) => {
    setTold(result ?? null);
    if (result?.creditNoteNumber != null) reportDone(`Credit note ${result.creditNoteNumber} is here.`);
    await changed();
  };
  const ours = row.madeBy === "US";
  const notNow = (action: PendingRow["actions"][number], right: string): string | null =>
    !may(right)
      ? "Your role does not include this."
      : row.actions.includes(action)
        ? null
        : row.state === "ASKING"
          ? `${row.channelCode} is being asked at this moment.`
          : row.state === "IRN_PENDING"
            ? "It is made already and waits for its IRN."
            : "The channel has no way to be asked for it.";
  return (
    <>
      <div className={classes.state}>
        <StateChip state={row.state} table={creditDueStates} size="md" />
        {row.nextAttemptAt !== null && (
          <span>
            {row.attempts === 0 ? "next:" : ours ? "tried again" : "asked again"} <Instant at={row.nextAttemptAt} />
          </span>
        )}
      </div>
      <PendingWhy row={row} />
      <div className={classes.buttons}>
        <ActionButton
          primary
          label={ours ? "Make now" : "Fetch now"}
          icon={IconRefresh}
          notNow={notNow(ours ? "MAKE" : "FETCH", "billing.fetch")}
          onClick={async () => tell((await fetchNow([row.dueId])).results[0])}
        />
        {!ours && (
          <ActionButton
            label="Upload by hand"
            icon={IconUpload}
            notNow={notNow("UPLOAD", "billing.manage")}
            onClick={() => setAsking("upload")}
          />
        )}
        {row.actions.includes("ACCEPT") && (
          <ActionButton
            label="Accept its amounts"
            icon={IconCheck}
            notNow={notNow("ACCEPT", "billing.manage")}
            onClick={() => setAsking("accept")}
          />
        )}
        <ExchangeButton id={row.exchangeId} title={`Credit note of ${row.returnCode}: what was said`} />
      </div>
      {told !== null && told.refusal !== null && (
        <p className={classes.hint} role="status">
          Just now: {told.refusal.message} {told.refusal.whatToDo}
        </p>
      )}
      <Section title="To be given back">
        {error !== null && data === undefined && <Refusal error={error} title="It could not be read" />}
        <Facts
          facts={[
            ["Taxable value", <Money key="taxable" paise={data?.expected?.taxable} />],
            ["Tax", <Money key="tax" paise={data?.expected?.tax} />],
            ["Total", <Money key="total" paise={data?.expected?.total} strong />],
            ["Units", plural(row.units, "unit")],
            ["Of invoice", <Code key="invoice">{row.invoiceNumber}</Code>],
            [
              "Package",
              <Code key="package" href={`/shipments/${row.packageCode}`}>
                {row.packageCode}
              </Code>,
            ],
            [
              "Order",
              <Code key="order" href={`/orders/${row.saleOrderId}`}>
                {row.orderCode}
              </Code>,
            ],
            [
              "Return",
              <Code key="return" href={`/returns/${row.returnCaseId}`}>
                {row.returnCode}
              </Code>,
            ],
            ["On the shelf", <Instant key="shelf" at={row.putAwayAt} />],
            ["Made by", ours ? "us, in our own series" : row.channelCode],
            ["Attempts", String(row.attempts)],
          ]}
        />
      </Section>
      {asking === "upload" && (
        <UploadCreditNote
          row={row}
          expected={data?.expected ?? null}
          onClose={() => setAsking(null)}
          onDone={async (result) => {
            setAsking(null);
            await tell(result);
          }}
        />
      )}
      <ConfirmAction
        opened={asking === "accept"}
        onClose={() => setAsking(null)}
        title={`Accept the amounts of ${row.channelCode}`}
        verb="Accept its amounts"
        willHappen={`${row.channelCode} is asked for the credit note of ${row.returnCode} once more, and its amounts are taken although they are not the share of invoice ${row.invoiceNumber}${
          data?.expected == null ? "" : ` (${formatPaise(data.expected.total)})`
        }. The difference stands on the credit note, and who accepted it in the audit log.`}
        onConfirm={async () => tell(await api.post<DueResult>(`/api/v1/pending-credit-notes/${row.dueId}/accept`))}
      />
    </>
  );
}

/** What came of the last try: in our words, in the channel's, and what to do. */
export function PendingWhy({ row }: { row: PendingRow }) {
  const said = saidByChannel(row);
  return (
    <div
      className={classes.says}
      data-tone={row.state === "FAILED" ? "failed" : row.lastError === null ? "working" : "attention"}
      role="status"
    >
      <p>{pendingWords(row)}</p>
      {said !== null && (
        <p className={classes.said}>
          {row.channelCode} says: “{said}”
        </p>
      )}
      {row.lastError !== null && row.lastError.whatToDo !== "" && <p>{row.lastError.whatToDo}</p>}
    </div>
  );
}
