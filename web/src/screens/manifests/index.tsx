import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { manifestStates } from "../shared/states.ts";

interface ManifestRow {
  readonly id: string;
  readonly code: string;
  readonly channelCode: string;
  readonly facilityCode: string;
  readonly courier: string | null;
  readonly state: string;
  readonly packages: number;
  readonly createdAt: string;
  readonly closedAt: string | null;
}

const columns: readonly Column<ManifestRow>[] = [
  { id: "code", header: "Manifest", width: 150, always: true, card: "title", cell: (row) => <Code>{row.code}</Code> },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={manifestStates} />,
  },
  { id: "channel", header: "Channel", width: 150, grow: true, card: "meta", cell: (row) => row.channelCode },
  { id: "facility", header: "Facility", width: 100, cell: (row) => row.facilityCode },
  { id: "courier", header: "Courier", width: 130, cell: (row) => row.courier ?? "–" },
  { id: "packages", header: "Packages", width: 90, align: "right", card: "meta", cell: (row) => row.packages },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  {
    id: "closedAt",
    header: "Closed",
    width: 110,
    align: "right",
    sort: "closedAt",
    card: "meta",
    cell: (row) => <Instant at={row.closedAt} />,
  },
];

export function Screen() {
  return (
    <Page
      fill
      title="Manifests"
      line="Hand-over lists for one channel and courier. Closing one marks its packages dispatched."
    >
      <DataTable<ManifestRow>
        id="manifests"
        endpoint="/api/v1/manifests"
        rowId={(row) => row.id}
        noun={["manifest", "manifests"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "Open" },
          { value: "CLOSED", label: "Closed" },
          { value: "DISCARDED", label: "Discarded" },
        ]}
        defaultSort="-createdAt"
        empty={{
          title: "No manifests",
          cause: "A manifest is made for labelled packages, under Shipments, To manifest.",
        }}
      />
    </Page>
  );
}
