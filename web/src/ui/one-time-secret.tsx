import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { IconCheck, IconCopy, IconKey } from "@tabler/icons-react";
import classes from "./one-time-secret.module.css";

export interface OneTimeSecretProps {
  readonly label: string;
  readonly secret: string;
  /** Who it is for and what happens if it is lost: "Send this link to Asha. It works once, until 14 Nov." */
  readonly note: string;
  readonly onStored?: () => void;
}

/** A secret that is shown now and never again. */
export function OneTimeSecret({ label, secret, note, onStored }: OneTimeSecretProps) {
  const clipboard = useClipboard({ timeout: 2_000 });
  return (
    <div className={classes.box}>
      <div className={classes.head}>
        <IconKey size={16} aria-hidden />
        <strong>{label}</strong>
        <span className={classes.once}>shown once</span>
      </div>
      <div className={classes.line}>
        <code className={classes.secret}>{secret}</code>
        <Button
          size="sm"
          variant={clipboard.copied ? "default" : "filled"}
          leftSection={clipboard.copied ? <IconCheck size={15} /> : <IconCopy size={15} />}
          onClick={() => clipboard.copy(secret)}
        >
          {clipboard.copied ? "Copied" : "Copy"}
        </Button>
      </div>
      <div className={classes.note}>{note}</div>
      {onStored !== undefined && (
        <Button variant="default" onClick={onStored}>
          I have stored it
        </Button>
      )}
    </div>
  );
}
