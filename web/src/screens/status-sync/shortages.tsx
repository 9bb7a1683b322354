import { Page } from "../../ui/index.ts";
import { ShortageList } from "./shortage-list.tsx";

/** Inventory › Shortages: what left without being in the books. */
export function Screen() {
  return (
    <Page
      fill
      title="Shortages"
      line="Units that left by a marketplace’s panel and were not in the books. Settle each once its piece is there, or write it off."
    >
      <ShortageList />
    </Page>
  );
}
