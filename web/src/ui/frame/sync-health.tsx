import { ActionIcon, Popover } from "@mantine/core";
import { IconActivityHeartbeat } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import { AsOf } from "../as-of.tsx";
import { type Tone, toneMark } from "../tone.ts";
import classes from "./bar.module.css";

export interface SyncLine {
  readonly id: string;
  readonly name: string;
  readonly tone: Tone;
  /** "Orders 40 s behind", "Stock refused since 10:02: token expired". */
  readonly words: string;
  readonly href: string;
}
export interface SyncHealthProps {
  readonly lines: readonly SyncLine[] | undefined;
  readonly asOf: string | undefined;
  readonly error: unknown;
}

const worst: readonly Tone[] = ["failed", "attention", "working", "done", "waiting"];

/** Whether every channel is up to date; the colour is that of the worst. */
export function SyncHealth({ lines, asOf, error }: SyncHealthProps) {
  const tone: Tone = worst.find((each) => lines?.some((line) => line.tone === each)) ?? "waiting";
  return (
    <Popover position="bottom-end" width={340}>
      <Popover.Target>
        <ActionIcon size={32} className={classes.icon} aria-label="Sync health">
          <IconActivityHeartbeat size={18} stroke={1.6} />
          <span className={classes.health} style={{ background: toneMark(tone) }} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown p={0}>
        <div className={classes.popHead}>
          Sync health <AsOf at={asOf} error={error} />
        </div>
        <div className={classes.popBody}>
          {lines === undefined && (
            <div className={classes.popNote}>
              {error === null || error === undefined ? "Reading…" : "Not known: the server did not say."}
            </div>
          )}
          {lines?.length === 0 && <div className={classes.popNote}>No channel is connected yet.</div>}
          {lines?.map((line) => (
            <Link key={line.id} to={line.href} className={classes.channel}>
              <span className={classes.dot} style={{ background: toneMark(line.tone) }} />
              <span className={classes.channelWords}>
                {line.name}
                <small>{line.words}</small>
              </span>
            </Link>
          ))}
        </div>
      </Popover.Dropdown>
    </Popover>
  );
}
