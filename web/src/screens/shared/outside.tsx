import type { ReactNode } from "react";
import classes from "./outside.module.css";

/** A page without the frame: before somebody is logged in. */
export function Outside({
  title,
  line,
  wide = false,
  children,
}: {
  title: string;
  line?: ReactNode;
  wide?: boolean;
  children: ReactNode;
}) {
  return (
    <main className={classes.outside} data-wide={wide || undefined}>
      <div className={classes.inner}>
        <img src="/favicon.svg" alt="" width={36} height={36} />
        <h1>{title}</h1>
        {line !== undefined && <p className={classes.line}>{line}</p>}
        {children}
      </div>
    </main>
  );
}
