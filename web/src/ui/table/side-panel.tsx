import { ActionIcon, Button } from "@mantine/core";
import { IconX } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./data-table.module.css";

/** Beside the list, not over it: j and k move on while it stays open. On a phone it takes the screen. */
export function SidePanel({
  title,
  onClose,
  onVisit,
  children,
}: {
  title: ReactNode;
  onClose: () => void;
  onVisit?: () => void;
  children: ReactNode;
}) {
  return (
    <aside className={classes.panel} aria-label="Details">
      <header className={classes.panelHead}>
        <div className={classes.panelTitle}>{title}</div>
        {onVisit !== undefined && (
          <Button variant="default" size="compact-sm" onClick={onVisit} rightSection={<kbd>↵</kbd>}>
            Open
          </Button>
        )}
        <ActionIcon aria-label="Close details" onClick={onClose}>
          <IconX size={16} />
        </ActionIcon>
      </header>
      <div className={classes.panelBody}>{children}</div>
    </aside>
  );
}
