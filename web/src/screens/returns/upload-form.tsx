import { FileInput, Modal } from "@mantine/core";
import { IconFileTypePdf } from "@tabler/icons-react";
import { useState } from "react";
import { api, readBase64 } from "../../lib/api.ts";
import { formatPaise } from "../../lib/format.ts";
import { DeclaredForm, type FieldDeclaration } from "../../ui/index.ts";
import type { DueResult, PendingDetail, PendingRow } from "./pending-data.ts";
import classes from "./returns.module.css";

/** Gives the channel's credit note by hand: its file, and what a person reads on it beside what is expected. */
export function UploadCreditNote({
  row,
  expected,
  onClose,
  onDone,
}: {
  row: PendingRow;
  expected: PendingDetail["expected"];
  onClose: () => void;
  onDone: (result: DueResult) => unknown;
}) {
  const [file, setFile] = useState<File | null>(null);
  const beside = (paise: number | undefined) => (paise === undefined ? "" : `Expected: ${formatPaise(paise)}.`);
  const fields: FieldDeclaration[] = [
    {
      ...{ name: "number", label: "Credit note number", type: "text", required: true, lengthMax: 50, half: true },
      help: "As printed, with its series.",
    },
    {
      ...{ name: "series", label: "Series", type: "text", lengthMax: 50, half: true },
      help: "The channel’s name for it, where it has one.",
    },
    { name: "issuedOn", label: "Dated", type: "day", required: true, half: true },
    {
      ...{ name: "taxable", label: "Taxable value", type: "money", required: true, half: true },
      help: beside(expected?.taxable),
    },
    {
      ...{ name: "tax", label: "Tax", type: "money", required: true, half: true },
      help: `CGST, SGST, IGST and cess together. ${beside(expected?.tax)}`,
    },
    {
      ...{ name: "acceptAmounts", label: "Accept other amounts than expected", type: "switch" },
      consequence: {
        on: "What stands on the paper is taken; the difference is kept beside it.",
        off: "Amounts that differ by more than a rupee are refused.",
      },
    },
  ];
  return (
    <Modal opened onClose={onClose} size="lg" title={<strong>Credit note of {row.returnCode}, by hand</strong>}>
      <p className={classes.hint}>
        What {row.channelCode} made for invoice {row.invoiceNumber}
        {expected !== null && `: ${formatPaise(expected.total)} are to be given back`}. Who gave it stands on the credit
        note.
      </p>
      <FileInput
        label="Its PDF"
        withAsterisk
        accept="application/pdf"
        placeholder="Choose the file"
        leftSection={<IconFileTypePdf size={16} />}
        value={file}
        onChange={setFile}
        mb={12}
        data-autofocus
      />
      <DeclaredForm
        fields={fields}
        submitLabel="Upload credit note"
        onCancel={onClose}
        notNow={file === null ? "Choose its PDF first." : null}
        onSubmit={async (given) => {
          if (file === null) return;
          const { series, ...rest } = given;
          await onDone(
            await api.post<DueResult>(`/api/v1/pending-credit-notes/${row.dueId}/upload`, {
              ...rest,
              series: series === "" ? null : series,
              pdfBase64: await readBase64(file),
            }),
          );
        }}
      />
    </Modal>
  );
}
