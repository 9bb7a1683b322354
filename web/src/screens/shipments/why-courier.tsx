import { plural } from "../../lib/format.ts";
import classes from "./shipments.module.css";

/** Which courier was chosen, why, and what was passed over, as the package keeps it. */
interface Choice {
  readonly why: string;
  readonly rejected: readonly { readonly code: string; readonly reason: string }[];
}

/** What a package keeps of the choice of its courier; null: none was chosen here, or it is in a form nobody knows. */
export function readChoice(kept: unknown): Choice | null {
  if (typeof kept !== "object" || kept === null || !("why" in kept) || typeof kept.why !== "string") return null;
  const rejected = "rejected" in kept && Array.isArray(kept.rejected) ? kept.rejected : [];
  return {
    why: kept.why,
    rejected: rejected.flatMap((each: unknown) =>
      typeof each === "object" && each !== null && "code" in each && "reason" in each
        ? [{ code: String(each.code), reason: String(each.reason) }]
        : [],
    ),
  };
}

/** Why this courier: the rule or the preference that chose it, and each courier and rule before it with its reason. */
export function WhyCourier({ choice: kept }: { choice: unknown }) {
  const choice = readChoice(kept);
  if (choice === null) return null;
  const words = (
    <>
      <strong>Why this courier:</strong> {choice.why}
    </>
  );
  if (choice.rejected.length === 0) return <p className={classes.why}>{words}</p>;
  return (
    <details className={classes.why}>
      <summary>
        {words} · {plural(choice.rejected.length, "other")} passed over
      </summary>
      <ul>
        {choice.rejected.map((each) => (
          <li key={`${each.code} ${each.reason}`}>
            <code>{each.code}</code> {each.reason}
          </li>
        ))}
      </ul>
    </details>
  );
}
