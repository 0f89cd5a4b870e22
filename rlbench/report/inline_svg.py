"""An SVG file as an element of a page."""

import re


def inline_svg(svg: str, name: str) -> str:
    """An SVG file as an element of a page: no prolog, as wide as its box between 0.7 and 1.5 times its own size (in a
    narrower box it is moved, not shrunk until nobody can read it), and with identifiers made unique by `name`.

    The element is hidden from screen readers, because it is glyphs drawn as paths; the figure around it has the words.
    """
    body = svg[svg.index("<svg") :]
    body = re.sub(r"<metadata>.*?</metadata>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'(<svg[^>]*?) width="([\d.]+)pt"', _limited, body, count=1)
    body = re.sub(r'(<svg[^>]*?) height="[^"]*"', r"\1", body, count=1)
    body = body.replace("<svg", '<svg aria-hidden="true" focusable="false"', 1)
    body = re.sub(r'\bid="', f'id="{name}-', body)
    body = re.sub(r'href="#', f'href="#{name}-', body)
    return re.sub(r"url\(#", f"url(#{name}-", body)


def _limited(width: re.Match[str]) -> str:
    own = float(width[2])
    return f'{width[1]} style="min-width: {0.7 * own:.0f}pt; max-width: {1.5 * own:.0f}pt"'
