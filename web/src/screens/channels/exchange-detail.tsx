import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { type Exchange, ExchangeView, Refusal, type StateTable } from "../../ui/index.ts";
import { type ExchangeDetail, exchangeQuery, type Repeated } from "./data.ts";
import classes from "./exchanges.module.css";
import { useMayManage } from "./may.ts";

/** What an exchange is for, from the operation's name ("dispatch/postDispatch"). */
const purposes: Readonly<Record<string, string>> = {
  verify: "Connect",
  pullListings: "Catalogue",
  pushInventory: "Inventory",
  pullOrders: "New orders",
  pullPendency: "Orders under review",
  acknowledge: "Acceptance",
  readOrders: "Order by its id",
  readStatuses: "Status",
  pullStatuses: "Status changes",
  pack: "Packing",
  readStockResult: "Stock result",
  fetchInvoice: "Invoice",
  giveShipment: "Box and weight",
  fetchCourier: "Courier",
  fetchLabel: "Label",
  fetchManifest: "Manifest",
  downloadFile: "File",
  notifyState: "Notification",
  dispatch: "Dispatch details",
  cancel: "Cancellation",
};

export function purposeOf(operation: string): string {
  const purpose = operation.split("/")[0] ?? operation;
  return purposes[purpose] ?? purpose;
}

/** Purposes as options of a filter. */
export const purposeOptions = Object.entries(purposes).map(([value, label]) => ({ value, label }));

/** How an exchange ended. */
export const exchangeOutcomes: StateTable = {
  OK: { word: "OK", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  NOT_REACHED: { word: "Not reached", tone: "failed" },
  UNKNOWN: { word: "Not known", tone: "attention" },
  BAD_ANSWER: { word: "Bad answer", tone: "failed" },
};

/** Request and answer of one exchange, with Repeat: what writes asks the other side first. */
export function ExchangeById({ exchangeId }: { exchangeId: string }) {
  const { data, error } = useQuery(exchangeQuery(exchangeId));
  const client = useQueryClient();
  const notNow = useMayManage();
  const [repeated, setRepeated] = useState<Repeated | null>(null);
  if (error !== null) return <Refusal error={error} />;
  if (data === undefined) return <p className={classes.note}>Reading the exchange …</p>;
  const repeat = async () => {
    setRepeated(null);
    setRepeated(await api.post<Repeated>(`/api/v1/exchanges/${exchangeId}/repeat`));
    void client.invalidateQueries({ queryKey: ["list", "/api/v1/exchanges"] });
    void client.invalidateQueries({ queryKey: ["channel", data.channelId] });
  };
  return (
    <div>
      <ExchangeView exchange={toView(data, repeat, notNow)} />
      {repeated !== null && (
        <p className={classes.repeated} role="status">
          {repeated.found !== null && <>The other side says: {repeated.found} </>}
          {repeated.done}
        </p>
      )}
    </div>
  );
}

function toView(detail: ExchangeDetail, repeat: () => unknown, notNow: string | null): Exchange {
  const incoming = "What was received is tried again under Orders › Failed orders.";
  const reason = notNow ?? (detail.repeatable ? null : incoming);
  return {
    request: { method: detail.method, url: detail.url, body: detail.request },
    answer: detail.status === null ? null : { status: detail.status, body: detail.response },
    at: detail.at,
    attempt: detail.attempt,
    onRepeat: repeat,
    ...(detail.durationMs === null ? {} : { durationMs: detail.durationMs }),
    ...(detail.message === null ? {} : { failure: detail.message }),
    ...(reason === null ? {} : { notRepeatable: reason }),
  };
}
