"""What makes the repository's Markdown into a site: it is written for GitHub, and stays readable there.

- The names and addresses come from packaging/names.yaml.
- CONTRIBUTING.md and CHANGELOG.md lie above the documentation, and are pages of the site.
- A link to another file of the repository leads to its source.
- Lists are indented as CommonMark has it; Python-Markdown wants four spaces a level, and an empty line in front.
- Nothing is loaded from elsewhere.
"""

from __future__ import annotations

import posixpath
import re
from pathlib import Path

import yaml
from mkdocs.structure.files import File

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
ABOVE = {"CONTRIBUTING.md": "contributing.md", "CHANGELOG.md": "changes.md"}
OWN = ["site.css", "site.js", "worker.js"]


def on_config(config):
    names = yaml.safe_load((ROOT / "packaging" / "names.yaml").read_text("utf-8"))
    config.site_name = names["program"]
    config.site_description = names["summary"]
    config.nav.append({"Source": names["homepage"]})  # not as repo_url: with it every page asks GitHub for numbers
    config.extra["source"] = names["homepage"] + "/blob/main/"
    return config


def on_files(files, config):
    for source, page in ABOVE.items():
        files.append(File.generated(config, page, content=(ROOT / source).read_text("utf-8")))
    for name in OWN:
        files.append(File.generated(config, name, content=(HERE / name).read_text("utf-8")))
    return files


def on_page_content(html, page, config, files):
    return html.replace("<th></th>", "<td></td>")  # GitHub's tables need a head, and an empty one is none


def on_post_page(output, page, config):
    up = "../" * page.file.dest_uri.count("/")
    output = output.replace("https://unpkg.com/iframe-worker/shim", up + "worker.js")
    return output.replace('data-md-component="search" role="dialog"', 'data-md-component="search" role="dialog" aria-label="Search"')


def on_page_markdown(markdown, page, config, files):
    place = {v: k for k, v in ABOVE.items()}.get(page.file.src_uri) or "docs/" + page.file.src_uri
    markdown = re.sub(r"<!--.*?-->\n?", "", markdown, flags=re.S)
    return "\n".join(_translated(markdown.split("\n"), lambda target: _link(target, place, config)))


def _translated(lines, link):
    """Rewrite links, and indent lists by four spaces a level. What stands between fences is only moved."""
    open_items: list[int] = []  # the column at which the text of each open item begins
    fence, before = "", ""
    for line in lines:
        indent, text = len(line) - len(line.lstrip()), line.strip()
        if fence or not text:
            if text == fence:
                fence = ""
            before = text
            yield (" " * 4 * len(open_items) + line[open_items[-1]:] if open_items and text else line)
            continue
        mark = re.match(r"([-*+]|\d{1,9}[.)])\s+", text)
        popped = False
        while open_items and indent < open_items[-1] and (mark or not before):  # else a line that goes on without indentation
            open_items.pop()
            popped = True
        text = re.sub(r"(?<=\]\()([^)\s]+)(?=\))", lambda m: link(m[1]), text)
        if mark:
            if before and not open_items and not popped:
                yield ""
            yield " " * 4 * len(open_items) + text
            open_items.append(indent + len(mark[0]))
        else:
            rest = max(indent - open_items[-1], 0) if open_items else indent
            yield " " * (4 * len(open_items) + rest) + text
        before = text
        if opening := re.match(r"(```+|~~~+)", text):
            fence = opening[1]


def _link(target: str, place: str, config) -> str:
    """A link of the file at place, as the site has it."""
    if re.match(r"[a-z]+:|#", target):
        return target
    path, mark, anchor = target.partition("#")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(place), path))
    if path in ABOVE:
        path = "docs/" + ABOVE[path]
    if path == "README.md":
        path = "docs/README.md"
    if path == "docs" or path.startswith("docs/"):
        here = posixpath.dirname(place) if place.startswith("docs/") else "docs"
        return posixpath.relpath(path, here) + mark + anchor
    return config.extra["source"] + path + mark + anchor
