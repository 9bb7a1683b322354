import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { putawayStates } from "../shared/states.ts";

interface PutawayRow {
  readonly id: string;
  readonly code: string;
  readonly facilityCode: string;
  readonly state: string;
  readonly units: number;
  readonly reason: string;
  readonly createdAt: string;
}

const columns: readonly Column<PutawayRow>[] = [
  { id: "code", header: "Putaway", width: 150, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={putawayStates} />,
  },
  { id: "reason", header: "From", width: 200, grow: true, card: "meta", cell: (row) => row.reason },
  { id: "facility", header: "Facility", width: 100, cell: (row) => row.facilityCode },
  { id: "units", header: "Units", width: 80, align: "right", card: "meta", cell: (row) => row.units },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Putaway" line="Goods on their way back to a shelf. They count as stock once confirmed.">
      <DataTable<PutawayRow>
        id="putaway"
        endpoint="/api/v1/putaways"
        rowId={(row) => row.id}
        noun={["putaway", "putaways"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "To put away", tone: "attention" },
          { value: "COMPLETE", label: "Complete" },
        ]}
        defaultSort="createdAt"
        empty={{
          title: "Nothing to put away",
          cause: "The units of a packed order that is cancelled come here, to be put back on their shelf.",
        }}
      />
    </Page>
  );
}
