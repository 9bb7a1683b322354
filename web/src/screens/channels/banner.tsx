import type { ReactNode } from "react";
import classes from "./banner.module.css";

/** A sentence across the page that something is unusual, with what can be done about it. */
export function Banner({
  tone,
  icon,
  action,
  children,
}: {
  tone: "attention" | "failed" | "done";
  icon: ReactNode;
  action?: ReactNode;
  children: ReactNode;
}) {
  return (
    <div className={classes.banner} data-tone={tone} role={tone === "done" ? "status" : "alert"}>
      <span className={classes.icon} aria-hidden>
        {icon}
      </span>
      <div className={classes.words}>{children}</div>
      {action}
    </div>
  );
}
