import { IconInboxOff, IconRefresh, IconTrash } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { toProblem } from "../../lib/problem.ts";
import { useMay } from "../../lib/session.ts";
import {
  type BulkAction,
  Code,
  type Column,
  DataTable,
  type Filter,
  Instant,
  Page,
  StateChip,
} from "../../ui/index.ts";
import { type Outcome, useBulkRun } from "../shared/bulk-run.tsx";
import { useChannelOptions } from "../shared/channels.ts";
import { intakeStates } from "../shared/states.ts";
import { Entry } from "./entry.tsx";
import { healWords } from "./heals.ts";
import type { IntakeRow } from "./types.ts";

const kinds: Readonly<Record<string, string>> = {
  ORDER: "Order",
  CANCEL: "Cancellation",
  RETURN: "Return",
  DELIVERED: "Delivery",
};
const retriesAtOnce = 100;

const columns: readonly Column<IntakeRow>[] = [
  {
    id: "order",
    header: "Channel’s order",
    width: 196,
    always: true,
    card: "title",
    cell: (row) => <Code>{row.channelOrderId}</Code>,
  },
  { id: "kind", header: "What", width: 96, cell: (row) => kinds[row.kind] ?? row.kind },
  {
    id: "state",
    header: "Became",
    width: 112,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={intakeStates} />,
  },
  {
    id: "reason",
    header: "Why",
    width: 260,
    grow: true,
    card: "meta",
    cell: (row) => <span title={row.message ?? undefined}>{row.message ?? "–"}</span>,
  },
  {
    id: "heals",
    header: "What heals it",
    width: 250,
    cell: (row) => <span title={healWords(row)}>{healWords(row) || "–"}</span>,
  },
  { id: "channel", header: "Channel", width: 140, card: "meta", cell: (row) => row.channel },
  { id: "seen", header: "Seen", width: 64, align: "right", cell: (row) => row.seenCount },
  { id: "attempts", header: "Tries", width: 64, align: "right", hidden: true, cell: (row) => row.attempts },
  {
    id: "receivedAt",
    header: "Received",
    width: 100,
    align: "right",
    sort: "receivedAt",
    card: "meta",
    cell: (row) => <Instant at={row.receivedAt} />,
  },
  { id: "decidedBy", header: "Decided by", width: 140, hidden: true, cell: (row) => row.decidedBy ?? "–" },
];

const codes: Readonly<Record<string, string>> = {
  LISTING_NOT_MAPPED: "Listing not mapped",
  SKU_DISABLED: "SKU disabled",
  BUNDLE_EMPTY: "Bundle without components",
  FACILITY_NOT_MAPPED: "Warehouse not mapped",
  NO_FACILITY: "No facility",
  PINCODE_INVALID: "PIN code wrong",
  STATE_UNKNOWN: "State unknown",
  SHIPPING_NOT_ALLOWED: "Shipping not allowed",
  AMOUNT_MISMATCH: "Amounts do not add up",
  ORDER_MALFORMED: "Not understood",
};

function useFilters(): readonly Filter[] {
  const channels = useChannelOptions();
  return useMemo(
    () => [
      ...(channels.length === 0
        ? []
        : [
            {
              name: "channel",
              label: "Channel",
              type: "select" as const,
              options: channels,
              sentence: (_: string, label: string) => label,
            },
          ]),
      {
        name: "code",
        label: "Reason",
        type: "select",
        options: Object.entries(codes).map(([value, label]) => ({ value, label })),
        sentence: (_, label) => label.toLowerCase(),
      },
    ],
    [channels],
  );
}

const waits = (row: IntakeRow): boolean => row.kind === "ORDER" && (row.state === "FAILED" || row.state === "RECEIVED");

/** Everything a channel ever showed us, what became of it and why; what waits can be put right and tried again. */
export function Screen() {
  const may = useMay();
  const filters = useFilters();
  const { run, dialog } = useBulkRun();
  const bulk = useMemo(
    (): readonly BulkAction<IntakeRow>[] => (may("intake.retry") ? bulkActions(run) : []),
    [may, run],
  );
  return (
    <Page
      fill
      title="Failed orders"
      line="Everything channels showed us and what became of it. What failed says why; most heal by themselves when the cause goes away."
    >
      <DataTable<IntakeRow>
        id="intake"
        endpoint="/api/v1/intake"
        rowId={(row) => row.id}
        noun={["entry", "entries"]}
        columns={columns}
        tabs={[
          { value: "failed", label: "Failed", tone: "failed" },
          { value: "received", label: "Waiting", tone: "attention" },
          { value: "refusedEvents", label: "Refused events" },
          { value: "ignored", label: "Ignored" },
          { value: "duplicate", label: "Duplicate" },
          { value: "dismissed", label: "Dismissed" },
          { value: "created", label: "Created" },
          { value: "all", label: "All ever seen" },
        ]}
        filters={filters}
        defaultSort="-receivedAt"
        searchHint="Channel’s order id"
        byFacility={false}
        panelTitle={(row) => <Code>{row.channelOrderId}</Code>}
        panel={(row) => <Entry key={row.id} row={row} />}
        bulk={bulk}
        empty={{
          icon: IconInboxOff,
          title: "Nothing here",
          cause: (
            <>
              An order that cannot be created would be here with its reason: a listing that is not mapped to a SKU, a
              PIN code that does not exist. Created orders are under <Link to="/orders">Orders</Link>.
            </>
          ),
        }}
      />
      {dialog}
    </Page>
  );
}

function bulkActions(run: ReturnType<typeof useBulkRun>["run"]): readonly BulkAction<IntakeRow>[] {
  const common = { id: (row: IntakeRow) => row.id, code: (row: IntakeRow) => row.channelOrderId };
  return [
    {
      label: "Retry",
      icon: IconRefresh,
      applies: (row) => (waits(row) ? true : "it does not wait for anything"),
      run: (rows) =>
        run({
          ...common,
          title: "Try orders again",
          done: (n) => `${plural(n, "order")} created.`,
          rows,
          atOnce: retriesAtOnce,
          send: retry,
        }),
    },
    {
      label: "Dismiss",
      icon: IconTrash,
      danger: true,
      applies: (row) => (waits(row) ? true : "it does not wait for anything"),
      willHappen: (rows) =>
        `${plural(rows.length, "order")} will never be created from here, even if the marketplace goes on. They stay in the log. The channel is told nothing. This cannot be undone.`,
      question: {
        label: "Why",
        placeholder: "A test order of the marketplace",
        faultOf: (answer) => (answer.length < 3 ? "Say why, in three letters at least; it stands in the audit." : null),
      },
      run: (rows, reason) =>
        run({
          ...common,
          title: "Dismiss orders",
          done: (n) => `${plural(n, "order")} dismissed.`,
          rows,
          atOnce: 20,
          send: (ids) => Promise.all(ids.map((id) => dismiss(id, reason))),
        }),
    },
  ];
}

/** What became of each that was tried again, in the shape of other bulk work: created is done, the rest says why not. */
async function retry(ids: readonly string[]): Promise<readonly Outcome[]> {
  const tried = await api.post<readonly { id: string; state: string; message: string | null }[]>(
    "/api/v1/intake/retry",
    {
      ids,
    },
  );
  return ids.map((id) => {
    const found = tried.find((each) => each.id === id);
    return found === undefined
      ? { id, ok: false, message: "It does not wait any more." }
      : { id, ok: found.state === "CREATED", message: found.message };
  });
}

async function dismiss(id: string, reason: string): Promise<Outcome> {
  try {
    await api.post(`/api/v1/intake/${id}/dismiss`, { reason });
    return { id, ok: true, message: null };
  } catch (error) {
    return { id, ok: false, message: toProblem(error).message };
  }
}
