import { Modal } from "@mantine/core";
import { IconBan, IconPackageImport, IconPencil, IconScan, IconTruck, IconTruckReturn } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, DeclaredForm, reportDone } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { returnStates } from "../shared/states.ts";
import { EditPickup } from "./edit-pickup.tsx";
import { ReceivePickup } from "./receive-pickup.tsx";
import type { ReturnDetail } from "./return-data.ts";

type Asking = "courier" | "cancel" | "receive" | "edit" | null;

/** What can be done to a return: the one next action first, and why not what cannot. */
export function PickupActions({ of, onChanged }: { of: ReturnDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>(null);
  const path = `/api/v1/returns/${of.returnCaseId}`;
  const done = async (words: string) => {
    await onChanged();
    reportDone(words);
  };
  const notNow = (event: string, right: string): string | null =>
    !may(right)
      ? "Your role does not include this."
      : of.allowed.includes(event)
        ? null
        : `It is ${lookOf(of.state, returnStates).word.toLowerCase()}.`;
  const desk = (
    <ActionButton
      label="Receive at the desk"
      icon={IconScan}
      primary={of.kind === "RTO" && of.allowed.includes("receive")}
      notNow={notNow("receive", "returns.receive")}
      onClick={() => navigate({ to: "/returns/desk", search: { scan: of.code } })}
    />
  );
  if (of.kind === "RTO") return desk;
  return (
    <>
      <ActionButton
        label={of.courier === null ? "Give courier" : "Change courier"}
        icon={IconTruck}
        primary={of.state === "CREATED" && of.courier === null}
        notNow={notNow("allocateCourier", "returns.manage")}
        onClick={() => setAsking("courier")}
      />
      <ActionButton
        label="Picked up"
        icon={IconTruckReturn}
        primary={of.state === "COURIER_ALLOCATED" || (of.state === "CREATED" && of.courier !== null)}
        notNow={notNow("pickUp", "returns.manage")}
        onClick={async () => {
          await api.post(`${path}/picked-up`);
          await done(`${of.code} is on its way.`);
        }}
      />
      <ActionButton
        label="Receive"
        icon={IconPackageImport}
        primary={of.state === "PICKED_UP"}
        notNow={notNow("receive", "returns.receive")}
        onClick={() => setAsking("receive")}
      />
      {desk}
      <ActionButton
        label="Edit"
        icon={IconPencil}
        notNow={notNow("receive", "returns.manage")}
        onClick={() => setAsking("edit")}
      />
      <ActionButton
        danger
        label="Cancel"
        icon={IconBan}
        notNow={notNow("cancel", "returns.manage")}
        onClick={() => setAsking("cancel")}
      />
      {asking === "courier" && (
        <Courier
          of={of}
          onClose={() => setAsking(null)}
          onDone={() => done(`The courier of ${of.code} is kept; the channel is told where it asks for that.`)}
        />
      )}
      {asking === "receive" && <ReceivePickup of={of} onClose={() => setAsking(null)} onDone={done} />}
      {asking === "edit" && (
        <EditPickup of={of} onClose={() => setAsking(null)} onDone={() => done(`${of.code} is changed.`)} />
      )}
      {asking === "cancel" && <Cancel of={of} onClose={() => setAsking(null)} onDone={done} />}
    </>
  );
}

function Courier({ of, onClose, onDone }: { of: ReturnDetail; onClose: () => void; onDone: () => Promise<unknown> }) {
  return (
    <Modal opened onClose={onClose} title={<strong>Courier of {of.code}</strong>}>
      <DeclaredForm
        fields={[
          {
            ...{ name: "courierCode", label: "Courier", type: "text", required: true, lengthMax: 100 },
            help: "Who collects it, as you call him.",
          },
          {
            ...{ name: "awb", label: "AWB", type: "text", lengthMax: 100 },
            help: "Its tracking number: scanned at the returns desk, it finds this return.",
          },
        ]}
        initial={{ courierCode: of.courier ?? "", awb: of.awb ?? "" }}
        submitLabel="Keep courier"
        onCancel={onClose}
        onSubmit={async ({ courierCode, awb }) => {
          await api.post(`/api/v1/returns/${of.returnCaseId}/courier`, { courierCode, awb: awb === "" ? null : awb });
          onClose();
          await onDone();
        }}
      />
    </Modal>
  );
}

function Cancel({
  of,
  onClose,
  onDone,
}: {
  of: ReturnDetail;
  onClose: () => void;
  onDone: (words: string) => Promise<unknown>;
}) {
  return (
    <Modal opened onClose={onClose} title={<strong>Cancel {of.code}</strong>}>
      <DeclaredForm
        fields={[
          {
            ...{ name: "reason", label: "Why", type: "text", lengthMax: 300 },
            help: `Cancels all of it, ${plural(of.units, "unit")}: a part of a reverse pickup is not cancelled. Tell the courier yourself where he knows of it.`,
          },
        ]}
        submitLabel="Cancel reverse pickup"
        cancelLabel="Leave as it is"
        onCancel={onClose}
        onSubmit={async ({ reason }) => {
          await api.post(`/api/v1/returns/${of.returnCaseId}/cancel`, { reason: reason === "" ? null : reason });
          onClose();
          await onDone(`${of.code} is cancelled as a whole.`);
        }}
      />
    </Modal>
  );
}
