import { Popover } from "@mantine/core";
import { IconScan, IconSearch } from "@tabler/icons-react";
import { useCallback, useEffect, useRef, useState } from "react";
import { toProblem } from "../../lib/problem.ts";
import { isTyping, useScan } from "../../lib/use-scan.ts";
import classes from "./bar.module.css";

export interface SearchHit {
  /** "Order", "Package", "AWB": what the thing is. */
  readonly type: string;
  readonly code: string;
  readonly detail?: string;
  readonly href: string;
}
export interface SearchFieldProps {
  readonly hint: string;
  readonly find: (text: string, signal: AbortSignal) => Promise<readonly SearchHit[]>;
  readonly onGo: (href: string) => void;
}

type Found =
  | { readonly text: string; readonly hits: readonly SearchHit[] }
  | { readonly text: string; readonly error: unknown };

/** Searches and scans: `/` or F2 from anywhere, or a hand scanner with no field focused. One exact match is gone to at once. */
export function SearchField({ hint, find, onGo }: SearchFieldProps) {
  const input = useRef<HTMLInputElement>(null);
  const [text, setText] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const [at, setAt] = useState(0);
  const [busy, setBusy] = useState(false);
  const asking = useRef<AbortController | null>(null);

  const go = useCallback(
    (href: string) => {
      setText("");
      setFound(null);
      input.current?.blur();
      onGo(href);
    },
    [onGo],
  );
  const ask = useCallback(
    async (question: string, jump: boolean) => {
      asking.current?.abort();
      const asked = new AbortController();
      asking.current = asked;
      setBusy(true);
      try {
        const hits = await find(question, asked.signal);
        if (asked.signal.aborted) return;
        const [only] = hits;
        if (jump && hits.length === 1 && only !== undefined) return go(only.href);
        setAt(0);
        setFound({ text: question, hits });
      } catch (error) {
        if (!asked.signal.aborted) setFound({ text: question, error });
      } finally {
        if (asking.current === asked) setBusy(false);
      }
    },
    [find, go],
  );

  useEffect(() => {
    const question = text.trim();
    if (question.length < 2) return setFound(null);
    const timer = setTimeout(() => void ask(question, false), 220);
    return () => clearTimeout(timer);
  }, [text, ask]);
  useEffect(() => {
    const listen = (event: KeyboardEvent) => {
      const wanted =
        event.key === "F2" || (event.key === "/" && !isTyping(event.target) && !event.ctrlKey && !event.metaKey);
      if (!wanted) return;
      event.preventDefault();
      input.current?.focus();
      input.current?.select();
    };
    document.addEventListener("keydown", listen);
    return () => document.removeEventListener("keydown", listen);
  }, []);
  useScan((code) => {
    setText(code);
    void ask(code, true);
  });

  const hits = found !== null && "hits" in found ? found.hits : [];
  const submit = () => {
    const hit = found !== null && found.text === text.trim() ? hits[at] : undefined;
    if (hit !== undefined) go(hit.href);
    else if (text.trim() !== "") void ask(text.trim(), true);
  };
  return (
    <Popover
      opened={found !== null}
      onChange={(opened) => !opened && setFound(null)}
      width="target"
      position="bottom-start"
      withinPortal
      trapFocus={false}
      offset={4}
    >
      <Popover.Target>
        <div className={classes.search} data-busy={busy || undefined}>
          <IconSearch size={15} stroke={1.8} aria-hidden />
          <input
            ref={input}
            role="combobox"
            aria-expanded={found !== null}
            aria-controls="search-hits"
            aria-label={hint}
            placeholder={hint}
            value={text}
            autoComplete="off"
            spellCheck={false}
            onChange={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Enter") submit();
              else if (event.key === "ArrowDown") setAt((now) => Math.min(hits.length - 1, now + 1));
              else if (event.key === "ArrowUp") setAt((now) => Math.max(0, now - 1));
              else if (event.key === "Escape") {
                setText("");
                setFound(null);
                input.current?.blur();
              } else return;
              event.preventDefault();
            }}
          />
          <IconScan size={15} stroke={1.6} aria-hidden className={classes.scanMark} />
          <kbd className={classes.key}>/</kbd>
        </div>
      </Popover.Target>
      <Popover.Dropdown p={4}>
        <div id="search-hits" role="listbox" aria-label="Found">
          {hits.map((hit, i) => (
            <button
              key={`${hit.type}:${hit.code}`}
              type="button"
              role="option"
              aria-selected={i === at}
              className={classes.hit}
              onMouseEnter={() => setAt(i)}
              onClick={() => go(hit.href)}
            >
              <span className={classes.hitType}>{hit.type}</span>
              <span className={classes.hitCode}>{hit.code}</span>
              <span className={classes.hitDetail}>{hit.detail}</span>
            </button>
          ))}
        </div>
        {found !== null && "error" in found && <div className={classes.hitNote}>{toProblem(found.error).message}</div>}
        {found !== null && "hits" in found && hits.length === 0 && (
          <div className={classes.hitNote}>
            Nothing is called “{found.text}”: no order, package, AWB, SKU, invoice or manifest.
          </div>
        )}
      </Popover.Dropdown>
    </Popover>
  );
}
