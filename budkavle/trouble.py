"""What goes wrong in a way that the person at the keyboard can mend."""


class Trouble(Exception):
    """Says in English what is wrong and what to do; people read it in their own language."""

    def __init__(self, text: str, **values: object) -> None:
        super().__init__(text.format(**values) if values else text)
        self.text = text
        self.values = values
