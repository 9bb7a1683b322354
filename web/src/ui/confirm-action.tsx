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
    <Modal opened={opened} onClose={close} title={<strong>{title}</strong>} size="md">
      <div style={{ color: "var(--g-text-2)", marginBottom: 16 }}>{willHappen}</div>
      {children}
      {refused !== null && <Refusal error={refused.error} />}
      <div style={{ display: "flex", justifyContent: "flex-end", gap: 8, marginTop: 20 }}>
        <Button variant="default" size="sm" onClick={close} disabled={working}>
          Leave as it is
        </Button>
        <Button
          size="sm"
          data-autofocus
          loading={working}
          onClick={() => void act()}
          {...(danger ? { color: "red" } : {})}
        >
          {verb}
        </Button>
      </div>
    </Modal>
  );
}
