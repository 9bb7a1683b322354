import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { api } from "../../lib/api.ts";
import { ApiError } from "../../lib/problem.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { Empty, Page, Refusal, Tabs } from "../../ui/index.ts";
import classes from "./add.module.css";
import { ConnectForm } from "./connect-form.tsx";
import { type Channel, type Source, sourcesQuery, summaryQuery } from "./data.ts";
import { useMayManage } from "./may.ts";
import { SettingsForm } from "./settings-form.tsx";
import { SourceGrid } from "./source-grid.tsx";
import { Tile } from "./tile.tsx";

const back = { to: "/settings/channels", label: "Channels" };

/** ADD CHANNEL: search and select a source, its Settings, its Connectors. Where one is stands in the address. */
export function Screen() {
  const [params, change] = useUrlState();
  // A source that is named in the address is found in whatever state it is.
  const sources = useQuery(sourcesQuery(params.source === undefined ? params.state : "all"));
  if (params.source === undefined)
    return (
      <Page
        title="Add channel"
        line={
          <>
            Search and select where you sell. <Link to="/settings/channels/coverage">What each marketplace can do</Link>
          </>
        }
        back={back}
      >
        <SourceGrid
          sources={sources.data?.sources}
          error={sources.error}
          onRetry={() => void sources.refetch()}
          onSelect={(source) =>
            change({ source: source.id, q: null, edition: null, state: null, category: null }, { push: true })
          }
        />
      </Page>
    );
  if (sources.error !== null)
    return (
      <Page title="Add channel" back={back}>
        <Refusal error={sources.error} title="The sources could not be read" />
      </Page>
    );
  if (sources.data === undefined)
    return <Empty title="Reading sources" cause="The form is drawn as soon as they are here." />;
  const source = sources.data.sources.find((each) => each.id === params.source);
  return (
    <Page
      title={
        <span className={classes.title}>
          {source !== undefined && <Tile tile={source.tile} />}
          Add {source?.label ?? "channel"}
        </span>
      }
      documentTitle="Add channel"
      line={
        source !== undefined && (
          <>
            {source.about}{" "}
            <Link to="/settings/channels/sources/$sourceId" params={{ sourceId: source.id }}>
              What {source.label} can do
            </Link>
          </>
        )
      }
      back={{ to: "/settings/channels/add", label: "Add channel" }}
      narrow
    >
      {source === undefined ? (
        <Refusal
          error={
            new ApiError(404, {
              code: "SOURCE_UNKNOWN",
              message: `There is no source ${params.source} here.`,
              whatToDo: "Go back and select one from the list.",
            })
          }
        />
      ) : (
        <Steps source={source} channelId={params.channel} />
      )}
    </Page>
  );
}

/** The two pages of the set-up. The second opens once the first is saved; both may be gone back to. */
function Steps({ source, channelId }: { source: Source; channelId: string | undefined }) {
  const [params, change] = useUrlState();
  const step = params.step ?? "settings";
  return (
    <>
      <Tabs
        param="step"
        tabs={[
          { value: "settings", label: "Settings" },
          { value: "connectors", label: "Connectors" },
        ]}
      />
      <div className={classes.step}>
        {step === "settings" ? (
          channelId === undefined ? (
            <NewSettings source={source} />
          ) : (
            <SavedSettings source={source} channelId={channelId} />
          )
        ) : channelId === undefined ? (
          <Empty
            title="Save the settings first"
            cause="Press Save & Next on Settings; the credentials are asked for next."
            action={
              <button type="button" onClick={() => change({ step: null })}>
                Go to Settings
              </button>
            }
          />
        ) : (
          <Connectors channelId={channelId} />
        )}
      </div>
    </>
  );
}

function NewSettings({ source }: { source: Source }) {
  const [, change] = useUrlState();
  const navigate = useNavigate();
  const client = useQueryClient();
  const notNow = useMayManage();
  const save = async ({ name, ...settings }: Record<string, unknown>) => {
    const made = await api.post<Channel>("/api/v1/channels", { source: source.id, name, settings });
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/channels"] });
    // A source without another side asks for no credentials: its channel is ready.
    if (source.fields.length === 0)
      await navigate({ to: "/settings/channels/$channelId", params: { channelId: made.channelId } });
    else change({ channel: made.channelId, step: "connectors" });
  };
  return (
    <SettingsForm
      source={source}
      initial={{ name: source.suggestedName }}
      submitLabel="Save & Next"
      onSave={save}
      onCancel={() => void navigate({ to: "/settings/channels" })}
      notNow={notNow ?? source.unavailable?.message ?? null}
    />
  );
}

function SavedSettings({ source, channelId }: { source: Source; channelId: string }) {
  const [, change] = useUrlState();
  const navigate = useNavigate();
  const client = useQueryClient();
  const summary = useQuery(summaryQuery(channelId));
  if (summary.error !== null) return <Refusal error={summary.error} title="The channel could not be read" />;
  if (summary.data === undefined) return null;
  const save = async (body: Record<string, unknown>) => {
    await api.patch(`/api/v1/channels/${channelId}/settings`, body);
    await client.invalidateQueries({ queryKey: summaryQuery(channelId).queryKey });
  };
  return (
    <SettingsForm
      source={source}
      initial={summary.data.channel}
      entered={summary.data.channel.fields}
      submitLabel="Save & Next"
      onSave={(body, confirm) => save({ ...body, confirm })}
      onSaved={() => change({ step: "connectors" })}
      onCancel={() => void navigate({ to: "/settings/channels" })}
    />
  );
}

function Connectors({ channelId }: { channelId: string }) {
  const navigate = useNavigate();
  const summary = useQuery(summaryQuery(channelId));
  const toSummary = () => void navigate({ to: "/settings/channels/$channelId", params: { channelId } });
  if (summary.error !== null) return <Refusal error={summary.error} title="The channel could not be read" />;
  if (summary.data === undefined) return null;
  return <ConnectForm summary={summary.data} onConnected={toSummary} onSkip={toSummary} />;
}
