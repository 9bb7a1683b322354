import { notifications } from "@mantine/notifications";
import { toProblem } from "../lib/problem.ts";

/** Shows a refusal where there is no better place for it (a button in a row, a menu). It stays until it is closed: it holds the remedy. */
export function reportProblem(error: unknown, doing: string): void {
  const problem = toProblem(error);
  notifications.show({
    color: "red",
    autoClose: false,
    withBorder: true,
    title: `${doing}: not done`,
    message: [
      problem.record === undefined ? null : `${problem.record.type} ${problem.record.code}: `,
      problem.message,
      problem.whatToDo === undefined ? null : ` ${problem.whatToDo}`,
    ]
      .filter((part) => part !== null)
      .join(""),
  });
}

/** A short word that something was done; goes away by itself. */
export function reportDone(message: string): void {
  notifications.show({ color: "green", message, withBorder: true, autoClose: 4_000 });
}
