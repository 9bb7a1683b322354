import { IconBan, IconCheck, IconRepeat } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import { formatDay } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import {
  ActionButton,
  type BulkAction,
  Code,
  type Column,
  DataTable,
  type Filter,
  Instant,
  Page,
  StateChip,
} from "../../ui/index.ts";
import { useBulkRun } from "../shared/bulk-run.tsx";
import { partnerDeliveryStates } from "../shared/states.ts";
import { type Delivery, deliveriesPath, partnersQuery, useStopped } from "./data.ts";
import { DeliveryPanel } from "./delivery-panel.tsx";
import { RepeatFailed } from "./dialogs.tsx";
import { useNotMyResend } from "./may.ts";
import { deliveriesAre, deliveryStateOf, momentOf } from "./words.ts";

const AT_ONCE = 200;

const columnsFor = (stopped: ReadonlySet<string>): readonly Column<Delivery>[] => [
  {
    id: "at",
    header: "Happened",
    width: 92,
    sort: "position",
    card: "meta",
    cell: (row) => <Instant at={row.happenedAt} />,
  },
  {
    id: "event",
    header: "Event",
    width: 165,
    always: true,
    card: "title",
    cell: (row) => <span data-tip={`POST /${row.event}`}>{row.eventTitle}</span>,
  },
  { id: "subject", header: "Of", width: 125, card: "meta", cell: (row) => <Code>{row.subject}</Code> },
  {
    id: "state",
    header: "State",
    width: 132,
    card: "trailing",
    cell: (row) => <StateChip state={deliveryStateOf(row, stopped.has(row.partnerId))} table={partnerDeliveryStates} />,
  },
  { id: "partner", header: "Partner", width: 110, card: "meta", cell: (row) => row.partnerCode },
  {
    id: "order",
    header: "Order",
    width: 165,
    cell: (row) => (row.orderCode === null ? "–" : <Code href={`/orders/${row.saleOrderId}`}>{row.orderCode}</Code>),
  },
  {
    id: "package",
    header: "Package",
    width: 120,
    hidden: true,
    cell: (row) =>
      row.packageCode === null ? "–" : <Code href={`/shipments/${row.packageCode}`}>{row.packageCode}</Code>,
  },
  { id: "status", header: "HTTP", width: 54, align: "right", cell: (row) => row.status ?? "–" },
  {
    id: "message",
    header: "The partner says",
    width: 110,
    grow: true,
    cell: (row) => <span title={row.message ?? ""}>{row.message ?? "–"}</span>,
  },
  { id: "attempts", header: "Requests", width: 74, align: "right", cell: (row) => row.attempts },
  {
    id: "next",
    header: "Next try",
    width: 90,
    align: "right",
    cell: (row) =>
      row.state !== "PENDING" || stopped.has(row.partnerId) ? (
        "–"
      ) : row.behind ? (
        "in its turn"
      ) : (
        <Instant at={row.nextAttemptAt} />
      ),
  },
  {
    id: "settled",
    header: "Settled",
    width: 90,
    align: "right",
    hidden: true,
    cell: (row) => <Instant at={row.settledAt} />,
  },
];

function useFilters(): readonly Filter[] {
  const { data } = useQuery({ ...partnersQuery, refetchInterval: false, staleTime: 60_000 });
  return useMemo(
    () => [
      {
        ...{ name: "partnerId", label: "Partner", type: "select", single: true },
        options: (data?.partners ?? []).map(({ partnerId, name }) => ({ value: partnerId, label: name })),
        sentence: (_value, label) => `to ${label}`,
      },
      {
        ...{ name: "event", label: "Event", type: "select" },
        options: (data?.events ?? []).map(({ event, title }) => ({ value: event, label: title })),
        sentence: (_value, label) => label,
      },
      { name: "since", label: "Since", type: "day", sentence: (value) => `since ${dayWords(value)}` },
      { name: "until", label: "Until", type: "day", sentence: (value) => `until ${dayWords(value)}` },
    ],
    [data],
  );
}

const dayWords = (value: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(value) ? formatDay(value) : value);

/** The address in the server's words: tabs are states, or what is flagged; days are moments. */
function ask({ tab, since, until, ...query }: Readonly<Record<string, string>>): Record<string, string> {
  return {
    ...query,
    ...(tab === undefined ? {} : tab === "flagged" ? { flagged: "true" } : { state: tab }),
    ...(since === undefined ? {} : { since: momentOf(since) }),
    ...(until === undefined ? {} : { until: momentOf(until, true) }),
  };
}

/** What partners were told, or are to be told: request, answer, tries, and again. */
export function Screen() {
  const may = useMay();
  const notMine = useNotMyResend();
  const filters = useFilters();
  const { data } = useQuery({ ...partnersQuery, refetchInterval: false, staleTime: 60_000 });
  const [{ partnerId = null }] = useUrlState();
  const stopped = useStopped();
  const columns = useMemo(() => columnsFor(stopped), [stopped]);
  const [repeating, setRepeating] = useState(false);
  const { run, dialog } = useBulkRun();
  const bulk = useMemo(() => (may("partners.resend") ? actions(run) : []), [may, run]);
  return (
    <Page
      fill
      title="Partner deliveries"
      line="What partners are told, in order per shipment. What fails is flagged here; it never holds up a shipment."
      actions={
        <ActionButton
          label="Repeat all failed since …"
          icon={IconRepeat}
          notNow={notMine ?? (data?.partners.length === 0 ? "There is no partner yet." : null)}
          onClick={() => setRepeating(true)}
        />
      }
    >
      <DataTable<Delivery>
        id="partner-deliveries"
        endpoint={deliveriesPath}
        rowId={(row) => row.partnerDeliveryId}
        noun={["delivery", "deliveries"]}
        columns={columns}
        tabs={[
          { value: "all", label: "All" },
          { value: "flagged", label: "To see to", tone: "failed" },
          { value: "PENDING", label: "Waiting" },
          { value: "DELIVERED", label: "Delivered" },
          { value: "FAILED", label: "Failed" },
          { value: "GIVEN_UP", label: "Given up" },
          { value: "DISCARDED", label: "Discarded" },
        ]}
        filters={filters}
        ask={ask}
        defaultSort="-position"
        searchHint="Order, package, AWB or subject"
        byFacility={false}
        refreshMs={5_000}
        rowTone={(row) =>
          row.flagged
            ? "failed"
            : deliveryStateOf(row, stopped.has(row.partnerId)) === "AGAIN"
              ? "attention"
              : undefined
        }
        panelTitle={(row) => `${row.eventTitle}: ${row.subject}`}
        panel={(row) => <DeliveryPanel key={row.partnerDeliveryId} id={row.partnerDeliveryId} />}
        href={(row) => `/partner-deliveries/${row.partnerDeliveryId}`}
        bulk={bulk}
        empty={{
          title: "Nothing here",
          cause:
            "Each event that a partner is told of is kept here with its body, the partner’s answers and what happens next. Partners are set up under Settings › Partners.",
        }}
      />
      {repeating && data !== undefined && (
        <RepeatFailed partners={data.partners} partnerId={partnerId} onClose={() => setRepeating(false)} />
      )}
      {dialog}
    </Page>
  );
}

type Run = ReturnType<typeof useBulkRun>["run"];

function actions(run: Run): readonly BulkAction<Delivery>[] {
  const each = (title: string, verb: string, done: (count: number) => string) => (rows: readonly Delivery[]) =>
    run({
      title,
      done,
      rows,
      id: (row) => row.partnerDeliveryId,
      code: (row) => `${row.event} ${row.subject}`,
      atOnce: AT_ONCE,
      send: async (ids) => {
        await api.post(`${deliveriesPath}/${verb}`, { partnerDeliveryIds: ids });
        return ids.map((id) => ({ id, ok: true, message: null }));
      },
    });
  return [
    {
      label: "Repeat",
      icon: IconRepeat,
      willHappen: () =>
        "Sends the same bodies under the same keys again, in order per shipment; what waits is sent now. Events that went on meanwhile are not called back.",
      run: each("Repeat", "repeat", (count) => `${deliveriesAre(count)} sent again.`),
    },
    {
      label: "Dismiss",
      icon: IconCheck,
      applies: (row) => row.flagged || "not flagged",
      run: each("Dismiss", "dismiss", (count) => `${deliveriesAre(count)} dismissed.`),
    },
    {
      label: "Do not send",
      icon: IconBan,
      danger: true,
      applies: (row) => row.state === "PENDING" || "does not wait",
      willHappen: () =>
        "These are not sent. Later events of the same shipments go on without them. They stay in the log and can be repeated.",
      run: each("Do not send", "discard", (count) => `${deliveriesAre(count)} not sent.`),
    },
  ];
}
