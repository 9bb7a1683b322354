import { type QueryClient, queryOptions } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import type { OrderActions, OrderDetail, TimelineRow } from "./types.ts";

const refreshMs = 5_000;

export const orderQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id, "detail"],
    queryFn: ({ signal }) => api.get<OrderDetail>(`/api/v1/orders/${id}`, {}, signal),
    refetchInterval: refreshMs,
  });

export const actionsQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id, "actions"],
    queryFn: ({ signal }) => api.get<OrderActions>(`/api/v1/orders/${id}/actions`, {}, signal),
    refetchInterval: refreshMs,
  });

export const timelineQuery = (id: string) =>
  queryOptions({
    queryKey: ["order", id, "timeline"],
    queryFn: ({ signal }) => api.get<readonly TimelineRow[]>(`/api/v1/orders/${id}/timeline`, {}, signal),
    refetchInterval: refreshMs,
  });

/** After something was done to an order: its page and every list that may show it are read again. */
export async function orderChanged(client: QueryClient, id: string): Promise<void> {
  await Promise.all([
    client.invalidateQueries({ queryKey: ["order", id] }),
    client.invalidateQueries({ queryKey: ["list", "/api/v1/orders"] }),
    client.invalidateQueries({ queryKey: ["board"] }),
  ]);
}
