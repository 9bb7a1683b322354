import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { type Chromium, findChromium, packagedBrowser } from "./chromium.ts";

async function packaged(): Promise<Chromium> {
  const tried: string[] = [];
  const found = await packagedBrowser(tried);
  if (!found) throw new Error(tried.join("; "));
  return found;
}

describe("the browser that tests look through", () => {
  const ways = [{ way: "as found on this machine", find: findChromium }];
  // The package has no browser for other systems; there the machine's own is the only way.
  if (process.platform === "linux" && process.arch === "x64") ways.push({ way: "from the package", find: packaged });

  it.each(ways)("$way draws letters that differ, the rupee sign and Indian scripts among them", async ({ find }) => {
    const browser = await chromium.launch(await find());
    try {
      const page = await browser.newPage({ viewport: { width: 800, height: 300 } });
      await page.setContent('<p id="line" style="font: 48px sans-serif">Godown ₹1,23,456.00</p>');
      const picture = await page.locator("#line").screenshot();
      expect(picture.subarray(1, 4).toString("latin1")).toBe("PNG");

      // A machine without fonts draws nothing, or the same box for every letter.
      const drawn: unknown = await page.evaluate(`(() => {
        const canvas = document.createElement("canvas");
        canvas.width = canvas.height = 100;
        const context = canvas.getContext("2d", { willReadFrequently: true });
        const draw = (letter) => {
          context.clearRect(0, 0, 100, 100);
          context.font = "64px sans-serif";
          context.fillText(letter, 10, 70);
          return { shape: canvas.toDataURL(), ink: context.getImageData(0, 0, 100, 100).data.filter((value, i) => i % 4 === 3 && value > 128).length };
        };
        return ["W", "i", "₹", "0", "न", "த"].map(draw);
      })()`);
      const letters = z.array(z.object({ shape: z.string(), ink: z.number() })).parse(drawn);
      expect(new Set(letters.map((letter) => letter.shape)).size).toBe(6);
      expect(Math.min(...letters.map((letter) => letter.ink))).toBeGreaterThan(100);
    } finally {
      await browser.close();
    }
  });
});
