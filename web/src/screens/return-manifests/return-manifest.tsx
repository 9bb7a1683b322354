import { IconPrinter, IconTrash } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, AsOf, Code, ConfirmAction, Facts, Instant, Page, Refusal, StateChip } from "../../ui/index.ts";
import { returnManifestStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { Parcels } from "./parcels.tsx";
import type { ReturnManifest } from "./return-manifest-data.ts";
import { ReturnStation } from "./station.tsx";

/** A return manifest: parcels are scanned in, and closing it receives them. */
export function Screen() {
  const { returnManifestId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ["return-manifest", returnManifestId],
    queryFn: ({ signal }) => api.get<ReturnManifest>(`/api/v1/return-manifests/${returnManifestId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/return-manifests", label: "Return manifests" };
  if (data === undefined)
    return (
      <Page title="Return manifest" back={back}>
        {error === null ? <p role="status">Reading the return manifest…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={returnManifestStates} size="md" />
        </>
      }
      line={
        <>
          {data.courier ?? "No courier named"} · {data.channel ?? "any channel"} · {data.facility}{" "}
          <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions manifest={data} onChanged={changed} />}
    >
      {data.state === "CREATED" ? (
        <ReturnStation manifest={data} reading={isFetching} onChanged={changed} />
      ) : (
        <Facts
          facts={[
            ["Made", <Instant key="made" at={data.createdAt} />],
            ["Made by", data.createdBy],
            ["Closed", <Instant key="closed" at={data.closedAt} />],
            ["Closed by", data.closedBy ?? "–"],
          ]}
        />
      )}
      <Parcels manifest={data} onChanged={changed} />
    </Page>
  );
}

function Actions({ manifest, onChanged }: { manifest: ReturnManifest; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const navigate = useNavigate();
  const pdf = usePdf();
  const [discarding, setDiscarding] = useState(false);
  const { returnManifestId, code, parcels } = manifest;
  return (
    <>
      <ActionButton
        label="Print return manifest"
        icon={IconPrinter}
        notNow={parcels === 0 ? "There are no parcels on it." : null}
        onClick={() =>
          pdf.open(`Return manifest ${code}`, [
            { label: "Return manifest", path: `/api/v1/return-manifests/${returnManifestId}/pdf` },
          ])
        }
      />
      {manifest.state === "CREATED" && (
        <ActionButton
          danger
          label="Discard"
          icon={IconTrash}
          notNow={
            !may("returns.receive")
              ? "Your role does not include this."
              : parcels > 0
                ? "Take its parcels off first; only an empty one is discarded."
                : null
          }
          onClick={() => setDiscarding(true)}
        />
      )}
      <ConfirmAction
        danger
        opened={discarding}
        onClose={() => setDiscarding(false)}
        title={`Discard return manifest ${code}`}
        willHappen="The empty return manifest is put away under Discarded and takes no more parcels. This cannot be undone."
        verb="Discard return manifest"
        onConfirm={async () => {
          await api.post(`/api/v1/return-manifests/${returnManifestId}/discard`);
          await onChanged();
          await navigate({ to: "/return-manifests" });
        }}
      />
      {pdf.preview}
    </>
  );
}
