import { Button, Tooltip } from "@mantine/core";
import type { TablerIcon } from "@tabler/icons-react";
import { type MouseEvent, useState } from "react";
import { reportProblem } from "./problem-toast.tsx";

export interface ActionButtonProps {
  readonly label: string;
  /** Awaited: the button shows that work started, and shows the server's words when it is refused. */
  readonly onClick: () => unknown;
  readonly icon?: TablerIcon;
  readonly primary?: boolean;
  readonly danger?: boolean;
  /** Why it may not be done now. The button stays visible and focusable, greyed, and says this on hover and on focus. */
  readonly notNow?: string | null | undefined;
  readonly busy?: boolean;
  /** The key that does the same, shown on the button. */
  readonly shortcut?: string;
  readonly size?: "xs" | "sm" | "md";
  readonly fullWidth?: boolean;
}

/** A button for something that can be done to a record: what is not allowed says why instead of disappearing. */
export function ActionButton({
  label,
  onClick,
  icon: Icon,
  primary = false,
  danger = false,
  notNow,
  busy = false,
  shortcut,
  size = "xs",
  fullWidth = false,
}: ActionButtonProps) {
  const [working, setWorking] = useState(false);
  const refused = notNow !== null && notNow !== undefined;
  const act = async (event: MouseEvent) => {
    event.stopPropagation();
    if (refused || working) return;
    setWorking(true);
    try {
      await onClick();
    } catch (error) {
      reportProblem(error, label);
    } finally {
      setWorking(false);
    }
  };
  const button = (
    <Button
      variant={primary ? "filled" : "default"}
      {...(danger
        ? { color: "red", ...(primary ? {} : { styles: { root: refused ? {} : { color: "var(--g-failed)" } } }) }
        : {})}
      size={size}
      fullWidth={fullWidth}
      onClick={(event) => void act(event)}
      loading={working || busy}
      // `disabled` would take the button out of the tab order, and with it the reason.
      {...(refused ? { "data-disabled": true, "aria-disabled": true } : {})}
      {...(Icon === undefined ? {} : { leftSection: <Icon size={size === "md" ? 18 : 15} stroke={1.8} /> })}
      {...(shortcut === undefined ? {} : { rightSection: <kbd>{shortcut}</kbd> })}
    >
      {label}
    </Button>
  );
  return refused ? (
    <Tooltip label={notNow} position="bottom" openDelay={0}>
      {button}
    </Tooltip>
  ) : (
    button
  );
}
