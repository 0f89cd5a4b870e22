"""Where a paper can be read, from how it is cited."""

PLACES = {"arXiv:": "https://arxiv.org/abs/", "doi:": "https://doi.org/"}


def link(reference: str) -> str:
    """The address behind `arXiv:…`, `doi:…` or an address itself; nothing for any other words."""
    for mark, place in PLACES.items():
        if reference.startswith(mark):
            return place + reference.removeprefix(mark)
    return reference if reference.startswith("https://") else ""


def words(reference: str) -> str:
    """What is read in its place: of an address its host, which fits into a table."""
    return reference.split("/")[2] if reference.startswith("https://") else reference
