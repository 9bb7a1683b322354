import { TextInput } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ConfirmAction, reportDone } from "../../ui/index.ts";
import { cancelEffects } from "./cancel-words.ts";
import classes from "./dialog.module.css";
import { orderChanged } from "./queries.ts";
import type { OrderActions, OrderDetail } from "./types.ts";
import { UnitChoice } from "./unit-choice.tsx";

/** Cancels chosen units or the whole order, and says before what that will do. */
export function CancelDialog({
  order,
  actions,
  onClose,
}: {
  order: OrderDetail;
  actions: OrderActions;
  onClose: () => void;
}) {
  const client = useQueryClient();
  const judged = new Map(actions.units.map((unit) => [unit.unitId, unit]));
  const cancellable = order.units.filter((unit) => judged.get(unit.id)?.allowed === true);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(cancellable.map((unit) => unit.id)));
  const [reason, setReason] = useState("");
  const standing = order.units.filter((unit) => unit.state !== "CANCELLED");
  const wholeOrder = standing.length > 0 && standing.every((unit) => chosen.has(unit.id));
  const selected = [...chosen].flatMap((id) => judged.get(id) ?? []);
  const byCreditNote = selected.some((unit) => unit.byCreditNote);
  const effects = cancelEffects(selected, { asksChannel: actions.asksChannel, source: actions.source, wholeOrder });
  const cancel = async () => {
    const told = await api.post<{ waitsForChannel: boolean; units: number }>(`/api/v1/orders/${order.id}/cancel`, {
      reason: reason.trim(),
      ...(wholeOrder ? {} : { unitIds: [...chosen] }),
      ...(byCreditNote ? { byCreditNote } : {}),
    });
    await orderChanged(client, order.id);
    reportDone(
      told.waitsForChannel
        ? `${actions.source} is asked to cancel ${plural(told.units, "unit")}; the answer comes into the timeline.`
        : `${plural(told.units, "unit")} cancelled.`,
    );
  };
  return (
    <ConfirmAction
      opened
      danger
      size="lg"
      onClose={onClose}
      title={`Cancel ${order.code}`}
      willHappen="Choose what is cancelled: all of it, or single units."
      verb={
        byCreditNote && wholeOrder
          ? "Cancel by credit note"
          : wholeOrder
            ? "Cancel the order"
            : `Cancel ${plural(chosen.size, "unit")}${byCreditNote ? " by credit note" : ""}`
      }
      notNow={
        chosen.size === 0
          ? "Choose at least one unit."
          : reason.trim() === ""
            ? "Say why; the channel and the timeline get it."
            : null
      }
      onConfirm={cancel}
    >
      <UnitChoice
        units={order.units}
        chosen={chosen}
        whyNot={(unit) =>
          judged.get(unit.id)?.why ?? (judged.has(unit.id) ? null : "It came after this page was read.")
        }
        onChange={setChosen}
      />
      <TextInput
        data-autofocus
        label="Why"
        placeholder="Out of stock"
        maxLength={500}
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
      />
      {effects.length > 0 && (
        <ul className={classes.effects} aria-live="polite">
          {effects.map((effect) => (
            <li key={effect}>{effect}</li>
          ))}
        </ul>
      )}
    </ConfirmAction>
  );
}
