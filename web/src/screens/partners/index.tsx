import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { serverNowMs } from "../../lib/clock.ts";
import { formatCount, formatDuration, plural } from "../../lib/format.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { partnerLineStates } from "../shared/states.ts";
import { hostOf, type Partner, type Partners, partnersPath } from "./data.ts";
import { useNotMySettings } from "./may.ts";
import classes from "./partners.module.css";
import { lineStateOf } from "./words.ts";

const whereOf = ({ channelIds, facilityIds }: Partner): string =>
  [
    channelIds === null ? "all channels" : plural(channelIds.length, "channel"),
    facilityIds === null ? "all facilities" : plural(facilityIds.length, "facility", "facilities"),
  ].join(", ");

const onCard = (word: string) => <span className={classes.onCard}> {word}</span>;

const columnsFor = (eventCount: number): readonly Column<Partner>[] => [
  { id: "name", header: "Partner", width: 140, grow: true, always: true, card: "title", cell: (row) => row.name },
  { id: "code", header: "Code", width: 120, card: "meta", cell: (row) => <Code>{row.code}</Code> },
  {
    id: "host",
    header: "Base URL",
    width: 160,
    grow: true,
    cell: (row) => (
      <span className={classes.url} title={row.baseUrl}>
        {hostOf(row.baseUrl)}
      </span>
    ),
  },
  {
    id: "line",
    header: "Line",
    width: 165,
    card: "trailing",
    cell: (row) => <StateChip state={lineStateOf(row)} table={partnerLineStates} />,
  },
  { id: "why", header: "Since, and why", width: 150, grow: true, cell: (row) => <Why partner={row} /> },
  {
    id: "events",
    header: "Events",
    width: 70,
    align: "right",
    cell: (row) => `${row.events.length}/${eventCount}`,
  },
  { id: "where", header: "Of", width: 170, hidden: true, cell: whereOf },
  {
    id: "waiting",
    header: "Waiting",
    width: 130,
    align: "right",
    card: "meta",
    cell: (row) =>
      row.waiting === 0 ? (
        <>0{onCard("waiting")}</>
      ) : (
        <>
          {formatCount(row.waiting)}
          {onCard("waiting")} · <Instant at={row.oldestWaitingAt} />
        </>
      ),
  },
  {
    id: "flagged",
    header: "Failed",
    width: 72,
    align: "right",
    card: "meta",
    cell: (row) =>
      row.flagged === 0 ? (
        <>0{onCard("failed")}</>
      ) : (
        <Link
          to="/partner-deliveries"
          search={{ tab: "flagged", partnerId: row.partnerId }}
          className={classes.failed}
          onClick={(event) => event.stopPropagation()}
          aria-label={`${formatCount(row.flagged)} failed deliveries of ${row.name}`}
        >
          {formatCount(row.flagged)}
          {onCard("failed")}
        </Link>
      ),
  },
  {
    id: "latency",
    header: "p99, last hour",
    width: 104,
    align: "right",
    cell: (row) => (row.p99Ms === null ? "–" : formatDuration(row.p99Ms)),
  },
];

/** Since when the line is as it is, and why; of one that is up, when it took something last. */
function Why({ partner: { enabled, line } }: { partner: Partner }) {
  if (enabled && line.held !== null)
    return (
      <span title={line.lastMessage ?? ""}>
        <Instant at={line.heldSince} />
        {line.lastMessage === null ? "" : `: ${line.lastMessage}`}
      </span>
    );
  if (enabled && line.failures > 0)
    return (
      <span title={line.lastMessage ?? ""}>
        <Instant at={line.failingSince} />
        {line.lastMessage === null ? "" : `: ${line.lastMessage}`}
      </span>
    );
  return line.lastDeliveredAt === null ? (
    <span className={classes.quiet}>nothing delivered yet</span>
  ) : (
    <span className={classes.quiet}>
      delivered <Instant at={line.lastDeliveredAt} />
    </span>
  );
}

/** Partners are few: the server gives all of them, and the list is narrowed here. */
function narrowed(partners: readonly Partner[], { tab = "all", search = "" }: Readonly<Record<string, string>>) {
  const isHeld = (row: Partner) => row.enabled && row.line.held !== null;
  const found = partners.filter((row) =>
    [row.code, row.name, row.baseUrl].some((text) => text.toLowerCase().includes(search.toLowerCase())),
  );
  const rows = found.filter(
    (row) =>
      tab === "all" ||
      (tab === "held" && isHeld(row)) ||
      (tab === "flagged" && row.flagged > 0) ||
      (tab === "off" && !row.enabled),
  );
  const counts = {
    all: found.length,
    held: found.filter(isHeld).length,
    flagged: found.filter((row) => row.flagged > 0).length,
    off: found.filter((row) => !row.enabled).length,
  };
  return { rows, counts };
}

/** Settings > Partners: who is told of what happens here, and how each of them does. */
export function Screen() {
  const navigate = useNavigate();
  const notMine = useNotMySettings();
  const [eventCount, setEventCount] = useState(14);
  const load = async (query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<ListPage<Partner>> => {
    const { partners, events } = await api.get<Partners>(partnersPath, {}, signal);
    setEventCount(events.length);
    const { rows, counts } = narrowed(partners, query);
    return { rows, counts, total: rows.length, nextCursor: null, asOf: new Date(serverNowMs()).toISOString() };
  };
  const add = (
    <ActionButton
      primary
      label="Add partner"
      icon={IconPlus}
      notNow={notMine}
      onClick={() => navigate({ to: "/settings/partners/add" })}
    />
  );
  return (
    <Page
      fill
      title="Partners"
      line="Who is told, at once and in order, of shipments, returns, purchases and gatepasses."
      actions={add}
    >
      <DataTable<Partner>
        id="partners"
        endpoint={partnersPath}
        load={load}
        rowId={(row) => row.partnerId}
        noun={["partner", "partners"]}
        columns={columnsFor(eventCount)}
        tabs={[
          { value: "all", label: "All" },
          { value: "held", label: "Held back", tone: "failed" },
          { value: "flagged", label: "With failed deliveries", tone: "failed" },
          { value: "off", label: "Off" },
        ]}
        searchHint="Code, name or address"
        byFacility={false}
        csv={false}
        refreshMs={5_000}
        rowTone={(row) =>
          row.enabled && row.line.held !== null ? "failed" : row.flagged > 0 ? "attention" : undefined
        }
        href={(row) => `/settings/partners/${row.partnerId}`}
        empty={{
          title: "No partner yet",
          cause:
            "A partner is a system of somebody else (an ERP, a courier aggregator, a buyer’s portal) that is told when a shipment is packed, leaves, comes back and so on. It gives you its base URL and credentials.",
          action: add,
        }}
      />
    </Page>
  );
}
