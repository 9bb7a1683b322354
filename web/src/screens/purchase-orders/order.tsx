import { Textarea } from "@mantine/core";
import { IconBan, IconCheck, IconEdit, IconLock, IconPackageImport, IconPrinter } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  AsOf,
  Code,
  ConfirmAction,
  Day,
  Facts,
  Instant,
  Page,
  Refusal,
  reportDone,
  StateChip,
} from "../../ui/index.ts";
import { ReceiveGoods } from "../grns/receive-goods.tsx";
import { purchaseOrderStates } from "../shared/states.ts";
import { usePdf } from "../shared/use-pdf.tsx";
import { type PurchaseOrderDetail, toCome } from "./order-data.ts";
import { OrderedGoods } from "./ordered-goods.tsx";
import { Receipts } from "./receipts.tsx";

/** A purchase order: its lines, what has come of them, and what may be done. */
export function Screen() {
  const { purchaseOrderId = "" } = useParams({ strict: false });
  const client = useQueryClient();
  const { data, error, dataUpdatedAt, refetch } = useQuery({
    queryKey: ["purchase-order", purchaseOrderId],
    queryFn: ({ signal }) => api.get<PurchaseOrderDetail>(`/api/v1/purchase-orders/${purchaseOrderId}`, {}, signal),
    refetchInterval: 15_000,
  });
  const changed = async () => {
    void client.invalidateQueries({ queryKey: ["list"] });
    await refetch();
  };
  const back = { to: "/purchase-orders", label: "Purchase orders" };
  if (data === undefined)
    return (
      <Page title="Purchase order" back={back}>
        {error === null ? <p role="status">Reading the order…</p> : <Refusal error={error} />}
      </Page>
    );
  return (
    <Page
      back={back}
      documentTitle={data.code}
      title={
        <>
          <Code>{data.code}</Code>
          <StateChip state={data.state} table={purchaseOrderStates} size="md" />
        </>
      }
      line={
        <>
          <Link to={`/vendors/${data.vendorId}`}>{data.vendorName}</Link> delivers to {data.facility} · made by{" "}
          {data.createdBy} <AsOf at={dataUpdatedAt} error={error} onRetry={refetch} />
        </>
      }
      actions={<Actions order={data} onChanged={changed} />}
    >
      <Facts facts={factsOf(data)} />
      <OrderedGoods order={data} />
      <Receipts order={data} />
    </Page>
  );
}

function factsOf(order: PurchaseOrderDetail): [string, React.ReactNode][] {
  return [
    ["Ordered on", <Day key="ordered" on={order.orderedOn} />],
    ["Expected on", order.expectedOn === null ? "as soon as possible" : <Day key="expected" on={order.expectedOn} />],
    ["Vendor's GSTIN", order.vendorGstin ?? "not registered"],
    [
      "Approved",
      order.approvedAt === null ? (
        "not yet"
      ) : (
        <span key="approved">
          <Instant at={order.approvedAt} /> by {order.approvedBy}
        </span>
      ),
    ],
    ...(order.endedAt === null
      ? []
      : [
          [
            order.state === "CLOSED" ? "Closed short" : "Cancelled",
            <span key="ended">
              <Instant at={order.endedAt} /> by {order.endedBy}: {order.endReason}
            </span>,
          ] satisfies [string, React.ReactNode],
        ]),
    ...(order.remarks === null ? [] : [["Remarks", order.remarks] satisfies [string, React.ReactNode]]),
  ];
}

type Doing = "approve" | "receive" | "close" | "cancel";

function Actions({ order, onChanged }: { order: PurchaseOrderDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const navigate = useNavigate();
  const pdf = usePdf();
  const [doing, setDoing] = useState<Doing | null>(null);
  const { purchaseOrderId, code, allowed } = order;
  const can = (event: string) => allowed.includes(event);
  const done = () => setDoing(null);
  const manages = may("purchasing.manage") ? null : "Your role does not include ordering.";
  return (
    <>
      <ActionButton
        label="Print order"
        icon={IconPrinter}
        onClick={() =>
          pdf.open(`Purchase order ${code}`, [{ label: code, path: `/api/v1/purchase-orders/${purchaseOrderId}/pdf` }])
        }
      />
      {can("edit") && (
        <ActionButton
          label="Edit"
          icon={IconEdit}
          notNow={manages}
          onClick={() => navigate({ to: `/purchase-orders/${purchaseOrderId}/edit` })}
        />
      )}
      {can("cancel") && (
        <ActionButton danger label="Cancel order" icon={IconBan} notNow={manages} onClick={() => setDoing("cancel")} />
      )}
      {can("close") && (
        <ActionButton label="Close short" icon={IconLock} notNow={manages} onClick={() => setDoing("close")} />
      )}
      {can("approve") && (
        <ActionButton
          primary
          label="Approve"
          icon={IconCheck}
          notNow={may("purchasing.approve") ? null : "Approving orders is a right of its own, which your roles lack."}
          onClick={() => setDoing("approve")}
        />
      )}
      {can("receivePart") && (
        <ActionButton
          primary
          label="Receive goods"
          icon={IconPackageImport}
          notNow={may("grn.receive") ? null : "Your role does not include receiving goods."}
          onClick={() => setDoing("receive")}
        />
      )}
      <ConfirmAction
        opened={doing === "approve"}
        onClose={done}
        title={`Approve ${code}`}
        willHappen={`${plural(order.ordered, "piece")} are ordered from ${order.vendorName}. The order changes no more, and goods can be received on it.`}
        verb="Approve order"
        onConfirm={async () => {
          await api.post(`/api/v1/purchase-orders/${purchaseOrderId}/approve`);
          await onChanged();
          reportDone(`${code} is approved. Print it for the vendor.`);
        }}
      />
      {doing === "receive" && <ReceiveGoods order={order} onClose={done} />}
      {(doing === "close" || doing === "cancel") && (
        <EndOrder order={order} event={doing} onClose={done} onChanged={onChanged} />
      )}
      {pdf.preview}
    </>
  );
}

function EndOrder({
  order,
  event,
  onClose,
  onChanged,
}: {
  order: PurchaseOrderDetail;
  event: "close" | "cancel";
  onClose: () => void;
  onChanged: () => Promise<unknown>;
}) {
  const [reason, setReason] = useState("");
  const missing = order.items.reduce((sum, line) => sum + toCome(line), 0);
  const closes = event === "close";
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      danger={!closes}
      title={closes ? `Close ${order.code} short` : `Cancel ${order.code}`}
      willHappen={
        closes
          ? `${plural(missing, "piece")} will not come any more; nothing is received on this order after that. This cannot be undone.`
          : "Nothing of it was received, and nothing will be. This cannot be undone."
      }
      verb={closes ? "Close short" : "Cancel order"}
      notNow={reason.trim() === "" ? "Say why." : null}
      onConfirm={async () => {
        await api.post(`/api/v1/purchase-orders/${order.purchaseOrderId}/${event}`, { reason: reason.trim() });
        await onChanged();
        reportDone(closes ? `${order.code} is closed.` : `${order.code} is cancelled.`);
      }}
    >
      <Textarea
        label="Reason"
        withAsterisk
        maxLength={200}
        value={reason}
        onChange={(change) => setReason(change.currentTarget.value)}
        mb={16}
      />
    </ConfirmAction>
  );
}
