import { defineRefusals } from "../../platform/refusals.ts";

defineRefusals("partners", {
  LABEL_LINK_REFUSED: {
    status: 403,
    message: "This link to a label is not one that was given out here.",
    whatToDo: "Ask for a new link.",
  },
  LABEL_LINK_EXPIRED: {
    status: 403,
    message: "This link to a label was good until {until:instant}.",
    whatToDo: "Ask for a new link.",
  },
});
