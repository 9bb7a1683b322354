import { type ReactNode, useRef, useState } from "react";
import { ApiError, type Problem } from "../../lib/problem.ts";
import { ConfirmAction } from "../../ui/index.ts";

/** What a person says yes to. */
type Confirmed = readonly "COMBINED_STOCK"[];

interface CombinedStock {
  /**
   * Sends; where the server wants a yes to publishing the stock of several facilities as one figure, asks for it and sends
   * again. @returns false where the person left it as it is: nothing was saved then
   */
  readonly send: (attempt: (confirm: Confirmed) => Promise<unknown>) => Promise<boolean>;
  readonly dialog: ReactNode;
}

/** The question that stands before stock of more than a channel's one store is published. */
export function useCombinedStock(): CombinedStock {
  const [asked, setAsked] = useState<Problem | null>(null);
  const answer = useRef<(yes: boolean) => void>(null);
  const settle = (yes: boolean) => {
    answer.current?.(yes);
    answer.current = null;
    setAsked(null);
  };
  const send: CombinedStock["send"] = async (attempt) => {
    try {
      await attempt([]);
      return true;
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem.code !== "COMBINED_STOCK_UNCONFIRMED") throw error;
      setAsked(error.problem);
    }
    const yes = await new Promise<boolean>((resolve) => {
      answer.current = resolve;
    });
    if (yes) await attempt(["COMBINED_STOCK"]);
    return yes;
  };
  const { facilities, store, warning } = asked?.facts ?? {};
  const others = Array.isArray(facilities) ? facilities.join(", ") : "";
  return {
    send,
    dialog: (
      <ConfirmAction
        opened={asked !== null}
        onClose={() => settle(false)}
        title="Publish the sum of several facilities"
        willHappen={
          <>
            <p style={{ marginTop: 0 }}>
              The stock of {others} is published together with that of {String(store)}.
            </p>
            <p style={{ marginBottom: 0 }}>{String(warning)}</p>
          </>
        }
        verb="Publish the sum"
        onConfirm={() => settle(true)}
      />
    ),
  };
}
