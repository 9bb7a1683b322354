import { notifications } from "@mantine/notifications";
import { refusalWords } from "../lib/problem.ts";

/**
 * Shows a refusal where there is no better place for it (a button in a row, a menu). It stays until it is closed: it holds the
 * remedy. `doing` is the button's own words or a verb with its object; `lost`, a sentence, is what goes with the place it was in.
 */
export function reportProblem(error: unknown, doing: string, lost: string | null = null): void {
  notifications.show({
    color: "red",
    autoClose: false,
    withBorder: true,
    title: `“${doing}” was not done`,
    message: refusalWords(error, lost),
  });
}

/** A short word that something was done; goes away by itself. */
export function reportDone(message: string): void {
  notifications.show({ color: "green", message, withBorder: true, autoClose: 4_000 });
}

/** What was done as wished and came to nothing, with the reason and what can be done: stays until it is closed. */
export function reportNote(title: string, message: string): void {
  notifications.show({ color: "yellow", title, message, withBorder: true, autoClose: false });
}
