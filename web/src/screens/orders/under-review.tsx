import { TextInput } from "@mantine/core";
import { IconEyeCheck, IconHandOff } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import { formatCount, plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  ConfirmAction,
  DataTable,
  Facts,
  type Filter,
  Instant,
  Page,
  reportDone,
  Section,
  StateChip,
} from "../../ui/index.ts";
import { useChannelOptions } from "../shared/channels.ts";
import { reviewStates } from "../shared/states.ts";
import { keptOf, linesOf, type ReviewRow, wantedOf } from "./review.ts";
import classes from "./under-review.module.css";

const columns: readonly Column<ReviewRow>[] = [
  {
    id: "order",
    header: "Channel’s order",
    width: 190,
    always: true,
    card: "title",
    cell: (row) => <Code>{row.channelOrderId}</Code>,
  },
  { id: "channel", header: "Channel", width: 150, card: "meta", cell: (row) => row.channel },
  {
    id: "lines",
    header: "Wants",
    width: 240,
    grow: true,
    card: "meta",
    cell: (row) => <span title={linesOf(row)}>{linesOf(row)}</span>,
  },
  { id: "kept", header: "Kept", width: 120, align: "right", card: "meta", cell: (row) => <Kept row={row} /> },
  {
    id: "state",
    header: "State",
    width: 130,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={reviewStates} />,
  },
  {
    id: "firstSeenAt",
    header: "Since",
    width: 104,
    align: "right",
    sort: "firstSeenAt",
    card: "meta",
    cell: (row) => <Instant at={row.firstSeenAt} />,
  },
  {
    id: "lastSeenAt",
    header: "Last listed",
    width: 104,
    align: "right",
    cell: (row) => <Instant at={row.lastSeenAt} />,
  },
];

/** How many of the wanted units are kept: amber where some are missing. */
function Kept({ row }: { row: ReviewRow }) {
  if (row.state !== "OPEN") return <span className={classes.quiet}>–</span>;
  const [kept, wanted] = [keptOf(row), wantedOf(row)];
  return (
    <span className={classes.kept} data-short={kept < wanted || undefined}>
      {formatCount(kept)} of {formatCount(wanted)}
    </span>
  );
}

function useFilters(): readonly Filter[] {
  const channels = useChannelOptions();
  return useMemo(
    () =>
      channels.length === 0
        ? []
        : [{ name: "channel", label: "Channel", type: "select", options: channels, sentence: (_, label) => label }],
    [channels],
  );
}

/** Orders that a channel still looks at: not ours yet, but their stock is kept so that nobody else sells it. */
export function Screen() {
  const filters = useFilters();
  return (
    <Page
      fill
      back={{ to: "/orders", label: "Orders" }}
      title="Under review"
      line="Orders that a channel still looks at. Stock is kept for them until the channel lets them go."
    >
      <DataTable<ReviewRow>
        id="under-review"
        endpoint="/api/v1/orders/under-review"
        rowId={(row) => row.id}
        noun={["order", "orders"]}
        columns={columns}
        tabs={[
          { value: "open", label: "Under review" },
          { value: "short", label: "Short of stock", tone: "attention" },
          { value: "arrived", label: "Arrived" },
          { value: "dropped", label: "Dropped" },
        ]}
        filters={filters}
        searchHint="Channel’s order"
        defaultSort="firstSeenAt"
        byFacility={false}
        panelTitle={(row) => <Code>{row.channelOrderId}</Code>}
        panel={(row) => <Review key={row.id} row={row} />}
        empty={{
          icon: IconEyeCheck,
          title: "No order is under review",
          cause: (
            <>
              Channels that check orders first list them here, and stock is kept. When they let one go it is among the{" "}
              <Link to="/orders">orders</Link>.
            </>
          ),
        }}
      />
    </Page>
  );
}

function Review({ row }: { row: ReviewRow }) {
  const may = useMay();
  const [letting, setLetting] = useState(false);
  const notNow = !may("orders.edit")
    ? "Your roles do not include this."
    : keptOf(row) === 0
      ? "Nothing is kept for it."
      : null;
  return (
    <>
      <div className={classes.head}>
        <StateChip state={row.state} table={reviewStates} size="md" />
        {row.state === "OPEN" && (
          <ActionButton label="Let stock go" icon={IconHandOff} notNow={notNow} onClick={() => setLetting(true)} />
        )}
      </div>
      {row.state === "OPEN" && row.unlistedAt !== null && (
        <p className={classes.note}>
          {row.channel} lists it no more, since <Instant at={row.unlistedAt} />. It is looked for once more before its
          stock is free.
        </p>
      )}
      <Section title="What it wants">
        <ul className={classes.lines}>
          {row.lines.map((line) => (
            <li key={line.channelProductId}>
              <span>
                {line.sku === null ? (
                  <>
                    <Code>{line.channelSku}</Code> is not mapped: nothing is kept for it.{" "}
                    <Link to="/listings" search={{ tab: "unmapped", q: line.channelSku }}>
                      Map it
                    </Link>
                  </>
                ) : (
                  <Code href={`/products?q=${encodeURIComponent(line.sku)}`}>{line.sku}</Code>
                )}
              </span>
              <strong>× {line.quantity}</strong>
            </li>
          ))}
        </ul>
      </Section>
      {row.state === "OPEN" && <KeptWhere row={row} />}
      <Section title="When">
        <Facts
          facts={[
            ["Channel", row.channel],
            ["First listed", <Instant key="first" at={row.firstSeenAt} />],
            ["Last listed", <Instant key="last" at={row.lastSeenAt} />],
            ...(row.settledAt === null
              ? []
              : [
                  ["Over", <Instant key="settled" at={row.settledAt} />] as const,
                  ["By", row.settledBy ?? row.channel] as const,
                ]),
            ...(row.saleOrderId === null
              ? []
              : [
                  [
                    "Became",
                    <Link key="order" to={`/orders/${row.saleOrderId}`}>
                      the order
                    </Link>,
                  ] as const,
                ]),
          ]}
        />
      </Section>
      {letting && <LetGo row={row} onClose={() => setLetting(false)} />}
    </>
  );
}

function KeptWhere({ row }: { row: ReviewRow }) {
  return (
    <Section title="Kept for it">
      {row.kept.length === 0 ? (
        <p className={classes.quiet}>Nothing yet: none of its products is mapped, or there is no stock.</p>
      ) : (
        <table className={classes.table}>
          <thead>
            <tr>
              <th>SKU</th>
              <th>Facility</th>
              <th>Kept</th>
            </tr>
          </thead>
          <tbody>
            {row.kept.map((part) => (
              <tr key={`${part.sku} ${part.facility}`}>
                <td>
                  <Code>{part.sku}</Code>
                </td>
                <td>{part.facility}</td>
                <td>
                  <span className={classes.kept} data-short={part.kept < part.wanted || undefined}>
                    {part.kept} of {part.wanted}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </Section>
  );
}

const reasonMin = 3;

function LetGo({ row, onClose }: { row: ReviewRow; onClose: () => void }) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={`Let go the stock of ${row.channelOrderId}`}
      willHappen={`${plural(keptOf(row), "unit")} are free for other orders at once, and channels are told. Should ${row.channel} still send the order, it takes what stock there is then.`}
      verb="Let stock go"
      notNow={reason.trim().length < reasonMin ? "Say why; it stands in the audit." : null}
      onConfirm={async () => {
        await api.post(`/api/v1/orders/under-review/${row.id}/release`, { reason: reason.trim() });
        await client.invalidateQueries({ queryKey: ["list", "/api/v1/orders/under-review"] });
        reportDone(`The stock of ${row.channelOrderId} is free.`);
      }}
    >
      <TextInput
        data-autofocus
        label="Why"
        placeholder="Buyer called: order withdrawn"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
    </ConfirmAction>
  );
}
