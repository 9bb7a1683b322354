import { useCallback, useLayoutEffect, useRef } from "react";

/** A handler of fixed identity that always runs the newest version: rows drawn once need not be drawn again for it. Not for use while drawing. */
export function useEvent<A extends readonly unknown[], R>(handler: (...args: A) => R): (...args: A) => R {
  const latest = useRef(handler);
  useLayoutEffect(() => {
    latest.current = handler;
  });
  return useCallback((...args: A) => latest.current(...args), []);
}
