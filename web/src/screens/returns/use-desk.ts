import { useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import { api } from "../../lib/api.ts";
import type { Verdict } from "../../ui/index.ts";
import { DeskWork, emptyDesk, type Received } from "./desk-work.ts";

/** The returns desk of a facility, drawn: how it stands, what a key said last, and what keys and scans do. */
export function useDesk(place: { readonly id: string; readonly code: string }) {
  const client = useQueryClient();
  const [view, setView] = useState(emptyDesk);
  const [said, say] = useState<Verdict | null>(null);
  const work = useMemo(
    () =>
      new DeskWork({
        ...{ place: place.code, onChange: setView, say },
        server: {
          lookUp: (code) => api.get("/api/v1/returns/look-up", { code, facilityId: place.id }),
          syncStatus: (saleOrderId) => api.post(`/api/v1/orders/${saleOrderId}/sync-status`),
          receive: async (receipt) => {
            const done = await api.post<Received>("/api/v1/returns/desk/receive", { facilityId: place.id, ...receipt });
            // Lists, counts and the return's own page show what has changed.
            void client.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== "session" });
            return done;
          },
        },
      }),
    [client, place.id, place.code],
  );
  return { view, said, work };
}
