import { useQuery } from "@tanstack/react-query";
import { api } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { ExchangeView, Refusal, reportDone } from "../../ui/index.ts";

/** `GET /exchanges/:id`, redacted by the server. */
interface Stored {
  readonly exchangeId: string;
  readonly direction: "IN" | "OUT";
  readonly at: string;
  readonly durationMs: number | null;
  readonly method: string;
  readonly url: string;
  readonly request: unknown;
  readonly status: number | null;
  readonly response: unknown;
  readonly outcome: string;
  readonly message: string | null;
  readonly attempt: number;
  readonly repeatable: boolean;
}

/** A kept exchange, read when it is opened: request and answer side by side, and Repeat. */
export function StoredExchange({ id, onRepeated }: { id: string; onRepeated?: () => unknown }) {
  const may = useMay();
  const { data, error } = useQuery({
    queryKey: ["exchange", id],
    queryFn: ({ signal }) => api.get<Stored>(`/api/v1/exchanges/${id}`, {}, signal),
    staleTime: Number.POSITIVE_INFINITY, // what was said does not change
  });
  if (error !== null) return <Refusal error={error} />;
  if (data === undefined) return <div style={{ height: 120 }} aria-busy="true" />;
  const notRepeatable = !data.repeatable
    ? "The channel called us: only it can repeat that."
    : may("channels.manage")
      ? undefined
      : "Your roles do not include managing channels.";
  return (
    <ExchangeView
      exchange={{
        request: { method: data.method, url: data.url, body: data.request ?? undefined },
        answer: data.status === null ? null : { status: data.status, body: data.response ?? undefined },
        at: data.at,
        attempt: data.attempt,
        ...(data.durationMs === null ? {} : { durationMs: data.durationMs }),
        ...(data.message === null ? {} : { failure: data.message }),
        ...(notRepeatable === undefined ? {} : { notRepeatable }),
        onRepeat: async () => {
          const told = await api.post<{ found: string | null; done: string }>(`/api/v1/exchanges/${id}/repeat`);
          reportDone([told.found, told.done].filter((part) => part !== null).join(" "));
          await onRepeated?.();
        },
      }}
    />
  );
}
