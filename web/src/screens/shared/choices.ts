import { queryOptions, useQuery } from "@tanstack/react-query";
import { api, type ListPage } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";

/** A channel as filters and forms of fulfilment name it. */
export interface ChannelChoice {
  readonly channelId: string;
  readonly code: string;
  readonly name: string;
  readonly source: string;
  readonly sourceLabel: string;
  readonly facilities: readonly { readonly facilityId: string }[];
  readonly singleAction: "OFF" | "INVOICE_THEN_LABEL" | "INVOICE_AND_LABEL_MERGED";
}

export interface ProviderChoice {
  readonly providerId: string;
  readonly code: string;
  readonly name: string;
  readonly enabled: boolean;
  /** Numbers of its own, or asked by its API. */
  readonly kind: "AWB_POOL" | "API";
  /** How it is asked by its API; null: it has a pool. */
  readonly account: "NOT_CONNECTED" | "CONNECTED" | "BROKEN" | null;
}

/** What a source's declaration rules of parcels: who makes what, and what is not allowed. */
export interface SourceRules {
  readonly id: string;
  readonly label: string;
  readonly rules: {
    readonly invoiceBy: "us" | "channel";
    readonly labelBy: "us" | "channel";
    readonly manifestBy: "us" | "channel";
    readonly split: boolean;
    readonly multiBox: boolean;
    readonly sellerCancel: "never" | "invoiced" | "dispatched";
    readonly sellerCancelRule: string | null;
    /** Whether the channel ships: which values an order may have. */
    readonly channelShips: readonly boolean[];
  };
}

const longMs = 60_000;

const sourcesQuery = queryOptions({
  queryKey: ["choices", "sources"],
  queryFn: ({ signal }) => api.get<{ sources: readonly SourceRules[] }>("/api/v1/sources", {}, signal),
  staleTime: 10 * longMs,
});

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

const none: readonly SourceRules[] = [];

/** The declarations of all sources; none where this person may not see them. */
export function useSources(): readonly SourceRules[] {
  const may = useMay();
  return useQuery({ ...sourcesQuery, enabled: may("channels.view") }).data?.sources ?? none;
}

/**
 * Are channels, couriers and sources read, as far as this person may see them? A form that begins with the only choice there
 * is waits for it: drawn before, it would begin empty. What could not be read counts as read: the form says what is missing.
 */
export function useChoicesRead(): boolean {
  const may = useMay();
  const channels = useQuery({ ...channelsQuery, enabled: may("channels.view") });
  const sources = useQuery({ ...sourcesQuery, enabled: may("channels.view") });
  const providers = useQuery({ ...providersQuery, enabled: may("shipping.view") });
  return [channels, sources, providers].every((query) => query.fetchStatus === "idle" || query.data !== undefined);
}

/** The source of a channel, by the channel's code or id. Undefined while it is not known. */
export function useSourceOf(channel: string): SourceRules | undefined {
  const channels = useChannelChoices();
  const sources = useSources();
  const found = channels.find((each) => each.code === channel || each.channelId === channel);
  return sources.find((each) => each.id === found?.source);
}

/** Is one of the channels asked for invoices or labels? True until that is known: nothing is hidden by a slow answer. */
export function useAnyAsked(): boolean {
  const channels = useChannelChoices();
  const sources = useSources();
  const isCourierAsked = useProviderChoices().some(({ kind }) => kind === "API");
  if (isCourierAsked || channels.length === 0 || sources.length === 0) return true;
  const asked = sources.filter(({ rules }) => rules.invoiceBy === "channel" || rules.labelBy === "channel");
  return channels.some((channel) => asked.some(({ id }) => id === channel.source));
}
