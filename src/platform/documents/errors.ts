import { defineRefusals } from "../refusals.ts";

export const documentRefusals = defineRefusals("platform", {
  DOCUMENT_NOT_A_PDF: {
    status: 422,
    message: "The file is not a PDF: {came} came instead.",
    whatToDo: "Look at the exchange to see what was answered, and ask again; if it stays so, tell the sender.",
  },
  DOCUMENT_TOO_LARGE: {
    status: 413,
    message: "The PDF has {sizeBytes} bytes, and {limitBytes} are the most that is taken.",
    whatToDo: "Ask the sender for a smaller file.",
  },
  DOCUMENT_ENCRYPTED: {
    status: 422,
    message: "The PDF is encrypted, so it cannot be printed together with others.",
    whatToDo: "Ask the sender for the file without a password or restrictions.",
  },
  DOCUMENT_UNREADABLE: {
    status: 422,
    message: "The PDF cannot be read: {reason}.",
    whatToDo:
      "Ask for it again; a file that was cut off on the way is whole the next time. If it stays so, tell the sender.",
  },
  DOCUMENTS_TOO_LARGE: {
    status: 422,
    message: "Together these PDFs are larger than the {limitBytes} bytes that are printed at once.",
    whatToDo: "Choose fewer and print them in several goes.",
  },
});
