/** What was delivered, discarded or dismissed has served after a month. */
export const DELIVERED_KEPT_DAYS = 30;
/** What nobody looked at holds buyers' names and addresses all the same. */
export const FLAGGED_KEPT_DAYS = 180;
