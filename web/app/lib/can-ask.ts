/**
 * Whether a person can be asked about a tool call. Nobody can yet: the gate denies a call that ASK decides. As long as it
 * does, no page offers ASK as a choice, lists runs that wait for an answer, or counts a tool under ASK as usable.
 */
export const CAN_ASK: boolean = false;
