import { TextInput } from "@mantine/core";
import { IconQuestionMark } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, ConfirmAction, reportDone } from "../../ui/index.ts";
import type { CourierNumber } from "../shared/courier-numbers.ts";
import classes from "./providers.module.css";

/** The answer about a number was lost: a person looks on the courier's panel and says which it is, or that there is none. */
export function SettleNumber({ number, onChanged }: { number: CourierNumber; onChanged?: () => unknown }) {
  const may = useMay();
  const client = useQueryClient();
  const [open, setOpen] = useState<"number" | "none" | null>(null);
  const [awb, setAwb] = useState("");
  const { waybillId, provider, shipment } = number;
  const notMine = may("shipments.manage") ? null : "Your role does not include this.";
  const settle = async (given: string | null) => {
    await api.post(`/api/v1/courier-numbers/${waybillId}/settle`, { awb: given });
    reportDone(given === null ? "Noted: there is none. It can be labelled again." : `${given} is its number.`);
    await client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey.includes("/api/v1/courier-numbers") || queryKey[0] === "courier-numbers",
    });
    await onChanged?.();
  };
  const close = () => setOpen(null);
  return (
    <div className={classes.settle}>
      <p className={classes.small}>
        Look on {provider}’s panel for shipment {shipment}: it may have a number there that did not arrive here.
      </p>
      <ActionButton
        label="It has a number"
        icon={IconQuestionMark}
        notNow={notMine}
        onClick={() => setOpen("number")}
      />
      <ActionButton label="There is none" notNow={notMine} onClick={() => setOpen("none")} />
      <ConfirmAction
        opened={open === "number"}
        onClose={close}
        title={`The number of ${shipment}`}
        willHappen={`The package gets this number of ${provider} and its label is made by itself. Of a package that is cancelled the number is given back.`}
        verb="It is this number"
        notNow={awb.trim() === "" ? "Enter the number first" : null}
        onConfirm={() => settle(awb.trim())}
      >
        <TextInput
          label="AWB"
          withAsterisk
          maxLength={48}
          value={awb}
          onChange={(event) => setAwb(event.currentTarget.value)}
          description="As the courier's panel shows it."
        />
      </ConfirmAction>
      <ConfirmAction
        opened={open === "none"}
        onClose={close}
        title={`No number for ${shipment}`}
        willHappen={`${provider} is asked for a new one when the package is labelled again. If it did give one, that one stays live there.`}
        verb="There is none"
        onConfirm={() => settle(null)}
      />
    </div>
  );
}
