import { Modal } from "@mantine/core";
import { IconBan, IconPackageImport, IconPencil, IconScan, IconTruck, IconTruckReturn } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, DeclaredForm, reportDone } from "../../ui/index.ts";
import { lookOf } from "../../ui/state-chip.tsx";
import { returnStates } from "../shared/states.ts";
import { askCourier, askedWords, type ReturnCourier, returnCourierQuery } from "./courier-data.ts";
import { EditPickup } from "./edit-pickup.tsx";
import { ReceivePickup } from "./receive-pickup.tsx";
import type { ReturnDetail } from "./return-data.ts";
import classes from "./returns.module.css";

type Asking = "courier" | "choose" | "cancel" | "receive" | "edit" | null;

/** What can be done to a return: the one next action first, and why not what cannot. */
export function PickupActions({ of, onChanged }: { of: ReturnDetail; onChanged: () => Promise<unknown> }) {
  const may = useMay();
  const navigate = useNavigate();
  const [asking, setAsking] = useState<Asking>(null);
  const { data: courier } = useQuery(returnCourierQuery(of.returnCaseId, of.kind));
  const isOurs = courier?.ours ?? true;
  const isAsked = courier?.ask?.state === "ASKING";
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
      {of.awb === null ? (
        <ActionButton
          label="Allocate courier"
          icon={IconTruck}
          primary={of.state === "CREATED" && of.courier === null && isOurs}
          busy={isAsked}
          notNow={notNow("allocateCourier", "returns.manage") ?? courier?.notNow?.message}
          onClick={async () => {
            const asked = await askCourier(of.returnCaseId, null);
            await done(askedWords(of.code, asked));
          }}
        />
      ) : (
        <ActionButton
          label="Choose another courier"
          icon={IconTruck}
          notNow={
            notNow("allocateCourier", "returns.manage") ??
            (isOurs ? null : `${of.channel} ships this order: its own courier collects it.`)
          }
          onClick={() => setAsking("choose")}
        />
      )}
      <ActionButton
        label={of.courier === null ? "Enter courier" : "Change by hand"}
        icon={IconPencil}
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
      {asking === "choose" && courier !== undefined && (
        <ChooseCourier of={of} courier={courier} onClose={() => setAsking(null)} onDone={done} />
      )}
      {asking === "receive" && <ReceivePickup of={of} onClose={() => setAsking(null)} onDone={done} />}
      {asking === "edit" && (
        <EditPickup of={of} onClose={() => setAsking(null)} onDone={() => done(`${of.code} is changed.`)} />
      )}
      {asking === "cancel" && <Cancel of={of} onClose={() => setAsking(null)} onDone={done} />}
    </>
  );
}

/** Another courier than the one that collects it: that one gets its number back. */
function ChooseCourier({
  of,
  courier,
  onClose,
  onDone,
}: {
  of: ReturnDetail;
  courier: ReturnCourier;
  onClose: () => void;
  onDone: (words: string) => Promise<unknown>;
}) {
  const others = courier.couriers.filter((each) => each.code !== of.courier);
  const able = others.filter((each) => each.why === null);
  return (
    <Modal opened onClose={onClose} title={<strong>Another courier for {of.code}</strong>}>
      {able.length === 0 ? (
        <p>No other courier can be asked by its API. Change it by hand, and arrange it with the courier.</p>
      ) : (
        <DeclaredForm
          fields={[
            {
              ...{ name: "providerId", label: "Courier", type: "select", required: true },
              options: able.map(({ providerId, code, name }) => ({ value: providerId, label: `${code} – ${name}` })),
              help: `${of.courier} is told that ${of.awb ?? "its number"} is not used; then the other one is asked.`,
            },
          ]}
          submitLabel="Ask this courier"
          onCancel={onClose}
          onSubmit={async ({ providerId }) => {
            const asked = await askCourier(of.returnCaseId, String(providerId));
            onClose();
            await onDone(askedWords(of.code, asked));
          }}
        />
      )}
      {others.length > able.length && (
        <ul className={classes.former}>
          {others.map(({ code, why }) =>
            why === null ? null : (
              <li key={code}>
                <strong>{code}</strong> {why}
              </li>
            ),
          )}
        </ul>
      )}
    </Modal>
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
            help: `Cancels all of it, ${plural(of.units, "unit")}: a part of a reverse pickup is not cancelled. A tracking number that a courier gave by its API goes back to it by itself; tell any other courier yourself.`,
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
