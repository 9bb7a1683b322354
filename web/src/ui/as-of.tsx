import { Tooltip } from "@mantine/core";
import { IconCloudOff } from "@tabler/icons-react";
import { formatTime } from "../lib/format.ts";
import { toProblem } from "../lib/problem.ts";
import classes from "./as-of.module.css";

/** Silent while figures are live. When a refresh failed it says how old they are and why. Give it the parts of a query's result. */
export function AsOf({
  at,
  error,
  onRetry,
}: {
  at: string | number | undefined;
  error: unknown;
  onRetry?: () => unknown;
}) {
  if (error === null || error === undefined || at === undefined || at === 0) return null;
  return (
    <Tooltip
      label={`${toProblem(error).message} The figures are those of ${formatTime(at)}; they are asked for again by themselves.`}
    >
      <button type="button" className={classes.asOf} onClick={() => void onRetry?.()}>
        <IconCloudOff size={13} aria-hidden /> as of {formatTime(at)}
      </button>
    </Tooltip>
  );
}
