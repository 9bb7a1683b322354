import { Select, Switch } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { reportProblem } from "../../ui/index.ts";
import { useMayManage } from "../channels/may.ts";
import { type ChannelSync, overviewQuery } from "./data.ts";

const paces = [2, 3, 5, 8];

/** How often it is asked at most; limits of the marketplace may make it slower, never faster than a minute. */
export function Pace({ channel }: { channel: ChannelSync }) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const wished = channel.wishedMinutes;
  const offered = wished === null || paces.includes(wished) ? paces : [...paces, wished].toSorted((a, b) => a - b);
  const set = async (value: string | null) => {
    try {
      const minutes = value === null || value === "free" ? null : Number(value);
      await api.put(`/api/v1/channels/${channel.channelId}/pace`, { minutes });
      await client.invalidateQueries({ queryKey: overviewQuery.queryKey });
    } catch (error) {
      reportProblem(error, "Set how often it is asked");
    }
  };
  return (
    <Select
      size="xs"
      w={190}
      aria-label={`How often ${channel.name} is asked at most`}
      data-tip="Orders, Cancelled and Dispatched are asked for together. Limits of the marketplace may stretch it further."
      allowDeselect={false}
      disabled={notNow !== null}
      value={wished === null ? "free" : String(wished)}
      data={[
        { value: "free", label: "As often as limits allow" },
        ...offered.map((minutes) => ({ value: String(minutes), label: `At most every ${minutes} min` })),
      ]}
      onChange={(value) => void set(value)}
    />
  );
}

/** Switches one sync of a channel on or off. */
export function SyncSwitch({
  channel,
  kind,
  on,
  label,
}: {
  channel: ChannelSync;
  kind: string;
  on: boolean;
  label: string;
}) {
  const client = useQueryClient();
  const notNow = useMayManage();
  const flip = async (enabled: boolean) => {
    try {
      await api.put(`/api/v1/channels/${channel.channelId}/syncs/${kind}`, { enabled });
      await client.invalidateQueries({ queryKey: overviewQuery.queryKey });
    } catch (error) {
      reportProblem(error, `Switch ${enabled ? "on" : "off"} ${label}`);
    }
  };
  return (
    <Switch
      size="xs"
      aria-label={`${label} of ${channel.name} on`}
      checked={on}
      disabled={notNow !== null}
      onChange={(event) => void flip(event.currentTarget.checked)}
    />
  );
}
