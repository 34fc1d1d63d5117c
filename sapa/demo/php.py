"""Values in the notation of PHP's ``serialize``, in which SLiMS keeps settings and the choices of custom fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def serialise(value: object) -> str:
    """Return ``value`` as PHP writes it; lengths of texts are counted in UTF-8 bytes."""
    match value:
        case None:
            return "N;"
        case bool():
            return f"b:{int(value)};"
        case int():
            return f"i:{value};"
        case str():
            return f's:{len(value.encode())}:"{value}";'
        case Mapping():
            inside = "".join(serialise(key) + serialise(part) for key, part in value.items())
            return f"a:{len(value)}:{{{inside}}}"
        case Sequence():
            return serialise(dict(enumerate(value)))
    raise TypeError(f"no PHP notation for {type(value).__name__}")


def options(labels: Sequence[str]) -> str:
    """Return the choices of a dropdown or checklist as SLiMS stores them: pairs of index and label."""
    return serialise([[index, label] for index, label in enumerate(labels)])


def ticked(indexes: Sequence[int]) -> str:
    """Return the value of a checklist in which ``indexes`` are ticked."""
    return serialise({index: str(index) for index in indexes})
