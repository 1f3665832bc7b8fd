"""The account of an imported file: every row that was read is stored, known or rejected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Self


@dataclass(frozen=True)
class Account:
    """What became of the rows of one file so far."""

    stored: int = 0
    duplicate: int = 0  # the same node had a row of the same second already, with all that is in it
    rejected: Mapping[str, int] = field(default_factory=dict)  # reason: rows
    joined: int = 0  # completed another row of the same device and second

    @property
    def read(self) -> int:
        """Rows read: the sum of all that became of them."""
        return self.stored + self.duplicate + self.joined + sum(self.rejected.values())

    def plus(self, stored: int, duplicate: int, reasons: Sequence[str], joined: int = 0) -> Self:
        """Account with one more chunk."""
        rejected = dict(self.rejected)
        for reason in reasons:
            rejected[reason] = rejected.get(reason, 0) + 1
        return replace(
            self,
            stored=self.stored + stored,
            duplicate=self.duplicate + duplicate,
            rejected=rejected,
            joined=self.joined + joined,
        )

    def __str__(self) -> str:
        """One line that adds up.

        >>> print(Account().plus(3, 1, ["empty line"]))
        5 rows read = 3 stored + 1 already known + 1 rejected (empty line: 1)
        """
        total = sum(self.rejected.values())
        by_size = sorted(self.rejected.items(), key=lambda pair: -pair[1])
        why = ", ".join(f"{reason}: {rows:,}" for reason, rows in by_size)
        return (
            f"{self.read:,} rows read = {self.stored:,} stored + {self.duplicate:,} already known"
            + (f" + {self.joined:,} joined with another of their second" if self.joined else "")
            + f" + {total:,} rejected"
            + (f" ({why})" if total else "")
        )


@dataclass(frozen=True)
class Mark:
    """How far a file was imported; kept in the transaction of its rows, so both or neither."""

    digest: str  # SHA-256 of the content: a renamed file is the same file
    name: str
    kind: str
    next_line: int  # first line that is not accounted for
    done: bool = False
    account: Account = field(default_factory=Account)
