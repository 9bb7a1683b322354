import { useEffect, useState } from "react";

/** True once `waiting` has lasted `afterMs`: the moment to say what is slow instead of showing grey bars for ever. */
export function useSlow(waiting: boolean, afterMs = 10_000): boolean {
  const [slow, setSlow] = useState(false);
  useEffect(() => {
    setSlow(false);
    if (!waiting) return;
    const timer = setTimeout(() => setSlow(true), afterMs);
    return () => clearTimeout(timer);
  }, [waiting, afterMs]);
  return slow;
}
