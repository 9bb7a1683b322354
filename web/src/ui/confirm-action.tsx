import { Button, Modal } from "@mantine/core";
import { type ReactNode, useState } from "react";
import { Refusal } from "./refusal.tsx";

export interface ConfirmActionProps {
  readonly opened: boolean;
  readonly onClose: () => void;
  /** "Close manifest M-0042" */
  readonly title: string;
  /** What will happen, in words: "Marks 38 packages dispatched; channels are told at once. This cannot be undone." */
  readonly willHappen: ReactNode;
  /** The verb on the button, never "OK": "Close manifest". */
  readonly verb: string;
  readonly danger?: boolean;
  /** Closes when it resolves; a refusal is shown in place and nothing is lost. */
  readonly onConfirm: () => unknown;
  /** Why it cannot be done yet: "Say why". Shown beside the button. */
  readonly notNow?: string | null;
  readonly size?: "md" | "lg" | "xl";
  readonly children?: ReactNode;
}

/** Says what will happen and does it. */
export function ConfirmAction({
  opened,
  onClose,
  title,
  willHappen,
  verb,
  danger = false,
  onConfirm,
  notNow = null,
  size = "md",
  children,
}: ConfirmActionProps) {
  const [working, setWorking] = useState(false);
  const [refused, setRefused] = useState<{ error: unknown } | null>(null);
  const close = () => {
    if (working) return;
    setRefused(null);
    onClose();
  };
  const act = async () => {
    if (notNow !== null) return;
    setWorking(true);
    setRefused(null);
    try {
      await onConfirm();
      onClose();
    } catch (error) {
      setRefused({ error });
    } finally {
      setWorking(false);
    }
  };
  return (
    <Modal opened={opened} onClose={close} title={<strong>{title}</strong>} size={size}>
      <div style={{ color: "var(--g-text-2)", marginBottom: 16 }}>{willHappen}</div>
      {children}
      {refused !== null && <Refusal error={refused.error} />}
      <div
        style={{
          display: "flex",
          flexWrap: "wrap",
          justifyContent: "flex-end",
          alignItems: "center",
          gap: 8,
          marginTop: 20,
        }}
      >
        {notNow !== null && <span style={{ fontSize: 12, color: "var(--g-text-3)", marginRight: 4 }}>{notNow}</span>}
        <Button variant="default" size="sm" onClick={close} disabled={working}>
          Leave as it is
        </Button>
        <Button
          size="sm"
          {...(children === undefined ? { "data-autofocus": true } : {})}
          loading={working}
          onClick={() => void act()}
          {...(notNow === null ? {} : { "data-disabled": true, "aria-disabled": true })}
          {...(danger ? { color: "red" } : {})}
        >
          {verb}
        </Button>
      </div>
    </Modal>
  );
}
