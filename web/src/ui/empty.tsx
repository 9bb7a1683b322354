import type { TablerIcon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import classes from "./empty.module.css";

/** Nothing here: what would be here, how it gets here, and the button for it. */
export function Empty({
  title,
  cause,
  action,
  icon: Icon,
}: {
  title: string;
  cause: ReactNode;
  action?: ReactNode;
  icon?: TablerIcon;
}) {
  return (
    <div className={classes.empty}>
      {Icon !== undefined && <Icon size={28} stroke={1.4} className={classes.icon} aria-hidden />}
      <div className={classes.title}>{title}</div>
      <div className={classes.cause}>{cause}</div>
      {action !== undefined && <div className={classes.action}>{action}</div>}
    </div>
  );
}
