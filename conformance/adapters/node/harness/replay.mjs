// A memory of proofs (decision 23): bounded, with a share for each sender, and closed when it is full.
import { refuse } from "./refusal.mjs";

const DEFAULTS = { capacity: 65536, share_per_sender: 65536, window: Infinity };

export class Memory {
  constructor(guard = {}) {
    Object.assign(this, DEFAULTS, guard);
    this.entries = new Map();
    this.forgotten = -Infinity;
  }

  /** Remembers `key` until `until`; refuses what is there already, and what cannot be remembered. */
  insert(key, sender, until, now, code) {
    if (until - now > this.window) {
      refuse("replay.window");
    }
    for (const [other, entry] of this.entries) {
      if (entry.until <= now) {
        this.entries.delete(other);
        this.forgotten = Math.max(this.forgotten, entry.until);
      }
    }
    if (this.entries.has(key)) {
      refuse(code);
    }
    if (until <= this.forgotten) {
      refuse("replay.forgotten", "the clock was set back to when proofs were valid that are forgotten");
    }
    if ([...this.entries.values()].filter((entry) => entry.sender === sender).length >= this.share_per_sender) {
      refuse("replay.sender_share");
    }
    if (this.entries.size >= this.capacity) {
      refuse("replay.full");
    }
    this.entries.set(key, { sender, until });
  }
}

const UNAVAILABLE = { insert: () => refuse("replay.unavailable") };

/** The memories of one party: WPTs, requests and responses are apart; the first configuration that asks decides. */
export class Memories {
  of(kind, { guard, replay_store }) {
    return replay_store === "unavailable" ? UNAVAILABLE : (this[kind] ??= new Memory(guard));
  }
}
