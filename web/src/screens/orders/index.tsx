import { IconEyeCheck, IconFileImport, IconFlag, IconPlus, IconShoppingBag } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useMemo } from "react";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  type Column,
  DataTable,
  Deadline,
  type Filter,
  Instant,
  Money,
  Page,
  StateChip,
} from "../../ui/index.ts";
import { useBulkRun } from "../shared/bulk-run.tsx";
import { useChannelOptions } from "../shared/channels.ts";
import { useFieldColumns } from "../shared/custom-fields.tsx";
import { orderStates } from "../shared/states.ts";
import { Items } from "../shared/thumb.tsx";
import { orderBulk } from "./bulk.ts";
import classes from "./orders.module.css";
import { useStatusChannels, whyNotAsked } from "./sync-status.tsx";
import type { OrderRow } from "./types.ts";

const columns: readonly Column<OrderRow>[] = [
  {
    id: "code",
    header: "Order",
    width: 188,
    always: true,
    card: "title",
    sort: "code",
    cell: (row) => <OrderCode row={row} />,
  },
  { id: "items", header: "Items", width: 190, grow: true, card: "meta", cell: (row) => <Items items={row.items} /> },
  { id: "state", header: "State", width: 136, card: "trailing", cell: (row) => <OrderState row={row} /> },
  {
    id: "dispatchBy",
    header: "Dispatch by",
    width: 130,
    align: "right",
    sort: "dispatchBy",
    card: "meta",
    // Whether a closed order was in time, only its parcels say: its page shows it.
    cell: (row) => <Deadline by={row.state === "COMPLETE" || row.state === "CANCELLED" ? null : row.dispatchBy} />,
  },
  { id: "channel", header: "Channel", width: 128, cell: (row) => row.channel },
  {
    id: "buyer",
    header: "Buyer",
    width: 144,
    cell: (row) => (
      <span title={`${row.city}, ${row.stateName} ${row.pincode}`}>
        {row.buyerName}, {row.city}
      </span>
    ),
  },
  { id: "facilities", header: "Facility", width: 72, cell: (row) => row.facilities.join(", ") || "–" },
  {
    id: "total",
    header: "Total",
    width: 132,
    align: "right",
    sort: "total",
    cell: (row) => (
      <span className={classes.total}>
        {row.paymentType === "COD" && <span className={classes.cod}>COD</span>}
        <Money paise={row.totalPaise} />
      </span>
    ),
  },
  {
    id: "payment",
    header: "Payment",
    width: 76,
    hidden: true,
    cell: (row) => (row.paymentType === "COD" ? "COD" : "Prepaid"),
  },
  {
    id: "placedAt",
    header: "Placed",
    width: 92,
    hidden: true,
    align: "right",
    sort: "placedAt",
    cell: (row) => <Instant at={row.placedAt} />,
  },
  {
    id: "packages",
    header: "Packages",
    width: 130,
    hidden: true,
    cell: (row) => row.packages.map((each) => each.code).join(", ") || "–",
  },
  { id: "priority", header: "Priority", width: 80, align: "right", hidden: true, cell: (row) => row.priority },
  { id: "pincode", header: "PIN code", width: 84, hidden: true, cell: (row) => row.pincode },
];

function OrderCode({ row }: { row: OrderRow }) {
  return (
    <span className={classes.code}>
      <Code>{row.code}</Code>
      {row.priority > 0 && (
        <span className={classes.priority} title={`Priority ${row.priority}`}>
          <IconFlag size={12} aria-label={`Priority ${row.priority}`} />
        </span>
      )}
    </span>
  );
}

/** One chip: what wants a person comes before where the order stands. */
export function OrderState({ row, size = "sm" }: { row: Omit<OrderRow, "customFields">; size?: "sm" | "md" }) {
  const open = row.state !== "COMPLETE" && row.state !== "CANCELLED";
  const states = row.items.flatMap((item) => item.states);
  const shown = !open
    ? row.state
    : row.openExceptions > 0
      ? "EXCEPTION"
      : row.onHold || row.heldUnits > 0
        ? "ON_HOLD"
        : row.state === "PENDING_VERIFICATION"
          ? row.state
          : states.includes("UNFULFILLABLE")
            ? "UNFULFILLABLE"
            : states.includes("LOCATION_NOT_SERVICEABLE")
              ? "LOCATION_NOT_SERVICEABLE"
              : row.state;
  return <StateChip state={shown} table={orderStates} size={size} />;
}

const dueWords: Readonly<Record<string, string>> = {
  late: "past their deadline",
  soon: "due within 2 h",
  today: "due today",
  later: "due after today",
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
        name: "due",
        label: "Dispatch deadline",
        type: "select",
        options: Object.entries(dueWords).map(([value, label]) => ({ value, label })),
        sentence: (_, label) => label,
      },
      {
        name: "paymentType",
        label: "Payment",
        type: "select",
        options: [
          { value: "COD", label: "COD" },
          { value: "PREPAID", label: "Prepaid" },
        ],
        sentence: (_, label) => label,
      },
      { name: "sku", label: "SKU", type: "text", placeholder: "SKU code", sentence: (value) => `with ${value}` },
    ],
    [channels],
  );
}

/** Every order of every channel: tabs by what they wait for, the first due on top. */
export function Screen() {
  const may = useMay();
  const navigate = useNavigate();
  const filters = useFilters();
  const { run, dialog } = useBulkRun();
  const channels = useStatusChannels();
  const shown = useFieldColumns<OrderRow>("ORDER", columns, "channel");
  const bulk = useMemo(() => orderBulk(run, may, (row) => whyNotAsked(channels, row.channel)), [run, may, channels]);
  const enter = may("orders.create") ? null : "Your roles do not include entering orders.";
  return (
    <Page
      fill
      title="Orders"
      line="Every order of every channel, the first due on top."
      actions={
        <>
          <ActionButton label="Under review" icon={IconEyeCheck} onClick={() => navigate({ to: "/under-review" })} />
          <ActionButton
            label="Import CSV"
            icon={IconFileImport}
            notNow={enter}
            onClick={() => navigate({ to: "/orders/new", search: { by: "csv" } })}
          />
          <ActionButton
            label="New order"
            icon={IconPlus}
            primary
            notNow={enter}
            onClick={() => navigate({ to: "/orders/new" })}
          />
        </>
      }
    >
      <DataTable<OrderRow>
        id="orders"
        endpoint="/api/v1/orders"
        rowId={(row) => row.id}
        noun={["order", "orders"]}
        columns={shown}
        tabs={[
          { value: "open", label: "Open" },
          { value: "pendingVerification", label: "To verify", tone: "attention" },
          { value: "onHold", label: "On hold", tone: "attention" },
          { value: "unfulfillable", label: "Unfulfillable", tone: "attention" },
          { value: "notServiceable", label: "Not serviceable", tone: "attention" },
          { value: "complete", label: "Complete" },
          { value: "cancelled", label: "Cancelled" },
          { value: "returned", label: "Returned on the channel" },
          { value: "noticesPaused", label: "Notifications paused", tone: "attention" },
          { value: "all", label: "All" },
        ]}
        filters={filters}
        searchHint="Order, buyer or phone"
        defaultSort="dispatchBy"
        href={(row) => `/orders/${row.id}`}
        bulk={bulk}
        rowTone={(row) => (row.openExceptions > 0 || row.onHold || row.heldUnits > 0 ? "attention" : undefined)}
        empty={{
          icon: IconShoppingBag,
          title: "No orders here",
          cause: (
            <>
              Orders come in by themselves from connected channels, within seconds of being placed. Those that could not
              be created are under <Link to="/failed-orders">Failed orders</Link>.
            </>
          ),
        }}
      />
      {dialog}
    </Page>
  );
}
