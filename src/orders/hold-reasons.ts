/** Why an order is on hold from the start. The first is lifted when the channel lifts it, the second by a person alone. */
export const HELD_BY_CHANNEL = "The channel holds it";
export const HELD_BY_SETTING = "The channel's settings hold new orders";
/** Nobody may process it before the moment that its channel names (`actionable_from`); lifted when it comes. */
export const HELD_UNTIL = "The channel lets it be processed from a later moment";
/** Its channel did not take the seller's acceptance; lifted when it takes one. */
export const ACCEPTANCE_REFUSED = "The channel refused the seller's acceptance";
