import { Checkbox, Modal, NativeSelect } from "@mantine/core";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { formatPaise } from "../../lib/format.ts";
import { useMay } from "../../lib/session.ts";
import {
  ActionButton,
  Code,
  ConfirmAction,
  DeclaredForm,
  reportDone,
  StateChip,
  type StateTable,
} from "../../ui/index.ts";
import { SkuSearch } from "../listings/sku-search.tsx";
import { useChannels } from "../shared/channels.ts";
import type { Instead, ReturnDetail, ReturnUnit } from "./return-data.ts";
import classes from "./returns.module.css";

const offerStates: StateTable = {
  OFFERED: { word: "Offered", tone: "attention" },
  ACCEPTED: { word: "Sent instead", tone: "done" },
  DECLINED: { word: "Declined", tone: "waiting" },
};

/** "₹120.00 more", "₹80.00 less", "the same price". */
export const differenceWords = (paise: number): string =>
  paise === 0 ? "the same price" : `${formatPaise(Math.abs(paise))} ${paise > 0 ? "more" : "less"}`;

/** What goes out instead of a unit. */
export function InsteadOf({ instead }: { instead: Instead }) {
  return (
    <div className={classes.instead}>
      <StateChip state={instead.state} table={offerStates} />{" "}
      {instead.kind === "RESHIP" ? "the same once more" : <code>{instead.sku}</code>} at{" "}
      {formatPaise(instead.pricePaise)}, {differenceWords(instead.differencePaise)}
      {instead.order !== null && instead.saleOrderId !== null && (
        <>
          {": "}
          <Code href={`/orders/${instead.saleOrderId}`}>{instead.order}</Code>
        </>
      )}
    </div>
  );
}

const gone = ["MISSING", "LOST", "CANCELLED"];

/** Offering another SKU, sending the same again, and the customer's answer. */
export function InsteadButtons({
  of,
  unit,
  onChanged,
}: {
  of: ReturnDetail;
  unit: ReturnUnit;
  onChanged: () => Promise<unknown>;
}) {
  const may = useMay();
  const [asking, setAsking] = useState<"offer" | "accept" | "reship" | null>(null);
  if (gone.includes(unit.state) || unit.instead?.state === "ACCEPTED" || !may("returns.manage")) return null;
  const path = `/api/v1/returns/${of.returnCaseId}`;
  const done = async (words: string) => {
    setAsking(null);
    await onChanged();
    reportDone(words);
  };
  return (
    <div className={classes.insteadButtons}>
      {unit.instead?.state === "OFFERED" && (
        <>
          <ActionButton primary label="Customer accepts" onClick={() => setAsking("accept")} />
          <ActionButton
            label="Customer declines"
            onClick={async () => {
              await api.post(`${path}/replacement/decline`, { unitIds: [unit.unitId] });
              await done("The offer is declined.");
            }}
          />
        </>
      )}
      <ActionButton
        label={unit.instead === null ? "Offer replacement" : "Offer another"}
        onClick={() => setAsking("offer")}
      />
      <ActionButton label="Send the same again" onClick={() => setAsking("reship")} />
      {asking === "offer" && (
        <Offer
          unit={unit}
          onClose={() => setAsking(null)}
          onOffer={async (offer) => {
            await api.put(`${path}/units/${unit.unitId}/replacement`, offer);
            await done(`${offer.sku} is offered. Once the customer has answered, say so here.`);
          }}
        />
      )}
      {(asking === "accept" || asking === "reship") && (
        <Send
          title={asking === "accept" ? `Send ${unit.instead?.sku ?? "the replacement"}` : `Send ${unit.sku} once more`}
          returned={of.code}
          onClose={() => setAsking(null)}
          onSend={async (order) => {
            const sent = await api.post<{ order: string; differencePaise: number }>(
              asking === "accept" ? `${path}/replacement/accept` : `${path}/reship`,
              { ...order, unitIds: [unit.unitId] },
            );
            await done(`Order ${sent.order} is made: ${differenceWords(sent.differencePaise)} than what comes back.`);
          }}
        />
      )}
    </div>
  );
}

function Offer({
  unit,
  onClose,
  onOffer,
}: {
  unit: ReturnUnit;
  onClose: () => void;
  onOffer: (offer: { sku: string; pricePaise: number }) => Promise<void>;
}) {
  const [sku, setSku] = useState<{ code: string; name: string } | null>(null);
  return (
    <Modal opened onClose={onClose} title={<strong>Offer a replacement for {unit.sku}</strong>}>
      <p className={classes.hint}>
        {formatPaise(unit.paidPaise)} was paid for it. The customer is asked by you, not by us.
      </p>
      <SkuSearch label="Find the SKU to offer" onChoose={setSku} />
      {sku !== null && (
        <p className={classes.hint}>
          <code>{sku.code}</code> {sku.name}
        </p>
      )}
      <DeclaredForm
        fields={[
          {
            ...{ name: "pricePaise", label: "Its price", type: "money", required: true },
            help: "Of one, tax included.",
          },
        ]}
        initial={{ pricePaise: (unit.paidPaise / 100).toFixed(2) }}
        submitLabel="Offer replacement"
        notNow={sku === null ? "Choose the SKU first." : null}
        onCancel={onClose}
        onSubmit={async ({ pricePaise }) => {
          if (sku !== null && typeof pricePaise === "number") await onOffer({ sku: sku.code, pricePaise });
        }}
      />
    </Modal>
  );
}

/** Makes the new order, on a channel on which orders are entered by hand. */
function Send({
  title,
  returned,
  onClose,
  onSend,
}: {
  title: string;
  returned: string;
  onClose: () => void;
  onSend: (order: { channelId: string | null; paymentType: "COD" | "PREPAID" }) => Promise<void>;
}) {
  const channels = useChannels().filter((channel) => channel.ordersArrive === "by hand");
  const [channelId, setChannelId] = useState("");
  const [cod, setCod] = useState(false);
  return (
    <ConfirmAction
      opened
      onClose={onClose}
      title={title}
      verb="Make the order"
      willHappen={`A new order is made and goes its way like any other, to the address of ${returned}. What comes back is then replaced, not refunded.`}
      onConfirm={() => onSend({ channelId: channelId === "" ? null : channelId, paymentType: cod ? "COD" : "PREPAID" })}
    >
      {channels.length > 1 && (
        <NativeSelect
          label="Entered on"
          value={channelId}
          onChange={(event) => setChannelId(event.currentTarget.value)}
          data={[
            { value: "", label: "Choose the channel" },
            ...channels.map((channel) => ({ value: channel.channelId, label: channel.name })),
          ]}
        />
      )}
      <Checkbox
        mt={12}
        label="The courier collects its price (COD)"
        checked={cod}
        onChange={(event) => setCod(event.currentTarget.checked)}
      />
    </ConfirmAction>
  );
}
