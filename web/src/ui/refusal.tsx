import { IconAlertOctagon } from "@tabler/icons-react";
import type { ReactNode } from "react";
import { toProblem } from "../lib/problem.ts";
import classes from "./refusal.module.css";

/** What the server refused: what, which record, why, what to do now, and the button for it. Takes anything thrown. */
export function Refusal({ error, action, title }: { error: unknown; action?: ReactNode; title?: string }) {
  const problem = toProblem(error);
  return (
    <div className={classes.refusal} role="alert">
      <IconAlertOctagon size={18} className={classes.icon} aria-hidden />
      <div className={classes.body}>
        {title !== undefined && <div className={classes.title}>{title}</div>}
        <div>
          {problem.record !== undefined && (
            <span className={classes.record}>
              {problem.record.type} <code>{problem.record.code}</code>:{" "}
            </span>
          )}
          {problem.message}
        </div>
        {problem.whatToDo !== undefined && <div className={classes.remedy}>{problem.whatToDo}</div>}
        {problem.fields !== undefined && problem.fields.length > 0 && (
          <ul className={classes.fields}>
            {problem.fields.map((fault) => (
              <li key={`${fault.path}:${fault.message}`}>
                {fault.path !== "" && <code>{fault.path}</code>} {fault.message}
              </li>
            ))}
          </ul>
        )}
        <div className={classes.foot}>
          {action}
          <span className={classes.small}>
            {problem.code}
            {problem.requestId !== undefined && ` · request ${problem.requestId}`}
          </span>
        </div>
      </div>
    </div>
  );
}
