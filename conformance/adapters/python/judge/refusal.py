"""What is thrown when something is refused, and when a case is not for this harness."""


class Refused(Exception):
    """A refusal, with a code of the vectors' vocabulary, or "" where none fits with confidence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


class Skipped(Exception):
    """The case asks for something that this harness does not judge."""


def require(condition: object, code: str, detail: str = "") -> None:
    if not condition:
        raise Refused(code, detail)
