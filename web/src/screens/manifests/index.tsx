import { IconPlus } from "@tabler/icons-react";
import { useState } from "react";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { useChannelChoices, useProviderChoices } from "../shared/choices.ts";
import { manifestStates } from "../shared/states.ts";
import { CreateManifest } from "./create-form.tsx";
import type { ManifestRow } from "./manifest-data.ts";

const columns: readonly Column<ManifestRow>[] = [
  {
    id: "code",
    header: "Manifest",
    width: 150,
    always: true,
    sort: "code",
    card: "title",
    cell: (row) => <Code href={`/manifests/${row.manifestId}`}>{row.code}</Code>,
  },
  {
    id: "state",
    header: "State",
    width: 110,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={manifestStates} />,
  },
  { id: "channel", header: "Channel", width: 160, grow: true, card: "meta", cell: (row) => row.channelName },
  { id: "courier", header: "Courier", width: 150, card: "meta", cell: (row) => row.courier },
  { id: "facility", header: "Facility", width: 100, cell: (row) => row.facility },
  {
    id: "parcels",
    header: "Holds",
    width: 110,
    align: "right",
    card: "meta",
    cell: (row) => plural(row.parcels, "package"),
  },
  {
    id: "createdAt",
    header: "Made",
    width: 110,
    align: "right",
    sort: "createdAt",
    cell: (row) => <Instant at={row.createdAt} />,
  },
  { id: "createdBy", header: "Made by", width: 130, hidden: true, cell: (row) => row.createdBy },
  {
    id: "closedAt",
    header: "Closed",
    width: 110,
    align: "right",
    sort: "closedAt",
    card: "meta",
    cell: (row) => <Instant at={row.closedAt} />,
  },
  { id: "closedBy", header: "Closed by", width: 130, cell: (row) => row.closedBy ?? "–" },
];

export function Screen() {
  const may = useMay();
  const channels = useChannelChoices();
  const providers = useProviderChoices();
  const [making, setMaking] = useState(false);
  const create = (
    <ActionButton
      primary
      label="Create manifest"
      icon={IconPlus}
      notNow={may("manifests.manage") ? null : "Your role does not include making manifests."}
      onClick={() => setMaking(true)}
    />
  );
  return (
    <Page
      fill
      title="Manifests"
      line="Hand-over lists for one channel and courier. Closing one marks its packages dispatched."
      actions={create}
    >
      <DataTable<ManifestRow>
        id="manifests"
        endpoint="/api/v1/manifests"
        rowId={(row) => row.manifestId}
        noun={["manifest", "manifests"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "CREATED", label: "Open" },
          { value: "CLOSED", label: "Closed" },
          { value: "DISCARDED", label: "Discarded" },
        ]}
        filters={[
          {
            name: "channelId",
            label: "Channel",
            type: "select",
            single: true,
            options: channels.map(({ channelId, name }) => ({ value: channelId, label: name })),
            sentence: (_value, label) => label,
          },
          {
            name: "shippingProviderId",
            label: "Courier",
            type: "select",
            single: true,
            options: providers.map(({ providerId, name }) => ({ value: providerId, label: name })),
            sentence: (_value, label) => `with ${label}`,
          },
        ]}
        searchHint="Manifest"
        defaultSort="-createdAt"
        href={(row) => `/manifests/${row.manifestId}`}
        empty={{
          title: "No manifests",
          cause:
            "A manifest lists the parcels that one courier collects for one channel. Make one, then scan parcels into it.",
          action: create,
        }}
      />
      {making && <CreateManifest onClose={() => setMaking(false)} />}
    </Page>
  );
}
