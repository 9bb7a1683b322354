import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { pretty } from "../../ui/exchange.tsx";
import classes from "./payload.module.css";

/** A payload as it was received or sent, pretty, to read and to copy. */
export function Payload({ body, label }: { body: unknown; label: string }) {
  const clipboard = useClipboard({ timeout: 1_500 });
  const text = pretty(body);
  return (
    <div className={classes.payload}>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: it scrolls, so the keyboard must reach it */}
      <section className={classes.scroll} tabIndex={0} aria-label={label}>
        <pre>{text}</pre>
      </section>
      <Button className={classes.copy} variant="default" size="compact-xs" onClick={() => clipboard.copy(text)}>
        {clipboard.copied ? "Copied" : "Copy"}
      </Button>
    </div>
  );
}
