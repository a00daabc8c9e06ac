import re

from tests.house.source import ROOT, text

README = text(ROOT / "README.md")
MAKEFILE = text(ROOT / "Makefile")


def test_every_make_target_in_the_readme_exists():
    named = set(re.findall(r"make ([a-z]+)", README)) - {"git"}
    targets = set(re.findall(r"^([a-z]+):", MAKEFILE, re.M))
    assert named
    assert named - targets == set()


def test_every_command_in_the_readme_exists_and_every_command_is_in_the_readme():
    from typer.main import get_command

    from steelyard.assembly.main import app

    there = set(get_command(app).commands)  # type: ignore[attr-defined]
    assert set(re.findall(r"`steelyard ([a-z-]+)", README)) == there


def test_every_link_in_the_pages_leads_somewhere():
    pages = [ROOT / "README.md", *ROOT.glob("docs/**/*.md"), *ROOT.glob("src/steelyard/*/README.md")]
    broken = [
        f"{page.relative_to(ROOT)}: {link}"
        for page in pages
        for link in re.findall(r"\]\((?!https?:|#|mailto:)([^)#\s]+)", text(page))
        if not (page.parent / link).exists()
    ]
    assert broken == []
