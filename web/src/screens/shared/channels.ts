import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";

/** What other screens need to know of a channel; its own screen knows more. */
export interface ChannelSummary {
  readonly channelId: string;
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly sourceLabel: string;
  readonly ordersArrive: "push" | "pull" | "by hand";
  readonly state: string;
  readonly tatHours: number;
  readonly facilities: readonly { readonly facilityId: string }[];
}

const channelsQuery = queryOptions({
  queryKey: ["channels", "all"],
  queryFn: ({ signal }) => api.get<{ channels: readonly ChannelSummary[] }>("/api/v1/channels", {}, signal),
  staleTime: 60_000,
});

/** Every channel; undefined while that is not known. For pages that must tell "none" from "not known yet". */
export function useChannelList(): {
  readonly channels: readonly ChannelSummary[] | undefined;
  readonly error: unknown;
} {
  const may = useMay();
  const { data, error } = useQuery({ ...channelsQuery, enabled: may("channels.view") });
  return { channels: data?.channels, error };
}

const none: readonly ChannelSummary[] = [];

/** Every channel, or none where this person may not see channels: lists then go without that filter. */
export const useChannels = (): readonly ChannelSummary[] => useChannelList().channels ?? none;

/** Channels as the options of a filter. */
export function useChannelOptions(): readonly { value: string; label: string }[] {
  const channels = useChannels();
  return useMemo(() => channels.map((channel) => ({ value: channel.code, label: channel.name })), [channels]);
}
