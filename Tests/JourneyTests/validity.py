"""Is this valid HTML? Parse errors as html5lib finds them (the parsing chapter of the HTML standard), and of the standard's rules of content those that
pages built from our components could break. No validator on PyPI works without Java, hence this list."""
import re

import html5lib

OBSOLETE = {"acronym", "applet", "basefont", "bgsound", "big", "blink", "center", "dir", "font", "frame", "frameset", "isindex", "keygen", "marquee",
            "menuitem", "nobr", "noembed", "noframes", "plaintext", "rb", "rtc", "spacer", "strike", "tt", "xmp"}
KNOWN = set("""a abbr address area article aside audio b base bdi bdo blockquote body br button canvas caption cite code col colgroup data datalist dd del
details dfn dialog div dl dt em embed fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 head header hgroup hr html i iframe img input ins kbd label
legend li link main map mark menu meta meter nav noscript object ol optgroup option output p picture pre progress q rp rt ruby s samp script search section
select slot small source span strong style sub summary sup table tbody td template textarea tfoot th thead time title tr track u ul var video wbr""".split())
FOREIGN = {"svg", "math"}
OBSOLETE_ATTRIBUTES = {"align", "bgcolor", "border", "cellpadding", "cellspacing", "valign", "nowrap", "hspace", "vspace", "frameborder", "longdesc"}
EVERYWHERE = set("""accesskey autocapitalize autocorrect autofocus class contenteditable dir draggable enterkeyhint hidden id inert inputmode is itemid
itemprop itemref itemscope itemtype lang nonce part popover role slot spellcheck style tabindex title translate writingsuggestions""".split())
ATTRIBUTES = {  # of the elements that pages use; an element that is not here may have only those allowed everywhere
    "a": "href target download rel hreflang type ping referrerpolicy", "abbr": "", "area": "alt coords shape href target rel", "audio": "src controls preload",
    "base": "href target", "blockquote": "cite", "button": "disabled form formaction formenctype formmethod formnovalidate formtarget name popovertarget "
    "popovertargetaction type value command commandfor", "col": "span", "colgroup": "span", "data": "value", "del": "cite datetime", "details": "open name",
    "dialog": "open closedby", "fieldset": "disabled form name", "form": "accept-charset action autocomplete enctype method name novalidate target rel",
    "html": "", "iframe": "src srcdoc name sandbox allow width height loading referrerpolicy", "img": "alt src srcset sizes width height loading decoding "
    "crossorigin referrerpolicy fetchpriority usemap", "input": "accept alt autocomplete capture checked dirname disabled form formaction formenctype "
    "formmethod formnovalidate formtarget height list max maxlength min minlength multiple name pattern placeholder popovertarget readonly required size src "
    "step type value width", "ins": "cite datetime", "label": "for", "li": "value", "link": "href crossorigin rel media integrity hreflang type "
    "referrerpolicy sizes as color disabled fetchpriority blocking", "meta": "name http-equiv content charset media property", "meter": "value min max low "
    "high optimum", "object": "data type name form width height", "ol": "reversed start type", "optgroup": "disabled label", "option": "disabled label "
    "selected value", "output": "for form name", "progress": "value max", "q": "cite", "script": "src type nomodule async defer crossorigin integrity",
    "select": "autocomplete disabled form multiple name required size", "source": "type media src srcset sizes width height", "style": "media",
    "td": "colspan rowspan headers", "textarea": "autocomplete cols dirname disabled form maxlength minlength name placeholder readonly required rows wrap",
    "th": "colspan rowspan headers scope abbr", "time": "datetime", "video": "src controls preload width height poster",
}
INTERACTIVE = {"a", "button", "details", "embed", "iframe", "label", "select", "textarea"}
ONLY_IN = {"li": {"ul", "ol", "menu"}, "dt": {"dl", "div"}, "dd": {"dl", "div"}, "figcaption": {"figure"}, "legend": {"fieldset"}, "summary": {"details"},
           "caption": {"table"}, "option": {"select", "optgroup", "datalist"}, "optgroup": {"select"}, "tr": {"thead", "tbody", "tfoot", "table"}}
ONLY_HOLDS = {"ul": {"li", "script", "template"}, "ol": {"li", "script", "template"}, "dl": {"dt", "dd", "div", "script", "template"},
              "tr": {"td", "th", "script", "template"}, "select": {"option", "optgroup", "hr", "script", "template"}}
IN_PHRASES = {"p", "h1", "h2", "h3", "h4", "h5", "h6", "span", "strong", "em", "label", "button", "abbr", "b", "i", "small", "code", "legend", "pre", "q", "cite",
              "time", "summary", "bdi", "bdo", "kbd", "mark", "s", "u", "var", "samp", "sub", "sup", "dfn"}
BLOCKS = {"address", "article", "aside", "blockquote", "div", "dl", "dd", "dt", "fieldset", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6",
          "header", "hr", "li", "main", "nav", "ol", "p", "pre", "section", "table", "ul", "details", "dialog"}
HEADING_HOLDERS = {"legend", "summary"}  # these alone may hold headings
INPUT_TYPES = set("button checkbox color date datetime-local email file hidden image month number password radio range reset search submit tel text time url "
                  "week".split())
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "aria-details", "aria-errormessage", "list", "headers", "form")


def problems(html):
    """What is wrong with the document, a sentence each; empty when nothing is."""
    parser = html5lib.HTMLParser(tree=html5lib.treebuilders.getTreeBuilder("etree"), namespaceHTMLElements=False)
    root = parser.parse(html)
    found = [f"line {place[0]}: {code} {details.get('name', '')}".strip() for place, code, details in parser.errors]
    found += _document(root, html)
    seen = {}
    _walk(root, [], found, seen)
    for element in _html_elements(root):
        for attribute in REFERENCES:
            for target in (element.get(attribute) or "").split():
                if target not in seen:
                    found.append(f"<{element.tag} {attribute}={target}> points at nothing")
    return found


def _document(root, html):
    found = []
    if not re.match(r"\s*<!doctype html>", html, re.I):
        found.append("does not begin with <!doctype html>")
    if not root.get("lang"):
        found.append("<html> has no lang")
    count = lambda tag: sum(1 for _ in root.iter(tag))  # noqa: E731
    if count("title") - sum(1 for svg in root.iter("svg") for _ in svg.iter("title")) != 1 or not (root.findtext("head/title") or "").strip():
        found.append("has not exactly one title with words in it")
    if sum(1 for main in root.iter("main") if main.get("hidden") is None) != 1:
        found.append("has not exactly one visible <main>")
    if not any(meta.get("charset", "").lower() == "utf-8" for meta in root.iter("meta")):
        found.append("does not say that it is UTF-8")
    if count("h1") != 1:
        found.append(f"has {count('h1')} <h1>")
    return found


def _html_elements(root):
    """Every element that is not inside SVG or MathML, which have rules of their own."""
    if not isinstance(root.tag, str):
        return
    yield root
    if root.tag.split("}")[-1] not in FOREIGN:
        for child in root:
            yield from _html_elements(child)


def _walk(element, above, found, seen):
    tag = element.tag
    if not isinstance(tag, str):
        return  # a comment
    name = tag.split("}")[-1]
    parent = above[-1] if above else None
    identity = element.get("id")
    if identity is not None:
        if identity in seen or not identity or re.search(r"\s", identity):
            found.append(f"id {identity!r} is empty, has a space, or comes twice")
        seen[identity] = element
    if name in FOREIGN:
        for inner in element.iter():
            if inner is not element and isinstance(inner.tag, str) and inner.get("id"):
                if inner.get("id") in seen:
                    found.append(f"id {inner.get('id')!r} comes twice")
                seen[inner.get("id")] = inner
        return

    if name in OBSOLETE or name not in KNOWN and "-" not in name:
        found.append(f"<{name}> is not an element of HTML today")
    allowed = EVERYWHERE | set(ATTRIBUTES.get(name, "").split())
    for attribute in element.attrib:
        if not isinstance(attribute, str) or attribute.startswith(("data-", "aria-")) or "-" in name:
            continue
        if attribute in OBSOLETE_ATTRIBUTES or attribute not in allowed:
            found.append(f"<{name}> has no attribute {attribute}")
    _content(element, name, parent, above, found)
    for child in element:
        _walk(child, above + [name], found, seen)


def _content(element, name, parent, above, found):
    if name in ONLY_IN and parent not in ONLY_IN[name]:
        found.append(f"<{name}> in <{parent}>")
    if parent in ONLY_HOLDS and name not in ONLY_HOLDS[parent]:
        found.append(f"<{name}> directly in <{parent}>")
    heading = re.fullmatch(r"h[1-6]", name) is not None
    for outer in above:
        if outer in IN_PHRASES and name in BLOCKS and not (heading and outer in HEADING_HOLDERS):
            found.append(f"<{name}> inside <{outer}>")
            break
    interactive = name in INTERACTIVE or name == "input" and element.get("type") != "hidden"
    if interactive and ("a" in above or "button" in above):
        found.append(f"<{name}> inside a link or button")
    if name in above and name in ("form", "a", "button", "label"):
        found.append(f"<{name}> inside <{name}>")
    if name == "img" and element.get("alt") is None:
        found.append("<img> without alt")
    if name == "input" and element.get("type", "text") not in INPUT_TYPES:
        found.append(f"<input type={element.get('type')}>")
    if name == "button" and element.get("type", "submit") not in ("submit", "button", "reset"):
        found.append(f"<button type={element.get('type')}>")
    if name == "a" and element.get("href") is not None and re.search(r"\s", element.get("href").strip()):
        found.append(f"a link with a space in it: {element.get('href')[:60]}")
    if name == "fieldset" and any(child.tag == "legend" for child in list(element)[1:]):
        found.append("<legend> is not the first in its <fieldset>")
    if name == "label" and element.get("for") is None:
        labelled = [inner for inner in element.iter() if inner.tag in ("input", "select", "textarea", "button", "meter", "output", "progress")]
        if len(labelled) > 1:
            found.append("<label> with several fields in it")
    if name == "time" and element.get("datetime") is None and not re.match(r"\d{4}-\d\d", element.text or ""):
        found.append("<time> without a datetime that a program can read")
    if name == "main" and any(outer in ("article", "aside", "footer", "header", "nav") for outer in above):
        found.append("<main> inside another part of the page")
    for attribute in ("href", "src", "action"):
        if element.get(attribute) == "" and not (name == "a" and attribute == "href"):
            found.append(f"<{name} {attribute}=\"\">")
