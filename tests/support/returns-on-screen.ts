import { readFileSync } from "node:fs";
import type { Locator, Page } from "playwright-core";
import { expect } from "vitest";
import { readPages } from "./read-pdf.ts";
import type { ReturnYard } from "./return-yard.ts";
import { SELLER_PASSWORD } from "./seller.ts";

const SEEN_WITHIN_MS = 30_000; // a page looks again every few seconds; here other tests run beside

/** A person at the returns desk: stations are worked by keys alone, as with a scanner; lists and pages by clicks. */
export class ReturnsOnScreen {
  readonly #yard: ReturnYard;
  readonly page: Page;
  /** What must not happen: errors of the page, and answers that are faults of ours. */
  readonly faults: string[] = [];

  constructor(yard: ReturnYard, page: Page) {
    this.#yard = yard;
    this.page = page;
    page.setDefaultTimeout(SEEN_WITHIN_MS);
    page.on("pageerror", (error) => this.faults.push(`${page.url()}: ${error.message}`));
    page.on("response", (response) => {
      if (response.status() >= 500) this.faults.push(`${response.status()} of ${response.url()}`);
    });
  }

  async logIn(): Promise<void> {
    await this.page.goto(`${this.#yard.app.baseUrl}/login`);
    await this.page.getByLabel("User name").fill(this.#yard.admin);
    await this.page.getByRole("textbox", { name: "Password" }).fill(SELLER_PASSWORD);
    await this.button("Log in").click();
    await this.page.getByRole("heading", { level: 1, name: "Home" }).waitFor();
  }

  /** A page of the menu, whose entry may carry a count. */
  async open(name: string): Promise<void> {
    await this.page
      .getByRole("navigation")
      .getByRole("link", { name: new RegExp(`^${name}`) })
      .click();
    await this.page.getByRole("heading", { level: 1, name }).waitFor();
  }

  button = (name: string | RegExp): Locator => this.page.getByRole("button", { name });
  dialog = (): Locator => this.page.getByRole("dialog");
  row = (text: string): Locator => this.page.getByRole("row").filter({ hasText: text });
  says = (text: string | RegExp): Promise<void> => this.page.getByRole("status").getByText(text).first().waitFor();
  shows = (text: string | RegExp): Promise<void> => this.page.getByText(text).first().waitFor();
  chip = (word: string): Promise<void> =>
    this.page.getByRole("heading", { level: 1 }).getByText(word, { exact: true }).waitFor();
  tab = (name: string | RegExp): Promise<void> => this.page.getByRole("tab", { name }).click();

  /** Into whatever field has the focus: a station keeps it. */
  async scan(code: string): Promise<void> {
    await expect
      .poll(() => this.page.locator(":focus").getAttribute("id"), { timeout: SEEN_WITHIN_MS })
      .toBe("station-field");
    await this.page.keyboard.type(code);
    await this.page.keyboard.press("Enter");
  }

  press = (key: string): Promise<void> => this.page.keyboard.press(key);

  /** F4, and Enter on the button that asks once more. */
  async finishBy(verb: string): Promise<void> {
    await this.press("F4");
    await this.dialog().getByRole("button", { name: verb }).waitFor();
    await expect.poll(() => this.page.locator(":focus").textContent(), { timeout: SEEN_WITHIN_MS }).toBe(verb);
    await this.press("Enter");
    await this.dialog().waitFor({ state: "detached" });
  }

  /** From the desk to the list of what was received there: its parcel is scanned whole, and the list completed. */
  async putAwayFromDesk(packageCode: string, units: number): Promise<void> {
    await this.press("F4");
    await this.chip("To put away");
    await this.scan(packageCode);
    await this.says(`${units} of ${units} scanned`);
    await this.finishBy("Complete putaway");
    await this.chip("Complete");
  }

  /** All waiting units of a kind that came with a package, chosen and taken onto a list, which opens. */
  async takeOntoList(kind: string, packageCode: string, units: number): Promise<void> {
    await this.open("Putaway");
    await this.tab(new RegExp(`^${kind}`));
    await expect.poll(() => this.row(packageCode).count(), { timeout: SEEN_WITHIN_MS }).toBe(units);
    for (const each of await this.row(packageCode).all()) await each.getByRole("checkbox").check();
    await this.button("Take into a putaway list").click();
    await this.page.getByLabel(/^Scan a shelf, then what you put there/).waitFor();
  }

  /** The PDF that a button opens in the preview, as it is downloaded from there: all its text. */
  async printed(name: string | RegExp): Promise<string> {
    await this.button(name).first().click();
    const link = this.dialog().getByRole("link", { name: "Download" });
    await link.waitFor();
    const [download] = await Promise.all([this.page.waitForEvent("download"), link.click()]);
    const pages = await readPages(readFileSync(await download.path()));
    await this.press("Escape");
    await this.dialog().waitFor({ state: "detached" });
    return pages.map((each) => each.text).join("\n");
  }

  /** From a return's page to its credit note's, whose sum is shown and whose paper is read. */
  async creditNote(number: string): Promise<string> {
    await this.page.getByRole("link", { name: number, exact: true }).click();
    await this.page.getByRole("heading", { level: 1 }).getByText(number, { exact: true }).waitFor();
    await this.chip("Issued");
    return this.printed("Print");
  }

  async openReturn(code: string): Promise<void> {
    const { rows } = await this.#yard.client.must<{ rows: { returnCaseId: string; code: string }[] }>(
      "GET",
      `/returns?search=${code}`,
    );
    const found = rows.find((row) => row.code === code);
    await this.page.goto(`${this.#yard.app.baseUrl}/returns/${found?.returnCaseId}`);
    await this.page.getByRole("heading", { level: 1 }).getByText(code, { exact: true }).waitFor();
  }
}
