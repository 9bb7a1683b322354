import { IconRefresh } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, reportDone, reportNote } from "../../ui/index.ts";
import { type ChannelSync, listed, overviewQuery } from "../status-sync/data.ts";
import { orderChanged } from "./queries.ts";
import type { OrderDetail } from "./types.ts";

const selectedMax = 500;

/** Channels that report statuses, by their code; undefined while that is not known, or where this person may not see channels. */
export function useStatusChannels(): ReadonlyMap<string, ChannelSync> | undefined {
  const may = useMay();
  const { data } = useQuery({
    ...overviewQuery,
    enabled: may("channels.view"),
    refetchInterval: false,
    staleTime: 60_000,
  });
  return useMemo(
    () => (data === undefined ? undefined : new Map(data.channels.map((channel) => [channel.code, channel]))),
    [data],
  );
}

/** Why the channel of an order cannot be asked about it, or null. Pure. */
export function whyNotAsked(channels: ReadonlyMap<string, ChannelSync> | undefined, code: string): string | null {
  if (channels === undefined) return null; // the server says it then
  const channel = channels.get(code);
  if (channel === undefined) return `${code} tells no statuses.`;
  if (!channel.readsById) return `${code} cannot be asked about one order; its lists of changes are read by the clock.`;
  return channel.state === "CONNECTED" ? null : `${code} is not connected.`;
}

/** Asks the channels of orders for their statuses, as long work: the tray shows it, with a result for each order. */
export async function syncOrders(ids: readonly string[]): Promise<{ workId: string }> {
  let workId = "";
  for (let from = 0; from < ids.length; from += selectedMax) {
    if (workId !== "") announceWork(workId);
    const saleOrderIds = ids.slice(from, from + selectedMax);
    ({ workId } = await api.post<{ workId: string }>("/api/v1/orders/sync-statuses", { saleOrderIds }));
  }
  return { workId };
}

/** What the channel said of one order, whether that changed anything here, and why words of it did not. */
interface Synced {
  readonly changed: boolean;
  readonly lines: readonly { readonly status: string }[];
  readonly reasons: readonly { readonly message: string; readonly whatToDo: string }[];
}

/** Asks the channel about this order now. Who may not receive returns does it as work, like a selection of one. */
export function SyncStatusButton({ order }: { order: OrderDetail }) {
  const may = useMay();
  const client = useQueryClient();
  const channels = useStatusChannels();
  const ask = async () => {
    if (!may("returns.receive")) {
      announceWork((await syncOrders([order.id])).workId);
      return;
    }
    const { changed, lines, reasons } = await api.post<Synced>(`/api/v1/orders/${order.id}/sync-status`);
    await orderChanged(client, order.id);
    const said = [...new Set(lines.map(({ status }) => (status === "OPEN" ? "open" : listed([status]).toLowerCase())))];
    const says = `${order.channel} says: ${said.length === 0 ? "nothing of its lines" : said.join(", ")}.`;
    if (reasons.length === 0) reportDone(`${says} ${changed ? "Taken over here." : "Nothing changes here."}`);
    else reportNote(says, reasons.map(({ message, whatToDo }) => `${message} ${whatToDo}`).join(" "));
  };
  const mayAsk = may("returns.receive") || may("orders.edit");
  return (
    <ActionButton
      label="Sync status now"
      icon={IconRefresh}
      notNow={mayAsk ? whyNotAsked(channels, order.channel) : "Your roles do not include this."}
      onClick={ask}
    />
  );
}
