import { IconCheck, IconRefresh } from "@tabler/icons-react";
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ActionButton, ConfirmAction, reportDone } from "../../ui/index.ts";
import { type CourierTelling, isOpenTelling } from "./courier-numbers.ts";

/** What a person can do about something that a courier does not know: tell it once more, or say that it knows. */
export function TellingActions({ telling, onChanged }: { telling: CourierTelling; onChanged?: () => unknown }) {
  const may = useMay();
  const client = useQueryClient();
  const [settling, setSettling] = useState(false);
  if (!isOpenTelling(telling)) return null;
  const notMine = may("shipments.manage") ? null : "Your role does not include this.";
  const { tellingId, provider, awb, kind } = telling;
  const act = async (verb: "repeat" | "settle") => {
    await api.post(`/api/v1/courier-tellings/${tellingId}/${verb}`);
    await client.invalidateQueries({
      predicate: ({ queryKey }) => queryKey.includes("/api/v1/courier-tellings") || queryKey[0] === "courier-numbers",
    });
    await onChanged?.();
  };
  return (
    <>
      <ActionButton
        label="Repeat"
        icon={IconRefresh}
        notNow={notMine}
        onClick={async () => {
          await act("repeat");
          reportDone(`${provider} is told of ${awb} now.`);
        }}
      />
      <ActionButton label="It knows" icon={IconCheck} notNow={notMine} onClick={() => setSettling(true)} />
      <ConfirmAction
        opened={settling}
        onClose={() => setSettling(false)}
        title={`${provider} knows of ${awb}`}
        willHappen={
          kind === "CANCEL"
            ? `Nothing more is sent: you gave ${awb} back on ${provider}’s panel or by telephone. A number that stays live there may be charged.`
            : `Nothing more is sent: ${provider} has the weight and size of ${awb}, or need not have them.`
        }
        verb="It knows"
        onConfirm={() => act("settle")}
      />
    </>
  );
}
