"""What is thrown when something is refused, and when a case is not for this harness."""


class Refused(Exception):
    """A refusal, with a code of the vectors' vocabulary, or "" where none fits with confidence."""

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail

    def result(self) -> dict[str, str]:
        """As the protocol has it."""
        code = {"code": self.code} if self.code else {}
        return {"result": "reject"} | code | {"detail": self.detail or self.code}


class Skipped(Exception):
    """The case asks for something that this harness does not judge."""


def require(condition: object, code: str, detail: str = "") -> None:
    if not condition:
        raise Refused(code, detail)
