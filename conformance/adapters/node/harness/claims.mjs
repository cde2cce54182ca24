// Claims that the maker of a token adds (workload-creds 5.1.2, wpt-02 2.3).
import { refuse } from "./refusal.mjs";

/** Names with a dot, colon or slash are taken to be collision-resistant; other names need the word of the caller. */
export function checkClaimName(name, asPrivate, reserved) {
  if (reserved.includes(name)) {
    refuse("claim.reserved", name);
  }
  if (!asPrivate && !/[.:/]/.test(name)) {
    refuse("claim.private", name);
  }
}
