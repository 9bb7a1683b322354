import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { formatCount } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Money, Page, StateChip, Tabs } from "../../ui/index.ts";
import { CreateGatepass } from "./create.tsx";
import { type GatepassRow, gatepassStates, type InTransitRow, types, typeWords } from "./gatepass-data.ts";

const columns: readonly Column<GatepassRow>[] = [
  {
    id: "code",
    header: "Gatepass",
    width: 130,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/gatepasses/${row.gatepassId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 140,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={gatepassStates} />,
  },
  { id: "type", header: "Type", width: 125, card: "meta", cell: (row) => typeWords[row.type].word },
  { id: "from", header: "From", width: 75, card: "meta", cell: (row) => row.facility },
  { id: "to", header: "To", width: 140, card: "meta", cell: (row) => row.to },
  { id: "purpose", header: "Purpose", width: 140, grow: true, cell: (row) => row.purpose },
  { id: "reference", header: "Reference", width: 110, hidden: true, cell: (row) => row.reference ?? "–" },
  { id: "pieces", header: "Pieces", width: 70, align: "right", card: "meta", cell: (row) => formatCount(row.pieces) },
  {
    id: "outstanding",
    header: "Awaited",
    width: 80,
    align: "right",
    sort: "outstanding",
    cell: (row) => (row.outstanding === 0 ? "–" : formatCount(row.outstanding)),
  },
  {
    id: "value",
    header: "Value",
    width: 120,
    align: "right",
    hidden: true,
    cell: (row) => <Money paise={row.value} />,
  },
  {
    id: "documents",
    header: "Papers",
    width: 125,
    cell: (row) => (row.documents.length === 0 ? "–" : row.documents.join(", ")),
  },
  {
    id: "createdAt",
    header: "Made",
    width: 90,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  {
    id: "issuedAt",
    header: "Issued",
    width: 100,
    align: "right",
    sort: "issuedAt",
    hidden: true,
    cell: (row) => <Instant at={row.issuedAt} />,
  },
  { id: "createdBy", header: "Made by", width: 120, hidden: true, cell: (row) => row.createdBy },
];

const transitColumns: readonly Column<InTransitRow>[] = [
  {
    id: "sku",
    header: "SKU",
    width: 180,
    always: true,
    sort: "sku",
    card: "title",
    cell: (row) => <Code>{row.sku}</Code>,
  },
  { id: "name", header: "Item", width: 240, grow: true, card: "meta", cell: (row) => row.name },
  { id: "from", header: "From", width: 100, card: "meta", cell: (row) => row.fromFacility },
  { id: "to", header: "To", width: 100, card: "meta", cell: (row) => row.facility },
  {
    id: "pieces",
    header: "On the way",
    width: 110,
    align: "right",
    sort: "pieces",
    card: "trailing",
    cell: (row) => formatCount(row.pieces),
  },
  {
    id: "short",
    header: "Of them short",
    width: 110,
    align: "right",
    cell: (row) => (row.short === 0 ? "–" : formatCount(row.short)),
  },
  { id: "gatepasses", header: "Gatepasses", width: 180, card: "meta", cell: (row) => row.gatepasses.join(", ") },
  {
    id: "issuedAt",
    header: "Oldest",
    width: 110,
    align: "right",
    sort: "issuedAt",
    cell: (row) => <Instant at={row.oldestIssuedAt} />,
  },
];

const views = [
  { value: "gatepasses", label: "Gatepasses" },
  { value: "in-transit", label: "Goods in transit" },
];

/** Goods that leave other than by sale. */
export function Screen() {
  const may = useMay();
  const [params] = useUrlState();
  const [making, setMaking] = useState(false);
  const create = (
    <ActionButton
      primary
      label="Create gatepass"
      icon={IconPlus}
      notNow={may("gatepasses.manage") ? null : "Your role does not include making gatepasses."}
      onClick={() => setMaking(true)}
    />
  );
  return (
    <Page
      fill
      title="Gatepasses"
      line="Goods that leave other than by sale: to another facility, for repair, as samples, back to a vendor."
      actions={create}
    >
      <Tabs tabs={views} param="view" />
      {params.view === "in-transit" ? <InTransit /> : <Gatepasses create={create} />}
      {making && <CreateGatepass onClose={() => setMaking(false)} />}
    </Page>
  );
}

function Gatepasses({ create }: { create: React.ReactNode }) {
  return (
    <DataTable<GatepassRow>
      id="gatepasses"
      endpoint="/api/v1/gatepasses"
      rowId={(row) => row.gatepassId}
      noun={["gatepass", "gatepasses"]}
      columns={columns}
      tabFilter="state"
      tabs={[
        { value: "all", label: "All" },
        { value: "CREATED", label: "Open" },
        { value: "IN_TRANSIT", label: "In transit" },
        { value: "RETURN_AWAITED", label: "Return awaited" },
        { value: "SHORT", label: "Short", tone: "attention" },
        { value: "CLOSED", label: "Closed" },
        { value: "CANCELLED", label: "Cancelled" },
      ]}
      filters={[
        {
          name: "type",
          label: "Type",
          type: "select",
          single: true,
          options: types.map((type) => ({ value: type, label: typeWords[type].word })),
          sentence: (_value, label) => label.toLowerCase(),
        },
      ]}
      searchHint="Gatepass, paper, party, reference"
      defaultSort="-createdAt"
      href={(row) => `/gatepasses/${row.gatepassId}`}
      empty={{
        title: "No gatepasses",
        cause: "A gatepass lets goods leave that are not sold, with the challan or invoice that the law wants.",
        action: create,
      }}
    />
  );
}

function InTransit() {
  return (
    <DataTable<InTransitRow>
      id="stock-in-transit"
      endpoint="/api/v1/stock-in-transit"
      rowId={(row) => `${row.facilityId} ${row.fromFacility} ${row.skuId}`}
      noun={["SKU", "SKUs"]}
      columns={transitColumns}
      searchHint="SKU, name, gatepass"
      defaultSort="issuedAt"
      empty={{
        title: "Nothing is on its way",
        cause: "What left one facility for another is here until it is received, found, or given up.",
      }}
    />
  );
}
