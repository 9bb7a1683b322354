import { Button } from "@mantine/core";
import { IconPlus } from "@tabler/icons-react";
import { Link, useNavigate } from "@tanstack/react-router";
import { useCallback } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { ActionButton, Code, type Column, DataTable, Instant, Page, StateChip } from "../../ui/index.ts";
import { channelStates } from "../shared/states.ts";
import classes from "./channels.module.css";
import type { ChannelRow } from "./data.ts";
import { healthOf } from "./health.ts";
import { useMayManage } from "./may.ts";
import { Tile } from "./tile.tsx";

const columns: readonly Column<ChannelRow>[] = [
  {
    id: "channel",
    header: "Channel",
    width: 230,
    grow: true,
    always: true,
    card: "title",
    cell: (row) => (
      <span className={classes.name}>
        <Tile tile={row.tile} size={24} />
        <span className={classes.nameText} title={row.name}>
          {row.name}
        </span>
        {row.code !== row.name && <Code copy={false}>{row.code}</Code>}
      </span>
    ),
  },
  { id: "source", header: "Source", width: 140, card: "meta", cell: (row) => row.sourceLabel },
  {
    id: "state",
    header: "State",
    width: 120,
    card: "trailing",
    cell: (row) => <StateChip state={row.state} table={channelStates} />,
  },
  {
    id: "health",
    header: "Syncs",
    width: 220,
    grow: true,
    card: "meta",
    cell: (row) => {
      const { words, tone } = healthOf(row);
      return (
        <span className={classes.health} data-tone={tone} title={words}>
          {words}
        </span>
      );
    },
  },
  { id: "orders", header: "Orders today", width: 104, align: "right", cell: (row) => row.ordersToday },
  {
    id: "failed",
    header: "Failed",
    width: 72,
    align: "right",
    cell: (row) => (row.ordersFailed === 0 ? 0 : <strong className={classes.bad}>{row.ordersFailed}</strong>),
  },
  {
    id: "unmapped",
    header: "Unmapped",
    width: 90,
    align: "right",
    cell: (row) => (row.unmapped === 0 ? 0 : <strong className={classes.wants}>{row.unmapped}</strong>),
  },
  {
    id: "lastSuccess",
    header: "Last success",
    width: 110,
    align: "right",
    cell: (row) => <Instant at={row.lastSuccessAt ?? row.lastOrderAt} />,
  },
];

const inTab: Readonly<Record<string, (row: ChannelRow) => boolean>> = {
  CONNECTED: (row) => row.state === "CONNECTED",
  ATTENTION: (row) => healthOf(row).tone !== undefined && row.state !== "DISABLED",
  DISABLED: (row) => row.state === "DISABLED",
};

/** Channels are few and come in one answer: searched and counted here. */
async function loadChannels(
  query: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<ListPage<ChannelRow>> {
  const { channels, asOf } = await api.get<{ channels: readonly ChannelRow[]; asOf: string }>(
    "/api/v1/channels",
    {},
    signal,
  );
  const words = (query.search ?? "").toLowerCase();
  const found = channels.filter((row) =>
    [row.name, row.code, row.sourceLabel].some((text) => text.toLowerCase().includes(words)),
  );
  const rows = query.state === undefined ? found : found.filter(inTab[query.state] ?? (() => true));
  const counts = Object.fromEntries(Object.entries(inTab).map(([tab, fits]) => [tab, found.filter(fits).length]));
  return { rows, total: rows.length, nextCursor: null, counts: { all: found.length, ...counts }, asOf };
}

/** Settings > Channels. */
export function Screen() {
  const navigate = useNavigate();
  const notNow = useMayManage();
  const add = useCallback(() => void navigate({ to: "/settings/channels/add" }), [navigate]);
  return (
    <Page
      fill
      title="Channels"
      line={
        <>
          Each is one account at a marketplace: it brings orders in and is told what is left. A source may have several.{" "}
          <Link to="/settings/channels/coverage">What each marketplace can do</Link>
        </>
      }
      actions={<ActionButton label="ADD CHANNEL" icon={IconPlus} primary onClick={add} notNow={notNow} />}
    >
      <DataTable<ChannelRow>
        id="channels"
        endpoint="/api/v1/channels"
        load={loadChannels}
        rowId={(row) => row.channelId}
        noun={["channel", "channels"]}
        columns={columns}
        tabFilter="state"
        tabs={[
          { value: "all", label: "All" },
          { value: "CONNECTED", label: "Connected" },
          { value: "ATTENTION", label: "Wants a person", tone: "attention" },
          { value: "DISABLED", label: "Off" },
        ]}
        searchHint="Channel or source"
        byFacility={false}
        csv={false}
        href={(row) => `/settings/channels/${row.channelId}`}
        rowTone={(row) => (row.state === "DISABLED" ? undefined : healthOf(row).tone)}
        empty={{
          title: "No channel yet",
          cause: "A channel is your account at a marketplace. Once it is connected, orders come in and stock goes out.",
          action: notNow === null ? <Button onClick={add}>ADD CHANNEL</Button> : undefined,
        }}
      />
    </Page>
  );
}
