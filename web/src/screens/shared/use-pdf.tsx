import { Button, Modal, SegmentedControl } from "@mantine/core";
import { IconDownload, IconExternalLink, IconPrinter } from "@tabler/icons-react";
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import { fetchFile } from "../../lib/api.ts";
import classes from "./use-pdf.module.css";

/** A PDF to ask the server for: by POST with `body`, else by GET. */
export interface PdfRequest {
  readonly label: string;
  readonly path: string;
  readonly body?: unknown;
}

interface OpenPdf {
  readonly label: string;
  readonly url: string;
  readonly fileName: string;
}

/**
 * Fetches PDFs and shows them before they are printed. Fetched once, by the click: a label that is asked for twice
 * counts as printed twice. `open` throws what the server refused; `preview` is to be placed on the page.
 */
export function usePdf(): {
  readonly open: (title: string, requests: readonly PdfRequest[]) => Promise<void>;
  readonly preview: ReactNode;
} {
  const [shown, setShown] = useState<{ title: string; files: readonly OpenPdf[] } | null>(null);
  const open = useCallback(async (title: string, requests: readonly PdfRequest[]) => {
    const files: OpenPdf[] = [];
    // One after the other: two clicks' worth of documents must not be half shown when the second is refused.
    for (const { label, path, body } of requests) {
      const { blob, fileName } = await fetchFile(path, body);
      files.push({ label, fileName, url: URL.createObjectURL(blob) });
    }
    setShown({ title, files });
  }, []);
  const close = () => {
    for (const file of shown?.files ?? []) URL.revokeObjectURL(file.url);
    setShown(null);
  };
  return {
    open,
    preview: shown === null ? null : <Preview title={shown.title} files={shown.files} onClose={close} />,
  };
}

function Preview({ title, files, onClose }: { title: string; files: readonly OpenPdf[]; onClose: () => void }) {
  const [at, setAt] = useState(0);
  const frame = useRef<HTMLIFrameElement>(null);
  const print = useRef<HTMLButtonElement>(null);
  useEffect(() => print.current?.focus(), []);
  const file = files[at];
  if (file === undefined) return null;
  return (
    <Modal opened onClose={onClose} title={<strong>{title}</strong>} size="xl">
      <div className={classes.head}>
        {files.length > 1 && (
          <SegmentedControl
            size="xs"
            value={String(at)}
            onChange={(value) => setAt(Number(value))}
            data={files.map((each, i) => ({ value: String(i), label: each.label }))}
          />
        )}
        <span className={classes.tools}>
          <Button
            ref={print}
            size="sm"
            leftSection={<IconPrinter size={15} />}
            onClick={() => frame.current?.contentWindow?.print()}
          >
            Print
          </Button>
          <Button
            component="a"
            href={file.url}
            target="_blank"
            size="sm"
            variant="default"
            leftSection={<IconExternalLink size={15} />}
          >
            Open
          </Button>
          <Button
            component="a"
            href={file.url}
            download={file.fileName}
            size="sm"
            variant="default"
            leftSection={<IconDownload size={15} />}
          >
            Download
          </Button>
        </span>
      </div>
      <iframe ref={frame} key={file.url} src={file.url} title={`${title}: ${file.label}`} className={classes.paper} />
      <p className={classes.name}>{file.fileName}</p>
    </Modal>
  );
}
