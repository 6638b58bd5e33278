"""The documents name what exists, and name all that they should."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from rest_framework.exceptions import APIException

from lib.api import exceptions as of_every_endpoint
from referrals import exceptions as of_referrals
from tests.config.test_checks import ROOT
from users import exceptions as of_users

README, CONTRIBUTING = ROOT / "README.md", ROOT / "CONTRIBUTING.md"
DOCUMENTS = sorted([*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")])
CODE = re.compile(r"`([^`\s]+)`")
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#[^)]*)?\)")
FILE = re.compile(r"[\w.-]+(?:/[\w.-]+)*\.(?:py|sh|md|html|css|js|yml|toml|template|po)")
FOLDER = re.compile(r"(?:[\w.-]+/)+")
MADE = re.compile(r"^`?make ([a-z][a-z0-9-]*)", re.MULTILINE)
CODES = {
    value.default_code
    for module in (of_users, of_referrals, of_every_endpoint)
    for value in vars(module).values()
    if isinstance(value, type)
    and issubclass(value, APIException)
    and value.__module__ == module.__name__
}
NOT_ANSWERED = {"error", "inbox_out_of_reach"}  # of a base class; of a page
MADE_UP = {"users/sms/example.py"}  # what a reader is to write
VARIABLE = re.compile(r'\benv\.\w+\(\s*"(\w+)"')


def text(document: Path) -> str:
    return document.read_text(encoding="utf-8")


def named(document: Path) -> Iterator[Path]:
    """The files it names or links to; folders only in CONTRIBUTING.md, elsewhere they are URLs."""
    for path in LINK.findall(text(document)):
        yield document.parent / path
    for path in {*CODE.findall(text(document))} - MADE_UP:
        is_file = FILE.fullmatch(path) and "/" in path
        if is_file or (document == CONTRIBUTING and FOLDER.fullmatch(path)):
            yield ROOT / path


def of_the_tree() -> list[str]:
    tree = text(README).split("## The tree")[1].split("```")[1]
    return re.findall(r"^(\S+)", tree, re.MULTILINE)


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_file_that_a_document_names_exists(document: Path) -> None:
    assert [str(path) for path in named(document) if not path.exists()] == []


def test_many_files_are_named() -> None:
    assert len(set(named(CONTRIBUTING))) > 50


def test_every_folder_of_the_tree_exists() -> None:
    packages = {f"{module.parent.name}/" for module in ROOT.glob("[a-z]*/__init__.py")}
    assert packages <= {*of_the_tree()}
    assert [path for path in of_the_tree() if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_make_target_that_a_document_names_exists(document: Path) -> None:
    targets = set(re.findall(r"^([a-z0-9-]+):", text(ROOT / "Makefile"), re.MULTILINE))
    code = re.findall(r"`[^`\n]+`|```.*?```", text(document), re.DOTALL)
    assert {target for part in code for target in MADE.findall(part)} - targets == set()


def test_every_make_target_is_phony() -> None:
    makefile = text(ROOT / "Makefile")
    targets = re.findall(r"^([a-z0-9-]+):.*## ", makefile, re.MULTILINE)
    phony = {
        name
        for line in re.findall(r"^\.PHONY: (.*)", makefile, re.MULTILINE)
        for name in line.split()
    }
    assert set(targets) - phony == set()


@pytest.mark.parametrize(
    "variable", sorted(set(VARIABLE.findall(text(ROOT / "config/settings.py"))))
)
def test_every_variable_is_explained(variable: str) -> None:
    assert re.search(rf"^#{variable}=", text(ROOT / ".env.example"), re.MULTILINE)
    table = text(README).split("## The environment")[1].split("\n## ")[0]
    assert f"`{variable}`" in re.sub(r"`…_", "`FLOOD_WRONG_INVITE_CODES_", table)


@pytest.mark.parametrize("code", sorted(CODES - NOT_ANSWERED))
def test_every_refusal_is_explained(code: str) -> None:
    errors = text(README).split("### Errors")[1].split("\n## ")[0]
    assert f"| `{code}` |" in errors


def test_decisions_are_listed_in_their_order() -> None:
    folder = ROOT / "docs" / "decisions"
    records = sorted(path.name for path in folder.glob("[0-9]*.md"))
    assert re.findall(r"\((\d{4}-.+?\.md)\)", text(folder / "README.md")) == records
