import { IconBan, IconChecks, IconFlag, IconHandStop, IconPlayerPlay, IconRefresh } from "@tabler/icons-react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import type { BulkAction } from "../../ui/index.ts";
import type { BulkRun, Outcome } from "../shared/bulk-run.tsx";
import { syncOrders } from "./sync-status.tsx";
import type { OrderRow } from "./types.ts";

// The server takes so many in one call; a cancellation asks channels, so it goes in smaller parts with progress.
const atOnce = 200;
const cancelAtOnce = 50;
const priorityMax = 1000;

const closed = (row: OrderRow): string | null =>
  row.state === "CANCELLED" ? "cancelled" : row.state === "COMPLETE" ? "complete" : null;

const orders = (count: number): string => plural(count, "order");

/** What can be done to many orders. The server judges each again; these reasons only say who is left out. */
export function orderBulk(
  run: (work: BulkRun<OrderRow>) => Promise<undefined>,
  may: (permission: string) => boolean,
  /** Why the channel of an order cannot be asked about it, or null. */
  notAsked: (row: OrderRow) => string | null,
): readonly BulkAction<OrderRow>[] {
  const send = (path: string, body: object) => (ids: readonly string[]) =>
    api.post<readonly Outcome[]>(`/api/v1/orders/${path}`, { ids, ...body });
  const start = (
    title: string,
    done: (count: number) => string,
    path: string,
    body: object,
    rows: readonly OrderRow[],
  ) =>
    run({
      title,
      done,
      rows,
      id: (row) => row.id,
      code: (row) => row.code,
      atOnce: path === "cancel" ? cancelAtOnce : atOnce,
      send: send(path, body),
    });
  const reason = {
    label: "Why",
    faultOf: (answer: string) => (answer === "" ? "Say why; it stands in the timeline." : null),
  };
  const actions: readonly (BulkAction<OrderRow> & { readonly needs: string })[] = [
    {
      needs: "orders.verify",
      label: "Verify",
      icon: IconChecks,
      applies: (row) => (row.state === "PENDING_VERIFICATION" ? true : "verified already, or closed"),
      run: (rows) => start("Verify orders", (n) => `${orders(n)} verified.`, "verify", {}, rows),
    },
    {
      needs: "orders.hold",
      label: "Hold",
      icon: IconHandStop,
      applies: (row) => closed(row) ?? (row.onHold ? "on hold already" : true),
      willHappen: (rows) =>
        `${orders(rows.length)} stop where they are: nothing is allocated, invoiced or handed over until they are taken off hold. Deadlines go on.`,
      question: { ...reason, placeholder: "Buyer asked to wait until Monday" },
      run: (rows, why) => start("Hold orders", (n) => `${orders(n)} on hold.`, "hold", { reason: why }, rows),
    },
    {
      needs: "orders.hold",
      label: "Unhold",
      icon: IconPlayerPlay,
      applies: (row) => closed(row) ?? (row.onHold || row.heldUnits > 0 ? true : "not on hold"),
      run: (rows) => start("Take orders off hold", (n) => `${orders(n)} go on.`, "unhold", {}, rows),
    },
    {
      needs: "orders.edit",
      label: "Priority",
      icon: IconFlag,
      applies: (row) => closed(row) ?? true,
      willHappen: (rows) =>
        `${orders(rows.length)} get this priority: among orders that wait for the same stock, the higher number is served first, whatever its deadline.`,
      question: {
        label: "Priority",
        initial: "10",
        faultOf: (answer) =>
          /^-?\d{1,4}$/.test(answer) && Math.abs(Number(answer)) <= priorityMax
            ? null
            : `A whole number from −${priorityMax} to ${priorityMax}`,
      },
      run: (rows, priority) =>
        start("Change priority", (n) => `${orders(n)} changed.`, "priority", { priority: Number(priority) }, rows),
    },
    {
      needs: "orders.edit",
      label: "Sync status now",
      icon: IconRefresh,
      applies: (row) => notAsked(row) ?? true,
      run: (rows) => syncOrders(rows.map((row) => row.id)),
    },
    {
      needs: "orders.cancel",
      label: "Cancel",
      icon: IconBan,
      danger: true,
      applies: (row) => closed(row) ?? true,
      willHappen: (rows) =>
        `Cancels every unit of ${orders(rows.length)} that may be cancelled. Where the marketplace decides with us it is asked first, and the units wait for its answer; stock of the others is free at once, and what is packed goes to putaway with its invoice cancelled. This cannot be undone.`,
      question: { ...reason, placeholder: "Out of stock" },
      run: (rows, why) =>
        start("Cancel orders", (n) => `${orders(n)} cancelled, or asked about.`, "cancel", { reason: why }, rows),
    },
  ];
  return actions.filter((action) => may(action.needs)).map(({ needs: _needs, ...action }) => action);
}
