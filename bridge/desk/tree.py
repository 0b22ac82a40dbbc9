"""XML from nested dicts: a key is a tag; a value is a child's content or the child itself.

    element("Name", {"UserName": "You"})  ->  <Name><UserName Value="You" /></Name>

This is the way Ableton Live writes: what is not an element is the attribute `Value`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, indent, tostring

Scalar = bool | int | float | str
Content = Element | Scalar | Mapping[str, "Content"] | Sequence[Element] | None


def element(tag: str, content: Content = None, **attributes: Scalar) -> Element:
    """Return an element; a dict or a list becomes its children, a scalar its `Value`."""
    found = Element(tag, {name: text(value) for name, value in attributes.items()})
    if isinstance(content, Mapping):
        found.extend(
            child if isinstance(child, Element) else element(name, child)
            for name, child in content.items()
        )
    elif isinstance(content, Scalar):
        found.set("Value", text(content))
    elif content is not None:
        found.extend(content)
    return found


def text(value: Scalar) -> str:
    """Return a value as XML has it: `true`, `0.5`, `You`."""
    if isinstance(value, bool):
        return str(value).lower()
    return f"{value:.10g}" if isinstance(value, float) else str(value)


def document(root: Element, space: str = "\t") -> bytes:
    """Return the whole file, indented."""
    indent(root, space)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, "unicode")}\n'.encode()
