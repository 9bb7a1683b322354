import { Button, Modal } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ExchangeView, Refusal, type StateTable } from "../../ui/index.ts";

/** A row of `GET /courier-exchanges`, redacted by the server. */
export interface CourierExchangeRow {
  readonly exchangeId: string;
  readonly providerId: string;
  readonly provider: string;
  readonly operation: string;
  readonly at: string;
  readonly durationMs: number;
  readonly method: string;
  readonly url: string;
  readonly status: number | null;
  readonly outcome: string;
  readonly message: string | null;
  readonly attempt: number;
  readonly packageCode: string | null;
  readonly saleOrderId: string | null;
}

interface CourierExchangeDetail extends CourierExchangeRow {
  readonly request: unknown;
  readonly response: unknown;
}

/** What an exchange is for, from the operation's name ("createWaybill/authToken"). */
const purposes: Readonly<Record<string, string>> = {
  verify: "Connect",
  createWaybill: "Tracking number",
  updateWaybill: "Weight and size",
  cancelWaybill: "Number given back",
  track: "Tracking",
  manifest: "Manifest",
  fetchLabel: "Label or list",
};

export function courierPurpose(operation: string): string {
  const purpose = operation.split("/")[0] ?? operation;
  return purposes[purpose] ?? purpose;
}

export const courierPurposeOptions = Object.entries(purposes).map(([value, label]) => ({ value, label }));

/** How an exchange ended. */
export const courierOutcomes: StateTable = {
  OK: { word: "OK", tone: "done" },
  REFUSED: { word: "Refused", tone: "failed" },
  NOT_REACHED: { word: "Not reached", tone: "failed" },
  UNKNOWN: { word: "Not known", tone: "attention" },
  BAD_ANSWER: { word: "Bad answer", tone: "failed" },
};

/** Request and answer of one exchange with a courier, read when it is opened. What failed is repeated where it was asked for. */
export function CourierExchange({ id }: { id: string }) {
  const { data, error } = useQuery({
    queryKey: ["courier-exchange", id],
    queryFn: ({ signal }) => api.get<CourierExchangeDetail>(`/api/v1/courier-exchanges/${id}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY, // what was said does not change
  });
  if (error !== null) return <Refusal error={error} />;
  if (data === undefined) return <div style={{ height: 120 }} aria-busy="true" />;
  return (
    <ExchangeView
      exchange={{
        request: { method: data.method, url: data.url, body: data.request ?? undefined },
        answer: data.status === null ? null : { status: data.status, body: data.response ?? undefined },
        at: data.at,
        attempt: data.attempt,
        durationMs: data.durationMs,
        ...(data.message === null ? {} : { failure: data.message }),
      }}
    />
  );
}

/** Opens what was said to a courier and what it answered. Shown only where there is an exchange and the person may see it. */
export function CourierExchangeButton({ id, title }: { id: string | null; title: string }) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (id === null || !may("shipping.view")) return null;
  return (
    <>
      <Button variant="subtle" size="compact-sm" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Request and answer
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="min(1100px, 94vw)" title={<strong>{title}</strong>}>
        {open && <CourierExchange id={id} />}
      </Modal>
    </>
  );
}
