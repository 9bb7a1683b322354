import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { AsOf, Code, Page, Refusal, StateChip } from "../../ui/index.ts";
import { putawayStates } from "../shared/states.ts";
import { PutawayGroups } from "./groups.tsx";
import { kindWords, type PutawayDetail } from "./putaway-data.ts";
import { PutawayStation } from "./station.tsx";

/** A putaway list as a station: grade the units, say where they go, scan them there, complete. */
export function Screen() {
  const { putawayId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, isFetching, refetch } = useQuery({
    queryKey: ["putaway", putawayId],
    queryFn: ({ signal }) => api.get<PutawayDetail>(`/api/v1/putaways/${putawayId}`, {}, signal),
    refetchInterval: 10_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/putaway", label: "Putaway" };
  if (data === undefined)
    return (
      <Page title="Putaway" back={back}>
        {error === null ? <p role="status">Reading the list…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={putawayStates} size="md" />
        </>
      }
      line={
        <>
          {kindWords[data.kind] ?? data.kind} · {data.facility} · made by {data.createdBy}
          {data.note !== null && ` · ${data.note}`} <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
    >
      {data.state !== "COMPLETE" && <PutawayStation putaway={data} reading={isFetching} onChanged={changed} />}
      <PutawayGroups putaway={data} onChanged={changed} />
    </Page>
  );
}
