/** On a test that proves the same on every screen and in every colour: it runs in light alone. */
export const ONCE = "@once";

/** On a test of behaviour that a screen's size and a finger can change, and colours cannot: not in dark. */
export const ANY_COLOUR = "@any-colour";
