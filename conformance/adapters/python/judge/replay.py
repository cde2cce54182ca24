"""The memory of proofs: wpt section 3.1.4 and decision 23."""

from dataclasses import dataclass, field
from decimal import Decimal

from .refusal import require

CAPACITY = 100_000
Number = int | Decimal


@dataclass
class Memory:
    """Entries live until their proof is not accepted any more; when full, nothing new is accepted."""

    capacity: int = CAPACITY
    share_per_sender: int | None = None
    window: int | None = None
    entries: dict[tuple[str, str], tuple[Number, str]] = field(default_factory=dict)
    forgotten: Number = 0  # proofs that end up to here may have been seen, and were dropped

    def remember(self, key: str, jti: str, sender: str, until: Number, now: int) -> None:
        """`key` is the thumbprint of the confirmation key, `sender` the identifier."""
        require(self.window is None or until - now <= self.window, "replay.window")
        for name, (end, _) in list(self.entries.items()):
            if end <= now:
                self.forgotten = max(self.forgotten, end)
                del self.entries[name]
        require((key, jti) not in self.entries, "wpt.replayed")
        require(until > self.forgotten, "replay.forgotten")
        used = sum(1 for _, owner in self.entries.values() if owner == sender)
        require(self.share_per_sender is None or used < self.share_per_sender, "replay.sender_share")
        require(len(self.entries) < self.capacity, "replay.full")
        self.entries[(key, jti)] = (until, sender)
