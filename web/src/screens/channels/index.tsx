import { Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { channelStates } from "../shared/states.ts";

interface ChannelRow {
  readonly id: string;
  readonly code: string;
  readonly source: string;
  readonly state: string;
  readonly lastSuccessAt: string | null;
  readonly message: string | null;
}

const columns: readonly Column<ChannelRow>[] = [
  {
    id: "code",
    header: "Channel",
    width: 200,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code copy={false}>{row.code}</Code>,
  },
  { id: "source", header: "Source", width: 160, card: "meta", cell: (row) => row.source },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={channelStates} />,
  },
  { id: "message", header: "Says", width: 220, grow: true, cell: (row) => row.message ?? "–" },
  {
    id: "lastSuccessAt",
    header: "Last success",
    width: 120,
    align: "right",
    card: "meta",
    cell: (row) => <Instant at={row.lastSuccessAt} />,
  },
];

export function Screen() {
  return (
    <Page fill title="Channels" line="Connections to marketplaces. One source may have several.">
      <DataTable<ChannelRow>
        id="channels"
        endpoint="/api/v1/channels"
        rowId={(row) => row.id}
        noun={["channel", "channels"]}
        columns={columns}
        defaultSort="code"
        searchHint="Channel or source"
        byFacility={false}
        csv={false}
        empty={{
          title: "No channel yet",
          cause:
            "A channel is one seller's connection to a marketplace. It brings orders in and tells the marketplace what is left.",
        }}
      />
    </Page>
  );
}
