/**
 * How a call to the outside failed. `reached` decides what may be done next: what is "unknown" is read back before it is
 * sent again.
 */
export interface ConnectorFailure {
  /**
   * Did the request take effect on the other side? "no": it never got there. "yes": it was answered, and the answer says
   * what became of it (or a repeat would change nothing). "unknown": it was sent, and what became of it is not known.
   */
  readonly reached: "no" | "yes" | "unknown";
  readonly kind:
    | "auth" // credentials or token refused
    | "throttle" // told to slow down
    | "refused" // understood and refused: repeating it as it is will not help
    | "transient" // their fault or the network's: try again
    | "bad_answer" // answered something that the contract does not allow
    | "breaker_open"; // not sent: too many failures just now
  readonly retryAfterMs?: number;
  readonly channelCode?: string;
  /** The channel's own words, shown beneath ours. */
  readonly channelMessage?: string;
  readonly status?: number;
}

export type Outcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly failure: ConnectorFailure };

export function succeed<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

export function fail(failure: ConnectorFailure): { readonly ok: false; readonly failure: ConnectorFailure } {
  return { ok: false, failure };
}
