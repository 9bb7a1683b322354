import { Radio, Stack } from "@mantine/core";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { plural } from "../../lib/format.ts";
import { ConfirmAction, reportDone } from "../../ui/index.ts";
import classes from "./dialog.module.css";
import { orderChanged } from "./queries.ts";
import type { OrderActions, OrderDetail } from "./types.ts";
import { UnitChoice } from "./unit-choice.tsx";

/** Ships units from another facility of the channel, and says before what that frees and asks for. */
export function SwitchDialog({
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
  const movable = order.units.filter((unit) => judged.get(unit.id)?.mayMove === true);
  const [facilityId, setFacilityId] = useState<string | null>(
    () => actions.facilities.find((place) => !movable.every((unit) => unit.facility === place.code))?.id ?? null,
  );
  const [chosen, setChosen] = useState<ReadonlySet<string>>(() => new Set(movable.map((unit) => unit.id)));
  const to = actions.facilities.find((place) => place.id === facilityId);
  const moving = movable.filter((unit) => chosen.has(unit.id) && unit.facility !== to?.code);
  const blocked = moving.filter((unit) => unit.state === "FULFILLABLE");
  const from = [...new Set(blocked.flatMap((unit) => unit.facility ?? []))];
  return (
    <ConfirmAction
      opened
      size="lg"
      onClose={onClose}
      title={`Switch facility of ${order.code}`}
      willHappen="Units that are not picked yet can ship from another facility of the channel."
      verb={to === undefined ? "Switch facility" : `Ship from ${to.code}`}
      notNow={
        to === undefined
          ? "Choose a facility."
          : moving.length === 0
            ? `All chosen units are at ${to.code} already.`
            : null
      }
      onConfirm={async () => {
        await api.post(`/api/v1/orders/${order.id}/facility`, { facilityId, unitIds: moving.map((unit) => unit.id) });
        await orderChanged(client, order.id);
        reportDone(
          `${plural(moving.length, "unit")} moved to ${to?.code ?? "the facility"}; stock is being looked for there.`,
        );
      }}
    >
      <Radio.Group label="Ship from" value={facilityId} onChange={setFacilityId} mb={14}>
        <Stack gap={6} mt={4}>
          {actions.facilities.map((place) => (
            <Radio key={place.id} value={place.id} size="xs" label={`${place.code} · ${place.name}`} />
          ))}
        </Stack>
      </Radio.Group>
      <UnitChoice
        units={order.units}
        chosen={chosen}
        whyNot={(unit) => judged.get(unit.id)?.whyNotMove ?? null}
        onChange={setChosen}
      />
      {to !== undefined && moving.length > 0 && (
        <ul className={classes.effects} aria-live="polite">
          {blocked.length > 0 && (
            <li>
              Stock of {plural(blocked.length, "unit")} at {from.join(", ")} is free at once; their packages are
              cancelled or made smaller.
            </li>
          )}
          <li>
            {plural(moving.length, "unit waits", "units wait")} for stock at {to.code}: if there is none, they become
            unfulfillable there until some comes.
          </li>
        </ul>
      )}
    </ConfirmAction>
  );
}
