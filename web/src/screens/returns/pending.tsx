import { IconRefresh } from "@tabler/icons-react";
import { useMemo, useState } from "react";
import { useMay } from "../../lib/session.ts";
import { type BulkAction, Code, type Column, DataTable, Instant, StateChip } from "../../ui/index.ts";
import { useChannelChoices } from "../shared/choices.ts";
import { creditDueStates } from "../shared/states.ts";
import { type StepOutcome, StepResults } from "../shared/step-results.tsx";
import { type DueResult, fetchNow, type PendingRow, pendingWords, saidByChannel, whyNotFetch } from "./pending-data.ts";
import { PendingPanel } from "./pending-panel.tsx";
import type { ReturnKind } from "./return-data.ts";
import classes from "./returns.module.css";

const columns: readonly Column<PendingRow>[] = [
  {
    id: "return",
    header: "Return",
    width: 120,
    always: true,
    card: "title",
    cell: (row) => <Code href={`/returns/${row.returnCaseId}`}>{row.returnCode}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 150,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={creditDueStates} />,
  },
  {
    id: "why",
    header: "Last error",
    width: 190,
    grow: true,
    card: "meta",
    cell: (row) => {
      const said = saidByChannel(row);
      return (
        <span title={[pendingWords(row), said, row.lastError?.whatToDo].filter((part) => part != null).join(" ")}>
          {pendingWords(row)}
          {said !== null && ` “${said}”`}
        </span>
      );
    },
  },
  {
    id: "age",
    header: "Age",
    width: 90,
    align: "right",
    sort: "putAwayAt",
    card: "meta",
    cell: (row) => <Instant at={row.putAwayAt} />,
  },
  {
    id: "next",
    header: "Next attempt",
    width: 100,
    align: "right",
    sort: "nextAttemptAt",
    cell: (row) => <Instant at={row.nextAttemptAt} />,
  },
  {
    id: "attempts",
    header: "Attempts",
    width: 76,
    align: "right",
    sort: "attempts",
    hidden: true,
    cell: (row) => row.attempts,
  },
  {
    id: "order",
    header: "Order",
    width: 188,
    card: "meta",
    cell: (row) => <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>,
  },
  {
    id: "invoice",
    header: "Invoice",
    width: 150,
    cell: (row) => <Code>{row.invoiceNumber}</Code>,
  },
  { id: "channel", header: "Channel", width: 130, card: "meta", cell: (row) => row.channelCode },
  { id: "units", header: "Units", width: 60, align: "right", hidden: true, cell: (row) => row.units },
  { id: "facility", header: "Facility", width: 80, hidden: true, cell: (row) => row.facilityCode },
  {
    id: "package",
    header: "Package",
    width: 130,
    hidden: true,
    cell: (row) => <Code href={`/shipments/${row.packageCode}`}>{row.packageCode}</Code>,
  },
];

/** What became of each, as the results show it. */
function outcomeOf(rows: readonly PendingRow[], result: DueResult): StepOutcome {
  const row = rows.find((each) => each.dueId === result.dueId);
  return {
    id: result.dueId,
    record: row?.returnCode ?? "",
    ...(row === undefined ? {} : { href: `/returns/${row.returnCaseId}` }),
    outcome: result.outcome,
    words:
      result.creditNoteNumber !== null
        ? `Credit note ${result.creditNoteNumber}`
        : (result.refusal?.message ?? "It is as it was."),
    ...(result.refusal === null ? {} : { whatToDo: result.refusal.whatToDo }),
  };
}

/** Returns that lie on their shelves and wait for their credit note: Pending RTO invoice, Pending CIR Return Invoice. */
export function PendingCreditNotes({ kind }: { kind: ReturnKind }) {
  const may = useMay();
  const channels = useChannelChoices();
  const [results, setResults] = useState<readonly StepOutcome[] | null>(null);
  const bulk = useMemo((): readonly BulkAction<PendingRow>[] => {
    if (!may("billing.fetch")) return [];
    return [
      {
        label: "Fetch now",
        icon: IconRefresh,
        applies: whyNotFetch,
        run: async (rows) => {
          const { results: told } = await fetchNow(rows.map((row) => row.dueId));
          setResults(told.map((each) => outcomeOf(rows, each)));
          return undefined;
        },
      },
    ];
  }, [may]);
  const name = kind === "RTO" ? "Pending RTO invoice" : "Pending CIR Return Invoice";
  return (
    <>
      <DataTable<PendingRow>
        id={`pending-credit-notes-${kind}`}
        prefix="p-"
        endpoint="/api/v1/pending-credit-notes"
        fixed={{ kind }}
        rowId={(row) => row.dueId}
        noun={["return", "returns"]}
        columns={columns}
        filters={[
          {
            name: "state",
            label: "State",
            type: "select",
            single: true,
            options: Object.entries(creditDueStates).map(([value, { word }]) => ({ value, label: word })),
            sentence: (_value, label) => label.toLowerCase(),
          },
          {
            name: "channelId",
            label: "Channel",
            type: "select",
            single: true,
            options: channels.map(({ channelId, name: label }) => ({ value: channelId, label })),
            sentence: (_value, label) => label,
          },
        ]}
        ask={({ search, ...query }) => (search === undefined ? query : { ...query, q: search })}
        searchHint="Return, order, package, invoice"
        defaultSort="putAwayAt"
        refreshMs={5_000}
        rowTone={(row) => (row.state === "FAILED" ? "failed" : undefined)}
        panelTitle={(row) => row.returnCode}
        panel={(row) => <PendingPanel key={row.dueId} row={row} />}
        bulk={bulk}
        empty={{
          title: `Nothing under ${name}`,
          cause: (
            <span className={classes.cause}>
              A return comes here when its goods are on their shelves, and leaves when its credit note is there. Where
              the channel makes it, it is fetched by itself after the delay that the channel’s settings say.
            </span>
          ),
        }}
      />
      {results !== null && (
        <StepResults title="Fetch now" noun="return" outcomes={results} onClose={() => setResults(null)} />
      )}
    </>
  );
}
