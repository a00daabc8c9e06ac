"""For every test: compiled catalogues, as a built wheel has them."""

from tools.catalogues import compile_all


def pytest_configure() -> None:
    compile_all()
