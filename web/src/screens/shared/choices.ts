import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";

/** A channel as filters and forms of fulfilment name it. */
export interface ChannelChoice {
  readonly channelId: string;
  readonly code: string;
  readonly name: string;
  readonly singleAction: "OFF" | "INVOICE_THEN_LABEL" | "INVOICE_AND_LABEL_MERGED";
}

export interface ProviderChoice {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
}

const longMs = 60_000;

const channelsQuery = queryOptions({
  queryKey: ["choices", "channels"],
  queryFn: ({ signal }) => api.get<{ channels: readonly ChannelChoice[] }>("/api/v1/channels", {}, signal),
  staleTime: longMs,
});

const providersQuery = queryOptions({
  queryKey: ["choices", "providers"],
  queryFn: ({ signal }) =>
    api.get<ListPage<ProviderChoice>>("/api/v1/shipping-providers", { limit: 200, sort: "preference" }, signal),
  staleTime: longMs,
});

/** All channels; none where this person may not see them: a filter then simply has no choices. */
export function useChannelChoices(): readonly ChannelChoice[] {
  const may = useMay();
  return useQuery({ ...channelsQuery, enabled: may("channels.view") }).data?.channels ?? [];
}

/** All couriers, in order of preference; none where this person may not see them. */
export function useProviderChoices(): readonly ProviderChoice[] {
  const may = useMay();
  return useQuery({ ...providersQuery, enabled: may("shipping.view") }).data?.rows ?? [];
}
