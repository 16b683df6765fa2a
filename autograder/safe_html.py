"""Turn what students wrote into HTML that cannot do anything: no script, no request, no escape."""

from __future__ import annotations

import base64
import binascii
import html
import re
import secrets
from collections.abc import Callable, Mapping
from xml.etree.ElementTree import tostring

import mistune
import nh3
from latex2mathml.converter import convert_to_element
from markupsafe import Markup, escape
from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexers import PythonLexer
from pygments.util import ClassNotFound

TAGS = (
    "a b blockquote br code del em h1 h2 h3 h4 h5 h6 hr i img li ol p pre s strong sub sup table "
    "tbody td th thead tr ul"
)
SHOWN_CHARACTERS = 20_000  # of one cell; more is cut, with a line that says so
# Codes that steer a terminal, marks that turn the direction of text and so hide code, and halves of
# characters, which no file can hold.
_STEERING = re.compile(
    r"\x1b\[[0-9;?]*[A-Za-z]|[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
_MATH = re.compile(
    r"\$\$.+?\$\$|(?<![\\\w])\$[^$\n]+\$(?!\w)"
    r"|\\begin\{((?:align|equation|gather)\*?)\}.+?\\end\{\1\}",
    re.DOTALL,
)
MATHML = (
    "math mfrac mi mn mo mover mpadded mphantom mroot mrow mspace msqrt mstyle msub msubsup msup "
    "mtable mtd mtext mtr munder munderover"
)
_MATHML_ATTRIBUTES = (
    "accent columnalign columnspacing display displaystyle fence form linethickness lspace "
    "mathvariant maxsize minsize movablelimits rowspacing rspace scriptlevel stretchy width"
)
_MATHML_VALUE = re.compile(r"([a-z-]+|\d{1,2}(\.\d+)?(em|ex|pt)?)( \d(em|ex|pt)| [a-z]+)*")
_DEFINITION = re.compile(r"\\(\w*def|\w*command|Declare\w+)\b")  # a few make a formula endless

_markdown = mistune.create_markdown(escape=True, plugins=["table", "strikethrough"])
_formatter = HtmlFormatter(nowrap=False, cssclass="hl", wrapcode=True)


def plain_text(text: str, limit: int = SHOWN_CHARACTERS) -> str:
    """Text without characters that steer a terminal or turn the direction of reading."""
    text = _STEERING.sub("", text.replace("\r\n", "\n"))
    if len(text) > limit:
        return text[:limit] + f"\n… {len(text) - limit:,} more characters"
    return text


def csv_cell(text: str) -> str:
    """Text that no spreadsheet takes for a formula."""
    return no_formula(plain_text(text, 200).replace("\n", " "))


def no_formula(cell: str) -> str:
    """A cell as it is, unless a spreadsheet would compute it; "-" and numbers it may."""
    is_formula = re.match(r"[=+\-@\t\r]", cell) and not re.fullmatch(r"-|[+-]?\d+([.,]\d+)?", cell)
    return f"'{cell}" if is_formula else cell


def code_html(source: str) -> str:
    """Python code in colours, as HTML."""
    try:
        return highlight(plain_text(source), PythonLexer(), _formatter)
    except (ClassNotFound, RecursionError):
        return f"<pre>{html.escape(plain_text(source))}</pre>"


def words_html(text: str) -> Markup:
    """The words of a check as HTML, with what stands in backticks as code."""
    return Markup(re.sub(r"`([^`\n]+)`", r"<code>\1</code>", str(escape(plain_text(text)))))


def code_style() -> str:
    """The style sheet for `code_html`, for light and dark screens."""
    light = HtmlFormatter(style="default", cssclass="hl").get_style_defs(".hl")
    dark = HtmlFormatter(style="github-dark", cssclass="hl").get_style_defs(".hl")
    plain = ".hl, .hl pre { background: none !important; }"
    return f"{light}\n@media (prefers-color-scheme: dark) {{\n{dark}\n}}\n{plain}"


def safe_markdown(source: str, attachments: Mapping | None = None) -> str:
    """Markdown as HTML: its own HTML escaped, links to the web only, no picture but attached ones.

    Formulas become MathML, which the browser sets without a script.
    """
    token = secrets.token_hex(8)  # no text can hold what stands in for a picture or a formula
    pictures: dict[str, str] = {}

    def picture(match: re.Match) -> str:
        address = _picture_address((attachments or {}).get(match[2]))
        if not address or address in pictures.values():  # once is enough, however often it is named
            return f"[picture: {match[1] or 'missing'}]"
        name = f"p{token}n{len(pictures)}"
        pictures[name] = address
        return f"![{match[1]}]({name})"

    text = re.sub(r"!\[([^\]\n]*)\]\(attachment:([^)\s]+)\)", picture, plain_text(source))
    formulas: list[str] = []

    def formula(match: re.Match) -> str:
        formulas.append(match[0])
        return f"f{token}n{len(formulas) - 1}f"

    text = _MATH.sub(formula, text)
    try:
        page = str(_markdown(text))
    except RecursionError:
        page = html.escape(text)

    place = rf"f{token}n(\d+)f"

    def typed(text: str, as_html: Callable[[str], str] = str) -> str:
        return re.sub(place, lambda match: as_html(formulas[int(match[1])]), text)

    def attribute(tag: str, name: str, value: str) -> str | None:
        value = typed(value)
        return value if _is_allowed(tag, name, value, pictures) else None

    page = nh3.clean(
        page,
        tags=set(TAGS.split()),
        attributes={"a": {"href"}, "img": {"alt", "src"}},
        attribute_filter=attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel=None,
    )
    page = re.sub(
        rf"(?s)(<code>.*?</code>)|{place}",
        lambda match: (
            typed(match[1], html.escape) if match[1] else formula_html(formulas[int(match[2])])
        ),
        page,
    )
    return re.sub(rf"p{token}n\d+", lambda match: pictures[match[0]], page)


def formula_html(typed: str) -> str:
    """A formula of LaTeX, with its dollars, as MathML; as typed where it cannot be read."""
    try:
        if _DEFINITION.search(typed):
            raise ValueError(typed)
        display = "inline" if re.match(r"\$[^$]", typed) else "block"
        lines = re.sub(r"(begin|end)\{(align|equation|gather)\*?\}", r"\1{align*}", typed)
        formula = convert_to_element(lines.strip("$"), display=display)
        before = formula
        for node in formula.iter():
            if node.tag not in MATHML.split():
                raise ValueError(typed)
            node.text = _STEERING.sub("", html.unescape(node.text or ""))
            if re.fullmatch("[←-⇿⟰-⟿]", node.text):  # a browser puts space around operators
                node.tag = "mo"
            node.attrib = {
                name: value
                for name, value in node.attrib.items()
                if name in _MATHML_ATTRIBUTES.split() and _MATHML_VALUE.fullmatch(value)
            }
            begins = before.tag == "mo" and before.text not in (")", "]", "}")
            if begins and node.text in ("-", "−", "+"):
                node.set("form", "prefix")  # a sign, no difference
            before = node if node.text else before
        return tostring(formula, encoding="unicode", short_empty_elements=False)
    except Exception:  # whatever a parser says of what students type
        return html.escape(typed, quote=False)


def _is_allowed(tag: str, name: str, value: str, pictures: Mapping[str, str]) -> bool:
    if (tag, name) == ("img", "src"):
        return value in pictures
    if (tag, name) == ("a", "href"):
        return value.lower().startswith(("http://", "https://", "mailto:"))
    return True


def _picture_address(forms: object) -> str:
    """An attached picture as a data address, if it is one."""
    for kind, data in forms.items() if isinstance(forms, Mapping) else ():
        if kind in ("image/png", "image/jpeg", "image/gif") and isinstance(data, str):
            try:
                raw = base64.b64decode(re.sub(r"\s", "", data), validate=True)
            except (binascii.Error, ValueError):
                return ""
            return f"data:{kind};base64,{base64.b64encode(raw).decode()}"
    return ""
