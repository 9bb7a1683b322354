import { IconPlayerPause, IconPlayerPlay, IconPlugConnected, IconPower } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useUrlState } from "../../lib/url-state.ts";
import { ActionButton, AsOf, Code, ConfirmAction, Page, Refusal, reportDone, StateChip, Tabs } from "../../ui/index.ts";
import { channelStates } from "../shared/states.ts";
import classes from "./channel.module.css";
import { ConnectForm } from "./connect-form.tsx";
import { type Summary, sourcesQuery, summaryQuery } from "./data.ts";
import { ExchangesTab } from "./exchanges.tsx";
import { useMayManage } from "./may.ts";
import { NoticesTab } from "./notices.tsx";
import { Pace } from "./pace.tsx";
import { SettingsForm } from "./settings-form.tsx";
import { SummaryTab } from "./summary.tsx";
import { Tile } from "./tile.tsx";

const back = { to: "/settings/channels", label: "Channels" };

/** One channel: its summary, what was said, its settings and credentials. */
export function Screen() {
  const { channelId } = useParams({ strict: false });
  const id = channelId ?? "";
  const summary = useQuery(summaryQuery(id));
  if (summary.data === undefined)
    return (
      <Page title="Channel" back={back}>
        {summary.error === null ? <SummaryOnItsWay /> : <Refusal error={summary.error} />}
      </Page>
    );
  return (
    <Loaded
      // Forms of one channel must not keep what was typed for another.
      key={id}
      summary={summary.data}
      asOf={<AsOf at={summary.dataUpdatedAt} error={summary.error} onRetry={() => summary.refetch()} />}
    />
  );
}

function SummaryOnItsWay() {
  return (
    <div className={classes.bones} aria-hidden>
      {[0, 1, 2, 3, 4, 5].map((i) => (
        <span key={i} />
      ))}
    </div>
  );
}

function Loaded({ summary, asOf }: { summary: Summary; asOf: React.ReactNode }) {
  const [params] = useUrlState();
  const { channel } = summary;
  const view = params.view ?? "summary";
  const list = view === "exchanges" || view === "notices";
  return (
    <Page
      fill={list}
      title={
        <>
          <Tile tile={channel.tile} />
          <span className={classes.name}>{channel.name}</span>
          <StateChip state={channel.state} table={channelStates} size="md" />
          {asOf}
        </>
      }
      documentTitle={channel.name}
      line={
        <>
          <Link to="/settings/channels/sources/$sourceId" params={{ sourceId: channel.source }}>
            {channel.sourceLabel}
          </Link>{" "}
          · <Code>{channel.code}</Code> ·{" "}
          <Link to="/listings" search={{ channelId: channel.channelId }}>
            {summary.listings.total} listings
          </Link>
          {summary.listings.unmapped > 0 && (
            <>
              {" · "}
              <Link to="/listings" search={{ channelId: channel.channelId, tab: "unmapped" }} className={classes.wants}>
                {summary.listings.unmapped} without SKU
              </Link>
            </>
          )}
        </>
      }
      back={back}
      actions={<Actions summary={summary} />}
    >
      <Tabs
        param="view"
        tabs={[
          { value: "summary", label: "Channel Summary" },
          { value: "exchanges", label: "Exchanges" },
          { value: "notices", label: "Notifications" },
          { value: "settings", label: "Settings" },
          { value: "connectors", label: "Connectors" },
        ]}
      />
      <View view={view} summary={summary} />
    </Page>
  );
}

function View({ view, summary }: { view: string; summary: Summary }) {
  const [, change] = useUrlState();
  const notNow = useMayManage();
  const { channel } = summary;
  if (view === "exchanges") return <ExchangesTab channelId={channel.channelId} />;
  if (view === "notices") return <NoticesTab channelId={channel.channelId} sourceLabel={channel.sourceLabel} />;
  if (view === "settings") return <SettingsTab summary={summary} />;
  if (view === "connectors")
    return (
      <div className={classes.form}>
        <ConnectForm summary={summary} onConnected={() => change({ view: null })} notNow={notNow} />
      </div>
    );
  return <SummaryTab summary={summary} />;
}

function SettingsTab({ summary }: { summary: Summary }) {
  const { channel } = summary;
  const client = useQueryClient();
  const [, change] = useUrlState();
  const notNow = useMayManage();
  // The declaration of a source that is no longer offered is needed by its channels all the same.
  const { data, error } = useQuery(sourcesQuery("all"));
  const source = data?.sources.find((s) => s.id === channel.source);
  if (error !== null) return <Refusal error={error} title="The source could not be read" />;
  if (source === undefined) return null;
  const save = async (body: Record<string, unknown>) => {
    const { notifySwitchedOn } = await api.patch<{ notifySwitchedOn: boolean }>(
      `/api/v1/channels/${channel.channelId}/settings`,
      body,
    );
    await client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
    reportDone(`Settings of ${channel.name} saved.`);
    // The summary offers to send what was not sent.
    if (notifySwitchedOn && summary.notify.notSent > 0) change({ view: null });
  };
  return (
    <div className={classes.form}>
      <SettingsForm
        source={source}
        initial={channel}
        entered={channel.fields}
        submitLabel="Save"
        onSave={(body, confirm) => save({ ...body, confirm })}
        onCancel={() => change({ view: null })}
        notNow={notNow}
      />
      <Pace summary={summary} />
    </div>
  );
}

type Question = "disable" | "stop" | "resume";

/** What can be done to the channel as a whole. */
function Actions({ summary }: { summary: Summary }) {
  const { channel, publishingStopped } = summary;
  const [params, change] = useUrlState();
  const [asked, setAsked] = useState<Question | null>(null);
  const client = useQueryClient();
  const may = useMay();
  const notNow = useMayManage();
  const refresh = () => client.invalidateQueries({ queryKey: summaryQuery(channel.channelId).queryKey });
  const act = async (verb: "enable" | "disable") => {
    await api.post(`/api/v1/channels/${channel.channelId}/${verb}`);
    await refresh();
    reportDone(`${channel.name} is ${verb === "enable" ? "on again; what waited goes on" : "off"}.`);
  };
  const publish = async (stopped: boolean) => {
    await api.post("/api/v1/publish-stops", { kind: "CHANNEL", id: channel.channelId, stopped });
    await refresh();
  };
  const unconnected = channel.state === "CONFIGURED" || channel.state === "BROKEN";
  // On Connectors the form has its own Connect.
  const wantsConnect = summary.fields.length > 0 && unconnected && params.view !== "connectors";
  const tellsStock = summary.cards.some((card) => card.kind === "INVENTORY");
  return (
    <>
      {tellsStock && (
        <ActionButton
          label={publishingStopped ? "Publish stock again" : "Stop publishing"}
          icon={publishingStopped ? IconPlayerPlay : IconPlayerPause}
          onClick={() => setAsked(publishingStopped ? "resume" : "stop")}
          notNow={may("listings.edit") ? null : "Your role may look at listings and not change them."}
        />
      )}
      {channel.state === "DISABLED" ? (
        <ActionButton
          label="Enable"
          icon={IconPower}
          primary
          onClick={() => act("enable")}
          notNow={
            notNow ?? (channel.connectedAt === null ? "It was never connected: press Connect on Connectors." : null)
          }
        />
      ) : (
        <ActionButton label="Disable" icon={IconPower} onClick={() => setAsked("disable")} notNow={notNow} />
      )}
      {wantsConnect && (
        <ActionButton
          label="Connect"
          icon={IconPlugConnected}
          primary
          onClick={() => change({ view: "connectors" }, { push: true })}
          notNow={notNow}
        />
      )}
      <ConfirmAction
        opened={asked === "disable"}
        onClose={() => setAsked(null)}
        title={`Disable ${channel.name}`}
        willHappen={`Nothing is fetched from ${channel.sourceLabel} or told to it, and orders it pushes are refused with that reason. Orders that are here go on. Enable it again at any time: what waited is then told.`}
        verb="Disable"
        danger
        onConfirm={() => act("disable")}
      />
      <ConfirmAction
        opened={asked === "stop"}
        onClose={() => setAsked(null)}
        title={`Stop publishing on ${channel.name}`}
        willHappen={`Every listing of this channel is told 0 within seconds, so that nothing more is sold there. Orders, dispatches and notifications go on.`}
        verb="Publish 0"
        danger
        onConfirm={() => publish(true)}
      />
      <ConfirmAction
        opened={asked === "resume"}
        onClose={() => setAsked(null)}
        title={`Publish stock on ${channel.name} again`}
        willHappen={`Every mapped listing is told its present figure within seconds.`}
        verb="Publish stock"
        onConfirm={() => publish(false)}
      />
    </>
  );
}
