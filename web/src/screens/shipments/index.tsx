import { useQueryClient } from "@tanstack/react-query";
import { serverNowMs } from "../../lib/clock.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Code, type Column, DataTable, Deadline, type Filter, Money, Page, StateChip } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { useAnyAsked, useChannelChoices, useProviderChoices } from "../shared/choices.ts";
import { useFieldColumns } from "../shared/custom-fields.tsx";
import { channelStepStates, packageStates } from "../shared/states.ts";
import { Items } from "../shared/thumb.tsx";
import { shipmentBulk } from "./bulk.ts";
import classes from "./channel.module.css";
import { owedStep, shortWords } from "./channel-step.ts";
import { ShipmentPanel } from "./panel.tsx";
import { askShipments, handedOver, type Shipment } from "./shipment.ts";
import { useSteps } from "./use-steps.tsx";

const code = (text: string | null) => (text === null ? "–" : <Code>{text}</Code>);

const columns: readonly Column<Shipment>[] = [
  {
    id: "code",
    header: "Package",
    width: 136,
    always: true,
    card: "title",
    cell: (row) => <Code href={`/shipments/${row.code}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 130,
    card: "trailing",
    cell: (row) => <StateChip state={row.onHold ? "ON_HOLD" : row.state} table={packageStates} />,
  },
  {
    id: "channelStep",
    header: "Asked for",
    width: 128,
    card: "meta",
    cell: (row) => <ChannelStepCell row={row} />,
  },
  { id: "items", header: "Items", width: 180, grow: true, card: "meta", cell: (row) => <Items items={row.items} /> },
  {
    id: "quantity",
    header: "Qty",
    width: 44,
    align: "right",
    cell: (row) => row.items.reduce((sum, item) => sum + item.quantity, 0),
  },
  {
    id: "dispatchBy",
    header: "Hand over by",
    width: 112,
    align: "right",
    sort: "dispatchBy",
    card: "meta",
    cell: (row) => (row.state === "CANCELLED" ? "–" : <Deadline by={row.dispatchBy} met={handedOver(row.state)} />),
  },
  { id: "channel", header: "Channel", width: 132, cell: (row) => row.channelCode },
  { id: "courier", header: "Courier", width: 112, cell: (row) => row.courier ?? "–" },
  { id: "awb", header: "AWB", width: 152, cell: (row) => code(row.awb) },
  { id: "invoice", header: "Invoice", width: 152, cell: (row) => code(row.invoiceNumber) },
  { id: "order", header: "Order", width: 170, hidden: true, cell: (row) => <Code>{row.orderCode}</Code> },
  { id: "manifest", header: "Manifest", width: 120, hidden: true, cell: (row) => code(row.manifestCode) },
  { id: "facility", header: "Facility", width: 90, hidden: true, cell: (row) => row.facilityCode },
  {
    id: "collect",
    header: "To collect",
    width: 110,
    align: "right",
    hidden: true,
    cell: (row) => (row.cod ? <Money paise={row.collectPaise} /> : "Prepaid"),
  },
  { id: "to", header: "To", width: 170, hidden: true, cell: (row) => `${row.city} ${row.pincode}` },
];

const notThere = new Set(["courier", "awb", "invoice"]);
/** Who looks at what channels and couriers owe wants the reason in words; what they have not given yet is empty anyhow. */
const owingColumns: readonly Column<Shipment>[] = columns.flatMap((column) => {
  if (notThere.has(column.id)) return [{ ...column, hidden: true }];
  if (column.id === "items") return [whyColumn(), { ...column, grow: false }];
  return [column];
});

function whyColumn(): Column<Shipment> {
  return {
    id: "channelStepWhy",
    header: "Why",
    width: 230,
    grow: true,
    card: "meta",
    cell: (row) => {
      const owed = owedStep(row);
      const words = owed?.channelSays ?? owed?.message ?? "";
      return <span title={[owed?.message, owed?.whatToDo].filter(Boolean).join(" ")}>{words}</span>;
    },
  };
}

/** What the channel or the courier still owes the package, with its reason on hover and on focus. */
function ChannelStepCell({ row }: { row: Shipment }) {
  const owed = owedStep(row);
  if (owed === undefined) return null;
  return (
    <span className={classes.cell} data-whole {...(owed.message === null ? {} : { "data-tip": owed.message })}>
      <StateChip
        state={owed.state}
        table={{ [owed.state]: { ...lookOf(owed.state, channelStepStates), word: shortWords(owed) } }}
      />
    </span>
  );
}

const dueOptions = [
  { value: "late", label: "past its deadline" },
  { value: "soon", label: "due within two hours" },
  { value: "today", label: "due today" },
  { value: "later", label: "due later" },
];

const stepSentences: Readonly<Record<string, string>> = {
  failed: "whose invoice or label failed",
  waiting: "waiting for an answer",
  open: "that are owed an invoice or label",
};

function useFilters(): readonly Filter[] {
  const channels = useChannelChoices();
  const providers = useProviderChoices();
  return [
    {
      name: "channelId",
      label: "Channel",
      type: "select",
      single: true,
      options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
      sentence: (_value, label) => label,
    },
    {
      name: "due",
      label: "Deadline",
      type: "select",
      single: true,
      options: dueOptions,
      sentence: (_value, label) => label,
    },
    {
      name: "channelStep",
      label: "Asked for",
      type: "select",
      single: true,
      options: [
        { value: "failed", label: "failed" },
        { value: "waiting", label: "waits for an answer" },
        { value: "open", label: "failed or waits" },
      ],
      sentence: (value) => stepSentences[value] ?? value,
    },
    {
      name: "askedOf",
      label: "Asked of",
      type: "select",
      single: true,
      options: [
        { value: "channel", label: "channels" },
        { value: "courier", label: "couriers" },
      ],
      sentence: (_value, label) => `asked of ${label}`,
    },
    {
      name: "providerId",
      label: "Courier",
      type: "select",
      single: true,
      options: providers.map(({ providerId, name }) => ({ value: providerId, label: name })),
      sentence: (_value, label) => `with ${label}`,
    },
    {
      name: "cod",
      label: "COD",
      type: "flag",
      sentence: (value) => (value === "true" ? "cash on delivery" : "prepaid"),
    },
  ];
}

const toneOf = (row: Shipment) => (owedStep(row)?.state === "FAILED" ? "failed" : row.onHold ? "attention" : undefined);

export function Screen() {
  const client = useQueryClient();
  const may = useMay();
  const filters = useFilters();
  const channels = useChannelChoices();
  const singleAction = channels.some((channel) => channel.singleAction !== "OFF");
  const asks = useAnyAsked();
  const [params] = useUrlState();
  const owing = params.channelStep !== undefined || params.askedOf !== undefined;
  const all = owing ? owingColumns : columns;
  const shown = useFieldColumns<Shipment>("PACKAGE", all, "channel");
  const steps = useSteps(() => void client.invalidateQueries({ queryKey: ["list", "/api/v1/shipments"] }));
  return (
    <Page fill title="Shipments" line="Packages by state: invoice, label, manifest, hand over.">
      <DataTable<Shipment>
        id={owing ? "shipments-owing" : "shipments"}
        endpoint="/api/v1/shipments"
        ask={(query) => askShipments(query, serverNowMs())}
        rowId={(row) => row.shippingPackageId}
        noun={["package", "packages"]}
        columns={shown}
        tabFilter="tab"
        tabs={[
          { value: "new", label: "New" },
          { value: "picking", label: "Picking" },
          { value: "packed", label: "To label" },
          { value: "readyToShip", label: "To manifest" },
          { value: "manifested", label: "To hand over" },
          { value: "dispatched", label: "Dispatched" },
          { value: "delivered", label: "Delivered" },
          { value: "returns", label: "Returns" },
          { value: "cancelled", label: "Cancelled" },
          { value: "notServiceable", label: "Not serviceable", tone: "attention" },
          { value: "all", label: "All" },
        ]}
        filters={filters}
        searchHint="Package, order, AWB, invoice, SKU"
        defaultSort="dispatchBy"
        rowTone={toneOf}
        href={(row) => `/shipments/${row.code}`}
        panelTitle={(row) => <Code>{row.code}</Code>}
        panel={(row) => <ShipmentPanel row={row} steps={steps} may={may} />}
        bulk={shipmentBulk(steps, { may, singleAction, tab: params.tab ?? "new", asks })}
        empty={{
          title: "No packages here",
          cause: "A package is made when stock is found for an order's units; it moves from tab to tab as you work.",
        }}
      />
      {steps.dialogs}
    </Page>
  );
}
