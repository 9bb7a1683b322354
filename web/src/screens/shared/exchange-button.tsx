import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useMay } from "../../lib/session.ts";
import { StoredExchange } from "./stored-exchange.tsx";

/** Opens what was said to the other side and what it answered. Shown only where there is an exchange and the person may see it. */
export function ExchangeButton({
  id,
  title,
  onRepeated,
}: {
  id: string | null;
  /** Of the dialog: "Label of BLR1-42". */
  title: string;
  onRepeated?: () => unknown;
}) {
  const may = useMay();
  const [open, setOpen] = useState(false);
  if (id === null || !may("channels.view")) return null;
  return (
    <>
      <Button variant="subtle" size="compact-sm" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Request and answer
      </Button>
      <Modal opened={open} onClose={() => setOpen(false)} size="min(1100px, 94vw)" title={<strong>{title}</strong>}>
        {open && <StoredExchange id={id} {...(onRepeated === undefined ? {} : { onRepeated })} />}
      </Modal>
    </>
  );
}
