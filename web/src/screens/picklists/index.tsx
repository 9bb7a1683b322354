import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { picklistStates } from "../shared/states.ts";

interface PicklistRow {
  readonly id: string;
  readonly code: string;
  readonly facilityCode: string;
  readonly state: string;
  readonly packages: number;
  readonly units: number;
  readonly createdAt: string;
}

const columns: readonly Column<PicklistRow>[] = [
  {
    id: "code",
    header: "Picklist",
    width: 150,
    always: true,
    grow: true,
    card: "title",
    cell: (row) => <Code>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={picklistStates} />,
  },
  { id: "facility", header: "Facility", width: 100, card: "meta", cell: (row) => row.facilityCode },
  { id: "packages", header: "Packages", width: 90, align: "right", cell: (row) => row.packages },
  { id: "units", header: "Units", width: 80, align: "right", card: "meta", cell: (row) => row.units },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    card: "meta",
    cell: (row) => <Instant at={row.createdAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Picklists" line="What to fetch from which shelf, for chosen packages.">
      <DataTable<PicklistRow>
        id="picklists"
        endpoint="/api/v1/picklists"
        rowId={(row) => row.id}
        noun={["picklist", "picklists"]}
        columns={columns}
        defaultSort="-createdAt"
        empty={{ title: "No picklists", cause: "Choose packages under Shipments and print a pick list for them." }}
      />
    </Page>
  );
}
