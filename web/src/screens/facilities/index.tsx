import { IconPlus } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, Page } from "../../ui/index.ts";
import type { Facility } from "./facility-data.ts";

const columns: readonly Column<Facility>[] = [
  {
    id: "code",
    header: "Code",
    width: 120,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/settings/facilities/${row.facilityId}`}>{row.code}</Code>,
  },
  { id: "name", header: "Name", width: 200, grow: true, sort: "name", card: "meta", cell: (row) => row.name },
  { id: "city", header: "City", width: 140, card: "trailing", cell: (row) => row.city },
  { id: "gstin", header: "GSTIN", width: 190, cell: (row) => (row.gstin === null ? "–" : <Code>{row.gstin}</Code>) },
  { id: "shelves", header: "Shelves", width: 80, align: "right", cell: (row) => row.shelves },
  {
    id: "series",
    header: "Series",
    width: 80,
    align: "right",
    cell: (row) => (row.series === 0 ? "none" : row.series),
  },
  { id: "enabled", header: "Enabled", width: 80, cell: (row) => (row.enabled ? "Yes" : "No") },
];

export function Screen() {
  const navigate = useNavigate();
  const may = useMay();
  const create = (
    <ActionButton
      primary
      label="New facility"
      icon={IconPlus}
      notNow={may("warehouse.edit") ? null : "Your role does not include changing facilities."}
      onClick={() => navigate({ to: "/settings/facilities/new" })}
    />
  );
  return (
    <Page
      fill
      title="Facilities & series"
      line="Warehouses and stores, and the numbers of the invoices each of them makes."
      actions={create}
    >
      <DataTable<Facility>
        id="facilities"
        endpoint="/api/v1/facilities"
        rowId={(row) => row.facilityId}
        noun={["facility", "facilities"]}
        columns={columns}
        filters={[{ name: "enabled", label: "Enabled", type: "flag" }]}
        defaultSort="code"
        searchHint="Code, name or city"
        byFacility={false}
        rowTone={(row) => (row.series === 0 && row.enabled ? "attention" : undefined)}
        href={(row) => `/settings/facilities/${row.facilityId}`}
        empty={{
          title: "No facility",
          cause: "A facility holds stock and makes invoices. The first one is made when Godown is set up.",
          action: create,
        }}
      />
    </Page>
  );
}
