import { Modal } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { dayOf } from "../../lib/format.ts";
import { newId } from "../../lib/new-id.ts";
import { useFacility } from "../../lib/session.ts";
import { DeclaredForm, type FieldDeclaration } from "../../ui/index.ts";

interface Order {
  readonly purchaseOrderId: string;
  readonly code: string;
  readonly vendorName: string;
  readonly facility: string;
}

/** Orders on which goods may be received; those of the facility chosen in the top bar. */
function useOpenOrders(wanted: boolean): readonly Order[] | undefined {
  const { id } = useFacility();
  const { data } = useQuery({
    queryKey: ["purchase-orders", "open", id],
    queryFn: async ({ signal }) => {
      const of = (state: string) =>
        api.get<ListPage<Order>>(
          "/api/v1/purchase-orders",
          { state, facilityId: id, sort: "expectedOn", limit: 200 },
          signal,
        );
      return (await Promise.all([of("APPROVED"), of("PARTIALLY_RECEIVED")])).flatMap((page) => page.rows);
    },
    enabled: wanted,
  });
  return data;
}

/** Begins a goods receipt by the paper that came with the goods, and goes to its desk. @param order null: to be chosen */
export function ReceiveGoods({ order, onClose }: { order: Order | null; onClose: () => void }) {
  const navigate = useNavigate();
  const client = useQueryClient();
  const now = useNow();
  // Made once: a second click sends the same id, and the server makes no second receipt of it.
  const [grnId] = useState(newId);
  const [today] = useState(() => dayOf(now));
  const orders = useOpenOrders(order === null);
  const choice: FieldDeclaration = {
    ...{ name: "purchaseOrderId", label: "Purchase order", type: "select", required: true },
    options: (orders ?? []).map((each) => ({
      value: each.purchaseOrderId,
      label: `${each.code} · ${each.vendorName} · ${each.facility}`,
    })),
    help:
      orders?.length === 0
        ? "No approved order has goods to come here."
        : "It stands on the vendor's invoice or challan.",
  };
  return (
    <Modal opened onClose={onClose} title={<strong>Receive goods{order === null ? "" : ` of ${order.code}`}</strong>}>
      <DeclaredForm
        fields={[
          ...(order === null ? [choice] : []),
          {
            ...{ name: "vendorInvoiceNumber", label: "Vendor's invoice or challan number", type: "text" },
            ...{ required: true, lengthMax: 50 },
            help: "Each is received once.",
          },
          { name: "vendorInvoiceOn", label: "Its date", type: "day", required: true },
          { name: "remarks", label: "Remarks", type: "text", lengthMax: 500, help: "Boxes, lorry, who brought it." },
        ]}
        initial={{ vendorInvoiceOn: today }}
        submitLabel="Start counting"
        onCancel={onClose}
        onSubmit={async (values) => {
          const made = await api.post<{ grnId: string }>("/api/v1/grns", {
            ...values,
            grnId,
            ...(order === null ? {} : { purchaseOrderId: order.purchaseOrderId }),
          });
          void client.invalidateQueries({ queryKey: ["list", "/api/v1/grns"] });
          await navigate({ to: `/grns/${made.grnId}` });
        }}
      />
    </Modal>
  );
}
