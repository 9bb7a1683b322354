import { ActionIcon, Tooltip } from "@mantine/core";
import { IconArrowBackUp, IconVolume, IconVolumeOff } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import { toProblem } from "../../lib/problem.ts";
import { useRemembered } from "../../lib/remembered.ts";
import { isTyping } from "../../lib/use-scan.ts";
import { ActionButton } from "../action-button.tsx";
import { type QueuedScan, ScanQueue } from "./scan-queue.ts";
import { play, type Sound } from "./sounds.ts";
import classes from "./station.module.css";
import { type StationKey, useStationKeys } from "./station-keys.ts";

export interface Verdict {
  readonly sound: Sound;
  /** "P-000412 added", "Not on this manifest". */
  readonly title: string;
  readonly detail?: string;
  /** Takes this scan back. Only the last scan's is offered. */
  readonly undo?: () => Promise<Verdict>;
}

export interface StationProps {
  /** What to scan: "Scan a package, AWB or order". */
  readonly prompt: string;
  readonly submit: (code: string) => Promise<Verdict>;
  /** What is expected next, with its picture. */
  readonly expected?: ReactNode;
  /** Progress: "38 of 40 packages". */
  readonly progress?: ReactNode;
  readonly keys?: readonly StationKey[];
  /** What the keys depend on is being read again: a key pressed meanwhile waits for it. */
  readonly reading?: boolean;
  /** The verdict on what a key did since the last scan: each new object is heard, and shown until the next scan. */
  readonly said?: Verdict | null;
}

const refused = (error: unknown): Verdict => {
  const problem = toProblem(error);
  return {
    sound: "bad",
    title: problem.message,
    ...(problem.whatToDo === undefined ? {} : { detail: problem.whatToDo }),
  };
};
const readSilent = (stored: unknown): boolean => stored === true;

/** One huge field that is always focused; the last scan's verdict in words, colour and sound; nothing scanned is lost. */
export function Station({ prompt, submit, expected, progress, keys = [], reading = false, said = null }: StationProps) {
  const input = useRef<HTMLInputElement>(null);
  const latest = useRef(submit);
  const [, redraw] = useState(0);
  const [silent, setSilent] = useRemembered("station.silent", readSilent);
  const quiet = useRef(silent);
  useEffect(() => {
    latest.current = submit;
    quiet.current = silent;
  }, [submit, silent]);
  const queue = useMemo(
    () =>
      new ScanQueue<Verdict>({
        submit: async (code) => heard(await latest.current(code), quiet.current),
        onFailure: (error) => heard(refused(error), quiet.current),
        onChange: () => redraw((n) => n + 1),
      }),
    [],
  );
  const [undone, setUndone] = useState<{ scan: number; verdict: Verdict } | null>(null);
  const last = queue.scans.find((scan) => scan.verdict !== null);
  const after = last?.number ?? 0;
  const spoken = useSpoken(said, after, quiet);
  const ofScan = last === undefined ? null : undone?.scan === last.number ? undone.verdict : last.verdict;
  const shown = spoken ?? ofScan;
  const undo = undone?.scan === last?.number ? undefined : last?.verdict?.undo;

  const takeBack = useCallback(async () => {
    if (last === undefined || undo === undefined) return;
    try {
      setUndone({ scan: last.number, verdict: heard(await undo(), quiet.current) });
    } catch (error) {
      setUndone({ scan: last.number, verdict: heard(refused(error), quiet.current) });
    }
  }, [last, undo]);

  useFocusKept(input);
  const notYet = useStationKeys({ keys, undo: () => void takeBack(), busy: reading || queue.waiting > 0 });

  return (
    <div className={classes.station}>
      <form
        className={classes.form}
        onSubmit={(event) => {
          event.preventDefault();
          const field = input.current;
          const code = field?.value.trim() ?? "";
          if (field === null || code === "") return;
          // The field is not held in React state: a scanner's next key must find it empty at once, not after a redraw.
          field.value = "";
          queue.add(code);
        }}
      >
        <label className={classes.prompt} htmlFor="station-field">
          {prompt}
        </label>
        <input
          id="station-field"
          ref={input}
          className={classes.field}
          autoComplete="off"
          autoCapitalize="characters"
          spellCheck={false}
          enterKeyHint="send"
        />
        {queue.waiting > 0 && <span className={classes.waiting}>{queue.waiting} waiting</span>}
      </form>
      <div className={classes.verdict} data-sound={shown?.sound ?? "none"} role="status" aria-live="assertive">
        {notYet !== null && <div className={classes.detail}>{notYet}</div>}
        {shown === null ? (
          <span className={classes.idle}>The verdict on each scan shows here.</span>
        ) : (
          <>
            <div className={classes.title}>{shown.title}</div>
            <div className={classes.detail}>
              {spoken === null && <code>{last?.code}</code>} {shown.detail}
            </div>
          </>
        )}
      </div>
      <div className={classes.tools}>
        <ActionButton
          size="md"
          label="Undo last scan"
          icon={IconArrowBackUp}
          shortcut="F8"
          onClick={takeBack}
          notNow={undo === undefined ? "There is no scan that can be taken back." : null}
        />
        {keys.map((key) => (
          <ActionButton
            key={key.key}
            size="md"
            label={key.label}
            shortcut={key.key}
            onClick={key.onPress}
            primary={key.primary ?? false}
            notNow={key.notNow}
          />
        ))}
        <Tooltip label={silent ? "Sound on" : "Sound off"}>
          <ActionIcon
            size={40}
            aria-label={silent ? "Turn sound on" : "Turn sound off"}
            aria-pressed={!silent}
            onClick={() => setSilent(!silent)}
          >
            {silent ? <IconVolumeOff size={20} /> : <IconVolume size={20} />}
          </ActionIcon>
        </Tooltip>
        {progress !== undefined && <div className={classes.progress}>{progress}</div>}
      </div>
      <div className={classes.below}>
        {expected !== undefined && <div className={classes.expected}>{expected}</div>}
        <History scans={queue.scans} />
      </div>
    </div>
  );
}

/** What a key said, until something is scanned after it. */
function useSpoken(said: Verdict | null, after: number, quiet: { readonly current: boolean }): Verdict | null {
  const scan = useRef(after);
  const [spoken, setSpoken] = useState<{ verdict: Verdict; after: number } | null>(null);
  useEffect(() => {
    scan.current = after;
  }, [after]);
  useEffect(() => {
    if (said !== null) setSpoken({ verdict: heard(said, quiet.current), after: scan.current });
  }, [said, quiet]);
  return said !== null && spoken?.after === after ? spoken.verdict : null;
}

function heard(verdict: Verdict, silent: boolean): Verdict {
  if (!silent) play(verdict.sound);
  return verdict;
}

/** The field gets the focus back from everything that is not itself a field or an open dialog. */
function useFocusKept(input: { readonly current: HTMLInputElement | null }): void {
  useEffect(() => {
    input.current?.focus();
    const refocus = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || event.key.length !== 1) return;
      if (document.querySelector("[role=dialog][aria-modal=true]") !== null) return;
      // The key itself still lands in the field: focus moves before the browser inserts it.
      input.current?.focus();
    };
    const again = () => {
      requestAnimationFrame(() => {
        const active = document.activeElement;
        if (active === document.body || active === null) input.current?.focus();
      });
    };
    document.addEventListener("keydown", refocus, { capture: true });
    document.addEventListener("click", again);
    window.addEventListener("focus", again);
    return () => {
      document.removeEventListener("keydown", refocus, { capture: true });
      document.removeEventListener("click", again);
      window.removeEventListener("focus", again);
    };
  }, [input]);
}

function History({ scans }: { scans: readonly QueuedScan<Verdict>[] }) {
  if (scans.length === 0) return null;
  return (
    <ol className={classes.history} aria-label="Scans, newest first">
      {scans.slice(0, 50).map((scan) => (
        <li key={scan.number} data-sound={scan.verdict?.sound ?? "none"}>
          <code>{scan.code}</code>
          <span>{scan.verdict?.title ?? "waiting"}</span>
        </li>
      ))}
    </ol>
  );
}
