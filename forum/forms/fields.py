"""Fields that take readers' words in."""

from django import forms

from forum.text.clean import clean_text


class ReaderTextField(forms.CharField):
    """A text of several lines, cleaned before it is measured."""

    widget = forms.Textarea

    def __init__(self, *, longest: int, shortest: int = 0, **options) -> None:
        self.shortest, self.longest = shortest, longest
        super().__init__(strip=False, **options)

    def to_python(self, value) -> str:
        return clean_text(super().to_python(value))

    def validate(self, value: str) -> None:
        super().validate(value)
        if 0 < len(value) < self.shortest:
            raise forms.ValidationError(
                f"Votre texte est trop court\u202f: écrivez au moins {self.shortest} caractères."
            )
        if len(value) > self.longest:
            raise forms.ValidationError(
                f"Votre texte compte {_thousands(len(value))} caractères\u202f; la limite est de "
                f"{_thousands(self.longest)}. Il est gardé dans la boîte\u202f: raccourcissez-le."
            )


def _thousands(number: int) -> str:
    return f"{number:,}".replace(",", "\u202f")
