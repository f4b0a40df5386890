"""Who is asking: a person in a browser, who reads HTML, or a program, which reads JSON."""


def prefers_html(accept: str) -> bool:
    """Whether the Accept header ranks HTML above JSON. Without a header the asker is a program."""
    return _quality(accept, "text/html") > _quality(accept, "application/json")


def _quality(accept: str, media_type: str) -> float:
    """The q value of a media type, which only an exact name or its `type/*` earns (RFC 9110 §12.5.1)."""
    family = media_type.partition("/")[0] + "/*"
    qualities = {_name(part): _q(part) for part in accept.lower().split(",")}
    return qualities.get(media_type, qualities.get(family, 0.0))


def _name(part: str) -> str:
    return part.partition(";")[0].strip()


def _q(part: str) -> float:
    for parameter in part.split(";")[1:]:
        name, _, value = parameter.strip().partition("=")
        if name == "q":
            try:
                return float(value)
            except ValueError:
                return 0.0
    return 1.0
