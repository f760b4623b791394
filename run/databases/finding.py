"""What was found of one promise of one database."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Finding:
    """A cell of the table, and a sentence for each thing that is not so."""

    cell: str
    problems: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, problems: list[str], good: str = "yes", bad: str = "NO") -> "Finding":
        return cls(bad if problems else good, problems)
