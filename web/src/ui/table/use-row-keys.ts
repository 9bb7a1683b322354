import { useEffect, useRef, useState } from "react";
import { isTyping } from "../../lib/use-scan.ts";

interface RowKeys {
  readonly ids: readonly string[];
  readonly onOpen: (id: string) => void;
  readonly onToggle: (id: string) => unknown;
  readonly onMove: (id: string) => unknown;
  readonly onEscape: () => void;
}

/** The list's keys, from anywhere on the page that is not a field: j and k move, Enter opens, x chooses, Escape goes back. */
export function useRowKeys(keys: RowKeys): { active: string | null; setActive: (id: string | null) => void } {
  const [active, setActive] = useState<string | null>(null);
  const latest = useRef({ ...keys, active });
  useEffect(() => {
    latest.current = { ...keys, active };
  });
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (document.querySelector("[role=dialog][aria-modal=true], [role=menu]") !== null) return;
      const now = latest.current;
      const at = now.active === null ? -1 : now.ids.indexOf(now.active);
      const go = (to: number) => {
        const id = now.ids[Math.max(0, Math.min(now.ids.length - 1, to))];
        if (id === undefined) return;
        event.preventDefault();
        setActive(id);
        now.onMove(id);
      };
      // Enter and Space on a focused button or link are that button's.
      const onControl = event.target instanceof HTMLElement && event.target.closest("button, a, [role=tab]") !== null;
      if (event.key === "j" || event.key === "ArrowDown") go(at + 1);
      else if (event.key === "k" || event.key === "ArrowUp") go(at - 1);
      else if (event.key === "Escape") now.onEscape();
      else if (now.active === null || onControl) return;
      else if (event.key === "Enter") now.onOpen(now.active);
      else if (event.key === "x") now.onToggle(now.active);
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  return { active, setActive };
}
