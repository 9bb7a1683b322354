import { TextInput } from "@mantine/core";
import {
  IconBan,
  IconClipboardList,
  IconClipboardPlus,
  IconClipboardX,
  IconFileInvoice,
  IconPrinter,
  IconTag,
} from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api, type ListPage } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { announceWork } from "../../lib/work.ts";
import { ActionButton, ConfirmAction, reportDone } from "../../ui/index.ts";
import type { ShipmentDetail } from "./shipment.ts";
import type { Steps } from "./use-steps.tsx";

interface Props {
  readonly shipment: ShipmentDetail;
  readonly steps: Steps;
  readonly onChanged: () => void;
}

/** The open manifest that a package stands on, by its code. */
async function manifestOf(code: string): Promise<string> {
  const { rows } = await api.get<ListPage<{ manifestId: string; code: string }>>("/api/v1/manifests", { search: code });
  const found = rows.find((row) => row.code === code);
  if (found === undefined) throw new Error(`there is no manifest ${code} that you may see`);
  return found.manifestId;
}

/** Why an action of a package is greyed: the server's own words, or the person's role. */
export function whyNot(shipment: ShipmentDetail, action: string, mayDo: boolean): string | null {
  const judged = shipment.actions.find((each) => each.action === action);
  if (judged?.refusal) return `${judged.refusal.message} ${judged.refusal.whatToDo}`;
  return mayDo ? null : "Your role does not include this.";
}

/** The one next action as the primary button, the others beside it; what is not allowed stays, greyed, and says why. */
export function ShipmentActions({ shipment, steps, onChanged }: Props) {
  const may = useMay();
  const navigate = useNavigate();
  const [cancelling, setCancelling] = useState(false);
  const why = (action: string, permission: string) => whyNot(shipment, action, may(permission));
  const take = async (step: Parameters<Steps["take"]>[0]) => {
    const answer = await steps.take(step, [shipment]);
    if (answer?.workId !== undefined) announceWork(answer.workId);
  };
  const single = shipment.singleAction !== "OFF";
  const { manifestCode } = shipment;
  const open = (action: string) => shipment.actions.find((each) => each.action === action)?.allowed === true;
  const next = single && open("invoiceAndLabel") ? "invoiceAndLabel" : ["invoice", "label", "manifest"].find(open);
  const openManifest = async () => {
    if (manifestCode !== null) await navigate({ to: `/manifests/${await manifestOf(manifestCode)}` });
  };
  const takeOff = async () => {
    if (manifestCode === null) return;
    const manifestId = await manifestOf(manifestCode);
    await api.post(`/api/v1/manifests/${manifestId}/take-off`, { packageIds: [shipment.shippingPackageId] });
    reportDone(`${shipment.code} is off manifest ${manifestCode}.`);
    onChanged();
  };
  return (
    <>
      {single && (
        <ActionButton
          label="Invoice and label"
          icon={IconTag}
          primary={next === "invoiceAndLabel"}
          notNow={why("invoiceAndLabel", "shipments.invoice")}
          onClick={() => take("invoice-and-label")}
        />
      )}
      <ActionButton
        label="Create invoice"
        icon={IconFileInvoice}
        primary={next === "invoice"}
        notNow={why("invoice", "shipments.invoice")}
        onClick={() => take("invoice")}
      />
      <ActionButton
        label="Create label"
        icon={IconTag}
        primary={next === "label"}
        notNow={why("label", "shipments.label")}
        onClick={() => take("label")}
      />
      <ActionButton
        label="Print label"
        icon={IconPrinter}
        notNow={why("printLabel", "shipments.label")}
        onClick={() => steps.print("labels", [shipment])}
      />
      {manifestCode === null ? (
        <ActionButton
          label="Add to manifest"
          icon={IconClipboardPlus}
          primary={next === "manifest"}
          notNow={why("manifest", "manifests.manage")}
          onClick={() => steps.toManifest([shipment])}
        />
      ) : (
        <>
          <ActionButton
            label={`Open ${manifestCode}`}
            icon={IconClipboardList}
            primary={shipment.state === "MANIFESTED"}
            onClick={openManifest}
          />
          {open("takeOff") && (
            <ActionButton
              label="Take off"
              icon={IconClipboardX}
              notNow={why("takeOff", "manifests.manage")}
              onClick={takeOff}
            />
          )}
        </>
      )}
      <ActionButton
        danger
        label="Cancel"
        icon={IconBan}
        notNow={why("cancel", "orders.cancel")}
        onClick={() => setCancelling(true)}
      />
      {cancelling && <CancelPackage shipment={shipment} onClose={() => setCancelling(false)} onDone={onChanged} />}
    </>
  );
}

function CancelPackage({
  shipment,
  onClose,
  onDone,
}: {
  shipment: ShipmentDetail;
  onClose: () => void;
  onDone: () => void;
}) {
  const [reason, setReason] = useState("");
  const units = shipment.units.filter((unit) => unit.state !== "CANCELLED");
  const back = shipment.invoiceId === null ? "are free to sell at once" : "go to Putaway, and the invoice is cancelled";
  return (
    <ConfirmAction
      opened
      danger
      onClose={onClose}
      title={`Cancel package ${shipment.code}`}
      willHappen={`Cancels its ${plural(units.length, "unit")} of order ${shipment.orderCode}. The channel is asked where it must agree; the units ${back}. This cannot be undone.`}
      verb="Cancel package"
      notNow={reason.trim() === "" ? "Say why" : null}
      onConfirm={async () => {
        const answer = await api.post<{ waitsForChannel: boolean }>(`/api/v1/orders/${shipment.saleOrderId}/cancel`, {
          unitIds: units.map((unit) => unit.unitId),
          reason,
        });
        reportDone(answer.waitsForChannel ? "Asked the channel; the units wait for its answer." : "Cancelled.");
        onDone();
      }}
    >
      <TextInput
        label="Why"
        withAsterisk
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        description="Stands in the timeline, and goes to the channel."
      />
    </ConfirmAction>
  );
}
