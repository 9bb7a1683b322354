import type { Locator } from "playwright-core";

const TRIES_MAX = 3;
const SEEN_WITHIN_MS = 10_000;

/**
 * Presses "Sync now" on a card of the Channel Summary and waits until a run that this person started has ended. A wish joins the
 * run that the clock has just begun, and the next minute's run takes the place of ours: then it is repeated.
 */
export async function syncNowOn(card: Locator, person: string): Promise<void> {
  const ours = card.getByText(new RegExp(`Done.*started by ${person}`)).first();
  for (let tries = 1; tries <= TRIES_MAX; tries++) {
    await card.getByRole("button", { name: "Sync now" }).click();
    const isSeen = await ours.waitFor({ timeout: SEEN_WITHIN_MS }).then(
      () => true,
      () => false,
    );
    if (isSeen) return;
  }
  throw new Error(`no run that ${person} started is seen after ${TRIES_MAX} wishes: ${await card.textContent()}`);
}
