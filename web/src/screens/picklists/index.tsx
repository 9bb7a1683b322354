import { useNavigate } from "@tanstack/react-router";
import { plural } from "../../lib/format.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { picklistStates } from "../shared/states.ts";
import type { PicklistRow } from "./picklist-data.ts";

const columns: readonly Column<PicklistRow>[] = [
  {
    id: "code",
    header: "Picklist",
    width: 150,
    always: true,
    grow: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/picklists/${row.picklistId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={picklistStates} />,
  },
  { id: "facility", header: "Facility", width: 100, card: "meta", cell: (row) => row.facility },
  {
    id: "packages",
    header: "For",
    width: 110,
    align: "right",
    card: "meta",
    cell: (row) => plural(row.packages, "package"),
  },
  { id: "open", header: "Not invoiced", width: 110, align: "right", cell: (row) => row.open },
  { id: "units", header: "Units", width: 80, align: "right", cell: (row) => row.units },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    card: "meta",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Made by", width: 130, cell: (row) => row.createdBy },
];

export function Screen() {
  const navigate = useNavigate();
  return (
    <Page
      fill
      title="Picklists"
      line="What to fetch from which shelf, for chosen packages. Receiving one says the goods are at the packing table."
    >
      <DataTable<PicklistRow>
        id="picklists"
        endpoint="/api/v1/picklists"
        rowId={(row) => row.picklistId}
        noun={["picklist", "picklists"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "Being fetched" },
          { value: "RECEIVED", label: "Received" },
          { value: "CLOSED", label: "Closed" },
          { value: "all", label: "All" },
        ]}
        searchHint="Picklist"
        defaultSort="-createdAt"
        href={(row) => `/picklists/${row.picklistId}`}
        empty={{
          title: "No picklists",
          cause: "Choose packages under Shipments › New and press Create picklist.",
          action: <ActionButton label="Go to Shipments" onClick={() => navigate({ to: "/shipments" })} />,
        }}
      />
    </Page>
  );
}
