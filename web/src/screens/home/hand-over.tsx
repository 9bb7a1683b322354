import { IconClipboardX } from "@tabler/icons-react";
import { Link } from "@tanstack/react-router";
import type { Board } from "../../lib/board.ts";
import { Instant } from "../../ui/index.ts";
import classes from "./home.module.css";

/** Parcels that are ready and on no closed manifest: handed over now, the channel would not know that they left. */
export function HandOver({ warnings }: { warnings: Board["handOver"] }) {
  if (warnings.length === 0) return null;
  return (
    <section aria-label="Not to be handed over yet">
      <ul className={classes.alarms}>
        {warnings.map((warning) => (
          <li key={warning.channelId} className={classes.alarm}>
            <IconClipboardX size={17} className={classes.alarmIcon} aria-label="Warning" />
            <div className={classes.alarmWords}>
              <div>
                <strong>{warning.name}.</strong> {warning.text}
              </div>
              <div className={classes.remedy}>
                <Link to={warning.link.path} search={warning.link.search}>
                  {warning.link.path === "/manifests" ? "To the open manifests" : "To the parcels"}
                </Link>
              </div>
            </div>
            <span className={classes.since}>
              <Instant at={warning.oldestAt} />
            </span>
          </li>
        ))}
      </ul>
    </section>
  );
}
